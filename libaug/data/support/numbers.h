/* Real numbers of data sets: all are kept as float32, and none is NaN or infinite. */
#ifndef AUGI_DATASETS_NUMBERS_H
#define AUGI_DATASETS_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rounds a number to float32; false if it is none, or beyond float32's largest. */
bool augi_float_round(double value, float *rounded);

/* Reads a decimal number that is the whole text, whatever the locale; false if it is none. */
bool augi_float_parse(const char *text, size_t size, double *value);

/* Index of the first of n numbers that is NaN or infinite; n if none is. values need not be
 * aligned. */
uint64_t augi_floats_find_odd(const void *values, uint64_t n);

#endif
