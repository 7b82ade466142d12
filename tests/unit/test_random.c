/* Philox against published vectors, and the distributions of the draws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aug/random.h"
#include "libaug/base/exact_math.h"
#include "libaug/base/philox.h"
#include "tests/support/support.h"

/* kat_vectors of Random123 1.09, "philox4x32 10". */
START_TEST(philox_gives_the_published_vectors)
{
    static const struct {
        uint32_t counter[4], key[2], expected[4];
    } rows[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t out[4];
        aug_philox4x32(rows[i].counter, rows[i].key, out);
        for (int word = 0; word < 4; word++)
            ck_assert_msg(out[word] == rows[i].expected[word], "vector %zu word %d: %08x, not %08x",
                          i, word, out[word], rows[i].expected[word]);
    }
}
END_TEST

/* Every word of counter and key has high bits in some round of this. */
START_TEST(blocks_side_by_side_are_those_of_each)
{
    uint32_t word = 12345;
    for (int i = 0; i < 1000; i++) {
        uint32_t counter[3], thirds[AUGI_PHILOX_LANES], key[2];
        for (int k = 0; k < 3; k++)
            counter[k] = word = word * 1664525 + 1013904223;
        for (int k = 0; k < AUGI_PHILOX_LANES; k++)
            thirds[k] = word = word * 1664525 + 1013904223;
        for (int k = 0; k < 2; k++)
            key[k] = word = word * 1664525 + 1013904223;
        uint64_t words[AUGI_PHILOX_LANES];
        augi_philox_lanes(counter, thirds, key, words);
        for (int k = 0; k < AUGI_PHILOX_LANES; k++) {
            const uint32_t own[4] = {counter[0], counter[1], thirds[k], counter[2]};
            uint32_t block[4];
            aug_philox4x32(own, key, block);
            ck_assert_uint_eq(words[k], (uint64_t)block[1] << 32 | block[0]);
        }
    }
}
END_TEST

START_TEST(every_part_of_a_key_changes_the_draws)
{
    const AugKey base = {.seed = 1, .sample = 2, .epoch = 3, .position = 4, .view = 5};
    AugKey keys[8];
    for (int i = 0; i < 8; i++)
        keys[i] = base;
    keys[1].seed = UINT64_C(1) << 40 | 1;
    keys[2].sample = 3;
    keys[3].sample = UINT64_C(1) << 33 | 2;
    keys[4].epoch = 4;
    keys[5].position = 5;
    keys[6].view = 6;
    keys[7].position = 4 | AUG_POSITION_BATCH;
    uint64_t first[8];
    for (int i = 0; i < 8; i++) {
        AugRng rng = aug_rng_make(&keys[i]);
        first[i] = aug_rng_u64(&rng);
        for (int j = 0; j < i; j++)
            ck_assert_msg(first[i] != first[j], "keys %d and %d give the same draw", i, j);
    }
}
END_TEST

static AugRng rng_of(uint64_t seed)
{
    const AugKey key = {.seed = seed};
    return aug_rng_make(&key);
}

/* Mean and variance of n draws. The bound of five standard errors fails one honest generator in two
 * million, and the seed is fixed. */
static void check_moments(const char *name, double (*draw)(AugRng *), double mean, double variance)
{
    enum { N = 200000 };
    AugRng rng = rng_of(11);
    double sum = 0, squares = 0;
    for (int i = 0; i < N; i++) {
        double x = draw(&rng);
        sum += x;
        squares += (x - mean) * (x - mean);
    }
    double bound = 5 * sqrt(variance / N);
    ck_assert_msg(fabs(sum / N - mean) < bound, "%s: mean %g, not %g within %g", name, sum / N,
                  mean, bound);
    ck_assert_msg(fabs(squares / N / variance - 1) < 0.03, "%s: variance %g, not %g", name,
                  squares / N, variance);
}

static double draw_uniform(AugRng *rng)
{
    return aug_rng_uniform(rng, -2, 4);
}

static double draw_below(AugRng *rng)
{
    return (double)aug_rng_below(rng, 10);
}

static double draw_integer(AugRng *rng)
{
    return (double)aug_rng_integer(rng, -3, 3);
}

static double draw_gamma_half(AugRng *rng)
{
    return aug_rng_gamma(rng, 0.5);
}

static double draw_gamma_three(AugRng *rng)
{
    return aug_rng_gamma(rng, 3);
}

static double draw_beta_small(AugRng *rng)
{
    return aug_rng_beta(rng, 0.2, 0.2);
}

static double draw_beta_one(AugRng *rng)
{
    return aug_rng_beta(rng, 1, 1);
}

static double draw_beta_large(AugRng *rng)
{
    return aug_rng_beta(rng, 2, 3);
}

START_TEST(distributions_have_their_moments)
{
    check_moments("uniform", draw_uniform, 1, 3);
    check_moments("below", draw_below, 4.5, 8.25);
    check_moments("integer", draw_integer, 0, 4);
    check_moments("normal", aug_rng_normal, 0, 1);
    check_moments("gamma 0.5", draw_gamma_half, 0.5, 0.5);
    check_moments("gamma 3", draw_gamma_three, 3, 3);
    /* Var Beta(a, a) = 1 / (4 (2a + 1)). */
    check_moments("beta 0.2", draw_beta_small, 0.5, 0.178571);
    check_moments("beta 1", draw_beta_one, 0.5, 0.083333);
    check_moments("beta 2 3", draw_beta_large, 0.4, 0.04);
}
END_TEST

START_TEST(uniform_keeps_inside_and_empty_intervals_work)
{
    AugRng rng = rng_of(3);
    for (int i = 0; i < 100000; i++) {
        double x = aug_rng_uniform(&rng, 1, 1 + 1e-15);
        ck_assert(x >= 1 && x < 1 + 1e-15);
    }
    ck_assert_double_eq(aug_rng_uniform(&rng, 7, 7), 7);
    ck_assert_uint_eq(aug_rng_below(&rng, 1), 0);
    ck_assert_int_eq(aug_rng_integer(&rng, 5, 5), 5);
    int64_t any = aug_rng_integer(&rng, INT64_MIN, INT64_MAX);
    ck_assert_int_ne(any, aug_rng_integer(&rng, INT64_MIN, INT64_MAX));
}
END_TEST

START_TEST(beta_with_tiny_parameters_is_at_the_ends_and_finite)
{
    AugRng rng = rng_of(5);
    int ends = 0;
    for (int i = 0; i < 1000; i++) {
        double x = aug_rng_beta(&rng, 1e-4, 1e-4);
        ck_assert_msg(x >= 0 && x <= 1, "beta gave %g", x);
        ends += x < 1e-6 || x > 1 - 1e-6;
    }
    /* P(between) is about 2 * 1e-4 * ln(1e6) / 2 = 0.0014. */
    ck_assert_int_gt(ends, 980);
}
END_TEST

START_TEST(choice_follows_weights_and_never_takes_a_zero)
{
    const double weights[] = {0, 1, 0, 3, 0};
    int counts[5] = {0};
    AugRng rng = rng_of(9);
    for (int i = 0; i < 40000; i++)
        counts[aug_rng_choice(&rng, weights, 5)]++;
    ck_assert_int_eq(counts[0] + counts[2] + counts[4], 0);
    /* Five standard deviations of a binomial with p = 1/4. */
    ck_assert_msg(abs(counts[1] - 10000) < 433, "%d of 40000, not 10000", counts[1]);
}
END_TEST

START_TEST(permutation_is_one_and_uniform)
{
    int first[6] = {0};
    AugRng rng = rng_of(2);
    for (int i = 0; i < 60000; i++) {
        uint32_t order[6];
        aug_rng_permutation(&rng, order, 6);
        uint32_t seen = 0;
        for (int j = 0; j < 6; j++)
            seen |= 1u << order[j];
        ck_assert_uint_eq(seen, 63);
        first[order[0]]++;
    }
    for (int i = 0; i < 6; i++)
        ck_assert_msg(abs(first[i] - 10000) < 460, "%d came first %d times, not 10000", i,
                      first[i]);
}
END_TEST

START_TEST(exact_functions_agree_with_libm)
{
    /* The stated bound is 2e-15; libm's own error is below 1 ulp, 2.3e-16. */
    for (int i = -7000; i <= 7000; i++) {
        double x = i * 0.09971;
        double e = augi_exp(x), reference = exp(x);
        ck_assert_msg(fabs(e / reference - 1) < 2.3e-15, "exp(%g) = %.17g, not %.17g", x, e,
                      reference);
        double s = augi_sin(x), c = augi_cos(x);
        ck_assert_msg(fabs(s - sin(x)) < 2e-15, "sin(%g) = %.17g, not %.17g", x, s, sin(x));
        ck_assert_msg(fabs(c - cos(x)) < 2e-15, "cos(%g) = %.17g, not %.17g", x, c, cos(x));
        double l = augi_log(reference);
        ck_assert_msg(fabs(l - log(reference)) <= 2e-15 * (1 + fabs(x)), "log(%g) = %.17g",
                      reference, l);
    }
    for (int quarter = -8; quarter <= 8; quarter++) {
        static const double sines[] = {0, 1, 0, -1};
        ck_assert(augi_sin_degrees(90.0 * quarter) == sines[(quarter + 8) & 3]);
        ck_assert(augi_cos_degrees(90.0 * quarter) == sines[(quarter + 9) & 3]);
    }
    ck_assert(fabs(augi_sin_degrees(30) - 0.5) < 1e-15);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random");
    TCase *tests = tcase_create("random");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, philox_gives_the_published_vectors);
    tcase_add_test(tests, blocks_side_by_side_are_those_of_each);
    tcase_add_test(tests, every_part_of_a_key_changes_the_draws);
    tcase_add_test(tests, distributions_have_their_moments);
    tcase_add_test(tests, uniform_keeps_inside_and_empty_intervals_work);
    tcase_add_test(tests, beta_with_tiny_parameters_is_at_the_ends_and_finite);
    tcase_add_test(tests, choice_follows_weights_and_never_takes_a_zero);
    tcase_add_test(tests, permutation_is_one_and_uniform);
    tcase_add_test(tests, exact_functions_agree_with_libm);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
