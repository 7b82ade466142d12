/* Elementary functions that give the same bits on every machine.
 *
 * libm's may differ between versions and processors; these use only + - * / (exactly rounded by
 * IEEE 754) and exact scaling. The error is below 2e-15 relative (log near 1: absolute), far below
 * what any parameter needs.
 */
#ifndef AUGI_EXACT_MATH_H
#define AUGI_EXACT_MATH_H

/* e to the x, for -700 <= x <= 700; smaller gives 0, larger the largest double. */
double augi_exp(double x);

/* Natural logarithm of x > 0, x not subnormal. */
double augi_log(double x);

/* Sine and cosine of an angle in radians, |x| <= 1e6. */
double augi_sin(double x);
double augi_cos(double x);

/* Sine and cosine of an angle in degrees; exact at multiples of 90. */
double augi_sin_degrees(double x);
double augi_cos_degrees(double x);

#endif
