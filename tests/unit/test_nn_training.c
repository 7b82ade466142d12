/* Training steps as a program sees them: batches of every form, errors that name their cause, what
 * a failed step leaves, evaluation, dropout, and that networks learn. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/support.h"

#define SIDE 8
#define CHANNELS 3
#define VALUES (SIDE * SIDE * CHANNELS)
#define N 12
#define CLASSES 4

#define SMALL                                                                                     \
    "[conv: {filters: 8, padding: 1}, batch_norm, relu, max_pool: 2, flatten, linear: 16, relu, " \
    "linear: 4]"

static NnNetwork *build(const char *text, double smoothing)
{
    NnFixture fixture = nn_fixture_make(text);
    char loss[64];
    snprintf(loss, sizeof(loss), "cross_entropy: {label_smoothing: %.17g}", smoothing);
    const NnNetworkSpec spec = {
        .input = {SIDE, SIDE, CHANNELS, false},
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .loss = nn_fixture_choice(NN_MODULE_LOSS, loss),
        .optimizer = nn_fixture_optimizer("sgd: {lr: 0.05, momentum: 0.9, nesterov: true}"),
        .max_batch = N,
        .seed = 4,
        .n_threads = 2,
    };
    NnNetwork *network;
    AugError error = {0};
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s: %s", text, error.message);
    nn_fixture_free(&fixture);
    return network;
}

/* A batch in memory of its own. */
typedef struct Samples {
    float nhwc[N * VALUES], nchw[N * VALUES];
    uint8_t bytes[N * VALUES];
    float of_bytes[N * VALUES];
    int64_t labels[N];
    float soft[N * CLASSES];
} Samples;

static void fill(Samples *samples)
{
    memset(samples->soft, 0, sizeof(samples->soft));
    for (uint32_t i = 0; i < N * VALUES; i++) {
        const uint32_t sample = i / VALUES, channel = i % CHANNELS;
        const uint32_t pixel = i % VALUES / CHANNELS;
        const float value = (float)nn_fixture_value(1, i);
        samples->nhwc[i] = value;
        samples->nchw[sample * VALUES + channel * SIDE * SIDE + pixel] = value;
        samples->bytes[i] = (uint8_t)(i * 7 % 256);
        samples->of_bytes[i] = (float)samples->bytes[i] / 255;
    }
    for (int i = 0; i < N; i++) {
        samples->labels[i] = i % CLASSES;
        samples->soft[i * CLASSES + i % CLASSES] = 1;
    }
}

static NnBatch batch_of(const Samples *samples)
{
    return (NnBatch){
        .data = samples->nhwc, .dtype = AUG_DTYPE_F32, .n = N, .labels = samples->labels};
}

static void step(NnNetwork *network, const NnBatch *batch, NnResult *result)
{
    AugError error = {0};
    ck_assert_msg(nn_network_train(network, batch, (NnRates){0.05, 0.9}, result, &error) == AUG_OK,
                  "%s", error.message);
}

/* All tensors in a row; the caller frees it. */
static NnReal *snapshot(const NnNetwork *network, size_t *n)
{
    NnReal *values = NULL;
    *n = 0;
    for (size_t i = 0; i < nn_network_n_tensors(network); i++) {
        NnTensorInfo info;
        nn_network_tensor(network, i, &info);
        values = realloc(values, (*n + info.n_values) * sizeof(*values));
        nn_network_read_tensor(network, i, values + *n);
        *n += info.n_values;
    }
    return values;
}

/* Two ways to say the same batch make the same step. */
static void assert_same_step(const NnBatch *a, const NnBatch *b, const char *what)
{
    NnNetwork *first = build(SMALL, 0.1), *second = build(SMALL, 0.1);
    NnResult x, y;
    step(first, a, &x);
    step(second, b, &y);
    ck_assert_msg(x.loss == y.loss, "%s: %.17g %.17g", what, x.loss, y.loss);
    ck_assert_double_eq(x.sums[0], y.sums[0]);
    size_t n, m;
    NnReal *p = snapshot(first, &n), *q = snapshot(second, &m);
    ck_assert_msg(n == m && !memcmp(p, q, n * sizeof(*p)), "%s", what);
    free(p);
    free(q);
    nn_network_free(first);
    nn_network_free(second);
}

START_TEST(batches_of_every_form_agree)
{
    Samples samples;
    fill(&samples);
    const NnBatch plain = batch_of(&samples);
    NnBatch other = plain;
    other.data = samples.nchw;
    other.layout = NN_LAYOUT_NCHW;
    assert_same_step(&plain, &other, "layout");
    other = plain;
    other.labels = NULL;
    other.soft = samples.soft;
    assert_same_step(&plain, &other, "soft labels");
    NnBatch bytes = plain, floats = plain;
    bytes.data = samples.bytes;
    bytes.dtype = AUG_DTYPE_U8;
    floats.data = samples.of_bytes;
    assert_same_step(&bytes, &floats, "bytes");
}
END_TEST

START_TEST(one_batch_is_learnt_by_heart)
{
    static const char *const texts[] = {
        SMALL,
        "[conv: {filters: 8, padding: 1, bias: false}, batch_norm, relu, residual: {branch: [conv: "
        "{filters: 8, padding: 1, bias: false}, batch_norm]}, relu, global_avg_pool, flatten, "
        "linear: 4]",
        "[conv: {filters: 8, padding: 1}, relu, avg_pool: 2, flatten, linear: 32, relu, linear: 4]",
        "[flatten, linear: {features: 32, init: xavier_uniform}, batch_norm, relu, linear: 4]",
    };
    Samples samples;
    fill(&samples);
    const NnBatch batch = batch_of(&samples);
    NnNetwork *network = build(texts[_i], 0);
    NnResult result;
    for (int i = 0; i < 800; i++)
        step(network, &batch, &result);
    ck_assert_msg(result.loss < 1e-3, "loss %g", result.loss);
    ck_assert_double_eq(result.sums[0], N);
    ck_assert_uint_eq(nn_network_steps(network), 800);
    nn_network_free(network);
}
END_TEST

START_TEST(evaluation_changes_nothing)
{
    Samples samples;
    fill(&samples);
    const NnBatch batch = batch_of(&samples);
    NnNetwork *network = build(SMALL, 0.2);
    NnResult result, smooth;
    step(network, &batch, &smooth);
    size_t n, m;
    NnReal *before = snapshot(network, &n);
    NnReal logits[N * CLASSES];
    ck_assert_int_eq(nn_network_evaluate(network, &batch, logits, &result, NULL), AUG_OK);
    NnReal *after = snapshot(network, &m);
    ck_assert_mem_eq(before, after, n * sizeof(*before));
    ck_assert_uint_eq(nn_network_steps(network), 1);
    /* The loss by hand, from the logits and without smoothing. */
    double loss = 0;
    uint32_t n_correct = 0;
    for (int i = 0; i < N; i++) {
        double sum = 0;
        int best = 0;
        for (int k = 0; k < CLASSES; k++) {
            sum += exp((double)logits[i * CLASSES + k]);
            if (logits[i * CLASSES + k] > logits[i * CLASSES + best])
                best = k;
        }
        loss += (log(sum) - (double)logits[i * CLASSES + i % CLASSES]) / N;
        n_correct += best == i % CLASSES;
    }
    ck_assert_double_eq_tol(result.loss, loss, 1e-12);
    ck_assert_double_eq(result.sums[0], n_correct);
    ck_assert_uint_eq(result.n, N);
    /* In pieces: each sample has the logits that it has in the batch. */
    for (uint32_t i = 0; i < N; i += 5) {
        NnBatch part = batch;
        part.data = samples.nhwc + i * VALUES;
        part.labels = NULL;
        part.n = N - i < 5 ? N - i : 5;
        NnReal some[5 * CLASSES];
        ck_assert_int_eq(nn_network_evaluate(network, &part, some, &result, NULL), AUG_OK);
        ck_assert_mem_eq(some, logits + i * CLASSES, part.n * CLASSES * sizeof(*some));
        ck_assert_double_eq(result.loss, 0);
        ck_assert_double_eq(result.sums[0], 0);
    }
    free(before);
    free(after);
    nn_network_free(network);
}
END_TEST

/* Expects a failing step with a message, after which everything is as before. */
static void assert_refused(NnNetwork *network, const NnBatch *batch, AugStatus status,
                           const char *message)
{
    size_t n, m;
    NnReal *before = snapshot(network, &n);
    const uint64_t steps = nn_network_steps(network);
    NnResult result;
    AugError error = {0};
    ck_assert_int_eq(nn_network_train(network, batch, (NnRates){0.05, 0.9}, &result, &error),
                     status);
    ck_assert_str_eq(error.message, message);
    NnReal *after = snapshot(network, &m);
    ck_assert_msg(!memcmp(before, after, n * sizeof(*before)), "%s: something changed", message);
    ck_assert_uint_eq(nn_network_steps(network), steps);
    free(before);
    free(after);
}

START_TEST(bad_batches_are_refused)
{
    Samples samples;
    fill(&samples);
    const NnBatch good = batch_of(&samples);
    NnNetwork *network = build(SMALL, 0);
    NnBatch batch = good;
    batch.n = 0;
    assert_refused(network, &batch, AUG_BAD_ARGUMENT,
                   "the batch has 0 samples; the network was built for 1 to 12");
    batch.n = N + 1;
    assert_refused(network, &batch, AUG_BAD_ARGUMENT,
                   "the batch has 13 samples; the network was built for 1 to 12");
    batch = good;
    batch.dtype = AUG_DTYPE_I64;
    assert_refused(network, &batch, AUG_BAD_ARGUMENT, "the data are I64; allowed are F32 and U8");
    batch = good;
    batch.soft = samples.soft;
    assert_refused(network, &batch, AUG_BAD_ARGUMENT,
                   "the batch has class numbers and probabilities; allowed is one of them");
    batch = good;
    batch.labels = NULL;
    assert_refused(network, &batch, AUG_BAD_ARGUMENT, "training needs labels; the batch has none");
    samples.labels[7] = -1;
    assert_refused(network, &good, AUG_BAD_ARGUMENT,
                   "sample 7 of the batch has label -1; the network has classes 0 to 3");
    samples.labels[7] = 4;
    assert_refused(network, &good, AUG_BAD_ARGUMENT,
                   "sample 7 of the batch has label 4; the network has classes 0 to 3");
    nn_network_free(network);
}
END_TEST

START_TEST(one_value_per_channel_is_not_normalized)
{
    Samples samples;
    fill(&samples);
    NnBatch batch = batch_of(&samples);
    batch.n = 1;
    NnNetwork *network = build("[global_avg_pool, flatten, batch_norm, linear: 4]", 0);
    assert_refused(network, &batch, AUG_BAD_ARGUMENT,
                   "layer 2 (batch_norm) needs at least 2 values per channel in training; a batch "
                   "of 1 sample gives 1");
    nn_network_free(network);
    /* A map gives enough values, and a frozen layer needs none. */
    NnResult result;
    network = build(SMALL, 0);
    step(network, &batch, &result);
    nn_network_free(network);
    network = build("[global_avg_pool, flatten, batch_norm: {frozen: true}, linear: 4]", 0);
    step(network, &batch, &result);
    nn_network_free(network);
}
END_TEST

START_TEST(broken_values_are_traced_to_their_layer)
{
    Samples samples;
    fill(&samples);
    const NnBatch batch = batch_of(&samples);
    NnNetwork *network = build(SMALL, 0);
    NnResult result;
    step(network, &batch, &result);
    samples.nhwc[3 * VALUES + 17] = (float)NAN;
    assert_refused(network, &batch, AUG_CORRUPT,
                   "the data of step 1 hold a value that is not finite");
    fill(&samples);
    samples.soft[5] = INFINITY;
    NnBatch soft = batch;
    soft.labels = NULL;
    soft.soft = samples.soft;
    assert_refused(network, &soft, AUG_CORRUPT,
                   "the loss is not finite in step 1 though all outputs are; the labels hold a "
                   "value that is not finite");
    /* One weight of the first linear layer, then one of the convolution before it. */
    NnReal w[2048];
    size_t index;
    ck_assert(nn_network_find_tensor(network, "5.weight", &index));
    nn_network_read_tensor(network, index, w);
    w[100] = (NnReal)INFINITY;
    nn_network_write_tensor(network, index, w);
    assert_refused(network, &batch, AUG_CORRUPT,
                   "layer 5 (linear) made a value that is not finite in step 1; a smaller learning "
                   "rate may help");
    nn_network_read_tensor(network, 0, w);
    w[0] = (NnReal)NAN;
    nn_network_write_tensor(network, 0, w);
    assert_refused(network, &batch, AUG_CORRUPT,
                   "layer 0 (conv) made a value that is not finite in step 1; a smaller learning "
                   "rate may help");
    AugError error = {0};
    ck_assert_int_eq(nn_network_evaluate(network, &batch, NULL, &result, &error), AUG_CORRUPT);
    ck_assert_msg(strstr(error.message, "layer 0 (conv)") != NULL, "%s", error.message);
    nn_network_free(network);
}
END_TEST

/* All values of the forward pass are finite, but a gradient is not: 1e30 times 1e30. */
START_TEST(broken_gradients_are_noticed)
{
    Samples samples;
    fill(&samples);
    NnBatch batch = batch_of(&samples);
    NnNetwork *network = build("[flatten, linear: 2, linear: 4]", 0);
    NnReal w[2 * VALUES] = {0};
    for (int i = 0; i < 8; i++)
        w[i] = (NnReal)(i % 2 ? 1e30 : -1e30);
    nn_network_write_tensor(network, 2, w);
    memset(w, 0, sizeof(w));
    nn_network_write_tensor(network, 0, w);
    for (int i = 0; i < N * VALUES; i++)
        samples.nhwc[i] = 1e30f;
    assert_refused(network, &batch, AUG_CORRUPT,
                   "the gradient of 1.weight is not finite in step 0; a smaller learning rate may "
                   "help");
    nn_network_free(network);
}
END_TEST

/* The search for the broken one leaves out what is frozen, which has no gradient to look at. */
START_TEST(frozen_layers_have_no_gradients_to_search)
{
    NnFixture fixture = nn_fixture_make("[flatten, linear: 2, linear: 4, linear: {features: 4}]");
    const NnGroupSpec group = {
        .match = "3.*", .frozen = true, .lr_scale = 1, .weight_decay = -1, .l1 = -1};
    const NnNetworkSpec spec = {.input = {SIDE, SIDE, CHANNELS, false},
                                .layers = fixture.layers,
                                .n_layers = fixture.n_layers,
                                .optimizer = nn_fixture_optimizer("sgd: {lr: 0.05}"),
                                .groups = &group,
                                .n_groups = 1,
                                .max_batch = N,
                                .n_threads = 1};
    NnNetwork *network;
    Samples samples;
    fill(&samples);
    const NnBatch batch = batch_of(&samples);
    NnReal w[2 * VALUES] = {0};
    ck_assert_int_eq(nn_network_new(&network, &spec, NULL), AUG_OK);
    size_t first, second;
    ck_assert(nn_network_find_tensor(network, "1.weight", &first));
    ck_assert(nn_network_find_tensor(network, "2.weight", &second));
    nn_network_write_tensor(network, first, w);
    for (int i = 0; i < 8; i++)
        w[i] = (NnReal)(i % 2 ? 1e30 : -1e30);
    nn_network_write_tensor(network, second, w);
    for (int i = 0; i < N * VALUES; i++)
        samples.nhwc[i] = 1e30f;
    assert_refused(network, &batch, AUG_CORRUPT,
                   "the gradient of 1.weight is not finite in step 0; a smaller learning rate may "
                   "help");
    nn_network_free(network);
    nn_fixture_free(&fixture);
}
END_TEST

START_TEST(dropout_drops_its_share)
{
    /* The identity behind dropout makes the gradient's zeros visible: with weights of one and data
     * of one, what the linear layer sees is 0 or 1/(1-p). */
    NnNetwork *network = build("[flatten, dropout: 0.25, linear: 4]", 0);
    Samples samples;
    fill(&samples);
    for (int i = 0; i < N * VALUES; i++)
        samples.nhwc[i] = 1;
    const NnBatch batch = batch_of(&samples);
    NnResult result;
    NnReal g[CLASSES * VALUES], last[CLASSES * VALUES] = {0}, total = 0;
    NnReal zeros[CLASSES * VALUES] = {0};
    nn_network_write_tensor(network, 0, zeros);
    for (int i = 0; i < 50; i++) {
        /* With equal logits the gradient of class 0's weights is, over samples of class 0, -3/4 of
         * the kept values, and over others 1/4. Samples of class 0 are 3 of 12, so the sums over
         * all classes vanish; class by class they measure what was kept. */
        nn_network_set_steps(network, (uint64_t)i);
        ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
        nn_network_read_gradient(network, 0, g);
        ck_assert_msg(memcmp(g, last, sizeof(g)) != 0, "step %d draws as the one before", i);
        memcpy(last, g, sizeof(g));
        ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
        nn_network_read_gradient(network, 0, g);
        ck_assert_msg(!memcmp(g, last, sizeof(g)), "step %d draws differently again", i);
        for (int v = 0; v < CLASSES * VALUES; v++)
            total += g[v] * g[v];
    }
    /* Value: (1/12) * sum of c_i k_i, c = -3/4 for 3 samples and 1/4 for 9, k kept times 4/3. Its
     * variance is (1/144) * (3 * 9/16 + 9 * 1/16) * (16/9) * (3/16) = 0.0052083; the standard
     * error over 38,400 values is below 1 %. */
    const double variance = (double)total / (50 * CLASSES * VALUES);
    ck_assert_double_eq_tol(variance, 0.0052083, 0.0002);
    nn_network_free(network);
}
END_TEST

START_TEST(dropout_of_all_and_none)
{
    Samples samples;
    fill(&samples);
    const NnBatch batch = batch_of(&samples);
    NnResult result, plain;
    NnNetwork *network = build("[flatten, dropout: 1, linear: {features: 4, bias: false}]", 0);
    ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
    ck_assert_double_eq_tol(result.loss, log(4), 1e-12);
    nn_network_free(network);
    network = build("[flatten, dropout: 0, linear: {features: 4, bias: false}]", 0);
    ck_assert_int_eq(nn_network_gradients(network, &batch, &result, NULL), AUG_OK);
    ck_assert_int_eq(nn_network_evaluate(network, &batch, NULL, &plain, NULL), AUG_OK);
    ck_assert_double_eq(result.loss, plain.loss);
    nn_network_free(network);
}
END_TEST

/* A run that is saved and restored goes on as if nothing had been. */
START_TEST(a_restored_run_goes_on)
{
    Samples samples;
    fill(&samples);
    const NnBatch batch = batch_of(&samples);
    const char *text = "[conv: 4, batch_norm, relu, flatten, dropout: 0.5, linear: 4]";
    NnNetwork *first = build(text, 0), *second = build(text, 0);
    NnResult x, y;
    for (int i = 0; i < 3; i++)
        step(first, &batch, &x);
    NnReal values[4096];
    for (size_t i = 0; i < nn_network_n_tensors(first); i++) {
        nn_network_read_tensor(first, i, values);
        nn_network_write_tensor(second, i, values);
    }
    nn_network_set_steps(second, nn_network_steps(first));
    for (int i = 0; i < 3; i++) {
        step(first, &batch, &x);
        step(second, &batch, &y);
        ck_assert_double_eq(x.loss, y.loss);
    }
    size_t n, m;
    NnReal *p = snapshot(first, &n), *q = snapshot(second, &m);
    ck_assert_mem_eq(p, q, n * sizeof(*p));
    free(p);
    free(q);
    nn_network_free(first);
    nn_network_free(second);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_training");
    TCase *tests = tcase_create("training");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, batches_of_every_form_agree);
    tcase_add_loop_test(tests, one_batch_is_learnt_by_heart, 0, 4);
    tcase_add_test(tests, evaluation_changes_nothing);
    tcase_add_test(tests, bad_batches_are_refused);
    tcase_add_test(tests, one_value_per_channel_is_not_normalized);
    tcase_add_test(tests, broken_values_are_traced_to_their_layer);
    tcase_add_test(tests, broken_gradients_are_noticed);
    tcase_add_test(tests, frozen_layers_have_no_gradients_to_search);
    tcase_add_test(tests, dropout_drops_its_share);
    tcase_add_test(tests, dropout_of_all_and_none);
    tcase_add_test(tests, a_restored_run_goes_on);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
