/* The order of an epoch: a bijection on [0, n) computed in O(1) time and memory per position, in
 * about a quarter of a microsecond. A global shuffle of 10^9 samples needs no list.
 *
 * Up to 64 samples it is Fisher and Yates' shuffle with unbiased draws: each of the n! orders is as
 * likely as any other, as far as the words of Philox are uniform. Above it is a Feistel network of
 * twelve rounds with Philox as its round function over a product of two ranges that is hardly
 * larger than n, walked until it lands inside (Black and Rogaway, "Ciphers with arbitrary finite
 * domains", 2002). Where a sample comes, which samples come at two positions, the distances of
 * neighbours and the parity of the order are told from those of a uniform shuffle by none of the
 * chi-square tests in tests/unit/test_order.c. That all n! orders occur is not said: from 25
 * samples on there are more of them than keys (seed and epoch, 96 bits).
 */
#ifndef AUG_ORDER_H
#define AUG_ORDER_H

#include <stdint.h>

#include "aug/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sample at a position of an epoch.
 *
 * seed, epoch: name the order
 * n:           samples in the data set, 1 to 2^40
 * position:    0 to n - 1
 * Returns the sample's index, 0 to n - 1; each index occurs once over all positions. Any thread. */
AUG_API uint64_t aug_order_at(uint64_t seed, uint32_t epoch, uint64_t n, uint64_t position);

#ifdef __cplusplus
}
#endif
#endif
