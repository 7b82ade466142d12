/* A network from its description: checks, memory, first values; and what can be asked about it. */
#include "trainer/nn/network.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/huge_pages.h"
#include "libaug/base/processors.h"
#include "trainer/nn/plugin.h"

#define DEFAULT_MAX_MEMORY ((uint64_t)8 << 30)
#define MAX_THREADS 256

/* Start of every arena: a cache line, which is also enough for any vector. */
#define ARENA_ALIGNMENT 64

/* Huge pages on the usual systems. A step goes through all of the arenas, and finding the places of
 * small pages takes up to a tenth of its time; an arena of a few of these is worth the rest of the last. */
#define HUGE_PAGE ((size_t)2 << 20)
#define LEAST_HUGE_PAGES 4

/* Zeroed memory, or NULL. aligned_alloc wants a multiple of the alignment, and at least one. */
static void *take_arena(size_t size)
{
    const bool huge = size >= LEAST_HUGE_PAGES * HUGE_PAGE;
    const size_t alignment = huge ? HUGE_PAGE : ARENA_ALIGNMENT;
    size = (size / alignment + 1) * alignment;
    void *memory = aligned_alloc(alignment, size);
    if (!memory)
        return NULL;
    if (huge)
        augi_huge_pages_wish(memory, size);
    memset(memory, 0, size);
    return memory;
}

static AugStatus check_spec(const NnNetworkSpec *spec, AugError *error)
{
    if (spec->max_batch < 1 || spec->max_batch > AUG_MAX_BATCH)
        return AUG_FAIL(error, AUG_BAD_SPEC, "batch", "batch size is %u; allowed are 1 to %d",
                        spec->max_batch, AUG_MAX_BATCH);
    if (spec->n_threads > MAX_THREADS)
        return AUG_FAIL(error, AUG_BAD_SPEC, "threads",
                        "%u threads are asked for; allowed are 1 to %d", spec->n_threads,
                        MAX_THREADS);
    if (spec->n_groups > NN_MAX_GROUPS)
        return AUG_FAIL(error, AUG_BAD_SPEC, "groups", "there are %zu groups; allowed are up to %d",
                        spec->n_groups, NN_MAX_GROUPS);
    if (!spec->inference && !spec->optimizer.module)
        return AUG_FAIL(error, AUG_BAD_SPEC, "optimizer",
                        "there is no optimizer; training needs one");
    if (spec->no_loss && (!spec->inference || spec->loss.module))
        return AUG_FAIL(error, AUG_BAD_SPEC, "loss",
                        "only a network for inference may be without a loss");
    return AUG_OK;
}

/* Bytes that all arenas take together. The plan's bounds keep it far from overflow. */
static size_t total_size(const NnNetwork *network, NnNetworkInfo *info)
{
    const NnBlueprint *blueprint = &network->blueprint;
    info->parameter_size = blueprint->n_stored * sizeof(NnReal);
    info->gradient_size = blueprint->trains ? blueprint->n_trained * sizeof(NnReal) : 0;
    info->optimizer_size = blueprint->n_states * blueprint->n_trained * sizeof(NnReal);
    info->activation_size = blueprint->shard_size * NN_SHARDS + blueprint->shared_size +
                            blueprint->scratch_size * network->n_threads;
    const size_t sums_size = network->accumulates ? info->gradient_size : 0;
    return info->parameter_size + info->gradient_size + info->optimizer_size + sums_size +
           info->activation_size;
}

static AugStatus take_memory(NnNetwork *network, uint64_t max_memory, AugError *error)
{
    NnNetworkInfo info;
    const size_t size = total_size(network, &info);
    if (max_memory == 0)
        max_memory = DEFAULT_MAX_MEMORY;
    if (size > max_memory)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the network needs %zu MiB with batches of %u; allowed are %llu MiB",
                        size >> 20, network->blueprint.max_batch,
                        (unsigned long long)(max_memory >> 20));
    NnPass *pass = &network->pass;
    pass->parameters = take_arena(info.parameter_size);
    pass->gradients = take_arena(info.gradient_size);
    pass->states = take_arena(info.optimizer_size);
    if (network->accumulates)
        network->sums = take_arena(info.gradient_size);
    pass->shards = take_arena(network->blueprint.shard_size * NN_SHARDS);
    pass->shared = take_arena(network->blueprint.shared_size);
    network->scratch = take_arena(network->blueprint.scratch_size * network->n_threads);
    network->slot_offset =
        augi_arena_take(network->memory, (network->blueprint.n_slots + 1) * sizeof(size_t));
    network->times = augi_arena_take(network->memory, network->n_threads * network->graph.n_nodes *
                                                          sizeof(NnNodeTimes));
    if (!pass->parameters || !pass->gradients || !pass->states || !pass->shards || !pass->shared ||
        !network->scratch || !network->slot_offset || !network->times ||
        (network->accumulates && !network->sums))
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a network of %zu MiB",
                        size >> 20);
    for (uint32_t i = 0; i < network->blueprint.n_slots; i++)
        network->slot_offset[i] = network->blueprint.slots[i].offset;
    return AUG_OK;
}

static AugStatus init_tensors(NnNetwork *network, const NnNetworkSpec *spec, AugError *error)
{
    for (uint32_t i = 0; i < network->blueprint.n_tensors; i++) {
        const NnTensor *tensor = &network->blueprint.tensors[i];
        if (tensor->kind == NN_TENSOR_PARAMETER)
            network->n_parameters += tensor->n_values;
        /* Arenas begin at zero. */
        if (!spec->empty)
            AUG_TRY(
                nn_tensor_init(tensor, spec->seed, i, nn_network_stored(network, tensor), error));
    }
    return AUG_OK;
}

/* Indices that every layer which reads them has. */
static AugStatus count_indices(NnNetwork *network, AugError *error)
{
    network->n_indices = UINT32_MAX;
    for (uint32_t i = 0; i < network->graph.n_nodes; i++) {
        const NnNode *node = &network->graph.nodes[i];
        const uint32_t limit = node->hooks->limit ? node->hooks->limit(node->params) : UINT32_MAX;
        if (network->n_indices > limit)
            network->n_indices = limit;
    }
    if (network->n_indices == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, "layers",
                        "a layer has no index; needed is at least 1");
    return AUG_OK;
}

static AugStatus choose_kernels(NnNetwork *network, NnKernelChoice choice, AugError *error)
{
    const NnKernels *own;
    network->pass.kernels = &network->kernels;
    if (nn_plugin_is(choice))
        return nn_plugin_load(choice, &network->kernels, error);
    AUG_TRY(nn_kernels_choose(choice, &own, error));
    network->kernels = *own;
    return AUG_OK;
}

/* Parameters that a group's pattern fits, and those of them that no group before it has. */
static void count_fitting(const NnBlueprint *blueprint, const NnNetworkSpec *spec, uint32_t group,
                          size_t *n, size_t *n_own)
{
    *n = *n_own = 0;
    for (uint32_t k = 0; k < blueprint->n_tensors; k++) {
        const NnTensor *tensor = &blueprint->tensors[k];
        if (tensor->kind != NN_TENSOR_PARAMETER ||
            fnmatch(spec->groups[group].match, tensor->name, 0) != 0)
            continue;
        (*n)++;
        *n_own += tensor->group == group;
    }
}

static const char *first_parameter(const NnBlueprint *blueprint)
{
    for (uint32_t k = 0; k < blueprint->n_tensors; k++)
        if (blueprint->tensors[k].kind == NN_TENSOR_PARAMETER)
            return blueprint->tensors[k].name;
    return "";
}

/* A pattern that fits nothing is a mistake in it: what it asks for would not happen. So is a wish to
 * freeze what other groups have. */
static AugStatus check_groups(const NnNetwork *network, const NnNetworkSpec *spec, AugError *error)
{
    const NnBlueprint *blueprint = &network->blueprint;
    for (uint32_t i = 0; i < spec->n_groups; i++) {
        size_t n, n_own;
        count_fitting(blueprint, spec, i, &n, &n_own);
        if (n == 0)
            return AUG_FAIL(error, AUG_BAD_SPEC, "groups",
                            "match '%.80s' fits no parameter of the network, which are called as "
                            "'%.80s' is",
                            spec->groups[i].match, first_parameter(blueprint));
        if (spec->groups[i].frozen && n_own == 0)
            return AUG_FAIL(error, AUG_BAD_SPEC, "groups",
                            "match '%.80s' freezes nothing, as all that it fits belongs to groups "
                            "before it; the first that fits holds",
                            spec->groups[i].match);
    }
    return AUG_OK;
}

static AugStatus build(NnNetwork *network, const NnNetworkSpec *spec, AugError *error)
{
    AUG_TRY(check_spec(spec, error));
    AUG_TRY(choose_kernels(network, spec->kernels, error));
    network->memory = augi_arena_new();
    if (!network->memory)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the network's description");
    network->graph.memory = network->memory;
    if (!spec->inference)
        AUG_TRY(
            nn_choice_copy(network->memory, &spec->optimizer, &network->optimizer_params, error));
    network->optimizer = (const NnOptimizerDesc *)spec->optimizer.module;
    network->accumulates = spec->accumulates;
    network->compares_input = spec->compares_input;
    NnChoice loss = spec->loss;
    if (!loss.module)
        loss.module = spec->no_loss ? &nn_no_loss.module : nn_module_default(NN_MODULE_LOSS);
    AUG_TRY(nn_choice_copy(network->memory, &loss, &loss.params, error));
    network->loss = (const NnLossDesc *)loss.module;
    network->loss_params = loss.params;
    AUG_TRY(nn_graph_build(&network->graph, spec, &loss, error));
    AUG_TRY(count_indices(network, error));
    network->blueprint = (NnBlueprint){
        .graph = &network->graph,
        .max_batch = spec->max_batch,
        .options = spec,
        .base = network->optimizer_params,
        .kernels = network->pass.kernels,
        .trains = !spec->inference,
    };
    AUG_TRY(nn_blueprint_build(&network->blueprint, error));
    AUG_TRY(check_groups(network, spec, error));
    network->n_threads = augi_threads(spec->n_threads, MAX_THREADS);
    AUG_TRY(take_memory(network, spec->max_memory, error));
    network->pass.tensors = network->blueprint.tensors;
    network->pass.shard_size = network->blueprint.shard_size;
    network->pass.slot_offset = network->slot_offset;
    network->pass.input = spec->input;
    network->pass.seed = spec->seed;
    network->pass.results = network->results;
    AUG_TRY(init_tensors(network, spec, error));
    return nn_pool_new(&network->pool, network->n_threads, error);
}

AugStatus nn_network_new(NnNetwork **result, const NnNetworkSpec *spec, AugError *error)
{
    NnNetwork *network = calloc(1, sizeof(*network));
    if (!network)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a network");
    const AugStatus status = build(network, spec, error);
    if (status == AUG_OK)
        *result = network;
    else
        nn_network_free(network);
    return status;
}

void nn_network_free(NnNetwork *network)
{
    if (!network)
        return;
    nn_pool_free(network->pool);
    free(network->pass.parameters);
    free(network->pass.gradients);
    free(network->pass.states);
    free(network->pass.shards);
    free(network->pass.shared);
    free(network->sums);
    free(network->scratch);
    augi_arena_free(network->memory);
    free(network);
}

void nn_network_info(const NnNetwork *network, NnNetworkInfo *info)
{
    const NnGraph *graph = &network->graph;
    *info = (NnNetworkInfo){
        .input = graph->nodes[0].out,
        .output = graph->nodes[graph->n_nodes - 1].in,
        .n_parameters = network->n_parameters,
        .n_classes = (uint32_t)nn_shape_values(graph->nodes[graph->n_nodes - 1].in),
        .n_indices = graph->nodes[0].indices ? network->n_indices : 0,
        .output_rows = graph->nodes[graph->n_nodes - 1].in_rows,
        .n_threads = network->n_threads,
        .max_batch = network->blueprint.max_batch,
        .kernels = network->pass.kernels->name,
    };
    total_size(network, info);
}

size_t nn_network_n_layers(const NnNetwork *network)
{
    size_t n = 0;
    for (uint32_t i = 0; i < network->graph.n_nodes; i++)
        n += network->graph.nodes[i].listed;
    return n;
}

/* Values of a node's parameter; 0 where it has none. */
static uint64_t tensor_values(const NnNetwork *network, uint32_t tensor)
{
    return tensor == NN_NONE ? 0 : network->blueprint.tensors[tensor].n_values;
}

void nn_network_layer(const NnNetwork *network, size_t index, NnLayerInfo *info)
{
    const NnNode *node = network->graph.nodes;
    for (;; node++)
        if (node->listed && index-- == 0)
            break;
    *info = (NnLayerInfo){
        .name = node->name,
        .kind = node->module->name,
        .output = node->out,
        .n_parameters = tensor_values(network, node->weight) + tensor_values(network, node->bias),
        .fused = node->fused,
    };
}

uint64_t nn_network_steps(const NnNetwork *network)
{
    return network->pass.step;
}

void nn_network_set_steps(NnNetwork *network, uint64_t steps)
{
    network->pass.step = network->pass.n_batches = steps;
}

void nn_network_set_batches(NnNetwork *network, uint64_t batches)
{
    network->pass.n_batches = batches;
}
