/* Operations on values against the real Pillow, in every byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

static uint8_t *read_bytes(FILE *pipe, size_t n)
{
    uint8_t *bytes = malloc(n);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, n, pipe), n);
    return bytes;
}

static void check_picture(ImageCase *image_case, FILE *pipe, int32_t width, int32_t height)
{
    const size_t size = (size_t)width * (size_t)height * 3;
    uint8_t *pixels = read_bytes(pipe, size), *wanted = read_bytes(pipe, size);
    const AugSample sample = image_sample(pixels, height, width, 3);
    const AugImage got = image_case_picture(image_case, 0, &sample);
    const AugImage want = {wanted, height, width, 3, (size_t)width * 3, AUG_DTYPE_U8};
    image_assert_equal(&got, &want, "ImageOps.equalize");
    free(pixels);
    free(wanted);
}

START_TEST(equalize_is_pillow_s)
{
    const char *source = getenv("AUGD_SOURCE");
    char *command = test_path("/usr/bin/python3 %s/tests/integration/pillow_oracle.py equalize",
                              source ? source : ".");
    FILE *pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    ImageCase image_case;
    AugError error = {0};
    ck_assert_int_eq(image_case_open_any_size(&image_case, "[Equalize: {p: 1}]", 3, &error),
                     AUG_OK);
    int n = 0;
    int32_t width = 0, height = 0;
    char line[64];
    while (fgets(line, sizeof(line), pipe) && strcmp(line, "end\n") != 0) {
        ck_assert_int_eq(sscanf(line, "picture %d %d", &width, &height), 2);
        check_picture(&image_case, pipe, width, height);
        n++;
    }
    const int exit_code = WEXITSTATUS(pclose(pipe));
    if (exit_code == 77) {
        test_skip("/usr/bin/python3 has no Pillow");
    } else {
        ck_assert_int_eq(exit_code, 0);
        ck_assert_int_eq(n, 300);
    }
    image_case_close(&image_case);
    free(command);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pillow values");
    TCase *values = tcase_create("values");
    tcase_set_timeout(values, 60);
    tcase_add_test(values, equalize_is_pillow_s);
    suite_add_tcase(suite, values);
    return test_run(suite);
}
