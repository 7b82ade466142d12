/* Columns: copying, their products, and the gradient of the weights. */
#include "trainer/nn/layers/conv_columns.h"

#include <string.h>

void nn_columns_derive(NnColumns *columns)
{
    columns->narrow_pad = nn_padded(columns->narrow);
    columns->n_rows = columns->rows.kernel * columns->cols.kernel * columns->wide;
    columns->matrix = columns->n_rows * columns->narrow_pad;
}

/* Values of the parts of NnColumnsWork. */
static size_t columns_size(const NnColumns *c)
{
    return nn_padded(c->cols.narrow * c->n_rows);
}

static size_t back_size(const NnColumns *c)
{
    return c->narrow_pad * nn_padded(c->n_rows);
}

size_t nn_columns_values(const NnColumns *c)
{
    return columns_size(c) + c->cols.narrow * c->narrow_pad +
           c->groups * (back_size(c) + c->narrow_pad);
}

void nn_columns_plan(NnBlueprint *blueprint, NnNode *node, const NnColumns *c,
                     const AugTensorDesc *desc, NnInit init)
{
    const NnShape inner = {(int32_t)c->rows.kernel, (int32_t)c->cols.kernel, (int32_t)c->wide,
                           false};
    node->weight = nn_blueprint_matrices(blueprint, node, desc, inner, (uint32_t)c->groups, init);
    nn_blueprint_scratch(blueprint, nn_columns_values(c) * sizeof(NnReal));
    if (nn_blueprint_trains(blueprint))
        node->partial =
            nn_blueprint_slot(blueprint, 0,
                              c->groups * c->matrix * sizeof(NnReal) +
                                  nn_padded((size_t)node->out.channels) * sizeof(double));
}

NnColumnsWork nn_columns_work(const NnTask *task, const NnColumns *c)
{
    NnReal *at = task->scratch;
    return (NnColumnsWork){
        .columns = at,
        .pixels = at + columns_size(c),
        .back = at + columns_size(c) + c->cols.narrow * c->narrow_pad,
        .bias = at + columns_size(c) + c->cols.narrow * c->narrow_pad + c->groups * back_size(c),
    };
}

/* Row (or column) of the wide map under tap number `tap` of the kernel's position; false outside. */
static bool seen(const NnColumnsSide *side, size_t position, size_t tap, size_t *at)
{
    *at = position * side->stride + tap * side->dilation - side->padding;
    return *at < side->wide;
}

void nn_columns_gather(const NnColumns *c, const NnReal *map, size_t row, size_t group, NnReal *to)
{
    const size_t pixel = c->groups * c->wide;
    for (size_t col = 0; col < c->cols.narrow; col++)
        for (size_t ky = 0; ky < c->rows.kernel; ky++)
            for (size_t kx = 0; kx < c->cols.kernel; kx++, to += c->wide) {
                size_t y, x;
                if (seen(&c->rows, row, ky, &y) && seen(&c->cols, col, kx, &x))
                    memcpy(to, map + (y * c->cols.wide + x) * pixel + group * c->wide,
                           c->wide * sizeof(NnReal));
                else
                    memset(to, 0, c->wide * sizeof(NnReal));
            }
}

/* Adds a pixel's values. */
static void add_pixel(NnReal *restrict to, const NnReal *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

void nn_columns_scatter(const NnColumns *c, const NnReal *from, size_t row, size_t group,
                        NnReal *map)
{
    const size_t pixel = c->groups * c->wide;
    for (size_t col = 0; col < c->cols.narrow; col++)
        for (size_t ky = 0; ky < c->rows.kernel; ky++)
            for (size_t kx = 0; kx < c->cols.kernel; kx++, from += c->wide) {
                size_t y, x;
                if (seen(&c->rows, row, ky, &y) && seen(&c->cols, col, kx, &x))
                    add_pixel(map + (y * c->cols.wide + x) * pixel + group * c->wide, from,
                              c->wide);
            }
}

void nn_columns_pixels(const NnColumns *c, const NnReal *map, const NnReal *mask, size_t row,
                       size_t group, NnReal *to)
{
    const size_t pixel = c->groups * c->narrow;
    for (size_t col = 0; col < c->cols.narrow; col++, to += c->narrow_pad) {
        const size_t at = (row * c->cols.narrow + col) * pixel + group * c->narrow;
        for (size_t k = 0; k < c->narrow; k++)
            to[k] = mask && mask[at + k] <= 0 ? 0 : map[at + k];
        for (size_t k = c->narrow; k < c->narrow_pad; k++)
            to[k] = 0;
    }
}

void nn_columns_transpose(const NnColumns *c, const NnReal *weights, NnReal *to)
{
    memset(to, 0, c->groups * back_size(c) * sizeof(NnReal));
    for (size_t group = 0; group < c->groups; group++)
        for (size_t out = 0; out < c->narrow; out++)
            for (size_t row = 0; row < c->n_rows; row++)
                to[group * back_size(c) + nn_panel_index(c->narrow_pad, c->n_rows, out, row)] =
                    weights[group * c->matrix + nn_panel_index(c->n_rows, c->narrow, row, out)];
}

NnWindow nn_columns_window(const NnColumns *c, const NnReal *columns)
{
    return (NnWindow){.x = columns,
                      .n_rows = 1,
                      .n_cols = c->cols.narrow,
                      .col_step = c->n_rows,
                      .n_taps = 1,
                      .run = c->n_rows};
}

void nn_columns_narrow(const NnPass *pass, const NnColumns *c, NnDot job, size_t group)
{
    job.window = nn_columns_window(c, job.window.x);
    job.weights += group * c->matrix;
    job.y += group * c->narrow;
    job.y_col_step = c->groups * c->narrow;
    job.n_out = c->narrow;
    pass->kernels->dot(&job);
}

void nn_columns_widen(const NnPass *pass, const NnColumns *c, const NnColumnsWork *work,
                      size_t group)
{
    pass->kernels->dot(&(NnDot){
        .window = {.x = work->pixels,
                   .n_rows = 1,
                   .n_cols = c->cols.narrow,
                   .col_step = c->narrow_pad,
                   .n_taps = 1,
                   .run = c->narrow_pad},
        .weights = work->back + group * back_size(c),
        .y = work->columns,
        .y_col_step = c->n_rows,
        .n_out = c->n_rows,
    });
}

void nn_columns_weights(const NnTask *task, const NnNode *node, const NnColumns *c, size_t group,
                        NnWindow window, bool first)
{
    const NnColumnsWork work = nn_columns_work(task, c);
    NnReal *partial = nn_slot(task->pass, node->partial, task->part);
    task->pass->kernels->outer(&(NnOuter){
        .window = window,
        .dy = work.pixels,
        .dy_col_step = c->narrow_pad,
        .dw = partial + group * c->matrix,
        .dw_rows = c->n_rows,
        .n_out = c->narrow,
        .add = !first,
    });
}

double *nn_columns_bias_sums(const NnPass *pass, const NnNode *node, const NnColumns *c,
                             uint32_t shard)
{
    NnReal *partial = nn_slot(pass, node->partial, shard);
    return (double *)(void *)(partial + c->groups * c->matrix);
}

void nn_columns_finish(const NnTask *task, const NnNode *node, const NnColumns *c, size_t n_out)
{
    const NnPass *pass = task->pass;
    const NnReal *parts[NN_SHARDS];
    size_t first, end;
    nn_slice(c->groups * c->matrix, NN_PANEL, task->part, &first, &end);
    for (uint32_t i = 0; i < NN_SHARDS; i++)
        parts[i] = (const NnReal *)nn_slot(pass, node->partial, i) + first;
    pass->kernels->tree(nn_gradient(pass, node->weight) + first, parts, end - first);
    if (node->bias == NN_NONE)
        return;
    nn_slice(n_out, NN_PANEL, task->part, &first, &end);
    const double *sums = nn_columns_bias_sums(pass, node, c, 0);
    for (size_t i = first; i < end; i++)
        nn_gradient(pass, node->bias)[i] = (NnReal)nn_tree_sum(sums + i, pass->shard_size);
}
