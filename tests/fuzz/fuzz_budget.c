/* Budgets: what an accepted spec takes is within what its plan said. Work, as the steps count it,
 * for each sample; the memory of the worker that makes it, which is as much as it accounts for, no
 * more than it may be and no less than the plan says it needs; and all that a loader takes for its
 * batches, as the allocator sees it.
 *
 * Input: a byte that picks the data set, then the spec as YAML or JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "aug/loader.h"
#include "image/domain/domain.h"
#include "image/op.h"
#include "libaug/run/plan.h"
#include "libaug/run/thread.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/held.h"

/* Samples that are made from each spec. */
#define N_SAMPLES 2

/* What a worker may hold: some pictures of the largest size that the limits below allow. */
#define MOST_MEMORY ((size_t)3 << 20)

/* What neither a worker nor a loader accounts for: structs, what the allocator rounds up, small
 * vectors of OpenCV, and the heads of threads. */
#define SLACK ((size_t)96 << 10)

static const char *const locations[] = {
    "synthetic:count=5,size=96,classes=3",
    "synthetic:count=5,size=[90,140],channels=1",
    "synthetic:count=5,size=80,channels=4,dtype=uint16",
    "synthetic:count=5,size=80,channels=2,dtype=float32",
};

/* Then files: a JPEG of one scan, and a progressive one. */
#define N_LOCATIONS (sizeof(locations) / sizeof(locations[0]))
#define N_FILES 2
#define N_SETS (N_LOCATIONS + N_FILES)

typedef struct File {
    uint8_t *bytes;
    size_t size;
} File;

static AugDataset *datasets[N_SETS];
static File files[N_FILES];
static AugPool *pool;
static AugLimits limits;

static AugStatus read_file(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                           AugError *error)
{
    (void)index;
    (void)buffer;
    (void)error;
    const File *file = user;
    sample->fields[0] = (AugField){.bytes = file->bytes, .size = file->size};
    return AUG_OK;
}

/* A JPEG of 150 x 100 pixels with something in every block. */
static void write_jpeg(File *file, bool progressive)
{
    enum { WIDTH = 150, HEIGHT = 100 };
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    unsigned long size = 0;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &file->bytes, &size);
    info.image_width = WIDTH;
    info.image_height = HEIGHT;
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    if (progressive)
        jpeg_simple_progression(&info);
    jpeg_start_compress(&info, TRUE);
    for (int y = 0; y < HEIGHT; y++) {
        uint8_t row[3 * WIDTH];
        for (int i = 0; i < 3 * WIDTH; i++)
            row[i] = (uint8_t)(i * 5 + y * 3 + (i / 40 + y / 9) % 2 * 90);
        JSAMPROW rows[] = {row};
        (void)jpeg_write_scanlines(&info, rows, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    file->size = size;
}

static void open_file(uint32_t i)
{
    static const AugFieldDesc image = {.name = "image",
                                       .kind = AUG_FIELD_IMAGE,
                                       .form = AUG_FORM_ENCODED,
                                       .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 3}};
    write_jpeg(&files[i], i == 1);
    const AugDatasetCallbacks callbacks = {.fields = &image,
                                           .n_fields = 1,
                                           .n_samples = 5,
                                           .user = &files[i],
                                           .read = read_file,
                                           .fingerprint = "file"};
    FUZZ_CHECK(aug_dataset_from_callbacks(&datasets[N_LOCATIONS + i], &callbacks, NULL) == AUG_OK,
               "file %u", i);
}

static AugSpec *parse(const char *text, size_t size, AugError *error)
{
    AugProblems problems = {.items = error, .capacity = 1};
    AugSpec *spec;
    if (aug_spec_parse(&spec, text, size, "s", &limits, &problems) != AUG_OK)
        fuzz_check_failure(problems.items[0].status, error);
    return spec;
}

/* The first key that makes a sample, so that the plan looked at the same draws. */
static AugKey key_of(uint64_t sample)
{
    return (AugKey){.sample = sample};
}

/* What a sample took. */
typedef struct Taken {
    AugStatus status;
    uint64_t work;
    size_t accounted, held;
} Taken;

static Taken run(const AugPlan *plan, uint64_t index, AugOut *outs, AugError *error)
{
    AugiThread thread;
    AugBuffer buffer = {0};
    AugSample sample;
    void *worker = NULL;
    const AugKey key = key_of(index);
    FUZZ_CHECK(aug_dataset_read(plan->dataset, index, &buffer, &sample, error) == AUG_OK, "%s",
               error->message);
    augi_thread_init(&thread, MOST_MEMORY);
    const AugDomainJob job = {.key = &key, .samples = &sample, .n = 1};
    fuzz_held_begin();
    Taken taken = {.status = augi_thread_worker(&thread, plan->domain, &worker, error)};
    if (taken.status == AUG_OK)
        taken.status = plan->domain->run(plan->domain_plan, worker, &job, outs, error);
    taken.held = fuzz_held_peak();
    taken.work = worker ? img_worker_work(worker) : 0;
    taken.accounted = thread.allowance.peak;
    augi_thread_fini(&thread);
    FUZZ_CHECK(thread.allowance.held == 0, "%zu bytes are still accounted for",
               thread.allowance.held);
    aug_buffer_fini(&buffer);
    return taken;
}

static void check_sample(const AugPlan *plan, uint64_t index, AugOut *outs)
{
    AugError error = {0};
    const Taken taken = run(plan, index, outs, &error);
    if (taken.status != AUG_OK)
        fuzz_check_failure(taken.status, &error);
    FUZZ_CHECK(taken.work <= aug_plan_work(plan), "%llu passes over pixels; the plan says %llu",
               (unsigned long long)taken.work, (unsigned long long)aug_plan_work(plan));
    FUZZ_CHECK(taken.accounted <= MOST_MEMORY, "%zu bytes; allowed are %zu", taken.accounted,
               MOST_MEMORY);
    FUZZ_CHECK(taken.held <= taken.accounted + SLACK, "%zu bytes are held, %zu accounted for",
               taken.held, taken.accounted);
    FUZZ_CHECK(taken.status != AUG_OK || taken.accounted >= aug_plan_worker_memory(plan),
               "%zu bytes were enough; the plan says %zu", taken.accounted,
               aug_plan_worker_memory(plan));
}

static void check_samples(const AugPlan *plan)
{
    AugOut outs[AUG_MAX_TENSORS] = {0};
    for (uint32_t t = 0; t < plan->n_made; t++) {
        outs[t].bytes = malloc(plan->slots[t].size + 1);
        FUZZ_CHECK(outs[t].bytes != NULL, "no memory for a tensor");
    }
    for (uint64_t i = 0; i < N_SAMPLES; i++)
        check_sample(plan, i, outs);
    for (uint32_t t = 0; t < plan->n_made; t++)
        free(outs[t].bytes);
}

/* All that making the first batches takes, with the bound of the worker. */
static void check_loader(const AugPlan *plan)
{
    AugLoader *loader;
    AugBatch *batch;
    AugError error = {0};
    uint64_t size;
    const AugLoaderOptions options = {.pool = pool, .depth = 2, .epochs = 1};
    if (aug_loader_memory(plan, &options, &size, &error) != AUG_OK) {
        fuzz_check_failure(error.status, &error);
        FUZZ_CHECK(error.status != AUG_NO_MEMORY || aug_plan_worker_memory(plan) > MOST_MEMORY,
                   "%s", error.message);
        return;
    }
    fuzz_held_begin();
    FUZZ_CHECK(aug_loader_new(&loader, plan, &options, &error) == AUG_OK, "%s", error.message);
    for (int i = 0; i < 2 && aug_loader_next(loader, &batch, &error) == AUG_OK; i++)
        aug_batch_free(batch);
    aug_loader_free(loader);
    const size_t held = fuzz_held_peak();
    FUZZ_CHECK(held <= size + MOST_MEMORY + SLACK, "%zu bytes; announced were %llu and %zu", held,
               (unsigned long long)size, MOST_MEMORY);
}

static void check_spec(const AugSpec *spec, AugDataset *dataset)
{
    AugPlan *plan;
    AugError error = {0};
    if (aug_plan_new(&plan, spec, dataset, NULL, &error) != AUG_OK) {
        fuzz_check_failure(error.status, &error);
        return;
    }
    FUZZ_CHECK(aug_plan_work(plan) <= limits.max_sample_work, "%llu passes were accepted",
               (unsigned long long)aug_plan_work(plan));
    if (plan->domain == &aug_domain_image) {
        check_samples(plan);
        check_loader(plan);
    }
    aug_plan_free(plan);
}

/* What libraries keep from their first use on. */
static void warm_up(void)
{
    static const char text[] =
        "{augd: 1, pipeline: [{GaussianBlur: {p: 1}}, {Resize: [9, 9]}], batch: {size: 2}}";
    AugError error = {0};
    AugSpec *spec = parse(text, sizeof(text) - 1, &error);
    AugPlan *plan;
    FUZZ_CHECK(spec && aug_plan_new(&plan, spec, datasets[0], NULL, &error) == AUG_OK, "%s",
               error.message);
    AugOut out = {.bytes = malloc(plan->slots[0].size)};
    (void)run(plan, 0, &out, &error);
    free(out.bytes);
    aug_plan_free(plan);
    aug_spec_free(spec);
}

static void init(void)
{
    for (size_t i = 0; i < N_LOCATIONS; i++)
        FUZZ_CHECK(aug_dataset_open(&datasets[i], locations[i], NULL, NULL) == AUG_OK, "%s",
                   locations[i]);
    for (uint32_t i = 0; i < N_FILES; i++)
        open_file(i);
    FUZZ_CHECK(aug_pool_new(&pool, 1, NULL) == AUG_OK, "no pool");
    aug_pool_limit(pool, MOST_MEMORY);
    aug_limits_init(&limits);
    /* A spec may ask for much work; what it can ask for here takes at most some 50 ms. */
    limits.max_side = 900;
    limits.max_pixels = 700 * 700;
    limits.max_batch = 8;
    limits.max_batch_size = 4u << 20;
    limits.max_spec_nodes = 400;
    limits.max_sample_work = 20000000;
    warm_up();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (!pool)
        init();
    FuzzInput input = {bytes, size};
    AugDataset *dataset = datasets[fuzz_byte(&input) % N_SETS];
    size = input.left;
    char *text = (char *)fuzz_take(&input, &size);
    AugError error = {0};
    AugSpec *spec = parse(text, size, &error);
    if (spec)
        check_spec(spec, dataset);
    aug_spec_free(spec);
    free(text);
    return 0;
}
