/* Vectors of single layers: plain ones, dropout, batch norm. Part of nn_vector_case.h. */
#ifndef TEST_NN_VECTOR_LAYERS_H
#define TEST_NN_VECTOR_LAYERS_H

#include "tests/golden/nn_vector_case.h"

/* Layers before and behind the one under test: an identity whose output gradient is the dx that is
 * looked for, and something that ends in two classes. The layer is node TARGET. The first flatten
 * keeps the identity from taking over a rectifier. */
#define PROBE 1

/* Identity of c channels as weights of a 1x1 convolution. */
static void vector_set_identity(NnNetwork *network, size_t c)
{
    VectorTensor eye = {.n = c * c, .data = calloc(c * c, sizeof(double))};
    for (size_t i = 0; i < c; i++)
        eye.data[i * c + i] = 1;
    vector_write(network, "0.weight", &eye);
    free(eye.data);
}

/* A network around one layer, given as in a model file, for the samples of x. */
static Harness vector_harness(const VectorCase *c, const char *layer, const VectorTensor *x,
                              uint32_t *target)
{
    char text[600];
    const bool relu = !strcmp(layer, "relu");
    snprintf(text, sizeof(text),
             "[conv: {filters: %zu, kernel: 1, bias: false}, %s%s, flatten, linear: 2]",
             x->shape[1], relu ? "flatten, " : "", layer);
    Harness harness = harness_make(text, vector_sample_shape(x), (uint32_t)x->shape[0], c->kernels);
    vector_set_identity(harness.network, x->shape[1]);
    *target = relu ? 3 : 2;
    return harness;
}

/* Layers whose names are not those of PyTorch's functions, and what the names say beside. */
static const struct {
    const char *op, *layer, *given;
} vector_names[] = {
    {"global_avg_pool2d", "global_avg_pool", ""},
    {"gelu_erf", "gelu", "approximate: none"},
    {"gelu_tanh", "gelu", "approximate: tanh"},
    {"adaptive_avg_pool2d", "adaptive_avg_pool", ""},
    {"adaptive_max_pool2d", "adaptive_max_pool", ""},
    {"upsample_nearest", "upsample", "mode: nearest"},
    {"upsample_nearest2d", "upsample", "mode: nearest"},
    {"upsample_bilinear", "upsample", "mode: bilinear"},
};

/* What a layer calls a parameter of a case. */
static const char *vector_row_name(const char *key)
{
    return !strcmp(key, "groups") ? "num_groups" : !strcmp(key, "scale") ? "scale_factor" : key;
}

/* Whether a layer has a parameter. */
static bool vector_has_row(const NnLayerDesc *layer, const char *name)
{
    for (size_t i = 0; i < layer->params.n; i++)
        if (!strcmp(layer->params.rows[i].name, name))
            return true;
    return false;
}

/* A layer whose parameters have the names of the case's; false if there is none. */
static bool vector_plain_text(const VectorCase *c, char *text, size_t size)
{
    const char *name = c->op, *given = "", *key;
    for (size_t i = 0; i < AUG_COUNT(vector_names); i++)
        if (!strcmp(vector_names[i].op, c->op)) {
            name = vector_names[i].layer;
            given = vector_names[i].given;
        }
    const NnLayerDesc *layer = nn_layer_find(name);
    if (!layer)
        return false;
    snprintf(text, size, "%s: {%s", name, given);
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)c->params, key, value)
    {
        if (!vector_has_row(layer, vector_row_name(key)))
            return false;
        char *dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s: %s", text[used - 1] == '{' ? "" : ", ",
                 vector_row_name(key), dumped);
        free(dumped);
    }
    if (text[strlen(text) - 1] == '{')
        snprintf(text, size, "%s", name);
    else
        snprintf(text + strlen(text), size - strlen(text), "}");
    return true;
}

/* A convolution of any kind. */
static bool vector_conv_text(const VectorCase *c, const VectorTensor *w, bool bias, char *text,
                             size_t size)
{
    const bool flat = !strcmp(c->op, "conv1d"), turned = !strcmp(c->op, "conv_transpose2d");
    static const char *const words[] = {"stride", "padding", "dilation", "output_padding"};
    if (!flat && !turned && strcmp(c->op, "conv2d") != 0)
        return false;
    if (!vector_knows(c, turned ? " stride padding dilation output_padding groups "
                                : " stride padding dilation groups "))
        return false;
    const size_t groups = (size_t)vector_number(c, "groups", 1);
    snprintf(text, size, "%s: {filters: %zu, groups: %zu, bias: %s",
             flat     ? "conv1d"
             : turned ? "conv_transpose"
                      : "conv",
             turned ? w->shape[1] * groups : w->shape[0], groups, bias ? "true" : "false");
    for (size_t i = 0; i < (turned ? 4 : 3); i++) {
        const int first = vector_element(c, words[i], 0, i == 0 || i == 2);
        const size_t used = strlen(text);
        if (flat)
            snprintf(text + used, size - used, ", %s: %d", words[i], first);
        else
            snprintf(text + used, size - used, ", %s: [%d, %d]", words[i], first,
                     vector_element(c, words[i], 1, first));
    }
    const size_t used = strlen(text);
    if (flat)
        snprintf(text + used, size - used, ", kernel: %zu}", w->shape[3]);
    else
        snprintf(text + used, size - used, ", kernel: [%zu, %zu]}", w->shape[2], w->shape[3]);
    return true;
}

/* Layer of a case as a model file has it; false if there is none. */
static bool vector_layer_text(const VectorCase *c, char *text, size_t size)
{
    const VectorTensor w = vector_tensor(c->inputs, "w"), b = vector_tensor(c->inputs, "b");
    const int sh = vector_element(c, "stride", 0, 0);
    const int sw = vector_element(c, "stride", 1, sh);
    const int ph = vector_element(c, "padding", 0, 0), pw = vector_element(c, "padding", 1, ph);
    const int kh = vector_element(c, "kernel_size", 0, 0);
    const int kw = vector_element(c, "kernel_size", 1, kh);
    bool known = true;
    if (!strncmp(c->op, "conv", 4)) {
        known = vector_conv_text(c, &w, b.n > 0, text, size);
    } else if (!strcmp(c->op, "linear")) {
        snprintf(text, size, "linear: {features: %zu, bias: %s}", w.shape[0],
                 b.n ? "true" : "false");
    } else if (!strcmp(c->op, "max_pool2d") || !strcmp(c->op, "avg_pool2d")) {
        const bool max = c->op[0] == 'm';
        known = vector_knows(c, max ? " kernel_size stride padding "
                                    : " kernel_size stride padding count_include_pad ");
        snprintf(text, size, "%s: {kernel: [%d, %d], stride: [%d, %d], padding: [%d, %d]%s}",
                 max ? "max_pool" : "avg_pool", kh, kw, sh ? sh : kh, sw ? sw : kw, ph, pw,
                 max || vector_number(c, "count_include_pad", 1) ? ""
                                                                 : ", count_include_pad: false");
    } else {
        known = vector_plain_text(c, text, size);
    }
    free(w.data);
    free(b.data);
    return known;
}

/* Names of parameters and of their gradients: of layers, and of normalizations. */
typedef struct VectorWords {
    const char *w, *b, *dw, *db;
} VectorWords;

static VectorOutcome vector_run_text(VectorCase *c, const char *text, VectorWords words)
{
    char weight[32], bias[32];
    const VectorTensor x = vector_tensor(c->inputs, "x"), dy = vector_tensor(c->inputs, "dy");
    const VectorTensor w = vector_tensor(c->inputs, words.w), b = vector_tensor(c->inputs, words.b);
    uint32_t target;
    Harness harness = vector_harness(c, text, &x, &target);
    NnNetwork *network = harness.network;
    const NnShape out = network->graph.nodes[target].out;
    snprintf(weight, sizeof(weight), "%u.weight", target - 1);
    snprintf(bias, sizeof(bias), "%u.bias", target - 1);
    vector_write(network, weight, &w);
    vector_write(network, bias, &b);
    NnReal *in = vector_to_pixels(&x), *in_dy = vector_to_pixels(&dy);
    NnReal *y = malloc(nn_shape_values(out) * x.shape[0] * sizeof(*y));
    NnReal *dx = malloc(x.n * sizeof(*dx));
    const HarnessPass pass = {.n = (uint32_t)x.shape[0],
                              .probe = PROBE,
                              .target = target,
                              .x = in,
                              .dy = dy.n ? in_dy : NULL,
                              .y = y,
                              .dx = dx};
    harness_run(network, &network->blueprint.train, &pass);
    vector_compare_images(c, "y", y, out);
    harness_commit(network);
    if (dy.n) {
        vector_compare_images(c, "dx", dx, vector_sample_shape(&x));
        vector_compare_tensor(c, words.dw, network, weight, true);
        vector_compare_tensor(c, words.db, network, bias, true);
    }
    vector_compare_tensor(c, "rm", network, "1.running_mean", false);
    vector_compare_tensor(c, "rv", network, "1.running_var", false);
    if (json_object_get(c->expect, "y_eval")) {
        harness_run(network, &network->blueprint.evaluate, &pass);
        vector_compare_images(c, "y_eval", y, out);
    }
    harness_free(&harness);
    free(x.data);
    free(dy.data);
    free(w.data);
    free(b.data);
    free(in);
    free(in_dy);
    free(y);
    free(dx);
    return VECTOR_HOLDS;
}

static VectorOutcome vector_run_layer(VectorCase *c)
{
    char text[400];
    if (!vector_layer_text(c, text, sizeof(text)))
        return VECTOR_UNKNOWN;
    return vector_run_text(c, text, (VectorWords){"w", "b", "dw", "db"});
}

/* Expected y and dx under the case's mask, where our own mask drops further values. */
typedef struct VectorMasked {
    const NnReal *got;
    const uint8_t *ours;
    const double *mask, *expected;
} VectorMasked;

/* The value itself where both masks keep; what the case expects where ours dropped it rightly. */
static double vector_masked(const void *context, size_t i)
{
    const VectorMasked *m = context;
    if (m->ours[i] && m->mask[i] != 0)
        return (double)m->got[i];
    if (!m->ours[i] && m->got[i] != 0)
        return NAN;
    return m->expected[i];
}

static void vector_compare_masked(VectorCase *c, const char *name, const NnReal *got,
                                  const uint8_t *ours, const VectorTensor *mask)
{
    const VectorTensor expected = vector_tensor(c->expect, name);
    const VectorMasked masked = {got, ours, mask->data, expected.data};
    if (expected.n)
        vector_compare(c, name, vector_masked, &masked);
    free(expected.data);
}

/* Our mask is a function of the seed and cannot be given, so values are compared where both masks
 * keep them; that our mask drops the right share is tested with the layer. */
static VectorOutcome vector_run_dropout(VectorCase *c)
{
    char text[64];
    if (!vector_knows(c, " p "))
        return VECTOR_UNKNOWN;
    snprintf(text, sizeof(text), "dropout: %.17g", vector_number(c, "p", 0.5));
    const VectorTensor x = vector_tensor(c->inputs, "x"), dy = vector_tensor(c->inputs, "dy");
    const VectorTensor mask = vector_tensor(c->inputs, "mask");
    uint32_t target;
    Harness harness = vector_harness(c, text, &x, &target);
    NnNetwork *network = harness.network;
    NnReal *in = vector_to_pixels(&x), *in_dy = vector_to_pixels(&dy);
    NnReal *y = malloc(x.n * sizeof(*y)), *dx = malloc(x.n * sizeof(*dx));
    uint8_t *ours = malloc(x.n);
    HarnessPass pass = {.n = (uint32_t)x.shape[0],
                        .probe = PROBE,
                        .target = target,
                        .x = in,
                        .dy = in_dy,
                        .y = y,
                        .dx = dx,
                        .mask = ours};
    harness_run(network, &network->blueprint.train, &pass);
    vector_compare_masked(c, "y", y, ours, &mask);
    vector_compare_masked(c, "dx", dx, ours, &mask);
    pass.mask = NULL;
    harness_run(network, &network->blueprint.evaluate, &pass);
    vector_compare_images(c, "y_eval", y, vector_sample_shape(&x));
    harness_free(&harness);
    free(x.data);
    free(dy.data);
    free(mask.data);
    free(in);
    free(in_dy);
    free(y);
    free(dx);
    free(ours);
    return VECTOR_HOLDS;
}

/* What the passes of batch norm share. */
typedef struct VectorNorm {
    VectorTensor x1, x2, dy, gamma, beta;
    Harness harness;
    uint32_t target;
} VectorNorm;

/* One pass over a batch; suffix is the end of the expected names ("1": y1, dx1, ...). */
static void vector_norm_pass(VectorCase *c, VectorNorm *norm, const VectorTensor *x,
                             const NnProgram *program, const char *suffix)
{
    NnNetwork *network = norm->harness.network;
    const NnShape shape = vector_sample_shape(x);
    NnReal *in = vector_to_pixels(x), *dy = vector_to_pixels(&norm->dy);
    NnReal *y = malloc(x->n * sizeof(*y)), *dx = malloc(x->n * sizeof(*dx));
    const HarnessPass pass = {.n = (uint32_t)x->shape[0],
                              .probe = PROBE,
                              .target = norm->target,
                              .x = in,
                              .dy = dy,
                              .y = y,
                              .dx = dx};
    char name[32];
    harness_run(network, program, &pass);
    snprintf(name, sizeof(name), "y%s", suffix);
    vector_compare_images(c, name, y, shape);
    if (program == &network->blueprint.train) {
        snprintf(name, sizeof(name), "dx%s", suffix);
        vector_compare_images(c, name, dx, shape);
        snprintf(name, sizeof(name), "dgamma%s", suffix);
        vector_compare_tensor(c, name, network, "1.weight", true);
        snprintf(name, sizeof(name), "dbeta%s", suffix);
        vector_compare_tensor(c, name, network, "1.bias", true);
        harness_commit(network);
    }
    free(in);
    free(dy);
    free(y);
    free(dx);
}

static void vector_norm_open(const VectorCase *c, VectorNorm *norm, bool frozen)
{
    char text[200];
    const bool cumulative = json_is_null(json_object_get(c->params, "momentum"));
    snprintf(text, sizeof(text),
             "batch_norm: {eps: %.17g, momentum: %.17g, cumulative: %s, affine: %s, frozen: %s}",
             vector_number(c, "eps", 1e-5), vector_number(c, "momentum", 0.1),
             cumulative ? "true" : "false", vector_number(c, "affine", 1) ? "true" : "false",
             frozen ? "true" : "false");
    norm->harness = vector_harness(c, text, &norm->x1, &norm->target);
    vector_write(norm->harness.network, "1.weight", &norm->gamma);
    vector_write(norm->harness.network, "1.bias", &norm->beta);
}

/* Running statistics from one network to another. */
static void vector_norm_carry(const NnNetwork *from, NnNetwork *to)
{
    const char *names[] = {"1.running_mean", "1.running_var"};
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        size_t index;
        NnTensorInfo info;
        ck_assert(nn_network_find_tensor(from, names[i], &index));
        nn_network_tensor(from, index, &info);
        NnReal *values = malloc(info.n_values * sizeof(*values));
        nn_network_read_tensor(from, index, values);
        nn_network_write_tensor(to, index, values);
        free(values);
    }
}

/* Normalizations of one batch. What is normalized together is all of a sample, as the case's
 * normalized_shape must say; weight and bias are there if the case has them. */
static VectorOutcome vector_run_one_norm(VectorCase *c)
{
    char text[400];
    const VectorTensor x = vector_tensor(c->inputs, "x");
    json_t *params = json_deep_copy(c->params);
    const json_t *over = json_object_get(params, "normalized_shape");
    bool known = !over || json_array_size(over) + 1 == x.n_dims;
    for (size_t i = 0; known && i < json_array_size(over); i++)
        known = (size_t)json_integer_value(json_array_get(over, i)) == x.shape[i + 1];
    json_object_del(params, "normalized_shape");
    const bool affine = json_object_get(c->inputs, "gamma") != NULL;
    const bool by_value = !strcmp(c->op, "layer_norm") || !strcmp(c->op, "rms_norm");
    json_object_set_new(params, by_value ? "elementwise_affine" : "affine", json_boolean(affine));
    if (affine && !json_object_get(c->inputs, "beta") && !strcmp(c->op, "layer_norm"))
        json_object_set_new(params, "bias", json_false());
    if (!strcmp(c->op, "instance_norm") && json_object_get(c->expect, "rm"))
        json_object_set_new(params, "track_running_stats", json_true());
    VectorCase inner = *c;
    inner.params = params;
    VectorOutcome outcome = VECTOR_UNKNOWN;
    if (known && vector_plain_text(&inner, text, sizeof(text)))
        outcome = vector_run_text(&inner, text, (VectorWords){"gamma", "beta", "dgamma", "dbeta"});
    c->holds = inner.holds;
    c->n_compared = inner.n_compared;
    json_decref(params);
    free(x.data);
    return outcome;
}

/* The passes of two training batches and, with the statistics that they leave, of the first in
 * evaluation: forward, and with gradients as a frozen layer. */
static VectorOutcome vector_run_norm(VectorCase *c)
{
    if (strcmp(c->op, "batch_norm") != 0)
        return vector_run_one_norm(c);
    if (!vector_knows(c, " eps momentum affine "))
        return VECTOR_UNKNOWN;
    VectorNorm norm = {.x1 = vector_tensor(c->inputs, "x1"),
                       .x2 = vector_tensor(c->inputs, "x2"),
                       .dy = vector_tensor(c->inputs, "dy"),
                       .gamma = vector_tensor(c->inputs, "gamma"),
                       .beta = vector_tensor(c->inputs, "beta")};
    vector_norm_open(c, &norm, false);
    Harness first = norm.harness;
    NnNetwork *network = first.network;
    vector_norm_pass(c, &norm, &norm.x1, &network->blueprint.train, "1");
    vector_compare_tensor(c, "rm1", network, "1.running_mean", false);
    vector_compare_tensor(c, "rv1", network, "1.running_var", false);
    vector_norm_pass(c, &norm, &norm.x2, &network->blueprint.train, "2");
    vector_compare_tensor(c, "rm2", network, "1.running_mean", false);
    vector_compare_tensor(c, "rv2", network, "1.running_var", false);
    vector_norm_open(c, &norm, true);
    vector_norm_carry(network, norm.harness.network);
    vector_norm_pass(c, &norm, &norm.x1, &norm.harness.network->blueprint.train, "1_eval");
    /* The same expectation for the evaluation program: counted once. */
    const size_t n_compared = c->n_compared;
    vector_norm_pass(c, &norm, &norm.x1, &norm.harness.network->blueprint.evaluate, "1_eval");
    c->n_compared = n_compared;
    harness_free(&norm.harness);
    harness_free(&first);
    free(norm.x1.data);
    free(norm.x2.data);
    free(norm.dy.data);
    free(norm.gamma.data);
    free(norm.beta.data);
    return VECTOR_HOLDS;
}

#endif
