/* The output folder of aug apply: names are looked up in what was opened, whatever the path leads
 * to meanwhile. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/apply_output.h"
#include "cli/outcome.h"
#include "tests/support/support.h"

/* A new folder, opened. */
static CliOutput open_output(const char *name)
{
    CliOutput output = {.path = test_path("%s/%s", test_folder(), name)};
    ck_assert_int_eq(mkdir(output.path, 0777), 0);
    output.fd = open(output.path, O_RDONLY | O_DIRECTORY);
    ck_assert_int_ge(output.fd, 0);
    return output;
}

static void close_output(CliOutput *output)
{
    close(output->fd);
    free((char *)(uintptr_t)output->path);
}

static bool exists(const CliOutput *output, const char *name)
{
    return faccessat(output->fd, name, F_OK, 0) == 0;
}

START_TEST(files_are_written_into_the_folder_that_was_opened)
{
    CliOutput output = open_output("out");
    char *moved = test_path("%s/moved", test_folder());
    AugError error = {0};
    ck_assert_int_eq(cli_apply_output_make_folder(&output, "cat", NULL), AUG_OK);
    ck_assert_int_eq(cli_apply_output_make_folder(&output, "cat", NULL), AUG_OK);
    ck_assert_int_eq(cli_apply_output_check(&output, NULL), AUG_OK);
    ck_assert_int_eq(rename(output.path, moved), 0);
    ck_assert_int_eq(cli_apply_output_check(&output, &error), AUG_IO);
    ck_assert_str_eq(error.where, output.path);
    ck_assert_int_eq(mkdir(output.path, 0777), 0);
    ck_assert_int_eq(cli_apply_output_check(&output, NULL), AUG_IO);
    for (int flushed = 0; flushed < 2; flushed++) {
        output.flushed = flushed;
        ck_assert(!cli_apply_output_has(&output, "cat/x"));
        ck_assert_int_eq(cli_apply_output_write(&output, "cat/x", "abc", 3, NULL), AUG_OK);
        ck_assert(cli_apply_output_has(&output, "cat/x"));
        ck_assert(!exists(&output, "cat/x.part"));
        ck_assert_int_eq(cli_apply_output_flush(&output, NULL), AUG_OK);
        char *path = test_path("%s/cat/x", moved);
        size_t size;
        uint8_t *content = test_read_file(path, &size);
        ck_assert_str_eq((const char *)content, "abc");
        ck_assert_int_eq(unlink(path), 0);
        free(content);
        free(path);
    }
    ck_assert_int_eq(rmdir(output.path), 0);
    free(moved);
    close_output(&output);
}
END_TEST

START_TEST(failures_name_the_path)
{
    CliOutput output = open_output("out");
    AugError error = {0};
    char *expected = test_path("%s/no/x", output.path);
    ck_assert_int_eq(cli_apply_output_write(&output, "no/x", "abc", 3, &error), AUG_NOT_FOUND);
    ck_assert_str_eq(error.where, expected);
    ck_assert_str_eq(error.message, "cannot write it: No such file or directory");
    ck_assert_int_eq(cli_apply_output_write(&output, "file", "abc", 3, NULL), AUG_OK);
    ck_assert_int_eq(cli_apply_output_make_folder(&output, "file", &error), AUG_NOT_FOUND);
    ck_assert_str_eq(error.message, "is no folder; allowed is a folder");
    ck_assert_int_eq(cli_apply_output_write(&output, "empty", "", 0, NULL), AUG_OK);
    ck_assert(!cli_apply_output_has(&output, "empty"));
    ck_assert(!cli_apply_output_has(&output, "."));
    free(expected);
    close_output(&output);
}
END_TEST

START_TEST(what_a_kill_left_aside_is_swept)
{
    static const struct {
        const char *name;
        bool stays;
    } files[] = {{"labels.tsv.part", false}, {"a.png.part", false}, {"a.png", true},
                 {"a.part", true},           {".part", true},       {"labels.tsv", true},
                 {"a.png.part.x", true},     {"a.jpg.part", true},  {"png.part", false}};
    static const char *const endings[] = {"labels.tsv", "png"};
    CliOutput output = open_output("out");
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        ck_assert_int_eq(cli_apply_output_write(&output, files[i].name, "x", 1, NULL), AUG_OK);
    ck_assert_int_eq(cli_apply_output_sweep(&output, ".", endings, 2, NULL), AUG_OK);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        ck_assert_msg(exists(&output, files[i].name) == files[i].stays, "%s", files[i].name);
    ck_assert_int_eq(cli_apply_output_sweep(&output, "no/where", endings, 2, NULL), AUG_OK);
    ck_assert_int_eq(cli_apply_output_sweep(&output, "a.png", endings, 2, NULL), AUG_NOT_FOUND);
    close_output(&output);
}
END_TEST

START_TEST(what_is_a_samples_own_failure)
{
    for (int status = AUG_OK + 1; status <= AUG_INTERNAL; status++) {
        const bool expected = status == AUG_CORRUPT || status == AUG_TOO_LARGE ||
                              status == AUG_UNSUPPORTED || status == AUG_BAD_ARGUMENT ||
                              status == AUG_BAD_SPEC;
        ck_assert_msg(cli_is_of_sample((AugStatus)status) == expected, "%s",
                      aug_status_name((AugStatus)status));
        if (cli_is_fatal((AugStatus)status))
            ck_assert(!expected);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli apply output");
    TCase *tests = tcase_create("output");
    tcase_add_test(tests, files_are_written_into_the_folder_that_was_opened);
    tcase_add_test(tests, failures_name_the_path);
    tcase_add_test(tests, what_a_kill_left_aside_is_swept);
    tcase_add_test(tests, what_is_a_samples_own_failure);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
