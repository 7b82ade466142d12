/* Every bit of our float32 resizing against the real Pillow's mode F, and uint16 against the same
 * values, rounded. */
#include <math.h>
#include <sys/wait.h>

#include "image/geometry/resample.h"
#include "tests/support/pictures.h"

static ImgResampleScratch scratch;

/* The next picture's values. */
static AugImage read_picture(FILE *pipe, int32_t width, int32_t height)
{
    const AugImage image = test_picture_of(width, height, (ImgPixelType){AUG_DTYPE_F32, 1}, 0);
    for (int32_t y = 0; y < height; y++)
        ck_assert_uint_eq(fread(test_pixel(&image, 0, y), sizeof(float), (size_t)width, pipe),
                          (size_t)width);
    return image;
}

static ImgFilter filter_of(const char *name)
{
    return strcmp(name, "box") == 0       ? IMG_FILTER_BOX
           : strcmp(name, "bicubic") == 0 ? IMG_FILTER_BICUBIC
                                          : IMG_FILTER_BILINEAR;
}

static void run(const ImgResample *job, const AugImage *in, const AugImage *out)
{
    const ImgSource source = img_source_all(in);
    AugError error = {0};
    ck_assert_msg(img_resample(&scratch, job, &source, out, &error) == AUG_OK, "%s", error.message);
}

static void expect_floats(const ImgResample *job, const AugImage *in, const AugImage *want,
                          const char *line)
{
    const AugImage out = test_picture_of(want->width, want->height, img_pixel_type(in), 0);
    run(job, in, &out);
    for (int32_t y = 0; y < out.height; y++)
        for (int32_t x = 0; x < out.width; x++)
            if (test_value(&out, x, y, 0) != test_value(want, x, y, 0))
                ck_abort_msg("%s: column %d, row %d is %.9g, Pillow's %.9g", line, x, y,
                             test_value(&out, x, y, 0), test_value(want, x, y, 0));
    free(out.pixels);
}

/* For pictures of whole numbers. */
static void expect_words(const ImgResample *job, const AugImage *in, const AugImage *want,
                         const char *line)
{
    const ImgPixelType type = {AUG_DTYPE_U16, 1};
    const AugImage words = test_picture_of(in->width, in->height, type, 0);
    const AugImage out = test_picture_of(want->width, want->height, type, 0);
    for (int32_t y = 0; y < in->height; y++)
        for (int32_t x = 0; x < in->width; x++)
            test_set_value(&words, x, y, 0, test_value(in, x, y, 0));
    run(job, &words, &out);
    for (int32_t y = 0; y < out.height; y++)
        for (int32_t x = 0; x < out.width; x++) {
            const double exact = floor(test_value(want, x, y, 0) + 0.5);
            const double whole = exact < 0 ? 0 : exact > 65535 ? 65535 : exact;
            if (test_value(&out, x, y, 0) != whole)
                ck_abort_msg("%s as U16: column %d, row %d is %.9g, not %.9g", line, x, y,
                             test_value(&out, x, y, 0), whole);
        }
    free(words.pixels);
    free(out.pixels);
}

static void check_resize(FILE *pipe, const char *line, const AugImage *in, bool whole)
{
    char filter[16];
    double box[4];
    int32_t width = 0;
    int32_t height = 0;
    ck_assert_int_eq(sscanf(line, "resize %15s %lf %lf %lf %lf %d %d", filter, &box[0], &box[1],
                            &box[2], &box[3], &width, &height),
                     7);
    ImgResample job = img_resample_make(filter_of(filter), in->width, in->height, width, height);
    job.x0 = box[0];
    job.y0 = box[1];
    job.x1 = box[2];
    job.y1 = box[3];
    const AugImage want = read_picture(pipe, width, height);
    expect_floats(&job, in, &want, line);
    if (whole)
        expect_words(&job, in, &want, line);
    free(want.pixels);
}

START_TEST(every_bit_is_pillow_s)
{
    const char *folder = getenv("AUGD_SOURCE");
    char *command = test_path("/usr/bin/python3 %s/tests/integration/pillow_oracle.py floats",
                              folder ? folder : ".");
    FILE *pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    free(command);
    AugImage in = {0};
    int n_pictures = 0;
    int n_resizes = 0;
    char line[512];
    while (fgets(line, sizeof(line), pipe) && strcmp(line, "end\n") != 0) {
        int32_t width = 0;
        int32_t height = 0;
        if (sscanf(line, "picture %d %d", &width, &height) == 2) {
            free(in.pixels);
            in = read_picture(pipe, width, height);
            n_pictures++;
        } else {
            check_resize(pipe, line, &in, n_pictures % 2 == 0);
            n_resizes++;
        }
    }
    free(in.pixels);
    img_resample_scratch_fini(&scratch);
    const int exit_code = WEXITSTATUS(pclose(pipe));
    if (exit_code == 77) {
        test_skip("/usr/bin/python3 has no Pillow");
        return;
    }
    ck_assert_int_eq(exit_code, 0);
    ck_assert_int_eq(n_pictures, 40);
    ck_assert_int_eq(n_resizes, 120);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pillow floats");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_bit_is_pillow_s);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
