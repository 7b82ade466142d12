#include "cli/apply_work.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "aug/image.h"
#include "aug/spec.h"
#include "cli/files.h"
#include "libaug/run/plan.h"

/* What one thread owns. */
typedef struct Work {
    CliApplyJob *job;
    AugImageWorker *worker;
    AugBuffer buffer;
} Work;

/* One copy of one sample. */
typedef struct Copy {
    const AugSample *sample;
    uint64_t index;
    uint32_t number;
} Copy;

/* Failures of the machine rather than of a sample: they end the run. */
static bool is_fatal(AugStatus status)
{
    return status == AUG_NO_MEMORY || status == AUG_INTERNAL;
}

static AugStatus augment(Work *work, const Copy *copy, uint8_t **bytes, size_t *size,
                         AugError *error)
{
    const AugKey key = {.seed = aug_spec_seed(augi_plan_spec(work->job->plan)),
                        .sample = copy->index,
                        .epoch = copy->number};
    AugImage image;
    AUG_TRY(aug_image_augment(work->worker, &key, copy->sample, &image, error));
    const CliApplyForm *form = &work->job->form;
    return aug_image_encode(form->format, &image, form->quality, bytes, size, error);
}

/* Makes a copy's file unless it is there already. */
static void make_copy(Work *work, const Copy *copy, const char *path, CliApplyResult *result)
{
    if (cli_file_is_complete(path)) {
        result->n_kept++;
        return;
    }
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (augment(work, copy, &bytes, &size, &result->error) != AUG_OK) {
        result->fatal = is_fatal(result->error.status);
        return;
    }
    if (cli_file_write(path, bytes, size, &result->error) == AUG_OK)
        result->n_written++;
    else
        result->fatal = true;
    free(bytes);
}

static void write_line(FILE *lines, const CliApplyJob *job, const Copy *copy, const char *name)
{
    const AugSample *sample = copy->sample;
    const AugDataset *dataset = aug_plan_dataset(job->plan);
    const int64_t label = aug_sample_class(aug_dataset_info(dataset), sample);
    const bool labelled = label >= 0 && label < job->layout.n_folders;
    char *file = cli_tsv_field(name);
    char *source = cli_tsv_field(sample->name);
    char *class_name =
        cli_tsv_field(labelled ? aug_dataset_class_name(dataset, (uint32_t)label) : "");
    fprintf(lines, "%s\t%s\t%" PRIu32 "\t%" PRId64 "\t%s\n", file ? file : "?",
            source ? source : "?", copy->number, label, class_name ? class_name : "?");
    free(file);
    free(source);
    free(class_name);
}

/* Samples without a label may be in a data set that has labels; their folder is made when the first
 * comes. */
static void make_sample_folder(const CliApplyJob *job, const AugSample *sample, const char *name,
                               CliApplyResult *result)
{
    const char *slash = strchr(name, '/');
    const AugDatasetInfo *info = aug_dataset_info(aug_plan_dataset(job->plan));
    if (aug_sample_class(info, sample) >= 0 || !slash)
        return;
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/%.*s", job->output, (int)(slash - name), name);
    result->fatal = cli_folder_make(path, &result->error) != AUG_OK;
}

static void make_copies(Work *work, const AugSample *sample, uint64_t index, FILE *lines,
                        CliApplyResult *result)
{
    const CliApplyJob *job = work->job;
    Copy copy = {.sample = sample, .index = index};
    for (; copy.number < job->form.n_copies && result->error.status == AUG_OK; copy.number++) {
        char name[CLI_NAME_SIZE];
        char path[PATH_MAX];
        cli_names_name(&job->layout, sample, index, copy.number, name);
        if (copy.number == 0)
            make_sample_folder(job, sample, name, result);
        if (snprintf(path, sizeof(path), "%s/%s", job->output, name) >= (int)sizeof(path)) {
            AUG_FAIL(&result->error, AUG_TOO_LARGE, job->output, "the path is too long");
            result->fatal = true;
        }
        if (result->error.status == AUG_OK)
            make_copy(work, &copy, path, result);
        if (result->error.status == AUG_OK)
            write_line(lines, job, &copy, name);
    }
}

static void process(Work *work, uint64_t index, CliApplyResult *result)
{
    AugSample sample;
    if (aug_dataset_read(aug_plan_dataset(work->job->plan), index, &work->buffer, &sample,
                         &result->error) != AUG_OK) {
        result->source = strdup(result->error.where);
        result->fatal = is_fatal(result->error.status);
        return;
    }
    result->source = strdup(sample.name);
    size_t size;
    FILE *lines = open_memstream(&result->lines, &size);
    if (lines) {
        make_copies(work, &sample, index, lines, result);
        fclose(lines);
    }
    if (!lines || !result->lines || !result->source) {
        AUG_FAIL(&result->error, AUG_NO_MEMORY, NULL, "no memory for the list of results");
        result->fatal = true;
    }
}

void *cli_apply_work(void *job)
{
    Work work = {.job = job};
    CliApplyLog *log = &work.job->log;
    AugError error = {0};
    uint64_t index;
    if (aug_image_worker_new(&work.worker, work.job->plan, &error) != AUG_OK)
        cli_apply_log_stop(log, &error);
    while (cli_apply_log_take(log, &index)) {
        CliApplyResult result = {0};
        process(&work, index, &result);
        cli_apply_log_put(log, index, &result);
    }
    aug_image_worker_free(work.worker);
    aug_buffer_fini(&work.buffer);
    cli_apply_log_leave(log);
    return NULL;
}
