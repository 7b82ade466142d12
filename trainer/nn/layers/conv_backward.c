/* Backward pass of the convolution. */
#include <string.h>

#include "trainer/nn/layers/conv.h"

/* The gradient of some samples' outputs: in maps with their border, or, where no border is needed, as
 * it came. maps: with the border; inner: the first value; row, map: values from row to row and from
 * map to map. */
typedef struct Gradient {
    const NnReal *maps, *inner;
    size_t row, map;
} Gradient;

/* Calls visit for each phase that has input pixels, with the offset of its weights in rows. */
typedef void (*VisitPhase)(const void *context, const NnConvPhase *rows, const NnConvPhase *cols,
                           size_t offset);

static void visit_phases(const NnConvSizes *s, VisitPhase visit, const void *context)
{
    size_t offset = 0;
    for (size_t row = 0; row < s->rows.stride; row++)
        for (size_t col = 0; col < s->cols.stride; col++) {
            const NnConvPhase rows = nn_conv_phase(&s->rows, row);
            const NnConvPhase cols = nn_conv_phase(&s->cols, col);
            if (rows.n && cols.n)
                visit(context, &rows, &cols, offset);
            offset += rows.n_taps * cols.n_taps * s->out_pad;
        }
}

/* --- weights ---------------------------------------------------------------------------------- */

/* One slice of the weights' rows (tap, output): first..end-1 of all taps times outputs. */
typedef struct Prepare {
    const NnConvSizes *sizes;
    const NnReal *weights;
    NnReal *back;
    size_t first, end;
} Prepare;

/* The row's part of the panel that begins at channel c: in the weights these are a row apart. */
static void prepare_panel(const NnConvSizes *s, const NnReal *from, size_t out, size_t c,
                          NnReal *to)
{
    const size_t left = s->in - c, step = nn_panel_width(s->out, out);
    for (size_t i = 0; i < (left < NN_PANEL ? left : NN_PANEL); i++)
        to[i] = from[i * step];
}

/* Row (tap, out) of a phase, output channel c; rows of padded outputs stay zero from the start. */
static void prepare_phase(const void *context, const NnConvPhase *rows, const NnConvPhase *cols,
                          size_t offset)
{
    const Prepare *prepare = context;
    const NnConvSizes *s = prepare->sizes;
    const size_t n_taps = rows->n_taps * cols->n_taps, n_rows = n_taps * s->out_pad;
    NnReal *back = prepare->back + offset * nn_padded(s->in);
    const size_t before = offset / s->out_pad * s->out;
    for (size_t i = 0; i < n_taps * s->out; i++) {
        if (before + i < prepare->first || before + i >= prepare->end)
            continue;
        const size_t tap = i / s->out, out = i % s->out;
        const size_t ky = rows->last_tap - tap / cols->n_taps * s->rows.stride;
        const size_t kx = cols->last_tap - tap % cols->n_taps * s->cols.stride;
        const size_t from = (ky * s->cols.kernel + kx) * s->in;
        for (size_t c = 0; c < s->in; c += NN_PANEL)
            prepare_panel(s, prepare->weights + nn_panel_index(s->n_rows, s->out, from + c, out),
                          out, c, back + nn_panel_index(n_rows, s->in, tap * s->out_pad + out, c));
    }
}

void nn_conv_prepare(const NnTask *task, const NnNode *node)
{
    if (nn_conv_is_depthwise(node) || nn_conv_is_grouped(node->params))
        return;
    const NnConvSizes s = nn_conv_sizes(node);
    Prepare prepare = {.sizes = &s,
                       .weights = nn_values(task->pass, node->weight),
                       .back = (NnReal *)(task->pass->shared + node->shared)};
    nn_slice(s.rows.kernel * s.cols.kernel * s.out, 1, task->part, &prepare.first, &prepare.end);
    visit_phases(&s, prepare_phase, &prepare);
}

/* --- gradients -------------------------------------------------------------------------------- */

/* Whether the outputs' gradient still has to be masked by the rectifier. */
static bool is_to_mask(const NnNode *node)
{
    return node->relu && !node->masked;
}

/* Whether a sample's gradient can be used as it came. */
static bool is_direct(const NnConvSizes *s, const NnNode *node)
{
    const bool border = s->rows.d_extent != s->rows.out || s->cols.d_extent != s->cols.out;
    return !is_to_mask(node) && !node->norm && s->out == s->out_pad &&
           (node->dx == NN_NONE || !border);
}

/* Where the gradient's maps have it. */
static NnConvInside gradient_inside(const NnConvSizes *s)
{
    return (NnConvInside){.before = s->rows.before * s->d_row + s->cols.before * s->out_pad,
                          .n_rows = s->rows.out,
                          .n = s->cols.out * s->out_pad,
                          .row = s->d_row,
                          .size = s->d_map};
}

/* Gradients of some outputs: y are those where a rectifier masks them, or those that norm, of which
 * dy is the output's gradient, was made of; else NULL. */
typedef struct Outputs {
    const NnReal *dy, *y;
    const NnNorm *norm;
} Outputs;

/* n values, from number `first` on, of the gradient into a map. */
static void fill_values(const NnKernels *kernels, const Outputs *from, size_t first, size_t n,
                        NnReal *to)
{
    if (from->norm) {
        NnNorm job = *from->norm;
        job.n_pixels = n / job.n_channels;
        job.x = from->y + first;
        job.dy = from->dy + first;
        job.dx = to;
        kernels->norm_backward(&job);
    } else if (from->y)
        kernels->relu_backward(to, from->dy + first, from->y + first, n);
    else
        memcpy(to, from->dy + first, n * sizeof(NnReal));
}

/* Gradients of n_maps samples into maps whose borders are zero already. */
static Gradient fill_maps(const NnKernels *kernels, const NnConvSizes *s, const Outputs *from,
                          size_t n_maps, NnReal *maps)
{
    const NnConvInside inside = gradient_inside(s);
    const bool dense = s->out == s->out_pad;
    const size_t n = dense ? s->cols.out * s->out : s->out;
    const size_t per_row = dense ? 1 : s->cols.out, per_map = s->rows.out * per_row;
    for (size_t i = 0; i < n_maps * per_map; i++) {
        NnReal *to = maps + i / per_map * inside.size + inside.before +
                     i % per_map / per_row * inside.row + i % per_row * s->out_pad;
        fill_values(kernels, from, i * n, n, to);
        if (!dense)
            memset(to + n, 0, (s->out_pad - n) * sizeof(NnReal));
    }
    return (Gradient){maps, maps + inside.before, s->d_row, s->d_map};
}

/* What the input's gradient is computed from, for n_maps samples. */
typedef struct InputGradient {
    const NnKernels *kernels;
    const NnConvSizes *sizes;
    Gradient gradient;
    const NnReal *back;
    NnReal *dx;
    size_t n_maps;
    bool adds;
} InputGradient;

static void input_phase(const void *context, const NnConvPhase *rows, const NnConvPhase *cols,
                        size_t offset)
{
    const InputGradient *input = context;
    const NnConvSizes *s = input->sizes;
    const size_t row = input->gradient.row, dx_row = s->cols.in * s->in;
    input->kernels->dot(&(NnDot){
        .window = {.x = input->gradient.maps + rows->d_first * row + cols->d_first * s->out_pad,
                   .n_rows = rows->n,
                   .n_cols = cols->n,
                   .row_step = row,
                   .col_step = s->out_pad,
                   .n_taps = rows->n_taps,
                   .tap_step = row,
                   .run = cols->n_taps * s->out_pad,
                   .n_maps = input->n_maps,
                   .map_step = input->gradient.map},
        .weights = input->back + offset * nn_padded(s->in),
        .y = input->dx + rows->first * dx_row + cols->first * s->in,
        .y_row_step = s->rows.stride * dx_row,
        .y_col_step = s->cols.stride * s->in,
        .y_map_step = s->rows.in * dx_row,
        .n_out = s->in,
        .add = input->adds,
    });
}

static double *bias_sums(const NnPass *pass, const NnNode *node, const NnConvSizes *s,
                         uint32_t shard)
{
    NnReal *partial = nn_slot(pass, node->partial, shard);
    return (double *)(void *)(partial + s->n_rows * s->out_pad);
}

/* Gradients of n_maps samples from `first` of the shard on; x: with their padding. */
static void backward_samples(const NnTask *task, const NnNode *node, const NnConvSizes *s,
                             const NnReal *x, const InputGradient *input, size_t first)
{
    const NnPass *pass = task->pass;
    if (node->learns)
        pass->kernels->outer(&(NnOuter){
            .window = nn_conv_window(s, x, input->n_maps),
            .dy = input->gradient.inner,
            .dy_row_step = input->gradient.row,
            .dy_col_step = s->out_pad,
            .dy_map_step = input->gradient.map,
            .dw = nn_slot(pass, node->partial, task->part),
            .dw_rows = s->n_rows,
            .n_out = s->out,
            .add = first > 0,
        });
    if (node->dx != NN_NONE)
        visit_phases(s, input_phase, input);
}

/* Gradients of a shard, some samples at once. */
static void backward_shard(const NnTask *task, const NnNode *node, const NnConvSizes *s)
{
    const NnPass *pass = task->pass;
    const NnNode *behind = node->norm;
    const NnNorm norm = behind ? behind->hooks->input_gradient(pass, behind) : (NnNorm){0};
    const Outputs from = {nn_slot(pass, node->dy, task->part),
                          is_to_mask(node) || behind ? nn_slot(pass, node->y, task->part) : NULL,
                          behind ? &norm : NULL};
    const size_t n = nn_rows_in(pass, node, task->part), most = s->n_maps < n ? s->n_maps : n;
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    const NnReal *x = nn_slot(pass, node->x, task->part);
    const NnConvInside x_inside = nn_conv_inside(s), d_inside = gradient_inside(s);
    const bool direct = is_direct(s, node);
    NnReal *x_maps = task->scratch, *d_maps = x_maps + most * s->x_map;
    if (s->x_map && node->learns)
        nn_conv_clear_borders(&x_inside, x_maps, most);
    if (!direct)
        nn_conv_clear_borders(&d_inside, d_maps, most);
    for (size_t first = 0; first < n; first += most) {
        const size_t n_maps = most < n - first ? most : n - first;
        const NnReal *own = from.dy + first * out, *padded = x + first * in;
        const Outputs part = {own, from.y ? from.y + first * out : NULL, from.norm};
        Gradient gradient = {own, own, s->cols.out * s->out, out};
        if (!direct)
            gradient = fill_maps(pass->kernels, s, &part, n_maps, d_maps);
        if (node->learns)
            padded = nn_conv_pad(pass, node, padded, n_maps, x_maps);
        const InputGradient input = {
            pass->kernels,
            s,
            gradient,
            (const NnReal *)(pass->shared + node->shared),
            node->dx == NN_NONE ? NULL : (NnReal *)nn_slot(pass, node->dx, task->part) + first * in,
            n_maps,
            node->adds};
        backward_samples(task, node, s, padded, &input, first);
    }
}

void nn_conv_backward(const NnTask *task, const NnNode *node)
{
    if (nn_conv_is_depthwise(node)) {
        nn_conv_depthwise_backward(task, node);
        return;
    }
    if (nn_conv_is_grouped(node->params)) {
        nn_conv_grouped_backward(task, node);
        return;
    }
    const NnPass *pass = task->pass;
    const NnConvSizes s = nn_conv_sizes(node);
    const uint32_t n = nn_rows_in(pass, node, task->part);
    const NnReal *dy = nn_slot(pass, node->dy, task->part);
    const NnReal *y = is_to_mask(node) ? nn_slot(pass, node->y, task->part) : NULL;
    if (n == 0)
        memset(nn_slot(pass, node->partial, task->part), 0, s.n_rows * s.out_pad * sizeof(NnReal));
    if (!nn_conv_whole_backward(task, node))
        backward_shard(task, node, &s);
    if (node->bias != NN_NONE && node->learns)
        pass->kernels->sums(&(NnSums){.n_pixels = n * s.rows.out * s.cols.out,
                                      .n_channels = s.out,
                                      .x = dy,
                                      .mask = y,
                                      .first = bias_sums(pass, node, &s, task->part)});
}

/* Not with a bias, whose gradient is a sum of what would not be stored. */
bool nn_conv_takes_norm(const NnKernels *kernels, const NnNode *node)
{
    return !kernels->conv_backward && !nn_conv_is_depthwise(node) &&
           !nn_conv_is_grouped(node->params) && node->bias == NN_NONE &&
           node->out.channels % NN_ALIGN_VALUES == 0;
}

bool nn_conv_adds(const NnKernels *kernels, const NnNode *node)
{
    return !kernels->conv_backward && !nn_conv_is_depthwise(node) &&
           !nn_conv_is_grouped(node->params);
}

void nn_conv_finish(const NnTask *task, const NnNode *node)
{
    if (nn_conv_is_depthwise(node)) {
        nn_conv_depthwise_finish(task, node);
        return;
    }
    if (nn_conv_is_grouped(node->params)) {
        nn_conv_grouped_finish(task, node);
        return;
    }
    const NnPass *pass = task->pass;
    const NnConvSizes s = nn_conv_sizes(node);
    const NnReal *parts[NN_SHARDS];
    size_t first, end;
    nn_slice(s.n_rows * s.out_pad, NN_PANEL, task->part, &first, &end);
    for (uint32_t i = 0; i < NN_SHARDS; i++)
        parts[i] = (const NnReal *)nn_slot(pass, node->partial, i) + first;
    pass->kernels->tree(nn_gradient(pass, node->weight) + first, parts, end - first);
    if (node->bias == NN_NONE)
        return;
    nn_slice(s.out, NN_PANEL, task->part, &first, &end);
    const double *sums = bias_sums(pass, node, &s, 0);
    for (size_t c = first; c < end; c++)
        nn_gradient(pass, node->bias)[c] = (NnReal)nn_tree_sum(sums + c, pass->shard_size);
}
