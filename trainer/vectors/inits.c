/* Cases of kind "init": the distribution that a layer's weight of a given shape gets. */
#include <math.h>
#include <string.h>

#include "trainer/vectors/case.h"
#include "trainer/vectors/probe.h"

/* torch.nn.init.calculate_gain; 0: not known. a: the slope of leaky_relu. */
static double gain_of(const char *nonlinearity, double a)
{
    const struct {
        const char *name;
        double gain;
    } gains[] = {
        {"linear", 1},     {"conv1d", 1},     {"conv2d", 1},  {"sigmoid", 1},
        {"tanh", 5.0 / 3}, {"relu", sqrt(2)}, {"selu", 0.75}, {"leaky_relu", sqrt(2 / (1 + a * a))},
    };
    for (size_t i = 0; i < AUG_COUNT(gains); i++)
        if (!strcmp(nonlinearity, gains[i].name))
            return gains[i].gain;
    return 0;
}

/* The shape, which may stand among the inputs or the parameters. */
static AugStatus read_shape(VectorCase *c, int64_t sizes[4], size_t *n_dims)
{
    VectorTensor shape = {0};
    AUG_TRY(vector_input(c, "shape", &shape));
    *n_dims = shape.n ? shape.n : json_array_size(vector_param(c, "shape"));
    if (*n_dims < 2 || *n_dims > 4)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "the shape has %zu sizes; allowed are 2 (linear) to 4 (conv)", *n_dims);
    for (size_t i = 0; i < 4; i++) {
        sizes[i] = 1;
        if (i < *n_dims && shape.n)
            sizes[i] = (int64_t)fmin(shape.data[i], 65537);
        else if (i < *n_dims)
            AUG_TRY(vector_whole(c, "shape", i, 1, 65536, &sizes[i]));
        if (sizes[i] < 1 || sizes[i] > 65536)
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                            "size %zu of the shape is not 1 to 65536", i);
    }
    return AUG_OK;
}

/* The layer with a weight of this shape, and what its samples are. */
static AugStatus make_layer(VectorCase *c, json_t *params, NnNetworkSpec *spec)
{
    int64_t s[4];
    size_t n_dims;
    AUG_TRY(read_shape(c, s, &n_dims));
    const char *layer = vector_text(c, "layer",
                                    n_dims == 2   ? "linear"
                                    : n_dims == 3 ? "conv1d"
                                                  : "conv");
    const bool turned = !strcmp(layer, "conv_transpose");
    json_object_set_new(params, n_dims == 2 ? "features" : "filters", json_integer(s[turned]));
    if (n_dims == 3)
        json_object_set_new(params, "kernel", json_integer(s[2]));
    if (n_dims == 4)
        json_object_set_new(params, "kernel", json_pack("[I,I]", s[2], s[3]));
    spec->input =
        (NnShape){n_dims == 4 ? (int32_t)s[2] : 1, n_dims == 2 ? 1 : (int32_t)s[n_dims - 1],
                  (int32_t)s[!turned], n_dims == 2};
    vector_note(c, "layer", layer, params);
    return vector_layers(c,
                         json_pack("[{s:O,s:s},s,{s:i,s:s}]", layer, params, "name", "layer",
                                   "flatten", "linear", 2, "name", "end"),
                         &spec->layers, &spec->n_layers);
}

/* What a case calls the size of a distribution. */
static const char *const names[] = {[NN_INIT_CONSTANT] = "value",
                                    [NN_INIT_UNIFORM] = "bound",
                                    [NN_INIT_NORMAL] = "std",
                                    [NN_INIT_TRUNCATED] = "std",
                                    [NN_INIT_ORTHOGONAL] = "gain"};

AugStatus vector_run_init(VectorCase *c)
{
    NnNetworkSpec spec = {.max_batch = 1};
    NnNetwork *network;
    size_t index;
    json_t *params = vector_keep(c, json_object());
    /* The slopes that kaiming_uniform_ and calculate_gain have. */
    const double slope = vector_number(c, "a", strncmp(c->op, "he_", 3) ? 0.01 : 0);
    const char *nonlinearity = vector_text(c, "nonlinearity", NULL);
    const double gain = nonlinearity ? gain_of(nonlinearity, slope) : vector_number(c, "gain", 0);
    if (nonlinearity && gain == 0)
        return vector_unknown(c, "nonlinearity", nonlinearity);
    if (!nn_module_find(NN_MODULE_INIT, c->op))
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    json_object_set_new(params, "init", json_string(c->op));
    json_object_set_new(params, "init_gain", json_real(gain));
    json_object_set_new(params, "init_mode", json_string(vector_text(c, "mode", "fan_in")));
    AUG_TRY(make_layer(c, params, &spec));
    vector_note(c, nn_module_kind_name(NN_MODULE_INIT), c->op, NULL);
    AUG_TRY(vector_network(c, &spec, &network));
    if (!nn_network_find_tensor(network, "layer.weight", &index))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "the layer has no weight");
    const NnTensor *weight = &network->blueprint.tensors[index];
    const NnTensor *bias = weight + 1;
    AUG_TRY(vector_compare(c, names[weight->init.kind], &weight->init.scale, 1));
    return vector_compare(c, "bias_bound", &bias->init.scale, 1);
}
