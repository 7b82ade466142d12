/* A sample that was read once is augmented for each copy; what is complete from before stays. */
#include "cli/apply_work.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

/* Names the files of a copy and counts those that are not there. */
static uint32_t look_for_files(Work *work, const CliCopy *copy)
{
    const CliApplyJob *job = work->job;
    uint32_t n_missing = 0;
    work->names[0][0] = 0;
    for (uint32_t i = 0; i < job->files.n; i++) {
        cli_names_name(&job->layout, copy, i, work->names[i]);
        work->is_missing[i] = !cli_apply_output_has(&job->output, work->names[i]);
        n_missing += work->is_missing[i];
    }
    return n_missing;
}

static AugStatus augment(const Work *work, const CliCopy *copy, AugSample *made, AugError *error)
{
    AugKey key = work->given->key;
    key.epoch = copy->number;
    return aug_worker_augment(work->given->worker, &key, copy->sample, made, error);
}

static AugStatus write_file(const Work *work, const AugSample *made, uint32_t file, AugError *error)
{
    const CliFieldFile *field = &work->job->files.items[file];
    uint8_t *bytes = NULL;
    size_t size = 0;
    AUG_TRY(cli_field_file_encode(field, &made->fields[field->number], &bytes, &size, error));
    const AugStatus status =
        cli_apply_output_write(&work->job->output, work->names[file], bytes, size, error);
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
 * are not kept; it comes first, so that a sample without row leaves no files. */
static AugStatus make_copy(Work *work, const CliCopy *copy, CliApplyResult *result, AugError *error)
{
    const CliApplyJob *job = work->job;
    AugSample made;
    const bool is_new = look_for_files(work, copy) > 0 || job->files.n == 0;
    char *line = NULL;
    AugStatus status = AUG_OK;
    if (is_new || job->has_rows)
        status = augment(work, copy, &made, error);
    if (status == AUG_OK)
        status = make_row(work, copy, &made, &line, error);
    for (uint32_t i = 0; i < job->files.n && status == AUG_OK; i++)
        if (work->is_missing[i])
            status = write_file(work, &made, i, error);
    if (status == AUG_OK && line)
        fputs(line, work->rows);
    free(line);
    result->n_written += status == AUG_OK && is_new;
    result->n_kept += status == AUG_OK && !is_new;
    return status;
}

static AugStatus write_line(const Work *work, const CliCopy *copy, AugError *error)
{
    const CliApplyJob *job = work->job;
    const AugSample *sample = copy->sample;
    const AugDataset *dataset = aug_plan_dataset(job->plan);
    const int64_t label = aug_sample_class(aug_dataset_info(dataset), sample);
    const bool labelled = label >= 0 && label < job->layout.n_folders;
    char *file = cli_tsv_field(work->names[0]);
    char *source = cli_tsv_field(sample->name);
    char *class_name =
        cli_tsv_field(labelled ? aug_dataset_class_name(dataset, (uint32_t)label) : "");
    const bool is_whole = file && source && class_name;
    if (is_whole)
        fprintf(work->lines, "%s\t%s\t%" PRIu32 "\t%" PRId64 "\t%s\n", file, source, copy->number,
                label, class_name);
    free(file);
    free(source);
    free(class_name);
    return is_whole ? AUG_OK
                    : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the list of results");
}

/* A failure that is the sample's own stands in its result, any other is returned. */
static AugStatus make_copies(Work *work, CliApplyResult *result, AugError *error)
{
    CliCopy copy = {.sample = work->given->sample, .index = work->given->key.sample};
    for (; copy.number < work->job->form.n_copies; copy.number++) {
        const AugStatus status = make_copy(work, &copy, result, &result->error);
        if (status != AUG_OK && !cli_is_of_sample(status)) {
            *error = result->error;
            return status;
        }
        if (status != AUG_OK)
            return AUG_OK;
        if (work->job->files.n > 0)
            AUG_TRY(write_line(work, &copy, error));
    }
    return AUG_OK;
}

/* Ends a stream in memory; false if not all of it found room. */
static bool close_list(FILE *stream)
{
    const bool is_whole = !ferror(stream);
    return fclose(stream) == 0 && is_whole;
}

/* Fills the result of a sample, whatever became of it. */
static AugStatus process(Work *work, CliApplyResult *result, AugError *error)
{
    const AugEachSample *given = work->given;
    if (!given->sample && !cli_is_of_sample(given->error->status)) {
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
    const bool has_lines = work->lines && close_list(work->lines);
    const bool has_rows = work->rows && close_list(work->rows);
    if (status == AUG_OK && (!has_lines || !has_rows || !result->source))
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
