/* How a schedule is made: what its file provides.
 *
 * A schedule is a pure function of the moment and, for those that look at figures, of a few values
 * that are saved with a run. It never looks at the clock, and knows the past by its state alone.
 *
 * To add a schedule: its file with a descriptor in schedules/, and a line in schedules.list.
 */
#ifndef NN_SCHEDULE_H
#define NN_SCHEDULE_H

#include "libaug/base/exact_math.h"
#include "trainer/nn/nn.h"
#include "trainer/nn/power.h"

#define NN_PI 3.14159265358979323846

/* What a schedule provides. Members that are not named are optional.
 *
 * at:      rates of the step that comes after now->t. now counts from the begin of the stage, and
 *          total is the length of the stage. Behind it: whatever the formula says
 * length:  steps that a stage takes with these parameters, for one that others follow; 0: it has no
 *          length of its own
 * check:   conditions on the parameters for a stage of total steps
 * metric:  name of the figure that it wants to be told after each evaluation
 * observe: takes the figure into the state, which is all zero at the begin; rises: it is better when it
 *          is larger
 */
typedef struct NnScheduleDesc {
    NN_MODULE;
    NnRates (*at)(const void *params, const double *state, const NnMoment *now);
    uint64_t (*length)(const void *params, uint64_t per_epoch);
    AugStatus (*check)(const void *params, uint64_t total, AugError *error);
    const char *(*metric)(const void *params);
    void (*observe)(const void *params, double *state, const NnMoment *now, double metric,
                    bool rises);
} NnScheduleDesc;

/* All schedules, sorted by name. */
extern const NnScheduleDesc *const nn_schedules[];
extern const size_t nn_n_schedules;

/* What a schedule counts, for a parameter "per". An epoch counts when it is finished, as in PyTorch
 * where scheduler.step() stands at its end. */
typedef enum NnPer {
    NN_PER_STEP,
    NN_PER_EPOCH,
} NnPer;

/* Names of the two, for a parameter row. */
extern const char *const nn_per_names[];

/* t in units of a row "per". */
static inline uint64_t nn_units(AugChoice per, uint64_t t, uint64_t per_epoch)
{
    return per.value == NN_PER_EPOCH && per_epoch ? t / per_epoch : t;
}

/* The base rate times a factor, and the base momentum. */
static inline NnRates nn_scaled(const NnMoment *now, double factor)
{
    return (NnRates){now->base.lr * factor, now->base.momentum};
}

/* From start to end along half a cosine, share 0 to 1. */
static inline double nn_cosine_between(double start, double end, double share)
{
    return end + (start - end) / 2 * (1 + augi_cos(NN_PI * share));
}

#endif
