/* The fingerprint: SHA-256 over what is known of a data set without reading samples. */
#include "libaug/data/identity.h"

/* Part of every fingerprint, so that a change of what is hashed cannot pass as a change of data. */
#define FINGERPRINT_VERSION "augd-dataset-2"

/* Labels that are given to the hash at once. */
#define BLOCK 512

void augi_manifest_add_labels(const AugDataset *dataset, AugiHash *hash)
{
    uint8_t block[BLOCK][8];
    size_t n = 0;
    for (uint64_t i = 0; i < dataset->info.n_samples; i++) {
        const uint64_t label = (uint64_t)dataset->kind->label(dataset, i);
        for (int k = 0; k < 8; k++)
            block[n][k] = (uint8_t)(label >> (8 * k));
        if (++n == BLOCK || i + 1 == dataset->info.n_samples) {
            augi_hash_add(hash, block, n * sizeof(*block));
            n = 0;
        }
    }
}

static void add_fields(const AugDatasetInfo *info, AugiHash *hash)
{
    augi_hash_add_u64(hash, info->n_fields);
    for (uint32_t i = 0; i < info->n_fields; i++) {
        const AugFieldDesc *field = &info->fields[i];
        augi_hash_add_text(hash, field->name);
        augi_hash_add_u64(hash, field->kind);
        augi_hash_add_u64(hash, field->form);
        augi_hash_add_u64(hash, field->tensor.dtype);
        augi_hash_add_u64(hash, field->tensor.n_dims);
        for (uint32_t d = 0; d < field->tensor.n_dims; d++)
            augi_hash_add_u64(hash, field->tensor.shape[d]);
    }
}

void augi_manifest_add(const AugDataset *dataset, AugiHash *hash)
{
    if (dataset->kind->manifest)
        dataset->kind->manifest(dataset, hash);
    else
        augi_manifest_add_labels(dataset, hash);
}

AugStatus augi_manifest_hash(const AugDataset *dataset, char hex[65], AugError *error)
{
    const AugDatasetInfo *info = &dataset->info;
    AugiHash hash = {0};
    AUG_TRY(augi_hash_init(&hash, error));
    augi_hash_add_text(&hash, FINGERPRINT_VERSION);
    augi_hash_add_u64(&hash, info->n_samples);
    add_fields(info, &hash);
    augi_hash_add_u64(&hash, info->n_classes);
    for (uint32_t i = 0; i < info->n_classes; i++)
        augi_hash_add_text(&hash, aug_dataset_class_name(dataset, i));
    augi_manifest_add(dataset, &hash);
    augi_hash_hex(&hash, hex);
    if (!hex[0])
        return AUG_FAIL(error, AUG_INTERNAL, augi_dataset_path(dataset), "SHA-256 failed");
    return AUG_OK;
}
