/* A table that is sorted once by the numbers of the samples. */
#include "cli/pack_beside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aug/image.h"
#include "libaug/base/hash.h"
#include "libaug/data/dataset.h"
#include "libaug/data/support/file.h"
#include "libaug/data/support/pictures.h"

/* The making of a table. */
typedef struct Finding {
    CliPackBeside *beside;
    const AugDataset *dataset;
    AugiHash hash;
} Finding;

static AugStatus leave(CliPackBeside *beside, const AugiBesideFile *file, AugError *error)
{
    if (beside->n_left++ > 0)
        return AUG_OK;
    beside->left = strdup(file->name);
    return beside->left ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a name");
}

static AugStatus take(void *user, const AugiBesideFile *file, AugError *error)
{
    Finding *finding = user;
    CliPackBeside *beside = finding->beside;
    const uint64_t most = finding->dataset->limits.max_resident_size;
    if (file->sample == AUGI_BESIDE_NOBODY)
        return leave(beside, file, error);
    if (augi_picture_extension(file->ending, aug_image_endings))
        return AUG_FAIL(error, AUG_UNSUPPORTED, augi_dataset_path(finding->dataset),
                        "'%.200s' lies beside the picture of its key, and is one, too; allowed is "
                        "one picture of a key, without extensions= that hides the other",
                        file->name);
    uint64_t ending;
    AUG_TRY(augi_strings_add(&beside->endings, file->ending, strlen(file->ending), most, &ending,
                             error));
    AUG_TRY(augi_grow(&beside->files, &beside->capacity, beside->n + 1, sizeof(*beside->files),
                      most, error));
    beside->files[beside->n++] = (CliPackFile){.sample = file->sample,
                                               .ending = ending,
                                               .file = file->file,
                                               .data = file->data,
                                               .size = file->size};
    beside->has_others = beside->has_others || strcasecmp(file->ending, "cls") != 0;
    beside->has_pictures =
        beside->has_pictures ||
        augi_picture_extension(augi_picture_suffix(file->name), aug_image_endings);
    augi_hash_add_text(&finding->hash, file->name);
    augi_hash_add_u64(&finding->hash, file->size);
    return AUG_OK;
}

/* By sample; endings were added in the order of the archive. */
static int compare(const void *a, const void *b)
{
    const CliPackFile *first = a, *second = b;
    if (first->sample != second->sample)
        return first->sample < second->sample ? -1 : 1;
    return first->ending < second->ending ? -1 : first->ending > second->ending;
}

AugStatus cli_pack_beside_init(CliPackBeside *beside, const AugDataset *dataset, AugError *error)
{
    Finding finding = {.beside = beside, .dataset = dataset};
    *beside = (CliPackBeside){0};
    AUG_TRY(augi_hash_init(&finding.hash, error));
    AugStatus status = AUG_OK;
    if (dataset->kind->beside)
        status = dataset->kind->beside(dataset, take, &finding, error);
    augi_hash_hex(&finding.hash, beside->digest);
    if (beside->n > 0)
        qsort(beside->files, (size_t)beside->n, sizeof(*beside->files), compare);
    if (status != AUG_OK)
        cli_pack_beside_fini(beside);
    return status;
}

void cli_pack_beside_fini(CliPackBeside *beside)
{
    free(beside->files);
    free(beside->left);
    augi_strings_fini(&beside->endings);
    *beside = (CliPackBeside){0};
}

/* The first file of a sample that is not before it. */
static uint64_t find(const CliPackBeside *beside, uint64_t sample)
{
    uint64_t first = 0, end = beside->n;
    while (first < end) {
        const uint64_t middle = first + (end - first) / 2;
        if (beside->files[middle].sample < sample)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

const CliPackFile *cli_pack_beside_of(const CliPackBeside *beside, uint64_t sample, uint64_t *n)
{
    const uint64_t first = find(beside, sample);
    *n = find(beside, sample + 1) - first;
    return *n > 0 ? &beside->files[first] : NULL;
}

const char *cli_pack_beside_ending(const CliPackBeside *beside, const CliPackFile *file)
{
    return beside->endings.text + file->ending;
}

AugStatus cli_pack_beside_read(const CliPackFile *file, uint64_t most, const char *where,
                               uint8_t **bytes, AugError *error)
{
    *bytes = NULL;
    if (file->size > most)
        return AUG_FAIL(error, AUG_TOO_LARGE, where,
                        "a file beside it has %" PRIu64 " bytes; %" PRIu64 " are allowed",
                        file->size, most);
    *bytes = malloc((size_t)file->size + 1);
    if (!*bytes)
        return AUG_FAIL(error, AUG_NO_MEMORY, where, "no memory for a file beside it");
    const AugStatus status =
        augi_file_read(file->file, file->data, *bytes, (size_t)file->size, where, error);
    if (status == AUG_OK)
        return AUG_OK;
    free(*bytes);
    *bytes = NULL;
    return status;
}
