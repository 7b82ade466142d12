/* Functions of one value that loops over arrays need: branch-free, so that the compiler vectorises
 * those loops. Of floats each is within some roundings of the true value; for double the C library
 * computes them. Included by the kernel sources only.
 */
#ifndef NN_KERNEL_MATH_H
#define NN_KERNEL_MATH_H

#include <math.h>

#include "trainer/nn/kernels/vector.h"

/* 1.5 * 2^23: added to a float of small size, it leaves the nearest integer in the lowest bits. */
#define EXP_ROUNDER 12582912.0f
#define EXP_ROUNDER_BITS 0x4b400000

/* 2^n for n in -126..127. */
static inline float math_power_of_two(int32_t n)
{
    const int32_t bits = (n + 127) * (1 << 23);
    float power;
    memcpy(&power, &bits, sizeof(power));
    return power;
}

/* exp(r) - 1 - r for |r| <= ln(2)/2 (Cephes, S. Moshier, expf.c): the first terms of the series,
 * fitted. */
static inline float math_exp_rest(float r)
{
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * r * r;
}

/* e^x: the series of what is left after n times ln(2), times 2^n in two steps, so that the ends of
 * the range, 0 and infinity, are reached. */
static inline float math_exp_float(float x)
{
    const float low = x < -104 ? -104 : x, inner = low > 89 ? 89 : low;
    const float shifted = inner * 1.44269504f + EXP_ROUNDER, n = shifted - EXP_ROUNDER;
    const float r = (inner - n * 0.693359375f) + n * 2.12194440e-4f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof(bits));
    const int32_t power = bits - EXP_ROUNDER_BITS, half = power / 2;
    return ((math_exp_rest(r) + r) + 1) * math_power_of_two(half) * math_power_of_two(power - half);
}

/* e^x - 1, without the loss of digits near 0. */
static inline float math_expm1_float(float x)
{
    const float r = x < -0.34f ? -0.34f : x > 0.34f ? 0.34f : x;
    const float near = math_exp_rest(r) + r, far = math_exp_float(x) - 1;
    return r == x ? near : far;
}

/* tanh(x) (Cephes, tanhf.c): a fitted series near 0, else by e^2|x|. */
static inline float math_tanh_float(float x)
{
    const float size = x < 0 ? -x : x, z = x * x;
    float p = -5.70498872745e-3f;
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    const float near = p * z * x + x, far = 1 - 2 / (math_exp_float(2 * size) + 1);
    const float signed_far = x < 0 ? -far : far;
    return size < 0.625f ? near : signed_far;
}

/* erf(x): a quotient of polynomials in x^2 (Eigen's), exact to a few roundings; behind 4 it is 1. */
static inline float math_erf_float(float x)
{
    const float low = x < -4 ? -4 : x, c = low > 4 ? 4 : low, z = c * c;
    float p = -2.72614225801306e-10f;
    p = p * z + 2.77068142495902e-08f;
    p = p * z - 2.10102402082508e-06f;
    p = p * z - 5.69250639462346e-05f;
    p = p * z - 7.34990630326855e-04f;
    p = p * z - 2.95459980854025e-03f;
    p = p * z - 1.60960333262415e-02f;
    float q = -1.45660718464996e-05f;
    q = q * z - 2.13374055278905e-04f;
    q = q * z - 1.68282697438203e-03f;
    q = q * z - 7.37332916720468e-03f;
    q = q * z - 1.42647390514189e-02f;
    return c * p / q;
}

/* log(1 + x) for x in 0..1, by the series of the inverse tangent: s is at most 1/3, so eight terms
 * suffice. */
static inline float math_log1p_float(float x)
{
    const float s = x / (2 + x), z = s * s;
    float p = 1.0f / 15;
    p = p * z + 1.0f / 13;
    p = p * z + 1.0f / 11;
    p = p * z + 1.0f / 9;
    p = p * z + 1.0f / 7;
    p = p * z + 1.0f / 5;
    p = p * z + 1.0f / 3;
    return 2 * (s + s * z * p);
}

#define MATH_OF(x, of_float, of_double) _Generic(x, float : of_float, double : of_double)(x)

/* The functions for the values of the network. math_log1p is for 0..1. */
ALWAYS_INLINE NnReal math_exp(NnReal x)
{
    return MATH_OF(x, math_exp_float, exp);
}

/* e^x - 1. */
ALWAYS_INLINE NnReal math_expm1(NnReal x)
{
    return MATH_OF(x, math_expm1_float, expm1);
}

/* Hyperbolic tangent. */
ALWAYS_INLINE NnReal math_tanh(NnReal x)
{
    return MATH_OF(x, math_tanh_float, tanh);
}

/* Error function. */
ALWAYS_INLINE NnReal math_erf(NnReal x)
{
    return MATH_OF(x, math_erf_float, erf);
}

/* log(1 + x), for x in 0..1. */
ALWAYS_INLINE NnReal math_log1p(NnReal x)
{
    return MATH_OF(x, math_log1p_float, log1p);
}

/* 1 / (1 + e^-x). */
ALWAYS_INLINE NnReal math_sigmoid(NnReal x)
{
    return 1 / (1 + math_exp(-x));
}

#endif
