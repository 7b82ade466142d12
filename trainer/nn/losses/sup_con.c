/* Samples of one class are alike, and unlike all others: the loss of contrast.h where all rows of a
 * class, and the other views of a sample, are positives. It is the authors' L_out, with their mean
 * over all rows: one that has no positive counts 0.
 *
 * Source: Khosla et al., "Supervised Contrastive Learning", 2020.
 */
#include "trainer/nn/losses/contrast.h"

/* The authors' temperature. */
static const AugParamDesc rows[] = {NN_CONTRAST_ROW("0.07")};

const NnLossDesc nn_loss_sup_con = {
    .name = "sup_con",
    .summary = "Samples of a class are alike and unlike all others (SupCon)",
    .formula = "s_ij = cosine of rows i and j / temperature\n"
               "mean over all rows i of log(sum over j other than i of exp(s_ij)) - mean of s_ip\n"
               "over all other rows p of i's class and sample; 0 for a row without any\n"
               "A label below 0 is no class. It depends on the batch's size\n"
               "accuracy: rows to which one of their class is the most similar of all",
    .source = "Khosla et al. 2020 (L_out)",
    .example = "{sup_con: 0.1}",
    .params = AUG_PARAM_TABLE(NnContrast, rows),
    .targets = NN_TARGET_GROUPS,
    .least_rows = 1,
    .most_rows = UINT32_MAX,
    .scalars = nn_contrast_scalars,
    .n_scalars = AUG_COUNT(nn_contrast_scalars),
    .hooks = &nn_contrast_hooks,
};
