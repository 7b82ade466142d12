/* Convolutions with groups or dilation, by columns. */
#include <string.h>

#include "trainer/nn/layers/conv.h"
#include "trainer/nn/layers/conv_columns.h"

static NnColumns columns_of(const NnNode *node)
{
    const NnConv *conv = node->params;
    const size_t groups = (size_t)conv->groups;
    NnColumns c = {
        .rows = {(size_t)node->in.height, (size_t)node->out.height, (size_t)conv->kernel.height,
                 (size_t)conv->stride.height, (size_t)conv->padding.height,
                 (size_t)conv->dilation.height},
        .cols = {(size_t)node->in.width, (size_t)node->out.width, (size_t)conv->kernel.width,
                 (size_t)conv->stride.width, (size_t)conv->padding.width,
                 (size_t)conv->dilation.width},
        .wide = (size_t)node->in.channels / groups,
        .narrow = (size_t)node->out.channels / groups,
        .groups = groups,
    };
    nn_columns_derive(&c);
    return c;
}

bool nn_conv_is_grouped(const NnConv *conv)
{
    return conv->groups > 1 || conv->dilation.height > 1 || conv->dilation.width > 1;
}

void nn_conv_grouped_plan(NnBlueprint *blueprint, NnNode *node, const AugTensorDesc *desc,
                          NnInit init)
{
    const NnColumns c = columns_of(node);
    nn_columns_plan(blueprint, node, &c, desc, init);
}

/* The bias of each group, padded for the kernels; NULL if there is none. */
static const NnReal *pad_bias(const NnPass *pass, const NnNode *node, const NnColumns *c,
                              NnReal *to)
{
    if (node->bias == NN_NONE)
        return NULL;
    memset(to, 0, c->groups * c->narrow_pad * sizeof(NnReal));
    for (size_t group = 0; group < c->groups; group++)
        memcpy(to + group * c->narrow_pad, nn_values(pass, node->bias) + group * c->narrow,
               c->narrow * sizeof(NnReal));
    return to;
}

void nn_conv_grouped_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnColumns c = columns_of(node);
    const NnColumnsWork work = nn_columns_work(task, &c);
    const NnReal *bias = pad_bias(pass, node, &c, work.bias);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnReal *y = nn_slot(pass, node->y, task->part);
    const size_t y_row = c.cols.narrow * c.groups * c.narrow;
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--; x += nn_shape_values(node->in))
        for (size_t row = 0; row < c.rows.narrow; row++, y += y_row)
            for (size_t group = 0; group < c.groups; group++) {
                nn_columns_gather(&c, x, row, group, work.columns);
                const NnDot job = {.window = {.x = work.columns},
                                   .weights = nn_values(pass, node->weight),
                                   .bias = bias ? bias + group * c.narrow_pad : NULL,
                                   .y = y,
                                   .relu = node->relu};
                nn_columns_narrow(pass, &c, job, group);
            }
}

void nn_conv_grouped_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnColumns c = columns_of(node);
    const NnColumnsWork work = nn_columns_work(task, &c);
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    const uint32_t n = nn_rows_in(pass, node, task->part);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    const NnReal *dy = nn_slot(pass, node->dy, task->part);
    const NnReal *y = node->relu ? nn_slot(pass, node->y, task->part) : NULL;
    NnReal *dx = node->dx == NN_NONE ? NULL : nn_slot(pass, node->dx, task->part);
    if (n == 0)
        memset(nn_slot(pass, node->partial, task->part), 0, c.groups * c.matrix * sizeof(NnReal));
    if (dx) {
        nn_columns_transpose(&c, nn_values(pass, node->weight), work.back);
        memset(dx, 0, n * in * sizeof(NnReal));
    }
    for (size_t k = 0; k < n * c.rows.narrow * c.groups; k++) {
        const size_t i = k / (c.rows.narrow * c.groups), row = k / c.groups % c.rows.narrow;
        const size_t group = k % c.groups;
        nn_columns_pixels(&c, dy + i * out, y ? y + i * out : NULL, row, group, work.pixels);
        if (node->learns) {
            nn_columns_gather(&c, x + i * in, row, group, work.columns);
            nn_columns_weights(task, node, &c, group, k < c.groups);
        }
        if (!dx)
            continue;
        nn_columns_widen(pass, &c, &work, group);
        nn_columns_scatter(&c, work.columns, row, group, dx + i * in);
    }
    if (node->bias != NN_NONE && node->learns)
        pass->kernels->sums(&(NnSums){.n_pixels = n * c.rows.narrow * c.cols.narrow,
                                      .n_channels = c.groups * c.narrow,
                                      .x = dy,
                                      .mask = y,
                                      .first = nn_columns_bias_sums(pass, node, &c, task->part)});
}

void nn_conv_grouped_finish(const NnTask *task, const NnNode *node)
{
    const NnColumns c = columns_of(node);
    nn_columns_finish(task, node, &c, c.groups * c.narrow);
}
