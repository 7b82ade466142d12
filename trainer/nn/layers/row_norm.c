/* The phases of layer_norm and rms_norm. */
#include "trainer/nn/layers/row_norm.h"

#include <string.h>

enum { OVER_SAMPLE, OVER_CHANNELS };
const char *const nn_row_norm_over[] = {
    [OVER_SAMPLE] = "sample", [OVER_CHANNELS] = "channels", NULL};

/* What is normalized together. */
static NnShape row_shape(const NnNode *node)
{
    const NnRowNormParams *norm = node->params;
    if (node->in.flat || norm->over.value == OVER_SAMPLE)
        return node->in;
    return (NnShape){1, 1, node->in.channels, true};
}

void nn_row_norm_plan(NnBlueprint *blueprint, NnNode *node)
{
    const NnRowNormParams *norm = node->params;
    const NnShape row = row_shape(node);
    const size_t n = nn_shape_values(row);
    AugTensorDesc desc = {.dtype = AUG_DTYPE_F32, .n_dims = 1, .shape = {n}};
    if (!row.flat)
        desc = (AugTensorDesc){
            .dtype = AUG_DTYPE_F32,
            .n_dims = 3,
            .shape = {(uint64_t)row.channels, (uint64_t)row.height, (uint64_t)row.width}};
    if (!norm->elementwise_affine)
        return;
    node->weight =
        nn_blueprint_values(blueprint, node, "weight", &desc, row, (NnInit){NN_INIT_CONSTANT, 1});
    if (norm->bias)
        node->bias =
            nn_blueprint_values(blueprint, node, "bias", &desc, row, (NnInit){NN_INIT_CONSTANT, 0});
    if (nn_blueprint_trains(blueprint))
        node->partial = nn_blueprint_slot(blueprint, 0, 2 * n * sizeof(double));
}

static NnRowNorm row_norm_job(const NnTask *task, const NnNode *node, bool centered)
{
    const NnPass *pass = task->pass;
    const NnRowNormParams *norm = node->params;
    const size_t n = nn_shape_values(row_shape(node));
    return (NnRowNorm){
        .x = nn_slot(pass, node->x, task->part),
        .gamma = node->weight == NN_NONE ? NULL : nn_values(pass, node->weight),
        .beta = node->bias == NN_NONE ? NULL : nn_values(pass, node->bias),
        .n_rows = nn_shape_values(node->in) / n * nn_rows_in(pass, node, task->part),
        .n = n,
        .eps = norm->eps,
        .centered = centered,
    };
}

void nn_row_norm_forward(const NnTask *task, const NnNode *node, bool centered)
{
    NnRowNorm job = row_norm_job(task, node, centered);
    job.y = nn_slot(task->pass, node->y, task->part);
    task->pass->kernels->row_norm_forward(&job);
}

void nn_row_norm_backward(const NnTask *task, const NnNode *node, bool centered)
{
    NnRowNorm job = row_norm_job(task, node, centered);
    job.dy = nn_slot(task->pass, node->dy, task->part);
    if (node->dx != NN_NONE)
        job.dx = nn_slot(task->pass, node->dx, task->part);
    if (node->learns) {
        job.dgamma = nn_slot(task->pass, node->partial, task->part);
        memset(job.dgamma, 0, 2 * job.n * sizeof(double));
        job.dbeta = node->bias == NN_NONE ? NULL : job.dgamma + job.n;
    }
    task->pass->kernels->row_norm_backward(&job);
}

void nn_row_norm_finish(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->weight == NN_NONE)
        return;
    const size_t n = nn_shape_values(row_shape(node));
    const double *parts = nn_slot(pass, node->partial, 0);
    size_t first, end;
    nn_slice(n, NN_PANEL, task->part, &first, &end);
    for (size_t i = first; i < end; i++) {
        nn_gradient(pass, node->weight)[i] = (NnReal)nn_tree_sum(parts + i, pass->shard_size);
        if (node->bias != NN_NONE)
            nn_gradient(pass, node->bias)[i] = (NnReal)nn_tree_sum(parts + n + i, pass->shard_size);
    }
}

const char *nn_row_norm_onnx(NnOnnx *onnx, const NnNode *node, bool centered)
{
    const NnRowNormParams *norm = node->params;
    const bool whole = !node->in.flat && norm->over.value == OVER_SAMPLE;
    const char *x = nn_onnx_input(onnx, node, 0);
    x = nn_onnx_standardize(onnx, x, 1, whole ? 3 : 1, norm->eps, centered);
    return nn_onnx_affine(onnx, node, x);
}
