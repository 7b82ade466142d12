/* The figure that aug_loader_memory gives, against what the allocator says that a loader took. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

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

int main(void)
{
    Suite *suite = suite_create("memory of loaders");
    TCase *figures = tcase_create("figures");
    tcase_set_timeout(figures, 60);
    tcase_add_loop_test(figures, the_figure_is_true, 0, AUG_COUNT(kinds));
    tcase_add_test(figures, wrong_options_have_no_figure);
    suite_add_tcase(suite, figures);
    return test_run(suite);
}
