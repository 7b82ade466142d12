#include "trainer/nn/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cache lines, so that no two threads write to one. */
#define LINE_SIZE 64
#define LINE_VALUES (LINE_SIZE / sizeof(NnReal))

/* Values in one tensor. Larger ones are certain to fail for memory; the bound keeps sums of sizes
 * from overflowing. */
#define MAX_TENSOR ((size_t)1 << 40)

/* A layer has at most two tensors with gradients and states, and two buffers. */
#define TENSORS_PER_NODE 6
/* Output, gradient, saved, partial. */
#define SLOTS_PER_NODE 4

static size_t round_up(size_t size, size_t unit)
{
    return (size + unit - 1) / unit * unit;
}

/* --- what layers declare ---------------------------------------------------------------------- */

static NnTensor *add_tensor(NnPlan *plan, const char *prefix, const char *name, const char *suffix)
{
    char text[400];
    snprintf(text, sizeof(text), "%s%s%s%s", prefix, name, suffix[0] ? "." : "", suffix);
    NnTensor *tensor = &plan->tensors[plan->n_tensors];
    tensor->name = augi_arena_text(plan->graph->memory, text, strlen(text));
    if (!tensor->name)
        plan->failed = true;
    plan->n_tensors++;
    return tensor;
}

uint32_t nn_plan_matrix(NnPlan *plan, const NnNode *node, const AugTensorDesc *desc, NnShape inner,
                        NnInit init)
{
    NnTensor *tensor = add_tensor(plan, "", node->name, "weight");
    const size_t rows = nn_shape_values(inner), n_out = (size_t)desc->shape[0];
    if (rows > MAX_TENSOR / nn_padded(n_out)) {
        plan->too_large = true;
        return plan->n_tensors - 1;
    }
    tensor->kind = NN_TENSOR_PARAMETER;
    tensor->desc = *desc;
    tensor->inner = inner;
    tensor->n_out = n_out;
    tensor->n_values = rows * n_out;
    tensor->n_stored = rows * nn_padded(n_out);
    tensor->init = init;
    tensor->decays = true;
    return plan->n_tensors - 1;
}

uint32_t nn_plan_vector(NnPlan *plan, const NnNode *node, const char *suffix, NnTensorKind kind,
                        NnShape inner, NnInit init)
{
    NnTensor *tensor = add_tensor(plan, "", node->name, suffix);
    tensor->kind = kind;
    tensor->n_values = nn_shape_values(inner);
    tensor->n_stored = nn_padded(tensor->n_values);
    tensor->desc =
        (AugTensorDesc){.dtype = AUG_DTYPE_F32, .n_dims = 1, .shape = {tensor->n_values}};
    tensor->inner = inner;
    tensor->init = init;
    tensor->decays = plan->decay_all && kind == NN_TENSOR_PARAMETER;
    return plan->n_tensors - 1;
}

uint32_t nn_plan_slot(NnPlan *plan, size_t sample_size, size_t fixed_size)
{
    /* A shard has n/16 samples, rounded up. */
    const size_t n_samples = (plan->max_batch + NN_SHARDS - 1) / NN_SHARDS;
    plan->slots[plan->n_slots] = (NnSlot){
        .size = round_up(sample_size * n_samples + fixed_size, LINE_SIZE), .first = SIZE_MAX};
    return plan->n_slots++;
}

size_t nn_plan_shared(NnPlan *plan, size_t size)
{
    const size_t offset = plan->shared_size;
    plan->shared_size += round_up(size, LINE_SIZE);
    return offset;
}

void nn_plan_scratch(NnPlan *plan, size_t size)
{
    size = round_up(size, LINE_SIZE);
    if (plan->scratch_size < size)
        plan->scratch_size = size;
}

uint32_t nn_plan_max_batch(const NnPlan *plan)
{
    return plan->max_batch;
}

bool nn_plan_trains(const NnPlan *plan)
{
    return plan->trains;
}

/* --- tensors ---------------------------------------------------------------------------------- */

static void place_tensors(NnPlan *plan, NnTensorKind kind, bool decays)
{
    for (uint32_t i = 0; i < plan->n_tensors; i++) {
        NnTensor *tensor = &plan->tensors[i];
        if (tensor->kind != kind || tensor->decays != decays)
            continue;
        tensor->offset = plan->n_stored;
        plan->n_stored += round_up(tensor->n_stored, LINE_VALUES);
    }
}

/* Each parameter's state lies where the parameter lies, in an arena of its own. */
static void add_states(NnPlan *plan)
{
    const uint32_t n = plan->n_tensors;
    for (uint32_t i = 0; i < n; i++) {
        if (plan->tensors[i].kind != NN_TENSOR_PARAMETER)
            continue;
        NnTensor *state = add_tensor(plan, "momentum.", plan->tensors[i].name, "");
        char *name = state->name;
        *state = plan->tensors[i];
        state->name = name;
        state->kind = NN_TENSOR_STATE;
        state->of = i;
        state->decays = false;
        state->init = (NnInit){NN_INIT_CONSTANT, 0};
    }
}

static void plan_tensors(NnPlan *plan)
{
    place_tensors(plan, NN_TENSOR_PARAMETER, true);
    plan->n_decaying = plan->n_stored;
    place_tensors(plan, NN_TENSOR_PARAMETER, false);
    plan->n_trained = plan->n_stored;
    place_tensors(plan, NN_TENSOR_BUFFER, false);
    if (plan->has_states)
        add_states(plan);
}

/* --- slots ------------------------------------------------------------------------------------ */

/* A node is active if the loss depends on parameters in it or before it. */
static void find_active(NnPlan *plan)
{
    NnNode *nodes = plan->graph->nodes;
    for (uint32_t i = 1; i < plan->graph->n_nodes; i++) {
        NnNode *node = &nodes[i];
        node->active = node->weight != NN_NONE || node->bias != NN_NONE ||
                       nodes[node->input].active ||
                       (node->second < i && nodes[node->second].active);
    }
}

static size_t sample_size(NnShape shape)
{
    return nn_shape_values(shape) * sizeof(NnReal);
}

static void plan_outputs(NnPlan *plan)
{
    NnNode *nodes = plan->graph->nodes;
    for (uint32_t i = 0; i < plan->graph->n_nodes; i++) {
        NnNode *node = &nodes[i];
        node->x = i ? nodes[node->input].y : NN_NONE;
        if (node->second < i)
            node->x_second = nodes[node->second].y;
        if (node->desc != &nn_node_loss)
            node->y = node->alias ? node->x : nn_plan_slot(plan, sample_size(node->out), 0);
    }
}

/* From the loss backwards: who writes the gradient of each output. */
static void plan_gradients(NnPlan *plan)
{
    NnNode *nodes = plan->graph->nodes;
    for (uint32_t i = plan->graph->n_nodes; i-- > 1;) {
        NnNode *node = &nodes[i], *input = &nodes[node->input];
        if (!node->active || node->desc == &nn_node_tee)
            continue;
        if (node->desc->has_branches) {
            /* Both sides of a sum have the sum's gradient. */
            input->dy = nodes[node->second].dy = node->dy;
            continue;
        }
        if (!input->active)
            continue;
        if (node->alias && node->desc != &nn_node_fork) {
            input->dy = node->dy;
            continue;
        }
        if (node->desc == &nn_node_fork)
            node->dy_second = nodes[node->second].dy;
        input->dy = nn_plan_slot(plan, sample_size(input->out), 0);
        node->dx = input->dy;
    }
}

static void touch(NnPlan *plan, uint32_t slot, size_t step)
{
    if (slot == NN_NONE)
        return;
    NnSlot *s = &plan->slots[slot];
    if (s->first > step)
        s->first = step;
    if (s->last < step)
        s->last = step;
}

static void find_lifetimes(NnPlan *plan, const NnProgram *program)
{
    for (size_t i = 0; i < program->n_steps; i++) {
        const NnNode *node = &plan->graph->nodes[program->steps[i].node];
        const unsigned uses = program->steps[i].phase->uses;
        const struct {
            unsigned use;
            uint32_t slot;
        } slots[] = {
            {NN_USES_X, node->x},         {NN_USES_X, node->x_second},
            {NN_USES_Y, node->y},         {NN_USES_DX, node->dx},
            {NN_USES_DY, node->dy},       {NN_USES_DY, node->dy_second},
            {NN_USES_SAVED, node->saved}, {NN_USES_PARTIAL, node->partial},
        };
        for (size_t k = 0; k < AUG_COUNT(slots); k++)
            if (uses & slots[k].use)
                touch(plan, slots[k].slot, i);
    }
}

static int by_size(const void *a, const void *b)
{
    const NnSlot *const *x = a, *const *y = b;
    if ((*x)->size != (*y)->size)
        return (*x)->size < (*y)->size ? 1 : -1;
    return *x < *y ? -1 : 1;
}

static bool collide(const NnSlot *a, const NnSlot *b)
{
    return a->first <= b->last && b->first <= a->last && a->offset < b->offset + b->size &&
           b->offset < a->offset + a->size;
}

/* Largest first, each at the lowest place where it collides with none before it. */
static void place_slots(NnPlan *plan)
{
    NnSlot **order = augi_arena_take(plan->graph->memory, (plan->n_slots + 1) * sizeof(*order));
    if (!order) {
        plan->failed = true;
        return;
    }
    for (uint32_t i = 0; i < plan->n_slots; i++)
        order[i] = &plan->slots[i];
    qsort(order, plan->n_slots, sizeof(NnSlot *), by_size);
    for (uint32_t i = 0; i < plan->n_slots; i++) {
        NnSlot *slot = order[i];
        for (uint32_t k = 0; k < i;) {
            if (!collide(slot, order[k])) {
                k++;
                continue;
            }
            slot->offset = order[k]->offset + order[k]->size;
            k = 0;
        }
        if (plan->shard_size < slot->offset + slot->size)
            plan->shard_size = slot->offset + slot->size;
    }
}

/* --- programs --------------------------------------------------------------------------------- */

static void add_step(NnProgram *program, uint32_t node, const NnPhase *phase, uint32_t written,
                     size_t values)
{
    if (phase->kind == NN_PHASE_NONE)
        return;
    program->steps[program->n_steps++] =
        (NnStep){.phase = phase, .node = node, .written = written, .values = values};
}

/* Phases of one direction; what they write is complete after the last. */
static void add_phases(NnProgram *program, uint32_t node, const NnPhase phases[NN_MAX_PHASES],
                       uint32_t written, size_t values)
{
    for (int k = 0; k < NN_MAX_PHASES; k++) {
        const bool last = k + 1 == NN_MAX_PHASES || phases[k + 1].kind == NN_PHASE_NONE;
        add_step(program, node, &phases[k], last ? written : NN_NONE, values);
    }
}

static bool start_program(NnPlan *plan, NnProgram *program)
{
    const size_t n = plan->graph->n_nodes * (size_t)(2 * NN_MAX_PHASES + 2);
    program->steps = augi_arena_take(plan->graph->memory, n * sizeof(NnStep));
    if (!program->steps)
        plan->failed = true;
    return program->steps != NULL;
}

static void make_train(NnPlan *plan)
{
    const NnNode *nodes = plan->graph->nodes;
    const uint32_t n = plan->graph->n_nodes;
    NnProgram *program = &plan->train;
    if (!start_program(plan, program))
        return;
    for (uint32_t i = 0; i < n; i++)
        if (nodes[i].dx != NN_NONE)
            add_step(program, i, &nodes[i].desc->hooks->prepare, NN_NONE, 0);
    for (uint32_t i = 0; i < n; i++)
        if (!nodes[i].alias)
            add_phases(program, i, nodes[i].desc->hooks->forward, nodes[i].y,
                       nn_shape_values(nodes[i].out));
    const size_t backward = program->n_steps;
    for (uint32_t i = n; i-- > 0;)
        if (nodes[i].active && !nodes[i].fused)
            add_phases(program, i, nodes[i].desc->hooks->backward, nodes[i].dx,
                       nn_shape_values(nodes[i].in));
    for (size_t i = backward; i < program->n_steps; i++)
        program->steps[i].backward = true;
    for (uint32_t i = 0; i < n; i++)
        if (nodes[i].active)
            add_step(program, i, &nodes[i].desc->hooks->finish, NN_NONE, 0);
}

static void make_evaluate(NnPlan *plan)
{
    const NnNode *nodes = plan->graph->nodes;
    if (!start_program(plan, &plan->evaluate))
        return;
    for (uint32_t i = 0; i < plan->graph->n_nodes; i++)
        if (!nodes[i].alias)
            add_step(&plan->evaluate, i, &nodes[i].desc->hooks->evaluate, nodes[i].y,
                     nn_shape_values(nodes[i].out));
}

AugStatus nn_plan_build(NnPlan *plan, AugError *error)
{
    NnGraph *graph = plan->graph;
    plan->tensor_capacity = graph->n_nodes * TENSORS_PER_NODE;
    plan->slot_capacity = graph->n_nodes * SLOTS_PER_NODE;
    plan->tensors = augi_arena_take(graph->memory, plan->tensor_capacity * sizeof(NnTensor));
    plan->slots = augi_arena_take(graph->memory, plan->slot_capacity * sizeof(NnSlot));
    if (!plan->tensors || !plan->slots)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the network's plan");
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].desc->hooks->plan && !graph->nodes[i].fused)
            graph->nodes[i].desc->hooks->plan(plan, &graph->nodes[i]);
    if (plan->too_large)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "a layer has more than %zu weights; that many are not allowed", MAX_TENSOR);
    plan_tensors(plan);
    find_active(plan);
    if (plan->trains && !graph->nodes[graph->n_nodes - 1].active)
        return AUG_FAIL(error, AUG_BAD_SPEC, "layers",
                        "no layer has weights, so there is nothing to train");
    plan_outputs(plan);
    if (plan->trains)
        plan_gradients(plan);
    make_evaluate(plan);
    if (plan->trains)
        make_train(plan);
    if (!plan->failed)
        find_lifetimes(plan, plan->trains ? &plan->train : &plan->evaluate);
    if (!plan->failed)
        place_slots(plan);
    if (plan->failed)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the network's plan");
    return AUG_OK;
}
