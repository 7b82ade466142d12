/* Depthwise convolutions: as many groups as channels in and out. Their products are too few for a
 * matrix of each group, so kernels of their own go over all channels at once.
 */
#include <string.h>

#include "trainer/nn/layers/conv.h"

/* Values of one node: channels, padded; positions of the kernel; of a padded map and its rows; and of
 * all weights as the kernels take them. */
typedef struct Sizes {
    size_t channels, padded, taps, x_row, x_map, weights;
} Sizes;

static Sizes sizes_of(const NnNode *node)
{
    const NnConv *conv = node->params;
    const size_t channels = (size_t)node->in.channels;
    const size_t rows = (size_t)(node->in.height + 2 * conv->padding.height);
    const size_t cols = (size_t)(node->in.width + 2 * conv->padding.width);
    Sizes s = {.channels = channels,
               .padded = nn_padded(channels),
               .taps = (size_t)conv->kernel.height * (size_t)conv->kernel.width,
               .x_row = cols * channels,
               .x_map = nn_padded(rows * cols * channels)};
    s.weights = s.taps * s.padded;
    return s;
}

/* What the tensor has of one channel: a matrix with a row of NN_ALIGN_VALUES for each position, of
 * which the first value counts. */
static size_t stored_index(const Sizes *s, size_t tap, size_t channel)
{
    return (channel * s->taps + tap) * NN_ALIGN_VALUES;
}

bool nn_conv_is_depthwise(const NnNode *node)
{
    const NnConv *conv = node->params;
    return conv->groups == node->in.channels && conv->filters == conv->groups && conv->groups > 1;
}

void nn_conv_depthwise_plan(NnBlueprint *blueprint, NnNode *node, const AugTensorDesc *desc,
                            NnInit init)
{
    const NnConv *conv = node->params;
    const Sizes s = sizes_of(node);
    const NnShape inner = {conv->kernel.height, conv->kernel.width, 1, false};
    node->weight =
        nn_blueprint_matrices(blueprint, node, desc, inner, (uint32_t)conv->groups, init);
    nn_blueprint_scratch(blueprint,
                         (s.weights + 2 * s.x_map + nn_shape_values(node->out)) * sizeof(NnReal));
    if (nn_blueprint_trains(blueprint))
        node->partial =
            nn_blueprint_slot(blueprint, 0, s.weights * sizeof(NnReal) + s.padded * sizeof(double));
}

/* A thread's memory: weights, a padded sample, its gradient, and the output's. */
typedef struct Work {
    NnReal *weights, *x, *dx, *dy;
} Work;

static Work work_of(const NnTask *task, const Sizes *s)
{
    NnReal *at = task->scratch;
    return (Work){at, at + s->weights, at + s->weights + s->x_map, at + s->weights + 2 * s->x_map};
}

/* Where the samples lie in padded maps. */
static NnConvInside inside_of(const NnNode *node, const Sizes *s)
{
    const NnConv *conv = node->params;
    return (NnConvInside){.before = (size_t)conv->padding.height * s->x_row +
                                    (size_t)conv->padding.width * s->channels,
                          .n_rows = (size_t)node->in.height,
                          .n = (size_t)node->in.width * s->channels,
                          .row = s->x_row,
                          .size = s->x_map};
}

static NnDepthwise job_of(const NnTask *task, const NnNode *node, const Sizes *s, const Work *work)
{
    const NnConv *conv = node->params;
    const NnReal *stored = nn_values(task->pass, node->weight);
    for (size_t tap = 0; tap < s->taps; tap++)
        for (size_t c = 0; c < s->channels; c++)
            work->weights[tap * s->padded + c] = stored[stored_index(s, tap, c)];
    return (NnDepthwise){
        .n_rows = (size_t)node->out.height,
        .n_cols = (size_t)node->out.width,
        .n_channels = s->channels,
        .kernel_h = (size_t)conv->kernel.height,
        .kernel_w = (size_t)conv->kernel.width,
        .x_row = (size_t)conv->stride.height * s->x_row,
        .x_col = (size_t)conv->stride.width * s->channels,
        .tap_row = (size_t)conv->dilation.height * s->x_row,
        .tap_col = (size_t)conv->dilation.width * s->channels,
        .w_step = s->padded,
        .x = work->x,
        .weights = work->weights,
        .bias = node->bias == NN_NONE ? NULL : nn_values(task->pass, node->bias),
        .dx = work->dx,
    };
}

/* Copies the rows of a sample between its own memory and a padded map. */
static void copy_in(const NnConvInside *inside, const NnReal *x, NnReal *map)
{
    for (size_t row = 0; row < inside->n_rows; row++)
        memcpy(map + inside->before + row * inside->row, x + row * inside->n,
               inside->n * sizeof(NnReal));
}

static void copy_out(const NnConvInside *inside, const NnReal *map, NnReal *x)
{
    for (size_t row = 0; row < inside->n_rows; row++)
        memcpy(x + row * inside->n, map + inside->before + row * inside->row,
               inside->n * sizeof(NnReal));
}

void nn_conv_depthwise_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node);
    const Work work = work_of(task, &s);
    const NnConvInside inside = inside_of(node, &s);
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnDepthwise job = job_of(task, node, &s, &work);
    job.y = nn_slot(pass, node->y, task->part);
    nn_conv_clear_borders(&inside, work.x, 1);
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--; x += in, job.y += out) {
        copy_in(&inside, x, work.x);
        pass->kernels->depthwise_forward(&job);
        if (node->relu)
            pass->kernels->relu_forward(job.y, job.y, out);
    }
}

void nn_conv_depthwise_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node);
    const Work work = work_of(task, &s);
    const NnConvInside inside = inside_of(node, &s);
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    const size_t n = nn_rows_in(pass, node, task->part);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    const NnReal *dy = nn_slot(pass, node->dy, task->part);
    const NnReal *y = node->relu ? nn_slot(pass, node->y, task->part) : NULL;
    NnReal *dx = node->dx == NN_NONE ? NULL : nn_slot(pass, node->dx, task->part);
    NnDepthwise job = job_of(task, node, &s, &work);
    job.dw = nn_slot(pass, node->partial, task->part);
    memset(job.dw, 0, s.weights * sizeof(NnReal));
    nn_conv_clear_borders(&inside, work.x, 1);
    for (size_t i = 0; i < n; i++) {
        job.dy = dy + i * out;
        if (y) {
            pass->kernels->relu_backward(work.dy, dy + i * out, y + i * out, out);
            job.dy = work.dy;
        }
        if (node->learns) {
            copy_in(&inside, x + i * in, work.x);
            pass->kernels->depthwise_weights(&job);
        }
        if (!dx)
            continue;
        memset(work.dx, 0, s.x_map * sizeof(NnReal));
        pass->kernels->depthwise_backward(&job);
        copy_out(&inside, work.dx, dx + i * in);
    }
    if (node->bias != NN_NONE && node->learns)
        pass->kernels->sums(&(NnSums){.n_pixels = n * out / s.channels,
                                      .n_channels = s.channels,
                                      .x = dy,
                                      .mask = y,
                                      .first = (double *)(void *)(job.dw + s.weights)});
}

void nn_conv_depthwise_finish(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node);
    const NnReal *parts[NN_SHARDS];
    NnReal *sums = task->scratch, *gradient = nn_gradient(pass, node->weight);
    const NnReal *shard = nn_slot(pass, node->partial, 0);
    const double *bias = (const double *)(const void *)(shard + s.weights);
    size_t first, end;
    nn_slice(s.channels, NN_ALIGN_VALUES, task->part, &first, &end);
    for (size_t tap = 0; tap < s.taps && first < end; tap++) {
        for (uint32_t i = 0; i < NN_SHARDS; i++)
            parts[i] = (const NnReal *)nn_slot(pass, node->partial, i) + tap * s.padded + first;
        pass->kernels->tree(sums, parts, end - first);
        for (size_t c = first; c < end; c++)
            gradient[stored_index(&s, tap, c)] = sums[c - first];
    }
    for (size_t c = first; c < end && node->bias != NN_NONE; c++)
        nn_gradient(pass, node->bias)[c] = (NnReal)nn_tree_sum(bias + c, pass->shard_size);
}
