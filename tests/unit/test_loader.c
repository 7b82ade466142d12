/* The loader with a domain made for the test: order, determinism, bounds, failures, endings. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aug/loader.h"
#include "aug/order.h"
#include "libaug/base/hash.h"
#include "libaug/data/dataset.h"
#include "libaug/data/part.h"
#include "libaug/run/mix.h"
#include "libaug/run/plan.h"
#include "tests/support/support.h"

#define SAMPLE_BYTES 16

/* A domain whose sample is its key and index as text, made with a delay that depends on the index,
 * and that fails on one index. */
typedef struct FakePlan {
    long slow_every; /* 0: never */
    int64_t bad_index;
} FakePlan;

/* Workers that were made and not freed. */
static atomic_int n_workers;

static AugStatus fake_worker_new(void **worker, AugiAllowance *allowance, AugError *error)
{
    (void)allowance;
    (void)error;
    *worker = malloc(1);
    atomic_fetch_add(&n_workers, 1);
    return AUG_OK;
}

static void fake_worker_free(void *worker)
{
    free(worker);
    atomic_fetch_sub(&n_workers, 1);
}

static void fake_pause(long nanoseconds)
{
    const struct timespec pause = {0, nanoseconds};
    nanosleep(&pause, NULL);
}

static AugStatus fake_run(const void *plan, void *worker, const AugDomainJob *job, AugOut *outs,
                          AugError *error)
{
    const FakePlan *fake = plan;
    const AugKey *key = job->key;
    ck_assert_uint_eq(job->n, 1);
    ck_assert_ptr_nonnull(worker);
    if (fake->slow_every && key->sample % (uint64_t)fake->slow_every == 0)
        fake_pause(300000);
    if ((int64_t)key->sample == fake->bad_index)
        return AUG_FAIL(error, AUG_CORRUPT, job->samples[0].name, "sample %llu is bad",
                        (unsigned long long)key->sample);
    AugRng rng = aug_rng_make(key);
    for (int i = 0; i < SAMPLE_BYTES / 8; i++) {
        uint64_t value = aug_rng_u64(&rng);
        memcpy((char *)outs[0].bytes + 8 * i, &value, 8);
    }
    return AUG_OK;
}

static void mix_bytes(const AugMixItem *item, const uint8_t *own, const uint8_t *partner,
                      uint8_t *slot)
{
    for (int i = 0; i < SAMPLE_BYTES; i++)
        slot[i] = (uint8_t)(item->share * own[i] + (1 - item->share) * partner[i]);
}

static void fake_mix(const void *plan, const AugMixItem *item, const AugOut *own,
                     const AugOut *partner, const AugOut *slot)
{
    (void)plan;
    mix_bytes(item, own->bytes, partner->bytes, slot->bytes);
}

static AugStatus fake_compile(const AugDomainInput *input, void **plan, AugDomainOutput *output,
                              AugError *error)
{
    (void)error;
    /* The fixture hands its fake plan through the place of the settings. */
    *plan = (void *)(uintptr_t)input->output;
    output->tensors[0] =
        (AugTensorSpec){.name = "data", .sample = {AUG_DTYPE_U8, 1, {SAMPLE_BYTES}}, .axes = "d"};
    output->n_tensors = 1;
    output->treated = 1;
    return AUG_OK;
}

static void nothing_to_free(void *plan)
{
    (void)plan;
}

static void fake_mix_draw(const void *plan, const AugOp *op, AugRng *rng, const AugMixPass *pass)
{
    (void)plan;
    (void)op;
    AugMixItem *items = pass->items;
    uint32_t by = pass->n > 1 ? 1 + (uint32_t)aug_rng_below(rng, pass->n - 1) : 0;
    for (uint32_t i = 0; i < pass->n; i++)
        items[i] = (AugMixItem){.mixes = true, .partner = (i + by) % pass->n, .share = 0.75};
}

static const AugDomain fake_domain = {
    .name = "fake",
    .compile = fake_compile,
    .plan_free = nothing_to_free,
    .worker_new = fake_worker_new,
    .worker_free = fake_worker_free,
    .run = fake_run,
    .mix_item_size = sizeof(AugMixItem),
    .mix_draw = fake_mix_draw,
    .mix = fake_mix,
};

static const AugOpDesc fake_mix_op = {.name = "FakeMix", .scope = AUG_OP_BATCH};

/* A plan of the fake domain for the synthetic data set. */
typedef struct Fixture {
    FakePlan fake;
    AugSpec spec;
    AugOp mix_ops[2];
    AugPlan *plan;
} Fixture;

static void fixture_init(Fixture *f, const char *dataset, uint32_t batch, size_t n_mix)
{
    memset(f, 0, sizeof(*f));
    f->fake.bad_index = -1;
    aug_limits_init(&f->spec.limits);
    f->spec.name = (char *)(uintptr_t) "fake.yaml";
    f->spec.head.seed = 5;
    f->spec.batch.shuffle = true;
    for (size_t i = 0; i < 2; i++)
        f->mix_ops[i] = (AugOp){.desc = &fake_mix_op, .p = 0.8, .position = (uint16_t)(3 + i)};
    f->spec.mix = (AugOpList){f->mix_ops, n_mix};
    f->spec.domain = &fake_domain;
    f->spec.output = &f->fake;
    f->spec.batch.size = (int32_t)batch;
    AugDataset *set;
    AugError error;
    AugStatus status = aug_dataset_open(&set, dataset, NULL, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    status = augi_plan_new(&f->plan, &fake_domain, &f->spec, set, NULL, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    aug_dataset_unref(set);
}

static void fixture_fini(Fixture *f)
{
    aug_plan_free(f->plan);
}

static void digest_of(Fixture *f, const AugLoaderOptions *options, char hex[65])
{
    AugLoader *loader;
    AugError error;
    ck_assert_int_eq(aug_loader_new(&loader, f->plan, options, &error), AUG_OK);
    AugiHash hash = {0};
    ck_assert_int_eq(augi_hash_init(&hash, &error), AUG_OK);
    AugBatch *batch;
    AugStatus status;
    while ((status = aug_loader_next(loader, &batch, &error)) == AUG_OK) {
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        ck_assert_uint_eq((uintptr_t)bytes % 64, 0);
        augi_hash_add(&hash, bytes, size);
        aug_batch_free(batch);
    }
    ck_assert_int_eq(status, AUG_END);
    augi_hash_hex(&hash, hex);
    aug_loader_free(loader);
}

START_TEST(bytes_do_not_depend_on_threads_or_depth)
{
    for (size_t n_mix = 0; n_mix <= 2; n_mix++) {
        Fixture f;
        fixture_init(&f, "synthetic:count=103,size=2,classes=7", 8, n_mix);
        f.fake.slow_every = 10;
        static const uint32_t threads[] = {1, 2, 3, 8, 1}, depths[] = {4, 1, 7, 2, 1};
        char first[65], hex[65];
        for (size_t i = 0; i < 5; i++) {
            const AugLoaderOptions options = {
                .threads = threads[i], .depth = depths[i], .epochs = 2};
            digest_of(&f, &options, i == 0 ? first : hex);
            if (i > 0)
                ck_assert_str_eq(hex, first);
        }
        fixture_fini(&f);
    }
}
END_TEST

START_TEST(any_step_can_be_the_first)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=103,size=2,classes=7", 8, 1);
    AugLoader *stream;
    const AugLoaderOptions whole = {.threads = 2, .epochs = 2};
    ck_assert_int_eq(aug_loader_new(&stream, f.plan, &whole, NULL), AUG_OK);
    for (uint64_t absolute = 0; absolute < 26; absolute++) {
        AugBatch *expected, *got;
        ck_assert_int_eq(aug_loader_next(stream, &expected, NULL), AUG_OK);
        ck_assert_uint_eq(aug_batch_epoch(expected), absolute / 13);
        ck_assert_uint_eq(aug_batch_step(expected), absolute % 13);
        ck_assert_uint_eq(aug_batch_count(expected), absolute % 13 == 12 ? 7 : 8);
        ck_assert_int_eq(aug_batch_is_last(expected), absolute % 13 == 12);
        const AugLoaderOptions one = {
            .threads = 1, .epoch = (uint32_t)(absolute / 13), .step = absolute % 13, .epochs = 1};
        AugLoader *loader;
        ck_assert_int_eq(aug_loader_new(&loader, f.plan, &one, NULL), AUG_OK);
        ck_assert_int_eq(aug_loader_next(loader, &got, NULL), AUG_OK);
        size_t size, expected_size;
        const void *bytes = aug_batch_bytes(got, &size);
        const void *expected_bytes = aug_batch_bytes(expected, &expected_size);
        ck_assert_uint_eq(size, expected_size);
        ck_assert_mem_eq(bytes, expected_bytes, size);
        aug_loader_free(loader);
        aug_batch_free(got); /* outlives its loader */
        aug_batch_free(expected);
    }
    aug_loader_free(stream);
    fixture_fini(&f);
}
END_TEST

/* The same batch mixed here, sample by sample, from the stream that is not mixed. */
START_TEST(mixing_equals_mixing_by_hand)
{
    Fixture plain, mixed;
    fixture_init(&plain, "synthetic:count=103,size=2,classes=7", 8, 0);
    fixture_init(&mixed, "synthetic:count=103,size=2,classes=7", 8, 2);
    const AugLoaderOptions options = {.threads = 2, .epochs = 1};
    AugLoader *plain_loader, *mixed_loader;
    ck_assert_int_eq(aug_loader_new(&plain_loader, plain.plan, &options, NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_new(&mixed_loader, mixed.plan, &options, NULL), AUG_OK);
    AugiMixPasses passes;
    memset(&passes, 0, sizeof(passes));
    ck_assert(augi_mix_passes_init(&passes, mixed.plan));
    AugBatch *a, *b;
    uint32_t n_passes[3] = {0};
    while (aug_loader_next(plain_loader, &a, NULL) == AUG_OK) {
        ck_assert_int_eq(aug_loader_next(mixed_loader, &b, NULL), AUG_OK);
        AugTensor data, label, mixed_data, mixed_label;
        ck_assert(aug_batch_tensor(a, "data", &data) && aug_batch_tensor(a, "label", &label));
        ck_assert(aug_batch_tensor(b, "data", &mixed_data));
        ck_assert(aug_batch_tensor(b, "label", &mixed_label));
        uint32_t n = aug_batch_count(a);
        uint8_t now[8][SAMPLE_BYTES], next[8][SAMPLE_BYTES];
        double soft[8][7] = {{0}}, next_soft[8][7];
        memcpy(now, data.bytes, data.size);
        for (uint32_t i = 0; i < n; i++)
            soft[i][((const int64_t *)label.bytes)[i]] = 1;
        augi_mix_draw(mixed.plan, 0, aug_batch_step(a), n, &passes);
        n_passes[passes.n_passes]++;
        for (uint32_t pass = 0; pass < passes.n_passes; pass++) {
            for (uint32_t i = 0; i < n; i++) {
                const AugMixItem *item = augi_mix_item(&passes, pass, i);
                mix_bytes(item, now[i], now[item->partner], next[i]);
                for (int c = 0; c < 7; c++)
                    next_soft[i][c] = 0.75 * soft[i][c] + 0.25 * soft[item->partner][c];
            }
            memcpy(now, next, sizeof(now));
            memcpy(soft, next_soft, sizeof(soft));
        }
        ck_assert_mem_eq(mixed_data.bytes, now, data.size);
        /* Multiples of 1/16 are exact in both types. */
        for (uint32_t i = 0; i < n * 7; i++)
            ck_assert(((const float *)mixed_label.bytes)[i] == (float)soft[i / 7][i % 7]);
        aug_batch_free(a);
        aug_batch_free(b);
    }
    /* p = 0.8 each: one and two passes both occur in 13 batches of this seed. */
    ck_assert(n_passes[1] > 0 && n_passes[2] > 0);
    augi_mix_passes_fini(&passes);
    aug_loader_free(plain_loader);
    aug_loader_free(mixed_loader);
    fixture_fini(&plain);
    fixture_fini(&mixed);
}
END_TEST

START_TEST(an_epoch_holds_every_sample_once)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=103,size=2,classes=7", 8, 0);
    const AugLoaderOptions options = {.threads = 2, .epochs = 1, .epoch = 3};
    AugLoader *loader;
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
    int seen[103] = {0};
    AugBatch *batch;
    uint64_t position = 0;
    while (aug_loader_next(loader, &batch, NULL) == AUG_OK) {
        AugTensor index, label;
        ck_assert(aug_batch_tensor(batch, "index", &index));
        ck_assert(aug_batch_tensor(batch, "label", &label));
        ck_assert(!aug_batch_tensor(batch, "labels", &label));
        for (uint32_t i = 0; i < aug_batch_count(batch); i++, position++) {
            int64_t sample = ((const int64_t *)index.bytes)[i];
            ck_assert_uint_eq((uint64_t)sample, aug_order_at(5, 3, 103, position));
            ck_assert_int_eq(((const int64_t *)label.bytes)[i],
                             aug_dataset_label(f.plan->dataset, (uint64_t)sample));
            seen[sample]++;
        }
        aug_batch_free(batch);
    }
    for (int i = 0; i < 103; i++)
        ck_assert_int_eq(seen[i], 1);
    aug_loader_free(loader);
    fixture_fini(&f);
}
END_TEST

/* What a kind was told to expect since it read a sample, and had been told when it did; and how
 * often it was told, and read. One worker at a time. */
static uint64_t expected, coming, n_expected, n_read;

static void note_expected(const AugDataset *dataset, uint64_t index)
{
    ck_assert_uint_lt(index, aug_dataset_info(dataset)->n_samples);
    ck_assert_msg(expected == UINT64_MAX, "%llu is expected and was not read",
                  (unsigned long long)expected);
    expected = index;
    n_expected++;
}

/* The next sample is expected when the present one is read. */
static AugStatus note_read(const AugDataset *dataset, uint64_t index, AugBuffer *buffer,
                           AugSample *sample, AugError *error)
{
    (void)dataset;
    (void)error;
    if (coming != UINT64_MAX)
        ck_assert_uint_eq(index, coming);
    coming = expected;
    expected = UINT64_MAX;
    n_read++;
    sample->name = augi_buffer_number_name(buffer, index);
    return AUG_OK;
}

/* A part asks its whole by the whole's own numbers. */
START_TEST(the_sample_after_the_present_one_is_expected)
{
    static const char *const sets[] = {
        "synthetic:count=103,size=2,classes=7",
        "synthetic:count=103,size=2,classes=7,split={eval: 0.3},part=train"};
    Fixture f;
    fixture_init(&f, sets[_i], 8, 0);
    const AugDataset *part = augi_part_whole(f.plan->dataset);
    AugDataset *whole = (AugDataset *)(uintptr_t)(part ? part : f.plan->dataset);
    ck_assert_int_eq(part != NULL, _i);
    const AugDatasetKind *own = whole->kind;
    AugDatasetKind noting = *own;
    noting.expect = note_expected;
    noting.read = note_read;
    whole->kind = &noting;
    expected = coming = UINT64_MAX;
    n_expected = n_read = 0;
    const AugLoaderOptions options = {.threads = 1, .epochs = 2};
    char hex[65];
    digest_of(&f, &options, hex);
    ck_assert_uint_eq(n_read, 2 * f.plan->n_samples);
    /* All but the first of each task; tasks of such short samples are nearly whole batches. */
    ck_assert_uint_gt(n_expected, n_read / 2);
    ck_assert_uint_lt(n_expected, n_read);
    whole->kind = own;
    fixture_fini(&f);
}
END_TEST

START_TEST(a_failed_sample_is_the_same_error_for_any_threads)
{
    for (uint32_t threads = 1; threads <= 4; threads++) {
        Fixture f;
        fixture_init(&f, "synthetic:count=103,size=2,classes=7", 8, 1);
        f.fake.bad_index = 50;
        const AugLoaderOptions options = {.threads = threads, .epochs = 1};
        AugLoader *loader;
        ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
        uint64_t position = 0;
        while (aug_order_at(5, 0, 103, position) != 50)
            position++;
        AugBatch *batch;
        AugError error;
        for (uint64_t step = 0; step < position / 8; step++) {
            ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_OK);
            aug_batch_free(batch);
        }
        for (int again = 0; again < 2; again++) {
            ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_CORRUPT);
            ck_assert_str_eq(error.message, "sample 50 is bad");
            ck_assert_ptr_null(batch);
        }
        aug_loader_free(loader);
        fixture_fini(&f);
    }
}
END_TEST

START_TEST(depth_bounds_the_work_ahead)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=1000,size=2,classes=7", 8, 0);
    const AugLoaderOptions options = {.threads = 2, .depth = 2};
    AugLoader *loader;
    AugError error;
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
    AugBatch *held[2], *more;
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(aug_loader_next(loader, &held[i], &error), AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &more, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "2 batches are held"));
    ck_assert_int_eq(aug_loader_try_next(loader, &more, &error), AUG_OK);
    ck_assert_ptr_null(more);
    aug_batch_free(held[0]);
    ck_assert_int_eq(aug_loader_next(loader, &more, &error), AUG_OK);
    ck_assert_uint_eq(aug_batch_step(more), 2);
    aug_batch_free(more);
    aug_batch_free(held[1]);
    aug_loader_free(loader);
    fixture_fini(&f);
}
END_TEST

/* Counts calls, and says where in the epoch a batch is and how long it is. */
static uint64_t look_at(void *user, const AugBatch *batch)
{
    size_t size;
    ck_assert_ptr_nonnull(aug_batch_bytes(batch, &size));
    atomic_fetch_add((atomic_int *)user, 1);
    return 1000 * aug_batch_step(batch) + size;
}

/* Waits until a number of batches is finished, ten seconds at most, and a moment more, in which no
 * further one may be. */
static void expect_finished(atomic_int *calls, int n)
{
    for (int i = 0; i < 10000 && atomic_load(calls) < n; i++)
        fake_pause(1000000);
    fake_pause(20000000);
    ck_assert_int_eq(atomic_load(calls), n);
}

static void take_and_free(AugLoader *loader, int n)
{
    for (int i = 0; i < n; i++) {
        AugBatch *batch;
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        aug_batch_free(batch);
    }
}

/* Of four batches three are taken before more are begun, of five too. */
START_TEST(workers_rest_until_half_was_taken)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=1000,size=2,classes=7", 8, 0);
    for (uint32_t depth = 4; depth <= 5; depth++) {
        atomic_int calls;
        atomic_init(&calls, 0);
        const AugLoaderOptions options = {
            .threads = 2, .depth = depth, .finish = look_at, .user = &calls};
        AugLoader *loader;
        ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
        const int all = (int)depth;
        expect_finished(&calls, all);
        take_and_free(loader, 2);
        expect_finished(&calls, all);
        take_and_free(loader, 1);
        expect_finished(&calls, all + 3);
        aug_loader_free(loader);
    }
    fixture_fini(&f);
}
END_TEST

/* However many batches the consumer holds, the next one comes as long as it may exist. */
START_TEST(who_holds_batches_gets_more)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=1000,size=2,classes=7", 8, 0);
    for (uint32_t depth = 1; depth <= 9; depth++)
        for (uint32_t n_held = 0; n_held < depth; n_held++) {
            const AugLoaderOptions options = {.threads = 2, .depth = depth};
            AugBatch *held[9] = {0};
            AugLoader *loader;
            ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
            for (uint32_t i = 0; i < 40; i++) {
                AugBatch *batch;
                ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
                ck_assert_uint_eq(aug_batch_step(batch), i);
                aug_batch_free(n_held > 0 ? held[i % n_held] : batch);
                if (n_held > 0)
                    held[i % n_held] = batch;
            }
            for (uint32_t i = 0; i < n_held; i++)
                aug_batch_free(held[i]);
            aug_loader_free(loader);
        }
    fixture_fini(&f);
}
END_TEST

static void count_call(void *user)
{
    atomic_fetch_add((atomic_int *)user, 1);
}

START_TEST(loaders_share_a_pool_and_report_readiness)
{
    AugPool *pool;
    ck_assert_int_eq(aug_pool_new(&pool, 2, NULL), AUG_OK);
    enum { N = 3 };
    Fixture f[N];
    AugLoader *loaders[N];
    atomic_int calls[N];
    for (int i = 0; i < N; i++) {
        fixture_init(&f[i], "synthetic:count=40,size=2,classes=7", 8, 0);
        atomic_init(&calls[i], 0);
        const AugLoaderOptions options = {
            .pool = pool, .epochs = 1, .on_ready = count_call, .user = &calls[i]};
        ck_assert_int_eq(aug_loader_new(&loaders[i], f[i].plan, &options, NULL), AUG_OK);
    }
    int taken[N] = {0}, open = N;
    while (open > 0)
        for (int i = 0; i < N; i++) {
            AugBatch *batch;
            AugStatus status =
                taken[i] < 0 ? AUG_END : aug_loader_try_next(loaders[i], &batch, NULL);
            if (status == AUG_END && taken[i] >= 0) {
                ck_assert_int_eq(taken[i], 5);
                ck_assert_int_gt(atomic_load(&calls[i]), 0);
                taken[i] = -1;
                open--;
            } else if (status == AUG_OK && batch) {
                taken[i]++;
                aug_batch_free(batch);
            }
        }
    for (int i = 0; i < N; i++) {
        aug_loader_free(loaders[i]);
        fixture_fini(&f[i]);
    }
    /* Workers belong to threads, not to loaders. */
    ck_assert_int_ge(atomic_load(&n_workers), 1);
    ck_assert_int_le(atomic_load(&n_workers), 2);
    aug_pool_free(pool);
    ck_assert_int_eq(atomic_load(&n_workers), 0);
}
END_TEST

/* A loader whose first batch is of that position, and which has so many. */
static void check_start(const Fixture *f, AugLoaderOptions options, uint32_t epoch, int n)
{
    AugLoader *loader;
    AugBatch *batch;
    options.threads = 2;
    ck_assert_int_eq(aug_loader_new(&loader, f->plan, &options, NULL), AUG_OK);
    for (int i = 0; i < n; i++) {
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        ck_assert_uint_eq(aug_batch_epoch(batch), epoch + (uint32_t)i / 13);
        ck_assert_uint_eq(aug_batch_step(batch), (uint64_t)i % 13);
        aug_batch_free(batch);
    }
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_END);
    aug_loader_free(loader);
}

/* The step behind the last of an epoch is the first of the next, and behind the last epoch there is
 * nothing: no number begins again. */
START_TEST(positions_at_the_edges)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=103,size=2,classes=7", 8, 0);
    check_start(&f, (AugLoaderOptions){.step = 13, .epochs = 1}, 1, 13);
    check_start(&f, (AugLoaderOptions){.epoch = 4, .step = 13, .epochs = 2}, 5, 26);
    check_start(&f, (AugLoaderOptions){.epoch = UINT32_MAX - 1}, UINT32_MAX - 1, 13);
    check_start(&f, (AugLoaderOptions){.epoch = UINT32_MAX - 2}, UINT32_MAX - 2, 26);
    check_start(&f, (AugLoaderOptions){.epoch = UINT32_MAX - 2, .step = 13}, UINT32_MAX - 1, 13);
    fixture_fini(&f);
}
END_TEST

/* Also of the last batch, which is shorter; and a batch used again has a mark of its own. */
START_TEST(what_finish_says_stays_with_the_batch)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=40,size=2,classes=7", 7, 1);
    for (uint32_t threads = 1; threads <= 3; threads++) {
        atomic_int calls;
        atomic_init(&calls, 0);
        const AugLoaderOptions options = {
            .threads = threads, .depth = 2, .epochs = 3, .finish = look_at, .user = &calls};
        AugLoader *loader;
        AugBatch *batch;
        ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
        for (int i = 0; i < 18; i++) {
            size_t size;
            ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
            (void)aug_batch_bytes(batch, &size);
            ck_assert_uint_eq(aug_batch_mark(batch), 1000 * (uint64_t)(i % 6) + size);
            aug_batch_free(batch);
        }
        ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_END);
        ck_assert_int_eq(atomic_load(&calls), 18);
        aug_loader_free(loader);
    }
    fixture_fini(&f);
}
END_TEST

START_TEST(a_loader_can_be_freed_at_any_moment)
{
    for (long i = 0; i < 100; i++) {
        Fixture f;
        fixture_init(&f, "synthetic:count=1000,size=2,classes=7", 8, i % 3 ? 1 : 0);
        f.fake.slow_every = 7;
        const AugLoaderOptions options = {.threads = 3};
        AugLoader *loader;
        ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
        AugBatch *batch = NULL;
        if (i % 2)
            ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
        fake_pause(i * 10000);
        aug_loader_free(loader);
        aug_batch_free(batch);
        fixture_fini(&f);
    }
}
END_TEST

START_TEST(wrong_options_are_named)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=103,size=2,classes=7", 8, 0);
    AugLoader *loader;
    AugError error;
    const AugLoaderOptions late = {.step = 14};
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &late, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(
        strstr(error.message, "14 is not in the epoch, which has the steps 0 to 12"));
    const AugLoaderOptions later = {.epoch = UINT32_MAX};
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &later, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.where, "epoch");
    const AugLoaderOptions many = {.threads = 5000};
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &many, &error), AUG_BAD_ARGUMENT);
    const AugLoaderOptions deep = {.depth = 5000};
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &deep, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_null(loader);
    fixture_fini(&f);
}
END_TEST

START_TEST(the_last_step_of_a_million_samples_opens_at_once)
{
    Fixture f;
    fixture_init(&f, "synthetic:count=1000000,size=2,classes=7", 8, 1);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    const AugLoaderOptions options = {.threads = 2, .epoch = 9, .step = 124999, .epochs = 1};
    AugLoader *loader;
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    printf("opening at step 124999: %.2f ms\n", 1000 * seconds);
    /* Promised are 50 ms; the margin is for a busy machine under a sanitizer. */
    ck_assert_msg(seconds < 0.5, "%.3f s", seconds);
    ck_assert(aug_batch_is_last(batch));
    aug_batch_free(batch);
    aug_loader_free(loader);
    fixture_fini(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loader");
    TCase *tests = tcase_create("loader");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, bytes_do_not_depend_on_threads_or_depth);
    tcase_add_test(tests, any_step_can_be_the_first);
    tcase_add_test(tests, mixing_equals_mixing_by_hand);
    tcase_add_test(tests, an_epoch_holds_every_sample_once);
    tcase_add_loop_test(tests, the_sample_after_the_present_one_is_expected, 0, 2);
    tcase_add_test(tests, a_failed_sample_is_the_same_error_for_any_threads);
    tcase_add_test(tests, depth_bounds_the_work_ahead);
    tcase_add_test(tests, workers_rest_until_half_was_taken);
    tcase_add_test(tests, who_holds_batches_gets_more);
    tcase_add_test(tests, loaders_share_a_pool_and_report_readiness);
    tcase_add_test(tests, positions_at_the_edges);
    tcase_add_test(tests, what_finish_says_stays_with_the_batch);
    tcase_add_test(tests, a_loader_can_be_freed_at_any_moment);
    tcase_add_test(tests, wrong_options_are_named);
    tcase_add_test(tests, the_last_step_of_a_million_samples_opens_at_once);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
