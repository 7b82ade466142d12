/* aug fingerprint: the ids of a data set, and reading it whole for that of its content. */
#include <inttypes.h>
#include <stdio.h>

#include "aug/dataset.h"
#include "cli/describe.h"
#include "cli/outcome.h"
#include "cli/program.h"
#include "cli/progress.h"
#include "cli/signals.h"

typedef struct FingerprintOptions {
    bool content, verify, renew;
    int32_t threads;
} FingerprintOptions;

static const AugParamDesc option_rows[] = {
    AUG_PARAM(FingerprintOptions, content, .fallback = "false",
              .help = "read every sample that was never read, so that the content is known"),
    AUG_PARAM(FingerprintOptions, verify, .fallback = "false",
              .help = "with --content: read what is known, too, and compare"),
    AUG_PARAM(FingerprintOptions, renew, .fallback = "false",
              .help = "with --content: forget what was remembered, and read every sample anew"),
    AUG_PARAM(FingerprintOptions, threads, .fallback = "0", .low = 0, .high = 1024,
              .help = "threads that read, 0 for one per processor"),
};

/* What is said of a data set. */
typedef struct Ids {
    char fingerprint[65], content[65];
    uint64_t n_samples, n_known;
} Ids;

/* A reading that is shown. kept: samples that were known before. */
typedef struct Shown {
    CliProgress progress;
    uint64_t kept;
} Shown;

static bool go_on(void *user, uint64_t n_done)
{
    Shown *shown = user;
    cli_progress_show(&shown->progress, n_done, shown->kept);
    return cli_signals_pending() == 0;
}

/* Reads what is not known, or everything. AUG_END if a signal came. */
static AugStatus read_all(const CmdCall *call, const AugDataset *dataset, AugError *error)
{
    const FingerprintOptions *options = call->options;
    const bool reads_all = options->renew || options->verify;
    Shown shown = {.kept = reads_all ? 0 : aug_dataset_n_known(dataset)};
    const AugRecordOptions how = {.threads = (uint32_t)options->threads,
                                  .verify = options->verify,
                                  .renew = options->renew,
                                  .go_on = go_on,
                                  .user = &shown};
    if (!call->quiet)
        cli_progress_start(&shown.progress, "samples", aug_dataset_info(dataset)->n_samples);
    const AugStatus status = aug_dataset_record(dataset, &how, error);
    cli_progress_clear(&shown.progress);
    return status;
}

static AugStatus find_ids(const AugDataset *dataset, Ids *ids, AugError *error)
{
    AUG_TRY(aug_dataset_fingerprint(dataset, ids->fingerprint, error));
    AUG_TRY(aug_dataset_content_id(dataset, ids->content, error));
    ids->n_samples = aug_dataset_info(dataset)->n_samples;
    ids->n_known = aug_dataset_n_known(dataset);
    return AUG_OK;
}

static AugStatus print_json(const Ids *ids, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "fingerprint", ids->fingerprint);
    augi_json_text_member(&writer, "content", ids->content[0] ? ids->content : NULL);
    augi_json_unsigned_member(&writer, "samples", ids->n_samples);
    augi_json_unsigned_member(&writer, "known", ids->n_known);
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static AugStatus print(const Ids *ids, bool json, AugError *error)
{
    if (json)
        return print_json(ids, error);
    printf("fingerprint  %s\n", ids->fingerprint);
    if (ids->content[0])
        printf("content      %s\n", ids->content);
    else
        printf("content      not known: %" PRIu64 " of %" PRIu64
               " samples were read; --content reads the others\n",
               ids->n_known, ids->n_samples);
    return AUG_OK;
}

/* With the signals held, so that what was read until then is written. */
static int use(const CmdCall *call, const AugDataset *dataset)
{
    const FingerprintOptions *options = call->options;
    AugError error = {0};
    Ids ids;
    AugStatus status = AUG_OK;
    if (options->content)
        status = read_all(call, dataset, &error);
    if (status == AUG_END)
        fprintf(stderr,
                "aug fingerprint: interrupted after %" PRIu64 " of %" PRIu64
                " samples; the same command without --renew goes on from there\n",
                aug_dataset_n_known(dataset), aug_dataset_info(dataset)->n_samples);
    if (status == AUG_OK)
        status = find_ids(dataset, &ids, &error);
    if (status == AUG_OK)
        status = print(&ids, call->json, &error);
    cli_print_note(dataset);
    return status == AUG_OK ? 0 : status == AUG_END ? 1 : cmd_fail(call, &error);
}

static int run(const CmdCall *call)
{
    const FingerprintOptions *options = call->options;
    AugError error = {0};
    AugDataset *dataset;
    if ((options->renew || options->verify) && !options->content) {
        AUG_FAIL(&error, AUG_BAD_ARGUMENT, options->renew ? "--renew" : "--verify",
                 "it is given without --content");
        return cmd_fail(call, &error);
    }
    if (aug_dataset_open(&dataset, call->arguments[0], NULL, &error) != AUG_OK)
        return cmd_fail(call, &error);
    sigset_t before;
    cli_signals_hold(&before);
    const int code = use(call, dataset);
    aug_dataset_unref(dataset);
    cli_signals_release(&before);
    return code;
}

static const CmdExample examples[] = {
    {"image_folder:data/train", "The fingerprint, at once; and the content if it is known."},
    {"image_folder:data/train --content",
     "Reads every file that was never read, on all processors; what streams, servers and other "
     "commands read before counts."},
    {"image_folder:data/train --content --verify",
     "Reads every file, and names the first one that is not what it was; exit code 1 then."},
    {"tar:shards --content --renew",
     "After data were changed on purpose: what is there now counts from here on."},
};

static const CmdArgument arguments[] = {{.name = "DATASET"}};

const CmdCommand cli_command_fingerprint = {
    .name = "fingerprint",
    .summary = "The ids of a data set: of its manifest, and of its content",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .details =
        "DATASET is KIND:PATH[,key=value...], see 'aug datasets'. The fingerprint is SHA-256 over "
        "the manifest: fields, classes, and of each sample its name, stored size and label, in "
        "order; it is known without reading samples, and part of the id of a stream. The content "
        "is SHA-256 over the digests of all samples; it is known once each was read, by any "
        "command, stream or server of this user.\n"
        "Digests (XXH3-128) are kept in $AUGD_CACHE, else $XDG_CACHE_HOME/augd, else "
        "~/.cache/augd, in a file for each data set, which may be deleted at any time; "
        "AUGD_CACHE=off keeps none. Beside it lie what the first readings of pictures left for "
        "later ones, see 'aug bench'. A sample whose bytes are not those of its digest "
        "ends a stream "
        "with an error that names it, until --content --renew is given. A running server keeps "
        "what it knows until it is started again. XXH3 finds change, not malice.",
    .json = "print JSON",
    .options = AUG_PARAM_TABLE(FingerprintOptions, option_rows),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run,
};
