/* A linear layer of as many outputs as inputs behind which any loss stands, and batches with
 * everything that a loss may compare with. Static, as its types depend on NN_REAL.
 */
#ifndef TEST_LOSS_CASE_H
#define TEST_LOSS_CASE_H

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "trainer/nn/loss.h"

#define LOSS_OUTPUTS 6
#define LOSS_MAX_BATCH 23
#define LOSS_MAX_ROWS 3

/* What is compared with what.
 *
 * loss:   as in a model file
 * target: the kind that the batch has, of those that the loss takes
 * rows:   of a sample
 */
typedef struct LossCase {
    const char *loss;
    unsigned target;
    uint32_t rows, n_threads;
} LossCase;

/* A network of it, with weights near the identity that no value is round with. */
static inline NnNetwork *loss_case_network(const LossCase *c)
{
    char text[64];
    snprintf(text, sizeof(text), "[linear: {features: %d, bias: false}]", LOSS_OUTPUTS);
    NnFixture fixture = nn_fixture_make(text);
    const NnNetworkSpec spec = {
        .input = {1, 1, LOSS_OUTPUTS, true},
        .input_rows = c->rows,
        .layers = fixture.layers,
        .n_layers = fixture.n_layers,
        .loss = nn_fixture_choice(NN_MODULE_LOSS, c->loss),
        .compares_input = c->target == NN_TARGET_INPUT,
        .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1}"),
        .accumulates = true,
        .max_batch = LOSS_MAX_BATCH,
        .n_threads = c->n_threads ? c->n_threads : 1,
    };
    NnNetwork *network = NULL;
    AugError error = {0};
    ck_assert_msg(nn_network_new(&network, &spec, &error) == AUG_OK, "%s: %s", c->loss,
                  error.message);
    nn_fixture_free(&fixture);
    NnReal weights[LOSS_OUTPUTS * LOSS_OUTPUTS];
    for (uint32_t i = 0; i < AUG_COUNT(weights); i++)
        weights[i] =
            (NnReal)(0.3141 * nn_fixture_value(5, i) + (i % (LOSS_OUTPUTS + 1) == 0 ? 1 : 0));
    nn_network_write_tensor(network, 0, weights);
    return network;
}

/* Memory of a batch: rows of samples, and targets of every kind. */
typedef struct LossBatch {
    float rows[LOSS_MAX_ROWS][LOSS_MAX_BATCH * LOSS_OUTPUTS];
    const void *views[LOSS_MAX_ROWS - 1];
    int64_t labels[LOSS_MAX_BATCH];
    float shares[LOSS_MAX_BATCH * LOSS_OUTPUTS];
    NnBatch batch;
} LossBatch;

/* n samples with targets of one kind; 0: without. */
static inline const NnBatch *loss_case_batch(LossBatch *b, const LossCase *c, uint32_t n)
{
    for (uint32_t row = 0; row < LOSS_MAX_ROWS; row++)
        for (uint32_t i = 0; i < AUG_COUNT(b->rows[row]); i++)
            b->rows[row][i] = 2 * (float)nn_fixture_value(10 + row, i);
    for (uint32_t row = 1; row < LOSS_MAX_ROWS; row++)
        b->views[row - 1] = b->rows[row];
    const bool groups = c->target == NN_TARGET_GROUPS;
    for (uint32_t i = 0; i < LOSS_MAX_BATCH; i++)
        b->labels[i] = groups && i % 5 == 3 ? -1 : (int64_t)(i * i + i / 4) % (groups ? 4 : 6);
    for (uint32_t i = 0; i < AUG_COUNT(b->shares); i++) {
        const double value = nn_fixture_value(20, i);
        b->shares[i] = (float)(c->target == NN_TARGET_VALUES    ? value
                               : c->target == NN_TARGET_CLASSES ? value > 0
                                                                : fabs(value) / 3);
    }
    const bool labelled = c->target == NN_TARGET_CLASS || groups;
    const bool shared = c->target == NN_TARGET_SOFT || c->target == NN_TARGET_CLASSES;
    b->batch = (NnBatch){.data = b->rows[0],
                         .dtype = AUG_DTYPE_F32,
                         .n = n,
                         .labels = labelled ? b->labels : NULL,
                         .soft = shared ? b->shares : NULL,
                         .values = c->target == NN_TARGET_VALUES ? b->shares : NULL,
                         .views = b->views};
    return &b->batch;
}

#endif
