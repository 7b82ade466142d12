/* Cases of kind "optimizer": steps with gradients that are given, or with those of a quadratic
 * problem. */
#include <string.h>

#include "trainer/vectors/case.h"
#include "trainer/vectors/probe.h"

#define MAX_STEPS 100000

/* What gives the gradients: g, or A and b. */
typedef struct Problem {
    VectorTensor w0, g, a, b;
    size_t n, n_steps;
} Problem;

static AugStatus read_problem(VectorCase *c, Problem *problem)
{
    VectorTensor steps;
    AUG_TRY(vector_needed_input(c, "w0", &problem->w0));
    AUG_TRY(vector_input(c, "g", &problem->g));
    AUG_TRY(vector_input(c, "A", &problem->a));
    AUG_TRY(vector_input(c, "b", &problem->b));
    AUG_TRY(vector_input(c, "steps", &steps));
    const size_t n = problem->n = problem->w0.n;
    int64_t n_steps = steps.n ? (int64_t)steps.data[0] : (int64_t)(problem->g.n / n);
    AUG_TRY(vector_whole(c, "steps", 0, 1, MAX_STEPS, &n_steps));
    if (n_steps < 1 || n_steps > MAX_STEPS)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "%lld steps; allowed are 1 to %d",
                        (long long)n_steps, MAX_STEPS);
    problem->n_steps = (size_t)n_steps;
    if (problem->n_steps * n > VECTOR_MAX_VALUES)
        return AUG_FAIL(&c->error, AUG_TOO_LARGE, NULL, "the steps have more than %zu values",
                        VECTOR_MAX_VALUES);
    if (problem->g.n ? problem->g.n != problem->n_steps * n
                     : problem->a.n != n * n || problem->b.n != n)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "gradients must be given by g, %zu for each step, or by A and b of that "
                        "size",
                        n);
    return AUG_OK;
}

/* Gradient of a step: given, or that of w A w / 2 - b w at the weights. */
static void find_gradient(const Problem *problem, size_t step, const NnReal *w, NnReal *g)
{
    const size_t n = problem->n;
    for (size_t i = 0; i < n; i++) {
        double value = problem->g.n ? problem->g.data[step * n + i] : -problem->b.data[i];
        for (size_t k = 0; k < n && !problem->g.n; k++)
            value += problem->a.data[i * n + k] * (double)w[k];
        g[i] = (NnReal)value;
    }
}

static AugStatus choose(VectorCase *c, NnChoice *optimizer)
{
    json_t *params = vector_keep(c, json_object());
    const NnModuleDesc *module = nn_module_find(NN_MODULE_OPTIMIZER, c->op);
    const char *name;
    json_t *value;
    if (!module)
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    json_object_foreach((json_t *)(uintptr_t)c->params, name, value)
    {
        const AugParamDesc *row = vector_row(&module->params, name);
        if (json_is_null(value) || !strcmp(name, "steps") || (!row && json_is_false(value)))
            continue;
        if (!row)
            return vector_unknown(c, "parameter", name);
        json_object_set(params, row->name, (json_t *)(uintptr_t)vector_param(c, name));
    }
    /* PyTorch's default where ours is to be given. */
    if (!module->params.rows[0].fallback && !json_object_get(params, "lr"))
        json_object_set_new(params, "lr", json_real(1e-3));
    vector_note(c, "optimizer", c->op, params);
    return vector_choice(c, NN_MODULE_OPTIMIZER, c->op, json_incref(params), optimizer);
}

/* Weights after each step. They are those of a linear layer with one input. */
AugStatus vector_run_optimizer(VectorCase *c)
{
    NnNetworkSpec spec = {.input = {1, 1, 1, true}, .max_batch = 1};
    Problem problem;
    NnNetwork *network;
    NnReal *w, *g, *begin;
    AUG_TRY(choose(c, &spec.optimizer));
    AUG_TRY(read_problem(c, &problem));
    const size_t n = problem.n;
    /* The loss wants two outputs. */
    const size_t n_outputs = n < 2 ? 2 : n;
    AUG_TRY(vector_layers(c,
                          json_pack("[{s:{s:I,s:b},s:s}]", "linear", "features",
                                    (json_int_t)n_outputs, "bias", 0, "name", "w"),
                          &spec.layers, &spec.n_layers));
    AUG_TRY(vector_network(c, &spec, &network));
    AUG_TRY(vector_reals(c, problem.n_steps * n + n_outputs, &w));
    AUG_TRY(vector_reals(c, n_outputs, &g));
    AUG_TRY(vector_reals(c, n_outputs, &begin));
    for (size_t i = 0; i < n; i++)
        begin[i] = (NnReal)problem.w0.data[i];
    nn_network_write_tensor(network, 0, begin);
    const NnReal *now = begin;
    for (size_t step = 0; step < problem.n_steps; step++) {
        NnReal *after = w + step * n;
        find_gradient(&problem, step, now, g);
        nn_tensor_pack(&network->blueprint.tensors[0], g, network->pass.gradients);
        AUG_TRY(nn_network_update(network, nn_optimizer_rates(&spec.optimizer), &c->error));
        nn_network_read_tensor(network, 0, after);
        now = after;
    }
    VectorTensor expected;
    AUG_TRY(vector_expected(c, "w", &expected));
    /* Of all steps, or of the last ones. */
    const size_t all = problem.n_steps * n, some = expected.n < all ? expected.n : all;
    return vector_compare_reals(c, "w", w + all - some, some);
}
