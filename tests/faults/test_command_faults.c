/* Command lines without memory: every allocation of reading one and of describing a program fails
 * once, which is a named error and leaks nothing.
 *
 * The program is linked with --wrap for the functions below, so that each call from our own code
 * passes through here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/program.h"
#include "command/generate.h"
#include "tests/support/support.h"

static long calls;
static long failing; /* number of the call that fails; 0: none */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return ++calls == failing ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return ++calls == failing ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return ++calls == failing ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return ++calls == failing ? NULL : __real_strdup(text);
}

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
    failing = 0;
    calls = 0;
    /* Check's own assertions allocate, too. */
    const AugStatus whole = work(NULL);
    const long n_calls = calls;
    ck_assert_int_eq(whole, AUG_OK);
    ck_assert_int_gt(n_calls, 2);
    for (long n = 1; n <= n_calls; n++) {
        AugError error = {0};
        calls = 0;
        failing = n;
        const AugStatus status = work(&error);
        failing = 0;
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
