/* Exponentials of many values. */
#ifndef NN_EXPONENTIALS_H
#define NN_EXPONENTIALS_H

#include <stddef.h>

/* x = e^x of n values, none of them NaN, with the bits of augi_exp (libaug/base/exact_math.h). */
void nn_exponentials(double *x, size_t n);

#endif
