/* The order of an epoch: that it is a bijection, and that nothing of it can be told from a uniform
 * shuffle by where samples come, by pairs, by parity and by the distances of neighbours.
 *
 * Every statistic is chi-square with its exact mean, or a count that is binomial; about 800 are
 * compared, each with a bound of five deviations, which an honest shuffle exceeds once in 1.7
 * million. Seeds are fixed, so a test gives the same every time; with seeds that nobody chose an
 * honest shuffle would fail somewhere once in 2,000 runs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aug/order.h"
#include "aug/random.h"
#include "libaug/base/order.h"
#include "tests/support/support.h"

#define DEVIATIONS 5.0

/* Orders are numbered; a seed has a thousand epochs, so that both parts of the key are tested. */
static uint64_t order_at(uint64_t number, uint64_t n, uint64_t position)
{
    return aug_order_at(90001 + number / 1000, (uint32_t)(number % 1000), n, position);
}

/* Wilson and Hilferty 1931: the cube root of chi-square / df is nearly normal. At five deviations
 * above, it is wrong by 0.2 of one for five degrees of freedom, and by 0.01 from 100 on. */
static void check_chi_square(const char *what, uint64_t n, double chi_square, double df)
{
    const double variance = 2 / (9 * df);
    const double deviations = (cbrt(chi_square / df) - (1 - variance)) / sqrt(variance);
    ck_assert_msg(fabs(deviations) < DEVIATIONS,
                  "%s, n %llu: chi-square %.1f for %.0f degrees of freedom is %.2f deviations off",
                  what, (unsigned long long)n, chi_square, df, deviations);
}

static void check_binomial(const char *what, uint64_t n, double count, double trials, double p)
{
    const double deviations = (count - trials * p) / sqrt(trials * p * (1 - p));
    ck_assert_msg(fabs(deviations) < DEVIATIONS,
                  "%s, n %llu: %.0f of %.0f, expected %.1f, is %.2f deviations off", what,
                  (unsigned long long)n, count, trials, trials * p, deviations);
}

/* The order is even exactly if the number of samples less the number of cycles is. */
static bool is_odd(const uint32_t *order, uint64_t n)
{
    uint8_t *seen = calloc(n, 1);
    ck_assert_ptr_nonnull(seen);
    uint64_t n_cycles = 0;
    for (uint64_t i = 0; i < n; i++) {
        n_cycles += !seen[i];
        for (uint64_t at = i; !seen[at]; at = order[at])
            seen[at] = 1;
    }
    free(seen);
    return (n - n_cycles) & 1;
}

static void read_order(uint64_t number, uint64_t n, uint32_t *order)
{
    for (uint64_t position = 0; position < n; position++)
        order[position] = (uint32_t)order_at(number, n, position);
}

static uint32_t *new_counts(uint64_t n)
{
    uint32_t *counts = calloc(n, sizeof(*counts));
    ck_assert_ptr_nonnull(counts);
    return counts;
}

static void check_bijection(uint64_t n)
{
    uint8_t *seen = calloc(n, 1);
    ck_assert_ptr_nonnull(seen);
    for (uint64_t position = 0; position < n; position++) {
        const uint64_t sample = aug_order_at(42, 7, n, position);
        ck_assert_msg(sample < n && !seen[sample], "n %llu: %llu at %llu", (unsigned long long)n,
                      (unsigned long long)sample, (unsigned long long)position);
        seen[sample] = 1;
    }
    free(seen);
}

START_TEST(order_is_a_bijection)
{
    for (uint64_t n = 1; n <= 1100; n++)
        check_bijection(n);
    static const uint64_t sizes[] = {2047,  2048,  2049,  4095,  4096,   4097,  8191,
                                     8192,  8193,  16383, 16384, 16385,  32768, 65535,
                                     65536, 65537, 70001, 99999, 100000, 262144};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        check_bijection(sizes[i]);
}
END_TEST

/* Another order is another AUG_ENGINE. */
START_TEST(orders_are_pinned)
{
    static const struct {
        uint64_t n, position, sample;
    } rows[] = {
        {1, 0, 0},
        {2, 0, 0},
        {5, 3, 2},
        {16, 15, 2},
        {64, 63, 58},
        {65, 0, 13},
        {65, 1, 23},
        {1000, 999, 609},
        {65536, 1, 39505},
        {1000000, 123456, 706670},
        {1281167, 1281166, 419424},
        {1000000000, 999999999, 608047671},
        {UINT64_C(1) << 40, (UINT64_C(1) << 40) - 1, 616994375639},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const uint64_t sample = aug_order_at(42, 7, rows[i].n, rows[i].position);
        ck_assert_msg(sample == rows[i].sample, "n %llu: %llu at %llu, pinned %llu",
                      (unsigned long long)rows[i].n, (unsigned long long)sample,
                      (unsigned long long)rows[i].position, (unsigned long long)rows[i].sample);
    }
}
END_TEST

/* Every permutation of up to five samples, 1,000 times each. */
START_TEST(small_orders_are_uniform_over_all_permutations)
{
    static uint32_t counts[3125]; /* by the digits of the order in base n; 5^5 */
    uint64_t n_permutations = 1;
    for (uint64_t n = 2; n <= 5; n++) {
        n_permutations *= n;
        memset(counts, 0, sizeof(counts));
        for (uint64_t number = 0; number < 1000 * n_permutations; number++) {
            uint64_t code = 0;
            for (uint64_t position = 0; position < n; position++)
                code = n * code + order_at(number, n, position);
            counts[code]++;
        }
        double chi_square = 0;
        uint64_t n_reached = 0;
        for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
            const double excess = counts[i] - 1000.0;
            n_reached += counts[i] > 0;
            chi_square += counts[i] > 0 ? excess * excess / 1000 : 0;
        }
        ck_assert_uint_eq(n_reached, n_permutations);
        if (n == 2)
            check_binomial("order of two", n, counts[1], 2000, 0.5);
        else
            check_chi_square("permutations", n, chi_square, (double)n_permutations - 1);
    }
}
END_TEST

/* Where every sample comes, over n_orders orders. The n x n counts have equal sums of rows and
 * columns, so that (n - 1) / n of their chi-square, the sum of excess^2 over n_orders / n, has
 * (n - 1)^2 degrees of freedom. Parities are counted on the way. */
static void check_small_positions(uint64_t n, uint64_t n_orders)
{
    uint32_t *counts = new_counts(n * n);
    uint32_t order[64];
    uint64_t n_odd = 0;
    for (uint64_t number = 0; number < n_orders; number++) {
        read_order(number, n, order);
        for (uint64_t position = 0; position < n; position++)
            counts[position * n + order[position]]++;
        n_odd += is_odd(order, n);
    }
    double squares = 0;
    for (uint64_t i = 0; i < n * n; i++)
        squares += pow(counts[i] - (double)n_orders / (double)n, 2);
    const double df = (double)(n - 1) * (double)(n - 1);
    check_chi_square("positions", n, squares * (double)(n - 1) / (double)n_orders, df);
    check_binomial("odd orders", n, (double)n_odd, (double)n_orders, 0.5);
    free(counts);
}

/* The samples at two positions: n (n - 1) pairs, ten times each. */
static void check_small_pair(uint64_t n, uint64_t first, uint64_t second)
{
    uint32_t *counts = new_counts(n * n);
    const uint64_t n_pairs = n * (n - 1);
    for (uint64_t number = 0; number < 10 * n_pairs; number++)
        counts[order_at(number, n, first) * n + order_at(number, n, second)]++;
    double chi_square = 0;
    for (uint64_t i = 0; i < n * n; i++)
        if (i / n != i % n)
            chi_square += pow(counts[i] - 10.0, 2) / 10;
    check_chi_square("pairs", n, chi_square, (double)n_pairs - 1);
    free(counts);
}

START_TEST(small_orders_have_even_positions_pairs_and_parities)
{
    for (uint64_t n = 3; n <= 64; n++) {
        check_small_positions(n, 2000);
        check_small_pair(n, 0, 1);
        check_small_pair(n, n / 2, n - 1);
    }
}
END_TEST

/* Sizes at and beside powers of two and four, where a network meets its range exactly or just not,
 * from the first that is not shuffled; and tens. */
static const uint64_t large_sizes[] = {
    65,    127,   128,   129,   255,   256,    257,     512,     1000,    1023,
    1024,  1025,  2048,  4095,  4096,  4097,   10000,   16383,   16384,   16385,
    32768, 65535, 65536, 65537, 99999, 100000, 1000000, 1048575, 1048576, 1048577};
/* Those whose whole orders are read. */
static const uint64_t parity_sizes[] = {65,    127,   128,   129,   255,    256,
                                        257,   1000,  1024,  4095,  4096,   4097,
                                        10000, 16384, 32768, 65536, 100000, 1000000};
enum {
    N_LARGE = sizeof(large_sizes) / sizeof(large_sizes[0]),
    N_PARITY = sizeof(parity_sizes) / sizeof(parity_sizes[0]),
    PARTS = 16
};

/* Part of the range that a sample lies in: PARTS parts as equal as can be; and samples in one. */
static uint64_t part_of(uint64_t n, uint64_t sample)
{
    return sample * PARTS / n;
}

static double part_size(uint64_t n, uint64_t part)
{
    return (double)((n * (part + 1) + PARTS - 1) / PARTS - (n * part + PARTS - 1) / PARTS);
}

/* Parts that the samples at two positions lie in, over 8,000 orders: 256 cells of about 31. */
static void check_large_pair(uint64_t n, uint64_t first, uint64_t second)
{
    enum { ORDERS = 8000 };
    uint32_t counts[PARTS][PARTS] = {{0}};
    for (uint64_t number = 0; number < ORDERS; number++)
        counts[part_of(n, order_at(number, n, first))][part_of(n, order_at(number, n, second))]++;
    double pairs = 0, firsts = 0, seconds = 0;
    for (uint64_t i = 0; i < PARTS; i++) {
        double in_row = 0, in_column = 0;
        const double expected = ORDERS * part_size(n, i) / (double)n;
        for (uint64_t j = 0; j < PARTS; j++) {
            const double others = part_size(n, j) - (i == j);
            const double cell = expected * others / (double)(n - 1);
            pairs += pow(counts[i][j] - cell, 2) / cell;
            in_row += counts[i][j];
            in_column += counts[j][i];
        }
        firsts += pow(in_row - expected, 2) / expected;
        seconds += pow(in_column - expected, 2) / expected;
    }
    check_chi_square("position", n, firsts, PARTS - 1);
    check_chi_square("position", n, seconds, PARTS - 1);
    check_chi_square("pair", n, pairs, PARTS * PARTS - 1);
}

START_TEST(large_orders_have_even_positions_and_pairs)
{
    const uint64_t n = large_sizes[_i];
    uint64_t half = 1;
    while (half * half < n)
        half *= 2;
    check_large_pair(n, 0, 1);
    check_large_pair(n, n - 2, n - 1);
    check_large_pair(n, 3, 3 + half);
    check_large_pair(n, 5, 5 + n / 2);
}
END_TEST

/* The way round from a sample to the next one of the order is each of 1 to n - 1 with the same
 * probability. Distances of one order depend on each other only through the samples that are used
 * up, by 1 part in n. 64 classes of them, and by themselves the two that leave neighbours
 * neighbours, which a network forgets last. */
static void check_distances(uint64_t n, uint64_t n_orders, uint64_t n_positions)
{
    enum { CLASSES = 64 };
    double counts[CLASSES] = {0}, sizes[CLASSES] = {0};
    double n_near = 0;
    for (uint64_t distance = 1; distance < n; distance++)
        sizes[distance * CLASSES / n]++;
    for (uint64_t number = 0; number < n_orders; number++) {
        uint64_t last = order_at(number, n, 0);
        for (uint64_t position = 1; position <= n_positions; position++) {
            const uint64_t next = order_at(number, n, position);
            const uint64_t distance = (next + n - last) % n;
            counts[distance * CLASSES / n]++;
            n_near += distance == 1 || distance == n - 1;
            last = next;
        }
    }
    const double trials = (double)(n_orders * n_positions);
    double chi_square = 0, df = -1;
    for (int i = 0; i < CLASSES; i++) {
        const double expected = trials * sizes[i] / (double)(n - 1);
        chi_square += expected > 0 ? pow(counts[i] - expected, 2) / expected : 0;
        df += expected > 0;
    }
    check_chi_square("distances", n, chi_square, df);
    check_binomial("neighbours that stay", n, n_near, trials, 2 / (double)(n - 1));
}

START_TEST(large_orders_have_even_distances)
{
    const uint64_t n = large_sizes[_i];
    const uint64_t n_positions = n - 1 < 10000 ? n - 1 : 10000;
    check_distances(n, 100000 / n_positions, n_positions);
}
END_TEST

/* As many orders as give 400,000 samples, from 16 to 4,000. Fewer than 26 orders cannot be five
 * deviations off; they must be of both kinds, which an honest shuffle misses once in 2^15 for 16
 * orders. */
START_TEST(large_orders_have_even_parities)
{
    const uint64_t n = parity_sizes[_i];
    uint64_t n_orders = 400000 / n;
    n_orders = n_orders < 16 ? 16 : n_orders > 4000 ? 4000 : n_orders;
    uint32_t *order = new_counts(n);
    uint64_t n_odd = 0;
    for (uint64_t number = 0; number < n_orders; number++) {
        read_order(number, n, order);
        n_odd += is_odd(order, n);
    }
    check_binomial("odd orders", n, (double)n_odd, (double)n_orders, 0.5);
    ck_assert_msg(n_odd > 0 && n_odd < n_orders, "n %llu: %llu of %llu orders are odd",
                  (unsigned long long)n, (unsigned long long)n_odd, (unsigned long long)n_orders);
    free(order);
}
END_TEST

/* Samples that stay where they are: Poisson of mean 1 for every n; 10,000 orders. */
START_TEST(large_orders_keep_one_sample_in_its_place)
{
    enum { ORDERS = 10000 };
    static const uint64_t sizes[] = {65, 128, 256, 257};
    const uint64_t n = sizes[_i];
    uint32_t counts[6] = {0};
    for (uint64_t number = 0; number < ORDERS; number++) {
        uint64_t n_kept = 0;
        for (uint64_t position = 0; position < n; position++)
            n_kept += order_at(number, n, position) == position;
        counts[n_kept < 5 ? n_kept : 5]++;
    }
    double chi_square = 0, probability = exp(-1), rest = 1;
    for (int i = 0; i < 6; i++) {
        const double expected = ORDERS * (i < 5 ? probability : rest);
        chi_square += pow(counts[i] - expected, 2) / expected;
        rest -= probability;
        probability /= i + 1;
    }
    check_chi_square("samples in their place", n, chi_square, 5);
}
END_TEST

/* The largest data sets there can be. */
START_TEST(orders_of_the_largest_sets_depend_on_their_key)
{
    static const uint64_t sizes[] = {(UINT64_C(1) << 40) - 1, UINT64_C(1) << 40};
    for (int i = 0; i < 2; i++) {
        const uint64_t n = sizes[i];
        int n_same = 0;
        for (uint64_t position = 0; position < 1000; position++) {
            const uint64_t sample = aug_order_at(1, 0, n, position);
            ck_assert(sample < n && aug_order_at(1, 0, n, n - 1 - position) < n);
            n_same += sample == aug_order_at(1, 1, n, position);
            n_same += sample == aug_order_at(2, 0, n, position);
            n_same += sample == aug_order_at(UINT64_C(1) << 32 | 1, 0, n, position);
        }
        ck_assert_int_eq(n_same, 0);
        check_large_pair(n, 0, 1);
        check_large_pair(n, n / 2, n - 1);
    }
}
END_TEST

/* Sizes with and without further steps of a walk, shuffled ones, and numbers of positions with and
 * without a rest behind those that go side by side. */
START_TEST(orders_of_many_positions_are_those_of_each)
{
    static const uint64_t sizes[] = {1,   7,    64,    65,     67,
                                     103, 1000, 60000, 100003, (UINT64_C(1) << 40) - 1};
    enum { MOST = 131 };
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
        for (size_t n_positions = 0; n_positions <= MOST; n_positions++) {
            const uint64_t n = sizes[k], first = n_positions * 997;
            uint64_t samples[MOST + 1];
            samples[n_positions] = 12345;
            for (size_t i = 0; i < n_positions; i++)
                samples[i] = (first + i * 3) % n;
            augi_order_all(UINT64_C(1) << 33 | k, 5, n, samples, n_positions);
            for (size_t i = 0; i < n_positions; i++) {
                const uint64_t position = (first + i * 3) % n;
                ck_assert_uint_eq(samples[i], aug_order_at(UINT64_C(1) << 33 | k, 5, n, position));
            }
            ck_assert_uint_eq(samples[n_positions], 12345);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("order");
    TCase *tests = tcase_create("order");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, order_is_a_bijection);
    tcase_add_test(tests, orders_are_pinned);
    tcase_add_test(tests, small_orders_are_uniform_over_all_permutations);
    tcase_add_test(tests, small_orders_have_even_positions_pairs_and_parities);
    tcase_add_loop_test(tests, large_orders_have_even_positions_and_pairs, 0, N_LARGE);
    tcase_add_loop_test(tests, large_orders_have_even_distances, 0, N_LARGE);
    tcase_add_loop_test(tests, large_orders_have_even_parities, 0, N_PARITY);
    tcase_add_loop_test(tests, large_orders_keep_one_sample_in_its_place, 0, 4);
    tcase_add_test(tests, orders_of_the_largest_sets_depend_on_their_key);
    tcase_add_test(tests, orders_of_many_positions_are_those_of_each);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
