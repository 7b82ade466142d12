/* Lines of a row that were seen: as many as there are copies, forgotten with the row. */
#include "cli/seen.h"
#include "tests/support/support.h"

static bool add(CliSeen *seen, uint32_t line)
{
    bool was_seen;
    /* Without ck_assert, which writes down each place that it passes. */
    if (cli_seen_add(seen, &line, sizeof(line), &was_seen, NULL) != AUG_OK)
        ck_abort_msg("no memory");
    return was_seen;
}

/* One after the other to be compared with all before, these would take a minute. */
START_TEST(many_lines)
{
    const uint32_t n = 300000;
    CliSeen seen = {0};
    cli_seen_begin(&seen);
    uint32_t n_new = 0, n_known = 0;
    for (uint32_t i = 0; i < n; i++)
        n_new += !add(&seen, i);
    for (uint32_t i = 0; i < n; i += 7)
        n_known += add(&seen, i);
    ck_assert_uint_eq(n_new, n);
    ck_assert_uint_eq(n_known, (n + 6) / 7);
    cli_seen_fini(&seen);
}
END_TEST

START_TEST(each_row_begins_anew)
{
    CliSeen seen = {0};
    for (uint32_t row = 0; row < 1000; row++) {
        cli_seen_begin(&seen);
        for (uint32_t i = 0; i < row % 50; i++)
            ck_assert(!add(&seen, i));
        for (uint32_t i = 0; i < 50; i++)
            ck_assert_int_eq(add(&seen, i), i < row % 50);
    }
    ck_assert_uint_eq(seen.n_slots, 128);
    cli_seen_fini(&seen);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli_seen");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 20);
    tcase_add_test(tests, many_lines);
    tcase_add_test(tests, each_row_begins_anew);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
