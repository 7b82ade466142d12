/* Whole powers without the C library, whose last bit differs between machines. */
#ifndef NN_POWER_H
#define NN_POWER_H

#include <stdint.h>

/* base to the n-th power, by squaring; 1 for n = 0. */
static inline double nn_power(double base, uint64_t n)
{
    double power = 1;
    for (; n; n >>= 1, base *= base)
        if (n & 1)
            power *= base;
    return power;
}

#endif
