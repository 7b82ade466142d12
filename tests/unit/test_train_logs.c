/* The log for other programs: tables as CSV that grow columns, TensorBoard's records with published
 * checksums, and both cut where a run goes on. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "trainer/run/events_file.h"
#include "trainer/run/scalar_logs.h"

/* Of RFC 3720, B.4. */
START_TEST(checksums_are_those_that_are_published)
{
    uint8_t bytes[32];
    memset(bytes, 0, sizeof(bytes));
    ck_assert_uint_eq(train_events_crc(bytes, sizeof(bytes)), 0x8a9136aa);
    memset(bytes, 0xff, sizeof(bytes));
    ck_assert_uint_eq(train_events_crc(bytes, sizeof(bytes)), 0x62a8ab43);
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = i;
    ck_assert_uint_eq(train_events_crc(bytes, sizeof(bytes)), 0x46dd794e);
    ck_assert_uint_eq(train_events_crc("123456789", 9), 0xe3069283);
}
END_TEST

static char *content(const char *name, size_t *size)
{
    char *path = test_path("%s/%s", test_folder(), name);
    char *text = (char *)test_read_file(path, size);
    free(path);
    return text;
}

static void expect(const char *name, const char *expected)
{
    size_t size;
    char *text = content(name, &size);
    ck_assert_msg(strlen(expected) == size && memcmp(text, expected, size) == 0,
                  "%s\n  found:    %.*s\n  expected: %s", name, (int)size, text, expected);
    free(text);
}

static TrainScalarLogs *opened(const uint64_t *keep)
{
    TrainScalarLogs *logs = NULL;
    AugError error = {0};
    ck_assert_msg(train_scalar_logs_open(&logs, test_folder(), keep, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    return logs;
}

static void add(TrainScalarLogs *logs, const char *line)
{
    AugError error = {0};
    ck_assert_msg(train_scalar_logs_add(logs, line, &error) == AUG_OK, "%s: %s", error.where,
                  error.message);
}

START_TEST(tables_grow_columns_and_leave_cells_empty)
{
    TrainScalarLogs *logs = opened(NULL);
    add(logs, "{\"event\":\"start\",\"seed\":1}");
    add(logs, "{\"event\":\"step\",\"epoch\":1,\"step\":2,\"loss\":0.5,\"lr\":1e-3}");
    expect("steps.csv", "epoch,step,loss,lr\n1,2,0.5,0.001\n");
    add(logs, "{\"event\":\"step\",\"epoch\":1,\"step\":4,\"loss\":0.25,\"gap\":3,\"lr\":1}");
    add(logs, "{\"event\":\"step\",\"epoch\":1,\"step\":6,\"loss\":null,\"lr\":1}");
    add(logs, "{\"event\":\"epoch\",\"epoch\":1,\"step\":6,\"test_loss\":2}");
    expect("steps.csv", "epoch,step,loss,lr,gap\n1,2,0.5,0.001,\n1,4,0.25,1,3\n1,6,,1,\n");
    expect("epochs.csv", "epoch,step,test_loss\n1,6,2\n");
    train_scalar_logs_close(logs);
    AugError error = {0};
    ck_assert_int_eq(train_scalar_logs_open(&logs, test_folder(), NULL, &error), AUG_IO);
    ck_assert_ptr_null(logs);
}
END_TEST

/* Appends a torn entry to a file. */
static void tear(const char *name, const char *bytes, size_t size)
{
    char *path = test_path("%s/%s", test_folder(), name);
    FILE *file = fopen(path, "ab");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
    free(path);
}

START_TEST(a_run_that_goes_on_keeps_what_is_whole_and_before_its_step)
{
    size_t first, second;
    TrainScalarLogs *logs = opened(NULL);
    add(logs, "{\"event\":\"step\",\"epoch\":1,\"step\":2,\"loss\":0.5}");
    char *before = content("events.out.tfevents.augtrain", &first);
    add(logs, "{\"event\":\"step\",\"epoch\":1,\"step\":300,\"loss\":0.25}");
    add(logs, "{\"event\":\"epoch\",\"epoch\":1,\"step\":300,\"loss\":0.25}");
    train_scalar_logs_close(logs);
    tear("steps.csv", "1,1,0.", 6);
    tear("events.out.tfevents.augtrain", "\x10\0\0\0", 4);
    train_scalar_logs_close(opened((const uint64_t[]){299, 299}));
    expect("steps.csv", "epoch,step,loss\n1,2,0.5\n");
    expect("epochs.csv", "epoch,step,loss\n");
    char *after = content("events.out.tfevents.augtrain", &second);
    ck_assert_uint_eq(first, second);
    ck_assert_mem_eq(before, after, first);
    free(before);
    free(after);
    logs = opened((const uint64_t[]){300, 300});
    add(logs, "{\"event\":\"step\",\"epoch\":1,\"step\":300,\"loss\":1}");
    expect("steps.csv", "epoch,step,loss\n1,2,0.5\n1,300,1\n");
    train_scalar_logs_close(logs);
}
END_TEST

/* A checkpoint of an epoch's last step, made before its evaluation: the run adds the epoch's entry. */
START_TEST(an_epoch_that_was_not_evaluated_is_added_once)
{
    size_t first, second;
    TrainScalarLogs *logs = opened(NULL);
    add(logs, "{\"event\":\"epoch\",\"epoch\":1,\"step\":300,\"loss\":0.25}");
    add(logs, "{\"event\":\"step\",\"epoch\":2,\"step\":600,\"loss\":0.5}");
    char *before = content("events.out.tfevents.augtrain", &first);
    add(logs, "{\"event\":\"epoch\",\"epoch\":2,\"step\":600,\"loss\":0.25}");
    add(logs, "{\"event\":\"step\",\"epoch\":3,\"step\":602,\"loss\":0.5}");
    train_scalar_logs_close(logs);
    train_scalar_logs_close(opened((const uint64_t[]){600, 599}));
    expect("steps.csv", "epoch,step,loss\n2,600,0.5\n");
    expect("epochs.csv", "epoch,step,loss\n1,300,0.25\n");
    char *after = content("events.out.tfevents.augtrain", &second);
    ck_assert_uint_eq(first, second);
    ck_assert_mem_eq(before, after, first);
    free(before);
    free(after);
}
END_TEST

/* Whatever stands in the file, what stays is whole records, and the rest is gone. */
START_TEST(damaged_files_of_events_are_cut_where_they_are_damaged)
{
    static const uint64_t keep[] = {5, 5};
    size_t whole, size;
    TrainScalarLogs *logs = opened(NULL);
    for (int i = 0; i < 4; i++)
        add(logs, "{\"event\":\"step\",\"epoch\":1,\"step\":2,\"loss\":0.5}");
    train_scalar_logs_close(logs);
    char *path = test_path("%s/events.out.tfevents.augtrain", test_folder());
    char *bytes = content("events.out.tfevents.augtrain", &whole);
    for (size_t at = 0; at < whole; at++) {
        bytes[at] ^= 0x41;
        test_write_file(path, bytes, whole);
        bytes[at] ^= 0x41;
        TrainEventsFile events;
        ck_assert_int_eq(train_events_open(&events, path, keep, NULL), AUG_OK);
        train_events_close(&events);
        free(content("events.out.tfevents.augtrain", &size));
        ck_assert_uint_lt(size, whole);
        ck_assert_uint_gt(size, 0);
    }
    free(bytes);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_logs");
    TCase *test = tcase_create("train_logs");
    tcase_add_test(test, checksums_are_those_that_are_published);
    tcase_add_test(test, tables_grow_columns_and_leave_cells_empty);
    tcase_add_test(test, a_run_that_goes_on_keeps_what_is_whole_and_before_its_step);
    tcase_add_test(test, an_epoch_that_was_not_evaluated_is_added_once);
    tcase_add_test(test, damaged_files_of_events_are_cut_where_they_are_damaged);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
