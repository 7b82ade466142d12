/* What embedding and embedding_bag share: a table with a row of values for each index. */
#ifndef NN_LAYERS_TOKENS_H
#define NN_LAYERS_TOKENS_H

#include "trainer/nn/onnx.h"

/* Parameters. padding_idx: an index whose row stays as it is, and which a bag leaves out; -1: none.
 * mode: of a bag; an index in nn_tokens_modes. */
typedef struct NnTokens {
    int32_t num_embeddings, embedding_dim, padding_idx;
    AugChoice mode;
} NnTokens;

/* Rows that both layers have. */
#define NN_TOKENS_ROWS                                                                  \
    AUG_PARAM(NnTokens, num_embeddings, .low = 1, .high = 16777216,                     \
              .help = "indices that there are, 0 and up", .aka = "vocabulary"),         \
        AUG_PARAM(NnTokens, embedding_dim, .low = 1, .high = 65536,                     \
                  .help = "values of each index", .aka = "dim"),                        \
        AUG_PARAM(NnTokens, padding_idx, .fallback = "-1", .low = -1, .high = 16777215, \
                  .help =                                                               \
                      "index that stands for no token: its values begin as 0 and stay; -1: none")

/* Refuses tables of more values than a tensor may have. */
AUG_MUST_CHECK AugStatus nn_tokens_check(const NnTokens *tokens, AugError *error);

/* Declares the table: normal values, as PyTorch's. */
void nn_tokens_plan(NnBlueprint *blueprint, NnNode *node);

/* How many indices there are. */
uint32_t nn_tokens_limit(const void *params);

/* A slice of the table's gradient: its rows first..end-1, and the whole. */
typedef struct NnTokensGradient {
    size_t first, end;
    NnReal *table;
} NnTokensGradient;

/* The slice of the table's rows that a task has, its gradient set to zero. */
NnTokensGradient nn_tokens_gradient(const NnTask *task, const NnNode *node);

/* Adds dy * scale to the row of an index, if it is of the slice and not padding. */
void nn_tokens_add(const NnTokensGradient *gradient, const NnTokens *tokens, int32_t index,
                   const NnReal *dy, NnReal scale);

/* The rows of the indices as an ONNX tensor [N, positions, embedding_dim]. */
const char *nn_tokens_onnx(NnOnnx *onnx, const NnNode *node);

#endif
