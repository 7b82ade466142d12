/* The log of aug apply: order, bounded memory, and how a run ends. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/apply_log.h"
#include "cli/signals.h"
#include "tests/support/support.h"

static void start(CliApplyLog *log, uint64_t n_samples, bool strict)
{
    AugError error = {0};
    const CliApplyLogOptions options = {
        .n_samples = n_samples, .labels = true, .rows = true, .strict = strict};
    if (cli_apply_log_init(log, test_folder(), &options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
}

static void put(CliApplyLog *log, uint64_t index)
{
    CliApplyResult result = {.source = strdup("source"), .n_written = 1};
    if (asprintf(&result.lines, "line %llu\n", (unsigned long long)index) < 0 ||
        asprintf(&result.rows, "{%llu}\n", (unsigned long long)index) < 0)
        ck_abort_msg("out of memory");
    cli_apply_log_put(log, index, &result);
}

static void put_failure(CliApplyLog *log, uint64_t index, const char *source, bool fatal)
{
    CliApplyResult result = {.source = strdup(source), .fatal = fatal};
    AUG_FAIL(&result.error, AUG_CORRUPT, source, "broken\tbeyond repair");
    cli_apply_log_put(log, index, &result);
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

START_TEST(lines_are_in_the_order_of_samples)
{
    CliApplyLog log;
    start(&log, 4, false);
    uint64_t index;
    for (uint64_t i = 0; i < 4; i++) {
        ck_assert(cli_apply_log_take(&log, &index));
        ck_assert_uint_eq(index, i);
    }
    ck_assert(!cli_apply_log_take(&log, &index));
    put(&log, 2);
    put(&log, 0);
    put_failure(&log, 3, "d\\", false);
    ck_assert_uint_eq(log.done, 1);
    put(&log, 1);
    ck_assert_uint_eq(log.done, 4);
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
        cli_apply_log_init(&log, test_folder(), &(CliApplyLogOptions){.n_samples = 1}, NULL),
        AUG_OK);
    uint64_t index;
    ck_assert(cli_apply_log_take(&log, &index));
    put(&log, 0);
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
    uint64_t index;
    ck_assert(cli_apply_log_take(&log, &index));
    put(&log, 0);
    ck_assert_int_eq(cli_apply_log_finish(&log, NULL), AUG_OK);
    cli_apply_log_fini(&log);
    check_file("errors.tsv", NULL);
}
END_TEST

START_TEST(a_run_that_is_given_up_leaves_no_tables)
{
    CliApplyLog log;
    start(&log, 3, false);
    uint64_t index;
    ck_assert(cli_apply_log_take(&log, &index));
    ck_assert(cli_apply_log_take(&log, &index));
    put(&log, 1);
    cli_apply_log_fini(&log);
    check_file("labels.tsv", NULL);
    check_file("labels.tsv.part", NULL);
    check_file("errors.tsv.part", NULL);
}
END_TEST

START_TEST(in_strict_mode_the_first_sample_that_failed_counts)
{
    CliApplyLog log;
    start(&log, 10, true);
    uint64_t index;
    for (int i = 0; i < 3; i++)
        ck_assert(cli_apply_log_take(&log, &index));
    put_failure(&log, 2, "later", false);
    ck_assert_msg(!log.stopped, "stopped before the samples in front were done");
    put_failure(&log, 1, "first", false);
    put(&log, 0);
    ck_assert(log.stopped);
    ck_assert_str_eq(log.failure.where, "first");
    ck_assert(!cli_apply_log_take(&log, &index));
    cli_apply_log_fini(&log);
}
END_TEST

START_TEST(failures_of_the_machine_end_any_run)
{
    CliApplyLog log;
    start(&log, 10, false);
    uint64_t index;
    ck_assert(cli_apply_log_take(&log, &index));
    put_failure(&log, 0, "disk", true);
    ck_assert(!cli_apply_log_take(&log, &index));
    AugError other = {0};
    AUG_FAIL(&other, AUG_NO_MEMORY, "other", "too late");
    cli_apply_log_stop(&log, &other);
    ck_assert_str_eq(log.failure.where, "disk");
    cli_apply_log_fini(&log);
}
END_TEST

static void *take_one(void *argument)
{
    uint64_t index = 0;
    cli_apply_log_take(argument, &index);
    put(argument, index);
    cli_apply_log_leave(argument);
    return NULL;
}

START_TEST(threads_wait_for_a_slow_sample)
{
    CliApplyLog log;
    start(&log, CLI_APPLY_WINDOW + 5, false);
    uint64_t index;
    for (uint64_t i = 0; i < CLI_APPLY_WINDOW; i++)
        ck_assert(cli_apply_log_take(&log, &index));
    for (uint64_t i = 1; i < CLI_APPLY_WINDOW; i++)
        put(&log, i);
    pthread_t thread;
    cli_apply_log_enter(&log);
    ck_assert_int_eq(pthread_create(&thread, NULL, take_one, &log), 0);
    /* Long enough for the thread to be wrong. */
    usleep(50000);
    pthread_mutex_lock(&log.lock);
    ck_assert_uint_eq(log.next, CLI_APPLY_WINDOW);
    pthread_mutex_unlock(&log.lock);
    put(&log, 0);
    ck_assert_int_eq(cli_apply_log_wait(&log), 0);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(log.done, CLI_APPLY_WINDOW + 1);
    cli_apply_log_fini(&log);
}
END_TEST

static void *work_until_stopped(void *argument)
{
    uint64_t index;
    while (cli_apply_log_take(argument, &index)) {
        usleep(1000);
        put(argument, index);
    }
    cli_apply_log_leave(argument);
    return NULL;
}

START_TEST(a_signal_stops_the_threads)
{
    sigset_t before;
    cli_signals_hold(&before);
    CliApplyLog log;
    start(&log, 1000000, false);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        cli_apply_log_enter(&log);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work_until_stopped, &log), 0);
    }
    kill(getpid(), SIGINT);
    ck_assert_int_eq(cli_apply_log_wait(&log), SIGINT);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_eq(log.done, log.next);
    cli_apply_log_fini(&log);
    int seen;
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    ck_assert_int_eq(sigwait(&interrupt, &seen), 0);
    cli_signals_release(&before);
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
    tcase_add_test(tests, lines_are_in_the_order_of_samples);
    tcase_add_test(tests, lists_that_nobody_wants_are_not_written);
    tcase_add_test(tests, an_old_list_of_errors_goes_with_its_errors);
    tcase_add_test(tests, a_run_that_is_given_up_leaves_no_tables);
    tcase_add_test(tests, in_strict_mode_the_first_sample_that_failed_counts);
    tcase_add_test(tests, failures_of_the_machine_end_any_run);
    tcase_add_test(tests, threads_wait_for_a_slow_sample);
    tcase_add_test(tests, a_signal_stops_the_threads);
    tcase_add_test(tests, fields_hold_no_separators);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
