/* What single losses promise beyond their formulas: who is left out, what the mean is taken by,
 * figures, and which networks they refuse. */
#include <stdio.h>

#include "tests/support/loss_case.h"
#include "tests/support/support.h"

static LossBatch memory;

static NnResult run(NnNetwork *network, const NnBatch *batch, NnReal *gradient)
{
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(network, batch, &result, &error) == AUG_OK, "%s",
                  error.message);
    if (gradient)
        nn_network_read_gradient(network, 0, gradient);
    return result;
}

/* A batch in which some samples are ignored is the batch without them. */
START_TEST(ignored_samples_are_as_if_absent)
{
    const LossCase c = {.loss = "cross_entropy: {label_smoothing: 0.1, weight: [1, 2, 3, 4, 5, 6]}",
                        .target = NN_TARGET_CLASS,
                        .rows = 1};
    NnReal whole[LOSS_OUTPUTS * LOSS_OUTPUTS], part[LOSS_OUTPUTS * LOSS_OUTPUTS];
    NnNetwork *network = loss_case_network(&c);
    const NnBatch *batch = loss_case_batch(&memory, &c, 9);
    const NnResult alone = run(network, batch, part);
    batch = loss_case_batch(&memory, &c, LOSS_MAX_BATCH);
    for (uint32_t i = 9; i < LOSS_MAX_BATCH; i++)
        memory.labels[i] = -100;
    const NnResult result = run(network, batch, whole);
    ck_assert_double_eq_tol(result.loss, alone.loss, 1e-12);
    ck_assert_double_eq(result.weight, alone.weight);
    ck_assert_uint_eq(result.n, LOSS_MAX_BATCH);
    ck_assert_uint_eq(result.n_ignored, LOSS_MAX_BATCH - 9);
    ck_assert_double_eq(result.sums[0], alone.sums[0]);
    for (size_t i = 0; i < AUG_COUNT(whole); i++)
        ck_assert_double_eq_tol((double)whole[i], (double)part[i], 1e-6);
    /* All of them: no loss, and no gradient. */
    for (uint32_t i = 0; i < LOSS_MAX_BATCH; i++)
        memory.labels[i] = -100;
    const NnResult none = run(network, batch, whole);
    ck_assert_double_eq(none.loss, 0);
    ck_assert_double_eq(none.weight, 0);
    for (size_t i = 0; i < AUG_COUNT(whole); i++)
        ck_assert_double_eq((double)whole[i], 0);
    memory.labels[3] = -1;
    AugError error = {0};
    NnResult refused;
    ck_assert_int_eq(nn_network_gradients(network, batch, &refused, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message,
                     "sample 3 of the batch has label -1; the network has classes 0 to 5");
    nn_network_free(network);
}
END_TEST

/* Two batches that are added up are one: their means are taken by their weights. */
START_TEST(accumulated_batches_count_by_their_weights)
{
    const LossCase c = {.loss = "cross_entropy: {weight: [1, 2, 3, 4, 5, 6]}",
                        .target = NN_TARGET_CLASS,
                        .rows = 1};
    NnNetwork *one = loss_case_network(&c), *many = loss_case_network(&c);
    const NnBatch *batch = loss_case_batch(&memory, &c, 20);
    memory.labels[4] = memory.labels[15] = -100;
    const double weight = run(one, batch, NULL).weight;
    ck_assert_int_eq(nn_network_update(one, (NnRates){1, 0}, NULL), AUG_OK);
    double sum = 0;
    for (uint32_t first = 0; first < 20; first += 8) {
        NnBatch some = *batch;
        some.n = first < 16 ? 8 : 4;
        some.data = memory.rows[0] + first * LOSS_OUTPUTS;
        some.labels = memory.labels + first;
        sum += run(many, &some, NULL).weight;
        nn_network_accumulate(many);
    }
    ck_assert_int_eq(nn_network_update(many, (NnRates){1, 0}, NULL), AUG_OK);
    ck_assert_double_eq(sum, weight);
    NnReal a[LOSS_OUTPUTS * LOSS_OUTPUTS], b[LOSS_OUTPUTS * LOSS_OUTPUTS];
    nn_network_read_tensor(one, 0, a);
    nn_network_read_tensor(many, 0, b);
    for (size_t i = 0; i < AUG_COUNT(a); i++)
        ck_assert_double_eq_tol((double)a[i], (double)b[i], 1e-6);
    nn_network_free(one);
    nn_network_free(many);
}
END_TEST

START_TEST(the_five_largest_are_counted)
{
    const LossCase c = {
        .loss = "cross_entropy: {top_5: true}", .target = NN_TARGET_CLASS, .rows = 1};
    NnNetwork *network = loss_case_network(&c);
    const NnBatch *batch = loss_case_batch(&memory, &c, LOSS_MAX_BATCH);
    NnReal logits[LOSS_MAX_BATCH * LOSS_OUTPUTS];
    NnResult result;
    ck_assert_int_eq(nn_network_evaluate(network, batch, logits, &result, NULL), AUG_OK);
    double n_first = 0, n_five = 0;
    for (uint32_t i = 0; i < LOSS_MAX_BATCH; i++) {
        const NnReal *x = logits + i * LOSS_OUTPUTS, own = x[memory.labels[i]];
        int n_larger = 0;
        for (int k = 0; k < LOSS_OUTPUTS; k++)
            n_larger += x[k] > own;
        n_first += n_larger == 0;
        n_five += n_larger < 5;
    }
    ck_assert_double_eq(result.sums[0], n_first);
    ck_assert_double_eq(result.sums[1], n_five);
    ck_assert_double_lt(n_five, LOSS_MAX_BATCH);
    nn_network_free(network);
    const NnReal equal[] = {1, 2, 1, 1};
    ck_assert_uint_eq(nn_rank(equal, 4, 1), 0);
    ck_assert_uint_eq(nn_rank(equal, 4, 0), 1);
    ck_assert_uint_eq(nn_rank(equal, 4, 3), 3);
    /* Without the option there is no such figure. */
    size_t n;
    NnChoice loss = nn_fixture_choice(NN_MODULE_LOSS, c.loss);
    nn_loss_scalars(&loss, &n);
    ck_assert_uint_eq(n, 2);
    loss = nn_fixture_choice(NN_MODULE_LOSS, "cross_entropy: {}");
    nn_loss_scalars(&loss, &n);
    ck_assert_uint_eq(n, 1);
}
END_TEST

/* A sample's rows are found in the first and the further views. */
START_TEST(pairs_are_found)
{
    const LossCase c = {.loss = "nt_xent: 0.1", .target = NN_TARGET_PAIRS, .rows = 2};
    NnNetwork *network = loss_case_network(&c);
    const NnBatch *batch = loss_case_batch(&memory, &c, LOSS_MAX_BATCH);
    const NnResult apart = run(network, batch, NULL);
    memcpy(memory.rows[1], memory.rows[0], sizeof(memory.rows[1]));
    const NnResult alike = run(network, batch, NULL);
    ck_assert_double_eq(alike.sums[0], LOSS_MAX_BATCH);
    ck_assert_double_lt(apart.sums[0], LOSS_MAX_BATCH);
    ck_assert_double_lt(alike.loss, apart.loss);
    nn_network_free(network);
}
END_TEST

START_TEST(networks_that_do_not_fit_are_refused)
{
    static const struct {
        const char *loss, *layers;
        uint32_t rows;
        const char *message;
    } cases[] = {
        {"cross_entropy: {weight: [1, 2]}", "[linear: 3]", 1,
         "layer 0 (linear), the last, gives 3 features; the loss needs as many classes as weight "
         "has numbers"},
        {"bce_with_logits: {pos_weight: [1, 2]}", "[linear: 3]", 1,
         "layer 0 (linear), the last, gives 3 features; the loss needs as many outputs as weight "
         "and pos_weight have numbers"},
        {"focal: {}", "[linear: 1]", 1,
         "layer 0 (linear), the last, gives 1 features; the loss needs one value for each of at "
         "least 2 classes, such as a linear layer's"},
        {"nt_xent: {}", "[linear: 3]", 1,
         "layer 0 (linear), the last, gives 1 row for each sample; nt_xent compares at least 2"},
        {"triplet: {}", "[linear: 3]", 2,
         "layer 0 (linear), the last, gives 2 rows for each sample; triplet compares 3"},
        {"l1: {}", "[linear: 3]", 2,
         "layer 0 (linear), the last, gives 2 rows for each sample; l1 compares 1"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        NnFixture fixture = nn_fixture_make(cases[i].layers);
        const NnNetworkSpec spec = {
            .input = {1, 1, LOSS_OUTPUTS, true},
            .input_rows = cases[i].rows,
            .layers = fixture.layers,
            .n_layers = fixture.n_layers,
            .loss = nn_fixture_choice(NN_MODULE_LOSS, cases[i].loss),
            .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1}"),
            .max_batch = 2,
        };
        NnNetwork *network;
        AugError error = {0};
        ck_assert_int_eq(nn_network_new(&network, &spec, &error), AUG_BAD_SPEC);
        ck_assert_str_eq(error.message, cases[i].message);
        nn_fixture_free(&fixture);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_losses");
    TCase *tests = tcase_create("losses");
    tcase_add_test(tests, ignored_samples_are_as_if_absent);
    tcase_add_test(tests, accumulated_batches_count_by_their_weights);
    tcase_add_test(tests, the_five_largest_are_counted);
    tcase_add_test(tests, pairs_are_found);
    tcase_add_test(tests, networks_that_do_not_fit_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
