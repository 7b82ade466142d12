/* Dropout, inverted (torch.nn.Dropout): in training a value is zero with probability p, else
 * multiplied by 1/(1-p). Which values is a pure function of (seed, step, layer, sample, value), so
 * it depends on neither threads nor kernels. */
#include <string.h>

#include "trainer/nn/layers/dropout_draw.h"
#include "trainer/nn/onnx.h"

typedef struct Dropout {
    double p;
} Dropout;

static const AugParamDesc rows[] = {
    AUG_PARAM(Dropout, p, .fallback = "0.5", .low = 0, .high = 1,
              .help = "probability that a value is dropped"),
};

static void dropout_plan(NnBlueprint *blueprint, NnNode *node)
{
    if (nn_blueprint_trains(blueprint))
        node->saved = nn_blueprint_slot(blueprint, nn_shape_values(node->in) * node->in_rows, 0);
}

/* One sample's mask: 1 keeps. */
static void dropout_draw(const NnPass *pass, const NnNode *node, uint32_t sample, uint8_t *mask)
{
    const Dropout *dropout = node->params;
    nn_dropout_draw(pass, node, dropout->p, nn_shape_values(node->in), sample, mask);
}

/* Applies the mask to a shard. */
static void dropout_apply(const NnTask *task, const NnNode *node, const NnReal *from, NnReal *to)
{
    const NnPass *pass = task->pass;
    const Dropout *dropout = node->params;
    const NnReal scale = nn_dropout_scale(dropout->p);
    pass->kernels->mask(to, from, nn_slot(pass, node->saved, task->part), scale,
                        nn_shape_values(node->in) * nn_rows_in(pass, node, task->part));
}

static void dropout_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    uint8_t *mask = nn_slot(pass, node->saved, task->part);
    const uint32_t first = pass->n_before * node->in_rows + nn_first_row(pass, node, task->part);
    for (uint32_t i = 0; i < nn_rows_in(pass, node, task->part); i++)
        dropout_draw(pass, node, first + i, mask + i * nn_shape_values(node->in));
    dropout_apply(task, node, nn_slot(pass, node->x, task->part),
                  nn_slot(pass, node->y, task->part));
}

static void dropout_evaluate(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    memcpy(nn_slot(pass, node->y, task->part), nn_slot(pass, node->x, task->part),
           nn_shape_values(node->in) * nn_rows_in(pass, node, task->part) * sizeof(NnReal));
}

static void dropout_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->dx != NN_NONE)
        dropout_apply(task, node, nn_slot(pass, node->dy, task->part),
                      nn_slot(pass, node->dx, task->part));
}

static const NnLayerHooks hooks = {
    .plan = dropout_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED, dropout_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, dropout_evaluate}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY | NN_USES_SAVED, dropout_backward}},
    .onnx = nn_onnx_nothing,
};

const NnLayerDesc nn_layer_dropout = {
    .name = "dropout",
    .summary = "Drops values at random in training (torch.nn.Dropout)",
    .formula = "y = x / (1 - p), or 0 with probability p; y = x in evaluation",
    .source = "Srivastava et al. 2014; torch.nn.Dropout",
    .example = "[dropout: 0.3, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Dropout, rows),
    .hooks = &hooks,
};
