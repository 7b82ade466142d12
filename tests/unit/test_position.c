/* Positions of a stream. */
#include "libaug/base/position.h"
#include "tests/support/support.h"

START_TEST(batches_until_the_end)
{
    static const struct {
        uint64_t steps;
        AugiPosition position;
        uint64_t expected;
    } cases[] = {
        {1, {0, 0, 1}, 1},
        {10, {0, 0, 1}, 10},
        {10, {7, 9, 1}, 1},
        {10, {7, 3, 4}, 37},
        {10, {AUGI_LAST_EPOCH, 3, 0}, 7},
        {10, {AUGI_LAST_EPOCH - 1, 3, 0}, 17},
        {10, {0, 0, 0}, 10 * (UINT64_C(1) << 32) - 10},
        {UINT64_C(1) << 32, {0, 5, UINT32_MAX}, UINT64_MAX - (UINT64_C(1) << 32) - 4},
        {UINT64_C(1) << 40, {0, 5, UINT32_MAX}, UINT64_MAX},
        {UINT64_MAX, {0, 1, 1}, UINT64_MAX - 1},
        {UINT64_MAX, {0, 1, 0}, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_uint_eq(augi_batches_until_end(&cases[i].position, cases[i].steps),
                          cases[i].expected);
}
END_TEST

/* Of an epoch of 13 steps. */
START_TEST(settled)
{
    static const struct {
        AugiPosition given;
        const char *where; /* what is refused; NULL: nothing */
        uint32_t epoch;
        uint64_t step;
    } cases[] = {
        {{0, 0, 0}, NULL, 0, 0},
        {{3, 12, 5}, NULL, 3, 12},
        {{3, 13, 5}, NULL, 4, 0},
        {{3, 14, 5}, "step", 3, 14},
        {{3, UINT64_MAX, 5}, "step", 3, UINT64_MAX},
        {{AUGI_LAST_EPOCH, 12, 1}, NULL, AUGI_LAST_EPOCH, 12},
        {{AUGI_LAST_EPOCH, 12, 2}, "epochs", AUGI_LAST_EPOCH, 12},
        {{AUGI_LAST_EPOCH, 13, 0}, "step", AUGI_LAST_EPOCH, 13},
        {{AUGI_LAST_EPOCH - 1, 13, 1}, NULL, AUGI_LAST_EPOCH, 0},
        {{AUGI_LAST_EPOCH - 1, 13, 2}, "epochs", AUGI_LAST_EPOCH, 0},
        {{UINT32_MAX, 0, 0}, "epoch", UINT32_MAX, 0},
        {{0, 0, UINT32_MAX}, NULL, 0, 0},
        {{1, 0, UINT32_MAX}, "epochs", 1, 0},
        {{1, 0, UINT32_MAX - 1}, NULL, 1, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        AugiPosition position = cases[i].given;
        AugError error = {0};
        const AugStatus status = augi_position_settle(&position, 13, &error);
        ck_assert_int_eq(status, cases[i].where ? AUG_BAD_ARGUMENT : AUG_OK);
        ck_assert_str_eq(error.where, cases[i].where ? cases[i].where : "");
        ck_assert_uint_eq(position.epoch, cases[i].epoch);
        ck_assert_uint_eq(position.step, cases[i].step);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("position");
    TCase *test = tcase_create("position");
    tcase_add_test(test, batches_until_the_end);
    tcase_add_test(test, settled);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
