/* The phases of group_norm and instance_norm. Sums over pixels are per channel, and then per group,
 * of doubles. */
#include "trainer/nn/layers/channel_norm.h"

#include <math.h>
#include <string.h>

/* Values per channel, in the scratch of a thread. */
typedef struct Work {
    double *first, *second;
    NnReal *mean, *scale, *shift, *mean_d, *slope;
    NnGroupMoments *moments;
} Work;

/* Sizes of one node, and the layer's description. */
typedef struct Sizes {
    size_t n_pixels, n_channels, n_groups, per_group;
    double per_sample;
} Sizes;

static Sizes sizes_of(const NnNode *node, size_t n_groups)
{
    Sizes s = {.n_pixels = (size_t)node->in.height * (size_t)node->in.width,
               .n_channels = (size_t)node->in.channels,
               .n_groups = n_groups};
    s.per_group = s.n_channels / n_groups;
    s.per_sample = (double)(s.n_pixels * s.per_group);
    return s;
}

size_t nn_channel_norm_own_scratch(const NnNode *node)
{
    return nn_padded((size_t)node->in.channels) * sizeof(NnGroupMoments);
}

static Work work_of(const NnTask *task, const NnNode *node)
{
    const size_t n = nn_padded((size_t)node->in.channels);
    double *d =
        (double *)(void *)((unsigned char *)task->scratch + nn_channel_norm_own_scratch(node));
    NnReal *r = (NnReal *)(void *)(d + 4 * n);
    return (Work){.first = d,
                  .second = d + n,
                  .moments = (NnGroupMoments *)(void *)(d + 2 * n),
                  .mean = r,
                  .scale = r + n,
                  .shift = r + 2 * n,
                  .mean_d = r + 3 * n,
                  .slope = r + 4 * n};
}

void nn_channel_norm_plan(NnBlueprint *blueprint, NnNode *node, size_t n_groups, bool affine)
{
    const size_t n = nn_padded((size_t)node->in.channels);
    const NnShape inner = {1, 1, node->in.channels, true};
    if (affine) {
        node->weight = nn_blueprint_vector(blueprint, node, "weight", NN_TENSOR_PARAMETER, inner,
                                           (NnInit){NN_INIT_CONSTANT, 1});
        node->bias = nn_blueprint_vector(blueprint, node, "bias", NN_TENSOR_PARAMETER, inner,
                                         (NnInit){NN_INIT_CONSTANT, 0});
    }
    nn_blueprint_scratch(blueprint, nn_channel_norm_own_scratch(node) +
                                        n * (4 * sizeof(double) + 5 * sizeof(NnReal)));
    if (!nn_blueprint_trains(blueprint))
        return;
    node->saved =
        nn_blueprint_slot(blueprint, node->in_rows * n_groups * sizeof(NnGroupMoments), 0);
    node->partial = nn_blueprint_slot(blueprint, 0, 2 * n * sizeof(double));
}

/* Moments of each group of a sample, in two passes: so a large mean costs no digits. */
static void find_moments(const NnKernels *kernels, const Sizes *s, const NnReal *x, Work *work)
{
    NnSums job = {.n_pixels = s->n_pixels, .n_channels = s->n_channels, .x = x};
    job.first = work->first;
    kernels->sums(&job);
    for (size_t g = 0; g < s->n_groups; g++) {
        double sum = 0;
        for (size_t c = g * s->per_group; c < (g + 1) * s->per_group; c++)
            sum += work->first[c];
        for (size_t c = g * s->per_group; c < (g + 1) * s->per_group; c++)
            work->mean[c] = (NnReal)(sum / s->per_sample);
    }
    job.mean = work->mean;
    job.second = work->second;
    kernels->norm_sums(&job);
    for (size_t g = 0; g < s->n_groups; g++) {
        double sum = 0, squares = 0;
        for (size_t c = g * s->per_group; c < (g + 1) * s->per_group; c++) {
            sum += work->first[c];
            squares += work->second[c];
        }
        const double rest = sum / s->per_sample;
        work->moments[g] = (NnGroupMoments){(double)work->mean[g * s->per_group] + rest,
                                            (squares - sum * rest) / s->per_sample};
    }
}

/* Mean, factor and summand of each channel. */
static void fill_channels(const NnPass *pass, const NnNode *node, const NnChannelNorm *norm,
                          const NnGroupMoments *moments, Work *work)
{
    const size_t n = (size_t)node->in.channels, per_group = n / norm->n_groups;
    for (size_t c = 0; c < n; c++) {
        const NnGroupMoments m = moments[c / per_group];
        const bool affine = node->weight != NN_NONE;
        const double gamma = affine ? (double)nn_values(pass, node->weight)[c] : 1;
        work->mean[c] = (NnReal)m.mean;
        work->scale[c] = (NnReal)(gamma / sqrt(m.variance + norm->eps));
        work->shift[c] = affine ? nn_values(pass, node->bias)[c] : 0;
    }
}

/* The kernels' job for one sample. */
static NnNorm norm_job(const Sizes *s, const NnNode *node, const NnReal *x, const Work *work)
{
    return (NnNorm){.n_pixels = s->n_pixels,
                    .n_channels = s->n_channels,
                    .x = x,
                    .mean = work->mean,
                    .scale = work->scale,
                    .shift = work->shift,
                    .relu = node->relu};
}

void nn_channel_norm_forward(const NnTask *task, const NnNode *node, const NnChannelNorm *norm,
                             bool keeps)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node, norm->n_groups);
    const size_t n = nn_shape_values(node->in);
    Work work = work_of(task, node);
    NnGroupMoments *saved = keeps ? nn_slot(pass, node->saved, task->part) : NULL;
    for (uint32_t i = 0; i < nn_rows_in(pass, node, task->part); i++) {
        const NnReal *x = (const NnReal *)nn_slot(pass, node->x, task->part) + i * n;
        if (!norm->given)
            find_moments(pass->kernels, &s, x, &work);
        const NnGroupMoments *moments = norm->given ? norm->given : work.moments;
        if (saved)
            memcpy(saved + i * s.n_groups, moments, s.n_groups * sizeof(*saved));
        fill_channels(pass, node, norm, moments, &work);
        NnNorm job = norm_job(&s, node, x, &work);
        job.y = (NnReal *)nn_slot(pass, node->y, task->part) + i * n;
        pass->kernels->norm_forward(&job);
    }
}

/* With d = gamma dy and u = (x - mean) / deviation, the mean of d and of d u in each group, as the
 * kernel wants them. Given moments are constants: nothing flows through them. */
static void fill_slopes(const Sizes *s, const NnChannelNorm *norm, const NnGroupMoments *moments,
                        Work *work)
{
    for (size_t g = 0; g < s->n_groups; g++) {
        const double inverse = 1 / sqrt(moments[g].variance + norm->eps);
        double sum = 0, product = 0;
        for (size_t c = g * s->per_group; c < (g + 1) * s->per_group; c++) {
            sum += (double)work->scale[c] * work->first[c];
            product += (double)work->scale[c] * work->second[c];
        }
        for (size_t c = g * s->per_group; c < (g + 1) * s->per_group; c++) {
            work->mean_d[c] = norm->given ? 0 : (NnReal)(sum / s->per_sample);
            work->slope[c] =
                norm->given ? 0 : (NnReal)(product * inverse * inverse / s->per_sample);
        }
    }
}

/* Adds a sample's part to the gradients of weight and bias. */
static void add_gradients(const Sizes *s, const NnChannelNorm *norm, const NnGroupMoments *moments,
                          const Work *work, double *partial)
{
    for (size_t c = 0; c < s->n_channels; c++) {
        const double variance = moments[c / s->per_group].variance;
        partial[c] += work->second[c] / sqrt(variance + norm->eps);
        partial[nn_padded(s->n_channels) + c] += work->first[c];
    }
}

void nn_channel_norm_backward(const NnTask *task, const NnNode *node, const NnChannelNorm *norm)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node, norm->n_groups);
    const size_t n = nn_shape_values(node->in);
    Work work = work_of(task, node);
    const NnGroupMoments *moments = nn_slot(pass, node->saved, task->part);
    double *partial = nn_slot(pass, node->partial, task->part);
    memset(partial, 0, 2 * nn_padded(s.n_channels) * sizeof(double));
    for (uint32_t i = 0; i < nn_rows_in(pass, node, task->part); i++, moments += s.n_groups) {
        const NnReal *x = (const NnReal *)nn_slot(pass, node->x, task->part) + i * n;
        const NnReal *dy = (const NnReal *)nn_slot(pass, node->dy, task->part) + i * n;
        fill_channels(pass, node, norm, moments, &work);
        pass->kernels->norm_sums(&(NnSums){.n_pixels = s.n_pixels,
                                           .n_channels = s.n_channels,
                                           .x = x,
                                           .dy = dy,
                                           .mean = work.mean,
                                           .scale = work.scale,
                                           .shift = work.shift,
                                           .relu = node->relu,
                                           .first = work.first,
                                           .second = work.second});
        add_gradients(&s, norm, moments, &work, partial);
        if (node->dx == NN_NONE)
            continue;
        fill_slopes(&s, norm, moments, &work);
        NnNorm job = norm_job(&s, node, x, &work);
        job.dy = dy;
        job.mean_d = work.mean_d;
        job.slope = work.slope;
        job.dx = (NnReal *)nn_slot(pass, node->dx, task->part) + i * n;
        pass->kernels->norm_backward_grouped(&job);
    }
}

void nn_channel_norm_finish(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t n = (size_t)node->in.channels;
    const double *parts = nn_slot(pass, node->partial, 0);
    size_t first, end;
    if (node->weight == NN_NONE)
        return;
    nn_slice(n, NN_PANEL, task->part, &first, &end);
    for (size_t c = first; c < end; c++) {
        nn_gradient(pass, node->weight)[c] = (NnReal)nn_tree_sum(parts + c, pass->shard_size);
        nn_gradient(pass, node->bias)[c] =
            (NnReal)nn_tree_sum(parts + nn_padded(n) + c, pass->shard_size);
    }
}
