/* Cases of kind "schedule": rates step by step. Where the case has no per_epoch a step is an epoch, so
 * that it does not matter what a schedule counts. */
#include <string.h>

#include "trainer/vectors/case.h"

/* Momentum of the optimizer, which most schedules leave as it is. */
#define BASE_MOMENTUM 0.9

/* Steps that PyTorch takes where none are given and ours are as long as the run. */
#define TORCH_TOTAL_ITERS 5

/* Names of PyTorch that are not those of rows; NULL: they say how the schedule is run. */
static const struct {
    const char *param, *row;
} renamed[] = {
    {"anneal_strategy", "anneal"},
    {"base_lr", NULL},
    {"max_lr", NULL},
    {"lr", NULL},
    {"total_steps", NULL},
    {"steps", NULL},
    {"warmup_steps", "warmup"},
    {"per_epoch", NULL},
};

static AugStatus choose(VectorCase *c, NnChoice *schedule)
{
    json_t *params = vector_keep(c, json_object());
    const NnModuleDesc *module = nn_module_find(NN_MODULE_SCHEDULE, c->op);
    const char *name;
    json_t *value;
    if (!module)
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    json_object_foreach((json_t *)(uintptr_t)c->params, name, value)
    {
        const char *row_name = name;
        for (size_t i = 0; i < AUG_COUNT(renamed); i++)
            if (!strcmp(renamed[i].param, name))
                row_name = renamed[i].row;
        value = (json_t *)(uintptr_t)vector_param(c, name);
        if (!row_name || !value)
            continue;
        const AugParamDesc *row = vector_row(&module->params, row_name);
        if (!row && json_is_false(value))
            continue;
        if (!row)
            return vector_unknown(c, "parameter", name);
        json_object_set(params, row->name, value);
    }
    if (vector_row(&module->params, "total_iters") && !json_object_get(params, "total_iters"))
        json_object_set_new(params, "total_iters", json_integer(TORCH_TOTAL_ITERS));
    if (vector_row(&module->params, "anneal") && !json_object_get(params, "anneal"))
        json_object_set_new(params, "anneal", json_string("cos"));
    vector_note(c, "schedule", c->op, params);
    return vector_choice(c, NN_MODULE_SCHEDULE, c->op, json_incref(params), schedule);
}

/* How many steps are looked at. */
static AugStatus count_steps(VectorCase *c, size_t *n)
{
    static const char *const names[] = {"lr", "momentum", "lr_times_1e6"};
    *n = 0;
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        VectorTensor expected;
        AUG_TRY(vector_expected(c, names[i], &expected));
        *n = expected.n > *n ? expected.n : *n;
    }
    return AUG_OK;
}

/* A figure, if there are any, comes after each step. */
AugStatus vector_run_schedule(VectorCase *c)
{
    NnSchedule schedule = {.n_stages = 1};
    NnScheduleState state = {0};
    VectorTensor metric;
    size_t n;
    double *lr, *momentum, *scaled;
    AUG_TRY(choose(c, &schedule.stages[0].choice));
    AUG_TRY(vector_input(c, "metric", &metric));
    AUG_TRY(count_steps(c, &n));
    AUG_TRY(vector_take(c, n, sizeof(*lr), &lr));
    AUG_TRY(vector_take(c, n, sizeof(*momentum), &momentum));
    AUG_TRY(vector_take(c, n, sizeof(*scaled), &scaled));
    int64_t total = (int64_t)n, per_epoch = 1;
    AUG_TRY(vector_whole(c, "per_epoch", 0, 1, INT32_MAX, &per_epoch));
    AUG_TRY(vector_whole(c, "total_steps", 0, 1, INT32_MAX, &total));
    const double base =
        vector_number(c, "max_lr", vector_number(c, "base_lr", vector_number(c, "lr", 0)));
    NnMoment now = {.total = (uint64_t)total,
                    .per_epoch = (uint64_t)per_epoch,
                    .base = {.lr = base, .momentum = BASE_MOMENTUM}};
    AUG_TRY(nn_schedule_check(&schedule, now.total, now.per_epoch, &c->error));
    for (; now.t < n; now.t++) {
        const NnRates rates = nn_schedule_rates(&schedule, &state, &now);
        lr[now.t] = rates.lr;
        momentum[now.t] = rates.momentum;
        scaled[now.t] = rates.lr * 1e6;
        if (now.t < metric.n)
            nn_schedule_observe(&schedule, &state, &now, metric.data[now.t], false);
    }
    AUG_TRY(vector_compare(c, "lr", lr, n));
    AUG_TRY(vector_compare(c, "momentum", momentum, n));
    return vector_compare(c, "lr_times_1e6", scaled, n);
}
