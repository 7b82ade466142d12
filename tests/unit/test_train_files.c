/* Files that are complete or absent, and paths. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "trainer/files.h"

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
    NnFile file;
    ck_assert_int_eq(nn_file_begin(&file, path, &error), AUG_OK);
    ck_assert_int_eq(nn_file_write(&file, "new", 3, &error), AUG_OK);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(nn_file_commit(&file, &error), AUG_OK);
    size_t size;
    uint8_t *read = test_read_file(path, &size);
    ck_assert_str_eq((const char *)read, "new");
    free(read);
    nn_file_drop(&file);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    free(path);
}
END_TEST

START_TEST(leaves_the_old_one_when_dropped)
{
    char *path = test_path("%s/kept", test_folder());
    test_write_file(path, "old", 3);
    AugError error = {0};
    NnFile file;
    ck_assert_int_eq(nn_file_begin(&file, path, &error), AUG_OK);
    ck_assert_int_eq(nn_file_write(&file, "half", 4, &error), AUG_OK);
    nn_file_drop(&file);
    size_t size;
    uint8_t *read = test_read_file(path, &size);
    ck_assert_str_eq((const char *)read, "old");
    free(read);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    ck_assert_int_eq(nn_file_save(path, "whole", 5, &error), AUG_OK);
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
        NnFile file;
        ck_assert_int_eq(nn_file_begin(&file, path, &error), AUG_OK);
        ck_assert_int_eq(nn_file_write(&file, "half", 4, &error), AUG_OK);
        ck_assert_int_eq(rename(folder, moved), 0);
        if (commit)
            ck_assert_int_eq(nn_file_commit(&file, &error), AUG_OK);
        else
            nn_file_drop(&file);
        ck_assert_int_eq(count_entries(moved), commit);
        ck_assert_int_eq(nn_file_save(path, "x", 1, &error), AUG_IO);
        free(path);
        free(moved);
        free(folder);
    }
}
END_TEST

START_TEST(failures_are_named_and_leave_nothing)
{
    AugError error = {0};
    ck_assert_int_eq(nn_file_save("/nowhere/at/all", "x", 1, &error), AUG_IO);
    ck_assert_str_eq(error.where, "/nowhere/at/all");
    /* A folder stands where the file should go: the rename fails. */
    char *path = test_path("%s/folder", test_folder());
    char *inside = test_path("%s/inside", path);
    ck_assert_int_eq(mkdir(path, 0777), 0);
    test_write_file(inside, "x", 1);
    ck_assert_int_eq(nn_file_save(path, "x", 1, &error), AUG_IO);
    ck_assert_msg(strstr(error.message, "renaming") != NULL, "%s", error.message);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    free(inside);
    free(path);
    /* A full device. */
    NnFile file;
    char *full = test_path("%s/full", test_folder());
    ck_assert_int_eq(nn_file_begin(&file, full, &error), AUG_OK);
    close(file.fd);
    file.fd = -1;
    ck_assert_int_eq(nn_file_write(&file, "x", 1, &error), AUG_IO);
    nn_file_drop(&file);
    ck_assert_int_eq(count_entries(test_folder()), 1);
    free(full);
}
END_TEST

START_TEST(loads_within_the_limit)
{
    char *path = test_path("%s/input", test_folder());
    test_write_file(path, "12345", 5);
    AugError error = {0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    ck_assert_int_eq(nn_file_load(path, 5, &bytes, &size, &error), AUG_OK);
    ck_assert_uint_eq(size, 5);
    ck_assert_str_eq((const char *)bytes, "12345");
    free(bytes);
    ck_assert_int_eq(nn_file_load(path, 4, &bytes, &size, &error), AUG_TOO_LARGE);
    ck_assert_int_eq(nn_file_load(test_folder(), 4096, &bytes, &size, &error), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(nn_file_load("/nowhere", 4096, &bytes, &size, &error), AUG_NOT_FOUND);
    free(path);
}
END_TEST

START_TEST(paths)
{
    static const struct {
        const char *base, *name, *expected;
    } cases[] = {
        {"models/a.yaml", "train.yaml", "models/train.yaml"},
        {"a.yaml", "train.yaml", "train.yaml"},
        {"/x/a.yaml", "../b.yaml", "/x/../b.yaml"},
        {"models/a.yaml", "/abs/train.yaml", "/abs/train.yaml"},
        {"/a.yaml", "b.yaml", "/b.yaml"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *path = nn_path_beside(cases[i].base, cases[i].name);
        ck_assert_str_eq(path, cases[i].expected);
        free(path);
    }
    char *joined = nn_path_join("a", "b");
    ck_assert_str_eq(joined, "a/b");
    free(joined);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_files");
    TCase *test = tcase_create("files");
    tcase_add_test(test, appears_only_when_committed);
    tcase_add_test(test, leaves_the_old_one_when_dropped);
    tcase_add_test(test, a_moved_folder_keeps_no_half_file);
    tcase_add_test(test, failures_are_named_and_leave_nothing);
    tcase_add_test(test, loads_within_the_limit);
    tcase_add_test(test, paths);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
