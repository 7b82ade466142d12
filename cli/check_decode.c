/* A loader hands out every sample, and each failure is kept until its turn. */
#include "cli/check_decode.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "aug/loader.h"
#include "cli/outcome.h"
#include "cli/progress.h"
#include "libaug/run/replaced.h"
#include "libaug/spec/spec.h"

/* Samples between two looks at the results. */
#define BATCH 256

/* The outcome so far, and where it goes. */
typedef struct Listing {
    AugiJsonWriter *writer;
    bool quiet;
    CliProgress progress;
    CliDecoded *found;
} Listing;

/* A sample's failure, if it is the sample's; the machine's ends the work. */
static AugStatus decode(void *user, const AugEachSample *given, void **result, AugError *error)
{
    (void)user;
    AugSample decoded;
    AugError reason = {0};
    if (given->error)
        reason = *given->error;
    else if (aug_worker_decode(given->worker, given->sample, &decoded, &reason) == AUG_OK)
        return AUG_OK;
    if (cli_is_fatal(reason.status)) {
        *error = reason;
        return reason.status;
    }
    AugError *kept = malloc(sizeof(*kept));
    if (!kept)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the list of damaged samples");
    *kept = reason;
    *result = kept;
    return AUG_OK;
}

static void drop(void *user, void *result)
{
    (void)user;
    free(result);
}

static void list_failure(Listing *listing, uint64_t index, const AugError *reason)
{
    const bool is_damage = augi_is_damage(reason->status);
    *(is_damage ? &listing->found->n_damaged : &listing->found->n_failed) += 1;
    if (!listing->writer) {
        cli_progress_clear(&listing->progress);
        printf("  %-8s %" PRIu64 ", %s%s%s\n", is_damage ? "damaged" : "failed", index,
               reason->where, reason->where[0] ? ": " : "", reason->message);
        return;
    }
    augi_json_object(listing->writer);
    augi_json_unsigned_member(listing->writer, "index", index);
    augi_json_text_member(listing->writer, "where", reason->where);
    augi_json_text_member(listing->writer, "status", aug_status_name(reason->status));
    augi_json_key(listing->writer, "damaged");
    augi_json_bool(listing->writer, is_damage);
    augi_json_text_member(listing->writer, "message", reason->message);
    augi_json_object_end(listing->writer);
}

static AugStatus list_batches(AugLoader *loader, Listing *listing, AugError *error)
{
    AugBatch *batch;
    AugStatus status;
    while ((status = aug_loader_next(loader, &batch, error)) == AUG_OK) {
        for (uint32_t i = 0; i < aug_batch_count(batch); i++) {
            const AugError *reason = aug_batch_result(batch, i);
            if (reason)
                list_failure(listing, listing->found->n_samples, reason);
            listing->found->n_samples++;
        }
        aug_batch_free(batch);
        cli_progress_show(&listing->progress, listing->found->n_samples, 0);
    }
    return status == AUG_END ? AUG_OK : status;
}

static AugStatus decode_plan(const AugPlan *plan, uint32_t threads, Listing *listing,
                             AugError *error)
{
    const AugLoaderOptions options = {
        .threads = threads,
        .epochs = 1,
        .each = {.make = decode, .drop = drop, .batch_size = BATCH},
    };
    AugLoader *loader;
    AUG_TRY(aug_loader_new(&loader, plan, &options, error));
    if (!listing->quiet)
        cli_progress_start(&listing->progress, "samples",
                           aug_dataset_info(aug_plan_dataset(plan))->n_samples);
    const AugStatus status = list_batches(loader, listing, error);
    cli_progress_clear(&listing->progress);
    aug_loader_free(loader);
    return status;
}

AugStatus cli_decode_all(const CliPipeline *pipeline, uint32_t threads, bool quiet,
                         AugiJsonWriter *writer, CliDecoded *found, AugError *error)
{
    Listing listing = {.writer = writer, .quiet = quiet, .found = found};
    *found = (CliDecoded){0};
    AugPlan *plan;
    const AugPlanOptions single = {.any_size = true};
    AUG_TRY(aug_plan_new(&plan, pipeline->spec, pipeline->dataset, &single, error));
    const AugStatus status = decode_plan(plan, threads, &listing, error);
    aug_plan_free(plan);
    return status;
}

static bool replaces(const CliPipeline *pipeline)
{
    return pipeline->spec->batch.on_error.value == AUGI_ON_ERROR_REPLACE;
}

bool cli_decoded_is_usable(const CliPipeline *pipeline, const CliDecoded *found)
{
    if (found->n_failed > 0)
        return false;
    return found->n_damaged == 0 || (replaces(pipeline) && found->n_damaged < found->n_samples);
}

void cli_decoded_print(const CliPipeline *pipeline, const CliDecoded *found)
{
    printf("  decoded  %" PRIu64 " samples: %" PRIu64 " damaged", found->n_samples,
           found->n_damaged);
    if (found->n_failed > 0)
        printf(", %" PRIu64 " that cannot be read at all", found->n_failed);
    puts("");
    if (found->n_damaged == 0)
        return;
    if (replaces(pipeline))
        puts("  on_error replace: in every epoch other samples stand in for the damaged ones");
    else
        puts("  on_error fail: a stream ends at the first damaged sample; with batch: {on_error: "
             "replace} others stand in for them");
}
