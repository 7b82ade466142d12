/* Convolutions with groups or dilation: by columns, or, where positions of the kernel are neighbours,
 * on a padded map of one group's channels, which costs a ninth of the copies. */
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

/* Values of a row of a group's padded map, and of all of it. */
static size_t map_row(const NnColumns *c)
{
    return (c->cols.wide + 2 * c->cols.padding) * c->wide;
}

static size_t map_values(const NnColumns *c)
{
    return nn_padded((c->rows.wide + 2 * c->rows.padding) * map_row(c));
}

/* Whether what a kernel sees of a row lies side by side there. */
static bool slides(const NnColumns *c)
{
    return c->cols.dilation == 1;
}

/* A group's channels of a sample, inside a map whose border is zero already. */
static void copy_group(const NnColumns *c, const NnReal *x, size_t group, NnReal *map)
{
    const size_t pixel = c->groups * c->wide;
    x += group * c->wide;
    for (size_t row = 0; row < c->rows.wide; row++) {
        NnReal *to = map + (row + c->rows.padding) * map_row(c) + c->cols.padding * c->wide;
        for (size_t col = 0; col < c->cols.wide; col++, x += pixel)
            for (size_t k = 0; k < c->wide; k++)
                *to++ = x[k];
    }
}

/* What n_rows rows of outputs see of that map, from row `row` on. */
static NnWindow map_window(const NnColumns *c, const NnReal *map, size_t row, size_t n_rows)
{
    const size_t row_step = c->rows.stride * map_row(c);
    return (NnWindow){.x = map + row * row_step,
                      .n_rows = n_rows,
                      .n_cols = c->cols.narrow,
                      .row_step = row_step,
                      .col_step = c->cols.stride * c->wide,
                      .n_taps = c->rows.kernel,
                      .tap_step = c->rows.dilation * map_row(c),
                      .run = c->cols.kernel * c->wide};
}

void nn_conv_grouped_plan(NnBlueprint *blueprint, NnNode *node, const AugTensorDesc *desc,
                          NnInit init)
{
    const NnColumns c = columns_of(node);
    nn_columns_plan(blueprint, node, &c, desc, init);
    nn_blueprint_scratch(blueprint, (nn_columns_values(&c) + map_values(&c)) * sizeof(NnReal));
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

/* A group's outputs of one sample. */
static void forward_group(const NnTask *task, const NnColumns *c, const NnReal *x, NnDot job,
                          size_t group)
{
    const NnColumnsWork work = nn_columns_work(task, c);
    const size_t y_row = c->cols.narrow * c->groups * c->narrow;
    if (slides(c)) {
        NnReal *map = (NnReal *)task->scratch + nn_columns_values(c);
        copy_group(c, x, group, map);
        job.window = map_window(c, map, 0, c->rows.narrow);
        job.weights += group * c->matrix;
        job.y += group * c->narrow;
        job.y_row_step = y_row;
        job.y_col_step = c->groups * c->narrow;
        job.n_out = c->narrow;
        task->pass->kernels->dot(&job);
        return;
    }
    job.window.x = work.columns;
    for (size_t row = 0; row < c->rows.narrow; row++, job.y += y_row) {
        nn_columns_gather(c, x, row, group, work.columns);
        nn_columns_narrow(task->pass, c, job, group);
    }
}

void nn_conv_grouped_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnColumns c = columns_of(node);
    const NnColumnsWork work = nn_columns_work(task, &c);
    const NnReal *bias = pad_bias(pass, node, &c, work.bias);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    NnReal *y = nn_slot(pass, node->y, task->part);
    memset((NnReal *)task->scratch + nn_columns_values(&c), 0, map_values(&c) * sizeof(NnReal));
    for (uint32_t i = nn_rows_in(pass, node, task->part); i--;) {
        for (size_t group = 0; group < c.groups; group++) {
            const NnDot job = {.weights = nn_values(pass, node->weight),
                               .bias = bias ? bias + group * c.narrow_pad : NULL,
                               .y = y,
                               .relu = node->relu};
            forward_group(task, &c, x, job, group);
        }
        x += nn_shape_values(node->in);
        y += nn_shape_values(node->out);
    }
}

/* One sample on the way back; y, dx: NULL where there is no rectifier, or no gradient asked for;
 * first: it is the shard's first. */
typedef struct Sample {
    const NnReal *x, *dy, *y;
    NnReal *dx;
    bool first;
} Sample;

/* A group's gradients of one sample. */
static void backward_group(const NnTask *task, const NnNode *node, const NnColumns *c,
                           const Sample *sample, size_t group)
{
    const NnColumnsWork work = nn_columns_work(task, c);
    NnReal *map = (NnReal *)task->scratch + nn_columns_values(c);
    if (node->learns && slides(c))
        copy_group(c, sample->x, group, map);
    for (size_t row = 0; row < c->rows.narrow; row++) {
        nn_columns_pixels(c, sample->dy, sample->y, row, group, work.pixels);
        if (node->learns && !slides(c))
            nn_columns_gather(c, sample->x, row, group, work.columns);
        if (node->learns)
            nn_columns_weights(task, node, c, group,
                               slides(c) ? map_window(c, map, row, 1)
                                         : nn_columns_window(c, work.columns),
                               sample->first && row == 0);
        if (!sample->dx)
            continue;
        nn_columns_widen(task->pass, c, &work, group);
        nn_columns_scatter(c, work.columns, row, group, sample->dx);
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
    memset((NnReal *)task->scratch + nn_columns_values(&c), 0, map_values(&c) * sizeof(NnReal));
    for (size_t k = 0; k < n * c.groups; k++) {
        const size_t i = k / c.groups;
        const Sample sample = {x + i * in, dy + i * out, y ? y + i * out : NULL,
                               dx ? dx + i * in : NULL, i == 0};
        backward_group(task, node, &c, &sample, k % c.groups);
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
