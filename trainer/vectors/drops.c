/* Cases of kind "dropout": a layer that leaves out what a mask says. Our masks are functions of the
 * seed, so the case's mask is put in place of the one that was drawn: dx is then the gradient under
 * it, and y is the same function of x. That what was drawn is used in the same way is looked at
 * first. */
#include <math.h>
#include <string.h>

#include "trainer/vectors/layer.h"

/* The case's mask as the layer saves it: a byte for each value, channel or sample. */
static AugStatus take_mask(VectorCase *c, const VectorTensor *x, VectorPass *pass)
{
    VectorTensor mask;
    uint8_t *bytes;
    NnReal *values;
    AUG_TRY(vector_needed_input(c, "mask", &mask));
    if (mask.shape[0] != x->shape[0] ||
        (mask.n != x->n && mask.n != x->shape[0] * x->shape[1] && mask.n != x->shape[0]))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL,
                        "the mask has %zu values; allowed are one for each value, channel or "
                        "sample of x",
                        mask.n);
    AUG_TRY(vector_to_pixels(c, &mask, &values));
    AUG_TRY(vector_take(c, mask.n, 1, &bytes));
    for (size_t i = 0; i < mask.n; i++)
        bytes[i] = values[i] != 0;
    pass->mask_size = mask.n / mask.shape[0];
    pass->given_mask = bytes;
    return AUG_OK;
}

/* Bytes of a mask for each sample; 0 for what draws none. */
static size_t saved_size(const VectorLayer *layer)
{
    const NnShape in =
        layer->x[0].n ? vector_sample_shape(&layer->x[0]) : (NnShape){1, 1, 1, false};
    if (!strcmp(layer->module, "dropout"))
        return nn_shape_values(in);
    if (!strcmp(layer->module, "dropout2d"))
        return (size_t)in.channels;
    return !strcmp(layer->module, "stochastic_depth");
}

/* Forward under the mask that was drawn must be what backward makes of x under it: the first value that
 * is not, or all of them. */
static AugStatus find_drawn(VectorCase *c, const VectorLayer *layer, const VectorPass *given,
                            size_t *first)
{
    NnNetwork *network = layer->network;
    VectorPass pass = *given;
    uint8_t *drawn;
    const size_t n = layer->x[0].n;
    AUG_TRY(vector_take(c, pass.n, pass.mask_size, &drawn));
    pass.mask = drawn;
    pass.given_mask = NULL;
    pass.dy = layer->in;
    vector_pass_run(network, &network->blueprint.train, &pass);
    for (*first = 0; *first < n; ++*first)
        if (pass.y[*first] != pass.dx[*first])
            break;
    return AUG_OK;
}

/* Passes under the case's mask. */
static AugStatus run_masked(VectorCase *c, const VectorLayer *layer, VectorPass *pass)
{
    NnNetwork *network = layer->network;
    const NnReal *dy = pass->dy;
    size_t wrong;
    AUG_TRY(find_drawn(c, layer, pass, &wrong));
    pass->dy = layer->in;
    vector_pass_run(network, &network->blueprint.train, pass);
    if (wrong < layer->x[0].n)
        pass->dx[wrong] = NAN;
    AUG_TRY(vector_compare_images(c, "y", pass->dx, vector_sample_shape(&layer->x[0]), pass->n));
    pass->dy = dy;
    if (dy)
        vector_pass_run(network, &network->blueprint.train, pass);
    return dy ? vector_layer_compare_dx(c, layer, pass) : AUG_OK;
}

AugStatus vector_run_dropout(VectorCase *c)
{
    VectorLayer layer = {0};
    VectorTensor dy;
    VectorPass pass;
    AUG_TRY(vector_layer_choose(c, &layer));
    if (saved_size(&layer) == 0)
        return AUG_FAIL(&c->error, AUG_UNSUPPORTED, NULL, "the operation '%.60s' is not known",
                        c->op);
    AUG_TRY(vector_layer_inputs(c, &layer));
    AUG_TRY(vector_input(c, "dy", &dy));
    AUG_TRY(vector_layer_build(c, &layer));
    AUG_TRY(vector_layer_pass(c, &layer, &dy, &pass));
    AUG_TRY(take_mask(c, &layer.x[0], &pass));
    if (layer.n_inputs > 1 || pass.mask_size != saved_size(&layer))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "%.60s takes no mask of this shape", c->op);
    AUG_TRY(run_masked(c, &layer, &pass));
    pass.given_mask = NULL;
    vector_pass_run(layer.network, &layer.network->blueprint.evaluate, &pass);
    return vector_layer_compare_y(c, &layer, &pass, "y_eval");
}
