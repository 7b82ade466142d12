/* What a worker may hold: counted before it is taken, refused with a figure, given back in full;
 * and whether a sample fits depends on nothing that was made before it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aug/aug.h"
#include "image/op.h"
#include "libaug/base/arena.h"
#include "libaug/base/stop.h"
#include "libaug/run/plan.h"
#include "libaug/run/thread.h"
#include "tests/support/pictures.h"

#define MIB ((size_t)1 << 20)

START_TEST(an_allowance_refuses_with_a_figure)
{
    AugiAllowance allowance = {.most = 1000};
    AugError error = {0};
    ck_assert_int_eq(augi_allowance_take(&allowance, 600, &error), AUG_OK);
    ck_assert_int_eq(augi_allowance_take(&allowance, 400, &error), AUG_OK);
    ck_assert(!augi_allowance_refused(&allowance));
    ck_assert_int_eq(augi_allowance_take(&allowance, 1, &error), AUG_NO_MEMORY);
    ck_assert_ptr_nonnull(strstr(error.message, "at least 1001 bytes"));
    ck_assert_ptr_nonnull(strstr(error.message, "allowed are 1000"));
    ck_assert(augi_allowance_refused(&allowance));
    ck_assert_uint_eq(allowance.held, 1000);
    augi_allowance_give(&allowance, 1000);
    ck_assert_int_eq(augi_allowance_take(&allowance, SIZE_MAX, &error), AUG_NO_MEMORY);
    ck_assert_int_eq(augi_allowance_take(NULL, SIZE_MAX, &error), AUG_OK);
    augi_allowance_give(NULL, 1);
    allowance = (AugiAllowance){.most = 100, .held = 600};
    ck_assert_int_eq(augi_allowance_take(&allowance, 1, &error), AUG_NO_MEMORY);
    ck_assert_uint_eq(allowance.held, 600);
}
END_TEST

/* An arena on an allowance takes whole blocks, and none that is too much. */
START_TEST(an_arena_is_counted)
{
    AugiAllowance allowance = {.most = 20000};
    AugiArena *arena = augi_arena_new();
    ck_assert_ptr_nonnull(arena);
    augi_arena_count(arena, &allowance);
    ck_assert_ptr_nonnull(augi_arena_take(arena, 10000));
    ck_assert_uint_ge(allowance.held, 10000);
    ck_assert_ptr_null(augi_arena_take(arena, 15000));
    ck_assert(augi_allowance_refused(&allowance));
    augi_arena_reset(arena);
    ck_assert_ptr_nonnull(augi_arena_take(arena, 10000));
    augi_arena_free(arena);
    ck_assert_uint_eq(allowance.held, 0);
}
END_TEST

/* A buffer that may not grow by half takes what is needed. */
START_TEST(a_buffer_is_counted)
{
    AugiAllowance allowance = {.most = 1000};
    AugBuffer buffer = {.allowance = &allowance};
    void *bytes;
    AugError error = {0};
    ck_assert_int_eq(aug_buffer_reserve(&buffer, 0, 600, &bytes, &error), AUG_OK);
    ck_assert_int_eq(aug_buffer_reserve(&buffer, 0, 900, &bytes, &error), AUG_OK);
    ck_assert_uint_eq(allowance.held, 900);
    ck_assert(!augi_allowance_refused(&allowance));
    ck_assert_int_eq(aug_buffer_reserve(&buffer, 1, 101, &bytes, &error), AUG_NO_MEMORY);
    aug_buffer_fini(&buffer);
    ck_assert_uint_eq(allowance.held, 0);
    ck_assert_ptr_eq(buffer.allowance, &allowance);
}
END_TEST

/* A data set of picture files in memory. padding: bytes that reading one takes beside it. */
typedef struct File {
    uint8_t *bytes;
    size_t size, padding;
} File;

enum { MOST_FILES = 4 };

typedef struct Set {
    File files[MOST_FILES];
    uint64_t n;
    AugDataset *dataset;
    AugSpec *spec;
    AugPlan *plan;
} Set;

static AugStatus read_file(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                           AugError *error)
{
    const File *file = &((const Set *)user)->files[index];
    void *bytes;
    AUG_TRY(aug_buffer_reserve(buffer, 0, file->size + file->padding, &bytes, error));
    memcpy(bytes, file->bytes, file->size);
    sample->fields[0] = (AugField){.bytes = bytes, .size = file->size};
    return AUG_OK;
}

static void add_file(Set *set, int32_t side, bool progressive, size_t padding)
{
    uint64_t state = 1;
    const AugImage scene = test_scene(&state, side, side, 3);
    File *file = &set->files[set->n++];
    file->bytes = test_jpeg(&scene, &(TestJpeg){.progressive = progressive}, &file->size);
    file->padding = padding;
    free(scene.pixels);
}

static void set_plan(Set *set, const char *pipeline)
{
    const AugFieldDesc image = {.name = "image",
                                .kind = AUG_FIELD_IMAGE,
                                .form = AUG_FORM_ENCODED,
                                .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 3}};
    const AugDatasetCallbacks callbacks = {.fields = &image,
                                           .n_fields = 1,
                                           .n_samples = set->n,
                                           .user = set,
                                           .read = read_file,
                                           .fingerprint = "files"};
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    char *text = test_path("{augd: 1, pipeline: [%s], output: {dtype: uint8}, batch: {size: 1, "
                           "shuffle: false}}",
                           pipeline);
    ck_assert_int_eq(aug_dataset_from_callbacks(&set->dataset, &callbacks, &first), AUG_OK);
    ck_assert_msg(aug_spec_parse(&set->spec, text, strlen(text), "set", NULL, &problems) == AUG_OK,
                  "%s: %s", first.where, first.message);
    ck_assert_msg(aug_plan_new(&set->plan, set->spec, set->dataset, NULL, &first) == AUG_OK,
                  "%s: %s", first.where, first.message);
    free(text);
}

static void set_close(Set *set)
{
    aug_plan_free(set->plan);
    aug_spec_free(set->spec);
    aug_dataset_unref(set->dataset);
    for (uint64_t i = 0; i < set->n; i++)
        free(set->files[i].bytes);
}

/* Batches of one epoch, in order, by one worker that may hold this much; how many came. */
static uint64_t count_batches(const Set *set, size_t worker_memory, AugError *error)
{
    AugPool *pool;
    AugLoader *loader;
    ck_assert_int_eq(aug_pool_new(&pool, 1, NULL), AUG_OK);
    aug_pool_limit(pool, worker_memory);
    ck_assert_uint_eq(aug_pool_memory(pool), worker_memory ? worker_memory : UINT64_MAX);
    const AugLoaderOptions options = {.pool = pool, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&loader, set->plan, &options, NULL), AUG_OK);
    uint64_t n = 0;
    AugBatch *batch;
    while (aug_loader_next(loader, &batch, error) == AUG_OK) {
        aug_batch_free(batch);
        n++;
    }
    aug_loader_free(loader);
    aug_pool_free(pool);
    return n;
}

/* 1000 x 1000 pixels are 3 MB; what is between two directions of a resize is far less. */
START_TEST(a_sample_that_is_too_large_is_refused_by_name)
{
    Set set = {0};
    add_file(&set, 50, false, 0);
    add_file(&set, 1000, false, 0);
    set_plan(&set, "Resize: [20, 20]");
    AugError error = {0};
    ck_assert_uint_eq(count_batches(&set, 2 * MIB, &error), 1);
    ck_assert_int_eq(error.status, AUG_NO_MEMORY);
    ck_assert_str_eq(error.where, "#1");
    ck_assert_ptr_nonnull(strstr(error.message, "allowed are 2097152"));
    error = (AugError){0};
    ck_assert_uint_eq(count_batches(&set, 8 * MIB, &error), 2);
    ck_assert_int_eq(error.status, AUG_OK);
    ck_assert_uint_eq(count_batches(&set, 0, &error), 2);
    set_close(&set);
}
END_TEST

/* The coefficients of a progressive file are 6 MB, whatever window is asked for. */
START_TEST(coefficients_of_a_progressive_jpeg_count)
{
    for (int progressive = 0; progressive < 2; progressive++) {
        Set set = {0};
        add_file(&set, 1000, progressive, 0);
        set_plan(&set, "CenterCrop: 20");
        AugError error = {0};
        const uint64_t n = count_batches(&set, 4 * MIB, &error);
        ck_assert_uint_eq(n, progressive ? 0 : 1);
        ck_assert_int_eq(error.status, progressive ? AUG_NO_MEMORY : AUG_OK);
        set_close(&set);
    }
}
END_TEST

/* Reading the first takes 3 MiB and decoding the second 3 MB: each alone fits into 5 MiB, so both
 * do, in any order. */
START_TEST(what_was_made_before_decides_nothing)
{
    for (int turned = 0; turned < 2; turned++) {
        Set set = {0};
        add_file(&set, turned ? 1000 : 50, false, turned ? 0 : 3 * MIB);
        add_file(&set, turned ? 50 : 1000, false, turned ? 3 * MIB : 0);
        add_file(&set, 1000, false, 0);
        add_file(&set, 1000, false, 2 * MIB);
        set_plan(&set, "Resize: [20, 20]");
        AugError error = {0};
        ck_assert_uint_eq(count_batches(&set, 5 * MIB, &error), 3);
        ck_assert_int_eq(error.status, AUG_NO_MEMORY);
        ck_assert_str_eq(error.where, "#3");
        set_close(&set);
    }
}
END_TEST

/* Notes what becomes of augmenting each sample: statuses by index. */
static AugStatus note_status(void *statuses, const AugEachSample *given, void **result,
                             AugError *error)
{
    (void)result;
    (void)error;
    AugSample out;
    ((AugStatus *)statuses)[given->key.sample] =
        aug_worker_augment(given->worker, &given->key, given->sample, &out, NULL);
    return AUG_OK;
}

/* The small picture comes behind the large one on the same thread. */
START_TEST(a_refusal_is_of_one_sample)
{
    Set set = {0};
    add_file(&set, 1000, false, 0);
    add_file(&set, 50, false, 0);
    set_plan(&set, "Resize: [20, 20]");
    AugStatus statuses[2] = {AUG_END, AUG_END};
    AugPool *pool;
    AugLoader *loader;
    ck_assert_int_eq(aug_pool_new(&pool, 1, NULL), AUG_OK);
    aug_pool_limit(pool, 2 * MIB);
    const AugLoaderOptions options = {
        .pool = pool, .epochs = 1, .each = {.make = note_status, .user = statuses}};
    ck_assert_int_eq(aug_loader_new(&loader, set.plan, &options, NULL), AUG_OK);
    AugBatch *batch;
    while (aug_loader_next(loader, &batch, NULL) == AUG_OK)
        aug_batch_free(batch);
    aug_loader_free(loader);
    aug_pool_free(pool);
    ck_assert_int_eq(statuses[0], AUG_NO_MEMORY);
    ck_assert_int_eq(statuses[1], AUG_OK);
    set_close(&set);
}
END_TEST

/* Between any two steps of a sample the worker sees that nobody wants it any more. */
START_TEST(a_sample_ends_between_its_steps)
{
    static const char *const pipelines[] = {
        "Resize: [20, 20]",
        "Rotate: {limit: 30}, Resize: [20, 20], GaussianBlur: {p: 1}",
        "Cutout: {size: 200, fill: random}, Resize: [20, 20]",
        "GaussNoise: {p: 1}, Resize: [20, 20]",
    };
    Set set = {0};
    add_file(&set, 200, false, 0);
    set_plan(&set, pipelines[_i]);
    AugiThread thread;
    augi_thread_init(&thread, 0);
    AugiStop stop = {0};
    thread.allowance.stop = &stop;
    const AugKey key = {0};
    AugSample sample;
    AugField field;
    sample.fields = &field;
    void *worker;
    static uint8_t made[20 * 20 * 3];
    AugOut out = {.bytes = made};
    const AugDomainJob job = {.key = &key, .samples = &sample, .n = 1};
    ck_assert_int_eq(aug_dataset_read(set.dataset, 0, &thread.buffers[0], &sample, NULL), AUG_OK);
    ck_assert_int_eq(augi_thread_worker(&thread, &aug_domain_image, &worker, NULL), AUG_OK);
    AugError error = {0};
    for (int is_stopped = 0; is_stopped < 2; is_stopped++) {
        ck_assert_int_eq(
            aug_domain_image.run(augi_plan_domain(set.plan), worker, &job, &out, &error),
            is_stopped ? AUG_CLOSED : AUG_OK);
        augi_stop_set(&stop);
    }
    augi_thread_fini(&thread);
    set_close(&set);
}
END_TEST

/* One worker, plans with different numbers of operations and views, one after the other: each gets
 * what a new worker gives, and nothing is left on the account. */
START_TEST(a_worker_serves_one_plan_after_the_other)
{
    static const char *const pipelines[] = {
        "Resize: [20, 20]",
        "Rotate: {limit: 30}, Resize: [20, 20], GaussianBlur: {p: 1}, Cutout: 4, Equalize: {p: 1}",
        "RandomResizedCrop: [20, 20], GaussNoise: {p: 1}",
    };
    AugiThread thread;
    augi_thread_init(&thread, 0);
    for (int round = 0; round < 6; round++) {
        Set set = {0};
        add_file(&set, 200, round % 2, 0);
        set_plan(&set, pipelines[round % 3]);
        const AugKey key = {.sample = (uint64_t)round};
        AugSample sample;
        AugField field;
        void *worker;
        static uint8_t made[2][20 * 20 * 3];
        sample.fields = &field;
        for (int fresh = 0; fresh < 2; fresh++) {
            AugiThread own;
            augi_thread_init(&own, 0);
            AugiThread *used = fresh ? &own : &thread;
            AugOut out = {.bytes = made[fresh]};
            ck_assert_int_eq(aug_dataset_read(set.dataset, 0, &used->buffers[0], &sample, NULL),
                             AUG_OK);
            ck_assert_int_eq(augi_thread_worker(used, &aug_domain_image, &worker, NULL), AUG_OK);
            const AugDomainJob job = {.key = &key, .samples = &sample, .n = 1};
            ck_assert_int_eq(
                aug_domain_image.run(augi_plan_domain(set.plan), worker, &job, &out, NULL), AUG_OK);
            ck_assert_uint_gt(used->allowance.held, 200 * 200);
            augi_thread_fini(&own);
            ck_assert_uint_eq(own.allowance.held, 0);
        }
        ck_assert_mem_eq(made[0], made[1], sizeof(made[0]));
        set_close(&set);
    }
    augi_thread_fini(&thread);
    ck_assert_uint_eq(thread.allowance.held, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory of workers");
    TCase *counted = tcase_create("counted");
    tcase_add_test(counted, an_allowance_refuses_with_a_figure);
    tcase_add_test(counted, an_arena_is_counted);
    tcase_add_test(counted, a_buffer_is_counted);
    suite_add_tcase(suite, counted);
    TCase *samples = tcase_create("samples");
    tcase_set_timeout(samples, 60);
    tcase_add_test(samples, a_sample_that_is_too_large_is_refused_by_name);
    tcase_add_test(samples, coefficients_of_a_progressive_jpeg_count);
    tcase_add_test(samples, what_was_made_before_decides_nothing);
    tcase_add_test(samples, a_refusal_is_of_one_sample);
    tcase_add_loop_test(samples, a_sample_ends_between_its_steps, 0, 4);
    tcase_add_test(samples, a_worker_serves_one_plan_after_the_other);
    suite_add_tcase(suite, samples);
    return test_run(suite);
}
