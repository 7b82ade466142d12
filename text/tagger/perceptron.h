/* The averaged perceptron in training: weights of whole numbers that mistakes move by one, and the
 * sum of what each was over all decisions, which makes the averages.
 *
 * Reference: Collins, "Discriminative training methods for hidden Markov models", EMNLP 2002; sums
 * are kept up to date as Daume's thesis (2006, section 2) has it: only where a weight moves.
 */
#ifndef TXT_PERCEPTRON_H
#define TXT_PERCEPTRON_H

#include "aug/status.h"
#include "text/tagger/model.h"

/* Opaque; for one thread. */
typedef struct TxtPerceptron TxtPerceptron;

/* An averaged weight, in 1/TXT_MARGIN_ONE. */
typedef struct TxtAverage {
    uint32_t key;
    uint32_t tag;
    int32_t weight;
} TxtAverage;

/* Without weights. kept: the only features that may have some, ascending keys, borrowed; NULL:
 * any. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_perceptron_new(TxtPerceptron **perceptron, uint32_t n_tags,
                                            const uint32_t *kept, uint32_t n_kept, AugError *error);

/* NULL does nothing. */
void txt_perceptron_free(TxtPerceptron *perceptron);

/* Decides on a tag, and learns that right was the one. Fails with AUG_NO_MEMORY, AUG_TOO_LARGE. */
AUG_MUST_CHECK AugStatus txt_perceptron_learn(TxtPerceptron *perceptron,
                                              const TxtTagContext *context, uint32_t right,
                                              uint32_t *decided, AugError *error);

/* The averages that are at least `least` from zero, by key and tag; the caller frees *out, *n of
 * them. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_perceptron_averages(TxtPerceptron *perceptron, int32_t least,
                                                 TxtAverage **out, uint32_t *n, AugError *error);

#endif
