/* aug pack without memory: every few allocations one fails, which ends the run with a sentence or is of
 * no importance; what such runs leave is gone on with, and ends as the archive of a run with memory. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/image.h"
#include "cli/program.h"
#include "tests/faults/failing.h"
#include "tests/support/datasets.h"
#include "tests/support/pictures.h"

/* Between two allocations that fail; no divisor of what a sample or a run takes each time. */
#define STEP 7

static void put_pictures(void)
{
    FILE *tar = fopen("in.tar", "wb");
    ck_assert_ptr_nonnull(tar);
    uint64_t state = 3;
    for (int i = 0; i < 3; i++) {
        char name[16];
        uint8_t *bytes;
        size_t size;
        const AugImage image = test_scene(&state, 23 + i, 17, 3);
        ck_assert_int_eq(aug_image_encode(i == 1 ? "png" : "jpeg", &image, 90, &bytes, &size, NULL),
                         AUG_OK);
        snprintf(name, sizeof(name), "%d.%s", i, i == 1 ? "png" : "jpg");
        test_tar_add(tar, name, '0', bytes, size);
        snprintf(name, sizeof(name), "%d.cls", i);
        test_tar_add(tar, name, '0', "1", 1);
        free(bytes);
        free(image.pixels);
    }
    test_tar_end(tar);
}

static int pack(const char *output)
{
    const char *words[] = {"pack", "in.tar", "-o", output, "--verify", "--threads", "1", "-q"};
    return cmd_run(&cli_program, words, AUG_COUNT(words));
}

static void check_archive(const uint8_t *expected, size_t size)
{
    size_t found_size;
    uint8_t *found = test_read_file("out.tar", &found_size);
    ck_assert_uint_eq(found_size, size);
    ck_assert_mem_eq(found, expected, size);
    free(found);
    ck_assert_int_eq(unlink("out.tar"), 0);
}

START_TEST(each_allocation_fails_once)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    put_pictures();
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
    ck_assert_int_eq(pack("whole.tar"), 0);
    size_t size;
    uint8_t *expected = test_read_file("whole.tar", &size);
    int n_failed = 0;
    bool gets_through = false;
    for (long n = 1; !gets_through; n += STEP) {
        failing_begin(n, false);
        const int code = pack("out.tar");
        gets_through = failing_end() < n && code == 0;
        ck_assert_msg(code == 0 || code == 1, "allocation %ld: exit code %d", n, code);
        n_failed += code != 0;
        ck_assert_msg((code == 0) == (access("out.tar", F_OK) == 0), "allocation %ld: exit code %d",
                      n, code);
        if (code == 0)
            check_archive(expected, size);
    }
    ck_assert_int_gt(n_failed, 20);
    if (access("out.tar.part", F_OK) == 0) {
        ck_assert_int_eq(pack("out.tar"), 0);
        check_archive(expected, size);
    }
    free(expected);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pack_alloc");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, each_allocation_fails_once);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
