/* Views of one sample are alike, and unlike all others (normalized temperature-scaled
 * cross-entropy): the loss of contrast.h where the other views of a sample are its positives.
 *
 * Source: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations",
 * 2020.
 */
#include "trainer/nn/losses/contrast.h"

/* The authors' temperature for CIFAR-10. */
static const AugParamDesc rows[] = {NN_CONTRAST_ROW("0.5")};

const NnLossDesc nn_loss_nt_xent = {
    .name = "nt_xent",
    .summary = "Views of a sample are alike and unlike all others (SimCLR)",
    .formula = "s_ij = cosine of rows i and j / temperature\n"
               "mean over all rows i of log(sum over j other than i of exp(s_ij)) - s_ip, p the\n"
               "other view of the sample; of several the mean. It depends on the batch's size\n"
               "accuracy: rows to which a view of their sample is the most similar of all",
    .source = "Chen et al. 2020",
    .example = "{nt_xent: 0.1}",
    .params = AUG_PARAM_TABLE(NnContrast, rows),
    .targets = NN_TARGET_PAIRS,
    .least_rows = 2,
    .most_rows = UINT32_MAX,
    .scalars = nn_contrast_scalars,
    .n_scalars = AUG_COUNT(nn_contrast_scalars),
    .hooks = &nn_contrast_hooks,
};
