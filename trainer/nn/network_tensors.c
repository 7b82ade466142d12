/* The tensors of a network, by number and by name. */
#include <string.h>

#include "trainer/nn/network.h"

NnReal *nn_network_stored(const NnNetwork *network, const NnTensor *tensor)
{
    NnReal *arena =
        tensor->kind == NN_TENSOR_STATE ? network->pass.states : network->pass.parameters;
    return arena + tensor->offset;
}

size_t nn_network_n_tensors(const NnNetwork *network)
{
    return network->blueprint.n_tensors;
}

void nn_network_tensor(const NnNetwork *network, size_t index, NnTensorInfo *info)
{
    const NnTensor *tensor = &network->blueprint.tensors[index];
    *info = (NnTensorInfo){.name = tensor->name,
                           .kind = tensor->kind,
                           .desc = tensor->desc,
                           .n_values = tensor->n_values,
                           .decays = tensor->decays};
}

bool nn_network_find_tensor(const NnNetwork *network, const char *name, size_t *index)
{
    for (uint32_t i = 0; i < network->blueprint.n_tensors; i++)
        if (!strcmp(network->blueprint.tensors[i].name, name)) {
            *index = i;
            return true;
        }
    return false;
}

void nn_network_read_tensor(const NnNetwork *network, size_t index, NnReal *values)
{
    const NnTensor *tensor = &network->blueprint.tensors[index];
    nn_tensor_unpack(tensor, nn_network_stored(network, tensor), values);
}

void nn_network_write_tensor(NnNetwork *network, size_t index, const NnReal *values)
{
    const NnTensor *tensor = &network->blueprint.tensors[index];
    nn_tensor_pack(tensor, values, nn_network_stored(network, tensor));
}

void nn_network_read_gradient(const NnNetwork *network, size_t index, NnReal *values)
{
    const NnTensor *tensor = &network->blueprint.tensors[index];
    nn_tensor_unpack(tensor, network->pass.gradients + tensor->offset, values);
}
