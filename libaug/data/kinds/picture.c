/* A single picture file, as a data set of one sample without a label. */
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/pictures.h"

typedef struct PictureParams {
    AugText path;
} PictureParams;

static const AugParamDesc params[] = {
    AUG_PARAM(PictureParams, path, .help = "picture file"),
};

/* The folder of a path as a new string: "." for a bare name. NULL if memory is out. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static AugStatus picture_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    const PictureParams *p = dataset->params;
    AugiPictures *pictures = calloc(1, sizeof(*pictures));
    char *folder = folder_of(p->path);
    dataset->state = pictures;
    AugStatus status = AUG_OK;
    if (!pictures || !folder)
        status = AUG_FAIL(error, AUG_NO_MEMORY, p->path, "no memory for a data set");
    if (status == AUG_OK)
        status = augi_pictures_open(pictures, folder, error);
    const char *slash = strrchr(p->path, '/');
    if (status == AUG_OK)
        status = augi_pictures_add(pictures, slash ? slash + 1 : p->path, limits, p->path, error);
    free(folder);
    if (status != AUG_OK)
        return status;
    dataset->info.n_samples = 1;
    const AugFieldDesc image = augi_field_encoded();
    return augi_dataset_add_field(dataset, &image, error);
}

static void picture_close(AugDataset *dataset)
{
    if (dataset->state)
        augi_pictures_fini(dataset->state);
    free(dataset->state);
    dataset->state = NULL;
}

static const char *picture_sample_name(const AugDataset *dataset, uint64_t index, AugBuffer *buffer)
{
    (void)buffer;
    return augi_pictures_name(dataset->state, index);
}

static AugStatus picture_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                              AugSample *sample, AugError *error)
{
    return augi_pictures_read(dataset->state, dataset, index, buffer, sample, error);
}

static uint64_t picture_stored_size(const AugDataset *dataset, uint64_t index)
{
    return augi_pictures_size(dataset->state, index);
}

static void picture_manifest(const AugDataset *dataset, AugiHash *hash)
{
    augi_pictures_add_manifest(dataset->state, hash);
}

static int64_t picture_label(const AugDataset *dataset, uint64_t index)
{
    (void)dataset;
    (void)index;
    return -1;
}

const AugDatasetKind aug_dataset_picture = {
    .name = "picture",
    .summary = "A single picture file",
    .example = "picture:photo.jpg",
    .params = AUG_PARAM_TABLE(PictureParams, params),
    .open = picture_open,
    .close = picture_close,
    .sample_name = picture_sample_name,
    .read = picture_read,
    .label = picture_label,
    .manifest = picture_manifest,
    .stored_size = picture_stored_size,
};
