/* Spatial dropout (torch.nn.Dropout2d; Tompson et al. 2015): in training a channel of a sample is zero
 * with probability p, else multiplied by 1/(1-p). */
#include <string.h>

#include "trainer/nn/layers/dropout_draw.h"
#include "trainer/nn/onnx.h"

typedef struct Dropout2d {
    double p;
} Dropout2d;

static const AugParamDesc rows[] = {
    AUG_PARAM(Dropout2d, p, .fallback = "0.5", .low = 0, .high = 1,
              .help = "probability that a channel is dropped"),
};

static AugStatus dropout2d_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    (void)params;
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; dropout is for these",
                        nn_shape_values(in));
    *out = in;
    return AUG_OK;
}

static void dropout2d_plan(NnBlueprint *blueprint, NnNode *node)
{
    if (nn_blueprint_trains(blueprint))
        node->saved = nn_blueprint_slot(blueprint, (size_t)node->in.channels * node->in_rows, 0);
}

/* Applies the channels' mask to the pixels of a shard. */
static void dropout2d_apply(const NnTask *task, const NnNode *node, const NnReal *from, NnReal *to)
{
    const NnPass *pass = task->pass;
    const Dropout2d *dropout2d = node->params;
    const NnReal scale = nn_dropout_scale(dropout2d->p);
    const size_t channels = (size_t)node->in.channels;
    const size_t n_pixels = nn_shape_values(node->in) / channels;
    const uint8_t *mask = nn_slot(pass, node->saved, task->part);
    for (uint32_t i = 0; i < nn_rows_in(pass, node, task->part); i++, mask += channels)
        for (size_t p = 0; p < n_pixels; p++, from += channels, to += channels)
            pass->kernels->mask(to, from, mask, scale, channels);
}

static void dropout2d_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Dropout2d *dropout2d = node->params;
    const size_t n = (size_t)node->in.channels;
    uint8_t *mask = nn_slot(pass, node->saved, task->part);
    const uint32_t first = pass->n_before * node->in_rows + nn_first_row(pass, node, task->part);
    for (uint32_t i = 0; i < nn_rows_in(pass, node, task->part); i++)
        nn_dropout_draw(pass, node, dropout2d->p, n, first + i, mask + i * n);
    dropout2d_apply(task, node, nn_slot(pass, node->x, task->part),
                    nn_slot(pass, node->y, task->part));
}

static void dropout2d_evaluate(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    memcpy(nn_slot(pass, node->y, task->part), nn_slot(pass, node->x, task->part),
           nn_shape_values(node->in) * nn_rows_in(pass, node, task->part) * sizeof(NnReal));
}

static void dropout2d_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->dx != NN_NONE)
        dropout2d_apply(task, node, nn_slot(pass, node->dy, task->part),
                        nn_slot(pass, node->dx, task->part));
}

static const NnLayerHooks hooks = {
    .shape = dropout2d_shape,
    .plan = dropout2d_plan,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED, dropout2d_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, dropout2d_evaluate}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_DX | NN_USES_DY | NN_USES_SAVED, dropout2d_backward}},
    .onnx = nn_onnx_nothing,
};

const NnLayerDesc nn_layer_dropout2d = {
    .name = "dropout2d",
    .summary = "Drops whole channels of a map at random in training (torch.nn.Dropout2d)",
    .formula =
        "y = x / (1 - p), or 0 for the whole channel with probability p; y = x in evaluation",
    .source = "Tompson et al. 2015; torch.nn.Dropout2d",
    .example = "[dropout2d: 0.3, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(Dropout2d, rows),
    .hooks = &hooks,
};
