/* Exponentials of many values: what augi_exp does with one (libaug/base/exact_math.c), step by step with
 * several. Its quotients wait for each other, those of neighbours do not. All operations are exactly
 * rounded and in its order, so the bits are the same, whatever vectors the compiler makes of them. */
#include "trainer/nn/exponentials.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 as a sum of a part with trailing zero bits, so that small multiples of it are exact, and the
 * rest. */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

/* Beyond this the result is 0, or the largest double. */
#define MOST 700

/* Values at once: enough quotients to fill the divider. */
#define AT_ONCE 8

/* 2^k for a normal result. */
static inline double power_of_two(int k)
{
    const uint64_t bits = (uint64_t)(k + DBL_MAX_EXP - 1) << (DBL_MANT_DIG - 1);
    double power;
    memcpy(&power, &bits, sizeof(power));
    return power;
}

/* AT_ONCE values, none beyond MOST. */
static inline void some(double *x)
{
    double r[AT_ONCE], sum[AT_ONCE];
    int k[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        const double exact = x[i] / (LN2_HIGH + LN2_LOW) + 0.5;
        k[i] = (int)exact;
        k[i] -= k[i] > exact;
        r[i] = (x[i] - k[i] * LN2_HIGH) - k[i] * LN2_LOW;
        sum[i] = 1;
    }
    for (int term = 13; term >= 1; term--)
        for (int i = 0; i < AT_ONCE; i++)
            sum[i] = 1 + r[i] * sum[i] / term;
    for (int i = 0; i < AT_ONCE; i++)
        x[i] = sum[i] * power_of_two(k[i]);
}

/* n <= AT_ONCE values. */
static void at_once(double *x, size_t n)
{
    double result[AT_ONCE] = {0};
    for (size_t i = 0; i < n; i++)
        result[i] = fabs(x[i]) <= MOST ? x[i] : 0;
    some(result);
    for (size_t i = 0; i < n; i++) {
        if (fabs(x[i]) <= MOST)
            x[i] = result[i];
        else
            x[i] = x[i] > 0 ? DBL_MAX : 0;
    }
}

void nn_exponentials(double *x, size_t n)
{
    for (size_t i = 0; i < n; i += AT_ONCE)
        at_once(x + i, n - i < AT_ONCE ? n - i : AT_ONCE);
}
