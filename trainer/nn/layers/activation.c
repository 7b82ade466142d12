/* The phases that activation layers share. */
#include "trainer/nn/layers/activation.h"

static NnActivate activation_job(const NnTask *task, const NnNode *node, double a, double b)
{
    return (NnActivate){
        .x = nn_slot(task->pass, node->x, task->part),
        .n = nn_shape_values(node->in) * nn_rows_in(task->pass, node, task->part),
        .a = (NnReal)a,
        .b = (NnReal)b,
    };
}

void nn_activation_forward(const NnTask *task, const NnNode *node, NnActivation kind, double a,
                           double b)
{
    NnActivate job = activation_job(task, node, a, b);
    job.out = nn_slot(task->pass, node->y, task->part);
    task->pass->kernels->activation_forward[kind](&job);
}

void nn_activation_backward(const NnTask *task, const NnNode *node, NnActivation kind, double a,
                            double b)
{
    if (node->dx == NN_NONE)
        return;
    NnActivate job = activation_job(task, node, a, b);
    job.dy = nn_slot(task->pass, node->dy, task->part);
    job.out = nn_slot(task->pass, node->dx, task->part);
    task->pass->kernels->activation_backward[kind](&job);
}
