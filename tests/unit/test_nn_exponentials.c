/* Exponentials of many values at once have the bits of those of one. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "libaug/base/exact_math.h"
#include "tests/support/support.h"
#include "trainer/nn/exponentials.h"

#define N 1000

static double from[N], to[N];

/* The first n of `from`. */
static void check(size_t n)
{
    memcpy(to, from, sizeof(to));
    nn_exponentials(to, n);
    for (size_t i = 0; i < N; i++) {
        const double expected = i < n ? augi_exp(from[i]) : from[i];
        ck_assert_msg(memcmp(&to[i], &expected, sizeof(expected)) == 0,
                      "e^%.17g, value %zu of %zu, is %.17g, not %.17g", from[i], i, n, to[i],
                      expected);
    }
}

START_TEST(all_sizes_of_values_agree)
{
    for (int scale = -40; scale < 12; scale++) {
        for (int i = 0; i < N; i++)
            from[i] =
                ldexp((double)(int32_t)((uint32_t)(i + 1) * 2654435761u) / 2147483648.0, scale);
        check(N);
    }
}
END_TEST

START_TEST(all_numbers_of_values_agree)
{
    for (int i = 0; i < N; i++)
        from[i] = -0.37 * i;
    for (size_t n = 0; n < 40; n++)
        check(n);
}
END_TEST

START_TEST(ends_and_halves_agree)
{
    static const double edges[] = {
        0,       -0.0,     700,     -700,     700.0000000000001, -700.0000000000001,
        1e300,   -1e300,   DBL_MAX, -DBL_MAX, INFINITY,          -INFINITY,
        DBL_MIN, -DBL_MIN, 4.9e-324};
    for (int i = 0; i < N; i++)
        from[i] = (i - N / 2 + 0.5) * 0.69314718055994530942;
    memcpy(from, edges, sizeof(edges));
    check(N);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nn_exponentials");
    TCase *tests = tcase_create("exponentials");
    tcase_add_test(tests, all_sizes_of_values_agree);
    tcase_add_test(tests, all_numbers_of_values_agree);
    tcase_add_test(tests, ends_and_halves_agree);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
