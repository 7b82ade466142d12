/* Linear layer: y = x W^T + b (torch.nn.Linear), over all features of a sample.
 *
 * The weights' gradient is not added up from shards, whose copies would cost more than the work:
 * each slice of input features goes over the whole batch in order. For it all shards keep their
 * outputs' gradients in memory that they share.
 */
#include <string.h>

#include "trainer/nn/init.h"
#include "trainer/nn/layer.h"
#include "trainer/nn/onnx.h"

typedef struct Linear {
    int32_t features;
    bool bias;
    NnInitParams init;
} Linear;

static const AugParamDesc rows[] = {
    AUG_PARAM(Linear, features, .low = 1, .high = 1048576, .help = "output features",
              .aka = "out_features units"),
    AUG_PARAM(Linear, bias, .fallback = "true", .help = "add a trained value per feature"),
    NN_INIT_ROWS(Linear, init, "he_normal"),
};

static AugStatus linear_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const Linear *linear = params;
    if (!in.flat && (in.height > 1 || in.width > 1))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "needs features, but its input is a %dx%dx%d map; put flatten before it",
                        in.height, in.width, in.channels);
    *out = (NnShape){1, 1, linear->features, true};
    return AUG_OK;
}

/* Sizes of one node in values; out_pad: outputs, padded; slice: most input features of a slice. */
typedef struct Sizes {
    size_t in, out, out_pad, slice;
} Sizes;

static Sizes sizes_of(const NnNode *node)
{
    const size_t in = nn_shape_values(node->in), out = nn_shape_values(node->out);
    const size_t units = (in + NN_ALIGN_VALUES - 1) / NN_ALIGN_VALUES;
    return (Sizes){.in = in,
                   .out = out,
                   .out_pad = nn_padded(out),
                   .slice = (units + NN_SHARDS - 1) / NN_SHARDS * NN_ALIGN_VALUES};
}

/* Values of the transposed weights. */
static size_t transposed_size(const Sizes *s)
{
    return s->out_pad * nn_padded(s->in);
}

static void linear_plan(NnBlueprint *blueprint, NnNode *node)
{
    const Linear *linear = node->params;
    const Sizes s = sizes_of(node);
    const NnFans fans = {(double)s.in, (double)s.out};
    const AugTensorDesc desc = {.dtype = AUG_DTYPE_F32, .n_dims = 2, .shape = {s.out, s.in}};
    node->weight =
        nn_blueprint_matrix(blueprint, node, &desc, node->in, nn_init_weights(&linear->init, fans));
    if (linear->bias)
        node->bias = nn_blueprint_vector(blueprint, node, "bias", NN_TENSOR_PARAMETER, node->out,
                                         nn_init_biases(&linear->init, fans));
    if (!nn_blueprint_trains(blueprint))
        return;
    const size_t n_rows = nn_blueprint_max_rows(blueprint, node);
    node->shared =
        nn_blueprint_shared(blueprint, (transposed_size(&s) + n_rows * s.out_pad) * sizeof(NnReal));
    nn_blueprint_scratch(blueprint, n_rows * s.slice * sizeof(NnReal));
}

/* Transposed weights. */
static NnReal *transposed_weights(const NnPass *pass, const NnNode *node)
{
    return (NnReal *)(pass->shared + node->shared);
}

/* The outputs' gradient from row `first` of the batch on, masked by the rectifier and padded. */
static NnReal *output_gradient(const NnPass *pass, const NnNode *node, const Sizes *s, size_t first)
{
    return transposed_weights(pass, node) + transposed_size(s) + first * s->out_pad;
}

/* Slice of the transposed weights: row out, output feature i. Rows of padded outputs stay zero from
 * the start. */
static void linear_prepare(const NnTask *task, const NnNode *node)
{
    const Sizes s = sizes_of(node);
    const NnReal *w = nn_values(task->pass, node->weight);
    NnReal *back = transposed_weights(task->pass, node);
    size_t first, end;
    nn_slice(s.in, NN_PANEL, task->part, &first, &end);
    for (size_t out = 0; out < s.out; out++)
        for (size_t panel = first; panel < end; panel += NN_PANEL) {
            const size_t left = end - panel;
            NnReal *to = back + nn_panel_index(s.out_pad, s.in, out, panel);
            const NnReal *from = w + nn_panel_index(s.in, s.out, panel, out);
            const size_t step = nn_panel_width(s.out, out);
            for (size_t i = 0; i < (left < NN_PANEL ? left : NN_PANEL); i++)
                to[i] = from[i * step];
        }
}

static void linear_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node);
    pass->kernels->dot(&(NnDot){
        .window = {.x = nn_slot(pass, node->x, task->part),
                   .n_rows = 1,
                   .n_cols = nn_rows_in(pass, node, task->part),
                   .col_step = s.in,
                   .n_taps = 1,
                   .run = s.in},
        .weights = nn_values(pass, node->weight),
        .bias = node->bias == NN_NONE ? NULL : nn_values(pass, node->bias),
        .y = nn_slot(pass, node->y, task->part),
        .y_col_step = s.out,
        .n_out = s.out,
        .relu = node->relu,
    });
}

/* The outputs' gradient is kept for linear_finish. */
static void linear_backward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node);
    const uint32_t n = nn_rows_in(pass, node, task->part);
    const NnReal *dy = nn_slot(pass, node->dy, task->part);
    const NnReal *y = nn_slot(pass, node->y, task->part);
    NnReal *d = output_gradient(pass, node, &s, nn_first_row(pass, node, task->part));
    for (uint32_t i = 0; i < n; i++) {
        NnReal *to = d + i * s.out_pad;
        if (node->relu)
            pass->kernels->relu_backward(to, dy + i * s.out, y + i * s.out, s.out);
        else
            memcpy(to, dy + i * s.out, s.out * sizeof(NnReal));
        memset(to + s.out, 0, (s.out_pad - s.out) * sizeof(NnReal));
    }
    if (node->dx == NN_NONE)
        return;
    pass->kernels->dot(&(NnDot){
        .window = {.x = d,
                   .n_rows = 1,
                   .n_cols = n,
                   .col_step = s.out_pad,
                   .n_taps = 1,
                   .run = s.out_pad},
        .weights = transposed_weights(pass, node),
        .y = nn_slot(pass, node->dx, task->part),
        .y_col_step = s.in,
        .n_out = s.in,
    });
}

/* Copies columns first..end-1 of all samples next to each other. */
static void linear_gather(const NnTask *task, const NnNode *node, size_t first, size_t end,
                          NnReal *x)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node);
    for (uint32_t shard = 0; shard < NN_SHARDS; shard++) {
        const NnReal *from = nn_slot(pass, node->x, shard);
        const size_t n = nn_rows_in(pass, node, shard);
        for (size_t i = 0; i < n; i++, x += end - first)
            memcpy(x, from + i * s.in + first, (end - first) * sizeof(NnReal));
    }
}

/* Some outputs at once, whose values are neighbours; the rows of d are padded. */
static void linear_finish_bias(const NnTask *task, const NnNode *node, const NnReal *d)
{
    const Sizes s = sizes_of(node);
    NnReal *gradient = nn_gradient(task->pass, node->bias);
    size_t first, end;
    nn_slice(s.out, NN_PANEL, task->part, &first, &end);
    for (; first < end; first += NN_ALIGN_VALUES) {
        const size_t left = end - first, n = left < NN_ALIGN_VALUES ? left : NN_ALIGN_VALUES;
        double sums[NN_ALIGN_VALUES] = {0};
        for (uint32_t i = 0; i < nn_all_rows(task->pass, node); i++)
            for (size_t k = 0; k < NN_ALIGN_VALUES; k++)
                sums[k] += (double)d[i * s.out_pad + first + k];
        for (size_t k = 0; k < n; k++)
            gradient[first + k] = (NnReal)sums[k];
    }
}

static void linear_finish(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const Sizes s = sizes_of(node);
    const uint32_t n = nn_all_rows(pass, node);
    NnReal *x = task->scratch;
    const NnReal *d = output_gradient(pass, node, &s, 0);
    size_t first, end;
    nn_slice(s.in, NN_ALIGN_VALUES, task->part, &first, &end);
    linear_gather(task, node, first, end, x);
    if (first < end)
        pass->kernels->outer(&(NnOuter){
            .window = {.x = x,
                       .n_rows = 1,
                       .n_cols = n,
                       .col_step = end - first,
                       .n_taps = 1,
                       .run = end - first},
            .dy = d,
            .dy_col_step = s.out_pad,
            .dw = nn_gradient(pass, node->weight),
            .dw_rows = s.in,
            .first_row = first,
            .n_out = s.out,
        });
    if (node->bias != NN_NONE)
        linear_finish_bias(task, node, d);
}

static const char *linear_onnx(NnOnnx *onnx, const NnNode *node)
{
    const NnOnnxWeights weights = nn_onnx_weights(onnx, node, NULL, 0);
    const char *x =
        node->in.flat ? nn_onnx_input(onnx, node, 0) : nn_onnx_same(onnx, node, "Flatten");
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "Gemm",
                                        .inputs = {x, weights.weight, weights.bias},
                                        .attributes = {NN_ONNX_INT("transB", 1)}});
}

static uint64_t linear_products(const NnNode *node)
{
    return (uint64_t)nn_shape_values(node->in) * nn_shape_values(node->out);
}

static const NnLayerHooks hooks = {
    .shape = linear_shape,
    .plan = linear_plan,
    .fuses = true,
    .products = linear_products,
    .prepare = {NN_PHASE_ON_SLICE, 0, linear_prepare},
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, linear_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, linear_forward}},
    .backward = {{NN_PHASE_ON_SHARD, NN_USES_Y | NN_USES_DX | NN_USES_DY, linear_backward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_X, linear_finish},
    .onnx = linear_onnx,
};

const NnLayerDesc nn_layer_linear = {
    .name = "linear",
    .summary = "Every output is a weighted sum of all features (torch.nn.Linear)",
    .formula = "y[f] = bias[f] + sum over i of weight[f, i] * x[i]",
    .source = "torch.nn.Linear",
    .example = "[flatten, linear: {features: 9, bias: false}, linear: 3]",
    .params = AUG_PARAM_TABLE(Linear, rows),
    .hooks = &hooks,
};
