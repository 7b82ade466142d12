/* Bounds as a sentence says them: nobody is told to choose from 1 to 1. */
#include "libaug/base/bounds.h"

#include <inttypes.h>
#include <stdio.h>

AugiBounds augi_bounds(int64_t low, uint64_t high)
{
    AugiBounds bounds;
    if (low >= 0 && (uint64_t)low == high)
        snprintf(bounds.text, sizeof(bounds.text), "%" PRIu64, high);
    else
        snprintf(bounds.text, sizeof(bounds.text), "%" PRId64 " to %" PRIu64, low, high);
    return bounds;
}
