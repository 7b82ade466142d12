/* Finite differences on every loss with every kind of target, with all values in double: central,
 * step 1e-5, by the weights of the layer before it. */
#include <stdio.h>

#include "tests/support/loss_case.h"
#include "tests/support/support.h"

/* As for layers: 1e-10 from the third derivative, 1e-11 from rounding, times the sizes of sums. */
#define STEP 1e-5
#define TOLERANCE 1e-6

static double loss_at(NnNetwork *network, const NnBatch *batch, const char *what)
{
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(network, batch, &result, &error) == AUG_OK, "%s: %s", what,
                  error.message);
    return result.loss;
}

static void check_gradients(const LossCase *c, uint32_t n)
{
    static LossBatch memory;
    NnNetwork *network = loss_case_network(c);
    const NnBatch *batch = loss_case_batch(&memory, c, n);
    NnReal weights[LOSS_OUTPUTS * LOSS_OUTPUTS], gradient[AUG_COUNT(weights)];
    double largest = 0;
    loss_at(network, batch, c->loss);
    nn_network_read_gradient(network, 0, gradient);
    nn_network_read_tensor(network, 0, weights);
    for (size_t i = 0; i < AUG_COUNT(weights); i++)
        largest = fmax(largest, fabs((double)gradient[i]));
    for (size_t i = 0; i < AUG_COUNT(weights); i++) {
        const NnReal saved = weights[i];
        double loss[2];
        for (int side = 0; side < 2; side++) {
            weights[i] = saved + (side ? -STEP : STEP);
            nn_network_write_tensor(network, 0, weights);
            loss[side] = loss_at(network, batch, c->loss);
        }
        weights[i] = saved;
        const double numeric = (loss[0] - loss[1]) / (2 * STEP);
        ck_assert_msg(fabs(numeric - (double)gradient[i]) <= TOLERANCE * fmax(1e-2, largest),
                      "%s, target %u, %u samples of %u rows: backward gives %.12g, differences "
                      "%.12g",
                      c->loss, c->target, n, c->rows, (double)gradient[i], numeric);
    }
    /* One sample of one row may have nothing to be compared with. */
    ck_assert_msg(largest > 1e-6 || n == 1, "%s: no gradient", c->loss);
    nn_network_free(network);
}

/* Every loss as it is by itself. */
START_TEST(defaults_have_their_gradients)
{
    const NnLossDesc *loss = nn_losses[_i];
    char text[80];
    snprintf(text, sizeof(text), "%s: {}", loss->name);
    for (unsigned target = 1; target; target *= 2) {
        LossCase c = {.loss = text, .target = target};
        c.rows = loss->least_rows ? loss->least_rows : 1;
        if (!(loss->targets & target))
            continue;
        check_gradients(&c, 7);
        check_gradients(&c, 1);
        check_gradients(&c, LOSS_MAX_BATCH);
    }
}
END_TEST

static const LossCase cases[] = {
    {"cross_entropy: {label_smoothing: 0.2}", NN_TARGET_CLASS, 1, 0},
    {"cross_entropy: {weight: [1, 0.5, 2, 3, 0, 1.5]}", NN_TARGET_CLASS, 1, 0},
    {"cross_entropy: {weight: [1, 0.5, 2, 3, 1, 1.5], label_smoothing: 0.2, ignore_index: 2}",
     NN_TARGET_CLASS, 1, 0},
    {"cross_entropy: {weight: [1, 0.5, 2, 3, 0, 1.5], label_smoothing: 0.3}", NN_TARGET_SOFT, 1, 0},
    {"bce_with_logits: {pos_weight: [1, 2, 3, 0.5, 0, 4], weight: 0.5}", NN_TARGET_CLASSES, 1, 0},
    {"bce_with_logits: {pos_weight: 3, weight: [1, 2, 3, 0.5, 0, 4]}", NN_TARGET_CLASS, 1, 0},
    {"focal: {gamma: 0}", NN_TARGET_CLASS, 1, 0},
    {"focal: {gamma: 0.5, weight: [1, 2, 3, 0.5, 0, 4]}", NN_TARGET_CLASS, 1, 0},
    {"focal: {gamma: 3.5, weight: [1, 2, 3, 0.5, 1, 4]}", NN_TARGET_SOFT, 1, 0},
    {"focal: {form: sigmoid}", NN_TARGET_CLASSES, 1, 0},
    {"focal: {form: sigmoid, gamma: 0.5, alpha: -1}", NN_TARGET_CLASS, 1, 0},
    {"focal: {form: sigmoid, gamma: 0, alpha: 0.75}", NN_TARGET_SOFT, 1, 0},
    {"kl_div: {from_logits: true}", NN_TARGET_SOFT, 1, 0},
    {"kl_div: {from_logits: true, log_target: true}", NN_TARGET_VALUES, 1, 0},
    {"kl_div: {log_target: true}", NN_TARGET_VALUES, 1, 0},
    {"smooth_l1: {beta: 0.25}", NN_TARGET_VALUES, 1, 0},
    {"smooth_l1: {beta: 0}", NN_TARGET_VALUES, 1, 0},
    {"huber: {delta: 0.5}", NN_TARGET_VALUES, 1, 0},
    {"nt_xent: {temperature: 0.1}", NN_TARGET_PAIRS, 2, 0},
    {"nt_xent: {temperature: 2}", NN_TARGET_PAIRS, 3, 0},
    {"sup_con: {temperature: 0.5}", NN_TARGET_GROUPS, 2, 0},
    {"sup_con: {temperature: 0.2}", NN_TARGET_GROUPS, 3, 0},
    {"batch_triplet: {margin: 1.5}", NN_TARGET_GROUPS, 1, 0},
    {"batch_triplet: {margin: 0.7}", NN_TARGET_GROUPS, 3, 0},
    {"batch_triplet: {mining: hard}", NN_TARGET_GROUPS, 1, 0},
    {"batch_triplet: {mining: hard, margin: 3}", NN_TARGET_GROUPS, 2, 0},
    {"batch_triplet: {mining: all}", NN_TARGET_GROUPS, 1, 0},
    {"batch_triplet: {mining: all, margin: 0.4}", NN_TARGET_GROUPS, 2, 0},
    {"triplet: {margin: 2, swap: true}", NN_TARGET_TRIPLETS, 3, 0},
    {"triplet: {p: 1, margin: 3}", NN_TARGET_TRIPLETS, 3, 0},
    {"triplet: {p: 3.5, eps: 0.1, margin: 0.5}", NN_TARGET_TRIPLETS, 3, 0},
};

START_TEST(options_have_their_gradients)
{
    check_gradients(&cases[_i], 7);
    check_gradients(&cases[_i], LOSS_MAX_BATCH);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_losses_double");
    TCase *tests = tcase_create("gradients");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, defaults_have_their_gradients, 0, (int)nn_n_losses);
    tcase_add_loop_test(tests, options_have_their_gradients, 0, AUG_COUNT(cases));
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
