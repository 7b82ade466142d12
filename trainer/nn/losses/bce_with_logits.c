/* Binary cross-entropy of every output by itself, behind a sigmoid (torch.nn.BCEWithLogitsLoss), as
 * a mean over all outputs of all samples. Finite for any finite outputs.
 */
#include "trainer/nn/losses/elements.h"
#include "trainer/nn/losses/sigmoid.h"
#include "trainer/nn/losses/weights.h"

typedef struct Bce {
    NnWeights pos_weight, weight;
} Bce;

static const AugParamDesc rows[] = {
    NN_WEIGHTS_ROW(Bce, pos_weight,
                   .help = "factor of what targets of 1 count: one, or one for each output"),
    NN_WEIGHTS_ROW(Bce, weight, .help = "factor of what outputs count: one, or one for each"),
};

static double bce(const void *params, size_t i, double x, double t, double *slope)
{
    const Bce *weights = params;
    const double on = t * nn_weight(&weights->pos_weight, i), w = nn_weight(&weights->weight, i);
    const NnSigmoid p = nn_sigmoid(x);
    *slope = w * ((1 - t) * p.on - on * p.off);
    return w * (on * p.minus_log_on + (1 - t) * p.minus_log_off);
}

static const NnElementLoss loss = {.of = bce, .counts = true};

NN_ELEMENT_LOSS(hooks, loss);

static AugStatus settle(void *params, AugError *error)
{
    return nn_weights_settle(&((const Bce *)params)->weight, error);
}

static const char *needs(const void *params, NnShape in)
{
    const Bce *weights = params;
    const size_t n = nn_shape_values(in);
    if (!nn_weights_fit(&weights->pos_weight, n) || !nn_weights_fit(&weights->weight, n))
        return "as many outputs as weight and pos_weight have numbers";
    return NULL;
}

static const NnScalar scalars[] = NN_RIGHT_SCALARS;

const NnLossDesc nn_loss_bce_with_logits = {
    .name = "bce_with_logits",
    .summary = "Binary cross-entropy of each output behind a sigmoid (torch.nn.BCEWithLogitsLoss)",
    .formula =
        "mean of -weight * (pos_weight * t * log(s) + (1 - t) * log(1 - s)), s = sigmoid(x)\n"
        "t: values, the input, 0 or 1 for each class; of one class 1 for that, 0 for "
        "others\n" NN_RIGHT_FORMULA,
    .source = "torch.nn.BCEWithLogitsLoss",
    .example = "{bce_with_logits: {pos_weight: 3}}",
    .params = {.rows = rows, .n = AUG_COUNT(rows), .size = sizeof(Bce), .settle = settle},
    .targets =
        NN_TARGET_CLASS | NN_TARGET_SOFT | NN_TARGET_CLASSES | NN_TARGET_VALUES | NN_TARGET_INPUT,
    .scalars = scalars,
    .n_scalars = AUG_COUNT(scalars),
    .needs = needs,
    .hooks = &hooks,
};
