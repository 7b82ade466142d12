/* Positions of a stream. */
#include "libaug/base/position.h"
#include "tests/support/support.h"

START_TEST(batches_until_the_end)
{
    static const struct {
        uint64_t steps, step;
        uint32_t epochs;
        uint64_t expected;
    } cases[] = {
        {1, 0, 1, 1},
        {10, 0, 1, 10},
        {10, 9, 1, 1},
        {10, 3, 4, 37},
        {10, 3, 0, UINT64_MAX},
        {UINT64_C(1) << 40, 5, UINT32_MAX, UINT64_MAX},
        {UINT64_MAX, 1, 1, UINT64_MAX - 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_uint_eq(augi_batches_until_end(cases[i].steps, cases[i].step, cases[i].epochs),
                          cases[i].expected);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("position");
    TCase *test = tcase_create("position");
    tcase_add_test(test, batches_until_the_end);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
