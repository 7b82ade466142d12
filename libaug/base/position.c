/* Arithmetic on positions of a stream. */
#include "libaug/base/position.h"

uint64_t augi_batches_until_end(uint64_t steps_per_epoch, uint64_t step, uint32_t epochs)
{
    uint64_t all;
    if (epochs == 0 || __builtin_mul_overflow(steps_per_epoch, epochs, &all))
        return UINT64_MAX;
    return all - step;
}
