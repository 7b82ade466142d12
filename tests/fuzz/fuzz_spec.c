/* Specs: what is read has a canonical form that reads as itself, compiles for a small data set or
 * is refused with a sentence, and gives the same samples and the same batch each time.
 *
 * Input: a byte that picks the data set, then the spec as YAML or JSON.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "aug/sample.h"
#include "libaug/base/safetensors.h"
#include "libaug/spec/spec.h"
#include "tests/fuzz/fuzz.h"

/* Samples that are made from each spec. */
#define N_SAMPLES 3

/* Pixel types and channel counts have code of their own, and so have samples without classes. */
static const char *const locations[] = {
    "synthetic:count=5,size=12,classes=3",
    "synthetic:count=5,size=[9,14],channels=1",
    "synthetic:count=5,size=8,channels=4,dtype=uint16",
    "synthetic:count=5,size=8,channels=2,dtype=float32",
};

#define N_LOCATIONS (sizeof(locations) / sizeof(locations[0]))

static AugDataset *datasets[N_LOCATIONS];
static AugPool *pool;
static AugLimits limits;

static void init(void)
{
    for (size_t i = 0; i < N_LOCATIONS; i++)
        FUZZ_CHECK(aug_dataset_open(&datasets[i], locations[i], NULL, NULL) == AUG_OK, "%s",
                   locations[i]);
    FUZZ_CHECK(aug_pool_new(&pool, 1, NULL) == AUG_OK, "no pool");
    aug_limits_init(&limits);
    /* A spec may ask for much work; what it can ask for here takes milliseconds. */
    limits.max_side = 48;
    limits.max_pixels = 48 * 48;
    limits.max_batch = 8;
    limits.max_batch_size = 1u << 20;
    limits.max_spec_nodes = 400;
}

static AugSpec *parse(const char *text, size_t size, AugError *error)
{
    AugProblems problems = {.items = error, .capacity = 1};
    AugSpec *spec;
    const AugStatus status = aug_spec_parse(&spec, text, size, "s", &limits, &problems);
    FUZZ_CHECK((status == AUG_OK) == (problems.n == 0) && (status == AUG_OK) == (spec != NULL),
               "%zu problems with status %s", problems.n, aug_status_name(status));
    if (status != AUG_OK)
        fuzz_check_failure(status, error);
    return spec;
}

/* The canonical form is a spec, as a text and as an object, and its own canonical form. */
static void check_canonical(const AugSpec *spec)
{
    AugError error = {0};
    char *first = aug_spec_canonical(spec);
    FUZZ_CHECK(first != NULL, "no memory for a canonical form");
    AugSpec *again = parse(first, strlen(first), &error);
    FUZZ_CHECK(again != NULL, "%s: %s\n  %s", error.where, error.message, first);
    char *second = aug_spec_canonical(again);
    FUZZ_CHECK(strcmp(first, second) == 0, "%s\n  %s", first, second);
    aug_spec_free(again);
    free(second);
    json_t *json = json_loads(first, JSON_REJECT_DUPLICATES, NULL);
    FUZZ_CHECK(json != NULL, "not JSON: %s", first);
    AugProblems problems = {.items = &error, .capacity = 1};
    const AugStatus status = augi_spec_from_json(&again, json, "", &limits, &problems);
    json_decref(json);
    FUZZ_CHECK(status == AUG_OK, "%s: %s\n  %s", error.where, error.message, first);
    second = aug_spec_canonical(again);
    FUZZ_CHECK(strcmp(first, second) == 0, "%s\n  %s", first, second);
    aug_spec_free(again);
    free(second);
    free(first);
}

/* Keeps a copy of a picture, or compares it with the copy. */
static void keep_or_compare(const AugField *field, AugField *kept, void **copy)
{
    if (!*copy) {
        *kept = *field;
        *copy = malloc(field->size ? field->size : 1);
        FUZZ_CHECK(*copy != NULL, "no memory for a sample");
        memcpy(*copy, field->bytes, field->size);
        return;
    }
    FUZZ_CHECK(field->height == kept->height && field->width == kept->width &&
                   field->size == kept->size && memcmp(field->bytes, *copy, field->size) == 0,
               "%d x %d became %d x %d, or other values", kept->height, kept->width, field->height,
               field->width);
}

/* A sample that is made twice, by workers that were used differently, is the same. */
static void check_samples(const AugPlan *plan)
{
    const AugDataset *dataset = aug_plan_dataset(plan);
    void *copies[N_SAMPLES] = {0};
    AugField kept[N_SAMPLES];
    AugStatus statuses[N_SAMPLES];
    for (int round = 0; round < 2; round++) {
        AugWorker *worker;
        AugBuffer buffer = {0};
        AugError error = {0};
        FUZZ_CHECK(aug_worker_new(&worker, plan, &error) == AUG_OK, "%s", error.message);
        for (int k = 0; k < N_SAMPLES; k++) {
            const int i = round ? N_SAMPLES - 1 - k : k;
            const AugKey key = {.seed = 1, .sample = (uint64_t)i};
            AugField fields[AUG_MAX_FIELDS];
            AugSample in, out = {.fields = fields};
            FUZZ_CHECK(aug_dataset_read(dataset, (uint64_t)i, &buffer, &in, &error) == AUG_OK, "%s",
                       error.message);
            const AugStatus status = aug_worker_augment(worker, &key, &in, &out, &error);
            FUZZ_CHECK(round == 0 || status == statuses[i], "%s", aug_status_name(status));
            statuses[i] = status;
            if (status == AUG_OK)
                keep_or_compare(&out.fields[0], &kept[i], &copies[i]);
            else
                fuzz_check_failure(status, &error);
        }
        aug_buffer_fini(&buffer);
        aug_worker_free(worker);
    }
    for (int i = 0; i < N_SAMPLES; i++)
        free(copies[i]);
}

/* The first batch, copied; NULL if it was refused. The caller frees it. */
static uint8_t *first_batch(const AugPlan *plan, size_t *size)
{
    AugLoader *loader;
    AugBatch *batch;
    AugError error = {0};
    const AugLoaderOptions options = {.pool = pool, .depth = 1, .epochs = 1};
    AugStatus status = aug_loader_new(&loader, plan, &options, &error);
    FUZZ_CHECK(status == AUG_OK, "%s", error.message);
    uint8_t *copy = NULL;
    status = aug_loader_next(loader, &batch, &error);
    if (status == AUG_OK) {
        const void *bytes = aug_batch_bytes(batch, size);
        copy = malloc(*size);
        FUZZ_CHECK(copy != NULL, "no memory for a batch");
        memcpy(copy, bytes, *size);
        aug_batch_free(batch);
    } else {
        fuzz_check_failure(status, &error);
    }
    aug_loader_free(loader);
    return copy;
}

static void check_batch(const AugPlan *plan)
{
    size_t size = 0, size_again = 0;
    uint8_t *first = first_batch(plan, &size);
    uint8_t *again = first_batch(plan, &size_again);
    FUZZ_CHECK(size == size_again && !first == !again &&
                   (!first || memcmp(first, again, size) == 0),
               "%zu bytes became %zu, or others", size, size_again);
    if (first) {
        AugiTensorFile file;
        AugError error = {0};
        FUZZ_CHECK(size <= aug_plan_batch_bytes(plan), "%zu bytes; announced were %zu", size,
                   aug_plan_batch_bytes(plan));
        FUZZ_CHECK(augi_safetensors_parse(&file, first, size, "batch", &error) == AUG_OK, "%s",
                   error.message);
        augi_tensor_file_fini(&file);
    }
    free(first);
    free(again);
}

static void check_plan(const AugSpec *spec, AugDataset *dataset, bool any_size)
{
    AugPlan *plan;
    AugError error = {0};
    const AugPlanOptions options = {.any_size = any_size};
    const AugStatus status = aug_plan_new(&plan, spec, dataset, &options, &error);
    FUZZ_CHECK((status == AUG_OK) == (plan != NULL), "%s", aug_status_name(status));
    if (!plan)
        fuzz_check_failure(status, &error);
    else if (any_size)
        check_samples(plan);
    else
        check_batch(plan);
    aug_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (!pool)
        init();
    FuzzInput input = {bytes, size};
    AugDataset *dataset = datasets[fuzz_byte(&input) % N_LOCATIONS];
    size = input.left;
    char *text = (char *)fuzz_take(&input, &size);
    AugError error = {0};
    AugSpec *spec = parse(text, size, &error);
    if (spec) {
        check_canonical(spec);
        check_plan(spec, dataset, true);
        check_plan(spec, dataset, false);
    }
    aug_spec_free(spec);
    free(text);
    return 0;
}
