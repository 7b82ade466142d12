/* IDX files, as MNIST, Fashion-MNIST, KMNIST and EMNIST are published: one file of images, one of
 * labels, plain or .gz. Images of floats, and of up to 16 channels, are read too. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/idx_file.h"
#include "libaug/data/support/paths.h"
#include "libaug/data/support/pixels.h"

typedef struct IdxParams {
    AugText path;
    AugChoice split;
    AugText labels;
    int32_t classes;
} IdxParams;

static const char *const splits[] = {"train", "test", NULL};

static const AugParamDesc params[] = {
    AUG_PARAM(IdxParams, path, .help = "file of images, or the folder that holds the four files"),
    AUG_PARAM(IdxParams, split, .choices = splits, .fallback = "train",
              .help = "which files of a folder: train-* or t10k-*"),
    AUG_PARAM(IdxParams, labels, .optional = true,
              .help = "file of labels, or none; by default found from the name of the image file"),
    AUG_PARAM(IdxParams, classes, .optional = true, .low = 1, .high = 256,
              .help = "number of classes; by default the highest label + 1"),
};

/* Whether "folder/prefix-images..." exists under one of its published names; fills path. */
static bool find_images(const char *folder, const char *prefix, char *path, size_t size)
{
    static const char *const endings[] = {"-images-idx3-ubyte", "-images-idx3-ubyte.gz",
                                          "-images.idx3-ubyte", "-images.idx3-ubyte.gz"};
    for (size_t i = 0; i < AUG_COUNT(endings); i++) {
        int length = snprintf(path, size, "%s/%s%s", folder, prefix, endings[i]);
        if (length > 0 && (size_t)length < size && augi_path_exists(path))
            return true;
    }
    return false;
}

static AugStatus find_images_of_split(const IdxParams *p, char *path, size_t size, AugError *error)
{
    bool test = p->split.value == 1;
    if (!augi_path_is_folder(p->path)) {
        if (test && augi_path_exists(p->path))
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, p->path,
                            "split is test, but the path is a file; split chooses in a folder");
        snprintf(path, size, "%s", p->path);
        return AUG_OK;
    }
    if (find_images(p->path, test ? "t10k" : "train", path, size) ||
        (test && find_images(p->path, "test", path, size)))
        return AUG_OK;
    return AUG_FAIL(error, AUG_NOT_FOUND, p->path,
                    "the folder holds no %s-images-idx3-ubyte, with or without .gz",
                    test ? "t10k" : "train");
}

/* Replaces one word of the base name; false if it is not there. */
static bool replace(char *path, size_t size, const char *old, const char *new)
{
    char *at = strstr(path + augi_path_folder_size(path), old);
    size_t length = strlen(path);
    size_t old_size = strlen(old), new_size = strlen(new);
    if (!at || length - old_size + new_size >= size)
        return false;
    memmove(at + new_size, at + old_size, strlen(at + old_size) + 1);
    memcpy(at, new, new_size);
    return true;
}

/* From ".../train-images-idx3-ubyte.gz" to ".../train-labels-idx1-ubyte.gz", or the same with .gz
 * taken away or added. */
static AugStatus find_labels(const char *images, char *path, size_t size, AugError *error)
{
    snprintf(path, size, "%s", images);
    bool known = replace(path, size, "images", "labels");
    if (!replace(path, size, "idx3", "idx1"))
        replace(path, size, "idx4", "idx1");
    if (known && augi_path_exists(path))
        return AUG_OK;
    size_t length = strlen(path);
    if (known && augi_path_has_suffix(path, ".gz")) {
        path[length - 3] = 0;
        if (augi_path_exists(path))
            return AUG_OK;
    } else if (known && length + 4 <= size) {
        memcpy(path + length, ".gz", 4);
        if (augi_path_exists(path))
            return AUG_OK;
        path[length] = 0;
    }
    if (known)
        return AUG_FAIL(error, AUG_NOT_FOUND, images,
                        "its label file '%.200s' is not there, with or without .gz; give labels: "
                        "PATH, or labels: none",
                        augi_path_base(path));
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, images,
                    "its name does not contain 'images', so the label file cannot be found; give "
                    "labels: PATH, or labels: none");
}

static AugStatus read_labels(AugDataset *dataset, const char *images, const AugLimits *limits,
                             AugError *error)
{
    const IdxParams *p = dataset->params;
    if (p->labels && strcmp(p->labels, "none") == 0)
        return AUG_OK;
    char found[4096];
    const char *path = p->labels;
    if (!path) {
        AUG_TRY(find_labels(images, found, sizeof(found), error));
        path = found;
    }
    AugiIdx idx;
    AUG_TRY(augi_idx_read(&idx, path, AUGI_IDX_LABELS, limits, error));
    AugStatus status = AUG_OK;
    AugiPixels *pixels = dataset->state;
    if (idx.sizes[0] != dataset->info.n_samples)
        status = AUG_FAIL(error, AUG_CORRUPT, path,
                          "holds %" PRIu32 " labels, but '%.200s' holds %" PRIu64
                          " images; the counts must be equal",
                          idx.sizes[0], images, dataset->info.n_samples);
    for (uint32_t i = 0; i < idx.sizes[0] && status == AUG_OK; i++)
        status = augi_labels_add(&pixels->labels, idx.bytes[i], limits, error);
    free(idx.bytes);
    if (status != AUG_OK)
        return status;
    return augi_labels_finish(&pixels->labels, dataset, p->classes, error);
}

static AugStatus read_images(AugDataset *dataset, const char *path, const AugLimits *limits,
                             AugError *error)
{
    AugiPixels *pixels = dataset->state;
    AugiIdx idx;
    AUG_TRY(augi_idx_read(&idx, path, AUGI_IDX_PICTURES, limits, error));
    pixels->bytes = idx.bytes;
    const uint32_t n_channels = idx.n_dimensions == 4 ? idx.sizes[3] : 1;
    pixels->stride = (size_t)idx.sizes[1] * idx.sizes[2] * n_channels * aug_dtype_size(idx.dtype);
    dataset->info.n_samples = idx.sizes[0];
    const AugSize size = {.height = (int32_t)idx.sizes[1], .width = (int32_t)idx.sizes[2]};
    AugFieldDesc image = augi_field_pixels(size, (int32_t)n_channels, false);
    image.tensor.dtype = idx.dtype;
    return augi_dataset_add_field(dataset, &image, error);
}

static AugStatus idx_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    AugiPixels *pixels = calloc(1, sizeof(*pixels));
    if (!pixels)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a data set");
    dataset->state = pixels;
    dataset->is_settled = true;
    char images[4096];
    AUG_TRY(find_images_of_split(dataset->params, images, sizeof(images), error));
    AUG_TRY(read_images(dataset, images, limits, error));
    return read_labels(dataset, images, limits, error);
}

const AugDatasetKind aug_dataset_idx = {
    .name = "idx",
    .summary = "Images and labels in the format of MNIST, plain or .gz",
    .example = "idx:mnist,split=train",
    .params = AUG_PARAM_TABLE(IdxParams, params),
    .other_path = "labels",
    .aka = "mnist fashion_mnist fashionmnist fashion-mnist kmnist emnist qmnist",
    .open = idx_open,
    .close = augi_pixels_close,
    .read = augi_pixels_read,
    .expect = augi_pixels_expect,
    .label = augi_pixels_label,
    .manifest = augi_pixels_manifest,
};
