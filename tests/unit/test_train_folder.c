/* Folders of runs: where they are made, who has them, and how one run takes the place of another,
 * whenever it is stopped at that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "trainer/run/checkpoint_names.h"
#include "trainer/run/folder.h"

static void make_file(const char *path, const char *text)
{
    test_write_file(path, text, strlen(text));
}

static bool holds(const char *path, const char *text)
{
    if (access(path, F_OK) != 0)
        return false;
    size_t size;
    char *found = (char *)test_read_file(path, &size);
    const bool same = size == strlen(text) && memcmp(found, text, size) == 0;
    free(found);
    return same;
}

START_TEST(folders_of_runs)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    static const struct {
        const char *wanted, *model, *expected;
    } cases[] = {
        {NULL, "a/b/net.yaml", "runs/net"},   {NULL, "net.yaml", "runs/net-2"},
        {NULL, "net.v2.yaml", "runs/net.v2"}, {NULL, ".hidden", "runs/.hidden"},
        {"deep/er/run", "x", "deep/er/run"},  {"deep/er/run", "x", "deep/er/run"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TrainFolder folder;
        AugError error = {0};
        ck_assert_msg(train_folder_make(&folder, cases[i].wanted, cases[i].model, false, &error) ==
                          AUG_OK,
                      "%s: %s", error.where, error.message);
        ck_assert_str_eq(folder.path, cases[i].expected);
        ck_assert_str_eq(folder.writes, cases[i].expected);
        ck_assert_int_eq(access(folder.path, W_OK), 0);
        train_folder_fini(&folder);
    }
}
END_TEST

static AugStatus make_fails(const char *wanted, AugError *error)
{
    TrainFolder folder;
    const AugStatus status = train_folder_make(&folder, wanted, "m", true, error);
    ck_assert_int_ne(status, AUG_OK);
    train_folder_fini(&folder);
    return status;
}

START_TEST(folders_that_cannot_be)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    make_file("file", "x");
    AugError error = {0};
    ck_assert_int_eq(make_fails("file", &error), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(make_fails("file/run", &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.where, "file/run");
    TrainFolder folder;
    ck_assert_int_eq(train_folder_reopen(&folder, "none", &error), AUG_NOT_FOUND);
    train_folder_fini(&folder);
    /* A folder stands where a file of a run would be removed. */
    ck_assert_int_eq(mkdir("odd", 0777), 0);
    ck_assert_int_eq(mkdir("odd/log.jsonl", 0777), 0);
    ck_assert_int_eq(train_folder_make(&folder, "odd", "m", true, &error), AUG_OK);
    ck_assert_int_eq(train_folder_settle(&folder, &error), AUG_IO);
    ck_assert_msg(strstr(error.message, "log.jsonl cannot be removed") != NULL, "%s",
                  error.message);
    train_folder_fini(&folder);
}
END_TEST

START_TEST(one_run_in_a_folder)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    TrainFolder first, second;
    AugError error = {0};
    char pid[64];
    ck_assert_int_eq(train_folder_make(&first, "run", "m", false, NULL), AUG_OK);
    ck_assert_int_eq(train_folder_make(&second, "run", "m", true, &error), AUG_BAD_ARGUMENT);
    snprintf(pid, sizeof(pid), "process %ld writes a run", (long)getpid());
    ck_assert_msg(strstr(error.message, pid) != NULL, "%s", error.message);
    train_folder_fini(&second);
    ck_assert_int_eq(train_folder_reopen(&second, "run", &error), AUG_BAD_ARGUMENT);
    train_folder_fini(&second);
    train_folder_fini(&first);
    ck_assert_int_eq(train_folder_reopen(&second, "run", &error), AUG_OK);
    train_folder_fini(&second);
}
END_TEST

/* An old run with two checkpoints and something of the user's, and what a new one has by the time of
 * its first checkpoint, in the folder "next". */
static void make_both(void)
{
    ck_assert_int_eq(mkdir("run", 0777), 0);
    ck_assert_int_eq(mkdir("run/checkpoints", 0777), 0);
    make_file("run/config.json", "old");
    make_file("run/log.jsonl", "old");
    make_file("run/best.safetensors", "old");
    make_file("run/report.html", "old");
    make_file("run/checkpoints/step-00000010.safetensors", "old");
    make_file("run/checkpoints/step-00000020.safetensors", "old");
    make_file("run/mine.txt", "mine");
}

static void fill_next(const char *next)
{
    char path[128];
    static const char *const names[] = {"config.json", "log.jsonl", "model.safetensors",
                                        "checkpoints/step-00000001.safetensors"};
    snprintf(path, sizeof(path), "%s/checkpoints", next);
    ck_assert_int_eq(mkdir(path, 0777), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", next, names[i]);
        make_file(path, "new");
    }
}

static void check_old(void)
{
    ck_assert(holds("run/config.json", "old"));
    ck_assert(holds("run/checkpoints/step-00000020.safetensors", "old"));
    ck_assert(holds("run/mine.txt", "mine"));
}

static void check_new(void)
{
    uint64_t *steps;
    size_t n;
    ck_assert(holds("run/config.json", "new"));
    ck_assert(holds("run/log.jsonl", "new"));
    ck_assert(holds("run/model.safetensors", "new"));
    ck_assert(holds("run/mine.txt", "mine"));
    ck_assert_int_ne(access("run/best.safetensors", F_OK), 0);
    ck_assert_int_ne(access("run/report.html", F_OK), 0);
    ck_assert_int_eq(train_checkpoints_list("run", &steps, &n, NULL), AUG_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(steps[0], 1);
    free(steps);
    ck_assert_int_ne(access("run/next", F_OK), 0);
    ck_assert_int_ne(access("run/replacing", F_OK), 0);
    ck_assert_int_ne(access("run/moving", F_OK), 0);
}

START_TEST(an_old_run_stays_until_the_new_one_has_a_checkpoint)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    make_both();
    TrainFolder folder;
    AugError error = {0};
    ck_assert_int_eq(train_folder_make(&folder, "run", "m", false, &error), AUG_BAD_ARGUMENT);
    train_folder_fini(&folder);
    ck_assert_int_eq(train_folder_make(&folder, "run", "m", true, &error), AUG_OK);
    ck_assert_str_eq(folder.writes, "run/next");
    make_file("run/next/config.json", "new");
    make_file("run/next/model.safetensors.tmp-7", "half");
    check_old();
    train_folder_fini(&folder);
    /* Killed there, it left nothing. */
    ck_assert_int_eq(train_folder_reopen(&folder, "run", &error), AUG_OK);
    check_old();
    ck_assert_int_ne(access("run/next", F_OK), 0);
    train_folder_fini(&folder);
    ck_assert_int_eq(train_folder_make(&folder, "run", "m", true, &error), AUG_OK);
    fill_next(folder.writes);
    ck_assert_int_eq(train_folder_settle(&folder, &error), AUG_OK);
    ck_assert_str_eq(folder.writes, "run");
    check_new();
    ck_assert_int_eq(train_folder_settle(&folder, &error), AUG_OK);
    check_new();
    train_folder_fini(&folder);
}
END_TEST

/* A replacement that was stopped before its n-th step is ended by whoever comes next. */
START_TEST(a_replacement_goes_on_wherever_it_stopped)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    make_both();
    ck_assert_int_eq(mkdir("run/next", 0777), 0);
    fill_next("run/next");
    ck_assert_int_eq(rename("run/next", "run/replacing"), 0);
    if (_i > 0)
        ck_assert_int_eq(unlink("run/config.json"), 0);
    if (_i > 1) {
        static const char *const old[] = {"log.jsonl", "best.safetensors", "report.html",
                                          "checkpoints/step-00000010.safetensors",
                                          "checkpoints/step-00000020.safetensors"};
        for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
            char path[128];
            snprintf(path, sizeof(path), "run/%s", old[i]);
            ck_assert_int_eq(unlink(path), 0);
        }
        ck_assert_int_eq(rmdir("run/checkpoints"), 0);
    }
    if (_i > 2)
        ck_assert_int_eq(rename("run/replacing", "run/moving"), 0);
    if (_i > 3)
        ck_assert_int_eq(rename("run/moving/config.json", "run/config.json"), 0);
    if (_i > 4)
        ck_assert_int_eq(rename("run/moving/checkpoints", "run/checkpoints"), 0);
    TrainFolder folder;
    AugError error = {0};
    ck_assert_msg(train_folder_reopen(&folder, "run", &error) == AUG_OK, "%s", error.message);
    check_new();
    train_folder_fini(&folder);
}
END_TEST

START_TEST(the_newest_checkpoints_stay)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    ck_assert_int_eq(mkdir("checkpoints", 0777), 0);
    static const uint64_t made[] = {7, 100000000, 12, 99999999};
    char name[64];
    for (size_t i = 0; i < 4; i++) {
        train_checkpoint_name(made[i], name);
        make_file(name, "x");
    }
    make_file("checkpoints/step-7.safetensors", "another's");
    train_checkpoints_prune(".", 2);
    uint64_t *steps;
    size_t n;
    ck_assert_int_eq(train_checkpoints_list(".", &steps, &n, NULL), AUG_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(steps[0], 100000000);
    ck_assert_uint_eq(steps[1], 99999999);
    free(steps);
    ck_assert_int_eq(access("checkpoints/step-7.safetensors", F_OK), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_folder");
    TCase *test = tcase_create("folder");
    tcase_add_test(test, folders_of_runs);
    tcase_add_test(test, folders_that_cannot_be);
    tcase_add_test(test, one_run_in_a_folder);
    tcase_add_test(test, an_old_run_stays_until_the_new_one_has_a_checkpoint);
    tcase_add_loop_test(test, a_replacement_goes_on_wherever_it_stopped, 0, 6);
    tcase_add_test(test, the_newest_checkpoints_stay);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
