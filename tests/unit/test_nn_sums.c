/* Long sums lose no more than PyTorch's: every tensor of tests/golden/nn_sums.json, which has the
 * values in float64 and the largest difference of PyTorch's float32 from them. tools/make_nn_sums.py
 * makes the file.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/kernels/kernels.h"
#include "trainer/nn/plugin.h"

/* What four roundings of a float may add up to, each of half the distance between floats next to 1: a
 * result that is subtracted from, multiplied, multiplied and added to loses that, however exact its
 * sums are. */
#define ROUNDING (4 * 0x1p-24)

/* Number i of a sequence, from 0 to below 1 in steps of 2^-24; values() in the script. */
static double sums_value(uint32_t salt, size_t i)
{
    uint32_t h = (uint32_t)(i + (size_t)salt * 1000003) * 2654435761u;
    h = (h ^ h >> 15) * 2246822519u;
    h = (h ^ h >> 13) * 3266489917u;
    return (double)((h ^ h >> 16) >> 8) * 0x1p-24;
}

/* How often PyTorch's deviation ours may be: sums of equal quality in another order, which each table of
 * kernels has, scatter so far. One float sum over all values is 10 times or more. */
#define SCATTER 2

/* One case: its network and the batch of its step. */
typedef struct Case {
    const char *name;
    NnFixture fixture;
    NnNetwork *network;
    NnNetworkInfo info;
    void *data;
    int64_t *labels;
    NnBatch batch;
    NnResult result;
    NnReal *output;
} Case;

static size_t size_member(const json_t *object, const char *key)
{
    return (size_t)json_integer_value(json_object_get(object, key));
}

static NnShape input_shape(const json_t *shape, bool ids)
{
    const int32_t first = (int32_t)json_integer_value(json_array_get(shape, 0));
    if (json_array_size(shape) == 1)
        return ids ? (NnShape){1, first, 1, false} : (NnShape){1, 1, first, true};
    return (NnShape){(int32_t)json_integer_value(json_array_get(shape, 1)),
                     (int32_t)json_integer_value(json_array_get(shape, 2)), first, false};
}

static void fill_batch(Case *c, uint32_t n, size_t n_ids)
{
    const NnShape in = c->info.input;
    const size_t n_values = (size_t)n * (size_t)in.height * (size_t)in.width * (size_t)in.channels;
    c->data = malloc(n_values * sizeof(float));
    c->labels = malloc(n * sizeof(*c->labels));
    for (size_t i = 0; i < n_values; i++)
        if (n_ids)
            ((int32_t *)c->data)[i] = (int32_t)(sums_value(1, i) * (double)n_ids);
        else
            ((float *)c->data)[i] = (float)sums_value(1, i);
    for (uint32_t i = 0; i < n; i++)
        c->labels[i] = i % c->info.n_classes;
    c->batch = (NnBatch){.data = c->data,
                         .dtype = n_ids ? AUG_DTYPE_I32 : AUG_DTYPE_F32,
                         .layout = NN_LAYOUT_NCHW,
                         .n = n,
                         .labels = c->labels};
}

/* Weights and biases of the sequences 2 and 3 around 0. */
static void fill_parameters(NnNetwork *network)
{
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        if (info.kind != NN_TENSOR_PARAMETER)
            continue;
        NnReal *values = malloc(info.n_values * sizeof(*values));
        const uint32_t salt = strstr(info.name, "bias") ? 3 : 2;
        for (size_t k = 0; k < info.n_values; k++)
            values[k] = (NnReal)(sums_value(salt, k) - 0.5);
        nn_network_write_tensor(network, i, values);
        free(values);
    }
}

static Case make_case(const json_t *json, NnKernelChoice kernels)
{
    Case c = {.name = json_string_value(json_object_get(json, "name")),
              .fixture = nn_fixture_make(json_string_value(json_object_get(json, "layers")))};
    const uint32_t n = (uint32_t)size_member(json, "samples");
    const bool trains = json_is_true(json_object_get(json, "trains"));
    const size_t n_ids = size_member(json, "ids");
    AugError error = {0};
    const NnNetworkSpec spec = {.input = input_shape(json_object_get(json, "input"), n_ids > 0),
                                .input_indices = n_ids > 0,
                                .layers = c.fixture.layers,
                                .n_layers = c.fixture.n_layers,
                                .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1}"),
                                .max_batch = n,
                                .seed = 1,
                                .n_threads = 1,
                                .kernels = kernels,
                                .inference = !trains};
    if (nn_network_new(&c.network, &spec, &error) != AUG_OK)
        ck_abort_msg("%s: %s", c.name, error.message);
    nn_network_info(c.network, &c.info);
    fill_parameters(c.network);
    fill_batch(&c, n, n_ids);
    c.output = malloc((size_t)n * c.info.n_classes * sizeof(*c.output));
    /* The loss is that of training, where statistics are the batch's. */
    NnResult trained;
    if ((trains && nn_network_gradients(c.network, &c.batch, &trained, &error) != AUG_OK) ||
        nn_network_evaluate(c.network, &c.batch, c.output, &c.result, &error) != AUG_OK)
        ck_abort_msg("%s: %s", c.name, error.message);
    if (trains)
        c.result = trained;
    return c;
}

static void free_case(Case *c)
{
    nn_network_free(c->network);
    nn_fixture_free(&c->fixture);
    free(c->data);
    free(c->labels);
    free(c->output);
}

/* The tensor of a name as our library has it, n values; the caller frees it. */
static NnReal *find_values(const Case *c, const char *name, size_t n)
{
    static const char prefix[] = "gradient ";
    const bool is_gradient = strncmp(name, prefix, sizeof(prefix) - 1) == 0;
    NnReal *values = malloc(n * sizeof(*values));
    size_t index;
    if (!strcmp(name, "loss")) {
        values[0] = (NnReal)c->result.loss;
        return values;
    }
    if (!strcmp(name, "output")) {
        memcpy(values, c->output, n * sizeof(*values));
        return values;
    }
    const char *tensor = is_gradient ? name + sizeof(prefix) - 1 : name;
    if (!nn_network_find_tensor(c->network, tensor, &index))
        ck_abort_msg("%s: there is no tensor %s", c->name, tensor);
    if (is_gradient)
        nn_network_read_gradient(c->network, index, values);
    else
        nn_network_read_tensor(c->network, index, values);
    return values;
}

/* Returns how many times the bound the deviation is. */
static double check_tensor(const Case *c, const json_t *json)
{
    const char *name = json_string_value(json_object_get(json, "name"));
    const json_t *exact = json_object_get(json, "values");
    const size_t step = size_member(json, "step");
    const double largest = json_number_value(json_object_get(json, "largest"));
    const double theirs = json_number_value(json_object_get(json, "torch_deviation"));
    NnReal *values = find_values(c, name, size_member(json, "n"));
    double ours = 0;
    for (size_t i = 0; i < json_array_size(exact); i++) {
        const double wanted = json_number_value(json_array_get(exact, i));
        ours = fmax(ours, fabs((double)values[i * step] - wanted) / largest);
    }
    const double bound = fmax(SCATTER * theirs, ROUNDING);
    if (ours > bound)
        fprintf(stderr, "%s: %s: deviation %.3g, PyTorch's %.3g\n", c->name, name, ours, theirs);
    free(values);
    return ours / bound;
}

/* Whether this machine and build have them; plug-ins may be elsewhere, too. */
static bool has_kernels(NnKernelChoice choice)
{
    const NnKernels *kernels;
    NnKernels loaded;
    if (nn_plugin_is(choice))
        return nn_plugin_load(choice, &loaded, NULL) == AUG_OK;
    return nn_kernels_choose(choice, &kernels, NULL) == AUG_OK;
}

/* Each table of kernels adds in an order of its own. */
START_TEST(sums_are_as_exact_as_pytorchs)
{
    static const NnKernelChoice choices[] = {NN_KERNELS_AUTO, NN_KERNELS_BASELINE, NN_KERNELS_AVX2,
                                             NN_KERNELS_LIBXSMM};
    const NnKernelChoice kernels = choices[_i];
    if (!has_kernels(kernels))
        return;
    const char *source = getenv("AUGD_SOURCE");
    char *path = test_path("%s/tests/golden/nn_sums.json", source ? source : ".");
    json_error_t problem;
    json_t *file = json_load_file(path, 0, &problem);
    ck_assert_msg(file != NULL, "%s: %s", path, problem.text);
    const json_t *cases = json_object_get(file, "cases");
    double worst = 0;
    ck_assert_uint_gt(json_array_size(cases), 10);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *json = json_array_get(cases, i), *tensors = json_object_get(json, "tensors");
        Case c = make_case(json, kernels);
        ck_assert_uint_gt(json_array_size(tensors), 1);
        for (size_t k = 0; k < json_array_size(tensors); k++)
            worst = fmax(worst, check_tensor(&c, json_array_get(tensors, k)));
        free_case(&c);
    }
    ck_assert_msg(worst <= 1, "a deviation is %.3g times what PyTorch's allows", worst);
    json_decref(file);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_sums");
    TCase *tests = tcase_create("sums");
    tcase_add_loop_test(tests, sums_are_as_exact_as_pytorchs, 0, 4);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
