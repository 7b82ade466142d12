/* Convolutions that a table of kernels makes as a whole: those of plug-ins that have such. What they
 * refuse is made of dot and outer. */
#include "trainer/nn/layers/conv.h"

/* What there is to do for a node, whatever the values. */
static NnConvolution job_of(const NnNode *node)
{
    const NnConv *conv = node->params;
    return (NnConvolution){.in = node->in,
                           .out = node->out,
                           .kernel = conv->kernel,
                           .stride = conv->stride,
                           .padding = conv->padding,
                           .relu = node->relu};
}

void nn_conv_whole_plan(NnBlueprint *blueprint, const NnNode *node)
{
    const NnKernels *kernels = nn_blueprint_kernels(blueprint);
    NnConvolution job = job_of(node);
    if (!kernels->conv_scratch)
        return;
    job.n = (nn_blueprint_max_batch(blueprint) + NN_SHARDS - 1) / NN_SHARDS * node->in_rows;
    nn_blueprint_scratch(blueprint, kernels->conv_scratch(&job));
}

/* The job of a shard. */
static NnConvolution shard_job(const NnTask *task, const NnNode *node)
{
    NnConvolution job = job_of(node);
    job.n = nn_rows_in(task->pass, node, task->part);
    job.x = nn_slot(task->pass, node->x, task->part);
    job.y = nn_slot(task->pass, node->y, task->part);
    job.weights = nn_values(task->pass, node->weight);
    job.scratch = task->scratch;
    job.scratch_size = task->scratch_size;
    return job;
}

bool nn_conv_whole_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (!pass->kernels->conv_forward || nn_rows_in(pass, node, task->part) == 0)
        return false;
    NnConvolution job = shard_job(task, node);
    job.bias = node->bias == NN_NONE ? NULL : nn_values(pass, node->bias);
    return pass->kernels->conv_forward(&job);
}

bool nn_conv_whole_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    if (!pass->kernels->conv_backward || nn_rows_in(pass, node, task->part) == 0)
        return false;
    NnConvolution job = shard_job(task, node);
    job.dy = nn_slot(pass, node->dy, task->part);
    job.dw = node->learns ? nn_slot(pass, node->partial, task->part) : NULL;
    job.dx = node->dx == NN_NONE ? NULL : nn_slot(pass, node->dx, task->part);
    return pass->kernels->conv_backward(&job);
}
