/* From gradients to new weights: accumulation, clipping, L1, and the optimizer on slices of the
 * groups. What all slices add up is added in one fixed order. */
#include <math.h>

#include "trainer/nn/network.h"

/* Lanes of a sum of squares: enough for the widest vectors, and a fixed order for all of them. */
#define N_LANES 8

/* values: gradients whose squares are added up */
typedef struct Update {
    NnNetwork *network;
    NnRates rates;
    const NnReal *values;
    double squares[NN_SHARDS];
    bool broken[NN_SHARDS];
    NnReal factor, limit;
} Update;

/* A slice of all trained values. */
static void trained_slice(const NnNetwork *network, uint32_t slice, size_t *first, size_t *end)
{
    nn_slice(network->blueprint.n_trained, NN_PANEL, slice, first, end);
}

/* --- accumulation ----------------------------------------------------------------------------- */

static void accumulate_slice(void *context, uint32_t slice, uint32_t thread)
{
    const Update *update = context;
    const NnPass *pass = &update->network->pass;
    size_t first, end;
    (void)thread;
    trained_slice(update->network, slice, &first, &end);
    for (size_t i = first; i < end; i++)
        update->network->sums[i] += update->factor * pass->gradients[i];
}

/* Means back into the gradients, and empty sums. */
static void take_slice(void *context, uint32_t slice, uint32_t thread)
{
    const Update *update = context;
    const NnPass *pass = &update->network->pass;
    size_t first, end;
    (void)thread;
    trained_slice(update->network, slice, &first, &end);
    for (size_t i = first; i < end; i++) {
        pass->gradients[i] = update->network->sums[i] * update->factor;
        update->network->sums[i] = 0;
    }
}

void nn_network_accumulate(NnNetwork *network)
{
    Update update = {.network = network, .factor = (NnReal)network->weight};
    nn_pool_run(network->pool, NN_SHARDS, accumulate_slice, &update);
    network->pass.n_before += nn_pass_samples(&network->pass);
    network->weight_before += network->weight;
}

/* Makes the gradients those of all batches that were accumulated; false: of none. */
static bool take_sums(Update *update)
{
    NnNetwork *network = update->network;
    if (network->pass.n_before == 0)
        return false;
    const double weight = network->weight_before;
    update->factor = (NnReal)(weight > 0 ? 1 / weight : 0);
    nn_pool_run(network->pool, NN_SHARDS, take_slice, update);
    network->pass.n_before = 0;
    network->weight_before = 0;
    return true;
}

/* --- clipping --------------------------------------------------------------------------------- */

static void limit_slice(void *context, uint32_t slice, uint32_t thread)
{
    const Update *update = context;
    NnReal *g = update->network->pass.gradients;
    const NnReal limit = update->limit;
    size_t first, end;
    (void)thread;
    trained_slice(update->network, slice, &first, &end);
    for (size_t i = first; i < end; i++) {
        const NnReal low = g[i] < -limit ? -limit : g[i];
        g[i] = low > limit ? limit : low;
    }
}

static void square_slice(void *context, uint32_t slice, uint32_t thread)
{
    Update *update = context;
    const NnReal *g = update->values;
    double lanes[N_LANES] = {0};
    size_t first, end;
    (void)thread;
    trained_slice(update->network, slice, &first, &end);
    /* Slices are multiples of a panel. */
    for (size_t i = first; i < end; i += N_LANES)
        for (size_t k = 0; k < N_LANES; k++)
            lanes[k] += (double)g[i + k] * (double)g[i + k];
    for (size_t k = 1; k < N_LANES; k++)
        lanes[0] += lanes[k];
    update->squares[slice] = lanes[0];
}

static void scale_slice(void *context, uint32_t slice, uint32_t thread)
{
    const Update *update = context;
    NnReal *g = update->network->pass.gradients;
    size_t first, end;
    (void)thread;
    trained_slice(update->network, slice, &first, &end);
    for (size_t i = first; i < end; i++)
        g[i] *= update->factor;
}

static double norm_of(Update *update, const NnReal *values)
{
    update->values = values;
    nn_pool_run(update->network->pool, NN_SHARDS, square_slice, update);
    return sqrt(nn_tree_sum(update->squares, sizeof(double)));
}

double nn_network_gradient_norm(NnNetwork *network)
{
    Update update = {.network = network};
    const double weight = network->weight_before;
    if (network->pass.n_before == 0)
        return norm_of(&update, network->pass.gradients);
    return weight > 0 ? norm_of(&update, network->sums) / weight : 0;
}

static void clip(Update *update, const NnOptimizerBase *base)
{
    if (base->clip_value > 0) {
        update->limit = (NnReal)base->clip_value;
        nn_pool_run(update->network->pool, NN_SHARDS, limit_slice, update);
    }
    if (base->clip_norm <= 0)
        return;
    const double factor =
        base->clip_norm / (norm_of(update, update->network->pass.gradients) + 1e-6);
    if (factor >= 1)
        return;
    update->factor = (NnReal)factor;
    nn_pool_run(update->network->pool, NN_SHARDS, scale_slice, update);
}

/* --- the optimizer ---------------------------------------------------------------------------- */

static void add_l1(NnReal *g, const NnReal *w, size_t n, NnReal l1)
{
    for (size_t i = 0; i < n; i++)
        g[i] += l1 * (NnReal)((w[i] > 0) - (w[i] < 0));
}

static void update_group(Update *update, const NnGroup *group, uint32_t slice)
{
    const NnNetwork *network = update->network;
    const NnPass *pass = &network->pass;
    size_t first, end;
    nn_slice(group->end - group->first, NN_PANEL, slice, &first, &end);
    if (first == end || group->frozen)
        return;
    const size_t at = group->first + first;
    NnUpdate call = {
        .params = network->optimizer_params,
        .weights = pass->parameters + at,
        .gradients = pass->gradients + at,
        .n = end - first,
        .step = pass->step,
        .lr = update->rates.lr * group->lr_scale,
        .momentum = update->rates.momentum,
        .weight_decay = group->weight_decay,
    };
    for (uint32_t k = 0; k < network->blueprint.n_states; k++)
        call.states[network->blueprint.state_kinds[k]] =
            pass->states + k * network->blueprint.n_trained + at;
    if (group->l1 > 0)
        add_l1(pass->gradients + at, call.weights, call.n, (NnReal)group->l1);
    network->optimizer->update(&call);
    update->broken[slice] |= !pass->kernels->all_finite(call.weights, call.n);
}

static void update_slice(void *context, uint32_t slice, uint32_t thread)
{
    Update *update = context;
    const NnBlueprint *blueprint = &update->network->blueprint;
    (void)thread;
    for (uint32_t i = 0; i < blueprint->n_groups; i++)
        update_group(update, &blueprint->groups[i], slice);
}

/* Names a parameter that has a value that is not finite. */
static AugStatus find_broken(const NnNetwork *network, AugError *error)
{
    const char *name = "";
    for (uint32_t i = 0; i < network->blueprint.n_tensors && !name[0]; i++) {
        const NnTensor *tensor = &network->blueprint.tensors[i];
        if (tensor->kind == NN_TENSOR_PARAMETER && !tensor->frozen &&
            !network->pass.kernels->all_finite(nn_values(&network->pass, i), tensor->n_stored))
            name = tensor->name;
    }
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "%s got a value that is not finite in step %llu; a smaller learning rate may "
                    "help",
                    name, (unsigned long long)network->pass.step);
}

AugStatus nn_network_update(NnNetwork *network, NnRates rates, AugError *error)
{
    Update update = {.network = network, .rates = rates};
    if (take_sums(&update))
        AUG_TRY(nn_network_check_gradients(network, error));
    clip(&update, network->optimizer_params);
    nn_pool_run(network->pool, NN_SHARDS, update_slice, &update);
    for (uint32_t slice = 0; slice < NN_SHARDS; slice++)
        if (update.broken[slice])
            return find_broken(network, error);
    network->pass.step++;
    return AUG_OK;
}
