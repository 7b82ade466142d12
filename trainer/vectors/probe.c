/* Steps of a program, one after the other, with an exchange of values behind each. */
#include "trainer/vectors/probe.h"

#include <string.h>

/* One phase of one node. */
typedef struct Step {
    const NnNetwork *network;
    const NnInstruction *instruction;
} Step;

static void run_part(void *context, uint32_t part, uint32_t thread)
{
    const Step *step = context;
    const NnNetwork *network = step->network;
    const NnTask task = {.pass = &network->pass,
                         .part = part,
                         .scratch = network->scratch + thread * network->blueprint.scratch_size,
                         .scratch_size = network->blueprint.scratch_size};
    step->instruction->phase->run(&task, &network->graph.nodes[step->instruction->node]);
}

static void run_step(const NnNetwork *network, const NnInstruction *instruction)
{
    Step step = {network, instruction};
    if (instruction->phase->kind == NN_PHASE_ONCE)
        run_part(&step, 0, 0);
    else
        nn_pool_run(network->pool, NN_SHARDS, run_part, &step);
}

void vector_slot_read(const NnNetwork *network, uint32_t slot, size_t size, void *out)
{
    unsigned char *to = out;
    for (uint32_t s = 0; s < NN_SHARDS; s++) {
        const size_t n = size * nn_shard_samples(&network->pass, s);
        memcpy(to, nn_slot(&network->pass, slot, s), n);
        to += n;
    }
}

static void slot_write(const NnNetwork *network, uint32_t slot, size_t size, const void *in)
{
    const unsigned char *from = in;
    for (uint32_t s = 0; s < NN_SHARDS; s++) {
        const size_t n = size * nn_shard_samples(&network->pass, s);
        memcpy(nn_slot(&network->pass, slot, s), from, n);
        from += n;
    }
}

/* Bytes of a sample in a node's output. */
static size_t sample_size(const NnNode *node)
{
    return nn_shape_values(node->out) * node->out_rows *
           (node->indices ? sizeof(int32_t) : sizeof(NnReal));
}

/* Hands out what is complete after a step, and puts the caller's values in place. */
static void exchange(NnNetwork *network, const NnInstruction *instruction, const VectorPass *pass)
{
    const NnNode *nodes = network->graph.nodes, *target = &nodes[pass->target];
    const bool of_target = instruction->node == pass->target && !instruction->backward;
    if (pass->y && instruction->written == target->y && !instruction->backward)
        vector_slot_read(network, target->y, sample_size(target), pass->y);
    if (of_target && pass->mask)
        vector_slot_read(network, target->saved, pass->mask_size, pass->mask);
    if (of_target && pass->given_mask)
        slot_write(network, target->saved, pass->mask_size, pass->given_mask);
    if (!instruction->backward || instruction->written == NN_NONE)
        return;
    /* A node before the target may add to what lies there, once it is not needed any more. */
    if (pass->dy && instruction->written == target->dy && instruction->node >= pass->target)
        slot_write(network, target->dy, sample_size(target), pass->dy);
    for (size_t k = 0; k < NN_MAX_INPUTS && pass->dxs[k]; k++) {
        const NnNode *probe = &nodes[pass->probes[k]];
        /* One of several inputs is not what the instruction says it writes. */
        const bool is_joined = target->n_inputs > 1 && instruction->node == pass->target;
        if (instruction->written == probe->dy || (is_joined && k > 0))
            vector_slot_read(network, probe->dy, sample_size(probe), pass->dxs[k]);
    }
}

void vector_pass_run(NnNetwork *network, const NnProgram *program, const VectorPass *pass)
{
    const NnNode *nodes = network->graph.nodes, *loss = &nodes[network->graph.n_nodes - 1];
    const NnNode *target = &nodes[pass->target];
    for (uint32_t s = 0; s <= NN_SHARDS; s++)
        network->pass.first[s] = s * pass->n / NN_SHARDS;
    for (size_t i = 0; i < program->n_instructions; i++) {
        const NnInstruction *instruction = &program->instructions[i];
        if (instruction->node == 0)
            slot_write(network, nodes[0].y, sample_size(&nodes[0]), pass->x);
        else if (&nodes[instruction->node] != loss)
            run_step(network, instruction);
        else if (pass->dy && loss->dx == target->dy)
            slot_write(network, target->dy, sample_size(target), pass->dy);
        exchange(network, instruction, pass);
    }
}

void vector_pass_commit(NnNetwork *network)
{
    for (uint32_t i = 0; i < network->graph.n_nodes; i++) {
        const NnNode *node = &network->graph.nodes[i];
        if (node->hooks->commit)
            node->hooks->commit(&network->pass, node);
    }
    network->pass.step++;
    network->pass.n_batches++;
}

uint32_t vector_node_find(const NnNetwork *network, const char *name)
{
    for (uint32_t i = 0; i < network->graph.n_nodes; i++)
        if (network->graph.nodes[i].name && !strcmp(network->graph.nodes[i].name, name))
            return i;
    return NN_NONE;
}
