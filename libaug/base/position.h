/* Arithmetic on positions of a stream. */
#ifndef AUGI_POSITION_H
#define AUGI_POSITION_H

#include <stdint.h>

/* Batches from a step to the end of so many epochs, the first counted from that step on. epochs 0,
 * or more batches than can be counted: UINT64_MAX, which stands for no end. step < steps_per_epoch.
 * Any thread. */
uint64_t augi_batches_until_end(uint64_t steps_per_epoch, uint64_t step, uint32_t epochs);

#endif
