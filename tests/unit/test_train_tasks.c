/* Tasks beside classification: runs of augtrain on the same small data. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/train_case.h"

/* A member of a line of a log, from the end if index is negative. */
static double logged(const char *name, int index, const char *key)
{
    size_t size;
    char *text = train_case_read(name, &size), *rest = text;
    json_t *lines = json_array();
    for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n"))
        json_array_append_new(lines, json_loads(line, 0, NULL));
    const int n = (int)json_array_size(lines);
    const json_t *line = json_array_get(lines, (size_t)(index < 0 ? n + index : index));
    const json_t *value = json_object_get(line, key);
    ck_assert_msg(json_is_number(value), "line %d of the log has no number %s", index, key);
    const double number = json_number_value(value);
    json_decref(lines);
    free(text);
    return number;
}

/* Two views of each picture, which differ by their crop. */
static void write_views(const char *loss)
{
    train_case_write();
    train_case_replace("train.yaml", "size: 32", "size: 32, views: 2");
    train_case_replace("eval.yaml", "size: 30", "size: 30, views: 2");
    train_case_replace("eval.yaml", "batch",
                       "pipeline: [RandomCrop: {size: [12, 12], padding: 1}]\nbatch");
    train_case_replace("model.yaml", "  classes: [a, 'b <i>', c, d]\n", "");
    train_case_replace("model.yaml", "linear: 4", "linear: 16");
    char text[100];
    snprintf(text, sizeof(text), "task: contrastive\n%soptimizer", loss);
    train_case_replace("model.yaml", "optimizer", text);
}

/* Of 60 rows in a test batch chance finds the other view of one in 59. */
START_TEST(views_become_alike)
{
    write_views("");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "12"), 0);
    ck_assert_double_lt(logged("run/log.jsonl", -2, "train_loss"),
                        0.8 * logged("run/log.jsonl", 1, "loss"));
    ck_assert_double_gt(logged("run/log.jsonl", -1, "test_accuracy"), 0.1);
    ck_assert_int_eq(TRAIN_RUN("--output", "@other", "--epochs", "12", "--threads", "3"), 0);
    ck_assert(train_case_same("run/model.safetensors", "other/model.safetensors"));
}
END_TEST

/* With labels, the quadrant that is bright makes classes alike. */
START_TEST(classes_become_alike)
{
    write_views("loss: sup_con\n");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "6"), 0);
    ck_assert_double_gt(logged("run/log.jsonl", -1, "test_accuracy"), 0.9);
}
END_TEST

/* The same by triplets that each batch has, of one view as of several. */
START_TEST(triplets_of_a_batch_make_classes_alike)
{
    static const char *const mining[] = {"semi_hard", "hard", "all"};
    char loss[64];
    snprintf(loss, sizeof(loss), "loss: {batch_triplet: {mining: %s}}\n", mining[_i]);
    write_views(loss);
    if (_i == 0) {
        train_case_replace("train.yaml", ", views: 2", "");
        train_case_replace("eval.yaml", ", views: 2", "");
    }
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "6"), 0);
    ck_assert_double_gt(logged("run/log.jsonl", -1, "test_accuracy"), 0.9);
    ck_assert_int_eq(TRAIN_RUN("--output", "@other", "--epochs", "6", "--threads", "3"), 0);
    ck_assert(train_case_same("run/model.safetensors", "other/model.safetensors"));
}
END_TEST

/* Labels that the loss ignores may be no classes. */
START_TEST(ignored_labels_are_no_classes)
{
    train_case_write();
    train_case_replace("model.yaml", "optimizer",
                       "loss: {cross_entropy: {ignore_index: 3, weight: [1, 2, 1]}}\noptimizer");
    train_case_replace("model.yaml", "  classes: [a, 'b <i>', c, d]\n", "");
    train_case_replace("model.yaml", "linear: 4", "linear: 3");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "3"), 0);
    ck_assert_double_gt(logged("run/log.jsonl", -1, "test_accuracy"), 0.9);
}
END_TEST

START_TEST(views_must_fit_the_task)
{
    write_views("");
    train_case_replace("eval.yaml", "views: 2", "views: 3");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 2);
    train_case_replace("eval.yaml", "views: 3", "views: 1");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 2);
    train_case_replace("eval.yaml", "views: 1", "views: 2");
    train_case_replace("model.yaml", "task: contrastive\n", "");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 2);
    train_case_replace("model.yaml", "optimizer", "task: contrastive\nloss: mse\noptimizer");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_tasks");
    TCase *tests = tcase_create("tasks");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, views_become_alike);
    tcase_add_test(tests, classes_become_alike);
    tcase_add_loop_test(tests, triplets_of_a_batch_make_classes_alike, 0, 3);
    tcase_add_test(tests, ignored_labels_are_no_classes);
    tcase_add_test(tests, views_must_fit_the_task);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
