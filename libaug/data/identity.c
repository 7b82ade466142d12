/* Comparing what is read with what is known, and the two ids of a data set. */
#include "libaug/data/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/part.h"

/* Part of every content id. */
#define CONTENT_VERSION "augd-content-1"

/* Memory of one sample's digest and flags. */
#define DIGEST_SIZE (sizeof(AugiDigestWords) + 1)

/* Digests that are given to the hash at once. */
#define BLOCK 256

static bool needs_digests(const AugDataset *dataset)
{
    return !dataset->is_settled && dataset->info.n_samples > 0;
}

/* Whether their number is not beyond what one data set may keep in memory. */
static bool has_room(const AugDataset *dataset)
{
    return dataset->info.n_samples <= dataset->limits.max_resident_size / DIGEST_SIZE;
}

AugStatus augi_identity_new(AugiIdentity **out, const AugDataset *dataset, AugError *error)
{
    *out = NULL;
    AugiIdentity *identity = calloc(1, sizeof(*identity));
    if (!identity || pthread_mutex_init(&identity->lock, NULL) != 0) {
        free(identity);
        return AUG_FAIL(error, AUG_NO_MEMORY, augi_dataset_path(dataset),
                        "no memory for a data set");
    }
    if (needs_digests(dataset) && has_room(dataset)) {
        identity->digests = augi_digests_new(dataset->info.n_samples);
        if (!identity->digests) {
            augi_identity_free(identity);
            return AUG_FAIL(error, AUG_NO_MEMORY, augi_dataset_path(dataset),
                            "no memory for the digests of %" PRIu64 " samples",
                            dataset->info.n_samples);
        }
    }
    *out = identity;
    return AUG_OK;
}

/* Whether hints of the set may be kept, if a domain asks for them. */
static bool may_have_hints(const AugDataset *dataset)
{
    const AugiDigests *digests = dataset->identity->digests;
    const uint64_t most = dataset->limits.max_resident_size;
    return digests && dataset->has_files && dataset->limits.hints != AUG_HINTS_NONE &&
           augi_hints_memory(digests->n) + digests->n * DIGEST_SIZE <= most;
}

uint64_t augi_identity_size(const AugDataset *dataset)
{
    const AugiDigests *digests = dataset->identity->digests;
    if (!digests)
        return 0;
    return digests->n * DIGEST_SIZE + (may_have_hints(dataset) ? augi_hints_memory(digests->n) : 0);
}

void augi_identity_free(AugiIdentity *identity)
{
    if (!identity)
        return;
    if (identity->digests && identity->digests->file)
        augi_digests_flush(identity->digests);
    augi_digests_free(identity->digests);
    augi_hints_free(atomic_load(&identity->hints));
    augi_digest_file_free(identity->file);
    pthread_mutex_destroy(&identity->lock);
    free(identity);
}

/* Where the files lie, as one path in one form; NULL if memory is out. What is no path of a file,
 * such as a pattern of names, is one of the current folder. */
static char *find_place(const AugDataset *dataset)
{
    const char *path = augi_dataset_path(dataset);
    char *place = realpath(path, NULL);
    if (place || path[0] == '/')
        return place ? place : strdup(path);
    char *current = realpath(".", NULL);
    if (asprintf(&place, "%s/%s", current ? current : "", path) < 0)
        place = NULL;
    free(current);
    return place;
}

/* The place and the parameters of the set beside its fingerprint: sets in two places may have one
 * manifest and other content. */
static AugStatus make_key(const AugDataset *dataset, const char *fingerprint, char key[65],
                          AugError *error)
{
    /* The path, which is the first parameter, may be written in many ways. */
    const AugParamTable *table = &dataset->kind->params;
    const size_t n_paths = augi_dataset_kind_has_path(dataset->kind) ? 1 : 0;
    const AugParamTable others = {
        .rows = table->rows + n_paths, .n = table->n - n_paths, .size = table->size};
    AugiJsonWriter params = {0};
    augi_json_object(&params);
    augi_params_write(&others, dataset->params, &params);
    augi_json_object_end(&params);
    char *text = augi_json_take(&params), *place = find_place(dataset);
    AugiHash hash = {0};
    AugStatus status = augi_hash_init(&hash, error);
    if (status == AUG_OK) {
        augi_hash_add_text(&hash, fingerprint);
        augi_hash_add_text(&hash, dataset->kind->name);
        augi_hash_add_text(&hash, text ? text : "");
        augi_hash_add_text(&hash, place ? place : "");
        augi_hash_hex(&hash, key);
    }
    if (status == AUG_OK && (!text || !place || !key[0]))
        status = AUG_FAIL(error, AUG_NO_MEMORY, augi_dataset_path(dataset),
                          "no memory for the digests of samples");
    free(text);
    free(place);
    return status;
}

/* With the lock. */
static AugStatus make_fingerprint(const AugDataset *dataset, AugError *error)
{
    AugiIdentity *identity = dataset->identity;
    if (!identity->fingerprint[0])
        AUG_TRY(augi_manifest_hash(dataset, identity->fingerprint, error));
    atomic_store_explicit(&identity->has_fingerprint, true, memory_order_release);
    return AUG_OK;
}

/* With the lock. renew: nothing that is on file counts. */
static AugStatus load(const AugDataset *dataset, bool renew, AugError *error)
{
    AugiIdentity *identity = dataset->identity;
    char key[65];
    if (identity->digests && !dataset->is_nameless) {
        AUG_TRY(make_fingerprint(dataset, error));
        AUG_TRY(make_key(dataset, identity->fingerprint, key, error));
        identity->file = augi_digest_file_new(key, dataset->info.n_samples);
        if (!identity->file)
            return AUG_FAIL(error, AUG_NO_MEMORY, augi_dataset_path(dataset),
                            "no memory for the digests of samples");
        if (renew)
            augi_digest_file_remove(identity->file);
        else
            augi_digest_file_load(identity->file, identity->digests);
        identity->digests->file = identity->file;
    }
    atomic_store_explicit(&identity->is_loaded, true, memory_order_release);
    return AUG_OK;
}

AugStatus augi_identity_renew(const AugDataset *dataset, AugError *error)
{
    AugiIdentity *identity = dataset->identity;
    pthread_mutex_lock(&identity->lock);
    const bool is_late = atomic_load(&identity->is_loaded);
    const AugStatus status = is_late ? AUG_BAD_ARGUMENT : load(dataset, true, error);
    pthread_mutex_unlock(&identity->lock);
    if (is_late)
        return AUG_FAIL(error, status, augi_dataset_path(dataset),
                        "samples were read already; what is on record is renewed before the first");
    return status;
}

AugStatus augi_identity_load(const AugDataset *dataset, AugError *error)
{
    AugiIdentity *identity = dataset->identity;
    if (atomic_load_explicit(&identity->is_loaded, memory_order_acquire))
        return AUG_OK;
    pthread_mutex_lock(&identity->lock);
    const AugStatus status =
        atomic_load(&identity->is_loaded) ? AUG_OK : load(dataset, false, error);
    pthread_mutex_unlock(&identity->lock);
    return status;
}

/* The digest of all fields; but not of a label that the kind gives, which is in the manifest. */
static AugiDigest digest_of(const AugDataset *dataset, const AugSample *sample)
{
    uint64_t parts[AUG_MAX_FIELDS][6];
    size_t n = 0;
    for (uint32_t i = 0; i < dataset->info.n_fields; i++) {
        const AugField *field = &sample->fields[i];
        if ((int)i == dataset->label_field)
            continue;
        const AugiDigest digest = augi_digest(field->bytes, field->size);
        const uint64_t part[6] = {digest.low,
                                  digest.high,
                                  field->size,
                                  (uint64_t)field->height,
                                  (uint64_t)field->width,
                                  (uint64_t)field->channels};
        memcpy(parts[n++], part, sizeof(part));
    }
    return augi_digest(parts, n * sizeof(*parts));
}

void augi_identity_leave(AugDataset *whole, const AugDataset *part)
{
    augi_digests_free(whole->identity->digests);
    whole->identity->digests = NULL;
    whole->part = part;
}

bool augi_dataset_is_known(const AugDataset *dataset, uint64_t index)
{
    AugiDigest digest;
    if (dataset->part)
        return augi_part_find(dataset->part, index, &index) &&
               augi_dataset_is_known(dataset->part, index);
    const AugiDigests *digests = dataset->identity->digests;
    return digests && augi_digests_get(digests, index, &digest);
}

AugStatus augi_dataset_check_file(const AugDataset *dataset, uint64_t index, const AugiFile *file,
                                  const char *where, AugError *error)
{
    return augi_dataset_is_known(dataset, index) ? AUG_OK : augi_file_check(file, where, error);
}

bool augi_sample_is_unchecked(const AugSample *sample)
{
    const AugDataset *dataset = sample->dataset;
    if (!dataset || !dataset->has_files)
        return false;
    const AugiDigests *digests = dataset->identity->digests;
    return !digests || !augi_digests_is_whole(digests, sample->index);
}

void augi_sample_set_checked(const AugSample *sample)
{
    AugiDigests *digests = sample->dataset ? sample->dataset->identity->digests : NULL;
    if (digests)
        augi_digests_set_whole(digests, sample->index);
}

bool augi_sample_digest(const AugSample *sample, AugiDigest *digest)
{
    const AugiDigests *digests = sample->dataset ? sample->dataset->identity->digests : NULL;
    return digests && augi_digests_get(digests, sample->index, digest);
}

/* Chunks of hints that cannot be written may take this part of what a data set may have. */
#define RESIDENT_HINTS 16

/* With the lock, after the digests are loaded. NULL if memory is out. */
static AugiHints *open_hints(const AugDataset *dataset, const char *word)
{
    const AugiDigestFile *file = dataset->identity->file;
    AugiHintSet set = {.detail = dataset->limits.hints, .n = dataset->info.n_samples};
    snprintf(set.key, sizeof(set.key), "%.40s", file ? file->key : "");
    snprintf(set.word, sizeof(set.word), "%s", word);
    if (file && file->folder && !(set.folder = strdup(file->folder)))
        return NULL;
    return augi_hints_new(&set, dataset->limits.max_resident_size / RESIDENT_HINTS);
}

AugiHints *augi_sample_hints(const AugSample *sample, const char *word)
{
    const AugDataset *dataset = sample->dataset;
    if (!dataset || !may_have_hints(dataset))
        return NULL;
    AugiIdentity *identity = dataset->identity;
    if (!atomic_load_explicit(&identity->has_hints, memory_order_acquire)) {
        pthread_mutex_lock(&identity->lock);
        if (!atomic_load(&identity->has_hints))
            atomic_store(&identity->hints, open_hints(dataset, word));
        atomic_store_explicit(&identity->has_hints, true, memory_order_release);
        pthread_mutex_unlock(&identity->lock);
    }
    AugiHints *hints = atomic_load_explicit(&identity->hints, memory_order_relaxed);
    return hints && strcmp(hints->set.word, word) == 0 ? hints : NULL;
}

AugStatus aug_dataset_fingerprint(const AugDataset *dataset, char hex[65], AugError *error)
{
    AugiIdentity *identity = dataset->identity;
    pthread_mutex_lock(&identity->lock);
    const AugStatus status = make_fingerprint(dataset, error);
    memcpy(hex, identity->fingerprint, sizeof(identity->fingerprint));
    pthread_mutex_unlock(&identity->lock);
    return status;
}

static void add_digests(const AugiDigests *digests, AugiHash *hash)
{
    uint8_t block[BLOCK][16];
    for (uint64_t i = 0; i < digests->n; i++) {
        AugiDigest digest;
        augi_digests_get(digests, i, &digest);
        uint8_t *bytes = block[i % BLOCK];
        for (int k = 0; k < 8; k++) {
            bytes[k] = (uint8_t)(digest.low >> (8 * k));
            bytes[8 + k] = (uint8_t)(digest.high >> (8 * k));
        }
        if (i % BLOCK == BLOCK - 1 || i + 1 == digests->n)
            augi_hash_add(hash, block, (i % BLOCK + 1) * sizeof(*block));
    }
}

/* With the lock. */
static AugStatus make_content(const AugDataset *dataset, AugError *error)
{
    AugiIdentity *identity = dataset->identity;
    AUG_TRY(make_fingerprint(dataset, error));
    AugiHash hash = {0};
    AUG_TRY(augi_hash_init(&hash, error));
    augi_hash_add_text(&hash, CONTENT_VERSION);
    augi_hash_add_text(&hash, identity->fingerprint);
    if (identity->digests)
        add_digests(identity->digests, &hash);
    augi_hash_hex(&hash, identity->content);
    if (!identity->content[0])
        return AUG_FAIL(error, AUG_INTERNAL, augi_dataset_path(dataset), "SHA-256 failed");
    return AUG_OK;
}

static bool is_complete(const AugDataset *dataset)
{
    const AugiDigests *digests = dataset->identity->digests;
    return digests ? atomic_load_explicit(&digests->n_known, memory_order_acquire) == digests->n
                   : !needs_digests(dataset);
}

static AugStatus complete(const AugDataset *dataset, AugError *error)
{
    AugiIdentity *identity = dataset->identity;
    pthread_mutex_lock(&identity->lock);
    const AugStatus status = identity->content[0] ? AUG_OK : make_content(dataset, error);
    if (status == AUG_OK)
        atomic_store_explicit(&identity->has_content, true, memory_order_release);
    pthread_mutex_unlock(&identity->lock);
    return status;
}

void augi_identity_content(const AugDataset *dataset, char hex[65])
{
    const AugiIdentity *identity = dataset->identity;
    hex[0] = 0;
    if (atomic_load_explicit(&identity->has_content, memory_order_acquire))
        memcpy(hex, identity->content, sizeof(identity->content));
}

void augi_identity_fingerprint(const AugDataset *dataset, char hex[65])
{
    const AugiIdentity *identity = dataset->identity;
    hex[0] = 0;
    if (atomic_load_explicit(&identity->has_fingerprint, memory_order_acquire))
        memcpy(hex, identity->fingerprint, sizeof(identity->fingerprint));
}

AugStatus aug_dataset_content_id(const AugDataset *dataset, char hex[65], AugError *error)
{
    hex[0] = 0;
    AUG_TRY(augi_identity_load(dataset, error));
    if (is_complete(dataset))
        AUG_TRY(complete(dataset, error));
    augi_identity_content(dataset, hex);
    return AUG_OK;
}

AugStatus augi_identity_check(const AugDataset *dataset, uint64_t index, const AugSample *sample,
                              AugError *error)
{
    AugiDigests *digests = dataset->identity->digests;
    bool is_last = false;
    if (!digests || augi_digests_compare(digests, index, digest_of(dataset, sample), &is_last))
        return is_last ? complete(dataset, error) : AUG_OK;
    return AUG_FAIL(error, AUG_CHANGED, sample->name,
                    "the content is not what it was when it was first read; if that is meant, "
                    "'aug fingerprint DATASET --content --renew' puts what is there now on record");
}

uint64_t aug_dataset_n_known(const AugDataset *dataset)
{
    const AugiDigests *digests = dataset->identity->digests;
    if (augi_identity_load(dataset, NULL) != AUG_OK)
        return 0;
    if (digests)
        return atomic_load(&digests->n_known);
    return needs_digests(dataset) ? 0 : dataset->info.n_samples;
}

bool aug_dataset_take_note(const AugDataset *dataset, char note[512])
{
    AugiIdentity *identity = dataset->identity;
    note[0] = 0;
    AugiHints *hints = atomic_load_explicit(&identity->hints, memory_order_acquire);
    if (atomic_load_explicit(&identity->is_loaded, memory_order_acquire) && identity->file)
        augi_digests_flush(identity->digests);
    if (hints)
        augi_hints_flush(hints);
    pthread_mutex_lock(&identity->lock);
    if (identity->file)
        augi_digest_file_note(identity->file, note);
    else if (needs_digests(dataset) && !has_room(dataset))
        snprintf(note, 512,
                 "changes of the data are not noticed: %" PRIu64 " samples need %" PRIu64
                 " bytes for digests; max_resident_size allows %" PRIu64,
                 dataset->info.n_samples, dataset->info.n_samples * DIGEST_SIZE,
                 dataset->limits.max_resident_size);
    if (hints && !note[0])
        augi_hints_note(hints, note);
    const bool is_new = note[0] && !identity->was_noted;
    identity->was_noted = identity->was_noted || is_new;
    if (!is_new)
        note[0] = 0;
    pthread_mutex_unlock(&identity->lock);
    return is_new;
}
