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

/* Whether a batch has n_indices different ids at most, and texts no longer than width. index: n
 * numbers of samples, for the message. AUG_BAD_SPEC, or AUG_CORRUPT for a length that cannot be. */
AUG_MUST_CHECK AugStatus train_tokens_check(const char *name, const NnBatch *batch,
                                            const int64_t *index, uint64_t width,
                                            uint32_t n_indices, AugError *error);

#endif
