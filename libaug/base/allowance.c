/* Counting what a worker holds. */
#include "libaug/base/allowance.h"

#include <stdint.h>

#include "libaug/base/stop.h"

AugStatus augi_allowance_fail(const AugiAllowance *allowance, AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL,
                    "this takes at least %zu bytes of a worker's memory; allowed are %zu, so use "
                    "smaller pictures, or allow workers more (augd: --worker-memory)",
                    allowance->refused, allowance->most);
}

AugStatus augi_allowance_take(AugiAllowance *allowance, size_t size, AugError *error)
{
    if (!allowance)
        return AUG_OK;
    /* More is held where the bound was lowered. */
    const size_t room = allowance->most > allowance->held ? allowance->most - allowance->held : 0;
    if (allowance->most > 0 && size > room) {
        allowance->refused = size > SIZE_MAX - allowance->held ? SIZE_MAX : allowance->held + size;
        return augi_allowance_fail(allowance, error);
    }
    allowance->held += size;
    allowance->peak = allowance->held > allowance->peak ? allowance->held : allowance->peak;
    return AUG_OK;
}

void augi_allowance_give(AugiAllowance *allowance, size_t size)
{
    if (allowance)
        allowance->held -= size;
}

bool augi_allowance_refused(const AugiAllowance *allowance)
{
    return allowance && allowance->refused > 0;
}

bool augi_allowance_stopped(const AugiAllowance *allowance)
{
    return allowance && allowance->stop && augi_stop_is_set(allowance->stop);
}

AugStatus augi_allowance_go_on(const AugiAllowance *allowance, AugError *error)
{
    if (augi_allowance_stopped(allowance))
        return AUG_FAIL(error, AUG_CLOSED, NULL, "nobody waits for this sample any more");
    return AUG_OK;
}
