/* Walks the registry of losses: what every one must hold, with every kind of target that it takes,
 * without a test of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/loss_case.h"
#include "tests/support/module_case.h"
#include "tests/support/support.h"

static LossBatch memory;

/* Calls a function for every kind of target of loss number i, and its example as text. */
static void each_target(int i, void (*check)(const LossCase *c))
{
    const NnLossDesc *loss = nn_losses[i];
    char plain[80], text[200];
    snprintf(plain, sizeof(plain), "%s: {}", loss->name);
    ck_assert_msg(loss->example && strstr(loss->example, loss->name), "%s: no example", loss->name);
    snprintf(text, sizeof(text), "%s", loss->example[0] == '{' ? loss->example : plain);
    for (unsigned target = 1; target; target *= 2)
        if (loss->targets & target) {
            const uint32_t rows = loss->least_rows ? loss->least_rows : 1;
            check(&(LossCase){.loss = text, .target = target, .rows = rows});
            check(&(LossCase){.loss = plain, .target = target, .rows = rows});
        }
}

/* What one batch gives: the loss, its figures, and the gradient of the weights. */
typedef struct Outcome {
    NnResult result;
    NnReal gradient[LOSS_OUTPUTS * LOSS_OUTPUTS];
} Outcome;

static void run(NnNetwork *network, const LossCase *c, uint32_t n, Outcome *out)
{
    AugError error = {0};
    memset(out, 0, sizeof(*out));
    ck_assert_msg(nn_network_gradients(network, loss_case_batch(&memory, c, n), &out->result,
                                       &error) == AUG_OK,
                  "%s, target %u: %s", c->loss, c->target, error.message);
    nn_network_read_gradient(network, 0, out->gradient);
}

static void check_threads(const LossCase *c)
{
    static const uint32_t counts[] = {2, 3, 8};
    static const uint32_t sizes[] = {LOSS_MAX_BATCH, 5, 1};
    for (size_t k = 0; k < AUG_COUNT(sizes); k++) {
        Outcome one, many;
        NnNetwork *network = loss_case_network(c);
        run(network, c, sizes[k], &one);
        nn_network_free(network);
        for (size_t i = 0; i < AUG_COUNT(counts); i++) {
            LossCase other = *c;
            other.n_threads = counts[i];
            network = loss_case_network(&other);
            run(network, c, sizes[k], &many);
            ck_assert_msg(!memcmp(&one, &many, sizeof(one)), "%s, target %u: %u threads", c->loss,
                          c->target, counts[i]);
            nn_network_free(network);
        }
    }
}

START_TEST(threads_give_the_same_bytes)
{
    each_target(_i, check_threads);
}
END_TEST

/* Evaluation gives the loss of training where nothing is smoothed, and figures that can be shares. */
static void check_evaluation(const LossCase *c)
{
    Outcome trained;
    NnResult result;
    AugError error = {0};
    NnReal logits[LOSS_MAX_ROWS * LOSS_MAX_BATCH * LOSS_OUTPUTS];
    NnNetwork *network = loss_case_network(c);
    run(network, c, LOSS_MAX_BATCH, &trained);
    const NnBatch *batch = loss_case_batch(&memory, c, LOSS_MAX_BATCH);
    ck_assert_msg(nn_network_evaluate(network, batch, logits, &result, &error) == AUG_OK, "%s: %s",
                  c->loss, error.message);
    if (!strstr(c->loss, "smoothing"))
        ck_assert_double_eq(result.loss, trained.result.loss);
    ck_assert_double_eq(result.weight, trained.result.weight);
    const NnChoice loss = nn_fixture_choice(NN_MODULE_LOSS, c->loss);
    size_t n;
    const NnScalar *scalars = nn_loss_scalars(&loss, &n);
    for (size_t k = 0; k < n; k++) {
        ck_assert_double_eq(result.sums[k], trained.result.sums[k]);
        ck_assert_msg(!scalars[k].is_share || (result.sums[k] >= 0 && result.sums[k] <= result.n),
                      "%s: %s is %g of %u", c->loss, scalars[k].name, result.sums[k], result.n);
    }
    nn_network_free(network);
}

START_TEST(evaluation_gives_the_loss_of_training)
{
    each_target(_i, check_evaluation);
}
END_TEST

/* Logits of 1e4 give a finite loss and finite gradients, which the step checks. */
static void check_huge(const LossCase *c)
{
    Outcome outcome;
    NnReal weights[LOSS_OUTPUTS * LOSS_OUTPUTS];
    NnNetwork *network = loss_case_network(c);
    nn_network_read_tensor(network, 0, weights);
    for (size_t i = 0; i < AUG_COUNT(weights); i++)
        weights[i] *= (NnReal)1e4;
    nn_network_write_tensor(network, 0, weights);
    run(network, c, LOSS_MAX_BATCH, &outcome);
    ck_assert_msg(isfinite(outcome.result.loss), "%s", c->loss);
    /* All rows zero: nothing to divide by. */
    memset(weights, 0, sizeof(weights));
    nn_network_write_tensor(network, 0, weights);
    run(network, c, LOSS_MAX_BATCH, &outcome);
    ck_assert_msg(isfinite(outcome.result.loss), "%s", c->loss);
    nn_network_free(network);
}

START_TEST(huge_logits_are_no_trouble)
{
    each_target(_i, check_huge);
}
END_TEST

static void refuse(NnNetwork *network, const NnBatch *batch, AugStatus status, const char *words,
                   const char *what)
{
    NnResult result;
    AugError error = {0};
    ck_assert_msg(nn_network_gradients(network, batch, &result, &error) == status, "%s: %s", what,
                  error.message);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s: '%s' does not hold '%s'", what,
                  error.message, words);
}

/* What is not finite is reported, whoever made it, and a batch without targets is refused. */
static void check_broken(const LossCase *c)
{
    NnNetwork *network = loss_case_network(c);
    const NnBatch *batch = loss_case_batch(&memory, c, LOSS_MAX_BATCH);
    memory.rows[c->rows - 1][LOSS_OUTPUTS * LOSS_MAX_BATCH - 1] = NAN;
    refuse(network, batch, AUG_CORRUPT, "the data of step 0 hold a value that is not finite",
           c->loss);
    if (batch->soft || batch->values) {
        batch = loss_case_batch(&memory, c, LOSS_MAX_BATCH);
        memory.shares[40] = NAN;
        refuse(network, batch, AUG_CORRUPT, "the loss is not finite in step 0", c->loss);
    }
    if (batch->soft || batch->values || batch->labels) {
        LossCase none = *c;
        none.target = 0;
        batch = loss_case_batch(&memory, &none, LOSS_MAX_BATCH);
        refuse(network, batch, AUG_BAD_ARGUMENT, "the batch has none", c->loss);
        NnResult result;
        ck_assert_int_eq(nn_network_evaluate(network, batch, NULL, &result, NULL), AUG_OK);
        ck_assert_msg(result.loss == 0 && result.weight == 0 && result.sums[0] == 0, "%s", c->loss);
    }
    NnReal weights[LOSS_OUTPUTS * LOSS_OUTPUTS];
    nn_network_read_tensor(network, 0, weights);
    weights[7] = (NnReal)INFINITY;
    nn_network_write_tensor(network, 0, weights);
    refuse(network, loss_case_batch(&memory, c, LOSS_MAX_BATCH), AUG_CORRUPT,
           "layer 0 (linear) made a value that is not finite in step 0", c->loss);
    nn_network_free(network);
}

START_TEST(broken_values_are_reported)
{
    each_target(_i, check_broken);
}
END_TEST

START_TEST(parameters_hold)
{
    module_case_check(&nn_losses[_i]->module);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_losses");
    TCase *tests = tcase_create("losses");
    const int n = (int)nn_n_losses;
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, threads_give_the_same_bytes, 0, n);
    tcase_add_loop_test(tests, evaluation_gives_the_loss_of_training, 0, n);
    tcase_add_loop_test(tests, huge_logits_are_no_trouble, 0, n);
    tcase_add_loop_test(tests, broken_values_are_reported, 0, n);
    tcase_add_loop_test(tests, parameters_hold, 0, n);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
