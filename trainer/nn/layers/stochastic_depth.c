/* Stochastic depth (torchvision.ops.StochasticDepth; Huang et al. 2016), the last layer of a residual's
 * branch: in training a sample's output of the branch is zero with probability p, else multiplied by
 * 1/(1-p). */
#include <string.h>

#include "trainer/nn/layers/dropout_draw.h"
#include "trainer/nn/onnx.h"

typedef struct StochasticDepth {
    double p;
    AugChoice mode;
} StochasticDepth;

enum { MODE_ROW, MODE_BATCH };
static const char *const modes[] = {[MODE_ROW] = "row", [MODE_BATCH] = "batch", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(StochasticDepth, p, .low = 0, .high = 1,
              .help = "probability that all before it in its branch is dropped"),
    AUG_PARAM(StochasticDepth, mode, .fallback = "row", .choices = modes,
              .help = "each sample is dropped by itself, or the batch as a whole"),
};

static void stochastic_depth_plan(NnBlueprint *blueprint, NnNode *node)
{
    if (nn_blueprint_trains(blueprint))
        node->saved = nn_blueprint_slot(blueprint, node->in_rows, 0);
}

/* The sample whose number decides: in mode batch the first one, of all batches of a step. */
static uint32_t deciding(const NnNode *node, uint32_t sample)
{
    const StochasticDepth *depth = node->params;
    return depth->mode.value == MODE_BATCH ? 0 : sample;
}

/* Applies the samples' masks to a shard. */
static void stochastic_depth_apply(const NnTask *task, const NnNode *node, const NnReal *from,
                                   NnReal *to)
{
    const NnPass *pass = task->pass;
    const StochasticDepth *depth = node->params;
    const size_t n = nn_shape_values(node->in);
    const uint8_t *mask = nn_slot(pass, node->saved, task->part);
    for (uint32_t i = 0; i < nn_rows_in(pass, node, task->part); i++, from += n, to += n) {
        const NnReal scale = mask[i] ? nn_dropout_scale(depth->p) : 0;
        for (size_t k = 0; k < n; k++)
            to[k] = from[k] * scale;
    }
}

static void stochastic_depth_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const StochasticDepth *stochastic_depth = node->params;
    const size_t n = 1;
    uint8_t *mask = nn_slot(pass, node->saved, task->part);
    const uint32_t first = pass->n_before * node->in_rows + nn_first_row(pass, node, task->part);
    for (uint32_t i = 0; i < nn_rows_in(pass, node, task->part); i++)
        nn_dropout_draw(pass, node, stochastic_depth->p, n, deciding(node, first + i),
                        mask + i * n);
    stochastic_depth_apply(task, node, nn_slot(pass, node->x, task->part),
                           nn_slot(pass, node->y, task->part));
}

static void stochastic_depth_evaluate(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    memcpy(nn_slot(pass, node->y, task->part), nn_slot(pass, node->x, task->part),
           nn_shape_values(node->in) * nn_rows_in(pass, node, task->part) * sizeof(NnReal));
}

static void stochastic_depth_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->dx != NN_NONE)
        stochastic_depth_apply(task, node, nn_slot(pass, node->dy, task->part),
                               nn_slot(pass, node->dx, task->part));
}

static const NnLayerHooks hooks = {
    .plan = stochastic_depth_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED,
                 stochastic_depth_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, stochastic_depth_evaluate}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY | NN_USES_SAVED,
                  stochastic_depth_backward}},
    .onnx = nn_onnx_nothing,
};

const NnLayerDesc nn_layer_stochastic_depth = {
    .name = "stochastic_depth",
    .summary =
        "Drops a branch of a residual at random in training (torchvision.ops.StochasticDepth)",
    .formula = "y = x / (1 - p), or 0 for the whole sample with probability p; y = x in evaluation",
    .source = "Huang et al. 2016; torchvision.ops.StochasticDepth",
    .example =
        "[residual: {branch: [conv: {filters: 3, padding: 1}, stochastic_depth: 0.2]}, flatten, "
        "linear: 3]",
    .params = AUG_PARAM_TABLE(StochasticDepth, rows),
    .hooks = &hooks,
};
