/* Whole runs in process: what they leave, that they repeat, and how they end. */
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/safetensors.h"
#include "tests/support/train_case.h"

/* Line number index (from the end if negative) of a log as an object; the caller drops it. */
static json_t *log_line(const char *name, int index, int *n_lines)
{
    size_t size;
    char *text = train_case_read(name, &size);
    json_t *lines = json_array();
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n")) {
        json_error_t problem;
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &problem);
        if (!object)
            ck_abort_msg("a line of the log is not JSON: %s: %s", problem.text, line);
        json_array_append_new(lines, object);
    }
    int n = (int)json_array_size(lines);
    json_t *found = json_incref(json_array_get(lines, (size_t)(index < 0 ? n + index : index)));
    if (n_lines)
        *n_lines = n;
    json_decref(lines);
    free(text);
    return found;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    ck_assert_msg(json_is_number(value), "the log has no number %s", key);
    return json_number_value(value);
}

START_TEST(trains_and_leaves_everything)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "3"), 0);
    static const char *const names[] = {"run/config.json", "run/log.jsonl", "run/model.safetensors",
                                        "run/checkpoints/step-00000024.safetensors",
                                        "run/report.html"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t size;
        free(train_case_read(names[i], &size));
        ck_assert_uint_gt(size, 100);
    }
    int n;
    json_t *last = log_line("run/log.jsonl", -1, &n);
    /* start; per epoch of 8 steps: steps at multiples of 3 and at its end, and the epoch; end.
     * 3, 6, 8 | 9, 12, 15, 16 | 18, 21, 24 */
    ck_assert_int_eq(n, 1 + 3 + 4 + 3 + 3 + 1);
    ck_assert_str_eq(json_string_value(json_object_get(last, "outcome")), "finished");
    ck_assert_double_eq(number(last, "step"), 24);
    ck_assert_double_eq(number(last, "test_samples"), 100);
    /* One quadrant is brighter: easy; chance would be 0.25. */
    ck_assert_double_gt(number(last, "test_accuracy"), 0.9);
    json_decref(last);
    json_t *epoch = log_line("run/log.jsonl", -2, NULL);
    ck_assert_str_eq(json_string_value(json_object_get(epoch, "event")), "epoch");
    ck_assert_double_lt(number(epoch, "test_accuracy_low"), number(epoch, "test_accuracy"));
    json_decref(epoch);
}
END_TEST

START_TEST(config_has_every_setting)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "1", "--seed", "77"), 0);
    size_t size;
    char *text = train_case_read("run/config.json", &size);
    json_t *config = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(config);
    int epochs = 0;
    const char *seed = NULL, *from = NULL, *stream = NULL;
    json_int_t seed_number = 0;
    ck_assert_int_eq(json_unpack(config, "{s:{s:i}, s:{s:s, s:{s:s}}}", "train", "epochs", &epochs,
                                 "data", "from", &from, "train", "stream_id", &stream),
                     0);
    const json_t *given = json_object_get(json_object_get(config, "train"), "seed");
    seed = json_string_value(given);
    seed_number = json_integer_value(given);
    ck_assert(seed ? strcmp(seed, "77") == 0 : seed_number == 77);
    ck_assert_int_eq(epochs, 1);
    ck_assert_str_eq(from, "in process");
    ck_assert_uint_eq(strlen(stream), 64);
    json_decref(config);
    free(text);
}
END_TEST

START_TEST(same_bytes_for_any_number_of_threads)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@one", "--threads", "1"), 0);
    ck_assert_int_eq(TRAIN_RUN("--output", "@two", "--threads", "2"), 0);
    ck_assert_int_eq(TRAIN_RUN("--output", "@three", "--threads", "3"), 0);
    ck_assert(train_case_same("one/model.safetensors", "two/model.safetensors"));
    ck_assert(train_case_same("one/model.safetensors", "three/model.safetensors"));
    ck_assert_int_eq(TRAIN_RUN("--output", "@other", "--seed", "2"), 0);
    ck_assert(!train_case_same("one/model.safetensors", "other/model.safetensors"));
}
END_TEST

START_TEST(report_is_self_contained)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
    size_t size;
    char *text = train_case_read("run/report.html", &size);
    static const char *const absent[] = {"<script", "http:",  "https:", "<link", "url(",
                                         "src=\"h", "onload", "nan",    "b <i>"};
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
        ck_assert_msg(strstr(text, absent[i]) == NULL, "the report holds %s", absent[i]);
    static const char *const present[] = {"<!doctype html>",
                                          "Confusion matrix",
                                          "Learning rate",
                                          "Momentum",
                                          "Norm of the gradients",
                                          "Augmentation",
                                          "as trained on, 2",
                                          "b &lt;i&gt;",
                                          "Macro F1",
                                          "95 % interval",
                                          "prefers-color-scheme:dark",
                                          "@media print",
                                          "Where the time went",
                                          "one_cycle",
                                          "head"};
    for (size_t i = 0; i < sizeof(present) / sizeof(present[0]); i++)
        ck_assert_msg(strstr(text, present[i]) != NULL, "the report lacks %s", present[i]);
    free(text);
}
END_TEST

START_TEST(weights_can_be_evaluated)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
    ck_assert_int_eq(
        TRAIN_RUN("--eval-only", "--weights", "@run/model.safetensors", "--output", "@model"), 0);
    ck_assert_int_eq(TRAIN_RUN("--eval-only", "--weights",
                               "@run/checkpoints/step-00000016.safetensors", "--output", "@state"),
                     0);
    json_t *trained = log_line("run/log.jsonl", -1, NULL);
    json_t *model = log_line("model/log.jsonl", -1, NULL);
    json_t *state = log_line("state/log.jsonl", -1, NULL);
    ck_assert_double_eq(number(trained, "test_loss"), number(model, "test_loss"));
    ck_assert_double_eq(number(trained, "test_loss"), number(state, "test_loss"));
    ck_assert_double_eq(number(trained, "test_accuracy"), number(model, "test_accuracy"));
    json_decref(trained);
    json_decref(model);
    json_decref(state);
}
END_TEST

START_TEST(checkpoints_have_pytorchs_names)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@run"), 0);
    char *path = test_path("%s/run/model.safetensors", test_folder());
    AugiTensorFile file;
    ck_assert_int_eq(augi_safetensors_load(&file, path, 1 << 20, NULL), AUG_OK);
    static const struct {
        const char *name;
        uint32_t n_dims;
        uint64_t shape[4];
    } wanted[] = {
        {"0.weight", 4, {6, 1, 3, 3}}, {"1.weight", 1, {6}},      {"1.bias", 1, {6}},
        {"1.running_mean", 1, {6}},    {"1.running_var", 1, {6}}, {"head.weight", 2, {4, 216}},
        {"head.bias", 1, {4}},
    };
    ck_assert_uint_eq(file.n_tensors, sizeof(wanted) / sizeof(wanted[0]));
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        const AugTensor *tensor = augi_tensor_file_find(&file, wanted[i].name);
        ck_assert_msg(tensor != NULL, "there is no %s", wanted[i].name);
        ck_assert_uint_eq(tensor->desc.n_dims, wanted[i].n_dims);
        for (uint32_t d = 0; d < wanted[i].n_dims; d++)
            ck_assert_uint_eq(tensor->desc.shape[d], wanted[i].shape[d]);
    }
    ck_assert_str_eq(augi_tensor_file_metadata(&file, "format"), "pt");
    ck_assert_str_eq(augi_tensor_file_metadata(&file, "epoch"), "2");
    ck_assert_str_eq(augi_tensor_file_metadata(&file, "step"), "16");
    ck_assert_uint_eq(strlen(augi_tensor_file_metadata(&file, "stream_id")), 64);
    augi_tensor_file_fini(&file);
    free(path);
}
END_TEST

START_TEST(runs_are_not_overwritten)
{
    train_case_write();
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "1"), 0);
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "1", "--seed", "5"), 2);
    ck_assert_int_eq(TRAIN_RUN("--output", "@again", "--epochs", "1"), 0);
    ck_assert(train_case_same("run/model.safetensors", "again/model.safetensors"));
    char *mine = test_path("%s/run/mine.txt", test_folder());
    test_write_file(mine, "x", 1);
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "1", "--seed", "5", "--overwrite"),
                     0);
    ck_assert(!train_case_same("run/model.safetensors", "again/model.safetensors"));
    ck_assert_int_eq(access(mine, F_OK), 0);
    ck_assert_int_eq(TRAIN_RUN("--output", "@run/mine.txt"), 2);
    free(mine);
}
END_TEST

/* Nothing is made for a run that cannot begin. */
START_TEST(mistakes_leave_nothing)
{
    static const struct {
        const char *file, *what, *with;
    } mistakes[] = {
        {"model.yaml", "[12, 12, 1]", "[12, 12, 3]"},
        {"model.yaml", "linear: 4", "linear: 3"},
        {"model.yaml", "max_pool: 2", "max_pool: 16"},
        {"train.yaml", "RandomCrop", "RandomCrap"},
        {"model.yaml", "train.yaml", "nothing.yaml"},
        {"eval.yaml", "batch:", "pipeline: [Resize: {size: [14, 14]}]\nbatch:"},
        {"model.yaml", "[a, ", "[a, e, "},
        {"train.yaml", "kind: idx", "kind: id"},
    };
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        train_case_write();
        train_case_replace(mistakes[i].file, mistakes[i].what, mistakes[i].with);
        ck_assert_msg(TRAIN_RUN("--output", "@run") == 2, "mistake %zu was not refused", i);
        char *folder = test_path("%s/run", test_folder());
        ck_assert_int_ne(access(folder, F_OK), 0);
        free(folder);
    }
}
END_TEST

START_TEST(an_explosion_is_named)
{
    train_case_write();
    train_case_replace("model.yaml", "lr: 0.05", "lr: 1000");
    train_case_replace("model.yaml", "    - batch_norm\n", "");
    train_case_replace("model.yaml", "schedule: one_cycle\n", "");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "40"), 1);
    json_t *last = log_line("run/log.jsonl", -1, NULL);
    ck_assert_str_eq(json_string_value(json_object_get(last, "outcome")), "failed");
    const char *where = json_string_value(json_object_get(last, "where"));
    ck_assert_msg(strstr(where, "epoch ") && strstr(where, "step "), "%s", where);
    const char *message = json_string_value(json_object_get(last, "message"));
    ck_assert_msg(strstr(message, "finite") != NULL, "%s", message);
    json_decref(last);
}
END_TEST

/* Sends SIGTERM to this process as soon as the log has steps. */
static void *stop_soon(void *untyped)
{
    const char *path = untyped;
    for (int i = 0; i < 1000; i++) {
        FILE *file = fopen(path, "r");
        char text[4096] = "";
        if (file) {
            size_t n = fread(text, 1, sizeof(text) - 1, file);
            text[n] = 0;
            fclose(file);
        }
        if (strstr(text, "\"step\""))
            break;
        usleep(5000);
    }
    kill(getpid(), SIGTERM);
    return NULL;
}

START_TEST(stops_between_steps)
{
    train_case_write();
    char *path = test_path("%s/run/log.jsonl", test_folder());
    /* The helper must not be the thread that the signal ends. */
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, stop_soon, path), 0);
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "100000"), 128 + SIGTERM);
    pthread_join(thread, NULL);
    json_t *last = log_line("run/log.jsonl", -1, NULL);
    ck_assert_str_eq(json_string_value(json_object_get(last, "outcome")), "interrupted");
    char *model = test_path("%s/run/model.safetensors", test_folder());
    AugiTensorFile file;
    ck_assert_int_eq(augi_safetensors_load(&file, model, 1 << 20, NULL), AUG_OK);
    ck_assert_double_eq(strtod(augi_tensor_file_metadata(&file, "step"), NULL),
                        number(last, "step"));
    augi_tensor_file_fini(&file);
    json_decref(last);
    free(model);
    free(path);
}
END_TEST

/* A signal that came while the data were opened: no step, but a checkpoint, and that code. */
START_TEST(stops_before_the_first_step)
{
    train_case_write();
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGINT);
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "100000"), 128 + SIGINT);
    json_t *last = log_line("run/log.jsonl", -1, NULL);
    /* The thread that takes signals may be slower than the first steps. */
    ck_assert_double_lt(number(last, "step"), 1000);
    json_decref(last);
    ck_assert_int_eq(TRAIN_RUN("--eval-only", "--weights", "@run/model.safetensors"), 0);
}
END_TEST

START_TEST(without_test_data)
{
    train_case_write();
    train_case_replace("model.yaml", ", eval: eval.yaml", "");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "1"), 0);
    json_t *last = log_line("run/log.jsonl", -1, NULL);
    ck_assert_ptr_null(json_object_get(last, "test_accuracy"));
    json_decref(last);
    ck_assert_int_eq(TRAIN_RUN("--eval-only", "--weights", "@run/model.safetensors"), 2);
}
END_TEST

/* Soft labels, bytes instead of floats, channels first: the other forms that a batch can have. */
START_TEST(other_forms_of_batches)
{
    train_case_write();
    train_case_replace("train.yaml", "batch: {size: 32}", "batch: {size: 32, mix: [CutMix]}");
    train_case_replace("train.yaml", "layout: hwc", "layout: chw");
    train_case_replace("eval.yaml", "normalize: fashion_mnist", "dtype: uint8");
    ck_assert_int_eq(TRAIN_RUN("--output", "@run", "--epochs", "1"), 0);
    json_t *last = log_line("run/log.jsonl", -1, NULL);
    ck_assert_double_gt(number(last, "test_loss"), 0);
    json_decref(last);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_run");
    TCase *test = tcase_create("run");
    tcase_set_timeout(test, 120);
    tcase_add_test(test, trains_and_leaves_everything);
    tcase_add_test(test, config_has_every_setting);
    tcase_add_test(test, same_bytes_for_any_number_of_threads);
    tcase_add_test(test, report_is_self_contained);
    tcase_add_test(test, weights_can_be_evaluated);
    tcase_add_test(test, checkpoints_have_pytorchs_names);
    tcase_add_test(test, runs_are_not_overwritten);
    tcase_add_test(test, mistakes_leave_nothing);
    tcase_add_test(test, an_explosion_is_named);
    tcase_add_test(test, stops_between_steps);
    tcase_add_test(test, stops_before_the_first_step);
    tcase_add_test(test, without_test_data);
    tcase_add_test(test, other_forms_of_batches);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
