/* What can be asked of an optimizer without running it. */
#include "trainer/nn/optimizer.h"

size_t nn_optimizer_n_states(const NnOptimizerDesc *desc)
{
    size_t n = 0;
    while (desc->states && desc->states[n])
        n++;
    return n;
}

AugStatus nn_optimizer_check_betas(const AugNumbers *betas, AugError *error)
{
    if (betas->n != 2)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "betas has %d numbers; allowed are two",
                        (int)betas->n);
    return AUG_OK;
}

NnRates nn_optimizer_rates(const NnChoice *optimizer)
{
    const NnOptimizerDesc *desc = (const NnOptimizerDesc *)optimizer->module;
    const NnOptimizerBase *base = optimizer->params;
    return (NnRates){base->lr, desc->momentum ? desc->momentum(optimizer->params) : 0};
}

bool nn_optimizer_whole_set(const NnChoice *optimizer)
{
    return ((const NnOptimizerDesc *)optimizer->module)->whole_set;
}
