/* Steps of a network: running its programs, and checking what comes in and out. */
#include <math.h>
#include <string.h>

#include "trainer/nn/network.h"

/* Steps first..end-1 of a program, which all run on shards or all on slices. */
typedef struct Segment {
    const NnNetwork *network;
    const NnProgram *program;
    size_t first, end;
} Segment;

static void run_part(void *context, uint32_t part, uint32_t thread)
{
    const Segment *segment = context;
    const NnNetwork *network = segment->network;
    const NnTask task = {.pass = &network->pass,
                         .part = part,
                         .scratch = network->scratch + thread * network->blueprint.scratch_size,
                         .scratch_size = network->blueprint.scratch_size};
    for (size_t i = segment->first; i < segment->end; i++) {
        const NnInstruction *instruction = &segment->program->instructions[i];
        if (network->measures)
            nn_network_run_measured(network, instruction, &task, thread);
        else
            instruction->phase->run(&task, &network->graph.nodes[instruction->node]);
    }
}

static void run_segment(const NnNetwork *network, const NnProgram *program, size_t first,
                        size_t end)
{
    Segment segment = {network, program, first, end};
    if (program->instructions[first].phase->kind == NN_PHASE_ONCE)
        run_part(&segment, 0, 0);
    else
        nn_pool_run(network->pool, NN_SHARDS, run_part, &segment);
}

/* Runs neighbouring steps of one kind together: a shard goes through all of them while its values
 * are in the cache. */
static void run_program(const NnNetwork *network, const NnProgram *program)
{
    for (size_t first = 0, end; first < program->n_instructions; first = end) {
        NnPhaseKind kind = program->instructions[first].phase->kind;
        if (kind == NN_PHASE_ON_SHARD_AFTER)
            kind = NN_PHASE_ON_SHARD;
        for (end = first + 1; end < program->n_instructions; end++)
            if (program->instructions[end].phase->kind != kind)
                break;
        run_segment(network, program, first, end);
    }
}

/* --- checks ----------------------------------------------------------------------------------- */

static const NnNode *last_node(const NnNetwork *network)
{
    return &network->graph.nodes[network->graph.n_nodes - 1];
}

static AugStatus check_labels(const NnNetwork *network, const NnBatch *batch, AugError *error)
{
    const int64_t n = (int64_t)nn_shape_values(last_node(network)->in);
    const NnChoice loss = {&network->loss->module, network->loss_params};
    if (!(network->loss->targets & NN_TARGET_CLASS) || network->compares_input)
        return AUG_OK;
    for (uint32_t i = 0; i < batch->n && batch->labels; i++)
        if ((batch->labels[i] < 0 || batch->labels[i] >= n) &&
            !nn_loss_ignores(&loss, batch->labels[i]))
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                            "sample %u of the batch has label %lld; the network has classes 0 to "
                            "%lld",
                            i, (long long)batch->labels[i], (long long)n - 1);
    return AUG_OK;
}

/* Indices of one row of all samples, each below what the layers that read them have. */
static AugStatus check_indices(const NnNetwork *network, const NnBatch *batch, const void *data,
                               AugError *error)
{
    const size_t per_row = nn_shape_values(network->pass.input);
    const int32_t *ids = data;
    for (size_t i = 0; i < batch->n * per_row; i++)
        if (ids[i] < 0 || (uint32_t)ids[i] >= network->n_indices)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                            "sample %zu of the batch has the index %d; the network has 0 to %u",
                            i / per_row, ids[i], network->n_indices - 1);
    return AUG_OK;
}

static AugStatus check_data(const NnNetwork *network, const NnBatch *batch, AugError *error)
{
    if (network->graph.nodes[0].out_rows > 1 && !batch->views)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the batch has one row for each sample; the network takes %u",
                        network->graph.nodes[0].out_rows);
    if (!network->graph.nodes[0].indices && batch->dtype != AUG_DTYPE_F32 &&
        batch->dtype != AUG_DTYPE_U8)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "the data are %s; allowed are F32 and U8",
                        aug_dtype_name(batch->dtype));
    if (network->graph.nodes[0].indices && batch->dtype != AUG_DTYPE_I32)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "the data are %s; allowed is I32",
                        aug_dtype_name(batch->dtype));
    for (uint32_t row = 0;
         row < network->graph.nodes[0].out_rows && network->graph.nodes[0].indices; row++)
        AUG_TRY(check_indices(network, batch, row ? batch->views[row - 1] : batch->data, error));
    return AUG_OK;
}

static AugStatus check_batch(const NnNetwork *network, const NnBatch *batch, AugError *error)
{
    if (batch->n < 1 || batch->n > network->blueprint.max_batch)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the batch has %u samples; the network was built for 1 to %u", batch->n,
                        network->blueprint.max_batch);
    AUG_TRY(check_data(network, batch, error));
    if (batch->labels && batch->soft)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the batch has class numbers and probabilities; allowed is one of them");
    return check_labels(network, batch, error);
}

/* Whether a batch has what the loss compares with. */
static bool has_target(const NnNetwork *network, const NnBatch *batch)
{
    const unsigned targets = network->loss->targets;
    return network->compares_input || (targets & (NN_TARGET_PAIRS | NN_TARGET_TRIPLETS)) ||
           ((targets & (NN_TARGET_CLASS | NN_TARGET_GROUPS)) && batch->labels) ||
           ((targets & (NN_TARGET_SOFT | NN_TARGET_CLASSES)) && batch->soft) ||
           ((targets & NN_TARGET_VALUES) && batch->values);
}

AugStatus nn_network_check_batch(const NnNetwork *network, uint32_t n, bool trains, AugError *error)
{
    for (uint32_t i = 0; i < network->graph.n_nodes; i++) {
        const NnNode *node = &network->graph.nodes[i];
        const size_t rows = (size_t)n * node->in_rows;
        const size_t values =
            node->out.flat ? rows : (size_t)node->out.height * (size_t)node->out.width * rows;
        if ((trains || node->by_batch) && values < node->min_values)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, node->where,
                            "layer %s (%s) needs at least %u values per channel%s; a batch of %u "
                            "sample gives %zu",
                            node->name, node->module->name, node->min_values,
                            node->by_batch ? "" : " in training", n, values);
    }
    return AUG_OK;
}

/* What training needs beyond evaluation. */
static AugStatus check_training(const NnNetwork *network, const NnBatch *batch, AugError *error)
{
    if (!network->blueprint.trains)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "this network was built for inference only");
    if (!has_target(network, batch))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "training needs %s; the batch has none",
                        network->loss->targets & (NN_TARGET_CLASS | NN_TARGET_GROUPS)
                            ? "labels"
                            : "values to compare with");
    return nn_network_check_batch(network, batch->n, true, error);
}

/* --- values that are not finite --------------------------------------------------------------- */

static bool slot_finite(const NnNetwork *network, const NnInstruction *instruction)
{
    const NnPass *pass = &network->pass;
    const NnNode *node = &network->graph.nodes[instruction->node];
    if (node->indices)
        return true;
    const bool of_input = instruction->backward && instruction->phase->uses & NN_USES_DX;
    for (uint32_t s = 0; s < NN_SHARDS; s++) {
        const size_t rows = of_input ? nn_rows_in(pass, node, s) : nn_rows_out(pass, node, s);
        if (!pass->kernels->all_finite(nn_slot(pass, instruction->written, s),
                                       instruction->values * rows))
            return false;
    }
    return true;
}

/* The loss of the shards, added by the same tree as the gradients; false if a value is broken. */
static bool collect(const NnNetwork *network, NnResult *result)
{
    NnShardResult sum[NN_SHARDS];
    memcpy(sum, network->results, sizeof(sum));
    for (uint32_t step = 1; step < NN_SHARDS; step *= 2)
        for (uint32_t s = 0; s < NN_SHARDS; s += 2 * step) {
            sum[s].loss += sum[s + step].loss;
            sum[s].weight += sum[s + step].weight;
            for (uint32_t k = 0; k < NN_MAX_SCALARS; k++)
                sum[s].sums[k] += sum[s + step].sums[k];
            sum[s].n_ignored += sum[s + step].n_ignored;
            sum[s].finite &= sum[s + step].finite;
        }
    *result = (NnResult){.loss = sum[0].weight > 0 ? sum[0].loss / sum[0].weight : 0,
                         .weight = sum[0].weight,
                         .n = nn_pass_samples(&network->pass),
                         .n_ignored = sum[0].n_ignored};
    memcpy(result->sums, sum[0].sums, sizeof(result->sums));
    return sum[0].finite && isfinite(sum[0].loss);
}

/* What makes a loss of finite outputs break. */
static const char *broken_target(const NnNetwork *network)
{
    const NnBatch *batch = network->pass.batch;
    if (network->loss->targets & NN_TARGET_VALUES && batch->values)
        return "the values that they are compared with hold one that is not";
    return batch->soft ? "the labels hold a value that is not finite" : "they are too large for it";
}

/* What is wrong with a network that does not learn, so that there is no step and no rate to speak of. */
static AugStatus fail_inference(const NnNode *node, AugError *error)
{
    if (node->number == 0)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "the data hold a value that is not finite");
    return AUG_FAIL(error, AUG_CORRUPT, node->where[0] ? node->where : NULL,
                    "layer %s (%s) made a value that is not finite, of data that are; its weights "
                    "or those before it are too large, or not finite themselves",
                    node->name, node->module->name);
}

/* Runs a program again step by step, as it gives the same values again, and names the first layer
 * whose output is broken. */
static AugStatus find_broken(const NnNetwork *network, const NnProgram *program, AugError *error)
{
    const unsigned long long at = network->pass.step;
    NnResult result;
    for (size_t i = 0; i < program->n_instructions; i++) {
        const NnInstruction *instruction = &program->instructions[i];
        const NnNode *node = &network->graph.nodes[instruction->node];
        run_segment(network, program, i, i + 1);
        if (node == last_node(network) && !collect(network, &result))
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "the loss is not finite in step %llu though all outputs are; %s", at,
                            broken_target(network));
        if (instruction->written == NN_NONE || slot_finite(network, instruction))
            continue;
        if (!network->blueprint.trains)
            return fail_inference(node, error);
        if (node->number == 0)
            return AUG_FAIL(error, AUG_CORRUPT, NULL,
                            "the data of step %llu hold a value that is not finite", at);
        return AUG_FAIL(error, AUG_CORRUPT, node->where[0] ? node->where : NULL,
                        "layer %s (%s) made %s that is not finite in step %llu; a smaller learning "
                        "rate may help",
                        node->name, node->module->name,
                        instruction->backward ? "a gradient" : "a value", at);
    }
    return AUG_FAIL(error, AUG_INTERNAL, NULL,
                    "step %llu gave a value that is not finite, and not again when it was repeated",
                    at);
}

AugStatus nn_network_check_gradients(const NnNetwork *network, AugError *error)
{
    const NnPass *pass = &network->pass;
    if (pass->kernels->all_finite(pass->gradients, network->blueprint.n_trained))
        return AUG_OK;
    const char *name = "";
    for (uint32_t i = 0; i < network->blueprint.n_tensors; i++) {
        const NnTensor *tensor = &network->blueprint.tensors[i];
        /* What is frozen has none. */
        if (tensor->kind == NN_TENSOR_PARAMETER && !tensor->frozen &&
            !pass->kernels->all_finite(nn_gradient(pass, i), tensor->n_stored))
            name = tensor->name;
    }
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "the gradient of %s is not finite in step %llu; a smaller learning rate may "
                    "help",
                    name, (unsigned long long)pass->step);
}

/* Layers make all their gradients; those of frozen groups count for nothing: no norm, no sum. */
static void drop_frozen(NnNetwork *network)
{
    for (uint32_t i = 0; i < network->blueprint.n_groups; i++) {
        const NnGroup *group = &network->blueprint.groups[i];
        if (group->frozen)
            memset(network->pass.gradients + group->first, 0,
                   (group->end - group->first) * sizeof(NnReal));
    }
}

/* --- steps ------------------------------------------------------------------------------------ */

static void start_run(NnNetwork *network, const NnBatch *batch, NnReal *logits)
{
    network->pass.batch = batch;
    network->pass.logits = logits;
    for (uint32_t s = 0; s <= NN_SHARDS; s++)
        network->pass.first[s] = (uint32_t)((uint64_t)s * batch->n / NN_SHARDS);
}

AugStatus nn_network_gradients(NnNetwork *network, const NnBatch *batch, NnResult *result,
                               AugError *error)
{
    AUG_TRY(check_batch(network, batch, error));
    AUG_TRY(check_training(network, batch, error));
    start_run(network, batch, NULL);
    run_program(network, &network->blueprint.train);
    if (!collect(network, result))
        return find_broken(network, &network->blueprint.train, error);
    network->weight = result->weight;
    drop_frozen(network);
    AUG_TRY(nn_network_check_gradients(network, error));
    for (uint32_t i = 0; i < network->graph.n_nodes; i++) {
        const NnNode *node = &network->graph.nodes[i];
        if (node->used && node->hooks->commit)
            node->hooks->commit(&network->pass, node);
    }
    network->pass.n_batches++;
    network->n_measured += network->measures ? batch->n : 0;
    return AUG_OK;
}

AugStatus nn_network_evaluate(NnNetwork *network, const NnBatch *batch, NnReal *logits,
                              NnResult *result, AugError *error)
{
    AUG_TRY(check_batch(network, batch, error));
    AUG_TRY(nn_network_check_batch(network, batch->n, false, error));
    start_run(network, batch, logits);
    run_program(network, &network->blueprint.evaluate);
    if (!collect(network, result))
        return find_broken(network, &network->blueprint.evaluate, error);
    return AUG_OK;
}

AugStatus nn_network_train(NnNetwork *network, const NnBatch *batch, NnRates rates,
                           NnResult *result, AugError *error)
{
    AUG_TRY(nn_network_gradients(network, batch, result, error));
    return nn_network_update(network, rates, error);
}
