/* The small parts of augtrain: weights from files, histories, signals, the parts
 * of the report that a small run does not reach, and what augtrain modules prints. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libaug/base/clock.h"
#include "libaug/base/safetensors.h"
#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/command.h"
#include "trainer/model/weights.h"
#include "trainer/report/report.h"
#include "trainer/run/clock.h"
#include "trainer/run/interrupt.h"
#include "trainer/run/machine.h"
#include "trainer/tasks/task.h"

/* A network of a convolution, batch norm and a linear layer. */
static NnNetwork *make_network(NnFixture *fixture)
{
    *fixture = nn_fixture_make("[conv: 2, batch_norm, relu, flatten, linear: 3]");
    const NnNetworkSpec spec = {.input = {4, 4, 1, false},
                                .layers = fixture->layers,
                                .n_layers = fixture->n_layers,
                                .max_batch = 2,
                                .n_threads = 1,
                                .seed = 1,
                                .optimizer = nn_fixture_optimizer("sgd: 0.1")};
    NnNetwork *network = NULL;
    AugError error = {0};
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s", error.message);
    return network;
}

/* Tensors of a file for that network; one may be changed before it is written. */
enum { N_WEIGHTS = 7 };
static float values[64];
static const AugTensor weights[N_WEIGHTS] = {
    {"0.weight", {AUG_DTYPE_F32, 4, {2, 1, 3, 3}}, values, 72},
    {"0.bias", {AUG_DTYPE_F32, 1, {2}}, values + 2, 8},
    {"1.weight", {AUG_DTYPE_F32, 1, {2}}, values + 4, 8},
    {"1.bias", {AUG_DTYPE_F32, 1, {2}}, values + 6, 8},
    {"1.running_mean", {AUG_DTYPE_F32, 1, {2}}, values + 8, 8},
    {"1.running_var", {AUG_DTYPE_F32, 1, {2}}, values + 10, 8},
    {"4.weight", {AUG_DTYPE_F32, 2, {3, 8}}, values + 12, 96},
};

/* Loads a file of those tensors, with 4.bias and one more, where changed replaces the first. */
static AugStatus load(NnNetwork *network, const AugTensor *changed, const AugTensor *more,
                      AugError *error)
{
    AugTensor all[N_WEIGHTS + 2];
    memcpy(all, weights, sizeof(weights));
    all[N_WEIGHTS] = (AugTensor){"4.bias", {AUG_DTYPE_F32, 1, {3}}, values + 40, 12};
    size_t n = N_WEIGHTS + 1;
    if (changed)
        all[0] = *changed;
    if (more)
        all[n++] = *more;
    char *path = test_path("%s/weights.safetensors", test_folder());
    *error = (AugError){0};
    ck_assert_int_eq(augi_safetensors_save(path, all, n, NULL, 0, error), AUG_OK);
    AugStatus status = train_weights_load(network, path, error);
    free(path);
    return status;
}

START_TEST(weights_from_files)
{
    for (int i = 0; i < 64; i++)
        values[i] = (float)i / 64;
    NnFixture fixture;
    NnNetwork *network = make_network(&fixture);
    AugError error;
    const int64_t batches = 9;
    const AugTensor counter = {"1.num_batches_tracked", {AUG_DTYPE_I64, 0, {0}}, &batches, 8};
    ck_assert_msg(load(network, NULL, &counter, &error) == AUG_OK, "%s", error.message);
    size_t index;
    ck_assert(nn_network_find_tensor(network, "4.weight", &index));
    NnReal read[24];
    nn_network_read_tensor(network, index, read);
    for (int i = 0; i < 24; i++)
        ck_assert_msg(read[i] == values[12 + i], "value %d", i);
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(weights_that_do_not_fit)
{
    static const struct {
        AugTensor changed, more;
        const char *words;
    } cases[] = {
        {{"0.weigth", {AUG_DTYPE_F32, 4, {2, 1, 3, 3}}, values, 72}, {0}, "'0.weight' is missing"},
        {{"0.weight", {AUG_DTYPE_F32, 4, {1, 2, 3, 3}}, values, 72},
         {0},
         "shape [1, 2, 3, 3]; the model needs [2, 1, 3, 3]"},
        {{"0.weight", {AUG_DTYPE_I32, 4, {2, 1, 3, 3}}, values, 72}, {0}, "type I32"},
        {{0}, {"5.weight", {AUG_DTYPE_F32, 1, {2}}, values, 8}, "no tensor '5.weight'"},
    };
    NnFixture fixture;
    NnNetwork *network = make_network(&fixture);
    size_t index;
    ck_assert(nn_network_find_tensor(network, "0.weight", &index));
    NnReal before[18], after[18];
    nn_network_read_tensor(network, index, before);
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        AugError error;
        ck_assert_int_eq(load(network, cases[i].changed.name ? &cases[i].changed : NULL,
                              cases[i].more.name ? &cases[i].more : NULL, &error),
                         AUG_BAD_SPEC);
        ck_assert_msg(strstr(error.message, cases[i].words) != NULL, "'%s' lacks '%s'",
                      error.message, cases[i].words);
    }
    nn_network_read_tensor(network, index, after);
    ck_assert_int_eq(memcmp(before, after, sizeof(before)), 0);
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(histories_grow)
{
    TrainHistory history = {0};
    enum { N = 1000 };
    for (uint64_t i = 0; i < N; i++) {
        ck_assert_int_eq(train_history_add_step(&history, &(TrainStepRecord){.step = i}, NULL),
                         AUG_OK);
        ck_assert_int_eq(
            train_history_add_epoch(&history, &(TrainEpochRecord){.step = 2 * i}, NULL), AUG_OK);
    }
    ck_assert_uint_eq(history.n_steps, N);
    for (uint64_t i = 0; i < N; i++) {
        ck_assert_uint_eq(history.steps[i].step, i);
        ck_assert_uint_eq(history.epochs[i].step, 2 * i);
    }
    train_history_fini(&history);
    train_history_fini(&history);
}
END_TEST

START_TEST(signals_are_noted)
{
    TrainInterrupt interrupt = {0};
    train_interrupt_stop(&interrupt);
    ck_assert_int_eq(train_interrupt_start(&interrupt, NULL), AUG_OK);
    ck_assert_int_eq(atomic_load(&interrupt.signal), 0);
    kill(getpid(), SIGINT);
    for (int i = 0; i < 1000 && atomic_load(&interrupt.signal) == 0; i++)
        usleep(1000);
    ck_assert_int_eq(atomic_load(&interrupt.signal), SIGINT);
    train_interrupt_stop(&interrupt);
    train_interrupt_stop(&interrupt);
}
END_TEST

/* Check runs each test in a process of its own, so this one may end. */
START_TEST(a_second_signal_ends_at_once)
{
    TrainInterrupt interrupt;
    ck_assert_int_eq(train_interrupt_start(&interrupt, NULL), AUG_OK);
    kill(getpid(), SIGINT);
    for (int i = 0; i < 1000 && atomic_load(&interrupt.signal) == 0; i++)
        usleep(1000);
    kill(getpid(), SIGTERM);
    sleep(30);
}
END_TEST

START_TEST(clock_and_machine)
{
    double before = augi_clock_seconds();
    usleep(2000);
    /* The clock may tick coarsely, but 2 ms are more than a tick. */
    ck_assert_double_gt(augi_clock_seconds() - before, 0.001);
    char date[32], system[256], cpu[8];
    train_clock_date(date);
    struct tm parts = {0};
    const char *end = strptime(date, "%Y-%m-%dT%H:%M:%SZ", &parts);
    ck_assert_msg(end && *end == 0, "the date is %s", date);
    train_machine_system(system, sizeof(system));
    ck_assert_msg(strncmp(system, "Linux ", 6) == 0, "the system is %s", system);
    train_machine_cpu(cpu, sizeof(cpu));
    ck_assert_uint_lt(strlen(cpu), sizeof(cpu));
}
END_TEST

/* The classes' part of the report for metrics over n_classes with mistakes. */
static char *classes_text(const TrainModelFile *model, uint32_t n_classes)
{
    TrainRun run = {.model = model};
    ck_assert_int_eq(train_metrics_init(&run.metrics, n_classes, false, NULL), AUG_OK);
    for (uint32_t i = 0; i < n_classes; i++) {
        run.metrics.confusion[(size_t)i * n_classes + i] = 90;
        run.metrics.confusion[(size_t)i * n_classes + (i + 1) % n_classes] = i % 7;
        run.metrics.counts[i] =
            (TrainClassCounts){90 + i % 7, 90 + (i + n_classes - 1) % n_classes % 7, 90};
    }
    run.metrics.n = n_classes;
    TrainHtml html;
    train_html_begin(&html);
    train_report_put_classes(&html, &run);
    size_t size;
    char *text = train_html_take(&html, &size);
    train_metrics_fini(&run.metrics);
    ck_assert_ptr_nonnull(text);
    return text;
}

static int count(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        n++;
    return n;
}

START_TEST(reports_of_many_classes)
{
    const TrainModelFile model = {.path = "m"};
    char *text = classes_text(&model, 30);
    ck_assert_int_eq(count(text, "<rect"), 900);
    ck_assert_int_eq(count(text, "\"strong\""), 0); /* too fine for numbers */
    free(text);
    text = classes_text(&model, 200);
    ck_assert_int_eq(count(text, "<rect"), 0);
    ck_assert_int_eq(count(text, "class=\"bar\""), 200);
    /* 6 is the largest count of mistakes; of equals the first class comes first. */
    const char *first = strstr(text, "Most frequent mistakes");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(strstr(first, "<td>6</td><td>7</td><td class=\"n\">6</td>"));
    free(text);
}
END_TEST

START_TEST(long_names_are_cut_between_characters)
{
    /* Sixteen letters, then one of two bytes exactly where the cut would fall. */
    static const char *const names[] = {"abcdefghijklmn\xc3\xa4xyz", "short"};
    const TrainModelFile model = {.path = "m", .classes = names, .n_classes = 2};
    char *text = classes_text(&model, 2);
    ck_assert_ptr_nonnull(strstr(text, ">abcdefghijklmn\xe2\x80\xa6<"));
    ck_assert_ptr_nonnull(strstr(text, "abcdefghijklmn\xc3\xa4xyz taken for short"));
    free(text);
}
END_TEST

/* Standard output of "augtrain modules" with more words; the caller frees it. */
static char *modules_text(const char *name, bool json, int expected)
{
    char *path = test_path("%s/stdout", test_folder());
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    ck_assert_ptr_nonnull(freopen(path, "w", stdout));
    const char *words[3] = {"modules"};
    size_t n = 1;
    if (name)
        words[n++] = name;
    if (json)
        words[n++] = "--json";
    int code = cmd_run(&train_program, words, n);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    ck_assert_int_eq(code, expected);
    size_t size;
    char *text = (char *)test_read_file(path, &size);
    free(path);
    return text;
}

START_TEST(modules_are_listed)
{
    char *text = modules_text(NULL, true, 0);
    size_t n_modules = 0;
    for (NnModuleKind kind = 0; kind < NN_N_MODULE_KINDS; kind++)
        n_modules += nn_n_modules(kind);
    n_modules += train_n_tasks;
    json_t *list = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    ck_assert_uint_eq(json_array_size(list), n_modules);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(list, i), "name"));
        char *one = modules_text(name, false, 0);
        ck_assert_msg(strncmp(one, name, strlen(name)) == 0, "%s", one);
        free(one);
        one = modules_text(name, true, 0);
        json_t *alone = json_loads(one, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_uint_ge(json_array_size(alone), 1);
        for (size_t k = 0; k < json_array_size(alone); k++)
            ck_assert_str_eq(json_string_value(json_object_get(json_array_get(alone, k), "name")),
                             name);
        json_decref(alone);
        free(one);
    }
    json_decref(list);
    text = modules_text("residual", false, 0);
    ck_assert_ptr_nonnull(strstr(text, "branch           required"));
    free(text);
    text = modules_text("nothing_like_it", false, 2);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_parts");
    TCase *test = tcase_create("parts");
    tcase_set_timeout(test, 60);
    tcase_add_test(test, weights_from_files);
    tcase_add_test(test, weights_that_do_not_fit);
    tcase_add_test(test, histories_grow);
    tcase_add_test(test, signals_are_noted);
    tcase_add_exit_test(test, a_second_signal_ends_at_once, 128 + SIGTERM);
    tcase_add_test(test, clock_and_machine);
    tcase_add_test(test, reports_of_many_classes);
    tcase_add_test(test, long_names_are_cut_between_characters);
    tcase_add_test(test, modules_are_listed);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
