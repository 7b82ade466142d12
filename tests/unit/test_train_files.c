/* Paths of the trainer. */
#include <stdlib.h>

#include "tests/support/support.h"
#include "trainer/run/files.h"

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
    tcase_add_test(test, paths);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
