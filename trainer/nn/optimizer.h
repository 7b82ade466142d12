/* How an optimizer is made: what its file provides, and what the library does around it.
 *
 * Before an optimizer sees gradients, the library has clipped them (first each value, then all by
 * their common norm) and added l1 * sign(weight). What is left to the optimizer is its own step and
 * what weight decay means to it. It is called for slices of the parameters, many at once, so it may
 * depend on nothing but what it is given.
 *
 * To add an optimizer: its file with a descriptor in optimizers/, and a line in optimizers.list.
 */
#ifndef NN_OPTIMIZER_H
#define NN_OPTIMIZER_H

#include <float.h>
#include <math.h>

#include "trainer/nn/nn.h"

/* Square root in the precision of the values. */
static inline NnReal nn_root(NnReal x)
{
    return _Generic(x, float : sqrtf, double : sqrt)(x);
}

/* What is added to a divisor, in the precision of the values: not so small that it becomes 0, which
 * 0 would be divided by. */
static inline NnReal nn_eps(double eps)
{
    const double least = _Generic((NnReal)0, float : (double)FLT_MIN, double : DBL_MIN);
    return (NnReal)(eps > least ? eps : least);
}

/* Most arrays of values that an optimizer keeps per parameter. */
#define NN_MAX_STATES 4

/* What every optimizer has. The struct of its parameters begins with it, and its rows with
 * NN_OPTIMIZER_ROWS.
 *
 * clip_value: gradients are brought into +-clip_value; 0: not
 * clip_norm:  all gradients times min(1, clip_norm / (norm + 1e-6)), of the norm of all of them
 *             (torch.nn.utils.clip_grad_norm_); 0: not
 * decay_all:  decay and l1 also for biases and the parameters of normalizations
 */
typedef struct NnOptimizerBase {
    double lr, weight_decay, l1, clip_norm, clip_value;
    bool decay_all;
} NnOptimizerBase;

/* Rows of NnOptimizerBase, the first ones of every table; lr and weight_decay are their defaults,
 * lr NULL where it must be given. */
#define NN_OPTIMIZER_ROWS(lr_fallback, weight_decay_fallback)                                   \
    AUG_PARAM(NnOptimizerBase, lr, .fallback = lr_fallback, .low = 0, .high = 1000,             \
              .help = "learning rate, the schedule's peak", .aka = "learning_rate"),            \
        AUG_PARAM(NnOptimizerBase, weight_decay, .fallback = weight_decay_fallback, .low = 0,   \
                  .high = 10, .help = "how much weights shrink (L2)", .aka = "l2"),             \
        AUG_PARAM(NnOptimizerBase, l1, .fallback = "0", .low = 0, .high = 10,                   \
                  .help = "times the sign of the weights is added to their gradient"),          \
        AUG_PARAM(NnOptimizerBase, clip_norm, .fallback = "0", .low = 0, .high = 1e9,           \
                  .help = "largest norm of all gradients together; 0: any", .aka = "max_norm"), \
        AUG_PARAM(NnOptimizerBase, clip_value, .fallback = "0", .low = 0, .high = 1e9,          \
                  .help = "largest size of each gradient; 0: any"),                             \
        AUG_PARAM(NnOptimizerBase, decay_all, .fallback = "false",                              \
                  .help = "weight_decay and l1 also for biases and the parameters of "          \
                          "normalizations")

/* One call of an optimizer: a slice of parameters that share a group.
 *
 * states:       each state's values of the slice; NULL for those that are not used. All zero before
 *               the first step
 * n:            values; padding, where all is zero, is among them and must stay zero
 * step:         steps made before, for all parameters the same
 * lr, momentum: of this step, from the schedule and the group
 */
typedef struct NnUpdate {
    const void *params;
    NnReal *weights;
    const NnReal *gradients;
    NnReal *states[NN_MAX_STATES];
    size_t n;
    uint64_t step;
    double lr, momentum, weight_decay;
} NnUpdate;

/* What an optimizer provides. Members that are not named are optional.
 *
 * states:   NULL-terminated names of its states, as PyTorch has them ("exp_avg"); at most
 *           NN_MAX_STATES
 * uses:     bit k is set if state k is kept with these parameters; NULL: all are
 * momentum: what a schedule of the momentum moves; NULL: there is none
 * whole_set: a step is made of all batches of an epoch together
 * update:   one step
 */
typedef struct NnOptimizerDesc {
    NN_MODULE;
    const char *const *states;
    unsigned (*uses)(const void *params);
    double (*momentum)(const void *params);
    bool whole_set;
    void (*update)(const NnUpdate *update);
} NnOptimizerDesc;

/* All optimizers, sorted by name. */
extern const NnOptimizerDesc *const nn_optimizers[];
extern const size_t nn_n_optimizers;

/* How many states a descriptor names. */
size_t nn_optimizer_n_states(const NnOptimizerDesc *desc);

/* Checks a pair of betas (AugNumbers), for settle of a table. */
AUG_MUST_CHECK AugStatus nn_optimizer_check_betas(const AugNumbers *betas, AugError *error);

#endif
