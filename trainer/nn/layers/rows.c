/* The phases that layers on rows share. */
#include "trainer/nn/layers/rows.h"

size_t nn_row_values(const NnNode *node)
{
    return node->in.flat ? nn_shape_values(node->in) : (size_t)node->in.channels;
}

static NnRows rows_job(const NnTask *task, const NnNode *node, double eps)
{
    const size_t n = nn_row_values(node);
    return (NnRows){
        .n_rows = nn_shape_values(node->in) / n * nn_rows_in(task->pass, node, task->part),
        .n = n,
        .eps = eps,
    };
}

void nn_rows_forward(const NnTask *task, const NnNode *node, NnRowFunction function, double eps)
{
    NnRows job = rows_job(task, node, eps);
    job.from = nn_slot(task->pass, node->x, task->part);
    job.out = nn_slot(task->pass, node->y, task->part);
    task->pass->kernels->row_forward[function](&job);
}

void nn_rows_backward(const NnTask *task, const NnNode *node, NnRowFunction function, double eps,
                      uint32_t from)
{
    if (node->dx == NN_NONE)
        return;
    NnRows job = rows_job(task, node, eps);
    job.from = nn_slot(task->pass, from, task->part);
    job.dy = nn_slot(task->pass, node->dy, task->part);
    job.out = nn_slot(task->pass, node->dx, task->part);
    task->pass->kernels->row_backward[function](&job);
}
