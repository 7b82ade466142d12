/* Runs the phases of a network by hand, on one thread, so that a test can give any gradient to a
 * layer in the middle and look at the values and gradients between layers. Everything is static
 * because its types depend on NN_REAL: a test compiled with double gets its own copy.
 */
#ifndef TEST_NN_HARNESS_H
#define TEST_NN_HARNESS_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "trainer/nn/network.h"

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

/* Runs one step of a program for all its parts. */
static inline void harness_step(NnNetwork *network, const NnInstruction *instruction)
{
    const uint32_t n = instruction->phase->kind == NN_PHASE_ONCE ? 1 : NN_SHARDS;
    for (uint32_t part = 0; part < n; part++) {
        const NnTask task = {.pass = &network->pass, .part = part, .scratch = network->scratch};
        instruction->phase->run(&task, &network->graph.nodes[instruction->node]);
    }
}

/* Copies between one row of values per sample and a slot of the shards. */
static inline void harness_copy_out(const NnNetwork *network, uint32_t slot, size_t values,
                                    NnReal *out)
{
    for (uint32_t s = 0; s < NN_SHARDS; s++) {
        const size_t n = values * nn_shard_samples(&network->pass, s);
        memcpy(out, nn_slot(&network->pass, slot, s), n * sizeof(NnReal));
        out += n;
    }
}

/* The other way. */
static inline void harness_copy_in(const NnNetwork *network, uint32_t slot, size_t values,
                                   const NnReal *in)
{
    for (uint32_t s = 0; s < NN_SHARDS; s++) {
        const size_t n = values * nn_shard_samples(&network->pass, s);
        memcpy(nn_slot(&network->pass, slot, s), in, n * sizeof(NnReal));
        in += n;
    }
}

/* What one pass reads and gives, in row, column, channel order; NULL members are left out.
 *
 * x: n samples as the first node has them
 * y, dy: output of node `target`, and the gradient that it is given instead of the loss's
 * dx: gradient that reaches the output of node `probe`, before target (1 is the first layer)
 * mask: a byte for each value of target's output, as the layer saves them (dropout, max_pool)
 */
typedef struct HarnessPass {
    uint32_t n, probe, target;
    const NnReal *x, *dy;
    NnReal *y, *dx;
    uint8_t *mask;
} HarnessPass;

/* Cuts n samples into shards. */
static inline void harness_start(NnNetwork *network, uint32_t n)
{
    for (uint32_t s = 0; s <= NN_SHARDS; s++)
        network->pass.first[s] = s * n / NN_SHARDS;
}

/* The bytes that a layer saves, one per value of its output. */
static inline void harness_copy_mask(const NnNetwork *network, const NnNode *node, uint8_t *out)
{
    for (uint32_t s = 0; s < NN_SHARDS; s++) {
        const size_t n = nn_shape_values(node->out) * nn_shard_samples(&network->pass, s);
        memcpy(out, nn_slot(&network->pass, node->saved, s), n);
        out += n;
    }
}

/* After a step: hands out what is complete, and puts the caller's gradient in place. */
static inline void harness_exchange(NnNetwork *network, const NnInstruction *instruction,
                                    const HarnessPass *pass)
{
    const NnNode *nodes = network->graph.nodes;
    const NnNode *target = &nodes[pass->target], *probe = &nodes[pass->probe];
    if (pass->y && instruction->written == target->y && !instruction->backward)
        harness_copy_out(network, target->y, nn_shape_values(target->out), pass->y);
    if (pass->mask && instruction->node == pass->target && !instruction->backward)
        harness_copy_mask(network, target, pass->mask);
    if (!instruction->backward || instruction->written == NN_NONE)
        return;
    if (pass->dy && instruction->written == target->dy)
        harness_copy_in(network, target->dy, nn_shape_values(target->out), pass->dy);
    if (pass->dx && instruction->written == probe->dy)
        harness_copy_out(network, probe->dy, nn_shape_values(probe->out), pass->dx);
}

/* The first node's step is replaced by a copy from the caller, and the loss's by nothing. */
static inline void harness_run(NnNetwork *network, const NnProgram *program,
                               const HarnessPass *pass)
{
    const NnNode *nodes = network->graph.nodes;
    harness_start(network, pass->n);
    for (size_t i = 0; i < program->n_instructions; i++) {
        const NnInstruction *instruction = &program->instructions[i];
        if (instruction->node == 0)
            harness_copy_in(network, nodes[0].y, nn_shape_values(nodes[0].out), pass->x);
        else if (instruction->node != network->graph.n_nodes - 1)
            harness_step(network, instruction);
        harness_exchange(network, instruction, pass);
    }
}

/* Statistics that outlive a step, as a successful step would change them. */
static inline void harness_commit(NnNetwork *network)
{
    for (uint32_t i = 0; i < network->graph.n_nodes; i++) {
        const NnNode *node = &network->graph.nodes[i];
        if (node->hooks->commit)
            node->hooks->commit(&network->pass, node);
    }
    network->pass.step++;
    network->pass.n_batches++;
}

#endif
