/* Loaders that share a pool, with a domain made for the test: shares of time, endings, draws that
 * take long, and streams that nobody reads. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libaug/base/clock.h"
#include "libaug/run/loader.h"
#include "libaug/run/plan.h"
#include "tests/support/support.h"

/* A domain whose sample takes a number of steps of a length, and asks between them whether to go
 * on.
 *
 * used_ns:    that workers spent on samples
 * n_begun:    samples
 * n_stopped:  of them, those that were told to stop
 * is_drawing: whether the draws for a batch have begun
 * may_draw:   whether they may end
 */
typedef struct FakePlan {
    uint32_t n_steps;
    long step_ns;
    _Atomic uint64_t used_ns;
    atomic_uint n_begun, n_stopped;
    atomic_bool is_drawing, may_draw;
} FakePlan;

/* A worker is its thread's allowance. */
static AugStatus fake_worker_new(void **worker, AugiAllowance *allowance, AugError *error)
{
    (void)error;
    *worker = allowance;
    return AUG_OK;
}

static void nothing_to_free(void *memory)
{
    (void)memory;
}

static void fake_pause(long nanoseconds)
{
    const struct timespec pause = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    nanosleep(&pause, NULL);
}

static AugStatus fake_run(const void *context, void *worker, const AugDomainJob *job, AugOut *outs,
                          AugError *error)
{
    (void)job;
    FakePlan *fake = (FakePlan *)(uintptr_t)context;
    const double start = augi_clock_seconds();
    AugStatus status = AUG_OK;
    atomic_fetch_add(&fake->n_begun, 1);
    for (uint32_t i = 0; i < fake->n_steps && status == AUG_OK; i++) {
        status = augi_allowance_go_on(worker, error);
        if (status == AUG_OK)
            fake_pause(fake->step_ns);
    }
    atomic_fetch_add(&fake->n_stopped, status != AUG_OK);
    atomic_fetch_add(&fake->used_ns, (uint64_t)((augi_clock_seconds() - start) * 1e9));
    memset(outs[0].bytes, 1, 16);
    return status;
}

/* Waits until it may end; for ever would hide who waits for it. */
static void fake_mix_draw(const void *context, const AugOp *op, AugRng *rng, const AugMixPass *pass)
{
    (void)op;
    (void)rng;
    FakePlan *fake = (FakePlan *)(uintptr_t)context;
    AugMixItem *items = pass->items;
    atomic_store(&fake->is_drawing, true);
    for (int i = 0; i < 20000 && !atomic_load(&fake->may_draw); i++)
        fake_pause(1000000);
    for (uint32_t i = 0; i < pass->n; i++)
        items[i] = (AugMixItem){.mixes = false};
    atomic_store(&fake->is_drawing, false);
}

static void fake_mix(const void *context, const AugMixItem *item, const AugOut *own,
                     const AugOut *partner, const AugOut *slot)
{
    (void)context;
    (void)item;
    (void)partner;
    memcpy(slot->bytes, own->bytes, 16);
}

static AugStatus fake_compile(const AugDomainInput *input, void **plan, AugDomainOutput *output,
                              AugError *error)
{
    (void)error;
    /* The fixture hands its fake plan through the place of the settings. */
    *plan = (void *)(uintptr_t)input->output;
    output->tensors[0] =
        (AugTensorSpec){.name = "data", .sample = {AUG_DTYPE_U8, 1, {16}}, .axes = "d"};
    output->n_tensors = 1;
    output->treated = 1;
    return AUG_OK;
}

static const AugDomain fake_domain = {
    .name = "fake",
    .compile = fake_compile,
    .plan_free = nothing_to_free,
    .worker_new = fake_worker_new,
    .worker_free = nothing_to_free,
    .run = fake_run,
    .mix_item_size = sizeof(AugMixItem),
    .mix_draw = fake_mix_draw,
    .mix = fake_mix,
};

static const AugOpDesc fake_mix_op = {.name = "FakeMix", .scope = AUG_OP_BATCH};

typedef struct Fixture {
    FakePlan fake;
    AugSpec spec;
    AugOp mix_op;
    AugPlan *plan;
} Fixture;

static void fixture_init_mixing(Fixture *f, uint32_t batch, uint32_t n_steps, long step_ns,
                                size_t n_mix)
{
    memset(f, 0, sizeof(*f));
    f->fake.n_steps = n_steps;
    f->fake.step_ns = step_ns;
    aug_limits_init(&f->spec.limits);
    f->spec.name = (char *)(uintptr_t) "fake.yaml";
    f->spec.domain = &fake_domain;
    f->spec.output = &f->fake;
    f->spec.batch.size = (int32_t)batch;
    f->mix_op = (AugOp){.desc = &fake_mix_op, .p = 1};
    f->spec.mix = (AugOpList){&f->mix_op, n_mix};
    AugDataset *set;
    AugError error;
    AugStatus status =
        aug_dataset_open(&set, "synthetic:count=100000,size=2,classes=7", NULL, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    status = augi_plan_new(&f->plan, &fake_domain, &f->spec, set, NULL, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    aug_dataset_unref(set);
}

static void fixture_init(Fixture *f, uint32_t batch, uint32_t n_steps, long step_ns)
{
    fixture_init_mixing(f, batch, n_steps, step_ns, 0);
}

static AugLoader *start(Fixture *f, AugPool *pool, uint32_t depth)
{
    AugLoader *loader;
    const AugLoaderOptions options = {.pool = pool, .depth = depth};
    ck_assert_int_eq(aug_loader_new(&loader, f->plan, &options, NULL), AUG_OK);
    return loader;
}

static double used_seconds(const Fixture *f)
{
    return 1e-9 * (double)atomic_load(&f->fake.used_ns);
}

/* One stream's samples take 50 times as long; each gets half of the time. Pauses are exact enough
 * on a busy machine, as what they took is what counts, for the pool as for the test; and there is
 * room for more batches than are made, so that nobody waits for the test to take one. */
START_TEST(streams_share_time_and_not_samples)
{
    AugPool *pool;
    ck_assert_int_eq(aug_pool_new(&pool, (uint32_t)_i, NULL), AUG_OK);
    Fixture light, heavy;
    fixture_init(&light, 32, 1, 200000);
    fixture_init(&heavy, 2, 1, 10000000);
    AugLoader *loaders[] = {start(&light, pool, 1024), start(&heavy, pool, 1024)};
    double used[2] = {0};
    while (used[0] + used[1] < 1.5) {
        fake_pause(1000000);
        used[0] = used_seconds(&light);
        used[1] = used_seconds(&heavy);
    }
    const double share = used[0] / (used[0] + used[1]);
    ck_assert_msg(share > 0.35 && share < 0.65,
                  "of %d workers the light stream got %.3f s, the heavy one %.3f s", _i, used[0],
                  used[1]);
    for (int i = 0; i < 2; i++)
        aug_loader_free(loaders[i]);
    aug_plan_free(light.plan);
    aug_plan_free(heavy.plan);
    aug_pool_free(pool);
}
END_TEST

static void wait_for_samples(const Fixture *f, uint32_t n)
{
    for (int i = 0; i < 20000 && atomic_load(&f->fake.n_begun) < n; i++)
        fake_pause(1000000);
    ck_assert_uint_ge(atomic_load(&f->fake.n_begun), n);
}

/* Samples of an hour, in steps of a millisecond. */
START_TEST(a_loader_ends_within_a_step)
{
    AugPool *pool;
    ck_assert_int_eq(aug_pool_new(&pool, 2, NULL), AUG_OK);
    Fixture f;
    fixture_init(&f, 2, 3600000, 1000000);
    AugLoader *loader = start(&f, pool, 2);
    wait_for_samples(&f, 2);
    if (_i) {
        /* It does not wait for samples, which end all the same. */
        aug_loader_stop(loader);
        for (int i = 0; i < 20000 && atomic_load(&f.fake.n_stopped) < 2; i++)
            fake_pause(1000000);
        ck_assert_uint_eq(atomic_load(&f.fake.n_stopped), 2);
    }
    aug_loader_free(loader);
    ck_assert_uint_eq(atomic_load(&f.fake.n_begun), 2);
    ck_assert_uint_eq(atomic_load(&f.fake.n_stopped), 2);
    aug_plan_free(f.plan);
    aug_pool_free(pool);
}
END_TEST

/* Batches may come back after a loader was stopped, and after it was freed. */
START_TEST(a_stopped_loader_takes_batches_back)
{
    AugPool *pool;
    ck_assert_int_eq(aug_pool_new(&pool, 2, NULL), AUG_OK);
    Fixture f;
    fixture_init(&f, 2, 1, 1000);
    AugLoader *loader = start(&f, pool, 3);
    AugBatch *batches[2];
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(aug_loader_next(loader, &batches[i], NULL), AUG_OK);
    aug_loader_stop(loader);
    aug_batch_free(batches[0]);
    aug_loader_stop(loader);
    aug_loader_free(loader);
    aug_batch_free(batches[1]);
    aug_plan_free(f.plan);
    aug_pool_free(pool);
}
END_TEST

static AugBatch *next(AugLoader *loader, uint64_t step)
{
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    ck_assert_uint_eq(aug_batch_step(batch), step);
    return batch;
}

/* What is drawn for a batch is drawn without the pool's lock: meanwhile other streams begin, are
 * read and end, and nobody waits who only asks. */
START_TEST(draws_for_a_batch_hold_up_nobody)
{
    AugPool *pool;
    /* Two workers draw for the two batches that may exist; the third is left. */
    ck_assert_int_eq(aug_pool_new(&pool, 3, NULL), AUG_OK);
    Fixture drawing, other;
    fixture_init_mixing(&drawing, 2, 0, 0, 1);
    fixture_init(&other, 2, 0, 0);
    AugLoader *slow = start(&drawing, pool, 2);
    for (int i = 0; i < 20000 && !atomic_load(&drawing.fake.is_drawing); i++)
        fake_pause(1000000);
    ck_assert(atomic_load(&drawing.fake.is_drawing));
    AugLoader *quick = start(&other, pool, 2);
    for (uint64_t step = 0; step < 100; step++)
        aug_batch_free(next(quick, step));
    aug_loader_free(quick);
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_try_next(slow, &batch, NULL), AUG_OK);
    ck_assert_ptr_null(batch);
    ck_assert_msg(atomic_load(&drawing.fake.is_drawing), "the draws had to end first");
    atomic_store(&drawing.fake.may_draw, true);
    for (uint64_t step = 0; step < 3; step++)
        aug_batch_free(next(slow, step));
    aug_loader_free(slow);
    aug_plan_free(drawing.plan);
    aug_plan_free(other.plan);
    aug_pool_free(pool);
}
END_TEST

static uint32_t n_listed(AugPool *pool, uint32_t *n_busy)
{
    pthread_mutex_lock(&pool->lock);
    const uint32_t n = pool->turns.waiting.n + pool->turns.resting.n;
    *n_busy = pool->turns.n_busy;
    pthread_mutex_unlock(&pool->lock);
    return n;
}

/* Streams whose clients read nothing are in no list of the pool, so what they cost another one does
 * not depend on how many they are; and they go on where one is read. */
START_TEST(idle_loaders_are_in_no_list)
{
    enum { N = 4000 };
    AugPool *pool;
    ck_assert_int_eq(aug_pool_new(&pool, 2, NULL), AUG_OK);
    Fixture f;
    fixture_init(&f, 1, 0, 0);
    AugLoader **idle = calloc(N, sizeof(*idle));
    ck_assert_ptr_nonnull(idle);
    for (uint32_t i = 0; i < N; i++)
        idle[i] = start(&f, pool, 2);
    wait_for_samples(&f, 2 * N);
    uint32_t n_busy = N;
    for (int i = 0; i < 20000 && n_busy > 0; i++) {
        fake_pause(1000000);
        (void)n_listed(pool, &n_busy);
    }
    ck_assert_uint_eq(n_listed(pool, &n_busy), 0);
    ck_assert_uint_eq(n_busy, 0);
    AugLoader *busy = start(&f, pool, 2);
    for (uint64_t step = 0; step < 100; step++) {
        aug_batch_free(next(busy, step));
        ck_assert_uint_le(n_listed(pool, &n_busy), 1);
    }
    aug_loader_free(busy);
    for (uint32_t i = 0; i < N; i++) {
        for (uint64_t step = 0; step < 3; step++)
            aug_batch_free(next(idle[i], step));
        aug_loader_free(idle[i]);
    }
    free(idle);
    ck_assert_uint_eq(pool->n_loaders, 0);
    aug_plan_free(f.plan);
    aug_pool_free(pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pool");
    TCase *tests = tcase_create("pool");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, streams_share_time_and_not_samples, 1, 4);
    tcase_add_loop_test(tests, a_loader_ends_within_a_step, 0, 2);
    tcase_add_test(tests, a_stopped_loader_takes_batches_back);
    tcase_add_test(tests, draws_for_a_batch_hold_up_nobody);
    tcase_add_test(tests, idle_loaders_are_in_no_list);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
