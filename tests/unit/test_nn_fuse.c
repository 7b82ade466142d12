/* Layers that share a pass over memory give the bits that they give one by one, in training and in
 * evaluation; and they share one where they can and where nobody else needs what is not written then.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"
#include "trainer/nn/network.h"

#define N 21
#define SIDE 9
#define CHANNELS 8
#define CLASSES 3
#define STEPS 3

/* A network of 9x9x8, and how many sums are made by a norm, gradients added up by a reader, and norms
 * left to their reader. */
typedef struct Case {
    const char *text;
    uint32_t n_sums, n_adds, n_left;
} Case;

#define CONV "conv: {filters: 8, padding: 1, bias: false}"
#define END "flatten, linear: 3]"

static const Case cases[] = {
    {"[" CONV ", batch_norm, relu, residual: {branch: [" CONV ", batch_norm, relu, " CONV
     ", batch_norm]}, relu, " END,
     1, 1, 1},
    {"[" CONV
     ", relu, residual: {branch: [conv: {filters: 12, stride: 2, padding: 1, bias: false}, "
     "batch_norm], shortcut: [conv: {filters: 12, kernel: 1, stride: 2}, batch_norm]}, " END,
     1, 1, 0},
    /* The sum's gradient is what the convolution gets. */
    {"[" CONV ", residual: {branch: [" CONV "]}, relu, " END, 0, 0, 0},
    {"[" CONV ", residual: {branch: [" CONV ", batch_norm]}, relu, " END, 1, 0, 0},
    /* Its rectifier comes before the sum. */
    {"[" CONV ", residual: {branch: [" CONV ", " CONV ", batch_norm, relu]}, " END, 0, 1, 0},
    /* Somebody else reads the norm. */
    {"[" CONV ", {batch_norm: {}, name: a}, " CONV
     ", {batch_norm: {}, name: b}, {add: {}, from: [a, b]}, relu, {add: {}, from: [5, b]}, " END,
     0, 1, 0},
    /* The norm runs before what it would have to add. */
    {"[{" CONV ", name: a}, {batch_norm: {}, name: b}, {conv: {filters: 8, kernel: 1}, from: a, "
     "name: c}, {add: {}, from: [b, c]}, " END,
     0, 0, 0},
    /* The gradient that would be added to is that of a layer that runs backward later. */
    {"[{" CONV ", name: a}, {" CONV ", name: b, from: input}, {" CONV
     ", name: c}, {add: {}, from: [a, b], name: d}, {add: {}, from: [c, d]}, " END,
     0, 0, 0},
    /* Three readers, three inputs. */
    {"[{" CONV ", name: a}, {" CONV ", name: b}, {" CONV
     ", name: c, from: a}, {batch_norm: {}, name: d, from: a}, {add: {}, from: [b, c, d]}, " END,
     0, 0, 0},
    {"[{" CONV
     ", name: a}, batch_norm: {track_running_stats: false}, {add: {}, from: [a, 1]}, relu, "
     "flatten, {linear: 16, name: e}, batch_norm, {add: {}, from: [e, 6]}, relu, linear: 3]",
     2, 0, 0},
    {"[batch_norm, conv: {filters: 5, padding: 1}, batch_norm: {track_running_stats: false}, relu, "
     "conv: {filters: 9, stride: 2, padding: [1, 0]}, batch_norm: {frozen: true}, conv: {filters: "
     "4, "
     "padding: 1}, " END,
     0, 0, 3},
    {"[" CONV ", batch_norm, relu, max_pool: 2, " CONV
     ", batch_norm, max_pool: {kernel: 3, stride: 2, "
     "padding: 1}, batch_norm: {affine: false}, relu, " CONV ", " END,
     0, 0, 3},
    {"[conv: {filters: 8, padding: 1}, relu, max_pool: 3, conv: {filters: 7}, relu, flatten, "
     "linear: 3]",
     0, 0, 0},
    {"[" CONV
     ", relu, max_pool: {kernel: 3, stride: 1, padding: 1}, conv: {filters: 5, kernel: 1}, "
     "relu, max_pool: 2, " END,
     0, 0, 0},
    {"[conv: {filters: 8, padding: 1, groups: 2}, relu, max_pool: 2, conv: {filters: 8, groups: "
     "8}, "
     "relu, max_pool: 2, " END,
     0, 0, 0},
    /* Readers that cannot. */
    {"[batch_norm, conv: {filters: 8, kernel: 1}, batch_norm, conv: {filters: 8, padding: 1, "
     "groups: "
     "2}, batch_norm, dropout: 0.5, " CONV ", batch_norm, relu, global_avg_pool, " END,
     0, 0, 0},
};

/* What a network gave: weights after some steps, and outputs in evaluation. */
typedef struct Trace {
    NnReal *weights;
    size_t n;
    NnReal logits[N * CLASSES];
} Trace;

static NnNetwork *build(const char *text, NnKernelChoice kernels, bool separate)
{
    const NnNetworkSpec spec = {.input = {SIDE, SIDE, CHANNELS, false},
                                .max_batch = N,
                                .seed = 3,
                                .n_threads = 2,
                                .kernels = kernels,
                                .separate = separate};
    return nn_fixture_network(text, "sgd: {lr: 0.1, momentum: 0.9}", spec);
}

static Trace train(NnNetwork *network, const char *text)
{
    static float data[N * SIDE * SIDE * CHANNELS];
    int64_t labels[N];
    Trace trace = {.n = network->blueprint.n_stored};
    for (int step = 0; step <= STEPS; step++) {
        for (uint32_t i = 0; i < AUG_COUNT(data); i++)
            data[i] = (float)nn_fixture_value((uint32_t)step, i);
        for (int i = 0; i < N; i++)
            labels[i] = (i * 5 + step) % CLASSES;
        const NnBatch batch = {
            .data = data, .dtype = AUG_DTYPE_F32, .n = step == 1 ? 5 : N, .labels = labels};
        NnResult result;
        AugError error = {0};
        const AugStatus status =
            step < STEPS ? nn_network_train(network, &batch, (NnRates){0.1, 0.9}, &result, &error)
                         : nn_network_evaluate(network, &batch, trace.logits, &result, &error);
        ck_assert_msg(status == AUG_OK, "%s: %s", text, error.message);
    }
    trace.weights = malloc(trace.n * sizeof(NnReal));
    memcpy(trace.weights, network->pass.parameters, trace.n * sizeof(NnReal));
    return trace;
}

static void check(const Case *c, NnKernelChoice kernels)
{
    NnNetwork *shared = build(c->text, kernels, false), *apart = build(c->text, kernels, true);
    Trace a = train(shared, c->text), b = train(apart, c->text);
    ck_assert_msg(a.n == b.n && !memcmp(a.weights, b.weights, a.n * sizeof(NnReal)), "%s", c->text);
    ck_assert_msg(!memcmp(a.logits, b.logits, sizeof(a.logits)), "%s", c->text);
    free(a.weights);
    free(b.weights);
    nn_network_free(shared);
    nn_network_free(apart);
}

START_TEST(the_bits_are_those_of_layers_one_by_one)
{
    static const NnKernelChoice kernels[] = {NN_KERNELS_AUTO, NN_KERNELS_BASELINE,
                                             NN_KERNELS_REFERENCE};
    for (size_t k = 0; k < AUG_COUNT(kernels); k++)
        for (size_t i = 0; i < AUG_COUNT(cases); i++)
            check(&cases[i], kernels[k]);
}
END_TEST

START_TEST(passes_are_shared_where_they_can_be)
{
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        for (int separate = 0; separate < 2; separate++) {
            NnNetwork *network = build(cases[i].text, NN_KERNELS_AUTO, separate);
            uint32_t n_sums = 0, n_adds = 0, n_left = 0;
            for (uint32_t k = 0; k < network->graph.n_nodes; k++) {
                n_sums += network->graph.nodes[k].sum != NULL;
                n_adds += network->graph.nodes[k].adds;
                n_left += network->graph.nodes[k].left;
            }
            ck_assert_msg(n_sums == (separate ? 0 : cases[i].n_sums), "%s: %u sums", cases[i].text,
                          n_sums);
            ck_assert_msg(n_adds == (separate ? 0 : cases[i].n_adds), "%s: %u gradients",
                          cases[i].text, n_adds);
            ck_assert_msg(n_left == (separate ? 0 : cases[i].n_left), "%s: %u norms", cases[i].text,
                          n_left);
            nn_network_free(network);
        }
}
END_TEST

/* Layers whose rectifier's mask is the work of their reader: nobody else may read the rectifier. */
START_TEST(masks_are_left_to_pooling)
{
    static const struct {
        const char *text;
        uint32_t n;
    } masked[] = {
        {"[" CONV ", relu, max_pool: 3, " CONV ", relu, max_pool: {kernel: 3, stride: 1}, " END, 2},
        {"[" CONV ", relu, avg_pool: 3, " CONV ", max_pool: 2, " END, 0},
        {"[" CONV ", {relu: {}, name: a}, max_pool: {kernel: 3, stride: 1, padding: 1}, "
         "{add: {}, from: [a, 2]}, " END,
         0},
        {"[" CONV ", batch_norm, relu, max_pool: 3, " END, 0},
    };
    for (size_t i = 0; i < AUG_COUNT(masked); i++)
        for (int separate = 0; separate < 2; separate++) {
            NnNetwork *network = build(masked[i].text, NN_KERNELS_AUTO, separate);
            uint32_t n_masks = 0, n_masked = 0;
            for (uint32_t k = 0; k < network->graph.n_nodes; k++) {
                n_masks += network->graph.nodes[k].masks;
                n_masked += network->graph.nodes[k].masked;
            }
            ck_assert_msg(n_masked == (separate ? 0 : masked[i].n), "%s: %u masked", masked[i].text,
                          n_masked);
            ck_assert_uint_eq(n_masks, n_masked);
            nn_network_free(network);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_fuse");
    TCase *tests = tcase_create("fuse");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_bits_are_those_of_layers_one_by_one);
    tcase_add_test(tests, passes_are_shared_where_they_can_be);
    tcase_add_test(tests, masks_are_left_to_pooling);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
