/* Bag of embeddings (torch.nn.EmbeddingBag): the mean, the sum or the largest values of the rows of all
 * tokens of a text, as a list of features. Padding is left out; a text without a token gives zeros. */
#include "trainer/nn/layers/tokens.h"

#include <float.h>
#include <string.h>

enum { MODE_MEAN, MODE_SUM, MODE_MAX };
static const char *const modes[] = {
    [MODE_MEAN] = "mean", [MODE_SUM] = "sum", [MODE_MAX] = "max", NULL};

static const AugParamDesc rows[] = {
    NN_TOKENS_ROWS,
    AUG_PARAM(NnTokens, mode, .fallback = "mean", .choices = modes,
              .help = "how the rows of a text are joined"),
};

static AugStatus bag_shape(const void *params, NnShape in, NnShape *out, AugError *error)
{
    const NnTokens *tokens = params;
    (void)in;
    *out = (NnShape){1, 1, tokens->embedding_dim, true};
    return nn_tokens_check(tokens, error);
}

/* What each row of a text counts. */
static NnReal share(const NnTokens *tokens, const int32_t *index, size_t n)
{
    size_t n_tokens = 0;
    for (size_t i = 0; i < n; i++)
        n_tokens += index[i] != tokens->padding_idx;
    return tokens->mode.value != MODE_MEAN || n_tokens == 0 ? 1 : 1 / (NnReal)n_tokens;
}

/* The token whose row has the largest value k, the first of equals; -1: there is none. */
static int32_t largest(const NnTokens *tokens, const NnReal *table, const int32_t *index,
                       size_t length, size_t k)
{
    const size_t n = (size_t)tokens->embedding_dim;
    int32_t found = -1;
    for (size_t i = 0; i < length; i++)
        if (index[i] != tokens->padding_idx &&
            (found < 0 || table[(size_t)index[i] * n + k] > table[(size_t)found * n + k]))
            found = index[i];
    return found;
}

/* The sum of a text's rows, times a scale. */
static void add_rows(const NnTokens *tokens, const NnReal *table, const int32_t *index,
                     size_t length, NnReal *y)
{
    const size_t n = (size_t)tokens->embedding_dim;
    const NnReal scale = share(tokens, index, length);
    memset(y, 0, n * sizeof(NnReal));
    for (size_t i = 0; i < length; i++) {
        const NnReal *row = table + (size_t)index[i] * n;
        for (size_t k = 0; index[i] != tokens->padding_idx && k < n; k++)
            y[k] += row[k];
    }
    for (size_t k = 0; k < n; k++)
        y[k] *= scale;
}

static void bag_forward(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnTokens *tokens = node->params;
    const size_t n = (size_t)tokens->embedding_dim, length = nn_shape_values(node->in);
    const int32_t *index = nn_slot(pass, node->x, task->part);
    NnReal *y = nn_slot(pass, node->y, task->part);
    const NnReal *table = nn_values(pass, node->weight);
    for (uint32_t s = nn_rows_in(pass, node, task->part); s--; index += length, y += n) {
        if (tokens->mode.value != MODE_MAX)
            add_rows(tokens, table, index, length, y);
        for (size_t k = 0; k < n && tokens->mode.value == MODE_MAX; k++) {
            const int32_t token = largest(tokens, table, index, length, k);
            y[k] = token < 0 ? 0 : table[(size_t)token * n + k];
        }
    }
}

/* Gives the gradient of each value to the token that it came from. */
static void give_largest(const NnTokensGradient *gradient, const NnTokens *tokens,
                         const NnReal *table, const int32_t *index, size_t length, const NnReal *dy)
{
    const size_t n = (size_t)tokens->embedding_dim;
    for (size_t k = 0; k < n; k++) {
        const int32_t token = largest(tokens, table, index, length, k);
        if (token >= 0 && (size_t)token >= gradient->first && (size_t)token < gradient->end)
            gradient->table[(size_t)token * n + k] += dy[k];
    }
}

static void bag_finish(const NnTask *task, const NnNode *node)
{
    const NnPass *pass = task->pass;
    const NnTokens *tokens = node->params;
    const size_t length = nn_shape_values(node->in);
    const NnTokensGradient gradient = nn_tokens_gradient(task, node);
    for (uint32_t shard = 0; shard < NN_SHARDS; shard++) {
        const int32_t *index = nn_slot(pass, node->x, shard);
        const NnReal *dy = nn_slot(pass, node->dy, shard);
        for (uint32_t s = nn_rows_in(pass, node, shard); s--; index += length) {
            const NnReal scale = share(tokens, index, length);
            if (tokens->mode.value == MODE_MAX)
                give_largest(&gradient, tokens, nn_values(pass, node->weight), index, length, dy);
            for (size_t i = 0; i < length && tokens->mode.value != MODE_MAX; i++)
                nn_tokens_add(&gradient, tokens, index[i], dy, scale);
            dy += tokens->embedding_dim;
        }
    }
}

/* 1 for each token and 0 for padding, [N, positions, 1]. */
static const char *presence(NnOnnx *onnx, const NnNode *node)
{
    const NnTokens *tokens = node->params;
    const char *index =
        nn_onnx_op(onnx, &(NnOnnxOp){.type = "Cast",
                                     .inputs = {nn_onnx_input(onnx, node, 0)},
                                     .attributes = {NN_ONNX_INT("to", NN_ONNX_INT64)}});
    const int64_t padding[1] = {tokens->padding_idx};
    const char *absent = nn_onnx_binary(onnx, "Equal", index, nn_onnx_ints(onnx, padding, 1));
    const char *present =
        nn_onnx_op(onnx, &(NnOnnxOp){.type = "Cast",
                                     .inputs = {nn_onnx_unary(onnx, "Not", absent)},
                                     .attributes = {NN_ONNX_INT("to", NN_ONNX_FLOAT)}});
    return nn_onnx_binary(onnx, "Unsqueeze", present, nn_onnx_ints(onnx, (const int64_t[]){2}, 1));
}

/* Values of all tokens, and for padding ones that are lower than any; then 0 where there is no token. */
static const char *largest_onnx(NnOnnx *onnx, const char *rows_of_text, const char *present)
{
    const char *lowest = nn_onnx_real(onnx, -FLT_MAX), *zero = nn_onnx_real(onnx, 0);
    const char *is_token = nn_onnx_binary(onnx, "Greater", present, zero);
    const char *any = nn_onnx_reduce(onnx, "ReduceMax", present, 1, 1);
    const char *x =
        nn_onnx_op(onnx, &(NnOnnxOp){.type = "Where", .inputs = {is_token, rows_of_text, lowest}});
    x = nn_onnx_reduce(onnx, "ReduceMax", x, 1, 1);
    any = nn_onnx_binary(onnx, "Greater", any, zero);
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "Where", .inputs = {any, x, zero}});
}

static const char *bag_onnx(NnOnnx *onnx, const NnNode *node)
{
    const NnTokens *tokens = node->params;
    const char *present = presence(onnx, node), *x = nn_tokens_onnx(onnx, node);
    if (tokens->mode.value == MODE_MAX)
        return nn_onnx_unary(onnx, "Flatten", largest_onnx(onnx, x, present));
    x = nn_onnx_reduce(onnx, "ReduceSum", nn_onnx_binary(onnx, "Mul", x, present), 1, 1);
    if (tokens->mode.value == MODE_MEAN) {
        const char *n = nn_onnx_reduce(onnx, "ReduceSum", present, 1, 1);
        n = nn_onnx_binary(onnx, "Max", n, nn_onnx_real(onnx, 1));
        x = nn_onnx_binary(onnx, "Div", x, n);
    }
    return nn_onnx_unary(onnx, "Flatten", x);
}

static const NnLayerHooks hooks = {
    .shape = bag_shape,
    .plan = nn_tokens_plan,
    .limit = nn_tokens_limit,
    .forward = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, bag_forward}},
    .evaluate = {{NN_PHASE_ON_SHARD, NN_USES_X | NN_USES_Y, bag_forward}},
    .finish = {NN_PHASE_ON_SLICE, NN_USES_X | NN_USES_DY, bag_finish},
    .onnx = bag_onnx,
};

const NnLayerDesc nn_layer_embedding_bag = {
    .name = "embedding_bag",
    .summary = "Mean, sum or maximum of the rows of a text's indices (torch.nn.EmbeddingBag)",
    .formula = "y = mean, sum or max of weight[x[t]] over all t where x[t] is not padding_idx",
    .source = "Joulin et al. 2017; torch.nn.EmbeddingBag",
    .example = "[embedding_bag: {num_embeddings: 7, embedding_dim: 4}, linear: 3]",
    .params = AUG_PARAM_TABLE(NnTokens, rows),
    .hooks = &hooks,
};
