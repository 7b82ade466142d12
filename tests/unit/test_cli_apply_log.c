/* The log of aug apply: its tables, its counts, and how a run ends. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/apply_log.h"
#include "cli/signals.h"
#include "tests/support/support.h"

/* The test's folder as an output folder. */
static const CliOutput *output(void)
{
    static CliOutput opened;
    if (!opened.path)
        opened = (CliOutput){.path = test_folder(), .fd = open(test_folder(), O_RDONLY)};
    ck_assert_int_ge(opened.fd, 0);
    return &opened;
}

static void start(CliApplyLog *log, uint64_t n_samples, bool strict)
{
    AugError error = {0};
    const CliApplyLogOptions options = {
        .n_samples = n_samples, .labels = true, .rows = true, .strict = strict};
    if (cli_apply_log_init(log, output(), &options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
}

/* Puts a sample whose lines say its number. */
static void put(CliApplyLog *log)
{
    CliApplyResult *result = calloc(1, sizeof(*result));
    ck_assert_ptr_nonnull(result);
    *result = (CliApplyResult){.source = strdup("source"), .n_written = 1};
    const unsigned long long index = log->n_done;
    if (asprintf(&result->lines, "line %llu\n", index) < 0 ||
        asprintf(&result->rows, "{%llu}\n", index) < 0)
        ck_abort_msg("out of memory");
    ck_assert_int_eq(cli_apply_log_put(log, result, NULL), AUG_OK);
    cli_apply_result_free(result);
}

static AugStatus put_failure(CliApplyLog *log, const char *source, AugError *error)
{
    CliApplyResult result = {.source = strdup(source)};
    AUG_FAIL(&result.error, AUG_CORRUPT, source, "broken\tbeyond repair");
    const AugStatus status = cli_apply_log_put(log, &result, error);
    free(result.source);
    return status;
}

static void check_file(const char *name, const char *expected)
{
    char *path = test_path("%s/%s", test_folder(), name);
    if (!expected) {
        ck_assert_msg(access(path, F_OK) != 0, "%s is there", name);
    } else {
        size_t size;
        uint8_t *content = test_read_file(path, &size);
        ck_assert_str_eq((const char *)content, expected);
        free(content);
    }
    free(path);
}

START_TEST(lines_are_written_in_turn)
{
    CliApplyLog log;
    start(&log, 4, false);
    for (int i = 0; i < 3; i++)
        put(&log);
    ck_assert_int_eq(put_failure(&log, "d\\", NULL), AUG_OK);
    ck_assert_uint_eq(log.n_done, 4);
    check_file("labels.tsv", NULL);
    ck_assert_int_eq(cli_apply_log_finish(&log, NULL), AUG_OK);
    ck_assert_uint_eq(log.n_written, 3);
    ck_assert_uint_eq(log.n_failed, 1);
    cli_apply_log_fini(&log);
    cli_apply_log_fini(&log);
    check_file("labels.tsv", "file\tsource\tcopy\tlabel\tclass\nline 0\nline 1\nline 2\n");
    check_file("rows.jsonl", "{0}\n{1}\n{2}\n");
    check_file("errors.tsv", "index\tsource\treason\n3\td\\\\\tbroken\\tbeyond repair\n");
    check_file("labels.tsv.part", NULL);
}
END_TEST

START_TEST(lists_that_nobody_wants_are_not_written)
{
    CliApplyLog log;
    ck_assert_int_eq(
        cli_apply_log_init(&log, output(), &(CliApplyLogOptions){.n_samples = 1}, NULL), AUG_OK);
    put(&log);
    ck_assert_int_eq(cli_apply_log_finish(&log, NULL), AUG_OK);
    cli_apply_log_fini(&log);
    check_file("labels.tsv", NULL);
    check_file("rows.jsonl", NULL);
}
END_TEST

START_TEST(an_old_list_of_errors_goes_with_its_errors)
{
    char *path = test_path("%s/errors.tsv", test_folder());
    test_write_file(path, "old", 3);
    free(path);
    CliApplyLog log;
    start(&log, 1, false);
    put(&log);
    ck_assert_int_eq(cli_apply_log_finish(&log, NULL), AUG_OK);
    cli_apply_log_fini(&log);
    check_file("errors.tsv", NULL);
}
END_TEST

START_TEST(a_run_that_is_given_up_leaves_no_tables)
{
    CliApplyLog log;
    start(&log, 3, false);
    put(&log);
    ck_assert_int_eq(put_failure(&log, "second", NULL), AUG_OK);
    cli_apply_log_fini(&log);
    check_file("labels.tsv", NULL);
    check_file("labels.tsv.part", NULL);
    check_file("errors.tsv", NULL);
    check_file("errors.tsv.part", NULL);
}
END_TEST

/* Files may not grow beyond size; 0: any size. */
static void limit_files(rlim_t size)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size ? size : limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_list_that_cannot_be_written_to_its_end_leaves_nothing)
{
    CliApplyLog log;
    AugError error = {0};
    cli_signals_ignore_refusals();
    start(&log, 1, false);
    put(&log);
    limit_files(10);
    ck_assert_int_eq(cli_apply_log_finish(&log, &error), AUG_IO);
    limit_files(0);
    cli_apply_log_fini(&log);
    char *message = test_path("cannot write it: %s", strerror(EFBIG));
    ck_assert_str_eq(error.message, message);
    free(message);
    check_file("labels.tsv", NULL);
    check_file("labels.tsv.part", NULL);
    check_file("rows.jsonl.part", NULL);
    check_file("errors.tsv.part", NULL);
}
END_TEST

START_TEST(a_list_that_cannot_be_written_ends_the_run_soon)
{
    CliApplyLog log;
    AugError error = {0};
    cli_signals_ignore_refusals();
    start(&log, UINT64_MAX, false);
    limit_files(10);
    CliApplyResult result = {.lines = strdup("line\n"), .rows = strdup("row\n"), .n_written = 1};
    AugStatus status = AUG_OK;
    /* The stream's buffer is far smaller. */
    for (int i = 0; i < 100000 && status == AUG_OK; i++)
        status = cli_apply_log_put(&log, &result, &error);
    limit_files(0);
    ck_assert_int_eq(status, AUG_IO);
    cli_apply_log_fini(&log);
    check_file("labels.tsv.part", NULL);
    free(result.lines);
    free(result.rows);
}
END_TEST

START_TEST(in_strict_mode_a_sample_that_failed_ends_the_run)
{
    CliApplyLog log;
    start(&log, 10, true);
    put(&log);
    AugError error = {0};
    ck_assert_int_eq(put_failure(&log, "second", &error), AUG_CORRUPT);
    ck_assert_str_eq(error.where, "second");
    cli_apply_log_fini(&log);
}
END_TEST

START_TEST(fields_hold_no_separators)
{
    static const struct {
        const char *text, *field;
    } cases[] = {{"plain", "plain"},
                 {"a\tb\nc\rd\\e", "a\\tb\\nc\\rd\\\\e"},
                 {"\x01\x7f", "\\x01\\x7f"},
                 {"\xc3\xa9", "\xc3\xa9"},
                 {"", ""}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *field = cli_tsv_field(cases[i].text);
        ck_assert_str_eq(field, cases[i].field);
        free(field);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli apply log");
    TCase *tests = tcase_create("log");
    tcase_add_test(tests, lines_are_written_in_turn);
    tcase_add_test(tests, lists_that_nobody_wants_are_not_written);
    tcase_add_test(tests, an_old_list_of_errors_goes_with_its_errors);
    tcase_add_test(tests, a_run_that_is_given_up_leaves_no_tables);
    tcase_add_test(tests, a_list_that_cannot_be_written_to_its_end_leaves_nothing);
    tcase_add_test(tests, a_list_that_cannot_be_written_ends_the_run_soon);
    tcase_add_test(tests, in_strict_mode_a_sample_that_failed_ends_the_run);
    tcase_add_test(tests, fields_hold_no_separators);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
