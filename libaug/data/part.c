/* Drawing the parts of a data set, and a part as a data set: a list of the samples of the whole. */
#include "libaug/data/part.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "aug/random.h"
#include "libaug/base/grow.h"
#include "libaug/data/identity.h"

/* Part of a part's fingerprint, so that a change of how it is drawn cannot pass as the same. */
#define PART_VERSION "augd-part-1"

/* 64-bit FNV-1a (Fowler, Noll, Vo). */
#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_FACTOR UINT64_C(0x100000001b3)

const char *const augi_part_names[] = {
    [AUGI_PART_TRAIN] = "train",
    [AUGI_PART_EVAL] = "eval",
    NULL,
};

static const char *const by_names[] = {
    [AUGI_SPLIT_BY_SAMPLE] = "sample",
    [AUGI_SPLIT_BY_CLASS] = "class",
    NULL,
};

static const AugParamDesc split_rows[] = {
    AUG_PARAM(AugiSplit, eval, .low = 0, .high = 1, .low_open = true, .high_open = true,
              .help = "share of the part eval: each sample is in it with this probability"),
    AUG_PARAM(AugiSplit, by, .choices = by_names, .fallback = "sample",
              .help = "what a sample draws by: its name, or its class and its name, so that each "
                      "class draws for itself"),
    AUG_PARAM(AugiSplit, seed, .fallback = "0", .help = "another seed is another split"),
};

const AugParamTable augi_split_table = AUG_PARAM_TABLE(AugiSplit, split_rows);

static const AugParamDesc part_rows[] = {
    AUG_PARAM(AugiPartChoice, part, .choices = augi_part_names, .help = "which part is read"),
};

const AugParamTable augi_part_table = AUG_PARAM_TABLE(AugiPartChoice, part_rows);

const AugParamDesc *augi_kind_split(const AugDatasetKind *kind)
{
    for (size_t i = 0; i < kind->params.n; i++)
        if (strcmp(kind->params.rows[i].name, "split") == 0)
            return &kind->params.rows[i];
    return NULL;
}

const AugiTree *augi_part_split(const AugDatasetKind *kind, const AugiTree *map)
{
    const AugiTree *split = augi_tree_get(map, "split");
    const bool is_own = split && split->kind == AUGI_TREE_SCALAR && augi_kind_split(kind);
    return is_own ? NULL : split;
}

void augi_part_bind(const AugDatasetKind *kind, const AugiTree *map, AugiPartWish *wish,
                    AugProblems *problems)
{
    const AugiTree *split = augi_part_split(kind, map), *part = augi_tree_get(map, "part");
    *wish = (AugiPartWish){.has_part = split != NULL};
    if (part && !split && augi_tree_get(map, "split"))
        augi_tree_problem(problems, part, kind->name,
                          "part is given and a split by word, which says only what files are "
                          "read; allowed is part beside a map such as split: {eval: 0.1}");
    else if (part && !split)
        augi_tree_problem(problems, part, kind->name,
                          "part is given and no split to draw it by; allowed is part beside a "
                          "split such as {eval: 0.1}");
    if (!split)
        return;
    if (!part)
        augi_tree_problem(problems, split, kind->name,
                          "split is given and no part; allowed is part: train or part: eval "
                          "beside it");
    if (split->kind == AUGI_TREE_MAP)
        augi_params_bind(&augi_split_table, split, NULL, "split", &wish->split, problems);
    else
        augi_params_bind_short(&augi_split_table, split, "split", &wish->split, problems);
    if (part)
        augi_params_bind_short(&augi_part_table, part, kind->name, &wish->choice, problems);
}

/* State of a part: numbers of its samples in the whole, ascending. */
typedef struct Part {
    AugDataset *whole;
    AugiPartWish wish;
    uint32_t *samples;
    uint64_t n, capacity;
} Part;

static uint64_t add(uint64_t hash, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)text[i]) * FNV_FACTOR;
    return hash;
}

/* From 0 to below 1. FNV tells names from each other, and Philox makes of that what is even. */
static double draw(uint64_t seed, const char *class_name, const char *name)
{
    uint64_t hash = FNV_START;
    /* With its NUL, so that class and name cannot run together. */
    if (class_name)
        hash = add(hash, class_name, strlen(class_name) + 1);
    hash = add(hash, name, strlen(name));
    const uint32_t counter[4] = {(uint32_t)hash, (uint32_t)(hash >> 32), 0, 0};
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t words[4];
    aug_philox4x32(counter, key, words);
    return (double)(((uint64_t)words[1] << 32 | words[0]) >> 11) * 0x1p-53;
}

/* Whether a sample of the whole is in eval. AUG_NO_MEMORY if there is none for its name. */
static AugStatus draw_sample(const Part *part, uint64_t index, AugBuffer *buffer, bool *is_eval,
                             AugError *error)
{
    const AugiSplit *split = &part->wish.split;
    const char *name = augi_dataset_sample_name(part->whole, index, buffer);
    if (!name[0])
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the name of sample %" PRIu64,
                        index);
    const char *class_name = NULL;
    if (split->by.value == AUGI_SPLIT_BY_CLASS) {
        const int64_t label = aug_dataset_label(part->whole, index);
        class_name = label < 0 ? "" : aug_dataset_class_name(part->whole, (uint32_t)label);
    }
    *is_eval = draw(split->seed, class_name, name) < split->eval;
    return AUG_OK;
}

static AugStatus draw_all(Part *part, const AugLimits *limits, AugError *error)
{
    const uint64_t n = part->whole->info.n_samples;
    const bool wants_eval = part->wish.choice.part.value == AUGI_PART_EVAL;
    AugBuffer buffer = {0};
    AugStatus status = AUG_OK;
    for (uint64_t i = 0; i < n && status == AUG_OK; i++) {
        bool is_eval = false;
        status = draw_sample(part, i, &buffer, &is_eval, error);
        if (status != AUG_OK || is_eval != wants_eval)
            continue;
        status = augi_grow(&part->samples, &part->capacity, part->n + 1, sizeof(*part->samples),
                           limits->max_resident_size, error);
        if (status == AUG_OK)
            part->samples[part->n++] = (uint32_t)i;
    }
    aug_buffer_fini(&buffer);
    return status;
}

/* Names of classes are the part's own, as every data set's are. */
static AugStatus copy_classes(AugDataset *dataset, const AugDataset *whole, AugError *error)
{
    if (!whole->class_names)
        return AUG_OK;
    bool is_full = false;
    dataset->class_names = calloc(whole->info.n_classes, sizeof(*dataset->class_names));
    for (uint32_t i = 0; dataset->class_names && !is_full && i < whole->info.n_classes; i++) {
        dataset->class_names[i] = strdup(whole->class_names[i]);
        is_full = !dataset->class_names[i];
    }
    if (!dataset->class_names || is_full)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the names of classes");
    return AUG_OK;
}

static AugStatus part_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    Part *part = dataset->state;
    const AugDataset *whole = part->whole;
    const AugiSplit *split = &part->wish.split;
    dataset->info = whole->info;
    dataset->is_settled = whole->is_settled;
    dataset->is_nameless = whole->is_nameless;
    dataset->is_unlabelled = whole->is_unlabelled;
    dataset->may_lack_labels = whole->may_lack_labels;
    if (split->by.value == AUGI_SPLIT_BY_CLASS &&
        aug_dataset_field(&whole->info, AUG_FIELD_CLASS) < 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "its samples have no class to split by; allowed is by: sample");
    if (whole->info.n_samples > UINT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "holds %" PRIu64 " samples; a part can be drawn of at most %" PRIu32,
                        whole->info.n_samples, UINT32_MAX);
    AUG_TRY(copy_classes(dataset, whole, error));
    AUG_TRY(draw_all(part, limits, error));
    dataset->info.n_samples = part->n;
    if (part->n == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the part %s holds no sample: with eval %g none of %" PRIu64
                        " was drawn for it; allowed is a split that leaves both parts some",
                        augi_part_names[part->wish.choice.part.value], split->eval,
                        whole->info.n_samples);
    return AUG_OK;
}

static void part_close(AugDataset *dataset)
{
    Part *part = dataset->state;
    if (!part)
        return;
    aug_dataset_unref(part->whole);
    free(part->samples);
    free(part);
    dataset->state = NULL;
}

static AugStatus part_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                           AugSample *sample, AugError *error)
{
    const Part *part = dataset->state;
    return augi_dataset_read_plain(part->whole, part->samples[index], buffer, sample, error);
}

static void part_expect(const AugDataset *dataset, uint64_t index)
{
    const Part *part = dataset->state;
    augi_dataset_expect(part->whole, part->samples[index]);
}

static int64_t part_label(const AugDataset *dataset, uint64_t index)
{
    const Part *part = dataset->state;
    return aug_dataset_label(part->whole, part->samples[index]);
}

static const char *part_sample_name(const AugDataset *dataset, uint64_t index, AugBuffer *buffer)
{
    const Part *part = dataset->state;
    return augi_dataset_sample_name(part->whole, part->samples[index], buffer);
}

static uint64_t part_stored_size(const AugDataset *dataset, uint64_t index)
{
    const Part *part = dataset->state;
    return aug_dataset_stored_size(part->whole, part->samples[index]);
}

/* A visit of the whole's files, whose numbers become those of the part. */
typedef struct PartVisit {
    const Part *part;
    uint64_t n;
    AugiBesideVisit visit;
    void *user;
} PartVisit;

/* Samples of a part stand in the order of the whole. */
static bool find_in_part(const PartVisit *visit, uint64_t whole, uint64_t *index)
{
    uint64_t first = 0, end = visit->n;
    while (first < end) {
        const uint64_t middle = first + (end - first) / 2;
        if (visit->part->samples[middle] < whole)
            first = middle + 1;
        else
            end = middle;
    }
    *index = first;
    return first < visit->n && visit->part->samples[first] == whole;
}

/* Files of the other part's samples are no more beside this one's than those samples are in it. */
static AugStatus visit_for_part(void *user, const AugiBesideFile *file, AugError *error)
{
    const PartVisit *visit = user;
    AugiBesideFile own = *file;
    if (file->sample != AUGI_BESIDE_NOBODY && !find_in_part(visit, file->sample, &own.sample))
        return AUG_OK;
    return visit->visit(visit->user, &own, error);
}

static AugStatus part_beside(const AugDataset *dataset, AugiBesideVisit visit, void *user,
                             AugError *error)
{
    const Part *part = dataset->state;
    PartVisit own = {.part = part, .n = dataset->info.n_samples, .visit = visit, .user = user};
    const AugDatasetKind *of = part->whole->kind;
    return of->beside ? of->beside(part->whole, visit_for_part, &own, error) : AUG_OK;
}

/* The whole and the split determine the part. */
static void part_manifest(const AugDataset *dataset, AugiHash *hash)
{
    const Part *part = dataset->state;
    const AugiSplit *split = &part->wish.split;
    uint64_t eval;
    memcpy(&eval, &split->eval, sizeof(eval));
    augi_hash_add_text(hash, PART_VERSION);
    augi_hash_add_u64(hash, part->whole->info.n_samples);
    augi_hash_add_u64(hash, eval);
    augi_hash_add_text(hash, by_names[split->by.value]);
    augi_hash_add_u64(hash, split->seed);
    augi_hash_add_text(hash, augi_part_names[part->wish.choice.part.value]);
    augi_manifest_add(part->whole, hash);
}

/* The place in messages is the whole's. */
typedef struct PartParams {
    AugText path;
} PartParams;

static const AugParamDesc params[] = {
    AUG_PARAM(PartParams, path, .help = "that of the whole"),
};

/* Not in libaug/datasets.list, since no spec names it. */
static const AugDatasetKind kind = {
    .name = "part",
    .summary = "Samples of another data set",
    .params = AUG_PARAM_TABLE(PartParams, params),
    .open = part_open,
    .close = part_close,
    .sample_name = part_sample_name,
    .read = part_read,
    .expect = part_expect,
    .label = part_label,
    .manifest = part_manifest,
    .stored_size = part_stored_size,
    .beside = part_beside,
};

AugStatus augi_part_open(AugDataset **out, AugDataset *whole, const AugiPartWish *wish,
                         AugError *error)
{
    *out = NULL;
    AugDataset *dataset;
    AUG_TRY(augi_dataset_new(&dataset, &kind, &whole->limits, error));
    Part *part = calloc(1, sizeof(*part));
    PartParams *own = dataset->params;
    own->path = strdup(augi_dataset_path(whole));
    dataset->state = part;
    AugStatus status = AUG_OK;
    if (!part || !own->path)
        status = AUG_FAIL(error, AUG_NO_MEMORY, kind.name, "no memory for a data set");
    if (status == AUG_OK) {
        *part = (Part){.whole = aug_dataset_ref(whole), .wish = *wish};
        status = augi_dataset_start(dataset, error);
    }
    if (status != AUG_OK) {
        aug_dataset_unref(dataset);
        return status;
    }
    augi_identity_leave(whole, dataset);
    aug_dataset_unref(whole);
    *out = dataset;
    return AUG_OK;
}

uint64_t augi_part_sample(const AugDataset *dataset, uint64_t index)
{
    const Part *part = dataset->state;
    return part->samples[index];
}

bool augi_part_find(const AugDataset *dataset, uint64_t sample, uint64_t *index)
{
    const Part *part = dataset->state;
    uint64_t first = 0, end = part->n;
    while (first < end) {
        const uint64_t middle = first + (end - first) / 2;
        if (part->samples[middle] < sample)
            first = middle + 1;
        else
            end = middle;
    }
    *index = first;
    return first < part->n && part->samples[first] == sample;
}

const AugDataset *augi_part_whole(const AugDataset *dataset)
{
    const Part *part = dataset->state;
    return dataset->kind == &kind ? part->whole : NULL;
}

const AugiPartWish *augi_part_wish(const AugDataset *dataset)
{
    const Part *part = dataset->state;
    return dataset->kind == &kind ? &part->wish : NULL;
}

void augi_part_count(const AugDataset *dataset, AugiClassShare *shares)
{
    const Part *part = dataset->state;
    const AugDatasetInfo *info = &part->whole->info;
    const bool is_eval = part->wish.choice.part.value == AUGI_PART_EVAL;
    memset(shares, 0, info->n_classes * sizeof(*shares));
    for (uint64_t i = 0, next = 0; i < info->n_samples; i++) {
        const int64_t label = aug_dataset_label(part->whole, i);
        const bool is_here = next < part->n && part->samples[next] == i;
        next += is_here;
        if (label < 0)
            continue;
        shares[label].n++;
        shares[label].n_eval += is_here == is_eval;
    }
}
