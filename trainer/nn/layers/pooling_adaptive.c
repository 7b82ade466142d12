/* Adaptive windows: the output's extent is given, the windows follow. */
#include "trainer/nn/layers/pooling.h"

NnPool2d nn_pooling_adaptive_job(const NnNode *node)
{
    return (NnPool2d){.in = node->in, .out = node->out, .adaptive = true};
}

AugStatus nn_pooling_adaptive_shape(AugSize size, NnShape in, NnShape *out, AugError *error)
{
    if (in.flat)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs a map, but its input is %zu features; put it before flatten",
                        nn_shape_values(in));
    *out = (NnShape){size.height, size.width, in.channels, false};
    return AUG_OK;
}

void nn_pooling_adaptive_max_plan(NnBlueprint *blueprint, NnNode *node)
{
    node->saved = nn_blueprint_slot(
        blueprint, nn_shape_values(node->out) * node->out_rows * sizeof(int32_t), 0);
}

void nn_pooling_adaptive_max_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    NnPool2d job = nn_pooling_adaptive_job(node);
    job.x = nn_slot(pass, node->x, task->part);
    job.y = nn_slot(pass, node->y, task->part);
    job.places = nn_slot(pass, node->saved, task->part);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        pass->kernels->adaptive_max_forward(&job);
        job.x += nn_shape_values(node->in);
        job.y += nn_shape_values(node->out);
        job.places += nn_shape_values(node->out);
    }
}

void nn_pooling_adaptive_max_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (node->dx == NN_NONE)
        return;
    NnPool2d job = nn_pooling_adaptive_job(node);
    job.dx = nn_slot(pass, node->dx, task->part);
    job.dy = nn_slot(pass, node->dy, task->part);
    job.places = nn_slot(pass, node->saved, task->part);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        pass->kernels->adaptive_max_backward(&job);
        job.dx += nn_shape_values(node->in);
        job.dy += nn_shape_values(node->out);
        job.places += nn_shape_values(node->out);
    }
}
