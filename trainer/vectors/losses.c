/* Cases of kind "loss": the loss behind an identity, whose output gradient is dlogits. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "trainer/vectors/case.h"
#include "trainer/vectors/probe.h"

/* Largest number of a class. */
#define MAX_CLASS 2147483647.0

/* Losses whose names in cases are not those of ours, or that compare several rows of a sample.
 *
 * rows: of a sample; in_one: they are all in logits, first rows first, else in logits, p and n
 * by_value: the mean is over all values, not over samples
 */
typedef struct Known {
    const char *op, *loss;
    uint32_t rows;
    bool in_one, by_value;
} Known;

static const Known known[] = {
    {"kl_div_batchmean", "kl_div", 1, false, false},
    {"kl_div", "kl_div", 1, false, false},
    {"nt_xent", "nt_xent", 2, true, false},
    {"sup_con", "sup_con", 2, true, false},
    {"batch_triplet", "batch_triplet", 1, true, false},
    {"triplet", "triplet", 3, false, false},
    {"mse", "mse", 1, false, true},
    {"l1", "l1", 1, false, true},
    {"smooth_l1", "smooth_l1", 1, false, true},
    {"huber", "huber", 1, false, true},
    {"bce_with_logits", "bce_with_logits", 1, false, true},
};

/* A loss at work. n_values: of a row; n: samples; each: the loss of each is asked for, of a mean over
 * values that of each value. */
typedef struct Loss {
    Known is;
    NnChoice choice;
    VectorTensor logits, target;
    NnNetwork *network;
    size_t n, n_values;
    bool each;
    float *data[3];
} Loss;

static Known find_known(const char *op)
{
    for (size_t i = 0; i < AUG_COUNT(known); i++)
        if (!strcmp(known[i].op, op))
            return known[i];
    return (Known){.op = op, .loss = op, .rows = 1};
}

/* Parameters of the case, with the weights that stand among its inputs. */
static AugStatus choose(VectorCase *c, Loss *loss)
{
    json_t *params = vector_keep(c, json_object());
    const char *name;
    json_t *value;
    loss->is = find_known(c->op);
    const NnModuleDesc *module = nn_module_find(NN_MODULE_LOSS, loss->is.loss);
    if (!module)
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    json_object_foreach((json_t *)(uintptr_t)c->params, name, value)
    {
        const AugParamDesc *row = vector_row(&module->params, name);
        if (!strcmp(name, "reduction") || json_is_null(value) || (!row && json_is_false(value)))
            continue;
        if (!row)
            return vector_unknown(c, "parameter", name);
        json_object_set(params, row->name, (json_t *)(uintptr_t)vector_param(c, name));
    }
    const char *const weights[] = {"weight", "pos_weight"};
    for (size_t i = 0; i < AUG_COUNT(weights); i++) {
        VectorTensor weight;
        if (!vector_has_input(c, weights[i]) || !vector_row(&module->params, weights[i]))
            continue;
        AUG_TRY(vector_input(c, weights[i], &weight));
        json_t *list = json_array();
        for (size_t k = 0; k < weight.n; k++)
            json_array_append_new(list, json_real(weight.data[k]));
        json_object_set_new(params, weights[i], list);
    }
    vector_note(c, "loss", loss->is.loss, params);
    return vector_choice(c, NN_MODULE_LOSS, loss->is.loss, json_incref(params), &loss->choice);
}

/* Rows first..first+n-1 of a tensor in the network's type of input. */
static AugStatus take_rows(VectorCase *c, const Loss *loss, const VectorTensor *tensor,
                           size_t first, float **data)
{
    const size_t n = loss->n * loss->n_values;
    if ((first + loss->n) * loss->n_values > tensor->n)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "the loss needs %zu values for each of %u rows of a sample",
                        loss->n * loss->n_values, loss->is.rows);
    AUG_TRY(vector_take(c, n, sizeof(float), data));
    for (size_t i = 0; i < n; i++)
        (*data)[i] = (float)tensor->data[first * loss->n_values + i];
    return AUG_OK;
}

/* Where rows lie together and there are targets, a sample has as many rows as there are for each. */
static AugStatus count_rows(VectorCase *c, Loss *loss)
{
    const size_t n_rows = loss->logits.shape[0];
    VectorTensor target = {0};
    if (loss->is.in_one && vector_has_input(c, "target"))
        AUG_TRY(vector_input(c, "target", &target));
    if (target.n > 0 && n_rows % target.n == 0 && n_rows / target.n <= AUG_COUNT(loss->data))
        loss->is.rows = (uint32_t)(n_rows / target.n);
    return AUG_OK;
}

/* The rows of all samples. What has more than two dimensions is a list of values. */
static AugStatus take_logits(VectorCase *c, Loss *loss)
{
    static const char *const names[] = {"logits", "p", "n"};
    AUG_TRY(vector_needed_input(c, "logits", &loss->logits));
    AUG_TRY(count_rows(c, loss));
    const uint32_t rows = loss->is.rows;
    loss->n = loss->logits.shape[0] / (loss->is.in_one ? rows : 1);
    loss->n_values = loss->logits.n / loss->logits.shape[0];
    if (loss->each && loss->is.by_value) {
        loss->n = loss->logits.n;
        loss->n_values = 1;
    }
    if (loss->n == 0 || (loss->is.in_one && loss->logits.shape[0] % rows))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "logits has %zu rows, not a multiple of %u",
                        loss->logits.shape[0], rows);
    for (uint32_t r = 0; r < rows; r++) {
        VectorTensor own = loss->logits;
        if (!loss->is.in_one && r)
            AUG_TRY(vector_needed_input(c, names[r], &own));
        AUG_TRY(take_rows(c, loss, &own, loss->is.in_one ? r * loss->n : 0, &loss->data[r]));
    }
    return AUG_OK;
}

/* A network of an identity and the loss. */
static AugStatus build(VectorCase *c, Loss *loss)
{
    const size_t n = loss->n_values;
    NnNetworkSpec spec = {.input = {1, 1, (int32_t)n, true},
                          .input_rows = loss->is.rows,
                          .loss = loss->choice,
                          .max_batch = (uint32_t)loss->n};
    VectorTensor eye = {.n = n * n};
    AUG_TRY(vector_layers(c,
                          json_pack("[{s:{s:I,s:b},s:s}]", "linear", "features", (json_int_t)n,
                                    "bias", 0, "name", "probe"),
                          &spec.layers, &spec.n_layers));
    AUG_TRY(vector_take(c, n * n, sizeof(*eye.data), &eye.data));
    for (size_t i = 0; i < n; i++)
        eye.data[i * n + i] = 1;
    AUG_TRY(vector_network(c, &spec, &loss->network));
    return vector_write(c, loss->network, "probe.weight", &eye);
}

/* Targets are class numbers, or values for each output. */
static AugStatus take_target(VectorCase *c, Loss *loss, NnBatch *batch)
{
    const unsigned targets = nn_loss_targets(&loss->choice);
    VectorTensor *t = &loss->target;
    AUG_TRY(vector_input(c, "target", t));
    if (t->n == loss->logits.n && (t->n != loss->n || t->n_dims == loss->logits.n_dims)) {
        float *values;
        AUG_TRY(vector_take(c, t->n, sizeof(*values), &values));
        for (size_t i = 0; i < t->n; i++)
            values[i] = (float)t->data[i];
        *(targets & NN_TARGET_VALUES ? &batch->values : &batch->soft) = values;
        return AUG_OK;
    }
    int64_t *labels;
    if (t->n && t->n != loss->n)
        return AUG_FAIL(&c->error, loss->logits.n_dims > 2 ? AUG_UNSUPPORTED : AUG_BAD_SPEC, NULL,
                        "target has %zu values; allowed are one for each of %zu samples or %zu "
                        "values",
                        t->n, loss->n, loss->logits.n);
    AUG_TRY(vector_take(c, loss->n, sizeof(*labels), &labels));
    for (size_t i = 0; i < t->n; i++) {
        if (floor(t->data[i]) != t->data[i] || fabs(t->data[i]) > MAX_CLASS)
            return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "target %zu, %g, is no class number", i,
                            t->data[i]);
        labels[i] = (int64_t)t->data[i];
    }
    batch->labels = t->n ? labels : NULL;
    return AUG_OK;
}

/* By what the mean is to be multiplied. */
static AugStatus find_factor(VectorCase *c, const Loss *loss, const NnResult *result,
                             double *factor)
{
    const char *reduction = vector_text(c, "reduction", "mean");
    const bool is_sum = !strcmp(reduction, "sum") || loss->each;
    *factor = is_sum ? result->weight * (loss->is.by_value ? (double)loss->n_values : 1) : 1;
    if (is_sum || !strcmp(reduction, "mean") || !strcmp(reduction, "batchmean"))
        return AUG_OK;
    return vector_unknown(c, "reduction", reduction);
}

/* Gradients of the rows, in the order in which the case has them. */
static AugStatus compare_gradients(VectorCase *c, const Loss *loss, double factor)
{
    static const char *const names[] = {"dlogits", "dp", "dn"};
    const NnNetwork *network = loss->network;
    const NnNode *probe = &network->graph.nodes[vector_node_find(network, "probe")];
    const size_t d = loss->n_values, rows = loss->is.rows, n = loss->n * rows * d;
    NnReal *all;
    double *sorted;
    AUG_TRY(vector_reals(c, n, &all));
    AUG_TRY(vector_take(c, n, sizeof(*sorted), &sorted));
    vector_slot_read(network, probe->dy, rows * d * sizeof(*all), all);
    for (size_t i = 0; i < n; i++) {
        const size_t row = i / d % rows, sample = i / d / rows;
        sorted[(row * loss->n + sample) * d + i % d] = (double)all[i] * factor;
    }
    if (loss->is.in_one)
        return vector_compare(c, names[0], sorted, n);
    for (size_t r = 0; r < rows; r++)
        AUG_TRY(vector_compare(c, names[r], sorted + r * loss->n * d, loss->n * d));
    return AUG_OK;
}

/* A part of a batch's values, or NULL where it has none. */
static const float *part_of(const float *values, size_t first)
{
    return values ? values + first : NULL;
}

/* The loss of each sample: of batches of one. */
static AugStatus compare_each(VectorCase *c, const Loss *loss, const NnBatch *all)
{
    double *values;
    AUG_TRY(vector_take(c, loss->n, sizeof(*values), &values));
    for (size_t i = 0; i < loss->n; i++) {
        const size_t at = i * loss->n_values;
        const void *views[] = {part_of(loss->data[1], at), part_of(loss->data[2], at)};
        NnBatch one = *all;
        NnResult result;
        one.n = 1;
        one.data = loss->data[0] + at;
        one.views = all->views ? views : NULL;
        one.labels = all->labels ? all->labels + i : NULL;
        one.soft = part_of(all->soft, at);
        one.values = part_of(all->values, at);
        AUG_TRY(nn_network_gradients(loss->network, &one, &result, &c->error));
        values[i] = result.loss * result.weight;
    }
    return vector_compare(c, "loss", values, loss->n);
}

AugStatus vector_run_loss(VectorCase *c)
{
    Loss loss = {.each = !strcmp(vector_text(c, "reduction", "mean"), "none")};
    NnResult result;
    double factor;
    AUG_TRY(choose(c, &loss));
    AUG_TRY(take_logits(c, &loss));
    AUG_TRY(build(c, &loss));
    const void *views[] = {loss.data[1], loss.data[2]};
    NnBatch batch = {.data = loss.data[0],
                     .dtype = AUG_DTYPE_F32,
                     .n = (uint32_t)loss.n,
                     .views = loss.is.rows > 1 ? views : NULL};
    AUG_TRY(take_target(c, &loss, &batch));
    AUG_TRY(nn_network_gradients(loss.network, &batch, &result, &c->error));
    AUG_TRY(find_factor(c, &loss, &result, &factor));
    const double value = result.loss * factor;
    if (!loss.each)
        AUG_TRY(vector_compare(c, "loss", &value, 1));
    AUG_TRY(compare_gradients(c, &loss, factor));
    return loss.each ? compare_each(c, &loss, &batch) : AUG_OK;
}
