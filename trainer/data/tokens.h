/* Texts as a network reads them: ids, the rows of a table of embeddings. */
#ifndef TRAIN_TOKENS_H
#define TRAIN_TOKENS_H

#include "aug/spec.h"
#include "aug/status.h"
#include "stream/stream.h"
#include "trainer/nn/nn.h"

/* Finds out whether a stream is of texts (it has "ids", or "text", and no "data"). Fails with
 * AUG_BAD_SPEC for texts without ids, pairs of texts, and ids whose number differs from text to text. */
AUG_MUST_CHECK AugStatus train_tokens_find(const StreamInfo *info, const char *name, bool *is_texts,
                                           AugError *error);

/* How many ids the tokenizer of a spec has, 0 and up; 0: that cannot be known here, because a file
 * says it that is not there (a daemon may have it) or is no list of words. name: of the file that
 * the spec stands in. */
uint32_t train_tokens_count(const AugSpec *spec, const char *name);

/* Compares what the texts of a stream have (width ids each, n_ids different ones, 0: not known) with
 * what a network takes: values of input, n_indices indices, 0: it takes no indices. AUG_BAD_SPEC. */
AUG_MUST_CHECK AugStatus train_tokens_fit(const char *name, uint64_t width, uint32_t n_ids,
                                          NnShape input, uint32_t n_indices, AugError *error);

/* The n texts of a batch, borrowed: the ids of each, how many of these are not padding, and the number
 * of the sample. */
typedef struct TrainTokens {
    const int32_t *ids, *lengths;
    const int64_t *index;
    uint32_t n;
} TrainTokens;

/* Whether texts of width ids each have n_indices different ones at most, and lengths that can be: the
 * layers of a network read every position, so padding is told by its id alone. AUG_BAD_SPEC, or
 * AUG_CORRUPT for a length that cannot be. */
AUG_MUST_CHECK AugStatus train_tokens_check(const char *name, const TrainTokens *tokens,
                                            uint64_t width, uint32_t n_indices, AugError *error);

#endif
