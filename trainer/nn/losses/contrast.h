/* What nt_xent and sup_con share: every row of the batch is compared with all others.
 *
 *   s_ij = u_i * u_j / temperature, u = x / max(|x|, 1e-12)
 *   loss of row i = log(sum over j other than i of exp(s_ij)) - mean over its positives j of s_ij
 *
 * The loss is the mean over all rows; a row without positives counts 0. A row's positives are the
 * other rows of its sample, and those of samples of its group.
 *
 * Memory that all shards share holds the unit rows and what each row found, in double; it takes
 * three phases, as a row's gradient needs what all others found.
 */
#ifndef NN_CONTRAST_H
#define NN_CONTRAST_H

#include "trainer/nn/loss.h"

/* Parameters of both. */
typedef struct NnContrast {
    double temperature;
} NnContrast;

/* Their row, with its default. */
#define NN_CONTRAST_ROW(temperature_fallback)                                         \
    AUG_PARAM(NnContrast, temperature, .fallback = temperature_fallback, .low = 1e-3, \
              .high = 1000,                                                           \
              .help = "by what similarities are divided: small ones make the hard "   \
                      "rows count")

/* Hooks of both, by what their descriptor takes: with NN_TARGET_GROUPS labels make groups. */
extern const NnLayerHooks nn_contrast_hooks;

/* Their figure: how many rows are most like one of their positives. */
extern const NnScalar nn_contrast_scalars[1];

#endif
