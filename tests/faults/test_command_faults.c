/* Command lines without memory: every allocation of reading one and of describing a program fails
 * once, which is a named error and leaks nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/program.h"
#include "command/generate.h"
#include "tests/faults/failing.h"
#include "tests/support/support.h"

static AugStatus read_line(AugError *error)
{
    static const char *const words[] = {"batch",  "spec.yaml", "-o",      "x",      "--from",
                                        "unix:y", "--dataset", "a=idx:b", "--step", "7"};
    CmdCall call;
    const AugStatus status = cmd_call_init(&call, &cli_program, words, AUG_COUNT(words), error);
    cmd_call_fini(&call);
    return status;
}

/* Where descriptions go; opened before anything is counted. */
static FILE *nowhere;

static AugStatus describe(AugError *error)
{
    return cmd_generate(nowhere, &cli_program, "json", error);
}

/* The n-th allocation fails for n = 1, 2, ... until all succeed. */
static void fail_each(AugStatus (*work)(AugError *error))
{
    failing_begin(0, false);
    /* Check's own assertions allocate, too. */
    const AugStatus whole = work(NULL);
    const long n_calls = failing_end();
    ck_assert_int_eq(whole, AUG_OK);
    ck_assert_int_gt(n_calls, 2);
    for (long n = 1; n <= n_calls; n++) {
        AugError error = {0};
        failing_begin(n, false);
        const AugStatus status = work(&error);
        failing_end();
        ck_assert_msg(status == AUG_NO_MEMORY, "allocation %ld of %ld: status %d, '%s'", n, n_calls,
                      (int)status, error.message);
        ck_assert_int_gt(strlen(error.message), 0);
    }
}

START_TEST(reading_without_memory)
{
    fail_each(read_line);
}
END_TEST

START_TEST(describing_without_memory)
{
    nowhere = fopen("/dev/null", "we");
    ck_assert_ptr_nonnull(nowhere);
    fail_each(describe);
    fclose(nowhere);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("command faults");
    TCase *tests = tcase_create("memory");
    tcase_add_test(tests, reading_without_memory);
    tcase_add_test(tests, describing_without_memory);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
