/* Tables that are written aside, and the counts and the progress line that go with them. */
#include "cli/apply_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/apply_folder.h"

void cli_apply_result_free(CliApplyResult *result)
{
    if (!result)
        return;
    free(result->lines);
    free(result->rows);
    free(result->source);
    free(result);
}

static AugStatus open_aside(CliApplyList *list, const char *output, const char *name,
                            const char *head, AugError *error)
{
    if (asprintf(&list->path, "%s/%s.part", output, name) < 0) {
        list->path = NULL;
        return AUG_FAIL(error, AUG_NO_MEMORY, output, "no memory for a path");
    }
    list->file = fopen(list->path, "we");
    if (!list->file)
        return AUG_FAIL(error, AUG_IO, list->path, "cannot write it: %s", strerror(errno));
    fputs(head, list->file);
    return AUG_OK;
}

static AugStatus open_lists(CliApplyLog *log, const char *output, AugError *error)
{
    if (log->options.labels)
        AUG_TRY(open_aside(&log->labels, output, CLI_APPLY_LABELS_FILE,
                           "file\tsource\tcopy\tlabel\tclass\n", error));
    if (log->options.rows)
        AUG_TRY(open_aside(&log->rows, output, CLI_APPLY_ROWS_FILE, "", error));
    return open_aside(&log->errors, output, CLI_APPLY_ERRORS_FILE, "index\tsource\treason\n",
                      error);
}

AugStatus cli_apply_log_init(CliApplyLog *log, const char *output,
                             const CliApplyLogOptions *options, AugError *error)
{
    *log = (CliApplyLog){.options = *options};
    const AugStatus status = open_lists(log, output, error);
    if (status != AUG_OK)
        cli_apply_log_fini(log);
    else
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
        fprintf(log->errors.file, "%" PRIu64, log->n_done);
    fprintf(log->errors.file, "\t%s\t%s\n", source ? source : "", reason ? reason : "");
    free(source);
    free(reason);
}

AugStatus cli_apply_log_put(CliApplyLog *log, const CliApplyResult *result, AugError *error)
{
    const bool has_failed = result->error.status != AUG_OK;
    if (result->lines && log->labels.file)
        fputs(result->lines, log->labels.file);
    if (result->rows && log->rows.file)
        fputs(result->rows, log->rows.file);
    if (has_failed)
        report_failure(log, result);
    log->n_written += result->n_written;
    log->n_kept += result->n_kept;
    log->n_samples_kept += result->n_kept > 0 && result->n_written == 0;
    log->n_done++;
    cli_progress_show(&log->progress, log->n_done, log->n_samples_kept);
    if (!has_failed || !log->options.strict)
        return AUG_OK;
    *error = result->error;
    return result->error.status;
}

/* Closes a file and gives it its name, which is its path without ".part". */
static AugStatus publish(CliApplyList *list, AugError *error)
{
    if (!list->file)
        return AUG_OK;
    const bool failed = ferror(list->file) != 0;
    const bool closed = fclose(list->file) == 0;
    list->file = NULL;
    char *name = strndup(list->path, strlen(list->path) - strlen(".part"));
    if (!name)
        return AUG_FAIL(error, AUG_NO_MEMORY, list->path, "no memory for a path");
    const bool renamed = !failed && closed && rename(list->path, name) == 0;
    free(name);
    if (renamed)
        return AUG_OK;
    return AUG_FAIL(error, AUG_IO, list->path, "cannot write it: %s", strerror(errno));
}

/* There is nothing to list; a list of an interrupted run goes. */
static void drop_errors(CliApplyList *errors)
{
    fclose(errors->file);
    errors->file = NULL;
    unlink(errors->path);
    errors->path[strlen(errors->path) - strlen(".part")] = 0;
    unlink(errors->path);
}

AugStatus cli_apply_log_finish(CliApplyLog *log, AugError *error)
{
    cli_progress_clear(&log->progress);
    if (log->n_failed == 0)
        drop_errors(&log->errors);
    else
        AUG_TRY(publish(&log->errors, error));
    AUG_TRY(publish(&log->rows, error));
    return publish(&log->labels, error);
}

static void abandon(CliApplyList *list)
{
    if (list->file) {
        fclose(list->file);
        unlink(list->path);
    }
    free(list->path);
}

void cli_apply_log_fini(CliApplyLog *log)
{
    cli_progress_clear(&log->progress);
    abandon(&log->labels);
    abandon(&log->rows);
    abandon(&log->errors);
    *log = (CliApplyLog){0};
}
