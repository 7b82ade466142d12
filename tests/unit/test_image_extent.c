/* Picture sizes through groups: certain where every draw gives the same size, and never wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/ops_case.h"
#include "tests/support/support.h"

/* The size for pictures of 20 x 30; 0 in a member where it is not certain. */
static void check_extent(const char *pipeline, int32_t height, int32_t width)
{
    OpsCase ops_case;
    ops_open_good(&ops_case, pipeline);
    const AugOp *culprit;
    const AugSize in = {.height = 20, .width = 30};
    const AugSize out = img_extent(&ops_case.list, in, &culprit);
    ck_assert_msg(out.height == height && out.width == width, "%s: %d x %d, wanted %d x %d",
                  pipeline, out.height, out.width, height, width);
    ops_close(&ops_case);
}

START_TEST(all_in_order)
{
    check_extent("[Sequential: {transforms: [Resize: [40, 50], CenterCrop: [8, 9]]}]", 8, 9);
    check_extent("[Sequential: {transforms: [Pad: 1, Transpose: {p: 1}, Pad: [1, 2]]}]", 36, 24);
    /* p of a child is a probability. */
    check_extent("[Sequential: {transforms: [Transpose, HorizontalFlip]}]", 0, 0);
    check_extent("[Sequential: {transforms: [Transpose, Resize: [5, 6]]}]", 5, 6);
    check_extent("[Sequential: {transforms: [Resize: {size: [5, 6], p: 0.5}]}]", 0, 0);
    /* p of the group. */
    check_extent("[Sequential: {p: 0.5, transforms: [Resize: [5, 6]]}]", 0, 0);
    check_extent("[Sequential: {p: 0.5, transforms: [Resize: [5, 6], Resize: [20, 30]]}]", 20, 30);
    check_extent("[Sequential: {p: 0.5, transforms: [Resize: [5, 6], Resize: [20, 31]]}]", 20, 0);
}
END_TEST

START_TEST(one_of_several)
{
    check_extent("[OneOf: {transforms: [Resize: [5, 6], CenterCrop: [5, 6]]}]", 5, 6);
    check_extent("[OneOf: {transforms: [Resize: [5, 6], CenterCrop: [5, 7]]}]", 5, 0);
    /* The chosen one always runs, whatever its weight, and once. */
    check_extent("[OneOf: {transforms: [Pad: {padding: 1, p: 0.1}, Pad: 1]}]", 22, 32);
    check_extent("[OneOf: {transforms: [{Sequential: {transforms: [Pad: 9, Resize: [5, 6]]}}, "
                 "{CenterCrop: [5, 6]}]}]",
                 5, 6);
}
END_TEST

START_TEST(some_of_several)
{
    /* Two margins of the same size, whichever they are. */
    check_extent("[SomeOf: {n: 2, transforms: [Pad: 1, Pad: 1, Pad: 1]}]", 24, 34);
    check_extent("[RandomOrder: {n: 3, replace: true, transforms: [Pad: 1, Pad: 1]}]", 26, 36);
    check_extent("[SomeOf: {n: [1, 2], transforms: [Pad: 1, Pad: 1]}]", 0, 0);
    check_extent("[SomeOf: {n: [0, 1], transforms: [Resize: [5, 6]]}]", 0, 0);
    check_extent("[SomeOf: {n: [1, 2], transforms: [Resize: [5, 6], CenterCrop: [5, 6]]}]", 5, 6);
    check_extent("[RandomOrder: {n: [1, 9], replace: true, transforms: [Resize: [5, 6], "
                 "CenterCrop: [5, 6]]}]",
                 5, 6);
    /* In order and all of them. */
    check_extent("[SomeOf: {n: 2, transforms: [Transpose, Resize: [5, 6]]}]", 5, 6);
    check_extent("[SomeOf: {n: 1, transforms: [HorizontalFlip, Resize: [5, 6]]}]", 0, 0);
    check_extent("[SomeOf: {n: [0, 3], transforms: [HorizontalFlip, VerticalFlip, Rotate]}]", 20,
                 30);
    /* A turn and a turn back; how often is not certain. */
    check_extent("[RandomOrder: {n: 2, replace: true, transforms: [Transpose: {p: 1}]}]", 20, 30);
    check_extent("[RandomOrder: {n: 3, replace: true, transforms: [Transpose: {p: 1}]}]", 30, 20);
    check_extent("[RandomOrder: {n: [2, 3], replace: true, transforms: [Transpose: {p: 1}]}]", 0,
                 0);
}
END_TEST

/* Forty groups inside one another, each asking twice or more for what is in it: 2^40 questions, if
 * all were asked. */
START_TEST(nesting_does_not_multiply_the_work)
{
    static TestText text;
    test_text_add(&text, "[");
    for (int i = 0; i < 40; i++)
        test_text_add(&text, "SomeOf: {n: [1, 2], replace: %s, transforms: [Pad: 1, ",
                      i % 10 ? "false" : "true");
    test_text_add(&text, "Pad: 2");
    for (int i = 0; i < 40; i++)
        test_text_add(&text, "]}");
    const size_t n = text.n;
    test_text_add(&text, "]");
    check_extent(text.words, 0, 0);
    /* What comes behind is certain as ever. */
    text.n = n;
    test_text_add(&text, ", Sequential: {transforms: [Resize: [5, 6], Pad: 1]}]");
    check_extent(text.words, 7, 8);
}
END_TEST

static void add_op(TestText *text, AugRng *rng, int depth);

static void add_list(TestText *text, AugRng *rng, int depth, int64_t least)
{
    const int64_t n = aug_rng_integer(rng, least, 4);
    test_text_add(text, "[");
    for (int64_t i = 0; i < n; i++) {
        test_text_add(text, "%s", i ? ", " : "");
        add_op(text, rng, depth);
    }
    test_text_add(text, "]");
}

static void add_group(TestText *text, AugRng *rng, int depth)
{
    static const char *const names[] = {"OneOf", "Sequential", "SomeOf", "RandomOrder"};
    const size_t kind = (size_t)aug_rng_below(rng, 4);
    test_text_add(text, "{%s: {p: %s, ", names[kind], aug_rng_bernoulli(rng, 0.8) ? "1" : "0.5");
    const int64_t high = aug_rng_integer(rng, 1, 3);
    const int64_t low = aug_rng_bernoulli(rng, 0.6) ? high : aug_rng_integer(rng, 0, high);
    if (kind >= 2)
        test_text_add(text, "n: [%d, %d], replace: %s, ", (int)low, (int)high,
                      aug_rng_bernoulli(rng, 0.5) ? "true" : "false");
    test_text_add(text, "transforms: ");
    add_list(text, rng, depth - 1, kind >= 2 ? high : 1);
    test_text_add(text, "}}");
}

/* Few sizes, so that different ways often lead to the same one. */
static void add_op(TestText *text, AugRng *rng, int depth)
{
    static const char *const leaves[] = {"{Resize: [12, 12]}",     "{CenterCrop: [12, 12]}",
                                         "{Transpose: {p: 1}}",    "{Pad: 1}",
                                         "{CenterCrop: [20, 12]}", "Transpose",
                                         "HorizontalFlip",         "{Pad: {padding: 1, p: 0.5}}"};
    if (depth > 0 && aug_rng_bernoulli(rng, 0.5))
        add_group(text, rng, depth);
    else
        test_text_add(text, "%s", leaves[aug_rng_below(rng, AUG_COUNT(leaves))]);
}

/* Builds recipes of many samples; where a size was called certain, all of them have it. Returns
 * whether both sides were the same in all samples. */
static bool check_samples(ImageCase *image_case, AugSize stored, const char *text)
{
    const AugSize extent = image_case->plan->extent;
    ImgRecipeInput input = image_case->plan->input;
    input.stored = stored;
    ImgRecipe *recipe = &image_case->worker->recipe;
    AugSize first = {0};
    bool is_same = true;
    for (uint64_t sample = 0; sample < 60; sample++) {
        AugError error = {0};
        const AugKey key = {.seed = 3, .sample = sample};
        ck_assert_int_eq(img_recipe_build(recipe, &input, &key, &error), AUG_OK);
        const AugSize made = {.height = recipe->geometry.height, .width = recipe->geometry.width};
        ck_assert_msg(!extent.height || extent.height == made.height, "%s: %d rows, not %d", text,
                      made.height, extent.height);
        ck_assert_msg(!extent.width || extent.width == made.width, "%s: %d columns, not %d", text,
                      made.width, extent.width);
        if (sample == 0)
            first = made;
        is_same = is_same && made.height == first.height && made.width == first.width;
    }
    return is_same;
}

START_TEST(certain_sizes_are_true)
{
    static TestText text;
    size_t n_opened = 0, n_certain = 0, n_same = 0;
    const AugDatasetInfo info = image_info(20, 12, 3);
    for (uint64_t number = 0; number < 1500; number++) {
        AugRng rng = aug_rng_make(&(AugKey){.seed = 9, .sample = number});
        text.n = 0;
        add_list(&text, &rng, 3, 1);
        ImageCase image_case;
        AugError error = {0};
        const AugStatus status =
            image_case_open_any_size_of(&image_case, text.words, &info, &error);
        /* A group with more picks than a bound allows; not what this is about. */
        ck_assert_msg(status == AUG_OK || strstr(error.message, "could run"), "%s: %s", text.words,
                      error.message);
        if (status == AUG_OK) {
            const AugSize extent = image_case.plan->extent;
            const AugSize stored = {.height = 20, .width = 12};
            n_opened++;
            n_certain += extent.height > 0 && extent.width > 0;
            n_same += check_samples(&image_case, stored, text.words);
        }
        image_case_close(&image_case);
    }
    ck_assert_uint_gt(n_opened, 1200);
    ck_assert_uint_gt(n_certain, 200);
    /* Caution has its price, but a small one: of the lists that always give one size, most are
     * known to. */
    ck_assert_msg(4 * n_certain > 3 * n_same, "%zu lists give one size, %zu are known to", n_same,
                  n_certain);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("picture sizes through groups");
    TCase *tests = tcase_create("sizes");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, all_in_order);
    tcase_add_test(tests, one_of_several);
    tcase_add_test(tests, some_of_several);
    tcase_add_test(tests, nesting_does_not_multiply_the_work);
    tcase_add_test(tests, certain_sizes_are_true);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
