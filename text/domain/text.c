/* The text domain as the engine sees it. */
#include <stdlib.h>

#include "text/domain/domain.h"

static const AugOpKind edit_kind = {
    "text", "Text", "State edits of a text. Bytes outside of the edits stay as they are."};

static const AugOpKind *op_kind(const AugOpDesc *desc)
{
    (void)desc;
    return &edit_kind;
}

static uint32_t suits(const AugDatasetInfo *dataset)
{
    return aug_dataset_field(dataset, AUG_FIELD_TEXT) >= 0;
}

static AugStatus worker_new(void **out, AugiAllowance *allowance, AugError *error)
{
    TxtWorker *worker = calloc(1, sizeof(*worker));
    *out = worker;
    if (!worker)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a worker");
    worker->allowance = allowance;
    for (size_t i = 0; i < TXT_MAX_TEXTS; i++)
        worker->made[i].allowance = allowance;
    return AUG_OK;
}

static void worker_free(void *context)
{
    TxtWorker *worker = context;
    if (!worker)
        return;
    for (size_t i = 0; i < TXT_MAX_TEXTS; i++)
        txt_memory_fini(&worker->made[i]);
    free(worker);
}

static const AugParamDesc output_rows[] = {
    AUG_PARAM(TxtOutput, max_bytes, .fallback = "65536", .low = 16, .high = 16 << 20,
              .unit = "bytes", .help = "longest text in a batch, before and after the operations"),
    AUG_PARAM(TxtOutput, truncation, .fallback = "false",
              .help = "cut longer texts, between graphemes, in place of refusing them"),
};

const AugDomain aug_domain_text = {
    .name = "text",
    .presenter = &txt_presenter,
    .output = AUG_PARAM_TABLE(TxtOutput, output_rows),
    .op_kind = op_kind,
    .suits = suits,
    .compile = txt_compile,
    .plan_free = txt_plan_free,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .run = txt_run,
    .augment = txt_augment,
};
