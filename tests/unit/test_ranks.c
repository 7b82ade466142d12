/* Ranks of a world: their parts together are the stream of a world of one, whatever the world, and
 * a rank reads no sample that its rows do not need. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "libaug/run/mix.h"
#include "libaug/run/share.h"
#include "tests/support/ranks.h"
#include "tests/support/support.h"

#define N_SAMPLES 103
#define BATCH 16
#define SIDE 6
#define PIXELS (SIDE * SIDE * 3)
#define MOST 5
#define N_CLASSES 3

enum { IMAGE, ANCHORS, NOTE, VALUES, TARGET, N_FIELDS };

static const AugFieldDesc fields[N_FIELDS] = {
    {.name = "image",
     .kind = AUG_FIELD_IMAGE,
     .form = AUG_FORM_PIXELS,
     .tensor = {AUG_DTYPE_U8, 3, {SIDE, SIDE, 3}}},
    {.name = "anchors",
     .kind = AUG_FIELD_OTHER,
     .tensor = {AUG_DTYPE_F32, 2, {0, 3}},
     .most = MOST},
    {.name = "note", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}, .most = 40},
    {.name = "values", .kind = AUG_FIELD_VALUES, .tensor = {AUG_DTYPE_F32, 1, {2}}},
    {.name = "target", .kind = AUG_FIELD_CLASS, .tensor = {AUG_DTYPE_I64, 0, {0}}},
};

/* reads: how often each sample was read. bad: the one that cannot be; -1: none. */
typedef struct Source {
    atomic_int reads[N_SAMPLES];
    int64_t bad;
} Source;

static void *reserve(AugBuffer *buffer, AugSample *sample, uint32_t field, size_t size)
{
    void *bytes;
    ck_assert_int_eq(aug_buffer_reserve(buffer, field, size, &bytes, NULL), AUG_OK);
    sample->fields[field] = (AugField){.bytes = bytes, .size = size};
    return bytes;
}

/* Sample i has i % (MOST + 1) anchors and a note of i % 40 letters. */
static AugStatus read_sample(void *user, uint64_t i, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    Source *source = user;
    atomic_fetch_add(&source->reads[i], 1);
    char name[32];
    snprintf(name, sizeof(name), "folder/%llu.raw", (unsigned long long)(i * i));
    AUG_TRY(aug_buffer_set_name(buffer, sample, name, error));
    if ((int64_t)i == source->bad)
        return AUG_FAIL(error, AUG_CORRUPT, sample->name, "sample %d is bad", (int)i);
    uint8_t *pixels = reserve(buffer, sample, IMAGE, PIXELS);
    for (uint64_t k = 0; k < PIXELS; k++)
        pixels[k] = (uint8_t)(i * 37 + k * k);
    sample->fields[IMAGE].height = sample->fields[IMAGE].width = SIDE;
    sample->fields[IMAGE].channels = 3;
    const uint64_t n = i % (MOST + 1);
    float *anchors = reserve(buffer, sample, ANCHORS, n * 3 * sizeof(float));
    for (uint64_t k = 0; k < 3 * n; k++)
        anchors[k] = (float)(100 * i + k);
    memset(reserve(buffer, sample, NOTE, i % 40), 'a' + (int)(i % 26), i % 40);
    float *values = reserve(buffer, sample, VALUES, 2 * sizeof(float));
    values[0] = (float)i / 7;
    values[1] = -1.5f * (float)i;
    *(int64_t *)reserve(buffer, sample, TARGET, sizeof(int64_t)) = (int64_t)(i % N_CLASSES);
    return AUG_OK;
}

/* A spec compiled for the data set above. */
typedef struct Fixture {
    Source source;
    AugSpec *spec;
    AugPlan *plan;
} Fixture;

static void fixture_open(Fixture *f, const char *batch, const AugLimits *limits)
{
    memset(f, 0, sizeof(*f));
    f->source.bad = -1;
    const AugDatasetCallbacks callbacks = {.fields = fields,
                                           .n_fields = N_FIELDS,
                                           .n_samples = N_SAMPLES,
                                           .n_classes = N_CLASSES,
                                           .user = &f->source,
                                           .read = read_sample};
    char *text = test_path("{augd: 1, seed: 9, pipeline: [HorizontalFlip, RandomCrop: 4, "
                           "ColorJitter], batch: {%s}, output: {normalize: none}}",
                           batch);
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, &callbacks, &error), AUG_OK);
    ck_assert_msg(aug_spec_parse(&f->spec, text, strlen(text), "ranks", limits, &problems) ==
                      AUG_OK,
                  "%s: %s", error.where, error.message);
    const AugPlanOptions options = {.names = true};
    ck_assert_msg(aug_plan_new(&f->plan, f->spec, dataset, &options, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    aug_dataset_unref(dataset);
    free(text);
}

static void fixture_close(Fixture *f)
{
    aug_plan_free(f->plan);
    aug_spec_free(f->spec);
}

/* What batches are mixed by; "" not at all. */
static const char *const mixes[] = {
    "size: 16",
    "size: 16, tail: drop, shuffle: false",
    "size: 16, views: 2, mix: [MixUp]",
    "size: 16, mix: [CutMix: {scope: sample}]",
    "size: 16, mix: [OneOf: {transforms: [MixUp: {alpha: 0.2}, CutMix, Sequential: {transforms: "
    "[MixUp, CutMix]}]}]",
    "size: 16, mix: [MixUp: {p: 0.5}, CutMix: {p: 0.7}, SomeOf: {n: [0, 2], replace: true, "
    "transforms: [MixUp, CutMix]}]",
};

START_TEST(parts_of_all_ranks_are_the_batch)
{
    static const uint32_t worlds[] = {1, 2, 3, 8, 16};
    Fixture f;
    fixture_open(&f, mixes[_i], NULL);
    const uint64_t n_empty = test_ranks_agree(f.plan, 2, worlds, AUG_COUNT(worlds));
    /* The last batch of an epoch has 7 samples: of 8 ranks one, of 16 ranks nine get none. */
    ck_assert_uint_eq(n_empty, strstr(mixes[_i], "drop") ? 0 : 2 * (1 + 9));
    fixture_close(&f);
}
END_TEST

/* A loader of one step is opened for each rank of a world that is another one in every step. */
START_TEST(the_world_may_change_between_two_steps)
{
    static const uint32_t worlds[] = {3, 1, 8, 2, 16, 5};
    Fixture f;
    fixture_open(&f, mixes[5], NULL);
    AugLoader *whole;
    AugBatch *expected;
    const AugLoaderOptions all = {.threads = 2, .epochs = 2};
    ck_assert_int_eq(aug_loader_new(&whole, f.plan, &all, NULL), AUG_OK);
    AugPool *pool;
    ck_assert_int_eq(aug_pool_new(&pool, 2, NULL), AUG_OK);
    for (size_t k = 0; aug_loader_next(whole, &expected, NULL) == AUG_OK; k++) {
        AugLoaderOptions one = {.pool = pool,
                                .epoch = aug_batch_epoch(expected),
                                .step = aug_batch_step(expected),
                                .world = worlds[k % AUG_COUNT(worlds)]};
        for (uint32_t first = 0; one.rank < one.world; one.rank++) {
            AugLoader *loader;
            AugBatch *part;
            ck_assert_int_eq(aug_loader_new(&loader, f.plan, &one, NULL), AUG_OK);
            ck_assert_int_eq(aug_loader_next(loader, &part, NULL), AUG_OK);
            aug_loader_free(loader);
            test_part_agrees(expected, part, first);
            first += aug_batch_count(part);
            aug_batch_free(part);
        }
        aug_batch_free(expected);
    }
    aug_pool_free(pool);
    aug_loader_free(whole);
    fixture_close(&f);
}
END_TEST

/* Reads the first batch of a rank and returns how many samples that read, none of them twice. */
static int count_reads(Fixture *f, uint32_t rank, uint32_t world)
{
    for (int i = 0; i < N_SAMPLES; i++)
        atomic_store(&f->source.reads[i], 0);
    /* With one batch in existence none is begun after the first. */
    const AugLoaderOptions options = {.threads = 2, .depth = 1, .rank = rank, .world = world};
    AugLoader *loader;
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_new(&loader, f->plan, &options, NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    int n = 0;
    for (int i = 0; i < N_SAMPLES; i++) {
        ck_assert_int_le(atomic_load(&f->source.reads[i]), 1);
        n += atomic_load(&f->source.reads[i]);
    }
    aug_batch_free(batch);
    aug_loader_free(loader);
    return n;
}

/* Marks what row i is made of after the first n passes. */
static void mark(const AugiMixPasses *passes, uint32_t n, uint32_t i, bool *needed)
{
    if (n == 0) {
        needed[i] = true;
        return;
    }
    mark(passes, n - 1, i, needed);
    const AugMixItem *item = augi_mix_item(passes, n - 1, i);
    if (item->mixes)
        mark(passes, n - 1, item->partner, needed);
}

/* Samples that a rank's rows of the first batch are made of. */
static int count_needed(const Fixture *f, uint32_t rank, uint32_t world)
{
    bool needed[BATCH] = {false};
    AugiMixPasses passes = {0};
    if (f->spec->mix.n > 0) {
        ck_assert(augi_mix_passes_init(&passes, f->plan));
        augi_mix_draw(f->plan, 0, 0, BATCH, &passes);
    }
    for (uint32_t i = BATCH * rank / world; i < BATCH * (rank + 1) / world; i++)
        mark(&passes, passes.n_passes, i, needed);
    augi_mix_passes_fini(&passes);
    int n = 0;
    for (int i = 0; i < BATCH; i++)
        n += needed[i];
    return n;
}

/* An eighth of the whole, and partners: one for each row where there is one pass. */
START_TEST(a_rank_reads_its_rows_and_their_partners)
{
    static const uint32_t worlds[] = {1, 2, 3, 8, 16};
    Fixture f;
    fixture_open(&f, mixes[_i], NULL);
    for (size_t w = 0; w < AUG_COUNT(worlds); w++)
        for (uint32_t rank = 0; rank < worlds[w]; rank++)
            ck_assert_int_eq(count_reads(&f, rank, worlds[w]), count_needed(&f, rank, worlds[w]));
    for (uint32_t rank = 0; rank < 8; rank++)
        ck_assert_int_le(count_reads(&f, rank, 8), (BATCH / 8) * (_i < 2 ? 1 : _i < 4 ? 2 : BATCH));
    fixture_close(&f);
}
END_TEST

/* The memory of a rank of eight: an eighth, and with one pass of mixing as much again for partners
 * that are read (mixed rows lie in two places by turns, partners in one). */
START_TEST(memory_is_that_of_the_part)
{
    for (int i = 0; i < 4; i++) {
        Fixture f;
        fixture_open(&f, mixes[i], NULL);
        AugiShare whole, part;
        ck_assert_int_eq(augi_share_init(&whole, f.plan, 0, 0, NULL), AUG_OK);
        ck_assert_int_eq(augi_share_init(&part, f.plan, 7, 8, NULL), AUG_OK);
        /* Headers and paddings do not shrink. */
        const size_t fixed = 2 * whole.sizes.header + 4096;
        ck_assert_uint_le(part.sizes.bytes, whole.sizes.bytes / 8 + fixed);
        ck_assert_uint_le(part.sizes.stripes, whole.sizes.stripes / 8 + fixed);
        ck_assert_uint_le(part.sizes.staged, whole.sizes.staged / 8 + fixed);
        ck_assert_uint_le(part.sizes.further[1], whole.sizes.staged / 8 + fixed);
        ck_assert_uint_eq(part.sizes.further[0], 0);
        ck_assert_uint_eq(whole.sizes.further[1], 0);
        size_t bytes, whole_bytes;
        ck_assert_int_eq(aug_plan_slice_bytes(f.plan, 1, &whole_bytes, NULL), AUG_OK);
        ck_assert_int_eq(aug_plan_slice_bytes(f.plan, 8, &bytes, NULL), AUG_OK);
        ck_assert_uint_eq(whole_bytes, aug_plan_batch_bytes(f.plan));
        ck_assert_uint_le(bytes, whole_bytes / 8 + fixed);
        fixture_close(&f);
    }
}
END_TEST

/* A sample that cannot be read stops the ranks that need it, and no other one. */
START_TEST(a_bad_sample_stops_who_needs_it)
{
    Fixture f;
    fixture_open(&f, "size: 16, shuffle: false", NULL);
    f.source.bad = 5;
    for (uint32_t rank = 0; rank < 8; rank++) {
        const AugLoaderOptions options = {.threads = 2, .depth = 1, .rank = rank, .world = 8};
        AugLoader *loader;
        AugBatch *batch;
        AugError error = {0};
        ck_assert_int_eq(aug_loader_new(&loader, f.plan, &options, NULL), AUG_OK);
        const AugStatus status = aug_loader_next(loader, &batch, &error);
        ck_assert_int_eq(status, rank == 2 ? AUG_CORRUPT : AUG_OK);
        if (rank == 2)
            ck_assert_str_eq(error.where, "folder/25.raw");
        aug_batch_free(batch);
        aug_loader_free(loader);
    }
    fixture_close(&f);
}
END_TEST

static void refuse(const Fixture *f, uint32_t rank, uint32_t world, AugStatus status,
                   const char *where, const char *message)
{
    AugLoader *loader;
    AugError error = {0};
    const AugLoaderOptions options = {.threads = 1, .rank = rank, .world = world};
    ck_assert_int_eq(aug_loader_new(&loader, f->plan, &options, &error), status);
    ck_assert_ptr_null(loader);
    ck_assert_str_eq(error.where, where);
    ck_assert_str_eq(error.message, message);
}

START_TEST(what_cannot_be_is_refused)
{
    Fixture f;
    fixture_open(&f, mixes[0], NULL);
    refuse(&f, 1, 0, AUG_BAD_ARGUMENT, "rank", "1 is not in the world, which has the rank 0");
    refuse(&f, 3, 3, AUG_BAD_ARGUMENT, "rank", "3 is not in the world, which has the ranks 0 to 2");
    refuse(
        &f, 0, 17, AUG_BAD_ARGUMENT, "world",
        "17 ranks would share batches of 16 samples; allowed is a world of 1 to 16, so that every "
        "rank has one");
    size_t bytes = 1;
    ck_assert_int_eq(aug_plan_slice_bytes(f.plan, 17, &bytes, NULL), AUG_BAD_ARGUMENT);
    ck_assert_uint_eq(bytes, 0);
    ck_assert_uint_eq(aug_plan_slice_size(f.plan, 17), 1);
    ck_assert_uint_eq(aug_plan_slice_size(f.plan, UINT32_MAX), 1);
    fixture_close(&f);
}
END_TEST

/* Limits are those of what one rank holds. */
START_TEST(a_batch_too_large_for_one_may_do_for_ranks)
{
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_batch_size = 40000;
    Fixture f;
    fixture_open(&f, mixes[0], &limits);
    refuse(&f, 0, 1, AUG_TOO_LARGE, "ranks",
           "a batch of 16 samples would have more than 40000 bytes; use a smaller batch.size, "
           "smaller pictures or more ranks");
    size_t bytes;
    ck_assert_int_eq(aug_plan_slice_bytes(f.plan, 1, &bytes, NULL), AUG_TOO_LARGE);
    ck_assert_int_eq(aug_plan_slice_bytes(f.plan, 2, &bytes, NULL), AUG_OK);
    fixture_close(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ranks");
    TCase *tests = tcase_create("ranks");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, parts_of_all_ranks_are_the_batch, 0, AUG_COUNT(mixes));
    tcase_add_test(tests, the_world_may_change_between_two_steps);
    tcase_add_loop_test(tests, a_rank_reads_its_rows_and_their_partners, 0, AUG_COUNT(mixes));
    tcase_add_test(tests, memory_is_that_of_the_part);
    tcase_add_test(tests, a_bad_sample_stops_who_needs_it);
    tcase_add_test(tests, what_cannot_be_is_refused);
    tcase_add_test(tests, a_batch_too_large_for_one_may_do_for_ranks);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
