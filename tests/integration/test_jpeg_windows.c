/* The decoder of windows beside libjpeg-turbo: files that are drawn, of every size, sampling, table,
 * restart and content, and photographs, in windows that are drawn.
 *
 * integration_jpeg_windows [FILES [WINDOWS [PHOTO_WINDOWS [SEED]]]]: that many files in place of a
 * few hundred, windows of each, and windows of each photograph of the data. The full run, of minutes,
 * is integration_jpeg_windows 2000 100 100
 */
#include "tests/support/jpeg_case.h"
#include "tests/support/jpeg_files.h"
#include "tests/support/pictures.h"

enum { MAX_FILE_SIDE = 400 };

static uint64_t n_files = 250, seed = 1;
static int n_windows = 12, n_photo_windows = 1, photograph_step = 10;

static JpegCase jpeg_case;

static void set_up(void)
{
    aug_limits_init(&jpeg_case.limits);
    n_files = test_rounds(n_files);
}

static void tear_down(void)
{
    jpeg_case_fini(&jpeg_case);
}

static void print_tally(const char *what)
{
    const JpegTally *tally = &jpeg_case.tally;
    printf("%s: %llu files, %llu taken, %llu windows of them, %llu with damaged marks; %llu not "
           "taken as a whole\n",
           what, (unsigned long long)tally->n, (unsigned long long)tally->n_taken,
           (unsigned long long)tally->n_windows, (unsigned long long)tally->n_marks,
           (unsigned long long)tally->n_looser);
}

/* Every set of kernels, every spacing of marks and every other choice comes up in time: they are
 * drawn with each window. */
START_TEST(drawn_files_have_the_pixels_of_libjpeg)
{
    uint64_t n_common = 0;
    for (uint64_t number = 0; number < n_files; number++) {
        uint64_t state = seed * 1000003 + number;
        TestJpegFile file = test_jpeg_file_draw(&state, MAX_FILE_SIDE);
        const uint64_t n_taken = jpeg_case.tally.n_taken;
        ck_assert_msg(jpeg_case_try(&jpeg_case, file.bytes, file.size, &state, n_windows),
                      "file %d (%s): %s", (int)number, file.text, jpeg_case.text);
        n_common += file.is_common;
        ck_assert_msg(!file.is_common || jpeg_case.tally.n_taken > n_taken,
                      "file %d (%s) is common and not taken", (int)number, file.text);
        free(file.bytes);
    }
    print_tally("drawn files");
    ck_assert_uint_gt(n_common, n_files / 2);
}
END_TEST

START_TEST(photographs_have_the_pixels_of_libjpeg)
{
    char *path = test_data("imagenet-sample-300.tar");
    if (!path)
        return;
    size_t tar_size = 0, at = 0;
    uint8_t *tar = test_read_file(path, &tar_size);
    uint64_t state = seed;
    TestMember member;
    for (int i = 0; test_tar_next(tar, tar_size, &at, &member);) {
        if (member.size < 3 || memcmp(member.bytes, "\xff\xd8\xff", 3) != 0)
            continue;
        if (i++ % photograph_step != 0)
            continue;
        ck_assert_msg(jpeg_case_try(&jpeg_case, member.bytes, member.size, &state, n_photo_windows),
                      "%s: %s", member.name, jpeg_case.text);
    }
    print_tally("photographs");
    ck_assert_uint_gt(jpeg_case.tally.n, 0);
    ck_assert_uint_eq(jpeg_case.tally.n_taken, jpeg_case.tally.n);
    free(tar);
    free(path);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1)
        n_files = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        n_windows = (int)strtol(argv[2], NULL, 10);
    if (argc > 3) {
        n_photo_windows = (int)strtol(argv[3], NULL, 10);
        photograph_step = 1;
    }
    if (argc > 4)
        seed = strtoull(argv[4], NULL, 10);
    Suite *suite = suite_create("JPEG windows");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 3600);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, drawn_files_have_the_pixels_of_libjpeg);
    tcase_add_test(tests, photographs_have_the_pixels_of_libjpeg);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
