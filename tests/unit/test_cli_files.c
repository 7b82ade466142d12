/* Files that are whole or absent, folders inside folders, signals that wait, names of results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aug/dataset.h"
#include "cli/apply_names.h"
#include "cli/files.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "libaug/base/input_file.h"
#include "tests/support/support.h"

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

START_TEST(a_file_is_written_whole_and_replaces_another)
{
    char *path = test_path("%s/x", test_folder());
    char *aside = test_path("%s.part", path);
    test_write_file(aside, "left by a kill", 14);
    ck_assert_int_eq(cli_file_write(path, "first", 5, NULL), AUG_OK);
    ck_assert_int_eq(cli_file_write(path, "second\0!", 8, NULL), AUG_OK);
    uint8_t *content;
    size_t size;
    ck_assert_int_eq(augi_input_file_load(path, 100, &content, &size, NULL), AUG_OK);
    ck_assert_uint_eq(size, 8);
    ck_assert_mem_eq(content, "second\0!", 8);
    ck_assert(!exists(aside));
    free(content);
    free(aside);
    free(path);
}
END_TEST

START_TEST(a_write_that_fails_leaves_nothing)
{
    AugError error = {0};
    char *folder = test_path("%s/folder", test_folder());
    char *aside = test_path("%s.part", folder);
    char *nowhere = test_path("%s/no/where", test_folder());
    ck_assert_int_eq(cli_folder_make(folder, NULL), AUG_OK);
    ck_assert_int_ne(cli_file_write(folder, "x", 1, &error), AUG_OK);
    ck_assert_str_eq(error.where, folder);
    ck_assert(!exists(aside));
    ck_assert_int_eq(cli_file_write(nowhere, "x", 1, &error), AUG_NOT_FOUND);
    char *longest = malloc(10000);
    memset(longest, 'a', 9999);
    longest[9999] = 0;
    ck_assert_int_eq(cli_file_write(longest, "x", 1, &error), AUG_TOO_LARGE);
    ck_assert_int_eq(cli_file_write("/dev/full.part/x", "x", 1, &error), AUG_NOT_FOUND);
    free(longest);
    free(nowhere);
    free(aside);
    free(folder);
}
END_TEST

START_TEST(a_file_is_no_folder)
{
    char *path = test_path("%s/six", test_folder());
    test_write_file(path, "", 0);
    ck_assert_int_eq(cli_folder_make(path, NULL), AUG_NOT_FOUND);
    free(path);
}
END_TEST

START_TEST(paths_inside_a_folder_are_known)
{
    char *in = test_path("%s/in", test_folder());
    char *link = test_path("%s/link", test_folder());
    ck_assert_int_eq(cli_folder_make(in, NULL), AUG_OK);
    ck_assert_int_eq(symlink(in, link), 0);
    static const struct {
        const char *path;
        bool inside;
    } cases[] = {
        {"in", true},        {"in/new", true},         {"in/a/b/c", true}, {"link", true},
        {"link/new/", true}, {"in/../in/x", true},     {"inn", false},     {"in2/new", false},
        {"", false},         {"in/../outside", false}, {"new", false},     {"./in/./q", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *path = test_path("%s/%s", test_folder(), cases[i].path);
        ck_assert_msg(cli_path_is_inside(path, in) == cases[i].inside, "'%s' is %sinside",
                      cases[i].path, cases[i].inside ? "not " : "");
        ck_assert(cli_path_is_inside(path, "/"));
        free(path);
    }
    ck_assert(!cli_path_is_inside("/anywhere", "/no/such/folder"));
    ck_assert_int_eq(chdir(in), 0);
    ck_assert(cli_path_is_inside("new", in));
    ck_assert(cli_path_is_inside(".", in));
    free(link);
    free(in);
}
END_TEST

START_TEST(signals_wait_and_then_arrive)
{
    sigset_t before;
    cli_signals_hold(&before);
    ck_assert_int_eq(cli_signals_pending(), 0);
    raise(SIGTERM);
    ck_assert_int_eq(cli_signals_pending(), SIGTERM);
    ck_assert_int_eq(cli_signals_pending(), SIGTERM);
    cli_signals_release(&before);
    ck_abort_msg("SIGTERM did not arrive");
}
END_TEST

START_TEST(durations_are_read_at_a_glance)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0:00"},       {9.4, "0:09"},       {59.6, "1:00"},       {754, "12:34"},
                 {3600, "1:00:00"}, {45296, "12:34:56"}, {1e300, "8760:00:00"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[32];
        cli_format_duration(cases[i].seconds, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

static void check_name(const CliNames *layout, const char *source, int64_t label,
                       const char *expected)
{
    AugField fields[2] = {{0}, {.bytes = &label, .size = sizeof(label)}};
    const AugSample sample = {.name = source, .fields = fields};
    char name[CLI_NAME_SIZE];
    const CliCopy copy = {.sample = &sample, .index = 7, .number = 1};
    cli_names_name(layout, &copy, 0, name);
    ck_assert_str_eq(name, expected);
    /* Further files have the same name in a folder of their own. */
    char further[CLI_NAME_SIZE], wanted[CLI_NAME_SIZE + 8];
    snprintf(wanted, sizeof(wanted), "masks/%s", expected);
    cli_names_name(layout, &copy, 1, further);
    memcpy(strrchr(wanted, '.'), ".png", 5);
    ck_assert_str_eq(further, wanted);
}

START_TEST(names_of_results)
{
    AugDataset *dataset;
    CliNames layout;
    AugError error = {0};
    if (aug_dataset_open(&dataset, "synthetic:count=1000,classes=3", NULL, &error) != AUG_OK)
        ck_abort_msg("%s", error.message);
    CliFieldFiles files = {
        .n = 2, .items = {{.extension = "png"}, {.extension = "png", .folder = "masks"}}};
    ck_assert_int_eq(cli_names_init(&layout, dataset, 2, &files, NULL), AUG_OK);
    check_name(&layout, "cat/001.jpg", 2, "2/001-007-1.png");
    check_name(&layout, "#7", 0, "0/007-1.png");
    check_name(&layout, "a/b/c.tar.gz", 1, "1/c.tar-007-1.png");
    check_name(&layout, "../../etc/passwd", 0, "0/passwd-007-1.png");
    check_name(&layout, "x/..", 0, "0/007-1.png");
    check_name(&layout, "sp ace\t\x01.jpg", 0, "0/sp ace__-007-1.png");
    check_name(&layout, "", 0, "0/007-1.png");
    check_name(&layout, "x.jpg", -1, "x-007-1.png");
    cli_names_fini(&layout);
    files.items[0].extension = "jpg";
    ck_assert_int_eq(cli_names_init(&layout, dataset, 1, &files, NULL), AUG_OK);
    check_name(&layout, "x.jpg", 1, "1/x-007.jpg");
    cli_names_fini(&layout);
    cli_names_fini(&layout);
    aug_dataset_unref(dataset);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli files");
    TCase *tests = tcase_create("files");
    tcase_add_test(tests, a_file_is_written_whole_and_replaces_another);
    tcase_add_test(tests, a_write_that_fails_leaves_nothing);
    tcase_add_test(tests, a_file_is_no_folder);
    tcase_add_test(tests, paths_inside_a_folder_are_known);
    tcase_add_test_raise_signal(tests, signals_wait_and_then_arrive, SIGTERM);
    tcase_add_test(tests, durations_are_read_at_a_glance);
    tcase_add_test(tests, names_of_results);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
