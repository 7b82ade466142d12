/* Accuracy, intervals, confusion and the figures of each class. */
#include "tests/support/support.h"
#include "trainer/run/metrics.h"

/* Values come from double arithmetic in another order: some units in the last place. */
#define CLOSE 1e-12

START_TEST(wilson_intervals)
{
    /* Roots of (k/n - x)^2 = z^2 x(1-x)/n, the definition, solved with 40 decimal digits. */
    static const struct {
        uint64_t k, n;
        double low, high;
    } cases[] = {
        {9072, 10000, 0.901355704252, 0.912731567475},
        {5, 10, 0.236593090513, 0.763406909487},
        {0, 10, 0.0, 0.277532799863},
        {10, 10, 0.722467200137, 1.0},
        {1, 1, 0.206549314377, 1.0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TrainInterval found = train_wilson(cases[i].k, cases[i].n);
        /* The expected values are rounded to 12 decimals. */
        ck_assert_double_eq_tol(found.low, cases[i].low, 1e-11);
        ck_assert_double_eq_tol(found.high, cases[i].high, 1e-11);
    }
    TrainInterval nothing = train_wilson(0, 0);
    ck_assert_double_eq(nothing.low, 0);
    ck_assert_double_eq(nothing.high, 1);
}
END_TEST

/* Three classes; class 2 is never predicted. */
static void fill(TrainMetrics *metrics)
{
    static const NnReal logits[6 * 3] = {
        5,  1, 0,  /* 0 */
        0,  1, 0,  /* 1 */
        0,  3, 1,  /* 1 */
        2,  2, 1,  /* 0: the first of equals */
        -1, 0, -2, /* 1 */
        1,  0, 0,  /* 0 */
    };
    static const int64_t labels[6] = {0, 1, 1, 0, 2, 2};
    const NnBatch batch = {.n = 6, .labels = labels};
    const NnResult result = {.loss = 0.5, .weight = 6, .n = 6, .sums = {4}};
    train_metrics_add(metrics, &batch, logits, &result);
}

START_TEST(counts_classes)
{
    TrainMetrics metrics;
    ck_assert_int_eq(train_metrics_init(&metrics, 3, false, NULL), AUG_OK);
    fill(&metrics);
    ck_assert_uint_eq(metrics.n_correct, 4);
    ck_assert_double_eq_tol(train_metrics_accuracy(&metrics), 4.0 / 6, CLOSE);
    ck_assert_double_eq_tol(train_metrics_loss(&metrics), 0.5, CLOSE);
    static const uint64_t confusion[9] = {2, 0, 0, 0, 2, 0, 1, 1, 0};
    for (int i = 0; i < 9; i++)
        ck_assert_msg(metrics.confusion[i] == confusion[i], "cell %d: %lu, expected %lu", i,
                      (unsigned long)metrics.confusion[i], (unsigned long)confusion[i]);
    TrainClassMetrics zero = train_metrics_class(&metrics, 0);
    ck_assert_double_eq_tol(zero.precision, 2.0 / 3, CLOSE);
    ck_assert_double_eq_tol(zero.recall, 1, CLOSE);
    ck_assert_double_eq_tol(zero.f1, 0.8, CLOSE);
    TrainClassMetrics two = train_metrics_class(&metrics, 2);
    ck_assert_uint_eq(two.support, 2);
    ck_assert_uint_eq(two.predicted, 0);
    ck_assert_double_eq(two.precision, 0);
    ck_assert_double_eq(two.f1, 0);
    ck_assert_double_eq_tol(train_metrics_macro_f1(&metrics), (0.8 + 0.8 + 0) / 3, CLOSE);
    train_metrics_reset(&metrics);
    ck_assert_uint_eq(metrics.n, 0);
    ck_assert_double_eq(train_metrics_accuracy(&metrics), 0);
    ck_assert_double_eq(train_metrics_macro_f1(&metrics), 0);
    train_metrics_fini(&metrics);
}
END_TEST

/* Any number of three classes: each output by itself, above 0 or not. */
START_TEST(counts_each_of_several_classes)
{
    static const NnReal logits[4 * 3] = {
        1,  -1, 2,  /* 0 and 2: right */
        -1, 1,  -1, /* 1, and 0 is missed */
        -1, -1, -1, /* none: right */
        3,  3,  0,  /* 0 and 1, of which 1 is none; 0 is not above 0 */
    };
    static const float shares[4 * 3] = {1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0};
    const NnBatch batch = {.n = 4, .soft = shares};
    const NnResult result = {.loss = 0.25, .weight = 4, .n = 4, .sums = {3, 2}};
    TrainMetrics metrics;
    ck_assert_int_eq(train_metrics_init(&metrics, 3, true, NULL), AUG_OK);
    ck_assert_ptr_null(metrics.confusion);
    train_metrics_add(&metrics, &batch, logits, &result);
    ck_assert_uint_eq(metrics.n_correct, 2);
    static const TrainClassCounts wanted[3] = {{3, 2, 2}, {1, 2, 1}, {1, 1, 1}};
    ck_assert_mem_eq(metrics.counts, wanted, sizeof(wanted));
    ck_assert_double_eq_tol(train_metrics_class(&metrics, 0).recall, 2.0 / 3, CLOSE);
    /* 4 hits of 5 that are given and 5 that are there. */
    ck_assert_double_eq_tol(train_metrics_micro_f1(&metrics), 0.8, CLOSE);
    ck_assert_double_eq_tol(train_metrics_macro_f1(&metrics), (0.8 + 2.0 / 3 + 1) / 3, CLOSE);
    train_metrics_reset(&metrics);
    ck_assert_uint_eq(metrics.counts[0].support, 0);
    train_metrics_fini(&metrics);
}
END_TEST

START_TEST(many_classes_have_no_confusion)
{
    TrainMetrics metrics;
    ck_assert_int_eq(train_metrics_init(&metrics, TRAIN_MAX_CONFUSION + 1, false, NULL), AUG_OK);
    ck_assert_ptr_null(metrics.confusion);
    static NnReal logits[TRAIN_MAX_CONFUSION + 1];
    static const int64_t labels[] = {TRAIN_MAX_CONFUSION};
    logits[TRAIN_MAX_CONFUSION] = 1;
    train_metrics_add(&metrics, &(NnBatch){.n = 1, .labels = labels}, logits, &(NnResult){.n = 1});
    ck_assert_uint_eq(metrics.n_correct, 1);
    ck_assert_uint_eq(train_metrics_class(&metrics, TRAIN_MAX_CONFUSION).hit, 1);
    train_metrics_fini(&metrics);
}
END_TEST

START_TEST(weighs_batches_by_samples)
{
    TrainMetrics metrics;
    ck_assert_int_eq(train_metrics_init(&metrics, 2, false, NULL), AUG_OK);
    static const NnReal logits[6] = {1, 0, 1, 0, 1, 0};
    static const float soft[6] = {0.9f, 0.1f, 0.3f, 0.7f, 0.5f, 0.5f};
    const NnBatch three = {.n = 3, .soft = soft};
    train_metrics_add(&metrics, &three, logits, &(NnResult){.loss = 1, .weight = 3, .n = 3});
    const NnBatch one = {.n = 1, .soft = soft};
    train_metrics_add(&metrics, &one, logits, &(NnResult){.loss = 5, .weight = 1, .n = 1});
    ck_assert_double_eq_tol(train_metrics_loss(&metrics), 2, CLOSE);
    ck_assert_uint_eq(metrics.n, 4);
    ck_assert_uint_eq(metrics.n_correct, 3);
    ck_assert_uint_eq(metrics.confusion[2], 1);
    train_metrics_fini(&metrics);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_metrics");
    TCase *test = tcase_create("metrics");
    tcase_add_test(test, wilson_intervals);
    tcase_add_test(test, counts_classes);
    tcase_add_test(test, counts_each_of_several_classes);
    tcase_add_test(test, many_classes_have_no_confusion);
    tcase_add_test(test, weighs_batches_by_samples);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
