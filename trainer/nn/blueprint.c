/* From nodes to memory and programs: tensors, slots with their lifetimes and places, and the order
 * of instructions. */
#include "trainer/nn/blueprint.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/nn/fuse.h"

/* Cache lines, so that no two threads write to one. */
#define LINE_SIZE 64
#define LINE_VALUES (LINE_SIZE / sizeof(NnReal))

/* Values in one tensor. Larger ones are certain to fail for memory; the bound keeps sums of sizes
 * from overflowing. */
#define MAX_TENSOR ((size_t)1 << 40)

/* A layer has at most two tensors with gradients and states, and two buffers. */
#define TENSORS_PER_NODE (4 + 2 * NN_MAX_STATES)
/* Output, sum of gradients, saved, partial, and gradients of the inputs. */
#define SLOTS_PER_NODE (4 + NN_MAX_INPUTS)

static size_t round_up(size_t size, size_t unit)
{
    return (size + unit - 1) / unit * unit;
}

/* --- what layers declare ---------------------------------------------------------------------- */

static NnTensor *add_tensor(NnBlueprint *blueprint, const char *prefix, const char *name,
                            const char *suffix)
{
    char text[400];
    snprintf(text, sizeof(text), "%s%s%s%s", prefix, name, suffix[0] ? "." : "", suffix);
    NnTensor *tensor = &blueprint->tensors[blueprint->n_tensors];
    tensor->name = augi_arena_text(blueprint->graph->memory, text, strlen(text));
    if (!tensor->name)
        blueprint->failed = true;
    blueprint->n_tensors++;
    return tensor;
}

uint32_t nn_blueprint_matrix(NnBlueprint *blueprint, const NnNode *node, const AugTensorDesc *desc,
                             NnShape inner, NnInit init)
{
    NnTensor *tensor = add_tensor(blueprint, "", node->name, "weight");
    const size_t rows = nn_shape_values(inner), n_out = (size_t)desc->shape[0];
    if (rows > MAX_TENSOR / nn_padded(n_out)) {
        blueprint->too_large = true;
        return blueprint->n_tensors - 1;
    }
    tensor->kind = NN_TENSOR_PARAMETER;
    tensor->desc = *desc;
    tensor->inner = inner;
    tensor->n_out = n_out;
    tensor->n_values = rows * n_out;
    tensor->n_stored = rows * nn_padded(n_out);
    tensor->init = init;
    tensor->decays = true;
    tensor->frozen = node->frozen;
    return blueprint->n_tensors - 1;
}

uint32_t nn_blueprint_matrices(NnBlueprint *blueprint, const NnNode *node,
                               const AugTensorDesc *desc, NnShape inner, uint32_t groups,
                               NnInit init)
{
    const uint32_t number = nn_blueprint_matrix(blueprint, node, desc, inner, init);
    NnTensor *tensor = &blueprint->tensors[number];
    tensor->n_out /= groups;
    tensor->n_stored = groups * nn_shape_values(inner) * nn_padded(tensor->n_out);
    return number;
}

uint32_t nn_blueprint_vector(NnBlueprint *blueprint, const NnNode *node, const char *suffix,
                             NnTensorKind kind, NnShape inner, NnInit init)
{
    NnTensor *tensor = add_tensor(blueprint, "", node->name, suffix);
    tensor->kind = kind;
    tensor->n_values = nn_shape_values(inner);
    tensor->n_stored = nn_padded(tensor->n_values);
    tensor->desc =
        (AugTensorDesc){.dtype = AUG_DTYPE_F32, .n_dims = 1, .shape = {tensor->n_values}};
    tensor->inner = inner;
    tensor->init = init;
    tensor->decays = kind == NN_TENSOR_PARAMETER && blueprint->base && blueprint->base->decay_all;
    tensor->frozen = node->frozen;
    return blueprint->n_tensors - 1;
}

uint32_t nn_blueprint_values(NnBlueprint *blueprint, const NnNode *node, const char *suffix,
                             const AugTensorDesc *desc, NnShape inner, NnInit init)
{
    const uint32_t tensor =
        nn_blueprint_vector(blueprint, node, suffix, NN_TENSOR_PARAMETER, inner, init);
    blueprint->tensors[tensor].desc = *desc;
    return tensor;
}

uint32_t nn_blueprint_table(NnBlueprint *blueprint, const NnNode *node, uint32_t n_rows, uint32_t n,
                            int64_t zero, NnInit init)
{
    const AugTensorDesc desc = {.dtype = AUG_DTYPE_F32, .n_dims = 2, .shape = {n_rows, n}};
    /* One channel after the other is PyTorch's order, too. */
    const NnShape inner = {1, 1, (int32_t)(n_rows * n), true};
    const uint32_t number = nn_blueprint_values(blueprint, node, "weight", &desc, inner, init);
    NnTensor *tensor = &blueprint->tensors[number];
    tensor->decays = true;
    if (zero >= 0 && zero < n_rows) {
        tensor->first_zero = (size_t)zero * n;
        tensor->n_zeros = n;
    }
    return number;
}

uint32_t nn_blueprint_slot(NnBlueprint *blueprint, size_t sample_size, size_t fixed_size)
{
    /* A shard has n/16 samples, rounded up. */
    const size_t n_samples = (blueprint->max_batch + NN_SHARDS - 1) / NN_SHARDS;
    blueprint->slots[blueprint->n_slots] = (NnSlot){
        .size = round_up(sample_size * n_samples + fixed_size, LINE_SIZE), .first = SIZE_MAX};
    return blueprint->n_slots++;
}

size_t nn_blueprint_shared(NnBlueprint *blueprint, size_t size)
{
    const size_t offset = blueprint->shared_size;
    blueprint->shared_size += round_up(size, LINE_SIZE);
    return offset;
}

void nn_blueprint_scratch(NnBlueprint *blueprint, size_t size)
{
    size = round_up(size, LINE_SIZE);
    if (blueprint->scratch_size < size)
        blueprint->scratch_size = size;
}

uint32_t nn_blueprint_max_batch(const NnBlueprint *blueprint)
{
    return blueprint->max_batch;
}

uint32_t nn_blueprint_max_rows(const NnBlueprint *blueprint, const NnNode *node)
{
    return blueprint->max_batch * node->in_rows;
}

const NnKernels *nn_blueprint_kernels(const NnBlueprint *blueprint)
{
    return blueprint->kernels;
}

bool nn_blueprint_trains(const NnBlueprint *blueprint)
{
    return blueprint->trains;
}

/* --- tensors ---------------------------------------------------------------------------------- */

/* Number of the first group that a tensor of this name belongs to, or how many groups there are. */
static uint32_t find_group(const NnBlueprint *blueprint, const char *name)
{
    const NnNetworkSpec *options = blueprint->options;
    uint32_t i = 0;
    while (i < options->n_groups && fnmatch(options->groups[i].match, name, 0) != 0)
        i++;
    return i;
}

/* A layer is frozen if the group of its weight is: all of it. Of other layers the tensors are that
 * a frozen group has (NnGroup.frozen). */
static void find_frozen(NnBlueprint *blueprint)
{
    for (uint32_t i = 0; i < blueprint->graph->n_nodes; i++) {
        NnNode *node = &blueprint->graph->nodes[i];
        char name[300];
        snprintf(name, sizeof(name), "%s.weight", node->name);
        const uint32_t group = node->listed ? find_group(blueprint, name) : UINT32_MAX;
        node->frozen =
            group < blueprint->options->n_groups && blueprint->options->groups[group].frozen;
    }
}

/* Where parameters of a group are treated alike: those that the optimizer's decay is for, and the
 * others. */
static void open_group(NnBlueprint *blueprint, uint32_t number, bool decays)
{
    const NnNetworkSpec *options = blueprint->options;
    NnGroup *group = &blueprint->groups[blueprint->n_groups++];
    *group = (NnGroup){.first = blueprint->n_stored, .lr_scale = 1};
    if (blueprint->base && decays) {
        group->weight_decay = blueprint->base->weight_decay;
        group->l1 = blueprint->base->l1;
    }
    if (number == options->n_groups)
        return;
    const NnGroupSpec *given = &options->groups[number];
    group->lr_scale = given->lr_scale;
    group->frozen = given->frozen;
    if (given->weight_decay >= 0)
        group->weight_decay = given->weight_decay;
    if (given->l1 >= 0)
        group->l1 = given->l1;
}

static void place_tensor(NnBlueprint *blueprint, NnTensor *tensor)
{
    tensor->offset = blueprint->n_stored;
    blueprint->n_stored += round_up(tensor->n_stored, LINE_VALUES);
}

static bool is_learnt(const NnTensor *tensor)
{
    return tensor->kind == NN_TENSOR_PARAMETER && !tensor->frozen;
}

static void place_group(NnBlueprint *blueprint, uint32_t number, bool decays)
{
    open_group(blueprint, number, decays);
    for (uint32_t i = 0; i < blueprint->n_tensors; i++) {
        NnTensor *tensor = &blueprint->tensors[i];
        if (is_learnt(tensor) && tensor->group == number && tensor->decays == decays)
            place_tensor(blueprint, tensor);
    }
    NnGroup *group = &blueprint->groups[blueprint->n_groups - 1];
    group->end = blueprint->n_stored;
    if (group->first == group->end)
        blueprint->n_groups--;
}

/* Each parameter's states lie where the parameter lies, in arenas of their own. */
static void add_states(NnBlueprint *blueprint, const NnOptimizerDesc *optimizer, uint32_t state)
{
    const uint32_t n = blueprint->n_tensors - blueprint->n_states * blueprint->n_learnt;
    for (uint32_t i = 0; i < n; i++) {
        if (!is_learnt(&blueprint->tensors[i]))
            continue;
        char prefix[64];
        snprintf(prefix, sizeof(prefix), "%s.", optimizer->states[state]);
        NnTensor *tensor = add_tensor(blueprint, prefix, blueprint->tensors[i].name, "");
        char *name = tensor->name;
        *tensor = blueprint->tensors[i];
        tensor->name = name;
        tensor->kind = NN_TENSOR_STATE;
        tensor->of = i;
        tensor->decays = false;
        tensor->init = (NnInit){NN_INIT_CONSTANT, 0};
        tensor->offset += blueprint->n_states * blueprint->n_trained;
    }
    blueprint->state_kinds[blueprint->n_states++] = state;
}

static void plan_states(NnBlueprint *blueprint)
{
    const NnChoice *choice = &blueprint->options->optimizer;
    const NnOptimizerDesc *optimizer = (const NnOptimizerDesc *)choice->module;
    if (!blueprint->trains)
        return;
    const unsigned uses = optimizer->uses ? optimizer->uses(blueprint->base) : UINT_MAX;
    for (uint32_t k = 0; k < nn_optimizer_n_states(optimizer); k++)
        if (uses >> k & 1)
            add_states(blueprint, optimizer, k);
}

static void plan_tensors(NnBlueprint *blueprint)
{
    for (uint32_t i = 0; i < blueprint->n_tensors; i++) {
        blueprint->tensors[i].group = find_group(blueprint, blueprint->tensors[i].name);
        blueprint->n_learnt += is_learnt(&blueprint->tensors[i]);
    }
    for (uint32_t group = 0; group <= blueprint->options->n_groups; group++) {
        place_group(blueprint, group, true);
        place_group(blueprint, group, false);
    }
    blueprint->n_trained = blueprint->n_stored;
    for (uint32_t i = 0; i < blueprint->n_tensors; i++)
        if (!is_learnt(&blueprint->tensors[i]))
            place_tensor(blueprint, &blueprint->tensors[i]);
    plan_states(blueprint);
}

/* --- slots ------------------------------------------------------------------------------------ */

/* Whether every parameter with a gradient is of a group that stays as it is. */
static bool all_frozen(const NnBlueprint *blueprint)
{
    for (uint32_t i = 0; i < blueprint->n_groups; i++)
        if (!blueprint->groups[i].frozen)
            return false;
    return true;
}

/* A node is active if the loss depends on what is learnt in it or before it. */
static void find_active(NnBlueprint *blueprint)
{
    NnNode *nodes = blueprint->graph->nodes;
    for (uint32_t i = 0; i < blueprint->graph->n_nodes; i++) {
        NnNode *node = &nodes[i];
        node->learns =
            node->used && !node->frozen && (node->weight != NN_NONE || node->bias != NN_NONE);
        node->active = node->learns;
        for (uint32_t k = 0; k < node->n_inputs && node->used; k++)
            node->active = node->active || nodes[node->inputs[k]].active;
    }
}

/* Bytes of a sample's output. */
static size_t sample_size(const NnNode *node)
{
    return nn_shape_values(node->out) * node->out_rows * sizeof(NnReal);
}

static void plan_outputs(NnBlueprint *blueprint)
{
    NnNode *nodes = blueprint->graph->nodes;
    const uint32_t n = blueprint->graph->n_nodes;
    for (uint32_t i = 0; i < n; i++) {
        NnNode *node = &nodes[i];
        for (uint32_t k = 0; k < node->n_inputs; k++)
            node->xs[k] = nodes[node->inputs[k]].y;
        if (node->before)
            node->x = node->before->x;
        if (node->made_by != NN_NONE)
            node->y = nodes[node->made_by].y;
        else if (node->used && i + 1 < n && !node->left)
            node->y = node->alias ? node->x : nn_blueprint_slot(blueprint, sample_size(node), 0);
        if (node->sum)
            node->plus = nodes[node->other].y;
    }
}

/* The gradient of a node's output: what its readers made, or the sum of that in a slot of its own.
 * shared is set by the reader where it is the only one. */
static void join_parts(NnBlueprint *blueprint, uint32_t number)
{
    NnNode *node = &blueprint->graph->nodes[number];
    if (node->n_dy_parts == 1)
        node->dy = node->dy_parts[0];
    if (node->n_dy_parts < 2)
        return;
    node->dy_shared = false;
    if (!blueprint->options->separate)
        node->dy = nn_fuse_parts(blueprint->graph, number, blueprint->kernels);
    if (node->dy == NN_NONE)
        node->dy = nn_blueprint_slot(blueprint, sample_size(node), 0);
    else
        node->n_dy_parts = 1;
}

/* Where a node writes the gradients of its inputs: into the slot of its own gradient where that is
 * equal to them and nobody else reads it, or one new slot for all if they share it, or one for
 * each. */
static void plan_node_gradients(NnBlueprint *blueprint, NnNode *node)
{
    NnNode *nodes = blueprint->graph->nodes;
    const bool passes = node->alias || node->hooks->shares || node->given;
    uint32_t slot = passes ? node->dy : NN_NONE, n_active = 0;
    for (uint32_t k = 0; k < node->n_inputs; k++)
        n_active += nodes[node->inputs[k]].active;
    bool shared = node->dy_shared;
    if (passes && !node->alias && !node->given && node->relu && shared) {
        slot = nn_blueprint_slot(blueprint, sample_size(node), 0);
        shared = false;
    }
    for (uint32_t k = 0; k < node->n_inputs; k++) {
        NnNode *input = &nodes[node->inputs[k]];
        if (!input->active)
            continue;
        const uint32_t part = passes ? slot : nn_blueprint_slot(blueprint, sample_size(input), 0);
        if (!node->alias && !node->given)
            node->dxs[k] = part;
        input->dy_shared = passes && (shared || n_active > 1);
        input->dy_parts[input->n_dy_parts++] = part;
    }
}

/* From the loss backwards. */
static void plan_gradients(NnBlueprint *blueprint)
{
    NnNode *nodes = blueprint->graph->nodes;
    for (uint32_t i = 0; i < blueprint->graph->n_nodes; i++) {
        nodes[i].dy_parts =
            augi_arena_take(blueprint->graph->memory, (nodes[i].n_readers + 1) * sizeof(uint32_t));
        blueprint->failed = blueprint->failed || !nodes[i].dy_parts;
    }
    for (uint32_t i = blueprint->graph->n_nodes; i-- > 0 && !blueprint->failed;) {
        join_parts(blueprint, i);
        if (nodes[i].active)
            plan_node_gradients(blueprint, &nodes[i]);
    }
}

static void sum_parts(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t n = nn_shape_values(node->out) * nn_rows_out(pass, node, task->part);
    NnReal *dy = nn_slot(pass, node->dy, task->part);
    const NnReal *sum = nn_slot(pass, node->dy_parts[node->n_dy_parts - 1], task->part);
    for (uint32_t k = node->n_dy_parts - 1; k-- > 0; sum = dy)
        pass->kernels->add(dy, sum, nn_slot(pass, node->dy_parts[k], task->part), n, false);
}

/* Gradients of all readers of a node, added from the first reader on. */
static const NnPhase sum_phase = {NN_PHASE_ON_SHARD, NN_USES_PARTS | NN_USES_DY, sum_parts};

static void copy_outputs(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t n = nn_shape_values(node->in) * node->in_rows;
    if (pass->logits)
        memcpy(pass->logits + pass->first[task->part] * n, nn_slot(pass, node->x, task->part),
               nn_shard_samples(pass, task->part) * n * sizeof(NnReal));
}

/* What evaluation hands out: the input of the loss. */
static const NnPhase output_phase = {NN_PHASE_ON_SHARD, NN_USES_X, copy_outputs};

static void touch(NnBlueprint *blueprint, uint32_t slot, size_t step)
{
    if (slot == NN_NONE)
        return;
    NnSlot *s = &blueprint->slots[slot];
    if (s->first > step)
        s->first = step;
    if (s->last < step)
        s->last = step;
}

static void touch_all(NnBlueprint *blueprint, const uint32_t *slots, uint32_t n, size_t step)
{
    for (uint32_t k = 0; k < n; k++)
        touch(blueprint, slots[k], step);
}

static void find_lifetimes(NnBlueprint *blueprint, const NnProgram *program)
{
    for (size_t i = 0; i < program->n_instructions; i++) {
        const NnNode *node = &blueprint->graph->nodes[program->instructions[i].node];
        const unsigned uses = program->instructions[i].phase->uses;
        const struct {
            unsigned use;
            const uint32_t *slots;
            uint32_t n;
        } slots[] = {
            {NN_USES_X, node->xs, node->n_inputs},
            {NN_USES_Y, &node->y, 1},
            {NN_USES_Y, &node->plus, 1},
            {NN_USES_DX, node->dxs, node->n_inputs},
            {NN_USES_DY, &node->dy, 1},
            {NN_USES_SAVED, &node->saved, 1},
            {NN_USES_PARTIAL, &node->partial, 1},
            {NN_USES_PARTS, node->dy_parts, node->n_dy_parts},
        };
        for (size_t k = 0; k < AUG_COUNT(slots); k++)
            if (uses & slots[k].use)
                touch_all(blueprint, slots[k].slots, slots[k].n, i);
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
static void place_slots(NnBlueprint *blueprint)
{
    NnSlot **order =
        augi_arena_take(blueprint->graph->memory, (blueprint->n_slots + 1) * sizeof(*order));
    if (!order) {
        blueprint->failed = true;
        return;
    }
    for (uint32_t i = 0; i < blueprint->n_slots; i++)
        order[i] = &blueprint->slots[i];
    qsort(order, blueprint->n_slots, sizeof(NnSlot *), by_size);
    for (uint32_t i = 0; i < blueprint->n_slots; i++) {
        NnSlot *slot = order[i];
        for (uint32_t k = 0; k < i;) {
            if (!collide(slot, order[k])) {
                k++;
                continue;
            }
            slot->offset = order[k]->offset + order[k]->size;
            k = 0;
        }
        if (blueprint->shard_size < slot->offset + slot->size)
            blueprint->shard_size = slot->offset + slot->size;
    }
}

/* --- programs --------------------------------------------------------------------------------- */

static void add_step(NnProgram *program, uint32_t node, const NnPhase *phase, uint32_t written,
                     size_t values)
{
    if (phase->kind == NN_PHASE_NONE)
        return;
    program->instructions[program->n_instructions++] =
        (NnInstruction){.phase = phase, .node = node, .written = written, .values = values};
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

static bool start_program(NnBlueprint *blueprint, NnProgram *program)
{
    const size_t n = blueprint->graph->n_nodes * (size_t)(2 * NN_MAX_PHASES + 4);
    program->instructions = augi_arena_take(blueprint->graph->memory, n * sizeof(NnInstruction));
    if (!program->instructions)
        blueprint->failed = true;
    return program->instructions != NULL;
}

static bool makes_gradient(const NnNode *node)
{
    for (uint32_t k = 0; k < node->n_inputs; k++)
        if (node->dxs[k] != NN_NONE)
            return true;
    return false;
}

static void add_forward(NnProgram *program, uint32_t number, const NnNode *node)
{
    const size_t values = nn_shape_values(node->out);
    if (node->alias || !node->used || node->made_by != NN_NONE)
        return;
    /* What is frozen works as in evaluation; without a gradient that asks for more, it is that. */
    if (node->frozen && !node->active)
        add_phases(program, number, node->hooks->evaluate, node->y, values);
    else
        add_phases(program, number, node->hooks->forward, node->y, values);
}

static void add_backward(NnProgram *program, uint32_t number, const NnNode *node)
{
    if (!node->active)
        return;
    if (node->n_dy_parts > 1)
        add_step(program, number, &sum_phase, node->dy, nn_shape_values(node->out));
    if (!node->fused)
        add_phases(program, number, node->hooks->backward, node->hooks->shares ? NN_NONE : node->dx,
                   nn_shape_values(node->in));
}

static void make_train(NnBlueprint *blueprint)
{
    const NnNode *nodes = blueprint->graph->nodes;
    const uint32_t n = blueprint->graph->n_nodes;
    NnProgram *program = &blueprint->train;
    if (!start_program(blueprint, program))
        return;
    for (uint32_t i = 0; i < n; i++)
        if (makes_gradient(&nodes[i]))
            add_step(program, i, &nodes[i].hooks->prepare, NN_NONE, 0);
    for (uint32_t i = 0; i < n; i++)
        add_forward(program, i, &nodes[i]);
    const size_t backward = program->n_instructions;
    for (uint32_t i = n; i-- > 0;)
        add_backward(program, i, &nodes[i]);
    for (size_t i = backward; i < program->n_instructions; i++)
        program->instructions[i].backward = true;
    for (uint32_t i = 0; i < n; i++)
        if (nodes[i].learns)
            add_step(program, i, &nodes[i].hooks->finish, NN_NONE, 0);
}

static void make_evaluate(NnBlueprint *blueprint)
{
    const NnNode *nodes = blueprint->graph->nodes;
    const uint32_t n = blueprint->graph->n_nodes;
    if (!start_program(blueprint, &blueprint->evaluate))
        return;
    for (uint32_t i = 0; i < n; i++)
        if (nodes[i].by_batch)
            add_phases(&blueprint->evaluate, i, nodes[i].hooks->forward, nodes[i].y,
                       nn_shape_values(nodes[i].out));
        else if (!nodes[i].alias && nodes[i].used && nodes[i].made_by == NN_NONE)
            add_phases(&blueprint->evaluate, i, nodes[i].hooks->evaluate, nodes[i].y,
                       nn_shape_values(nodes[i].out));
    add_step(&blueprint->evaluate, n - 1, &output_phase, NN_NONE, 0);
}

AugStatus nn_blueprint_build(NnBlueprint *blueprint, AugError *error)
{
    NnGraph *graph = blueprint->graph;
    blueprint->tensor_capacity = graph->n_nodes * TENSORS_PER_NODE;
    blueprint->slot_capacity = graph->n_nodes * SLOTS_PER_NODE;
    blueprint->tensors =
        augi_arena_take(graph->memory, blueprint->tensor_capacity * sizeof(NnTensor));
    blueprint->slots = augi_arena_take(graph->memory, blueprint->slot_capacity * sizeof(NnSlot));
    blueprint->groups =
        augi_arena_take(graph->memory, 2 * (blueprint->options->n_groups + 1) * sizeof(NnGroup));
    if (!blueprint->tensors || !blueprint->slots || !blueprint->groups)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the network's plan");
    find_frozen(blueprint);
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].hooks->plan && !graph->nodes[i].fused && graph->nodes[i].used)
            graph->nodes[i].hooks->plan(blueprint, &graph->nodes[i]);
    if (blueprint->too_large)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "a layer has more than %zu weights; that many are not allowed", MAX_TENSOR);
    plan_tensors(blueprint);
    find_active(blueprint);
    if (!blueprint->options->separate) {
        nn_fuse_sums(graph);
        nn_fuse_outputs(graph, blueprint->kernels);
        nn_fuse_norms(graph, blueprint->kernels);
        nn_fuse_masks(graph);
    }
    if (blueprint->trains && (!graph->nodes[graph->n_nodes - 1].active || all_frozen(blueprint)))
        return AUG_FAIL(error, AUG_BAD_SPEC, "layers",
                        blueprint->options->n_groups > 0
                            ? "no layer has weights that are not frozen, so there is nothing to "
                              "train"
                            : "no layer has weights, so there is nothing to train");
    plan_outputs(blueprint);
    if (blueprint->trains)
        plan_gradients(blueprint);
    make_evaluate(blueprint);
    if (blueprint->trains)
        make_train(blueprint);
    if (!blueprint->failed)
        find_lifetimes(blueprint, blueprint->trains ? &blueprint->train : &blueprint->evaluate);
    if (!blueprint->failed)
        place_slots(blueprint);
    if (blueprint->failed)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the network's plan");
    return AUG_OK;
}
