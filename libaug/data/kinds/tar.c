/* Tar shards in the naming of WebDataset: key.jpg with key.cls or key.json, or pictures in folders
 * named after their classes. Plain tar only, so that any sample can be read at once. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "aug/image.h"
#include "libaug/data/identity.h"
#include "libaug/data/support/labels.h"
#include "libaug/data/support/paths.h"
#include "libaug/data/support/tar_beside.h"

typedef struct TarParams {
    AugText path;
    AugText extensions;
    AugChoice key;
    AugChoice label_type;
    int32_t classes;
} TarParams;

static const AugParamDesc params[] = {
    AUG_PARAM(TarParams, path,
              .help = "archive, pattern such as shard-{000..127}.tar, or a folder of *.tar"),
    AUG_PARAM(TarParams, extensions, .fallback = aug_image_endings,
              .help = "name endings of pictures, separated by spaces"),
    AUG_PARAM(TarParams, key, .choices = augi_tar_key_names, .fallback = "auto",
              .help = "where the key in a member's name ends: before the ending, or at the first "
                      "dot; auto refuses pictures of which both are true"),
    AUGI_PARAM_FOLDER_LABELS(TarParams),
    AUG_PARAM(TarParams, classes, .optional = true, .low = 1, .high = 1048576,
              .help = "number of classes; by default the highest label + 1"),
};

typedef struct Tar {
    AugiPaths paths;
    AugiFile *shards; /* one a path */
    AugiTarIndex index;
    AugiLabels labels;
} Tar;

static bool is_tar(const char *name)
{
    return augi_path_has_suffix(name, ".tar");
}

static AugStatus find_shards(const TarParams *p, AugiPaths *paths, AugiPassedOver *passed,
                             AugError *error)
{
    if (!augi_path_is_folder(p->path))
        return augi_paths_expand(paths, p->path, error);
    AUG_TRY(augi_paths_list(paths, p->path, is_tar, passed, error));
    if (paths->n == 0)
        return AUG_FAIL(error, AUG_NOT_FOUND, p->path, "the folder holds no file *.tar");
    return AUG_OK;
}

/* How shard i is read. */
static AugiTarShard shard_of(const AugDataset *dataset, size_t i)
{
    const TarParams *p = dataset->params;
    const Tar *tar = dataset->state;
    return (AugiTarShard){.file = &tar->shards[i],
                          .path = tar->paths.items[i],
                          .prefix = "",
                          .number = (uint32_t)i,
                          .extensions = p->extensions,
                          .key = (AugiTarKey)p->key.value,
                          .limits = &dataset->limits};
}

/* With several shards a name begins with its shard's, since keys may repeat in the next one. */
static AugStatus read_shard(AugDataset *dataset, size_t i, const AugLimits *limits, AugError *error)
{
    Tar *tar = dataset->state;
    const char *path = tar->paths.items[i];
    AUG_TRY(augi_file_open(&tar->shards[i], AT_FDCWD, path, path, error));
    char *prefix;
    bool several = tar->paths.n > 1;
    AUG_TRY(augi_path_make(&prefix, error, "%s%s", several ? augi_path_base(path) : "",
                           several ? "/" : ""));
    AugiTarShard shard = shard_of(dataset, i);
    shard.prefix = prefix;
    shard.limits = limits;
    shard.passed = &dataset->passed;
    AugStatus status = augi_tar_index_add(&tar->index, &shard, error);
    free(prefix);
    return status;
}

/* The folder that a member lies in, without what is above it; size 0 if it lies in none. */
static const char *parent_folder(const Tar *tar, const AugiTarPicture *picture, size_t *size)
{
    const char *name = tar->index.names.text + picture->name + picture->base;
    size_t end = augi_path_folder_size(name);
    *size = 0;
    if (end == 0)
        return name;
    size_t begin = --end;
    while (begin > 0 && name[begin - 1] != '/')
        begin--;
    *size = end - begin;
    return name + begin;
}

static AugStatus add_number_labels(Tar *tar, const AugLimits *limits, AugError *error)
{
    for (uint64_t i = 0; i < tar->index.n; i++)
        AUG_TRY(augi_labels_add(&tar->labels, tar->index.pictures[i].label, limits, error));
    return AUG_OK;
}

static AugStatus add_folder_labels(Tar *tar, const AugLimits *limits, AugError *error)
{
    for (uint64_t i = 0; i < tar->index.n; i++) {
        size_t size;
        const char *folder = parent_folder(tar, &tar->index.pictures[i], &size);
        AUG_TRY(
            augi_labels_add_text(&tar->labels, (AugiLabelText){folder, size, i}, limits, error));
    }
    return AUG_OK;
}

static AugStatus add_folder_numbers(Tar *tar, const TarParams *p, const AugLimits *limits,
                                    AugError *error)
{
    for (uint64_t i = 0; i < tar->index.n; i++) {
        size_t size;
        int32_t label;
        const char *folder = parent_folder(tar, &tar->index.pictures[i], &size);
        AUG_TRY(augi_label_of_folder(folder, size, p->path, limits, &label, error));
        AUG_TRY(augi_labels_add(&tar->labels, label, limits, error));
    }
    return AUG_OK;
}

/* Of an archive whose first member names the classes, which are as many. */
static AugStatus finish_named(AugDataset *dataset, int32_t classes, AugError *error)
{
    Tar *tar = dataset->state;
    const AugiTarHead *head = &tar->index.head;
    if (classes && (uint32_t)classes != head->n_classes)
        return AUG_FAIL(error, AUG_CORRUPT, augi_dataset_path(dataset),
                        "the archive names %" PRIu32 " classes; allowed is that number, or none",
                        head->n_classes);
    AUG_TRY(augi_labels_finish(&tar->labels, dataset, (int32_t)head->n_classes, error));
    if (dataset->info.n_classes == 0)
        return AUG_OK;
    return augi_class_names_copy(dataset, (const char *const *)head->classes, error);
}

/* Labels are what .cls and .json say; if none says anything and all pictures lie in folders, the
 * folders are classes. */
static AugStatus find_labels(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    const TarParams *p = dataset->params;
    Tar *tar = dataset->state;
    bool has_numbers = false, has_folders = true;
    for (uint64_t i = 0; i < tar->index.n; i++) {
        size_t size;
        parent_folder(tar, &tar->index.pictures[i], &size);
        has_numbers = has_numbers || tar->index.pictures[i].label >= 0;
        has_folders = has_folders && size > 0;
    }
    if (has_numbers || !has_folders) {
        AUG_TRY(add_number_labels(tar, limits, error));
        if (tar->index.head.classes)
            return finish_named(dataset, p->classes, error);
        return augi_labels_finish(&tar->labels, dataset,
                                  p->classes ? p->classes : (int32_t)tar->index.head.n_classes,
                                  error);
    }
    if (p->label_type.value == AUGI_FOLDERS_ARE_NUMBERS) {
        AUG_TRY(add_folder_numbers(tar, p, limits, error));
        return augi_labels_finish(&tar->labels, dataset, p->classes, error);
    }
    AUG_TRY(add_folder_labels(tar, limits, error));
    return augi_labels_finish_text(&tar->labels, dataset, AUGI_LABELS_NAMES, p->classes, error);
}

static AugStatus tar_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    const TarParams *p = dataset->params;
    Tar *tar = calloc(1, sizeof(*tar));
    if (!tar)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a data set");
    dataset->state = tar;
    AUG_TRY(find_shards(p, &tar->paths, &dataset->passed, error));
    tar->shards = calloc(tar->paths.n, sizeof(*tar->shards));
    if (!tar->shards)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu shards", tar->paths.n);
    for (size_t i = 0; i < tar->paths.n; i++)
        AUG_TRY(read_shard(dataset, i, limits, error));
    if (tar->index.n == 0)
        return AUG_FAIL(error, AUG_NOT_FOUND, p->path,
                        "no pictures were found; looked for members whose names end in one of: "
                        "%.200s",
                        p->extensions);
    dataset->info.n_samples = tar->index.n;
    const AugFieldDesc image = augi_field_encoded();
    AUG_TRY(augi_dataset_add_field(dataset, &image, error));
    return find_labels(dataset, limits, error);
}

static void tar_close(AugDataset *dataset)
{
    Tar *tar = dataset->state;
    if (!tar)
        return;
    for (size_t i = 0; tar->shards && i < tar->paths.n; i++)
        augi_file_close(&tar->shards[i]);
    free(tar->shards);
    augi_paths_fini(&tar->paths);
    augi_tar_index_fini(&tar->index);
    augi_labels_fini(&tar->labels);
    free(tar);
    dataset->state = NULL;
}

/* Without the shard's, so that a sample may move to another shard. */
static const char *tar_sample_name(const AugDataset *dataset, uint64_t index, AugBuffer *buffer)
{
    (void)buffer;
    const Tar *tar = dataset->state;
    const AugiTarPicture *picture = &tar->index.pictures[index];
    return tar->index.names.text + picture->name + picture->base;
}

static int64_t tar_label(const AugDataset *dataset, uint64_t index)
{
    const Tar *tar = dataset->state;
    return augi_labels_get(&tar->labels, index);
}

static uint64_t tar_stored_size(const AugDataset *dataset, uint64_t index)
{
    const Tar *tar = dataset->state;
    return tar->index.pictures[index].size;
}

static void tar_manifest(const AugDataset *dataset, AugiHash *hash)
{
    const Tar *tar = dataset->state;
    augi_manifest_add_labels(dataset, hash);
    for (uint64_t i = 0; i < tar->index.n; i++) {
        augi_hash_add_text(hash, tar->index.names.text + tar->index.pictures[i].name);
        augi_hash_add_u64(hash, tar->index.pictures[i].size);
    }
}

static AugStatus tar_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                          AugSample *sample, AugError *error)
{
    const Tar *tar = dataset->state;
    const AugiTarPicture *picture = &tar->index.pictures[index];
    const AugiFile *shard = &tar->shards[picture->shard];
    sample->name = tar->index.names.text + picture->name;
    if (picture->size > dataset->limits.max_encoded_size)
        return AUG_FAIL(error, AUG_TOO_LARGE, sample->name,
                        "the member has %" PRIu64 " bytes; %" PRIu64 " are allowed", picture->size,
                        dataset->limits.max_encoded_size);
    size_t size = (size_t)picture->size;
    AUG_TRY(augi_buffer_reserve(buffer, size, error));
    AUG_TRY(augi_file_read(shard, picture->data, buffer->bytes, size, sample->name, error));
    sample->fields[0] = (AugField){.bytes = buffer->bytes, .size = size};
    return augi_dataset_check_file(dataset, index, shard, sample->name, error);
}

static AugStatus tar_beside(const AugDataset *dataset, AugiBesideVisit visit, void *user,
                            AugError *error)
{
    const Tar *tar = dataset->state;
    for (size_t i = 0; i < tar->paths.n; i++) {
        const AugiTarShard shard = shard_of(dataset, i);
        AUG_TRY(augi_tar_beside(&tar->index, &shard, visit, user, error));
    }
    return AUG_OK;
}

const AugDatasetKind aug_dataset_tar = {
    .name = "tar",
    .summary = "Tar shards in the naming of WebDataset: key.jpg and key.cls",
    .example = "tar:shards/train-{000..127}.tar",
    .aka = "webdataset wds shards",
    .params = AUG_PARAM_TABLE(TarParams, params),
    .open = tar_open,
    .close = tar_close,
    .sample_name = tar_sample_name,
    .read = tar_read,
    .label = tar_label,
    .manifest = tar_manifest,
    .stored_size = tar_stored_size,
    .beside = tar_beside,
};
