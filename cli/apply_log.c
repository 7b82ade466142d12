/* Tables that are written aside, and the counts and the progress line that go with them. */
#include "cli/apply_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/apply_folder.h"
#include "libaug/spec/param.h"

void cli_apply_result_free(CliApplyResult *result)
{
    if (!result)
        return;
    free(result->lines);
    free(result->rows);
    free(result->source);
    free(result);
}

/* Where the stream of a list ends (fopencookie): 0 says that writing failed. */
static ssize_t write_list(void *cookie, const char *bytes, size_t size)
{
    CliApplyList *list = cookie;
    if (augi_output_file_write(&list->file, bytes, size, NULL) != AUG_OK)
        return 0;
    return (ssize_t)size;
}

static AugStatus fail_list(const CliApplyLog *log, const CliApplyList *list, AugError *error)
{
    return cli_apply_output_failed(log->output, list->file.number, list->name, "write it", error);
}

static AugStatus open_aside(CliApplyLog *log, CliApplyList *list, const char *name,
                            const char *head, AugError *error)
{
    const AugiOutputOptions options = {.sole = true, .durable = true, .below = &log->output->fd};
    list->name = name;
    const AugStatus status = augi_output_file_begin(&list->file, name, options, error);
    if (status == AUG_IO)
        return fail_list(log, list, error);
    AUG_TRY(status);
    list->stream = fopencookie(list, "w", (cookie_io_functions_t){.write = write_list});
    if (!list->stream)
        return AUG_FAIL(error, AUG_NO_MEMORY, log->output->path, "no memory for a list");
    fputs(head, list->stream);
    return AUG_OK;
}

static AugStatus open_lists(CliApplyLog *log, AugError *error)
{
    if (log->options.labels)
        AUG_TRY(open_aside(log, &log->labels, CLI_APPLY_LABELS_FILE,
                           "file\tsource\tcopy\tlabel\tclass\n", error));
    if (log->options.rows)
        AUG_TRY(open_aside(log, &log->rows, CLI_APPLY_ROWS_FILE, "", error));
    return open_aside(log, &log->errors, CLI_APPLY_ERRORS_FILE, "index\tsource\treason\n", error);
}

AugStatus cli_apply_log_init(CliApplyLog *log, const CliOutput *output,
                             const CliApplyLogOptions *options, AugError *error)
{
    *log = (CliApplyLog){.options = *options, .output = output};
    const AugStatus status = open_lists(log, error);
    if (status != AUG_OK)
        cli_apply_log_fini(log);
    else if (!options->quiet)
        cli_progress_start(&log->progress, "samples", options->n_samples);
    return status;
}

char *cli_tsv_field(const char *text)
{
    static const char special[] = "\t\n\r\\";
    static const char letters[] = "tnr\\";
    /* Four characters for each at most. */
    char *field = malloc(strlen(text) * 4 + 1);
    char *to = field;
    for (const char *from = text; field && *from; from++) {
        const unsigned char c = (unsigned char)*from;
        const char *at = strchr(special, c);
        if (at)
            to += snprintf(to, 3, "\\%c", letters[at - special]);
        else if (c < ' ' || c == 0x7f)
            to += snprintf(to, 5, "\\x%02x", c);
        else
            *to++ = (char)c;
    }
    if (field)
        *to = 0;
    return field;
}

/* In strict mode the failure ends the run and is printed there. */
static void report_failure(CliApplyLog *log, const CliApplyResult *result)
{
    log->n_failed++;
    char *source = cli_tsv_field(result->source ? result->source : "");
    char *reason = cli_tsv_field(result->error.message);
    cli_progress_clear(&log->progress);
    if (!log->options.strict)
        fprintf(stderr, "%s: %s\n", source ? source : "?", reason ? reason : "?");
    if (!result->is_left_out)
        fprintf(log->errors.stream, "%" PRIu64, log->n_done);
    fprintf(log->errors.stream, "\t%s\t%s\n", source ? source : "", reason ? reason : "");
    free(source);
    free(reason);
}

/* Fails where a list could not be written, as soon as that is known. */
static AugStatus check_lists(const CliApplyLog *log, AugError *error)
{
    const CliApplyList *lists[] = {&log->errors, &log->rows, &log->labels};
    for (size_t i = 0; i < AUG_COUNT(lists); i++)
        if (lists[i]->stream && ferror(lists[i]->stream))
            return fail_list(log, lists[i], error);
    return AUG_OK;
}

AugStatus cli_apply_log_put(CliApplyLog *log, const CliApplyResult *result, AugError *error)
{
    const bool has_failed = result->error.status != AUG_OK;
    if (result->lines && log->labels.stream)
        fputs(result->lines, log->labels.stream);
    if (result->rows && log->rows.stream)
        fputs(result->rows, log->rows.stream);
    if (has_failed)
        report_failure(log, result);
    log->n_written += result->n_written;
    log->n_kept += result->n_kept;
    log->n_samples_kept += result->n_kept > 0 && result->n_written == 0;
    log->n_done++;
    cli_progress_show(&log->progress, log->n_done, log->n_samples_kept);
    AUG_TRY(check_lists(log, error));
    if (!has_failed || !log->options.strict)
        return AUG_OK;
    *error = result->error;
    return result->error.status;
}

/* Ends the stream; false if not all of it was written. */
static bool close_stream(CliApplyList *list)
{
    const bool is_whole = !list->stream || !ferror(list->stream);
    const bool is_closed = !list->stream || fclose(list->stream) == 0;
    list->stream = NULL;
    return is_whole && is_closed;
}

/* Gives a list its name. */
static AugStatus publish(CliApplyLog *log, CliApplyList *list, AugError *error)
{
    if (!list->file.is_open)
        return AUG_OK;
    if (!close_stream(list))
        return fail_list(log, list, error);
    const AugStatus status = augi_output_file_commit(&list->file, error);
    return status == AUG_IO ? fail_list(log, list, error) : status;
}

/* There is nothing to list; a list of an interrupted run goes. */
static AugStatus drop_errors(CliApplyLog *log, AugError *error)
{
    (void)close_stream(&log->errors);
    augi_output_file_drop(&log->errors.file);
    if (unlinkat(log->output->fd, CLI_APPLY_ERRORS_FILE, 0) == 0 || errno == ENOENT)
        return AUG_OK;
    return cli_apply_output_failed(log->output, errno, CLI_APPLY_ERRORS_FILE, "remove it", error);
}

AugStatus cli_apply_log_finish(CliApplyLog *log, AugError *error)
{
    cli_progress_clear(&log->progress);
    if (log->n_failed == 0)
        AUG_TRY(drop_errors(log, error));
    else
        AUG_TRY(publish(log, &log->errors, error));
    AUG_TRY(publish(log, &log->rows, error));
    return publish(log, &log->labels, error);
}

static void abandon(CliApplyList *list)
{
    (void)close_stream(list);
    augi_output_file_drop(&list->file);
}

void cli_apply_log_fini(CliApplyLog *log)
{
    cli_progress_clear(&log->progress);
    abandon(&log->labels);
    abandon(&log->rows);
    abandon(&log->errors);
    *log = (CliApplyLog){0};
}
