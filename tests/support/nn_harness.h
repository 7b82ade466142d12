/* A network of layers from text, whose phases a test runs by hand. Everything is static
 * because its types depend on NN_REAL: a test compiled with double gets its own copy.
 */
#ifndef TEST_NN_HARNESS_H
#define TEST_NN_HARNESS_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "trainer/vectors/probe.h"

/* A network and the layers it was built from. */
typedef struct Harness {
    NnFixture fixture;
    NnNetwork *network;
} Harness;

/* A network of the layers in text, for n samples of a shape. */
static inline Harness harness_make(const char *text, NnShape input, uint32_t n,
                                   NnKernelChoice kernels)
{
    Harness harness = {.fixture = nn_fixture_make(text)};
    AugError error = {0};
    const NnNetworkSpec spec = {
        .input = input,
        .layers = harness.fixture.layers,
        .n_layers = harness.fixture.n_layers,
        .optimizer = nn_fixture_optimizer("sgd: {lr: 0.1, momentum: 0.9, decay_all: true}"),
        .max_batch = n,
        .seed = 7,
        .n_threads = 1,
        .kernels = kernels,
    };
    if (nn_network_new(&harness.network, &spec, &error) != AUG_OK)
        ck_abort_msg("%s: %s: %s", text, error.where, error.message);
    return harness;
}

/* Frees both. */
static inline void harness_free(Harness *harness)
{
    nn_network_free(harness->network);
    nn_fixture_free(&harness->fixture);
}

/* A pass of trainer/vectors, by names that tests have. */
typedef VectorPass HarnessPass;

/* Runs a program's phases; see vector_pass_run. */
static inline void harness_run(NnNetwork *network, const NnProgram *program,
                               const HarnessPass *pass)
{
    vector_pass_run(network, program, pass);
}

/* Copies one row of values per sample out of a slot of the shards. */
static inline void harness_copy_out(const NnNetwork *network, uint32_t slot, size_t values,
                                    NnReal *out)
{
    vector_slot_read(network, slot, values * sizeof(NnReal), out);
}

/* Statistics that outlive a step, as a successful step would change them. */
static inline void harness_commit(NnNetwork *network)
{
    vector_pass_commit(network);
}

#endif
