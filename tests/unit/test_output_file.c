/* Files that are complete or absent. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/base/output_file.h"
#include "tests/support/support.h"

static const AugiOutputOptions durable = {.durable = true};

static int count_entries(const char *path)
{
    int n = 0;
    DIR *folder = opendir(path);
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

START_TEST(appears_only_when_committed)
{
    char *path = test_path("%s/out", test_folder());
    AugError error = {0};
    AugiOutputFile file;
    ck_assert_int_eq(augi_output_file_begin(&file, path, durable, &error), AUG_OK);
    ck_assert_int_eq(augi_output_file_write(&file, "new", 3, &error), AUG_OK);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(augi_output_file_commit(&file, &error), AUG_OK);
    size_t size;
    uint8_t *read = test_read_file(path, &size);
    ck_assert_str_eq((const char *)read, "new");
    free(read);
    augi_output_file_drop(&file);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    free(path);
}
END_TEST

START_TEST(leaves_the_old_one_when_dropped)
{
    char *path = test_path("%s/kept", test_folder());
    test_write_file(path, "old", 3);
    AugError error = {0};
    AugiOutputFile file;
    ck_assert_int_eq(augi_output_file_begin(&file, path, durable, &error), AUG_OK);
    ck_assert_int_eq(augi_output_file_write(&file, "half", 4, &error), AUG_OK);
    augi_output_file_drop(&file);
    size_t size;
    uint8_t *read = test_read_file(path, &size);
    ck_assert_str_eq((const char *)read, "old");
    free(read);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    ck_assert_int_eq(augi_output_file_save(path, "whole", 5, durable, NULL, &error), AUG_OK);
    read = test_read_file(path, &size);
    ck_assert_str_eq((const char *)read, "whole");
    free(read);
    free(path);
}
END_TEST

/* The folder of a run may be moved while a checkpoint is written: no half file stays in it, and a
 * file that is completed goes where the folder went. */
START_TEST(a_moved_folder_keeps_no_half_file)
{
    for (int commit = 0; commit < 2; commit++) {
        char *folder = test_path("%s/run%d", test_folder(), commit);
        char *moved = test_path("%s/moved%d", test_folder(), commit);
        char *path = test_path("%s/state", folder);
        ck_assert_int_eq(mkdir(folder, 0777), 0);
        AugError error = {0};
        AugiOutputFile file;
        ck_assert_int_eq(augi_output_file_begin(&file, path, durable, &error), AUG_OK);
        ck_assert_int_eq(augi_output_file_write(&file, "half", 4, &error), AUG_OK);
        ck_assert_int_eq(rename(folder, moved), 0);
        if (commit)
            ck_assert_int_eq(augi_output_file_commit(&file, &error), AUG_OK);
        else
            augi_output_file_drop(&file);
        ck_assert_int_eq(count_entries(moved), commit);
        ck_assert_int_eq(augi_output_file_save(path, "x", 1, durable, NULL, &error), AUG_IO);
        free(path);
        free(moved);
        free(folder);
    }
}
END_TEST

START_TEST(failures_are_named_and_leave_nothing)
{
    AugError error = {0};
    ck_assert_int_eq(augi_output_file_save("/nowhere/at/all", "x", 1, durable, NULL, &error),
                     AUG_IO);
    ck_assert_str_eq(error.where, "/nowhere/at/all");
    /* A folder stands where the file should go: the rename fails. */
    char *path = test_path("%s/folder", test_folder());
    char *inside = test_path("%s/inside", path);
    ck_assert_int_eq(mkdir(path, 0777), 0);
    test_write_file(inside, "x", 1);
    ck_assert_int_eq(augi_output_file_save(path, "x", 1, durable, NULL, &error), AUG_IO);
    ck_assert_msg(strstr(error.message, "renaming") != NULL, "%s", error.message);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    free(inside);
    free(path);
    /* A full device. */
    AugiOutputFile file;
    char *full = test_path("%s/full", test_folder());
    ck_assert_int_eq(augi_output_file_begin(&file, full, durable, &error), AUG_OK);
    close(file.fd);
    file.fd = -1;
    ck_assert_int_eq(augi_output_file_write(&file, "x", 1, &error), AUG_IO);
    augi_output_file_drop(&file);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    free(full);
}
END_TEST

/* A sole writer takes over what a killed one left; others never touch it. */
START_TEST(what_a_kill_left_is_taken_over)
{
    char *path = test_path("%s/out", test_folder());
    char *left = test_path("%s.part", path);
    test_write_file(left, "much longer than the new one", 28);
    AugError error = {0};
    int number = -1;
    ck_assert_int_eq(
        augi_output_file_save(path, "new", 3, (AugiOutputOptions){.sole = true}, &number, &error),
        AUG_OK);
    ck_assert_int_eq(number, 0);
    size_t size;
    uint8_t *read = test_read_file(path, &size);
    ck_assert_uint_eq(size, 3);
    free(read);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    ck_assert_int_eq(augi_output_file_save("/nowhere/x", "x", 1, durable, &number, &error), AUG_IO);
    ck_assert_int_eq(number, ENOENT);
    free(left);
    free(path);
}
END_TEST

START_TEST(a_path_may_begin_in_an_open_folder)
{
    static const char *const names[] = {"x", "sub/x"};
    char *sub = test_path("%s/sub", test_folder());
    const int folder = open(test_folder(), O_RDONLY | O_DIRECTORY);
    ck_assert_int_eq(mkdir(sub, 0777), 0);
    for (int i = 0; i < 4; i++) {
        const AugiOutputOptions options = {
            .sole = true, .flushed = i >= 2, .durable = i == 3, .below = &folder};
        char *path = test_path("%s/%s", test_folder(), names[i % 2]);
        ck_assert_int_eq(augi_output_file_save(names[i % 2], "new", 3, options, NULL, NULL),
                         AUG_OK);
        ck_assert_int_eq(unlink(path), 0);
        free(path);
    }
    /* The folder is still the caller's. */
    ck_assert_int_eq(close(folder), 0);
    ck_assert_int_eq(rmdir(sub), 0);
    ck_assert_int_eq(count_entries(test_folder()), 0);
    free(sub);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output_file");
    TCase *tests = tcase_create("output_file");
    tcase_add_test(tests, appears_only_when_committed);
    tcase_add_test(tests, leaves_the_old_one_when_dropped);
    tcase_add_test(tests, a_moved_folder_keeps_no_half_file);
    tcase_add_test(tests, failures_are_named_and_leave_nothing);
    tcase_add_test(tests, what_a_kill_left_is_taken_over);
    tcase_add_test(tests, a_path_may_begin_in_an_open_folder);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
