/* Pictures in folders: root/CLASS/.../picture.jpg, the class being the first folder's name.
 *
 * Classes and pictures are in the order of the bytes of their names, whatever the locale and
 * whatever order the file system lists them in, so that sample 17 is the same file on every host.
 */
#include <stdlib.h>
#include <string.h>

#include "aug/image.h"
#include "libaug/data/identity.h"
#include "libaug/data/support/folders.h"
#include "libaug/data/support/labels.h"
#include "libaug/data/support/pictures.h"

typedef struct ImageFolderParams {
    AugText path;
    AugText extensions;
    AugChoice label_type;
} ImageFolderParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ImageFolderParams, path, .help = "folder with one folder a class, or of pictures"),
    AUG_PARAM(ImageFolderParams, extensions, .fallback = aug_image_endings,
              .help = "file name endings of pictures, separated by spaces"),
    AUGI_PARAM_FOLDER_LABELS(ImageFolderParams),
};

typedef struct ImageFolder {
    AugiPictures pictures;
    AugiLabels labels;
} ImageFolder;

static AugStatus add_files(ImageFolder *state, const AugiPaths *files, int32_t label,
                           AugiFolders *walk, AugError *error)
{
    for (size_t i = 0; i < files->n; i++) {
        AUG_TRY(
            augi_pictures_add(&state->pictures, files->items[i], walk->limits, walk->root, error));
        AUG_TRY(augi_labels_add(&state->labels, label, walk->limits, error));
    }
    return AUG_OK;
}

/* The class of the folder of this number. */
static AugStatus find_class(const ImageFolderParams *p, const AugiFolders *walk,
                            const AugiPaths *classes, size_t i, int32_t *class, AugError *error)
{
    *class = (int32_t)i;
    if (p->label_type.value != AUGI_FOLDERS_ARE_NUMBERS)
        return AUG_OK;
    const char *name = classes->items[i];
    return augi_label_of_folder(name, strlen(name), walk->root, walk->limits, class, error);
}

static AugStatus add_classes(AugDataset *dataset, AugiFolders *walk, const AugiPaths *classes,
                             AugError *error)
{
    ImageFolder *state = dataset->state;
    if (classes->n > walk->limits->max_classes)
        return AUG_FAIL(error, AUG_TOO_LARGE, walk->root, "holds %zu folders; %u are allowed",
                        classes->n, walk->limits->max_classes);
    AugStatus status = AUG_OK;
    for (size_t i = 0; i < classes->n && status == AUG_OK; i++) {
        AugiPaths files = {0};
        int32_t class;
        status = augi_folders_collect(walk, classes->items[i], &files, error);
        /* Folders beside a flat set of pictures need no number. */
        if (status == AUG_OK && files.n > 0)
            status = find_class(dataset->params, walk, classes, i, &class, error);
        if (status == AUG_OK && files.n > 0)
            status = add_files(state, &files, class, walk, error);
        augi_paths_fini(&files);
    }
    return status;
}

/* Either pictures in class folders or pictures in the root: with both, one part would be left out
 * in silence. Takes the names of classes. */
static AugStatus build(AugDataset *dataset, AugiFolders *walk, AugiPaths *classes, AugiPaths *flat,
                       AugError *error)
{
    ImageFolder *state = dataset->state;
    AUG_TRY(augi_folders_list(walk, "", classes, flat, error));
    augi_paths_sort(classes);
    augi_paths_sort(flat);
    AUG_TRY(add_classes(dataset, walk, classes, error));
    if (state->pictures.n > 0 && flat->n > 0)
        return AUG_FAIL(error, AUG_CORRUPT, walk->root,
                        "holds pictures beside its class folders, such as '%.200s'; allowed are "
                        "class folders or pictures, not both",
                        flat->items[0]);
    const ImageFolderParams *p = dataset->params;
    if (state->pictures.n > 0 && p->label_type.value == AUGI_FOLDERS_ARE_NUMBERS)
        return augi_labels_finish(&state->labels, dataset, 0, error);
    if (state->pictures.n > 0) {
        dataset->class_names = classes->items;
        dataset->info.n_classes = (uint32_t)classes->n;
        *classes = (AugiPaths){0};
        return AUG_OK;
    }
    if (flat->n == 0)
        return AUG_FAIL(error, AUG_NOT_FOUND, walk->root,
                        "no pictures were found in the folder or %zu folders in it; looked for "
                        "names that end in one of: %.200s",
                        classes->n, walk->extensions);
    return add_files(state, flat, -1, walk, error);
}

static AugStatus image_folder_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    const ImageFolderParams *p = dataset->params;
    ImageFolder *state = calloc(1, sizeof(*state));
    if (!state)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a data set");
    dataset->state = state;
    const AugFieldDesc image = augi_field_encoded();
    AUG_TRY(augi_dataset_add_field(dataset, &image, error));
    AUG_TRY(augi_pictures_open(&state->pictures, p->path, error));
    AugiFolders walk = {.folder = state->pictures.folder,
                        .root = p->path,
                        .extensions = p->extensions,
                        .limits = limits,
                        .passed = &dataset->passed};
    AugiPaths classes = {0}, flat = {0};
    AugStatus status = build(dataset, &walk, &classes, &flat, error);
    augi_paths_fini(&classes);
    augi_paths_fini(&flat);
    augi_folders_fini(&walk);
    dataset->info.n_samples = state->pictures.n;
    return status;
}

static void image_folder_close(AugDataset *dataset)
{
    ImageFolder *state = dataset->state;
    if (!state)
        return;
    augi_pictures_fini(&state->pictures);
    augi_labels_fini(&state->labels);
    free(state);
    dataset->state = NULL;
}

static int64_t image_folder_label(const AugDataset *dataset, uint64_t index)
{
    const ImageFolder *state = dataset->state;
    return augi_labels_get(&state->labels, index);
}

static const char *image_folder_sample_name(const AugDataset *dataset, uint64_t index,
                                            AugBuffer *buffer)
{
    (void)buffer;
    const ImageFolder *state = dataset->state;
    return augi_pictures_name(&state->pictures, index);
}

static AugStatus image_folder_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                                   AugSample *sample, AugError *error)
{
    const ImageFolder *state = dataset->state;
    return augi_pictures_read(&state->pictures, dataset, index, buffer, sample, error);
}

static uint64_t image_folder_stored_size(const AugDataset *dataset, uint64_t index)
{
    const ImageFolder *state = dataset->state;
    return augi_pictures_size(&state->pictures, index);
}

static void image_folder_manifest(const AugDataset *dataset, AugiHash *hash)
{
    const ImageFolder *state = dataset->state;
    augi_manifest_add_labels(dataset, hash);
    augi_pictures_add_manifest(&state->pictures, hash);
}

const AugDatasetKind aug_dataset_image_folder = {
    .name = "image_folder",
    .summary = "Picture files, one folder a class",
    .example = "image_folder:data/train",
    .aka = "imagenet directory folder",
    .params = AUG_PARAM_TABLE(ImageFolderParams, params),
    .open = image_folder_open,
    .close = image_folder_close,
    .sample_name = image_folder_sample_name,
    .read = image_folder_read,
    .label = image_folder_label,
    .manifest = image_folder_manifest,
    .stored_size = image_folder_stored_size,
};
