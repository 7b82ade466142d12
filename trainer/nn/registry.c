/* All kinds of layers. Adding one takes its file and two lines here. */
#include <string.h>

#include "trainer/nn/nn.h"

extern const NnLayerDesc nn_layer_avg_pool;
extern const NnLayerDesc nn_layer_batch_norm;
extern const NnLayerDesc nn_layer_conv;
extern const NnLayerDesc nn_layer_dropout;
extern const NnLayerDesc nn_layer_flatten;
extern const NnLayerDesc nn_layer_global_avg_pool;
extern const NnLayerDesc nn_layer_linear;
extern const NnLayerDesc nn_layer_max_pool;
extern const NnLayerDesc nn_layer_relu;
extern const NnLayerDesc nn_layer_residual;

const NnLayerDesc *const nn_layers[] = {
    &nn_layer_avg_pool, &nn_layer_batch_norm,      &nn_layer_conv,   &nn_layer_dropout,
    &nn_layer_flatten,  &nn_layer_global_avg_pool, &nn_layer_linear, &nn_layer_max_pool,
    &nn_layer_relu,     &nn_layer_residual,
};
const size_t nn_n_layers = AUG_COUNT(nn_layers);

static const char *layer_name(const void *list, size_t i)
{
    const NnLayerDesc *const *layers = list;
    return layers[i]->name;
}

const NnLayerDesc *nn_layer_find(const char *name)
{
    for (size_t i = 0; i < nn_n_layers; i++)
        if (!strcmp(nn_layers[i]->name, name))
            return nn_layers[i];
    return NULL;
}

const char *nn_layer_nearest(const char *wrong)
{
    return augi_nearest_name(wrong, layer_name, nn_layers, nn_n_layers);
}
