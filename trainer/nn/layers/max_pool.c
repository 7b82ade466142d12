/* Maximum of windows (torch.nn.MaxPool2d). Padding never wins; of equal values the first does. */
#include "trainer/nn/layers/pooling.h"

/* The place of the maximum is kept in one byte, so a window has at most 256 places. */
static const AugParamDesc rows[] = {
    AUG_PARAM(NnPooling, kernel, .low = 1, .high = 16, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "size of a window"),
    AUG_PARAM(NnPooling, stride, .optional = true, .low = 1, .high = 255,
              .scalar = AUG_SCALAR_SQUARE, .unit = "pixels",
              .help = "distance between windows; the kernel's size if absent"),
    AUG_PARAM(NnPooling, padding, .fallback = "0", .low = 0, .high = 8, .scalar = AUG_SCALAR_SQUARE,
              .unit = "pixels", .help = "border around the input, at most half the kernel"),
};

static AugStatus max_pool_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    return nn_pooling_shape(params, in, out, error);
}

/* Values of a sample that a norm's output is made for here: few enough to stay in the second cache. */
#define MOST_VALUES 65536

static void max_pool_plan(NnBlueprint *blueprint, NnNode *node)
{
    node->saved = nn_blueprint_slot(blueprint, nn_shape_values(node->out) * node->out_rows, 0);
    if (nn_shape_values(node->in) <= MOST_VALUES)
        nn_blueprint_scratch(blueprint, nn_shape_values(node->in) * sizeof(NnReal));
}

/* Whether it can make the output of a norm before it. */
static bool max_pool_reads_norm(const NnKernels *kernels, const NnNode *node)
{
    (void)kernels;
    return nn_shape_values(node->in) <= MOST_VALUES;
}

/* A sample's input: where it lies, or what the norm before makes of it. */
static const NnReal *max_pool_input(const NnTask *task, const NnNode *node, const NnReal *x)
{
    const NnNode *norm = node->before;
    if (!norm)
        return x;
    NnNorm job = norm->hooks->output_job(task->pass, norm);
    job.n_pixels = nn_shape_values(node->in) / job.n_channels;
    job.x = x;
    job.y = task->scratch;
    task->pass->kernels->norm_forward(&job);
    return job.y;
}

static void max_pool_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    NnPool2d job = nn_pooling_job(node->params, node);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    job.y = nn_slot(pass, node->y, task->part);
    job.chosen = nn_slot(pass, node->saved, task->part);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--; x += in) {
        job.x = max_pool_input(task, node, x);
        pass->kernels->max_pool_forward(&job);
        job.y += out;
        job.chosen += out;
    }
}

/* A rectifier before lets the gradient of a position pass where that is positive, and the position that
 * has it is as large as the output. */
static void max_pool_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    if (node->dx == NN_NONE)
        return;
    NnPool2d job = nn_pooling_job(node->params, node);
    job.dy = nn_slot(pass, node->dy, task->part);
    job.dx = nn_slot(pass, node->dx, task->part);
    job.mask = node->masks ? nn_slot(pass, node->y, task->part) : NULL;
    job.chosen = nn_slot(pass, node->saved, task->part);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        pass->kernels->max_pool_backward(&job);
        job.dx += in;
        job.dy += out;
        if (job.mask)
            job.mask += out;
        job.chosen += out;
    }
}

static const char *max_pool_onnx(NnOnnx *onnx, const NnNode *node)
{
    const NnOnnxOp op = nn_pooling_onnx(node->params, "MaxPool", nn_onnx_input(onnx, node, 0));
    return nn_onnx_op(onnx, &op);
}

static const NnLayerHooks hooks = {
    .shape = max_pool_shape,
    .plan = max_pool_plan,
    .masks = true,
    .reads_norm = max_pool_reads_norm,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED, max_pool_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y | NN_USES_SAVED, max_pool_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_Y | NN_USES_DX | NN_USES_DY | NN_USES_SAVED,
                  max_pool_backward}},
    .onnx = max_pool_onnx,
};

const NnLayerDesc nn_layer_max_pool = {
    .name = "max_pool",
    .summary = "Largest value of each window (torch.nn.MaxPool2d)",
    .formula = "y = the largest x of a window; the first of equals has the gradient",
    .source = "torch.nn.MaxPool2d",
    .example = "[max_pool: {kernel: 3, stride: 2, padding: 1}, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(NnPooling, rows),
    .hooks = &hooks,
};
