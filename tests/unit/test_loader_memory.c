/* Memory of loaders: the figure that aug_loader_memory gives, against what the allocator says that
 * was taken; and batches in memory that a program gives. */
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aug/aug.h"
#include "libaug/spec/param.h"
#include "tests/support/support.h"

/* Instrumented builds have another allocator, which does not count. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_INSTRUMENTED true
#else
#define IS_INSTRUMENTED false
#endif

typedef struct Stream {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
} Stream;

static void stream_open(Stream *stream, const char *dataset, const char *sections, bool names)
{
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    char *text = test_path("{augd: 1, %s}", sections);
    ck_assert_int_eq(aug_dataset_open(&stream->dataset, dataset, NULL, &first), AUG_OK);
    ck_assert_msg(aug_spec_parse(&stream->spec, text, strlen(text), "stream", NULL, &problems) ==
                      AUG_OK,
                  "%s: %s", first.where, first.message);
    const AugPlanOptions options = {.names = names};
    ck_assert_msg(aug_plan_new(&stream->plan, stream->spec, stream->dataset, &options, &first) ==
                      AUG_OK,
                  "%s: %s", first.where, first.message);
    free(text);
}

static void stream_close(Stream *stream)
{
    aug_plan_free(stream->plan);
    aug_spec_free(stream->spec);
    aug_dataset_unref(stream->dataset);
}

/* Bytes that are allocated now. */
static size_t allocated(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static const struct {
    const char *sections;
    bool names;
    uint32_t world;
} kinds[] = {
    {"batch: {size: 64}", false, 1},
    {"batch: {size: 64}, output: {dtype: uint8}", true, 1},
    {"batch: {size: 64, mix: [MixUp]}", false, 1},
    {"batch: {size: 64, mix: [MixUp, CutMix, MixUp], views: 3}", true, 1},
    {"batch: {size: 64, mix: [MixUp, CutMix]}", false, 4},
    {"batch: {size: 2000}, pipeline: [Resize: [2, 2]], output: {dtype: uint8}", false, 1},
    {"batch: {size: 2000, mix: [{OneOf: {transforms: [MixUp, CutMix]}}]}, pipeline: [Resize: [2, "
     "2]], output: {dtype: uint8}",
     false, 8},
};

/* Pages that are counted for parts that did not need them. */
#define SLACK 65536

/* With all batches held, so that as many exist as may: not more than the figure, and not much less.
 */
START_TEST(the_figure_is_true)
{
    Stream stream;
    stream_open(&stream, "synthetic:count=10000,size=32,classes=7", kinds[_i].sections,
                kinds[_i].names);
    AugPool *pool;
    ck_assert_int_eq(aug_pool_new(&pool, 1, NULL), AUG_OK);
    enum { DEPTH = 3 };
    const AugLoaderOptions options = {
        .pool = pool, .depth = DEPTH, .world = kinds[_i].world, .rank = kinds[_i].world - 1};
    AugLoader *loader;
    AugBatch *batches[DEPTH];
    AugError error = {0};
    uint64_t figure;
    const size_t before = allocated();
    ck_assert_int_eq(aug_loader_memory(stream.plan, &options, &figure, &error), AUG_OK);
    ck_assert_int_eq(aug_loader_new(&loader, stream.plan, &options, &error), AUG_OK);
    for (int i = 0; i < DEPTH; i++)
        ck_assert_int_eq(aug_loader_next(loader, &batches[i], &error), AUG_OK);
    const size_t taken = allocated() - before;
    for (int i = 0; i < DEPTH; i++)
        aug_batch_free(batches[i]);
    aug_loader_free(loader);
    /* What stays is the worker's. */
    const size_t workers = allocated() - before;
    aug_pool_free(pool);
    stream_close(&stream);
    if (IS_INSTRUMENTED)
        return;
    ck_assert_uint_lt(workers, 100000);
    ck_assert_msg(taken - workers <= figure, "%s: took %zu of %llu", kinds[_i].sections,
                  taken - workers, (unsigned long long)figure);
    ck_assert_msg(taken - workers + SLACK >= figure / 100 * 95, "%s: took %zu of %llu",
                  kinds[_i].sections, taken - workers, (unsigned long long)figure);
}
END_TEST

START_TEST(wrong_options_have_no_figure)
{
    Stream stream;
    stream_open(&stream, "synthetic:count=100,size=8,classes=7", "batch: {size: 10}", false);
    AugError error = {0};
    uint64_t figure = 1;
    const AugLoaderOptions options = {.world = 2, .rank = 2};
    ck_assert_int_eq(aug_loader_memory(stream.plan, &options, &figure, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.where, "rank");
    ck_assert_uint_eq(figure, 0);
    ck_assert_int_eq(aug_loader_memory(stream.plan, NULL, &figure, &error), AUG_OK);
    ck_assert_uint_gt(figure, (uint64_t)4 * 10 * 3 * 8 * 8 * sizeof(float));
    stream_close(&stream);
}
END_TEST

/* A ring of slots in shared memory. is_closed: there are none now. */
enum { N_SLOTS = 3 };

typedef struct Ring {
    pthread_mutex_t lock;
    uint8_t *bytes;
    size_t slot_size;
    bool is_taken[N_SLOTS], is_closed;
    int n_taken, n_given, n_refused;
} Ring;

static void *take_slot(void *user, size_t size, uint64_t *ticket)
{
    Ring *ring = user;
    void *slot = NULL;
    ck_assert_uint_eq(size, ring->slot_size);
    pthread_mutex_lock(&ring->lock);
    for (uint64_t i = 0; i < N_SLOTS && !slot && !ring->is_closed; i++)
        if (!ring->is_taken[i]) {
            ring->is_taken[i] = true;
            ring->n_taken++;
            *ticket = 100 + i;
            slot = ring->bytes + i * size;
        }
    ring->n_refused += !slot;
    pthread_mutex_unlock(&ring->lock);
    return slot;
}

static void give_slot(void *user, void *bytes, uint64_t ticket)
{
    Ring *ring = user;
    pthread_mutex_lock(&ring->lock);
    ck_assert_ptr_eq(bytes, ring->bytes + (ticket - 100) * ring->slot_size);
    ck_assert(ring->is_taken[ticket - 100]);
    ring->is_taken[ticket - 100] = false;
    ring->n_given++;
    pthread_mutex_unlock(&ring->lock);
}

static AugLoaderOptions ring_options(Ring *ring, const Stream *stream, uint32_t depth)
{
    AugLoaderOptions options = {
        .threads = 3,
        .depth = depth,
        .epochs = 1,
        .memory = {.take = take_slot, .give = give_slot, .user = ring},
    };
    *ring = (Ring){.lock = PTHREAD_MUTEX_INITIALIZER};
    ck_assert_int_eq(aug_loader_slot_size(stream->plan, &options, &ring->slot_size, NULL), AUG_OK);
    ring->bytes = mmap(NULL, N_SLOTS * ring->slot_size, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(ring->bytes, MAP_FAILED);
    return options;
}

static void ring_close(Ring *ring)
{
    ck_assert_int_eq(ring->n_given, ring->n_taken);
    munmap(ring->bytes, N_SLOTS * ring->slot_size);
}

static void check_batch(const AugBatch *batch, const AugBatch *expected)
{
    size_t size, expected_size;
    const void *bytes = aug_batch_bytes(batch, &size);
    const void *expected_bytes = aug_batch_bytes(expected, &expected_size);
    ck_assert_uint_eq(size, expected_size);
    ck_assert_mem_eq(bytes, expected_bytes, size);
}

/* Batches lie in slots, whatever there is of them for the depth, and are the same bytes; every slot
 * is given back. */
START_TEST(batches_lie_in_slots)
{
    Stream stream;
    stream_open(&stream, "synthetic:count=200,size=16,classes=7",
                _i ? "batch: {size: 9, mix: [MixUp]}" : "batch: {size: 9}", true);
    Ring ring;
    const AugLoaderOptions options = ring_options(&ring, &stream, _i ? 2 : 5);
    AugLoader *loader, *plain;
    AugBatch *batch, *expected;
    uint64_t size, plain_size;
    ck_assert_int_eq(aug_loader_memory(stream.plan, &options, &size, NULL), AUG_OK);
    const AugLoaderOptions on_heap = {.threads = 1, .depth = options.depth, .epochs = 1};
    ck_assert_int_eq(aug_loader_memory(stream.plan, &on_heap, &plain_size, NULL), AUG_OK);
    ck_assert_uint_lt(size + options.depth * (ring.slot_size - 64), plain_size);
    ck_assert_int_eq(aug_loader_new(&loader, stream.plan, &options, NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_new(&plain, stream.plan, &on_heap, NULL), AUG_OK);
    int n = 0;
    while (aug_loader_next(plain, &expected, NULL) == AUG_OK) {
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        check_batch(batch, expected);
        const uint8_t *bytes = aug_batch_bytes(batch, &(size_t){0});
        ck_assert(ring.bytes <= bytes && bytes < ring.bytes + N_SLOTS * ring.slot_size);
        aug_batch_free(batch);
        aug_batch_free(expected);
        n++;
    }
    ck_assert_int_eq(n, 23);
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_END);
    aug_loader_free(loader);
    aug_loader_free(plain);
    ck_assert_int_eq(ring.n_taken, n);
    ring_close(&ring);
    stream_close(&stream);
}
END_TEST

/* Without a slot nothing is made; one is asked for again when a batch comes back, and when the
 * program says so. What is held outlives the loader, with its slot. */
START_TEST(a_loader_waits_for_memory)
{
    Stream stream;
    stream_open(&stream, "synthetic:count=200,size=16,classes=7", "batch: {size: 10}", false);
    Ring ring;
    const AugLoaderOptions options = ring_options(&ring, &stream, 5);
    ring.is_closed = true;
    AugLoader *loader;
    AugBatch *batches[N_SLOTS], *more;
    ck_assert_int_eq(aug_loader_new(&loader, stream.plan, &options, NULL), AUG_OK);
    usleep(20000);
    ck_assert_int_eq(aug_loader_try_next(loader, &more, NULL), AUG_OK);
    ck_assert_ptr_null(more);
    pthread_mutex_lock(&ring.lock);
    ck_assert_int_eq(ring.n_refused, 1);
    ring.is_closed = false;
    pthread_mutex_unlock(&ring.lock);
    aug_loader_wake(loader);
    for (int i = 0; i < N_SLOTS; i++)
        ck_assert_int_eq(aug_loader_next(loader, &batches[i], NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_try_next(loader, &more, NULL), AUG_OK);
    ck_assert_ptr_null(more);
    aug_batch_free(batches[0]);
    ck_assert_int_eq(aug_loader_next(loader, &batches[0], NULL), AUG_OK);
    ck_assert_uint_eq(aug_batch_step(batches[0]), N_SLOTS);
    aug_loader_free(loader);
    ck_assert_int_eq(ring.n_given, ring.n_taken - N_SLOTS);
    for (int i = 0; i < N_SLOTS; i++)
        aug_batch_free(batches[i]);
    ring_close(&ring);
    stream_close(&stream);
}
END_TEST

/* Ended at any moment, slots come back. */
START_TEST(a_loader_that_is_freed_gives_slots_back)
{
    Stream stream;
    stream_open(&stream, "synthetic:count=200,size=16,classes=7", "batch: {size: 10}", false);
    for (unsigned i = 0; i < 60; i++) {
        Ring ring;
        const AugLoaderOptions options = ring_options(&ring, &stream, 4);
        AugLoader *loader;
        AugBatch *batch = NULL;
        ck_assert_int_eq(aug_loader_new(&loader, stream.plan, &options, NULL), AUG_OK);
        if (i % 2)
            ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        usleep(20 * i);
        aug_loader_free(loader);
        aug_batch_free(batch);
        ring_close(&ring);
    }
    stream_close(&stream);
}
END_TEST

static void *take_crooked(void *user, size_t size, uint64_t *ticket)
{
    uint8_t *bytes = take_slot(user, size, ticket);
    return bytes ? bytes + 8 : NULL;
}

static void give_crooked(void *user, void *bytes, uint64_t ticket)
{
    give_slot(user, (uint8_t *)bytes - 8, ticket);
}

START_TEST(memory_that_is_not_aligned_is_refused)
{
    Stream stream;
    stream_open(&stream, "synthetic:count=200,size=16,classes=7", "batch: {size: 10}", false);
    Ring ring;
    AugLoaderOptions options = ring_options(&ring, &stream, 2);
    options.memory.take = take_crooked;
    options.memory.give = give_crooked;
    AugLoader *loader;
    AugBatch *batch;
    AugError error = {0};
    ck_assert_int_eq(aug_loader_new(&loader, stream.plan, &options, &error), AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "not aligned to 64 bytes"));
    aug_loader_free(loader);
    options.memory.give = NULL;
    ck_assert_int_eq(aug_loader_new(&loader, stream.plan, &options, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.where, "memory");
    ring_close(&ring);
    stream_close(&stream);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory of loaders");
    TCase *figures = tcase_create("figures");
    tcase_set_timeout(figures, 60);
    tcase_add_loop_test(figures, the_figure_is_true, 0, AUG_COUNT(kinds));
    tcase_add_test(figures, wrong_options_have_no_figure);
    suite_add_tcase(suite, figures);
    TCase *slots = tcase_create("slots");
    tcase_set_timeout(slots, 60);
    tcase_add_loop_test(slots, batches_lie_in_slots, 0, 2);
    tcase_add_test(slots, a_loader_waits_for_memory);
    tcase_add_test(slots, a_loader_that_is_freed_gives_slots_back);
    tcase_add_test(slots, memory_that_is_not_aligned_is_refused);
    suite_add_tcase(suite, slots);
    return test_run(suite);
}
