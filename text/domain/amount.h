/* How many edits an operation makes of a text. */
#ifndef TXT_AMOUNT_H
#define TXT_AMOUNT_H

#include <stdint.h>

/* The first member of the parameters of operations that presets bind, so that these can say how much
 * is edited: a share of the words, or, where it is not 0, a number of edits. */
typedef struct TxtAmount {
    double alpha;
    int32_t n;
} TxtAmount;

/* n where it is given, not 0; else alpha of the words, at least one unless alpha is 0 (EDA's rule). */
static inline uint32_t txt_amount(double alpha, int32_t n, uint32_t n_tokens)
{
    if (n > 0)
        return (uint32_t)n;
    const uint32_t share = (uint32_t)(alpha * n_tokens);
    return share > 0 || !(alpha > 0) ? share : 1;
}

#endif
