/* True figures: what a run says of how good a network is, and what it refuses or says because the
 * figures would be of something else. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/train_case.h"

/* The last object of an event in a log; the caller drops it. */
static json_t *last_event(const char *name, const char *event)
{
    size_t size;
    char *text = train_case_read(name, &size), *rest = text;
    json_t *found = NULL;
    for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n")) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_ptr_nonnull(object);
        if (strcmp(json_string_value(json_object_get(object, "event")), event) != 0) {
            json_decref(object);
            continue;
        }
        json_decref(found);
        found = object;
    }
    free(text);
    ck_assert_msg(found != NULL, "%s has no event %s", name, event);
    return found;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    ck_assert_msg(json_is_number(value), "the log has no number %s", key);
    return json_number_value(value);
}

/* Whether a note of the run in a folder has these words. */
static bool notes_say(const char *log, const char *words)
{
    json_t *start = last_event(log, "start");
    const json_t *notes = json_object_get(start, "notes");
    bool said = false;
    for (size_t i = 0; i < json_array_size(notes); i++)
        said = said || strstr(json_string_value(json_array_get(notes, i)), words);
    json_decref(start);
    return said;
}

/* Runs the command with its words for people in a file; returns them, and the exit code. */
static char *run_said(int *code, const char *const *words)
{
    char *path = test_path("%s/said.txt", test_folder());
    const int screen = dup(STDERR_FILENO);
    const int file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
    ck_assert(screen >= 0 && file >= 0 && dup2(file, STDERR_FILENO) >= 0);
    *code = train_case_run(words);
    ck_assert(dup2(screen, STDERR_FILENO) >= 0);
    close(file);
    close(screen);
    free(path);
    size_t size;
    return train_case_read("said.txt", &size);
}

/* Expects a run to be refused with words, before it leaves anything. */
static void refuse(const char *words)
{
    int code;
    char *said = run_said(&code, (const char *const[]){"--output", "@refused", NULL});
    char *folder = test_path("%s/refused", test_folder());
    ck_assert_msg(code == 2, "exit code %d: %s", code, said);
    ck_assert_msg(strstr(said, words) != NULL, "'%s' is not said, but: %s", words, said);
    ck_assert_int_ne(access(folder, F_OK), 0);
    free(folder);
    free(said);
}

/* --- the gap ---------------------------------------------------------------------------------- */

START_TEST(training_samples_are_evaluated_too)
{
    train_case_write();
    train_case_replace("model.yaml", "epochs: 2", "epochs: 2, train_eval: 70");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
    json_t *epoch = last_event("run/log.jsonl", "epoch");
    ck_assert_double_eq(number(epoch, "train_eval_samples"), 70);
    ck_assert_double_eq_tol(number(epoch, "gap_accuracy"),
                            number(epoch, "train_eval_accuracy") - number(epoch, "test_accuracy"),
                            1e-12);
    ck_assert_double_eq_tol(number(epoch, "gap_loss"),
                            number(epoch, "test_loss") - number(epoch, "train_eval_loss"), 1e-12);
    ck_assert_double_lt(number(epoch, "train_eval_accuracy_low"),
                        number(epoch, "train_eval_accuracy_high"));
    json_decref(epoch);
    size_t size;
    char *report = train_case_read("run/report.html", &size);
    ck_assert_ptr_nonnull(strstr(report, "Generalization gap"));
    free(report);
}
END_TEST

/* They are made as the test's are, whatever training does to its own; so their figure is that of an
 * evaluation of the same samples, and equal however the training spec augments. */
START_TEST(training_samples_are_evaluated_as_they_are)
{
    train_case_write();
    train_case_replace("model.yaml", "epochs: 2", "epochs: 1, train_eval: 1000");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
    train_case_replace("eval.yaml", "t10k", "train");
    ck_assert_int_eq(
        TRAIN_RUN("--eval-only", "--weights", "@run/model.safetensors", "--output", "@again"), 0);
    json_t *epoch = last_event("run/log.jsonl", "epoch");
    json_t *again = last_event("again/log.jsonl", "end");
    ck_assert_double_eq(number(epoch, "train_eval_samples"), 240);
    ck_assert_double_eq(number(epoch, "train_eval_accuracy"), number(again, "test_accuracy"));
    ck_assert_double_eq_tol(number(epoch, "train_eval_loss"), number(again, "test_loss"), 1e-6);
    json_decref(epoch);
    json_decref(again);
}
END_TEST

START_TEST(the_gap_can_be_left_out)
{
    train_case_write();
    train_case_replace("model.yaml", "epochs: 2", "epochs: 1, train_eval: 0");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
    json_t *epoch = last_event("run/log.jsonl", "epoch");
    ck_assert_ptr_null(json_object_get(epoch, "gap_loss"));
    json_decref(epoch);
}
END_TEST

START_TEST(evaluations_can_be_rarer)
{
    train_case_write();
    train_case_replace("model.yaml", "epochs: 2", "epochs: 5, eval_every: 2");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
    size_t size;
    char *log = train_case_read("run/log.jsonl", &size);
    int n = 0;
    for (const char *at = strstr(log, "\"test_replaced\""); at; n++)
        at = strstr(at + 1, "\"test_replaced\"");
    /* After 2, 4, and the last, and in the end's line. */
    ck_assert_int_eq(n, 4);
    free(log);
}
END_TEST

/* --- which data ------------------------------------------------------------------------------- */

START_TEST(the_same_data_are_called_that)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@other", "--epochs", "1"), 0);
    ck_assert(!notes_say("other/log.jsonl", "read the same samples"));
    train_case_replace("eval.yaml", "t10k", "train");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "1"), 0);
    ck_assert(notes_say("run/log.jsonl", "read the same samples"));
    size_t size;
    char *report = train_case_read("run/report.html", &size);
    ck_assert_ptr_nonnull(strstr(report, "read the same samples"));
    free(report);
}
END_TEST

/* Puts split and part beside the path of a spec. */
static void take_part(const char *name, const char *part)
{
    char *words = test_path("ubyte, %s}", part);
    train_case_replace(name, "ubyte}", words);
    free(words);
}

START_TEST(parts_of_one_set_may_share_samples)
{
    train_case_write();
    train_case_replace("eval.yaml", "t10k", "train");
    take_part("eval.yaml", "split: {eval: 0.3}, part: eval");
    ck_assert_int_eq(TRAIN_RUN("--output", "@whole", "--epochs", "1"), 0);
    ck_assert(notes_say("whole/log.jsonl", "share samples"));
    take_part("train.yaml", "split: {eval: 0.3}, part: train");
    ck_assert_int_eq(TRAIN_RUN("--output", "@parts", "--epochs", "1"), 0);
    ck_assert(!notes_say("parts/log.jsonl", "share samples"));
    train_case_replace("train.yaml", "eval: 0.3", "eval: 0.2");
    ck_assert_int_eq(TRAIN_RUN("--output", "@splits", "--epochs", "1"), 0);
    ck_assert(notes_say("splits/log.jsonl", "share samples"));
}
END_TEST

START_TEST(an_evaluation_leaves_no_sample_out)
{
    train_case_write();
    train_case_replace("eval.yaml", "size: 30", "size: 30, tail: drop");
    refuse("eval.yaml:3:");
    refuse("batch.tail: drop leaves samples out of an evaluation; allowed is short");
}
END_TEST

START_TEST(an_evaluation_that_augments_is_called_that)
{
    train_case_write();
    train_case_replace("eval.yaml", "batch:", "pipeline: [Resize: {size: [12, 12]}]\nbatch:");
    ck_assert_int_eq(TRAIN_RUN("--output", "@plain", "--epochs", "1"), 0);
    ck_assert(!notes_say("plain/log.jsonl", "augments"));
    train_case_replace("eval.yaml", "Resize: {size: [12, 12]}",
                       "RandomCrop: {size: [12, 12], padding: 1}");
    ck_assert_int_eq(TRAIN_RUN("--output", "@draws", "--epochs", "1"), 0);
    ck_assert(notes_say("draws/log.jsonl", "augments"));
    train_case_replace("eval.yaml", "RandomCrop: {size: [12, 12], padding: 1}",
                       "HorizontalFlip: {p: 0.01}");
    ck_assert_int_eq(TRAIN_RUN("--output", "@flips", "--epochs", "1"), 0);
    ck_assert(notes_say("flips/log.jsonl", "augments"));
}
END_TEST

/* Case 09: 129 samples in batches of 128. */
START_TEST(a_last_batch_that_is_too_small)
{
    train_case_write();
    train_case_replace("model.yaml", "- conv: {filters: 6, padding: 1, bias: false}\n",
                       "- flatten\n");
    train_case_replace("model.yaml", "    - max_pool: 2\n    - flatten\n", "");
    train_case_replace("train.yaml", "size: 32}", "size: 239}");
    refuse("of 240 samples in batches of 239 the last one of an epoch has 1, and layer 1 "
           "(batch_norm) needs at least 2 values per channel");
    refuse("allowed is batch: {tail: drop}");
    train_case_replace("train.yaml", "size: 239}", "size: 239, tail: drop}");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
}
END_TEST

/* --- choosing --------------------------------------------------------------------------------- */

static void want_plateau(void)
{
    train_case_write();
    train_case_replace("model.yaml", "schedule: one_cycle", "schedule: {plateau: {patience: 0}}");
}

START_TEST(nothing_is_chosen_on_the_test)
{
    want_plateau();
    refuse("plateau needs figures to choose by, but data.validation is missing");
    train_case_replace("model.yaml", "eval: eval.yaml", "eval: eval.yaml, validation: eval.yaml");
    refuse("plateau would choose by the test: data.validation and data.eval read the same samples");
    train_case_replace("model.yaml", "epochs: 2", "epochs: 2, choose_on: test");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
}
END_TEST

START_TEST(a_validation_part_chooses)
{
    want_plateau();
    size_t size;
    char *train = train_case_read("train.yaml", &size);
    char *path = test_path("%s/validation.yaml", test_folder());
    test_write_file(path, train, size);
    take_part("train.yaml", "split: {eval: 0.3}, part: train");
    take_part("validation.yaml", "split: {eval: 0.3}, part: eval");
    train_case_replace("validation.yaml", "  - RandomCrop: {size: [12, 12], padding: 1}\n", "");
    train_case_replace("validation.yaml", "pipeline:\n", "");
    train_case_replace("model.yaml", "eval: eval.yaml",
                       "eval: eval.yaml, validation: validation.yaml");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "3"), 0);
    json_t *epoch = last_event("run/log.jsonl", "epoch"),
           *start = last_event("run/log.jsonl", "start");
    const json_t *streams[] = {json_object_get(start, "train"),
                               json_object_get(start, "validation")};
    ck_assert_double_eq(number(streams[0], "n_samples") + number(streams[1], "n_samples"), 240);
    ck_assert_double_eq(number(epoch, "validation_samples"), number(streams[1], "n_samples"));
    ck_assert_double_ge(number(epoch, "validation_accuracy"), 0.25);
    json_decref(epoch);
    json_decref(start);
    free(path);
    free(train);
}
END_TEST

/* --- times ------------------------------------------------------------------------------------ */

START_TEST(loading_takes_processor_time)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
    json_t *end = last_event("run/log.jsonl", "end"), *step = last_event("run/log.jsonl", "step");
    ck_assert_double_gt(number(json_object_get(end, "seconds"), "loader_cpu"), 0);
    ck_assert_double_ge(number(step, "loading"), 0);
    ck_assert_double_gt(number(step, "gradient_norm"), 0);
    json_decref(end);
    json_decref(step);
}
END_TEST

/* --- weights ---------------------------------------------------------------------------------- */

START_TEST(weights_of_another_size_are_named)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "1"), 0);
    train_case_replace("model.yaml", "filters: 6", "filters: 5");
    char *weights = test_path("%s/run/model.safetensors", test_folder());
    int code;
    char *said = run_said(&code, (const char *const[]){"--eval-only", "--weights", weights, NULL});
    ck_assert_int_eq(code, 2);
    ck_assert_msg(strstr(said, "the tensor '0.weight' has the shape [6, 1, 3, 3]; the model needs "
                               "[5, 1, 3, 3]; nor do 5 others fit: '1.weight', '1.bias', "
                               "'1.running_mean', '1.running_var', 'head.weight'") != NULL,
                  "%s", said);
    free(said);
    free(weights);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_figures");
    TCase *tests = tcase_create("figures");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, training_samples_are_evaluated_too);
    tcase_add_test(tests, training_samples_are_evaluated_as_they_are);
    tcase_add_test(tests, the_gap_can_be_left_out);
    tcase_add_test(tests, evaluations_can_be_rarer);
    tcase_add_test(tests, the_same_data_are_called_that);
    tcase_add_test(tests, parts_of_one_set_may_share_samples);
    tcase_add_test(tests, an_evaluation_leaves_no_sample_out);
    tcase_add_test(tests, an_evaluation_that_augments_is_called_that);
    tcase_add_test(tests, a_last_batch_that_is_too_small);
    tcase_add_test(tests, nothing_is_chosen_on_the_test);
    tcase_add_test(tests, a_validation_part_chooses);
    tcase_add_test(tests, loading_takes_processor_time);
    tcase_add_test(tests, weights_of_another_size_are_named);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
