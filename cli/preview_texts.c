/* Goes through the samples of an epoch and writes each with its variants into one view. */
#include "cli/preview_texts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aug/sample.h"
#include "cli/caption.h"
#include "cli/describe.h"
#include "cli/files.h"
#include "cli/text_view.h"
#include "libaug/run/windows.h"
#include "libaug/run/worker.h"

/* n_failed: samples that could not be read. */
typedef struct Show {
    const CliPreviewTexts *texts;
    AugWorker *worker;
    AugBuffer buffer;
    AugiWindows *windows;
    CliTextView view;
    uint32_t n_rows, n_failed;
    AugError reason;
} Show;

bool cli_preview_is_page(const char *path)
{
    const char *ending = strrchr(path, '.');
    return ending && (strcasecmp(ending, ".html") == 0 || strcasecmp(ending, ".htm") == 0);
}

/* What an epoch makes of each text of a sample. */
static void add_variant(Show *show, const AugSample *sample, uint32_t field, uint32_t variant)
{
    const CliPreviewTexts *texts = show->texts;
    const AugKey key = {.seed = aug_spec_seed(augi_plan_spec(texts->plan)),
                        .sample = sample->index,
                        .epoch = texts->epoch + variant};
    AugSample made;
    AugChanges changes;
    AugError reason = {0};
    if (aug_worker_augment(show->worker, &key, sample, &made, &reason) != AUG_OK) {
        char *heading = cli_caption("epoch %" PRIu32, key.epoch);
        cli_text_failed(&show->view, heading ? heading : "", reason.message);
        free(heading);
        return;
    }
    aug_worker_changes(show->worker, sample, &made, field, &changes);
    char *names = cli_caption_ops(texts->plan, &key);
    char *heading = cli_caption("epoch %" PRIu32 ", %s: %s", key.epoch, changes.outcome,
                                names && names[0] ? names : "no operation ran");
    cli_text_changed(&show->view, heading ? heading : "", &sample->fields[field],
                     &made.fields[field], &changes);
    free(names);
    free(heading);
}

static void add_sample(Show *show, const AugSample *sample, const AugDatasetInfo *info)
{
    char *heading = cli_caption_original(show->texts->plan, sample, sample->index, ", ");
    uint32_t n_texts = 0;
    for (uint32_t i = 0; i < info->n_fields; i++)
        n_texts += info->fields[i].kind == AUG_FIELD_TEXT;
    for (uint32_t i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind != AUG_FIELD_TEXT)
            continue;
        cli_text_original(&show->view, heading ? heading : "",
                          n_texts > 1 ? info->fields[i].name : NULL, &sample->fields[i]);
        for (uint32_t variant = 0; variant < show->texts->n_variants; variant++)
            add_variant(show, sample, i, variant);
    }
    free(heading);
}

static AugStatus add_row(Show *show, uint32_t row, AugError *error)
{
    const CliPreviewTexts *texts = show->texts;
    const AugDataset *dataset = aug_plan_dataset(texts->plan);
    const uint32_t batch_size = aug_plan_batch_size(texts->plan);
    AugiRow place = {.place = row % batch_size};
    AugSample sample;
    AUG_TRY(augi_windows_find(show->windows, texts->epoch, row / batch_size, &place, 1, error));
    if (aug_dataset_read(dataset, place.sample, &show->buffer, &sample, &show->reason) == AUG_OK) {
        add_sample(show, &sample, aug_dataset_info(dataset));
        return AUG_OK;
    }
    show->n_failed++;
    char *heading = cli_caption("#%" PRIu64, place.sample);
    cli_text_original(&show->view, heading ? heading : "", NULL, &(AugField){.bytes = ""});
    cli_text_failed(&show->view, show->reason.where, show->reason.message);
    free(heading);
    return AUG_OK;
}

static AugStatus report(const Show *show, AugError *error)
{
    const CliPreviewTexts *texts = show->texts;
    if (!texts->call->json) {
        cmd_say(texts->call, "%s: %" PRIu32 " samples", texts->output, show->n_rows);
        return AUG_OK;
    }
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "output", texts->output);
    augi_json_unsigned_member(&writer, "samples", show->n_rows);
    augi_json_unsigned_member(&writer, "failed", show->n_failed);
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static AugStatus write_view(const Show *show, AugError *error)
{
    const char *output = show->texts->output;
    const CliBytes *out = &show->view.out;
    if (out->failed)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the texts");
    AUG_TRY(cli_output_write(output ? output : "-", out->bytes, out->size, error));
    return output ? report(show, error) : AUG_OK;
}

static AugStatus show_rows(Show *show, AugError *error)
{
    const CliPreviewTexts *texts = show->texts;
    const uint64_t n_samples = aug_dataset_info(aug_plan_dataset(texts->plan))->n_samples;
    show->n_rows = texts->n_samples < n_samples ? texts->n_samples : (uint32_t)n_samples;
    char *note = cli_caption("seed %" PRIu64 ", %" PRIu32 " of %" PRIu64 " samples",
                             aug_spec_seed(augi_plan_spec(texts->plan)), show->n_rows, n_samples);
    cli_text_begin(&show->view, texts->title, note ? note : "");
    free(note);
    for (uint32_t row = 0; row < show->n_rows; row++)
        AUG_TRY(add_row(show, row, error));
    cli_text_end(&show->view);
    if (show->n_failed == show->n_rows) {
        *error = show->reason;
        return error->status;
    }
    return write_view(show, error);
}

AugStatus cli_preview_texts(const CliPreviewTexts *texts, AugError *error)
{
    Show show = {.texts = texts, .view.form = texts->output ? CLI_TEXT_PAGE : cli_text_form()};
    if (aug_dataset_field(aug_dataset_info(aug_plan_dataset(texts->plan)), AUG_FIELD_TEXT) < 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, texts->output,
                        "samples of the data set hold no text to %s; allowed is an --output that "
                        "ends in .png or .jpg",
                        texts->output ? "write into a page" : "print");
    AUG_TRY(aug_worker_new(&show.worker, texts->plan, error));
    show.windows = augi_windows_new(texts->plan);
    AugStatus status = AUG_OK;
    if (!show.windows)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the order of samples");
    if (status == AUG_OK)
        status = show_rows(&show, error);
    cli_bytes_fini(&show.view.out);
    aug_buffer_fini(&show.buffer);
    augi_windows_free(show.windows);
    aug_worker_free(show.worker);
    return status;
}
