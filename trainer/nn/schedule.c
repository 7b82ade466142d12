/* Stages of a schedule: which one a step belongs to, and what it sees. */
#include "trainer/nn/schedule.h"

const char *const nn_per_names[] = {"step", "epoch", NULL};

static const NnScheduleDesc *desc_of(const NnScheduleStage *stage)
{
    return (const NnScheduleDesc *)stage->choice.module;
}

/* Steps of a stage, 0 if nothing says how many. */
static uint64_t own_length(const NnScheduleStage *stage, uint64_t per_epoch)
{
    if (stage->steps || stage->epochs)
        return stage->steps ? stage->steps : stage->epochs * per_epoch;
    const NnScheduleDesc *desc = desc_of(stage);
    return desc->length ? desc->length(stage->choice.params, per_epoch) : 0;
}

/* Stage of a moment, which becomes the stage's own. */
static size_t find_stage(const NnSchedule *schedule, NnMoment *now)
{
    size_t i = 0;
    for (; i + 1 < schedule->n_stages; i++) {
        const uint64_t length = own_length(&schedule->stages[i], now->per_epoch);
        if (now->t < length) {
            now->total = length;
            return i;
        }
        now->t -= length;
        now->total = now->total > length ? now->total - length : 0;
    }
    const NnScheduleStage *last = &schedule->stages[i];
    if (last->steps || last->epochs)
        now->total = own_length(last, now->per_epoch);
    return i;
}

NnRates nn_schedule_rates(const NnSchedule *schedule, const NnScheduleState *state,
                          const NnMoment *moment)
{
    NnMoment now = *moment;
    if (schedule->n_stages == 0)
        return now.base;
    const size_t i = find_stage(schedule, &now);
    const NnScheduleStage *stage = &schedule->stages[i];
    return desc_of(stage)->at(stage->choice.params, state->values[i], &now);
}

const char *nn_schedule_metric(const NnSchedule *schedule, const NnMoment *moment)
{
    NnMoment now = *moment;
    if (schedule->n_stages == 0)
        return NULL;
    const NnScheduleStage *stage = &schedule->stages[find_stage(schedule, &now)];
    return desc_of(stage)->metric ? desc_of(stage)->metric(stage->choice.params) : NULL;
}

void nn_schedule_observe(const NnSchedule *schedule, NnScheduleState *state, const NnMoment *moment,
                         double metric, bool rises)
{
    NnMoment now = *moment;
    if (!nn_schedule_metric(schedule, moment))
        return;
    const size_t i = find_stage(schedule, &now);
    const NnScheduleStage *stage = &schedule->stages[i];
    desc_of(stage)->observe(stage->choice.params, state->values[i], &now, metric, rises);
}

AugStatus nn_schedule_check(const NnSchedule *schedule, uint64_t total, uint64_t per_epoch,
                            AugError *error)
{
    uint64_t begin = 0;
    for (size_t i = 0; i < schedule->n_stages; i++) {
        const NnScheduleStage *stage = &schedule->stages[i];
        const NnScheduleDesc *desc = desc_of(stage);
        const bool last = i + 1 == schedule->n_stages;
        uint64_t length = own_length(stage, per_epoch);
        if (!last && length == 0)
            return AUG_FAIL(error, AUG_BAD_SPEC, "schedule",
                            "%s has another stage behind it; it needs steps or epochs beside it, "
                            "to say how long it is",
                            desc->name);
        if (last && !stage->steps && !stage->epochs)
            length = total > begin ? total - begin : 0;
        if (i > 0 && begin >= total)
            return AUG_FAIL(error, AUG_BAD_SPEC, "schedule",
                            "%s would begin after step %llu, but the run has only %llu", desc->name,
                            (unsigned long long)begin, (unsigned long long)total);
        if (desc->check)
            AUG_TRY(desc->check(stage->choice.params, length, error));
        begin += length;
    }
    return AUG_OK;
}
