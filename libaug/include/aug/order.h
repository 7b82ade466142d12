/* The order of an epoch: a bijection on [0, n) computed in O(1) time and memory per index.
 *
 * A cycle-walking Feistel network over the smallest even-bit domain that holds n, with Philox as
 * its round function (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002). A global
 * shuffle of 10^9 samples costs nothing and needs no list.
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
