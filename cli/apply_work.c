/* A sample that was read once is augmented for each copy; what is complete from before stays. */
#include "cli/apply_work.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"
#include "cli/outcome.h"
#include "cli/row.h"

/* One sample at work.
 *
 * lines, rows: where the lines of its copies go
 * names:       of the files of the copy that is being made; is_missing: those that are to be
 *              written
 */
typedef struct Work {
    const CliApplyJob *job;
    const AugEachSample *given;
    FILE *lines, *rows;
    char names[AUG_MAX_FIELDS][CLI_NAME_SIZE];
    bool is_missing[AUG_MAX_FIELDS];
} Work;

static AugStatus path_of(const Work *work, uint32_t file, char path[PATH_MAX], AugError *error)
{
    const char *output = work->job->output;
    if (snprintf(path, PATH_MAX, "%s/%s", output, work->names[file]) < PATH_MAX)
        return AUG_OK;
    return AUG_FAIL(error, AUG_TOO_LARGE, output, "the path is too long");
}

/* Names the files of a copy and counts those that are not there. */
static AugStatus look_for_files(Work *work, const CliCopy *copy, uint32_t *n_missing,
                                AugError *error)
{
    *n_missing = 0;
    work->names[0][0] = 0;
    for (uint32_t i = 0; i < work->job->files.n; i++) {
        char path[PATH_MAX];
        cli_names_name(&work->job->layout, copy, i, work->names[i]);
        AUG_TRY(path_of(work, i, path, error));
        work->is_missing[i] = !cli_file_is_complete(path);
        *n_missing += work->is_missing[i];
    }
    return AUG_OK;
}

static AugStatus augment(const Work *work, const CliCopy *copy, AugSample *made, AugError *error)
{
    AugKey key = work->given->key;
    key.epoch = copy->number;
    return aug_worker_augment(work->given->worker, &key, copy->sample, made, error);
}

/* Samples without a label may be in a data set that has labels; their folder is made when the first
 * comes. */
static AugStatus make_sample_folder(const Work *work, const AugSample *sample, const char *path,
                                    AugError *error)
{
    const char *slash = strrchr(path, '/');
    const AugDatasetInfo *info = aug_dataset_info(aug_plan_dataset(work->job->plan));
    if (aug_sample_class(info, sample) >= 0)
        return AUG_OK;
    char folder[PATH_MAX];
    snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
    return cli_folder_make(folder, error);
}

/* Writes one file; *is_machine tells whether a failure is the machine's. */
static AugStatus write_file(const Work *work, const AugSample *made, uint32_t file,
                            bool *is_machine, AugError *error)
{
    const CliFieldFile *field = &work->job->files.items[file];
    char path[PATH_MAX];
    uint8_t *bytes = NULL;
    size_t size = 0;
    AUG_TRY(cli_field_file_encode(field, &made->fields[field->number], &bytes, &size, error));
    *is_machine = true;
    AugStatus status = path_of(work, file, path, error);
    if (status == AUG_OK)
        status = make_sample_folder(work, made, path, error);
    if (status == AUG_OK)
        status = cli_file_write(path, bytes, size, error);
    free(bytes);
    return status;
}

/* The row of a copy; *line stays NULL where none is wanted. */
static AugStatus make_row(const Work *work, const CliCopy *copy, const AugSample *made, char **line,
                          AugError *error)
{
    const CliApplyJob *job = work->job;
    CliRowPlace place = {.source = copy->sample->name, .copy = copy->number};
    if (!job->has_rows)
        return AUG_OK;
    for (uint32_t i = 0; i < job->files.n; i++)
        place.files[job->files.items[i].number] = work->names[i];
    return cli_row_make(aug_plan_dataset(job->plan), made, &place, line, error);
}

/* Makes what is missing of a copy. A row is made anew in any case, for rows of an interrupted run
 * are not kept; it comes first, so that a sample without row leaves no files. *is_machine tells
 * whether a failure is the machine's. */
static AugStatus make_copy(Work *work, const CliCopy *copy, CliApplyResult *result,
                           bool *is_machine, AugError *error)
{
    const CliApplyJob *job = work->job;
    AugSample made;
    uint32_t n_missing;
    *is_machine = true;
    AUG_TRY(look_for_files(work, copy, &n_missing, error));
    *is_machine = false;
    const bool is_new = n_missing > 0 || job->files.n == 0;
    char *line = NULL;
    AugStatus status = AUG_OK;
    if (is_new || job->has_rows)
        status = augment(work, copy, &made, error);
    if (status == AUG_OK)
        status = make_row(work, copy, &made, &line, error);
    for (uint32_t i = 0; i < job->files.n && status == AUG_OK; i++)
        if (work->is_missing[i])
            status = write_file(work, &made, i, is_machine, error);
    if (status == AUG_OK && line)
        fputs(line, work->rows);
    free(line);
    result->n_written += status == AUG_OK && is_new;
    result->n_kept += status == AUG_OK && !is_new;
    return status;
}

static void write_line(const Work *work, const CliCopy *copy)
{
    const AugSample *sample = copy->sample;
    const AugDataset *dataset = aug_plan_dataset(work->job->plan);
    const int64_t label = aug_sample_class(aug_dataset_info(dataset), sample);
    const bool labelled = label >= 0 && label < work->job->layout.n_folders;
    char *file = cli_tsv_field(work->names[0]);
    char *source = cli_tsv_field(sample->name);
    char *class_name =
        cli_tsv_field(labelled ? aug_dataset_class_name(dataset, (uint32_t)label) : "");
    fprintf(work->lines, "%s\t%s\t%" PRIu32 "\t%" PRId64 "\t%s\n", file ? file : "?",
            source ? source : "?", copy->number, label, class_name ? class_name : "?");
    free(file);
    free(source);
    free(class_name);
}

/* A failure of the sample stands in its result, that of the machine is returned. */
static AugStatus make_copies(Work *work, CliApplyResult *result, AugError *error)
{
    CliCopy copy = {.sample = work->given->sample, .index = work->given->key.sample};
    for (; copy.number < work->job->form.n_copies; copy.number++) {
        bool is_machine;
        const AugStatus status = make_copy(work, &copy, result, &is_machine, &result->error);
        if (status != AUG_OK && (is_machine || cli_is_fatal(status))) {
            *error = result->error;
            return status;
        }
        if (status != AUG_OK)
            return AUG_OK;
        if (work->job->files.n > 0)
            write_line(work, &copy);
    }
    return AUG_OK;
}

/* Fills the result of a sample, whatever became of it. */
static AugStatus process(Work *work, CliApplyResult *result, AugError *error)
{
    const AugEachSample *given = work->given;
    if (!given->sample && cli_is_fatal(given->error->status)) {
        *error = *given->error;
        return error->status;
    }
    if (!given->sample)
        result->error = *given->error;
    result->source = strdup(given->sample ? given->sample->name : given->error->where);
    size_t lines_size, rows_size;
    work->lines = open_memstream(&result->lines, &lines_size);
    work->rows = open_memstream(&result->rows, &rows_size);
    AugStatus status = AUG_OK;
    if (given->sample && work->lines && work->rows)
        status = make_copies(work, result, error);
    if (work->lines)
        fclose(work->lines);
    if (work->rows)
        fclose(work->rows);
    if (status == AUG_OK && (!result->lines || !result->rows || !result->source))
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the list of results");
    return status;
}

AugStatus cli_apply_make(void *job, const AugEachSample *given, void **result, AugError *error)
{
    Work work = {.job = job, .given = given};
    CliApplyResult *made = calloc(1, sizeof(*made));
    if (!made)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the list of results");
    *result = made;
    return process(&work, made, error);
}

void cli_apply_drop(void *job, void *result)
{
    (void)job;
    cli_apply_result_free(result);
}
