/* Cases of kind "ema": the running average of weights that change from step to step. */
#include <string.h>

#include "trainer/vectors/case.h"

/* Averages behind each of the steps. The network is a linear layer with one input and n outputs. */
static AugStatus run_steps(VectorCase *c, NnNetwork *network, const VectorTensor *w, double decay)
{
    const size_t n = w->n / w->shape[0];
    NnAverage *average = NULL;
    NnReal *now, *after;
    AUG_TRY(vector_reals(c, n < 2 ? 2 : n, &now));
    AUG_TRY(vector_reals(c, w->n + 1, &after));
    AUG_TRY(nn_average_new(&average, network, &c->error));
    for (size_t step = 0; step < w->shape[0]; step++) {
        for (size_t i = 0; i < n; i++)
            now[i] = (NnReal)w->data[step * n + i];
        nn_network_write_tensor(network, 0, now);
        nn_network_set_steps(network, step + 1);
        nn_average_update(average, decay);
        nn_average_swap(average);
        nn_network_read_tensor(network, 0, now);
        memcpy(after + step * n, now, n * sizeof(*now));
        nn_average_swap(average);
    }
    nn_average_free(average);
    return vector_compare_reals(c, "ema", after, w->n);
}

AugStatus vector_run_ema(VectorCase *c)
{
    NnNetworkSpec spec = {.input = {1, 1, 1, true}, .max_batch = 1};
    NnNetwork *network;
    VectorTensor w;
    if (strcmp(c->op, "ema") != 0)
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    AUG_TRY(vector_needed_input(c, "w", &w));
    const double decay = vector_number(c, "decay", 0.999);
    const size_t n = w.n / w.shape[0];
    if (!(decay >= 0 && decay < 1))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "decay %g is not 0 or more and below 1",
                        decay);
    AUG_TRY(vector_layers(c,
                          json_pack("[{s:{s:I,s:b},s:s}]", "linear", "features",
                                    (json_int_t)(n < 2 ? 2 : n), "bias", 0, "name", "w"),
                          &spec.layers, &spec.n_layers));
    AUG_TRY(vector_network(c, &spec, &network));
    return run_steps(c, network, &w, decay);
}
