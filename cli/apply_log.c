/* A window over the samples that are under way: results wait in it until all before them are
 * written down. */
#include "cli/apply_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/apply_folder.h"
#include "cli/signals.h"

/* How often a waiting thread looks for Ctrl-C: below what a person notices. */
#define SIGNAL_INTERVAL_NS 100000000L
#define NS_PER_S 1000000000L

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
    pthread_mutex_init(&log->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&log->moved, &monotonic);
    pthread_condattr_destroy(&monotonic);
    log->window = calloc(CLI_APPLY_WINDOW, sizeof(CliApplyResult));
    log->filled = calloc(CLI_APPLY_WINDOW, sizeof(bool));
    if (!log->window || !log->filled) {
        cli_apply_log_fini(log);
        return AUG_FAIL(error, AUG_NO_MEMORY, output, "no memory for the list of results");
    }
    const AugStatus status = open_lists(log, output, error);
    if (status != AUG_OK)
        cli_apply_log_fini(log);
    else
        cli_progress_start(&log->progress, "samples", options->n_samples);
    return status;
}

bool cli_apply_log_take(CliApplyLog *log, uint64_t *index)
{
    pthread_mutex_lock(&log->lock);
    while (!log->stopped && log->next < log->options.n_samples &&
           log->next - log->done >= CLI_APPLY_WINDOW)
        pthread_cond_wait(&log->moved, &log->lock);
    const bool given = !log->stopped && log->next < log->options.n_samples;
    if (given)
        *index = log->next++;
    pthread_mutex_unlock(&log->lock);
    return given;
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

/* Under the lock. */
static void set_failure(CliApplyLog *log, const AugError *failure)
{
    if (!log->stopped)
        log->failure = *failure;
    log->stopped = true;
    pthread_cond_broadcast(&log->moved);
}

/* Under the lock. */
static void report_failure(CliApplyLog *log, uint64_t index, const CliApplyResult *result)
{
    log->n_failed++;
    char *source = cli_tsv_field(result->source ? result->source : "");
    char *reason = cli_tsv_field(result->error.message);
    cli_progress_clear(&log->progress);
    /* In strict mode the failure ends the run and is printed there. */
    if (!log->options.strict && !result->fatal)
        fprintf(stderr, "%s: %s\n", source ? source : "?", reason ? reason : "?");
    fprintf(log->errors.file, "%llu\t%s\t%s\n", (unsigned long long)index, source ? source : "",
            reason ? reason : "");
    free(source);
    free(reason);
    if (log->options.strict || result->fatal)
        set_failure(log, &result->error);
}

/* Writes down one result, in its turn. Under the lock. */
static void record(CliApplyLog *log, uint64_t index, CliApplyResult *result)
{
    if (result->lines && log->labels.file)
        fputs(result->lines, log->labels.file);
    if (result->rows && log->rows.file)
        fputs(result->rows, log->rows.file);
    if (result->error.status != AUG_OK && !log->stopped)
        report_failure(log, index, result);
    log->n_written += result->n_written;
    log->n_kept += result->n_kept;
    log->n_samples_kept += result->n_kept > 0 && result->n_written == 0;
    free(result->lines);
    free(result->rows);
    free(result->source);
    *result = (CliApplyResult){0};
}

void cli_apply_log_put(CliApplyLog *log, uint64_t index, CliApplyResult *result)
{
    pthread_mutex_lock(&log->lock);
    const uint64_t slot = index % CLI_APPLY_WINDOW;
    log->window[slot] = *result;
    log->filled[slot] = true;
    *result = (CliApplyResult){0};
    while (log->done < log->next && log->filled[log->done % CLI_APPLY_WINDOW]) {
        log->filled[log->done % CLI_APPLY_WINDOW] = false;
        record(log, log->done, &log->window[log->done % CLI_APPLY_WINDOW]);
        log->done++;
    }
    cli_progress_show(&log->progress, log->done, log->n_samples_kept);
    pthread_cond_broadcast(&log->moved);
    pthread_mutex_unlock(&log->lock);
}

void cli_apply_log_stop(CliApplyLog *log, const AugError *failure)
{
    pthread_mutex_lock(&log->lock);
    set_failure(log, failure);
    pthread_mutex_unlock(&log->lock);
}

void cli_apply_log_enter(CliApplyLog *log)
{
    pthread_mutex_lock(&log->lock);
    log->n_threads++;
    pthread_mutex_unlock(&log->lock);
}

void cli_apply_log_leave(CliApplyLog *log)
{
    pthread_mutex_lock(&log->lock);
    log->n_threads--;
    pthread_cond_broadcast(&log->moved);
    pthread_mutex_unlock(&log->lock);
}

int cli_apply_log_wait(CliApplyLog *log)
{
    int signal = 0;
    pthread_mutex_lock(&log->lock);
    while (log->n_threads > 0) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += SIGNAL_INTERVAL_NS;
        if (until.tv_nsec >= NS_PER_S) {
            until.tv_nsec -= NS_PER_S;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&log->moved, &log->lock, &until);
        signal = signal ? signal : cli_signals_pending();
        if (signal)
            log->stopped = true;
    }
    pthread_mutex_unlock(&log->lock);
    return signal;
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
    if (!log->window && !log->filled)
        return;
    cli_progress_clear(&log->progress);
    abandon(&log->labels);
    abandon(&log->rows);
    abandon(&log->errors);
    for (size_t i = 0; log->window && i < CLI_APPLY_WINDOW; i++) {
        free(log->window[i].lines);
        free(log->window[i].rows);
        free(log->window[i].source);
    }
    free(log->window);
    free(log->filled);
    pthread_cond_destroy(&log->moved);
    pthread_mutex_destroy(&log->lock);
    *log = (CliApplyLog){0};
}
