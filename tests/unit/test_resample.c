/* Resampling: laws that hold for every filter, windows, mirrors, and vector code against plain. The
 * bytes themselves are compared with Pillow's in tests/integration/test_pillow_resize.c. */
#include <math.h>

#include "image/geometry/resample.h"
#include "image/geometry/resample_kernels.h"
#include "tests/support/pictures.h"

static const ImgFilter filters[] = {IMG_FILTER_NEAREST, IMG_FILTER_BOX, IMG_FILTER_BILINEAR,
                                    IMG_FILTER_BICUBIC};
#define N_FILTERS 4

static ImgResampleScratch scratch;

static void tear_down(void)
{
    img_resample_scratch_fini(&scratch);
}

/* Runs a job into a new picture, or ends the test with the reason. */
static AugImage run(const ImgResampleKernels *kernels, const ImgResample *job,
                    const ImgSource *source)
{
    AugError error = {0};
    const AugImage out = test_picture(job->keep.x1 - job->keep.x0, job->keep.y1 - job->keep.y0,
                                      source->pixels.channels, 0x5a);
    const AugStatus status = img_resample_with(kernels, &scratch, job, source, &out, &error);
    ck_assert_msg(status == AUG_OK, "%s", error.message);
    /* The gap behind each row is not written. */
    for (int32_t y = 0; y < out.height; y++) {
        const size_t length = (size_t)out.width * (size_t)out.channels;
        for (size_t i = length; i < out.row_size; i++)
            if (test_pixel(&out, 0, y)[i] != 0x5a)
                ck_abort_msg("byte %zu behind row %d of %zu bytes was written", i, y, length);
    }
    return out;
}

static void expect_equal(const AugImage *found, const AugImage *want, const char *what)
{
    ck_assert_int_eq(found->width, want->width);
    ck_assert_int_eq(found->height, want->height);
    for (int32_t y = 0; y < want->height; y++) {
        for (int32_t i = 0; i < want->width * want->channels; i++)
            if (test_pixel(found, 0, y)[i] != test_pixel(want, 0, y)[i])
                ck_abort_msg("%s: row %d, value %d is %d, not %d", what, y, i,
                             test_pixel(found, 0, y)[i], test_pixel(want, 0, y)[i]);
    }
}

/* A job of random sizes, box and window. */
static ImgResample random_job(uint64_t *state, int32_t most)
{
    const ImgFilter filter = filters[test_random(state) % N_FILTERS];
    ImgResample job =
        img_resample_make(filter, test_between(state, 1, most), test_between(state, 1, most),
                          test_between(state, 1, most), test_between(state, 1, most));
    if (test_random(state) % 4) {
        const ImgWindow box = test_window(state, job.picture_width, job.picture_height);
        const double part = test_random(state) % 2 ? 0.0 : 0.375;
        job.x0 = box.x0 + part;
        job.y0 = box.y0 + part;
        job.x1 = box.x1;
        job.y1 = box.y1;
    }
    if (test_random(state) % 4 == 0) {
        /* A box of the output's own size: rows or columns are copied. */
        job.out_width = (int32_t)(job.x1 - job.x0) > 0 ? (int32_t)(job.x1 - job.x0) : 1;
    }
    job.keep = img_window_all(job.out_width, job.out_height);
    if (test_random(state) % 2)
        job.keep = test_window(state, job.out_width, job.out_height);
    job.mirror_x = test_random(state) % 2;
    job.mirror_y = test_random(state) % 2;
    return job;
}

START_TEST(vector_code_equals_plain_code)
{
    uint64_t state = 43;
    for (int i = 0; i < 400; i++) {
        const ImgResample job = random_job(&state, i % 10 == 0 ? 300 : 90);
        const AugImage noise =
            test_noise(&state, job.picture_width, job.picture_height, i % 2 ? 3 : 1);
        const ImgSource source = img_source_all(&noise);
        const AugImage plain = run(&img_resample_scalar, &job, &source);
        const AugImage vector = run(img_resample_kernels(), &job, &source);
        expect_equal(&vector, &plain, "vector code");
        free(plain.pixels);
        free(vector.pixels);
        free(noise.pixels);
    }
}
END_TEST

/* The window that needs states is enough, and nothing else is read: all other bytes are not there.
 */
START_TEST(the_stated_window_is_all_that_is_read)
{
    uint64_t state = 47;
    for (int i = 0; i < 300; i++) {
        const ImgResample job = random_job(&state, 80);
        const AugImage noise =
            test_noise(&state, job.picture_width, job.picture_height, i % 2 ? 3 : 1);
        const ImgSource whole = img_source_all(&noise);
        const ImgWindow needs = img_resample_needs(&job);
        ck_assert(img_window_in(&needs, job.picture_width, job.picture_height));
        const size_t row_size = (size_t)(needs.x1 - needs.x0) * (size_t)noise.channels;
        AugImage part = {.pixels = malloc(row_size * (size_t)(needs.y1 - needs.y0)),
                         .height = needs.y1 - needs.y0,
                         .width = needs.x1 - needs.x0,
                         .channels = noise.channels,
                         .row_size = row_size};
        ck_assert_ptr_nonnull(part.pixels);
        for (int32_t y = needs.y0; y < needs.y1; y++)
            memcpy(test_pixel(&part, 0, y - needs.y0), test_pixel(&noise, needs.x0, y), row_size);
        const ImgSource window = {.pixels = part,
                                  .x = needs.x0,
                                  .y = needs.y0,
                                  .width = job.picture_width,
                                  .height = job.picture_height};
        const AugImage want = run(img_resample_kernels(), &job, &whole);
        const AugImage found = run(img_resample_kernels(), &job, &window);
        expect_equal(&found, &want, "from a window");
        free(want.pixels);
        free(found.pixels);
        free(part.pixels);
        free(noise.pixels);
    }
}
END_TEST

START_TEST(keeping_a_part_is_cropping_and_mirroring_the_whole)
{
    uint64_t state = 53;
    for (int i = 0; i < 200; i++) {
        ImgResample job = random_job(&state, 70);
        const AugImage noise = test_noise(&state, job.picture_width, job.picture_height, 3);
        const ImgSource source = img_source_all(&noise);
        const AugImage found = run(img_resample_kernels(), &job, &source);
        ImgResample all = job;
        all.keep = img_window_all(job.out_width, job.out_height);
        all.mirror_x = all.mirror_y = false;
        const AugImage whole = run(img_resample_kernels(), &all, &source);
        const AugImage want = test_picture(found.width, found.height, 3, 0);
        for (int32_t y = 0; y < want.height; y++) {
            for (int32_t x = 0; x < want.width; x++) {
                const int32_t from_x = job.mirror_x ? job.keep.x1 - 1 - x : job.keep.x0 + x;
                const int32_t from_y = job.mirror_y ? job.keep.y1 - 1 - y : job.keep.y0 + y;
                memcpy(test_pixel(&want, x, y), test_pixel(&whole, from_x, from_y), 3);
            }
        }
        expect_equal(&found, &want, "part");
        free(whole.pixels);
        free(want.pixels);
        free(found.pixels);
        free(noise.pixels);
    }
}
END_TEST

START_TEST(same_size_is_the_same_picture)
{
    uint64_t state = 59;
    for (int i = 0; i < 40; i++) {
        const AugImage noise = test_noise(&state, test_between(&state, 1, 100),
                                          test_between(&state, 1, 100), i % 2 ? 3 : 1);
        const ImgSource source = img_source_all(&noise);
        ImgResample job = img_resample_make(filters[i % N_FILTERS], noise.width, noise.height,
                                            noise.width, noise.height);
        AugImage found = run(img_resample_kernels(), &job, &source);
        expect_equal(&found, &noise, "same size");
        free(found.pixels);
        /* Mirrored, the general way is taken; mirrored twice it must come back. */
        job.mirror_x = job.mirror_y = true;
        const AugImage once = run(img_resample_kernels(), &job, &source);
        const ImgSource turned = img_source_all(&once);
        found = run(img_resample_kernels(), &job, &turned);
        expect_equal(&found, &noise, "mirrored twice");
        free(once.pixels);
        free(found.pixels);
        free(noise.pixels);
    }
}
END_TEST

START_TEST(a_constant_stays_constant)
{
    uint64_t state = 61;
    for (int i = 0; i < 200; i++) {
        const ImgResample job = random_job(&state, 120);
        const uint8_t value = (uint8_t)test_random(&state);
        const AugImage flat = test_picture(job.picture_width, job.picture_height, 3, value);
        const ImgSource source = img_source_all(&flat);
        const AugImage found = run(img_resample_kernels(), &job, &source);
        const AugImage want = test_picture(found.width, found.height, 3, value);
        expect_equal(&found, &want, "constant");
        free(want.pixels);
        free(found.pixels);
        free(flat.pixels);
    }
}
END_TEST

/* Flipping before or after gives the same bytes where the box is the whole picture and scales are
 * exact (sizes with a common factor); else the doubles of the two sides may round apart. */
START_TEST(mirroring_commutes)
{
    static const int32_t sizes[][2] = {{64, 32}, {32, 64}, {96, 24}, {50, 100}, {40, 40}};
    uint64_t state = 67;
    for (size_t i = 0; i < 20; i++) {
        const ImgFilter filter = filters[i % N_FILTERS];
        const int32_t from = sizes[i / 4][0];
        const int32_t to = sizes[i / 4][1];
        /* At a tie NEAREST takes the right one of two pixels: its mirror image takes the other. */
        if (filter == IMG_FILTER_NEAREST && from > to)
            continue;
        const AugImage noise = test_noise(&state, from, from, 3);
        const ImgSource source = img_source_all(&noise);
        ImgResample same = img_resample_make(filter, from, from, from, from);
        ImgResample job = img_resample_make(filter, from, from, to, to);
        same.mirror_x = true;
        const AugImage mirrored = run(img_resample_kernels(), &same, &source);
        const ImgSource mirror = img_source_all(&mirrored);
        const AugImage found = run(img_resample_kernels(), &job, &mirror);
        job.mirror_x = true;
        const AugImage want = run(img_resample_kernels(), &job, &source);
        expect_equal(&found, &want, "mirrored first");
        free(mirrored.pixels);
        free(found.pixels);
        free(want.pixels);
        free(noise.pixels);
    }
}
END_TEST

START_TEST(nearest_takes_the_pixel_at_the_centre)
{
    uint64_t state = 71;
    for (int i = 0; i < 50; i++) {
        const int32_t from = test_between(&state, 1, 60);
        const int32_t to = test_between(&state, 1, 60);
        const AugImage noise = test_noise(&state, from, 1, 1);
        const ImgSource source = img_source_all(&noise);
        const ImgResample job = img_resample_make(IMG_FILTER_NEAREST, from, 1, to, 1);
        const AugImage found = run(img_resample_kernels(), &job, &source);
        for (int32_t x = 0; x < to; x++) {
            /* floor((x + .5) * from / to) in whole numbers. */
            const int32_t at = (2 * x + 1) * from / (2 * to);
            /* The double may fall on either side where the exact place is a whole number. */
            const bool tie = (2 * x + 1) * from % (2 * to) == 0;
            const uint8_t value = *test_pixel(&found, x, 0);
            ck_assert_msg(value == *test_pixel(&noise, at, 0) ||
                              (tie && at > 0 && value == *test_pixel(&noise, at - 1, 0)),
                          "%d to %d, column %d is %d", from, to, x, value);
        }
        free(found.pixels);
        free(noise.pixels);
    }
}
END_TEST

/* Values worked out by hand: four pixels to two. Scale 2, support 2; for output 0 the centre is 1
 * and the taps 0, 1, 2 have weights .75 .75 .25, so their sum is 1.75. */
START_TEST(halving_gives_known_values)
{
    const AugImage row = test_picture(4, 1, 1, 0);
    memcpy(row.pixels, "\x00\x46\x8c\xd2", 4); /* 0 70 140 210 */
    const ImgSource source = img_source_all(&row);
    const ImgResample job = img_resample_make(IMG_FILTER_BILINEAR, 4, 1, 2, 1);
    const AugImage found = run(img_resample_kernels(), &job, &source);
    /* (0 * .75 + 70 * .75 + 140 * .25) / 1.75 = 50; and 210 - 50 by symmetry. */
    ck_assert_int_eq(found.pixels[0], 50);
    ck_assert_int_eq(found.pixels[1], 160);
    free(found.pixels);
    free(row.pixels);
}
END_TEST

START_TEST(wrong_jobs_are_refused)
{
    uint64_t state = 73;
    const AugImage noise = test_noise(&state, 20, 10, 3);
    const ImgSource source = img_source_all(&noise);
    const ImgResample good = img_resample_make(IMG_FILTER_BILINEAR, 20, 10, 5, 5);
    ImgResample jobs[8];
    for (int i = 0; i < 8; i++)
        jobs[i] = good;
    jobs[0].x0 = -0.5;
    jobs[1].x1 = 20.5;
    jobs[2].y1 = jobs[2].y0;
    jobs[3].out_width = 0;
    jobs[4].keep.x1 = 6;
    jobs[5].keep.y1 = 0;
    jobs[6].x1 = (double)NAN;
    jobs[7].picture_width = (1 << 24) + 1;
    for (int i = 0; i < 8; i++) {
        AugError error = {0};
        ck_assert_msg(img_resample_check(&jobs[i], &error) == AUG_BAD_ARGUMENT, "job %d", i);
        ck_assert_uint_gt(strlen(error.message), 20);
    }
    const AugImage out = test_picture(5, 5, 3, 0);
    AugImage narrow = out;
    narrow.width = 4;
    ck_assert_int_eq(img_resample(&scratch, &good, &source, &narrow, NULL), AUG_BAD_ARGUMENT);
    AugImage grey = out;
    grey.channels = 1;
    ck_assert_int_eq(img_resample(&scratch, &good, &source, &grey, NULL), AUG_BAD_ARGUMENT);
    ImgSource part = source;
    part.x = 1;
    part.pixels.width = 19;
    ck_assert_int_eq(img_resample(&scratch, &good, &part, &out, NULL), AUG_BAD_ARGUMENT);
    free(out.pixels);
    free(noise.pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resample");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_test(tests, vector_code_equals_plain_code);
    tcase_add_test(tests, the_stated_window_is_all_that_is_read);
    tcase_add_test(tests, keeping_a_part_is_cropping_and_mirroring_the_whole);
    tcase_add_test(tests, same_size_is_the_same_picture);
    tcase_add_test(tests, a_constant_stays_constant);
    tcase_add_test(tests, mirroring_commutes);
    tcase_add_test(tests, nearest_takes_the_pixel_at_the_centre);
    tcase_add_test(tests, halving_gives_known_values);
    tcase_add_test(tests, wrong_jobs_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
