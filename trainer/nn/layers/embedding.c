/* Embedding (torch.nn.Embedding): every index becomes its row of a table, so that a text of n tokens
 * becomes a map of height 1 and width n. */
#include "trainer/nn/layers/tokens.h"

#include <string.h>

static const AugParamDesc rows[] = {NN_TOKENS_ROWS};

static AugStatus embedding_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const NnTokens *tokens = params;
    *out = (NnShape){1, (int32_t)nn_shape_values(in), tokens->embedding_dim, false};
    return nn_tokens_check(tokens, error);
}

static void embedding_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const size_t n = (size_t)((const NnTokens *)node->params)->embedding_dim;
    const size_t n_tokens = nn_shape_values(node->in) * nn_rows_in(pass, node, task->part);
    const int32_t *index = nn_slot(pass, node->x, task->part);
    NnReal *y = nn_slot(pass, node->y, task->part);
    for (size_t i = 0; i < n_tokens; i++)
        memcpy(y + i * n, nn_values(pass, node->weight) + (size_t)index[i] * n, n * sizeof(NnReal));
}

static void embedding_finish(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnTokens *tokens = node->params;
    const NnTokensGradient gradient = nn_tokens_gradient(task, node);
    for (uint32_t shard = 0; shard < NN_SHARDS; shard++) {
        const int32_t *index = nn_slot(pass, node->x, shard);
        const NnReal *dy = nn_slot(pass, node->dy, shard);
        const size_t n_tokens = nn_shape_values(node->in) * nn_rows_in(pass, node, shard);
        for (size_t i = 0; i < n_tokens; i++)
            nn_tokens_add(&gradient, tokens, index[i], dy + i * (size_t)tokens->embedding_dim, 1);
    }
}

/* Rows by position, which become a map of height 1. */
static const char *embedding_onnx(NnOnnx *onnx, const NnNode *node)
{
    const char *x = nn_tokens_onnx(onnx, node);
    int64_t dims[3];
    const size_t n_dims = nn_onnx_dims(node->out, dims);
    x = nn_onnx_op(onnx, &(NnOnnxOp){.type = "Transpose",
                                     .inputs = {x},
                                     .attributes = {NN_ONNX_THREE("perm", 0, 2, 1)}});
    return nn_onnx_reshape(onnx, x, dims, n_dims);
}

static const NnLayerHooks hooks = {
    .shape = embedding_shape,
    .plan = nn_tokens_plan,
    .limit = nn_tokens_limit,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, embedding_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, embedding_forward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_X | NN_USES_DY, embedding_finish},
    .onnx = embedding_onnx,
};

const NnLayerDesc nn_layer_embedding = {
    .name = "embedding",
    .summary = "A row of trained values for each index (torch.nn.Embedding)",
    .formula = "y[t] = weight[x[t]]",
    .source = "Bengio et al. 2003; torch.nn.Embedding",
    .example =
        "[embedding: {num_embeddings: 7, embedding_dim: 4}, max_over_time, flatten, linear: 3]",
    .params = AUG_PARAM_TABLE(NnTokens, rows),
    .hooks = &hooks,
};
