/* Of the samples that were asked for, each is delivered, failed or left; the three make the sum. */
#include "cli/apply_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/apply_folder.h"
#include "cli/describe.h"
#include "libaug/base/json_writer.h"

/* Whether all samples were gone through and the lists have their names. */
static bool is_finished(const CliApplyEnd *end)
{
    return !end->error && !end->signal;
}

int cli_apply_exit_code(const CliApplyLog *log, const CliApplyEnd *end)
{
    if (!is_finished(end) || log->n_written + log->n_kept == 0)
        return 1;
    return log->n_failed > 0 && !end->allow_errors ? CLI_APPLY_SOME_FAILED : 0;
}

static void print_finished(const CliApplyJob *job, const CliApplyLog *log)
{
    printf("%" PRIu64 " %s written to %s", log->n_written, job->files.n > 0 ? "pictures" : "rows",
           job->output.path);
    if (log->n_kept > 0)
        printf(", %" PRIu64 " were there already", log->n_kept);
    if (log->n_failed > 0)
        printf("; %" PRIu64 " of %" PRIu64 " samples could not be augmented, see %s/%s",
               log->n_failed, log->options.n_samples, job->output.path, CLI_APPLY_ERRORS_FILE);
    putchar('\n');
}

/* Pictures are not counted here: threads were ahead of what was written down. */
void cli_apply_print_summary(const CliApplyJob *job, const CliApplyLog *log, const CliApplyEnd *end)
{
    const uint64_t n_samples = log->options.n_samples;
    if (is_finished(end))
        print_finished(job, log);
    else
        printf("stopped after %" PRIu64 " of %" PRIu64 " samples: %" PRIu64 " delivered, %" PRIu64
               " failed, %" PRIu64 " left\n",
               log->n_done, n_samples, log->n_done - log->n_failed, log->n_failed,
               n_samples - log->n_done);
}

AugStatus cli_apply_print_json(const CliApplyJob *job, const CliApplyLog *log,
                               const CliApplyEnd *end, AugError *error)
{
    AugiJsonWriter writer = {.indent = 2};
    augi_json_object(&writer);
    augi_json_text_member(&writer, "output", job->output.path);
    augi_json_unsigned_member(&writer, "samples", log->options.n_samples);
    augi_json_unsigned_member(&writer, "delivered", log->n_done - log->n_failed);
    augi_json_unsigned_member(&writer, "failed", log->n_failed);
    augi_json_unsigned_member(&writer, "left", log->options.n_samples - log->n_done);
    augi_json_unsigned_member(&writer, "written", log->n_written);
    augi_json_unsigned_member(&writer, "kept", log->n_kept);
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
