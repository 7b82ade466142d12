/* Reductions of the argument that lose nothing, then series of a fixed length, summed in the order
 * written. */
#include "libaug/base/exact_math.h"

#include <float.h>
#include <math.h>

/* ln 2 and pi/2 as sums of a part with trailing zero bits, so that small multiples of it are exact,
 * and the rest. */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10
#define HALF_PI_HIGH 1.57079632673412561417e+00
#define HALF_PI_LOW 6.07710050650619224932e-11
#define DEGREE (3.14159265358979311600e+00 / 180)

double augi_exp(double x)
{
    if (x > 700)
        return DBL_MAX;
    if (x < -700)
        return 0;
    double k = floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    /* |r| <= 0.347, so the term of degree 14 is below 5e-18: Taylor to degree 13. */
    double sum = 1;
    for (int i = 13; i >= 1; i--)
        sum = 1 + r * sum / i;
    return ldexp(sum, (int)k);
}

double augi_log(double x)
{
    int exponent;
    double m = frexp(x, &exponent);
    if (m < 0.70710678118654752440) {
        m *= 2;
        exponent--;
    }
    /* log m = 2 artanh s; s^2 <= 0.0295, so twelve terms leave less than 1e-18. */
    double s = (m - 1) / (m + 1);
    double s2 = s * s;
    double sum = 0;
    for (int i = 25; i >= 1; i -= 2)
        sum = sum * s2 + 1.0 / i;
    return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW);
}

/* Sine for |x| <= pi/4: the term of degree 19 is below 1e-19. */
static double sine_core(double x)
{
    double x2 = x * x;
    double sum = 1;
    for (int i = 17; i >= 3; i -= 2)
        sum = 1 - x2 * sum / (i * (i - 1));
    return x * sum;
}

/* Cosine for |x| <= pi/4: the term of degree 20 is below 1e-20. */
static double cosine_core(double x)
{
    double x2 = x * x;
    double sum = 1;
    for (int i = 18; i >= 2; i -= 2)
        sum = 1 - x2 * sum / (i * (i - 1));
    return sum;
}

/* Sine of quarter * 90 degrees + rest, |rest| <= pi/4. */
static double sine_at(int quarter, double rest)
{
    double value = quarter & 1 ? cosine_core(rest) : sine_core(rest);
    return quarter & 2 ? -value : value;
}

static double radians(double x, int quarters)
{
    double k = floor(x / (HALF_PI_HIGH + HALF_PI_LOW) + 0.5);
    double rest = (x - k * HALF_PI_HIGH) - k * HALF_PI_LOW;
    return sine_at(((int)fmod(k, 4) + quarters + 4) & 3, rest);
}

static double degrees(double x, int quarters)
{
    double turn = fmod(x, 360);
    double k = floor(turn / 90 + 0.5);
    return sine_at(((int)k + quarters + 8) & 3, (turn - 90 * k) * DEGREE);
}

double augi_sin(double x)
{
    return radians(x, 0);
}

double augi_cos(double x)
{
    return radians(x, 1);
}

double augi_sin_degrees(double x)
{
    return degrees(x, 0);
}

double augi_cos_degrees(double x)
{
    return degrees(x, 1);
}
