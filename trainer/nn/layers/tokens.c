/* The table of embeddings and its gradient: each slice of rows walks all tokens of the batch in order,
 * so sums are the same for any number of threads. */
#include "trainer/nn/layers/tokens.h"

#include <string.h>

AugStatus nn_tokens_check(const NnTokens *tokens, AugError *error)
{
    const int64_t n = (int64_t)tokens->num_embeddings * tokens->embedding_dim;
    if (n > INT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "a table of %d x %d has %lld values; allowed are %d",
                        tokens->num_embeddings, tokens->embedding_dim, (long long)n, INT32_MAX);
    if (tokens->padding_idx >= tokens->num_embeddings)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "padding_idx %d is none of the %d indices, which begin at 0",
                        tokens->padding_idx, tokens->num_embeddings);
    return AUG_OK;
}

void nn_tokens_plan(NnBlueprint *blueprint, NnNode *node)
{
    const NnTokens *tokens = node->params;
    node->weight = nn_blueprint_table(blueprint, node, (uint32_t)tokens->num_embeddings,
                                      (uint32_t)tokens->embedding_dim, tokens->padding_idx,
                                      (NnInit){NN_INIT_NORMAL, 1});
}

uint32_t nn_tokens_limit(const void *params)
{
    return (uint32_t)((const NnTokens *)params)->num_embeddings;
}

NnTokensGradient nn_tokens_gradient(const NnTask *task, const NnNode *node)
{
    const NnTokens *tokens = node->params;
    const size_t n = (size_t)tokens->embedding_dim;
    NnTokensGradient gradient = {.table = nn_gradient(task->pass, node->weight)};
    nn_slice((size_t)tokens->num_embeddings, 1, task->part, &gradient.first, &gradient.end);
    memset(gradient.table + gradient.first * n, 0,
           (gradient.end - gradient.first) * n * sizeof(NnReal));
    return gradient;
}

void nn_tokens_add(const NnTokensGradient *gradient, const NnTokens *tokens, int32_t index,
                   const NnReal *dy, NnReal scale)
{
    const size_t n = (size_t)tokens->embedding_dim, row = (size_t)index;
    if (index == tokens->padding_idx || row < gradient->first || row >= gradient->end)
        return;
    NnReal *to = gradient->table + row * n;
    for (size_t i = 0; i < n; i++)
        to[i] += dy[i] * scale;
}

const char *nn_tokens_onnx(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "Gather",
                                        .inputs = {nn_onnx_tensor(onnx, node->weight, NULL, 0),
                                                   nn_onnx_input(onnx, node, 0)}});
}
