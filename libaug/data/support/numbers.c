/* Real numbers of data sets. */
#include "libaug/data/support/numbers.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "libaug/spec/param_kind.h"

/* Longer than any double needs to be written exactly as most programs write it. */
#define MAX_DIGITS 63

bool augi_float_round(double value, float *rounded)
{
    if (!isfinite(value) || fabs(value) > (double)FLT_MAX)
        return false;
    *rounded = (float)value;
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
