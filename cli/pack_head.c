/* An object as libaug/data/support/tar_head.c reads it. */
#include "cli/pack_head.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tar_member.h"
#include "libaug/base/utf8.h"
#include "libaug/data/dataset.h"
#include "libaug/data/support/tar_head.h"

/* Whether a further picture of a sample must be told from a sample. */
static bool has_further_pictures(const CliPackJob *job)
{
    const AugDatasetInfo *info = &job->dataset->info;
    uint32_t n = 0;
    for (uint32_t i = 0; i < info->n_fields; i++)
        n += info->fields[i].kind == AUG_FIELD_IMAGE || info->fields[i].kind == AUG_FIELD_MASK;
    return n > 1 || job->beside.has_pictures;
}

/* Whether there are more classes than the numbers of the samples show; shares of classes are no numbers. */
static bool has_more_classes(const CliPackJob *job)
{
    const AugDataset *dataset = job->dataset;
    int64_t most = -1;
    if (job->label < 0)
        return false;
    for (uint64_t i = 0; i < dataset->info.n_samples; i++) {
        const int64_t label = aug_dataset_label(dataset, i);
        most = label > most ? label : most;
    }
    return (int64_t)dataset->info.n_classes > most + 1;
}

static char *write(const CliPackJob *job)
{
    const AugDataset *dataset = job->dataset;
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    augi_json_unsigned_member(&writer, "augd_pack", 1);
    augi_json_text_member(&writer, "key", "first_dot");
    if (dataset->class_names) {
        augi_json_key(&writer, "classes");
        augi_json_list(&writer);
        for (uint32_t i = 0; i < dataset->info.n_classes; i++)
            augi_json_string(&writer, dataset->class_names[i]);
        augi_json_list_end(&writer);
    } else if (has_more_classes(job)) {
        augi_json_unsigned_member(&writer, "n_classes", dataset->info.n_classes);
    }
    augi_json_object_end(&writer);
    return augi_json_take(&writer);
}

AugStatus cli_pack_head_make(const CliPackJob *job, CliBytes *member, AugError *error)
{
    const AugDataset *dataset = job->dataset;
    *member = (CliBytes){0};
    if (!dataset->class_names && !has_further_pictures(job) && !has_more_classes(job))
        return AUG_OK;
    if (dataset->class_names)
        AUG_TRY(augi_utf8_check_classes((const char *const *)dataset->class_names,
                                        dataset->info.n_classes, "an archive",
                                        augi_dataset_path(dataset), error));
    char *text = write(job);
    const size_t size = text ? strlen(text) : 0;
    AugStatus status = AUG_OK;
    if (size > AUGI_TAR_HEAD_MAX_SIZE)
        status = AUG_FAIL(error, AUG_TOO_LARGE, augi_dataset_path(dataset),
                          "the names of its %" PRIu32
                          " classes take %zu bytes in an archive; %u are allowed",
                          dataset->info.n_classes, size, AUGI_TAR_HEAD_MAX_SIZE);
    else if (text)
        cli_tar_add_file(member, AUGI_TAR_HEAD, text, size);
    if (!text || member->failed)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a description");
    free(text);
    return status;
}
