/* Walks the lists of what a model file chooses beside layers: examples that a model file takes,
 * parameters, rates of schedules, and what tasks and losses have for each other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/module_case.h"
#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/model/model_file.h"
#include "trainer/nn/loss.h"
#include "trainer/nn/optimizer.h"
#include "trainer/nn/schedule.h"

/* Reads a model file in which some sections are as given; the caller frees it. */
static TrainModelFile *read_model(const char *sections, const char *layers, const char *optimizer)
{
    char *path = test_path("%s/model.yaml", test_folder());
    char *text = test_path("augtrain: 1\n"
                           "model: {input: [7, 7, 3], layers: %s}\n"
                           "optimizer: %s\n"
                           "train: {epochs: 40}\n%s\n",
                           layers, optimizer, sections);
    AugError items[8] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    AugLimits limits;
    TrainModelFile *file = NULL;
    aug_limits_init(&limits);
    test_write_file(path, text, strlen(text));
    if (train_model_file_load(&file, path, &limits, &problems) != AUG_OK)
        ck_abort_msg("%s: %s", text, items[0].message);
    free(path);
    free(text);
    return file;
}

#define LAYERS "[flatten, linear: 3]"
#define OPTIMIZER "{sgd: 0.1}"

static const NnModuleDesc *module_at(NnModuleKind kind, int i)
{
    const NnModuleDesc *module = nn_module_at(kind, (size_t)i);
    ck_assert_msg(module->example && strstr(module->example, module->name),
                  "%s: its example is not of it", module->name);
    module_case_check(module);
    return module;
}

/* A step goes down: against the gradient, in every weight that has one. */
static void check_step(const TrainModelFile *file, const NnRates rates)
{
    const char *name = file->optimizer.module->name;
    const NnNetworkSpec spec = {.input = file->input,
                                .layers = file->layers,
                                .n_layers = file->n_layers,
                                .optimizer = file->optimizer,
                                .max_batch = 2,
                                .seed = 3};
    float data[2 * 7 * 7 * 3];
    const int64_t labels[] = {0, 2};
    NnNetwork *network = NULL;
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    for (uint32_t i = 0; i < AUG_COUNT(data); i++)
        data[i] = (float)nn_fixture_value(1, i);
    const NnBatch batch = {.data = data, .dtype = AUG_DTYPE_F32, .n = 2, .labels = labels};
    NnReal before[3 * 7 * 7 * 3], after[AUG_COUNT(before)], gradient[AUG_COUNT(before)];
    NnResult result;
    nn_network_read_tensor(network, 0, before);
    ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
    nn_network_read_gradient(network, 0, gradient);
    ck_assert_int_eq(nn_network_update(network, rates, NULL), AUG_OK);
    nn_network_read_tensor(network, 0, after);
    for (size_t i = 0; i < AUG_COUNT(before); i++) {
        /* What weight decay adds may be more than the smallest gradients. */
        if (fabs((double)gradient[i]) < 0.1)
            continue;
        ck_assert_msg((after[i] - before[i]) * gradient[i] < 0, "%s: weight %zu goes from %g to %g",
                      name, i, (double)before[i], (double)after[i]);
    }
    nn_network_free(network);
}

START_TEST(optimizers)
{
    const NnOptimizerDesc *optimizer =
        (const NnOptimizerDesc *)(const void *)module_at(NN_MODULE_OPTIMIZER, _i);
    ck_assert_uint_le(nn_optimizer_n_states(optimizer), NN_MAX_STATES);
    TrainModelFile *file = read_model("", LAYERS, optimizer->example);
    ck_assert_msg(file->optimizer.module == &optimizer->module, "%s", optimizer->name);
    const NnRates rates = nn_optimizer_rates(&file->optimizer);
    ck_assert_msg(rates.lr > 0 && rates.momentum >= 0 && rates.momentum < 1, "%s: %g, %g",
                  optimizer->name, rates.lr, rates.momentum);
    check_step(file, rates);
    train_model_file_free(file);
}
END_TEST

/* Rates of every step of a run, forwards, backwards and behind its end: no step depends on who asked
 * for which before. */
static void check_rates(const NnSchedule *schedule, const char *name)
{
    enum { STEPS = 1000, PER_EPOCH = 25 };
    static NnRates rates[STEPS + 50];
    const NnScheduleState state = {0};
    NnMoment moment = {.total = STEPS, .per_epoch = PER_EPOCH, .base = {0.1, 0.9}};
    AugError error = {0};
    ck_assert_msg(nn_schedule_check(schedule, STEPS, PER_EPOCH, &error) == AUG_OK, "%s: %s", name,
                  error.message);
    for (moment.t = 0; moment.t < AUG_COUNT(rates); moment.t++) {
        const NnRates r = rates[moment.t] = nn_schedule_rates(schedule, &state, &moment);
        ck_assert_msg(isfinite(r.lr) && r.lr >= 0 && r.momentum >= 0 && r.momentum < 1,
                      "%s: step %llu has %g, %g", name, (unsigned long long)moment.t, r.lr,
                      r.momentum);
    }
    while (moment.t-- > 0) {
        const NnRates r = nn_schedule_rates(schedule, &state, &moment);
        ck_assert_msg(r.lr == rates[moment.t].lr && r.momentum == rates[moment.t].momentum,
                      "%s: step %llu differs when asked again", name, (unsigned long long)moment.t);
    }
}

START_TEST(schedules)
{
    const NnModuleDesc *schedule = module_at(NN_MODULE_SCHEDULE, _i);
    char text[600];
    snprintf(text, sizeof(text), "schedule: %s", schedule->example);
    TrainModelFile *file = read_model(text, LAYERS, OPTIMIZER);
    bool is_there = false;
    for (size_t i = 0; i < file->schedule.n_stages; i++)
        is_there = is_there || file->schedule.stages[i].choice.module == schedule;
    ck_assert_msg(is_there, "%s is not in its example", schedule->name);
    check_rates(&file->schedule, schedule->name);
    train_model_file_free(file);
}
END_TEST

START_TEST(inits)
{
    const NnModuleDesc *init = module_at(NN_MODULE_INIT, _i);
    char layers[600];
    snprintf(layers, sizeof(layers), "[flatten, %s]", init->example);
    train_model_file_free(read_model("", layers, OPTIMIZER));
}
END_TEST

/* A task of a model file for each loss that one can take, and for each task its own loss. */
START_TEST(losses)
{
    const NnModuleDesc *loss = module_at(NN_MODULE_LOSS, _i);
    const unsigned targets = nn_loss_targets(&(NnChoice){.module = loss});
    ck_assert_msg(targets != 0, "%s compares with nothing", loss->name);
    for (size_t i = 0; i < train_n_tasks; i++) {
        if (!(train_tasks[i]->targets & targets))
            continue;
        char text[600];
        snprintf(text, sizeof(text), "task: %s\nloss: %s", train_tasks[i]->name, loss->example);
        TrainModelFile *file = read_model(text, LAYERS, OPTIMIZER);
        ck_assert_msg(file->loss.module == loss && file->task == train_tasks[i], "%s", text);
        train_model_file_free(file);
    }
}
END_TEST

START_TEST(tasks)
{
    const TrainTaskDesc *task = train_tasks[_i];
    module_case_check(&task->module);
    ck_assert_msg(task->example && !strcmp(task->example, task->name), "%s: its example is not it",
                  task->name);
    ck_assert_msg(!task->loss || nn_module_find(NN_MODULE_LOSS, task->loss),
                  "%s: its loss %s is not known", task->name, task->loss);
    char text[100];
    snprintf(text, sizeof(text), "task: %s", task->name);
    TrainModelFile *file = read_model(text, LAYERS, OPTIMIZER);
    ck_assert_msg(file->task == task, "%s", task->name);
    ck_assert_msg(nn_loss_targets(&file->loss) & task->targets, "%s", task->name);
    train_model_file_free(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_modules");
    TCase *tests = tcase_create("modules");
    tcase_add_loop_test(tests, optimizers, 0, (int)nn_n_modules(NN_MODULE_OPTIMIZER));
    tcase_add_loop_test(tests, schedules, 0, (int)nn_n_modules(NN_MODULE_SCHEDULE));
    tcase_add_loop_test(tests, inits, 0, (int)nn_n_modules(NN_MODULE_INIT));
    tcase_add_loop_test(tests, losses, 0, (int)nn_n_modules(NN_MODULE_LOSS));
    tcase_add_loop_test(tests, tasks, 0, (int)train_n_tasks);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
