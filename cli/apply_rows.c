/* From the options to the files, and what is said at the end. */
#include "cli/apply_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/apply_report.h"
#include "cli/describe.h"
#include "cli/files.h"
#include "cli/row_shares.h"
#include "cli/rows_run.h"
#include "cli/signals.h"
#include "libaug/run/plan.h"

/* How a run ended. tally: with the row that stopped a strict run; error NULL: not by a failure; signal
 * 0: not by a signal. */
typedef struct End {
    const CliRowsFiles *files;
    CliRowsTally tally;
    uint64_t n_rows;
    const AugError *error;
    int signal;
} End;

static bool is_finished(const End *end)
{
    return !end->error && !end->signal;
}

static int exit_code(const End *end, bool allow_errors)
{
    const CliRowsTally *tally = &end->tally;
    if (!is_finished(end) || tally->n_written + tally->n_dropped == 0)
        return 1;
    return tally->n_failed > 0 && !allow_errors ? CLI_APPLY_SOME_FAILED : 0;
}

static void print_summary(const CmdCall *call, const End *end)
{
    const CliRowsFiles *files = end->files;
    const CliRowsTally *tally = &end->tally;
    FILE *to = cli_rows_files_stream(files) ? stderr : stdout;
    if (call->quiet && to == stderr)
        return;
    if (!is_finished(end)) {
        fprintf(to,
                "stopped after %" PRIu64 " of %" PRIu64 " rows: %" PRIu64 " delivered, %" PRIu64
                " failed, %" PRIu64 " left\n",
                tally->n_rows, end->n_rows, tally->n_rows - tally->n_failed, tally->n_failed,
                end->n_rows - tally->n_rows);
        return;
    }
    fprintf(to, "%" PRIu64 " rows written to %s", tally->n_written,
            cli_rows_files_stream(files) ? "standard output" : files->output);
    const char *before = " (";
    for (uint32_t i = 0; i < tally->n_words; i++, before = ", ")
        fprintf(to, "%s%" PRIu64 " %s", before, tally->n_of[i], tally->words[i]);
    if (tally->n_dropped > 0)
        fprintf(to, ", %" PRIu64 " of them left out as duplicates", tally->n_dropped);
    fputs(tally->n_words ? ")" : "", to);
    if (files->n_kept > 0)
        fprintf(to, "; the first %" PRIu64 " rows of the input were done already", files->n_kept);
    if (tally->n_failed > 0)
        fprintf(to, "; %" PRIu64 " of %" PRIu64 " rows could not be augmented%s%s", tally->n_failed,
                end->n_rows, files->errors_path ? ", see " : "",
                files->errors_path ? files->errors_path : "");
    fputc('\n', to);
}

static AugStatus print_json(const End *end, AugError *error)
{
    const CliRowsTally *tally = &end->tally;
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "output", end->files->output);
    augi_json_unsigned_member(&writer, "samples", end->n_rows);
    augi_json_unsigned_member(&writer, "delivered", tally->n_rows - tally->n_failed);
    augi_json_unsigned_member(&writer, "failed", tally->n_failed);
    augi_json_unsigned_member(&writer, "left", end->n_rows - tally->n_rows);
    augi_json_unsigned_member(&writer, "written", tally->n_written);
    augi_json_unsigned_member(&writer, "duplicates", tally->n_dropped);
    augi_json_unsigned_member(&writer, "kept", end->files->n_kept);
    augi_json_key(&writer, "outcomes");
    augi_json_object(&writer);
    for (uint32_t i = 0; i < tally->n_words; i++)
        augi_json_unsigned_member(&writer, tally->words[i], tally->n_of[i]);
    augi_json_object_end(&writer);
    augi_json_key(&writer, "interrupted");
    augi_json_bool(&writer, end->signal != 0);
    if (end->error) {
        augi_json_key(&writer, "error");
        augi_json_object(&writer);
        augi_json_text_member(&writer, "where", end->error->where);
        augi_json_text_member(&writer, "status", aug_status_name(end->error->status));
        augi_json_text_member(&writer, "message", end->error->message);
        augi_json_object_end(&writer);
    }
    augi_json_object_end(&writer);
    return cli_describe_print(&writer, error);
}

static int report(const CmdCall *call, const End *end, bool allow_errors)
{
    AugError error = {0};
    if (end->error)
        cmd_fail(call, end->error);
    else if (end->signal)
        fprintf(stderr,
                "aug apply: interrupted after %" PRIu64 " of %" PRIu64
                " rows; the same command goes on from there\n",
                end->tally.n_rows, end->n_rows);
    if (call->json && print_json(end, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (!call->json)
        print_summary(call, end);
    /* A signal that came takes effect soon. */
    fflush(stdout);
    return exit_code(end, allow_errors);
}

/* With the signals held. */
static int run_held(const CmdCall *call, const CliRowsJob *job, CliRowsFiles *files,
                    const CliApplyRowsOptions *options)
{
    AugError error = {0};
    CliProgress progress = {0};
    End end = {.files = files, .n_rows = aug_dataset_info(aug_plan_dataset(job->plan))->n_samples};
    if (cli_rows_files_open(files, job, &error) != AUG_OK)
        return cmd_fail(call, &error);
    if (!call->quiet)
        cli_progress_start(&progress, "rows", end.n_rows);
    const CliRowsRun run = {.job = job,
                            .files = files,
                            .progress = &progress,
                            .n_threads = options->n_threads ? options->n_threads : 1};
    AugStatus status = files->is_done ? AUG_OK : cli_rows_run(&run, &end.signal, &error);
    if (status == AUG_OK && !end.signal)
        status = cli_rows_files_finish(files, &error);
    cli_progress_clear(&progress);
    end.error = status == AUG_OK ? NULL : &error;
    end.tally = files->tally;
    end.tally.n_rows += files->has_stopped;
    end.tally.n_failed += files->has_stopped;
    return report(call, &end, options->allow_errors);
}

static bool ends_with(const char *path, const char *ending)
{
    const size_t length = strlen(path), n = strlen(ending);
    return length >= n && strcmp(path + length - n, ending) == 0;
}

static int run_job(const CmdCall *call, const CliRowsJob *job, const CliApplyRowsOptions *options)
{
    CliRowsFiles files = {
        .output = options->output, .edits_path = options->edits, .flushed = options->fsync};
    sigset_t before;
    cli_signals_hold(&before);
    const int code = run_held(call, job, &files, options);
    cli_rows_files_fini(&files);
    /* A signal that came takes effect here, so that the caller sees how the run ended. */
    cli_signals_release(&before);
    return code;
}

int cli_apply_rows(const CmdCall *call, const CliPipeline *pipeline,
                   const CliApplyRowsOptions *options)
{
    CliRowsJob job = {.plan = pipeline->plan,
                      .form = augi_row_text_form(pipeline->dataset),
                      .n_copies = options->n_copies,
                      .with_originals = options->with_originals,
                      .dedupe = options->dedupe,
                      .edits = options->edits != NULL,
                      .softens = pipeline->plan->made.softens,
                      .packed = ends_with(options->output, ".gz"),
                      .strict = options->strict};
    CliBytes head = {0};
    AugError error = {0};
    AugStatus status = AUG_OK;
    if (job.softens)
        status = cli_row_shares_head(&head, &job.form, pipeline->dataset, &error);
    if (status == AUG_OK && head.failed)
        status = AUG_FAIL(&error, AUG_NO_MEMORY, NULL, "no memory for the header");
    if (job.softens) {
        job.form.head = head.bytes;
        job.form.head_size = head.size;
    }
    const int code = status == AUG_OK ? run_job(call, &job, options) : cmd_fail(call, &error);
    cli_bytes_fini(&head);
    return code;
}
