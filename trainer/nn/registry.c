/* Looking up kinds of layers by name. The kinds themselves come from layers.list. */
#include <string.h>

#include "trainer/nn/nn.h"

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
