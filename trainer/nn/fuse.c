/* Looks for neighbours whose work one pass over memory can do. */
#include "trainer/nn/fuse.h"

#include <string.h>

void nn_fuse_rectifiers(NnGraph *graph)
{
    for (uint32_t i = 1; i < graph->n_nodes; i++) {
        NnNode *node = &graph->nodes[i], *before = &graph->nodes[node->input];
        if (strcmp(node->module->name, "relu") != 0 || !before->hooks->fuses ||
            before->n_readers != 1)
            continue;
        before->relu = true;
        node->fused = true;
        node->alias = true;
    }
}

void nn_fuse_sums(NnGraph *graph)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        NnNode *sum = &graph->nodes[i];
        if (!sum->used || !sum->hooks->sums || sum->n_inputs != 2)
            continue;
        /* The later one, so that the other is there when it runs. */
        const uint32_t last = sum->inputs[0] > sum->inputs[1] ? 0 : 1;
        NnNode *norm = &graph->nodes[sum->inputs[last]];
        if (!norm->hooks->takes_sum || norm->n_readers != 1 || norm->relu)
            continue;
        norm->sum = sum;
        norm->other = sum->inputs[1 - last];
        sum->made_by = sum->inputs[last];
    }
}

void nn_fuse_outputs(NnGraph *graph, const NnKernels *kernels)
{
    for (uint32_t i = 1; i < graph->n_nodes; i++) {
        NnNode *node = &graph->nodes[i];
        if (!node->used || !node->hooks->reads_norm || !node->hooks->reads_norm(kernels, node))
            continue;
        NnNode *norm = &graph->nodes[node->input];
        if (norm->fused && norm->n_readers == 1)
            norm = &graph->nodes[norm->input];
        if (!norm->hooks->output_job || norm->n_readers != 1)
            continue;
        norm->left = true;
        node->before = norm;
    }
}

void nn_fuse_norms(NnGraph *graph, const NnKernels *kernels)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        NnNode *node = &graph->nodes[i], *input = &graph->nodes[node->n_inputs ? node->input : i];
        if (!node->used || !node->hooks->input_gradient || !input->hooks->takes_norm)
            continue;
        node->given =
            input->active && input->n_readers == 1 && input->hooks->takes_norm(kernels, input);
        if (node->given)
            input->norm = node;
    }
}

void nn_fuse_masks(NnGraph *graph)
{
    for (uint32_t i = 1; i < graph->n_nodes; i++) {
        NnNode *node = &graph->nodes[i], *relu = &graph->nodes[node->input];
        if (!node->used || !node->hooks->masks || !relu->fused || relu->n_readers != 1)
            continue;
        NnNode *layer = &graph->nodes[relu->input];
        node->masks = layer->masked = layer->hooks->takes_mask;
    }
}

/* The node that wrote a slot as the gradient of its only input. */
static NnNode *writer_of(NnGraph *graph, uint32_t input, uint32_t slot)
{
    for (uint32_t i = input + 1; i < graph->n_nodes; i++) {
        NnNode *node = &graph->nodes[i];
        if (node->n_inputs == 1 && node->input == input && node->dx == slot)
            return node;
    }
    return NULL;
}

/* Whether another node than number `of` still needs a gradient that lies in a slot when node number
 * `reader` runs backward: those before it and itself, and those that finish with it. */
static bool is_needed(const NnGraph *graph, uint32_t slot, uint32_t of, uint32_t reader)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        const NnNode *node = &graph->nodes[i];
        if (i == of || (i > reader && !(node->hooks->finish.uses & NN_USES_DY)))
            continue;
        for (uint32_t k = 0; k < node->n_dy_parts; k++)
            if (node->dy_parts[k] == slot)
                return true;
    }
    return false;
}

uint32_t nn_fuse_parts(NnGraph *graph, uint32_t number, const NnKernels *kernels)
{
    const NnNode *node = &graph->nodes[number];
    if (node->n_dy_parts != 2)
        return NN_NONE;
    NnNode *second = writer_of(graph, number, node->dy_parts[1]);
    if (!second || !second->hooks->adds || !second->hooks->adds(kernels, second) ||
        is_needed(graph, node->dy_parts[0], number, (uint32_t)(second - graph->nodes)))
        return NN_NONE;
    second->adds = true;
    second->dx = node->dy_parts[0];
    return second->dx;
}
