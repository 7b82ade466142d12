/* The loader with a function for each sample: order, results and their end, failures, closing. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aug/loader.h"
#include "tests/support/support.h"

#define N_SAMPLES 101
#define BAD_SAMPLE 23

/* What make leaves of a sample. */
typedef struct Result {
    uint64_t index;
    uint32_t epoch;
    AugStatus status; /* of reading it */
    uint8_t pixel;    /* the first one, mirrored */
    char name[16];
} Result;

/* A data set of two grey pixels a sample, a plan that mirrors them, and a count of what make did.
 * fatal: the index at which it fails; -1: none. */
typedef struct Fixture {
    AugDataset *dataset;
    AugSpec *spec;
    AugPlan *plan;
    int64_t fatal;
    bool is_slow;
    atomic_int n_calls, n_alive;
} Fixture;

static AugStatus give_sample(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    (void)user;
    void *bytes;
    AUG_TRY(aug_buffer_reserve(buffer, 0, 2, &bytes, error));
    ((uint8_t *)bytes)[0] = (uint8_t)index;
    ((uint8_t *)bytes)[1] = (uint8_t)(index + 100);
    sample->fields[0] =
        (AugField){.bytes = bytes, .size = 2, .height = 1, .width = 2, .channels = 1};
    if (index == BAD_SAMPLE)
        return AUG_FAIL(error, AUG_CORRUPT, sample->name, "this one is bad");
    return AUG_OK;
}

static AugStatus make(void *user, const AugEachSample *given, void **result, AugError *error)
{
    Fixture *f = user;
    atomic_fetch_add(&f->n_calls, 1);
    if ((int64_t)given->key.sample == f->fatal)
        return AUG_FAIL(error, AUG_IO, "disk", "the disk is full");
    if (f->is_slow && given->key.sample % 7 == 0)
        nanosleep(&(struct timespec){0, 2000000}, NULL);
    if (given->key.sample % 10 == 9)
        return AUG_OK;
    Result *made = calloc(1, sizeof(*made));
    ck_assert_ptr_nonnull(made);
    atomic_fetch_add(&f->n_alive, 1);
    *made = (Result){.index = given->key.sample, .epoch = given->key.epoch};
    *result = made;
    made->status = given->sample ? AUG_OK : given->error->status;
    const char *name = given->sample ? given->sample->name : given->error->where;
    memcpy(made->name, name, strlen(name) + 1);
    if (!given->sample)
        return AUG_OK;
    AugSample out;
    AUG_TRY(aug_worker_augment(given->worker, &given->key, given->sample, &out, error));
    made->pixel = ((const uint8_t *)out.fields[0].bytes)[0];
    return AUG_OK;
}

static void drop(void *user, void *result)
{
    Fixture *f = user;
    atomic_fetch_sub(&f->n_alive, 1);
    free(result);
}

static void start(Fixture *f, bool any_size)
{
    static const char text[] =
        "{augd: 1, seed: 1, pipeline: [{HorizontalFlip: {p: 1}}], batch: {size: 8, tail: drop},"
        "output: {color: gray}}";
    *f = (Fixture){.fatal = -1};
    const AugFieldDesc field = {.name = "image",
                                .kind = AUG_FIELD_IMAGE,
                                .form = AUG_FORM_PIXELS,
                                .tensor = {AUG_DTYPE_U8, 3, {1, 2, 1}}};
    const AugDatasetCallbacks callbacks = {
        .fields = &field, .n_fields = 1, .n_samples = N_SAMPLES, .read = give_sample};
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    const AugPlanOptions options = {.any_size = any_size};
    if (aug_dataset_from_callbacks(&f->dataset, &callbacks, &error) != AUG_OK ||
        aug_spec_parse(&f->spec, text, strlen(text), "test", NULL, &problems) != AUG_OK ||
        aug_plan_new(&f->plan, f->spec, f->dataset, &options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
}

static void end(Fixture *f)
{
    ck_assert_int_eq(f->n_alive, 0);
    aug_plan_free(f->plan);
    aug_spec_free(f->spec);
    aug_dataset_unref(f->dataset);
}

static AugLoader *load(Fixture *f, AugLoaderOptions options)
{
    AugLoader *loader;
    AugError error = {0};
    options.each.make = make;
    options.each.drop = drop;
    options.each.user = f;
    if (aug_loader_new(&loader, f->plan, &options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    return loader;
}

static void check_result(const Result *result, uint64_t index, uint32_t epoch)
{
    if (index % 10 == 9) {
        ck_assert_ptr_null(result);
        return;
    }
    char name[16];
    snprintf(name, sizeof(name), "#%d", (int)index);
    ck_assert_uint_eq(result->index, index);
    ck_assert_uint_eq(result->epoch, epoch);
    ck_assert_str_eq(result->name, name);
    ck_assert_int_eq(result->status, index == BAD_SAMPLE ? AUG_CORRUPT : AUG_OK);
    ck_assert_uint_eq(result->pixel, index == BAD_SAMPLE ? 0 : index + 100);
}

/* All results from a position to the end of an epoch. */
static void check_epoch(AugLoader *loader, uint32_t epoch, uint64_t first, uint32_t batch_size)
{
    uint64_t index = first;
    while (index < N_SAMPLES) {
        AugBatch *batch;
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        ck_assert_uint_eq(aug_batch_epoch(batch), epoch);
        ck_assert_uint_eq(aug_batch_step(batch), index / batch_size);
        ck_assert_uint_eq(aug_batch_n_tensors(batch), 0);
        const uint32_t n = aug_batch_count(batch);
        ck_assert_uint_eq(n, N_SAMPLES - index < batch_size ? N_SAMPLES - index : batch_size);
        for (uint32_t i = 0; i < n; i++)
            check_result(aug_batch_result(batch, i), index++, epoch);
        ck_assert_ptr_null(aug_batch_result(batch, n));
        ck_assert_int_eq(aug_batch_is_last(batch), index == N_SAMPLES);
        aug_batch_free(batch);
    }
}

START_TEST(every_sample_comes_once_and_in_order)
{
    static const uint32_t sizes[] = {0, 1, 5, 200};
    for (uint32_t threads = 1; threads <= 4; threads++) {
        Fixture f;
        start(&f, threads % 2 == 0);
        f.is_slow = true;
        const uint32_t size = sizes[threads - 1];
        AugLoader *loader = load(
            &f, (AugLoaderOptions){
                    .threads = threads, .epoch = 3, .epochs = 2, .each = {.batch_size = size}});
        check_epoch(loader, 3, 0, size ? size : 8);
        check_epoch(loader, 4, 0, size ? size : 8);
        AugBatch *batch;
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_END);
        ck_assert_int_eq(f.n_calls, 2 * N_SAMPLES);
        aug_loader_free(loader);
        end(&f);
    }
}
END_TEST

START_TEST(a_stream_may_begin_later)
{
    Fixture f;
    start(&f, true);
    AugLoader *loader = load(&f, (AugLoaderOptions){.threads = 2, .step = 12, .epochs = 1});
    check_epoch(loader, 0, 96, 8);
    aug_loader_free(loader);
    end(&f);
    start(&f, true);
    AugError error = {0};
    const AugLoaderOptions options = {.step = 14, .each = {.make = make, .user = &f}};
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message,
                     "14 is not in the epoch, which has the steps 0 to 12; 13 stands for the next "
                     "epoch's first");
    end(&f);
}
END_TEST

START_TEST(a_failure_of_make_ends_the_stream_in_its_turn)
{
    Fixture f;
    start(&f, true);
    f.fatal = 42;
    AugLoader *loader =
        load(&f, (AugLoaderOptions){.threads = 3, .each = {.batch_size = 4}, .depth = 8});
    AugBatch *batch;
    for (int i = 0; i < 42 / 4; i++) {
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        aug_batch_free(batch);
    }
    for (int i = 0; i < 2; i++) {
        AugError error = {0};
        ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_IO);
        ck_assert_str_eq(error.where, "disk");
    }
    aug_loader_free(loader);
    end(&f);
}
END_TEST

START_TEST(a_slow_consumer_stops_the_work)
{
    Fixture f;
    start(&f, true);
    AugLoader *loader =
        load(&f, (AugLoaderOptions){.threads = 4, .each = {.batch_size = 5}, .depth = 3});
    /* Long enough for the threads to be wrong. */
    nanosleep(&(struct timespec){0, 50000000}, NULL);
    ck_assert_int_le(f.n_calls, 15);
    aug_loader_free(loader);
    end(&f);
}
END_TEST

START_TEST(results_end_with_their_batch_or_with_the_loader)
{
    for (int turn = 0; turn < 30; turn++) {
        Fixture f;
        start(&f, true);
        AugLoader *loader = load(&f, (AugLoaderOptions){.threads = 3, .each = {.batch_size = 6}});
        AugBatch *held[2];
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(aug_loader_next(loader, &held[i], NULL), AUG_OK);
        aug_loader_free(loader);
        for (int i = 0; i < 2; i++) {
            check_result(aug_batch_result(held[i], 1), (uint64_t)i * 6 + 1, 0);
            aug_batch_free(held[i]);
        }
        end(&f);
    }
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
    Fixture f;
    start(&f, true);
    AugLoader *loader;
    AugError error = {0};
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, NULL, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message,
                     "the plan was compiled for single samples of any size, not for batches");
    const AugLoaderOptions large = {.each = {.make = make, .batch_size = 70000}};
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &large, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.where, "each.batch_size");
    ck_assert_str_eq(error.message, "70000 is outside 1..65536");
    end(&f);
    start(&f, false);
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, NULL, NULL), AUG_OK);
    aug_loader_free(loader);
    end(&f);
}
END_TEST

/* The last batch of 8 has 5 samples: rank 0 of 8 gets none of it. */
START_TEST(ranks_share_every_batch)
{
    Fixture f;
    start(&f, true);
    for (uint32_t rank = 0; rank < 8; rank++) {
        AugLoader *loader =
            load(&f, (AugLoaderOptions){.threads = 2, .epochs = 1, .rank = rank, .world = 8});
        AugBatch *batch;
        for (uint64_t step = 0; step < 13; step++) {
            ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
            const uint32_t n = step < 12 ? 8 : 5, first = n * rank / 8;
            ck_assert_uint_eq(aug_batch_first_row(batch), first);
            ck_assert_uint_eq(aug_batch_global_count(batch), n);
            ck_assert_uint_eq(aug_batch_count(batch), n * (rank + 1) / 8 - first);
            for (uint32_t i = 0; i < aug_batch_count(batch); i++)
                check_result(aug_batch_result(batch, i), 8 * step + first + i, 0);
            aug_batch_free(batch);
        }
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_END);
        aug_loader_free(loader);
    }
    ck_assert_int_eq(f.n_calls, N_SAMPLES);
    end(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("each");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, every_sample_comes_once_and_in_order);
    tcase_add_test(tests, a_stream_may_begin_later);
    tcase_add_test(tests, ranks_share_every_batch);
    tcase_add_test(tests, a_failure_of_make_ends_the_stream_in_its_turn);
    tcase_add_test(tests, a_slow_consumer_stops_the_work);
    tcase_add_test(tests, results_end_with_their_batch_or_with_the_loader);
    tcase_add_test(tests, what_makes_no_sense_is_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
