/* Arithmetic on positions of a stream. */
#include "libaug/base/position.h"

#include <inttypes.h>

#include "libaug/base/bounds.h"

AugStatus augi_position_settle(AugiPosition *position, uint64_t steps_per_epoch, AugError *error)
{
    if (position->step > steps_per_epoch)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "step",
                        "%" PRIu64 " is not in the epoch, which has the step%s %s; %" PRIu64
                        " stands for the next epoch's first",
                        position->step, steps_per_epoch == 1 ? "" : "s",
                        augi_bounds(0, steps_per_epoch - 1).text, steps_per_epoch);
    if (position->epoch > AUGI_LAST_EPOCH)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "epoch", "%" PRIu32 " is outside 0..%" PRIu32,
                        position->epoch, AUGI_LAST_EPOCH);
    if (position->step == steps_per_epoch) {
        if (position->epoch == AUGI_LAST_EPOCH)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, "step",
                            "%" PRIu64 " stands for the first of the next epoch; %" PRIu32
                            " is the last epoch that there is",
                            position->step, AUGI_LAST_EPOCH);
        position->epoch++;
        position->step = 0;
    }
    const uint32_t most = AUGI_LAST_EPOCH - position->epoch + 1;
    if (position->epochs > most)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, "epochs",
                        "%" PRIu32 " from epoch %" PRIu32 " on are more than there are, %" PRIu32,
                        position->epochs, position->epoch, most);
    return AUG_OK;
}

uint64_t augi_batches_until_end(const AugiPosition *position, uint64_t steps_per_epoch)
{
    const uint32_t all = AUGI_LAST_EPOCH - position->epoch + 1;
    const uint32_t epochs = position->epochs ? position->epochs : all;
    uint64_t n;
    if (__builtin_mul_overflow(steps_per_epoch, epochs, &n))
        return UINT64_MAX;
    return n - position->step;
}
