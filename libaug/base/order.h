/* The order of an epoch for many positions at once. */
#ifndef AUGI_ORDER_H
#define AUGI_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Puts the sample of each position in its place: what aug_order_at gives for it, in about a fourth
 * of the time. seed, epoch, n: as there; each of the n_positions is below n. Any thread. */
void augi_order_all(uint64_t seed, uint32_t epoch, uint64_t n, uint64_t *positions,
                    size_t n_positions);

#endif
