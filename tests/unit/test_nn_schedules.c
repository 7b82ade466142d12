/* Schedules as a run sees them: ends, units, stages one after the other, and what is refused. Their
 * formulas are compared with PyTorch's by the vectors. */
#include <math.h>
#include <stdio.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"

static NnScheduleStage stage(const char *text)
{
    return (NnScheduleStage){.choice = nn_fixture_choice(NN_MODULE_SCHEDULE, text)};
}

static NnRates rates_at(const NnSchedule *schedule, NnRates base, uint64_t total, uint64_t t)
{
    const NnScheduleState state = {0};
    const NnMoment now = {.t = t, .total = total, .per_epoch = 10, .base = base};
    return nn_schedule_rates(schedule, &state, &now);
}

static double rate_at(const NnSchedule *schedule, uint64_t t)
{
    return rates_at(schedule, (NnRates){1, 0.9}, 100, t).lr;
}

START_TEST(one_cycle_holds_its_ends)
{
    const NnSchedule cycle = {.stages = {stage("one_cycle: {}")}, .n_stages = 1};
    const NnRates base = {0.4, 0.9};
    const NnRates first = rates_at(&cycle, base, 100, 0), last = rates_at(&cycle, base, 100, 99);
    ck_assert_double_eq_tol(first.lr, 0.4 / 25, 1e-12);
    ck_assert_double_eq_tol(first.momentum, 0.95, 1e-12);
    ck_assert_double_eq_tol(last.lr, 0.4 / 25e4, 1e-12);
    const NnRates peak = rates_at(&cycle, base, 100, 29);
    ck_assert_double_eq_tol(peak.lr, 0.4, 1e-12);
    ck_assert_double_eq_tol(peak.momentum, 0.85, 1e-12);
    for (uint64_t t = 100; t < 1000; t += 123) {
        const NnRates past = rates_at(&cycle, base, 100, t);
        ck_assert_double_eq(past.lr, last.lr);
        ck_assert_double_eq(past.momentum, last.momentum);
    }
    ck_assert_double_eq(rates_at(&cycle, (NnRates){0.4, 0}, 100, 50).momentum, 0);
    /* No step is left without a finite rate, however few there are. */
    for (uint64_t total = 1; total < 12; total++)
        for (uint64_t t = 0; t < total; t++) {
            const NnRates rates = rates_at(&cycle, base, total, t);
            ck_assert(isfinite(rates.lr) && rates.lr > 0 && rates.lr <= 0.4);
        }
    ck_assert_int_eq(nn_schedule_check(&cycle, 100, 10, NULL), AUG_OK);
    ck_assert_int_eq(nn_schedule_check(&cycle, 0, 10, NULL), AUG_BAD_SPEC);
}
END_TEST

START_TEST(bad_cycles_are_refused)
{
    static const char *const texts[] = {"one_cycle: {base_momentum: 0.9, max_momentum: 0.8}",
                                        "one_cycle: {pct_start: 0.6, three_phase: true}"};
    const NnSchedule cycle = {.stages = {stage(texts[_i])}, .n_stages = 1};
    ck_assert_int_eq(nn_schedule_check(&cycle, 100, 10, NULL), AUG_BAD_SPEC);
}
END_TEST

START_TEST(epochs_and_steps_are_counted)
{
    const NnSchedule epochs = {.stages = {stage("step: {step_size: 3, gamma: 0.5}")},
                               .n_stages = 1};
    ck_assert_double_eq(rate_at(&epochs, 0), 1);
    ck_assert_double_eq(rate_at(&epochs, 29), 1);
    ck_assert_double_eq(rate_at(&epochs, 30), 0.5);
    ck_assert_double_eq(rate_at(&epochs, 99), 0.125);
    const NnSchedule steps = {.stages = {stage("step: {step_size: 3, gamma: 0.5, per: step}")},
                              .n_stages = 1};
    ck_assert_double_eq(rate_at(&steps, 2), 1);
    ck_assert_double_eq(rate_at(&steps, 3), 0.5);
    /* Left to the run: down to nothing at its end. */
    const NnSchedule cosine = {.stages = {stage("cosine: {}")}, .n_stages = 1};
    ck_assert_double_eq_tol(rate_at(&cosine, 50), 0.5, 1e-12);
    ck_assert_double_eq_tol(rate_at(&cosine, 100), 0, 1e-12);
    const NnSchedule none = {0};
    ck_assert_double_eq(rate_at(&none, 77), 1);
}
END_TEST

START_TEST(stages_follow_each_other)
{
    NnSchedule schedule = {
        .stages = {stage("warmup_linear: {total_iters: 20, start_factor: 0.5}"),
                   stage("exponential: {gamma: 0.5}"), stage("cosine: {}")},
        .n_stages = 3,
    };
    schedule.stages[1].epochs = 2;
    ck_assert_double_eq(rate_at(&schedule, 0), 0.5);
    ck_assert_double_eq(rate_at(&schedule, 10), 0.75);
    ck_assert_double_eq(rate_at(&schedule, 20), 1);
    ck_assert_double_eq(rate_at(&schedule, 30), 0.5);
    /* The last one has the 60 steps that are left. */
    ck_assert_double_eq(rate_at(&schedule, 40), 1);
    ck_assert_double_eq_tol(rate_at(&schedule, 70), 0.5, 1e-12);
    ck_assert_int_eq(nn_schedule_check(&schedule, 100, 10, NULL), AUG_OK);
    ck_assert_int_eq(nn_schedule_check(&schedule, 40, 10, NULL), AUG_BAD_SPEC);
    schedule.stages[1].epochs = 0;
    AugError error = {0};
    ck_assert_int_eq(nn_schedule_check(&schedule, 100, 10, &error), AUG_BAD_SPEC);
    ck_assert_str_eq(error.message, "exponential has another stage behind it; it needs steps or "
                                    "epochs beside it, to say how long it is");
}
END_TEST

START_TEST(plateaus_remember)
{
    const NnSchedule schedule = {
        .stages = {stage("constant: {}"), stage("plateau: {patience: 0, factor: 0.5}")},
        .n_stages = 2};
    NnSchedule staged = schedule;
    staged.stages[0].epochs = 1;
    NnScheduleState state = {0};
    NnMoment now = {.t = 5, .total = 100, .per_epoch = 10, .base = {1, 0}};
    ck_assert_ptr_null(nn_schedule_metric(&staged, &now));
    nn_schedule_observe(&staged, &state, &now, 1, false);
    now.t = 10;
    ck_assert_str_eq(nn_schedule_metric(&staged, &now), "loss");
    static const double losses[] = {2, 1, 1.5, 0.5, 0.6};
    static const double rates[] = {1, 1, 0.5, 0.5, 0.25};
    for (size_t i = 0; i < AUG_COUNT(losses); i++) {
        nn_schedule_observe(&staged, &state, &now, losses[i], false);
        ck_assert_double_eq(nn_schedule_rates(&staged, &state, &now).lr, rates[i]);
    }
    /* What is saved is enough to go on. */
    NnScheduleState copy = state;
    nn_schedule_observe(&staged, &copy, &now, 0.7, false);
    nn_schedule_observe(&staged, &state, &now, 0.7, false);
    ck_assert_mem_eq(&copy, &state, sizeof(copy));
    ck_assert_double_eq(nn_schedule_rates(&staged, &copy, &now).lr, 0.125);
}
END_TEST

/* A figure that is better when larger is so for mode auto, too; min and max say what they say. */
START_TEST(plateaus_know_what_is_better)
{
    static const struct {
        const char *mode;
        bool rises, falls_when_it_gets_larger;
    } cases[] = {{"", false, true},           {"", true, false},
                 {"mode: auto", false, true}, {"mode: auto", true, false},
                 {"mode: min", false, true},  {"mode: min", true, true},
                 {"mode: max", false, false}, {"mode: max", true, false}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        for (int larger = 0; larger < 2; larger++) {
            char text[80];
            snprintf(text, sizeof(text), "plateau: {patience: 0, factor: 0.5%s%s}",
                     cases[i].mode[0] ? ", " : "", cases[i].mode);
            const NnSchedule schedule = {.stages = {stage(text)}, .n_stages = 1};
            NnScheduleState state = {0};
            const NnMoment now = {.t = 5, .total = 100, .per_epoch = 10, .base = {1, 0}};
            nn_schedule_observe(&schedule, &state, &now, 0.5, cases[i].rises);
            nn_schedule_observe(&schedule, &state, &now, larger ? 0.6 : 0.4, cases[i].rises);
            const bool falls = cases[i].falls_when_it_gets_larger == (larger == 1);
            ck_assert_double_eq(nn_schedule_rates(&schedule, &state, &now).lr, falls ? 0.5 : 1);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_schedules");
    TCase *tests = tcase_create("schedules");
    tcase_add_test(tests, one_cycle_holds_its_ends);
    tcase_add_loop_test(tests, bad_cycles_are_refused, 0, 2);
    tcase_add_test(tests, epochs_and_steps_are_counted);
    tcase_add_test(tests, stages_follow_each_other);
    tcase_add_test(tests, plateaus_remember);
    tcase_add_test(tests, plateaus_know_what_is_better);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
