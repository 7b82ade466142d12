/* Real numbers of data sets. */
#include "libaug/data/support/numbers.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "libaug/spec/param_kind.h"

/* Longer than any double needs to be written exactly as most programs write it. */
#define MAX_DIGITS 63

/* From here on a number is nearer to 2^128 than to the largest float. */
#define BEYOND_FLOAT 0x1.ffffffp127

bool augi_float_round(double value, float *rounded)
{
    /* The largest float as programs write it, 3.4028235e38, is a little more than it is. */
    const double most = (double)FLT_MAX, size = fabs(value);
    if (!(size < BEYOND_FLOAT))
        return false;
    *rounded = (float)(size > most ? copysign(most, value) : value);
    return true;
}

bool augi_float_parse(const char *text, size_t size, double *value)
{
    char copy[MAX_DIGITS + 1];
    if (size > MAX_DIGITS)
        return false;
    memcpy(copy, text, size);
    copy[size] = 0;
    return strlen(copy) == size && augi_param_parse_number(copy, value);
}

uint64_t augi_floats_find_odd(const void *values, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        float value;
        memcpy(&value, (const uint8_t *)values + i * sizeof(value), sizeof(value));
        if (!isfinite(value))
            return i;
    }
    return n;
}
