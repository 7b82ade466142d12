/* Files that are complete or absent, and paths. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "trainer/run/files.h"

START_TEST(loads_within_the_limit)
{
    char *path = test_path("%s/input", test_folder());
    test_write_file(path, "12345", 5);
    AugError error = {0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    ck_assert_int_eq(train_file_load(path, 5, &bytes, &size, &error), AUG_OK);
    ck_assert_uint_eq(size, 5);
    ck_assert_str_eq((const char *)bytes, "12345");
    free(bytes);
    ck_assert_int_eq(train_file_load(path, 4, &bytes, &size, &error), AUG_TOO_LARGE);
    ck_assert_int_eq(train_file_load(test_folder(), 4096, &bytes, &size, &error), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(train_file_load("/nowhere", 4096, &bytes, &size, &error), AUG_NOT_FOUND);
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
        char *path = train_path_beside(cases[i].base, cases[i].name);
        ck_assert_str_eq(path, cases[i].expected);
        free(path);
    }
    char *joined = train_path_join("a", "b");
    ck_assert_str_eq(joined, "a/b");
    free(joined);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_files");
    TCase *test = tcase_create("files");
    tcase_add_test(test, loads_within_the_limit);
    tcase_add_test(test, paths);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
