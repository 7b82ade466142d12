/* Decoding a window gives the bytes of a full decode, for every layout of JPEG and PNG. */
#include "aug/image.h"
#include "image/codec/codec.h"
#include "tests/support/pictures.h"

#define N_WINDOWS 60

static AugLimits limits;
static ImgDecoder *decoder;

static void set_up(void)
{
    aug_limits_init(&limits);
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
}

static void tear_down(void)
{
    img_decoder_free(decoder);
}

/* An encoded picture and what it is, for messages. */
typedef struct File {
    const uint8_t *bytes;
    size_t size;
    const char *name;
} File;

/* Decodes, or ends the test with the reason. out is borrowed from the decoder. */
static void decode(const File *file, int32_t channels, const ImgWindow *window, AugImage *out,
                   ImgWindow *got)
{
    const uint8_t *bytes = file->bytes;
    const size_t size = file->size;
    const char *name = file->name;
    ImgHeader header;
    AugError error = {0};
    ck_assert_msg(img_header(bytes, size, &limits, &header, &error) == AUG_OK, "%s: %s", name,
                  error.message);
    const ImgDecodeJob job = {
        .bytes = bytes, .size = size, .header = &header, .channels = channels, .window = window};
    ck_assert_msg(img_decode(decoder, &job, &limits, out, got, &error) == AUG_OK, "%s: %s", name,
                  error.message);
    if (window)
        ck_assert(got->x0 <= window->x0 && got->y0 <= window->y0 && got->x1 >= window->x1 &&
                  got->y1 >= window->y1);
    ck_assert_int_eq(out->width, got->x1 - got->x0);
    ck_assert_int_eq(out->height, got->y1 - got->y0);
    ck_assert_int_eq(out->channels, channels);
}

static void expect_part(const AugImage *all, const AugImage *part, const ImgWindow *at,
                        const ImgWindow *window, const char *name)
{
    const size_t size = (size_t)(window->x1 - window->x0) * (size_t)all->channels;
    for (int32_t y = window->y0; y < window->y1; y++) {
        const uint8_t *want = test_pixel(all, window->x0, y);
        const uint8_t *found = test_pixel(part, window->x0 - at->x0, y - at->y0);
        size_t i = 0;
        while (i < size && want[i] == found[i])
            i++;
        if (i < size)
            ck_abort_msg("%s, window %d %d %d %d: row %d, byte %zu is %d, not %d", name, window->x0,
                         window->y0, window->x1, window->y1, y, i, found[i], want[i]);
    }
}

static void expect_windows(const File *file, const AugImage *all, uint64_t *state)
{
    AugImage part;
    ImgWindow got;
    decode(file, all->channels, NULL, &part, &got);
    const ImgWindow whole = img_window_all(all->width, all->height);
    expect_part(all, &part, &got, &whole, file->name);
    for (int i = 0; i < N_WINDOWS; i++) {
        ImgWindow window = test_window(state, all->width, all->height);
        if (i % 3 == 1 && window.x0 + 1 < window.x1)
            window.x1 = window.x0 + 1 + (int32_t)(test_random(state) % 3) % (window.x1 - window.x0);
        decode(file, all->channels, &window, &part, &got);
        expect_part(all, &part, &got, &window, file->name);
    }
}

START_TEST(jpeg_windows_equal_the_full_decode)
{
    static const struct {
        const char *name;
        TestJpeg form;
        int32_t channels;
    } layouts[] = {
        {"4:4:4", {0}, 3},
        {"4:2:2", {.h_samp = 2, .v_samp = 1}, 3},
        {"4:2:0", {.h_samp = 2, .v_samp = 2}, 3},
        {"4:4:0", {.h_samp = 1, .v_samp = 2}, 3},
        {"4:1:1", {.h_samp = 4, .v_samp = 1}, 3},
        {"4:1:0", {.h_samp = 4, .v_samp = 2}, 3},
        {"1 x 4", {.h_samp = 1, .v_samp = 4}, 3},
        {"4:2:0 progressive", {.h_samp = 2, .v_samp = 2, .progressive = true}, 3},
        {"4:2:2 progressive", {.h_samp = 2, .v_samp = 1, .progressive = true}, 3},
        {"4:4:4 progressive", {.progressive = true}, 3},
        {"4:2:0 restarts", {.h_samp = 2, .v_samp = 2, .restart_rows = 1}, 3},
        {"4:4:4 unfinished", {.scans = test_scans_unfinished, .n_scans = 3}, 3},
        {"4:2:0 unfinished",
         {.h_samp = 2, .v_samp = 2, .scans = test_scans_unfinished, .n_scans = 3},
         3},
        {"4:2:0 of one scan",
         {.h_samp = 2, .v_samp = 2, .scans = test_scan_first, .n_scans = 1},
         3},
        {"grey unfinished", {.scans = test_scans_unfinished_grey, .n_scans = 2}, 1},
        {"4:2:0 by component",
         {.h_samp = 2, .v_samp = 2, .scans = test_scans_apart, .n_scans = 3},
         3},
        {"4:2:0 arithmetic", {.h_samp = 2, .v_samp = 2, .arithmetic = true}, 3},
        {"RGB in the file", {.space = JCS_RGB}, 3},
        {"grey", {0}, 1},
        {"grey 2 x 2", {.h_samp = 2, .v_samp = 2}, 1},
        {"grey progressive", {.progressive = true}, 1},
        {"grey restarts", {.restart_rows = 2}, 1},
    };
    static const int32_t sizes[][2] = {{131, 97}, {64, 48}, {17, 16}, {9, 40}, {1, 1}, {2, 33}};
    uint64_t state = 7;
    const size_t n_sizes = sizeof(sizes) / sizeof(sizes[0]);
    const size_t i = (size_t)_i;
    for (size_t k = 0; k < n_sizes; k++) {
        const AugImage scene = test_scene(&state, sizes[k][0], sizes[k][1], layouts[i].channels);
        size_t size = 0;
        uint8_t *bytes = test_jpeg(&scene, &layouts[i].form, &size);
        const AugImage all =
            test_jpeg_decode(bytes, size, layouts[i].channels == 1 ? JCS_GRAYSCALE : JCS_RGB);
        expect_windows(&(File){bytes, size, layouts[i].name}, &all, &state);
        free(all.pixels);
        free(scene.pixels);
        free(bytes);
    }
}
END_TEST

#define N_LAYOUTS 22

START_TEST(grey_and_colour_are_exchanged)
{
    uint64_t state = 3;
    const AugImage scene = test_scene(&state, 50, 37, 3);
    size_t size = 0;
    uint8_t *bytes = test_jpeg(&scene, &(TestJpeg){.h_samp = 2, .v_samp = 2}, &size);
    const AugImage rgb = test_jpeg_decode(bytes, size, JCS_RGB);
    AugImage grey;
    ImgWindow got;
    decode(&(File){bytes, size, "RGB to grey"}, 1, NULL, &grey, &got);
    for (int32_t y = 0; y < 37; y++) {
        for (int32_t x = 0; x < 50; x++) {
            const uint8_t *p = test_pixel(&rgb, x, y);
            const int want = (p[0] * 19595 + p[1] * 38470 + p[2] * 7471 + 0x8000) >> 16;
            ck_assert_int_eq(*test_pixel(&grey, x, y), want);
        }
    }
    free(bytes);
    free(rgb.pixels);
    const AugImage flat = test_noise(&state, 33, 21, 1);
    bytes = test_jpeg(&flat, &(TestJpeg){0}, &size);
    const AugImage one = test_jpeg_decode(bytes, size, JCS_GRAYSCALE);
    AugImage three;
    decode(&(File){bytes, size, "grey to RGB"}, 3, NULL, &three, &got);
    for (int32_t y = 0; y < 21; y++) {
        for (int32_t i = 0; i < 33 * 3; i++)
            ck_assert_int_eq(test_pixel(&three, 0, y)[i], *test_pixel(&one, i / 3, y));
    }
    free(bytes);
    free(one.pixels);
    free(flat.pixels);
    free(scene.pixels);
}
END_TEST

START_TEST(cmyk_is_read_as_inverted)
{
    uint64_t state = 5;
    const AugImage scene = test_scene(&state, 40, 24, 4);
    const J_COLOR_SPACE spaces[] = {JCS_CMYK, JCS_YCCK};
    for (size_t i = 0; i < 2; i++) {
        size_t size = 0;
        uint8_t *bytes = test_jpeg(&scene, &(TestJpeg){.space = spaces[i], .quality = 100}, &size);
        const AugImage ink = test_jpeg_decode(bytes, size, JCS_CMYK);
        const ImgWindow window = {.x0 = 11, .y0 = 5, .x1 = 30, .y1 = 20};
        AugImage rgb;
        ImgWindow got;
        decode(&(File){bytes, size, "CMYK"}, 3, &window, &rgb, &got);
        for (int32_t y = window.y0; y < window.y1; y++) {
            for (int32_t k = window.x0 * 3; k < window.x1 * 3; k++) {
                const uint8_t *p = test_pixel(&ink, k / 3, y);
                /* Pillow: invert all four, then R = (255 - K) - C (255 - K) / 255, rounded. */
                const int light = p[3];
                const int product = (255 - p[k % 3]) * light + 128;
                const int want = light - ((product + (product >> 8)) >> 8);
                ck_assert_int_eq(test_pixel(&rgb, 0, y - got.y0)[k - 3 * got.x0], want);
            }
        }
        free(ink.pixels);
        free(bytes);
    }
    free(scene.pixels);
}
END_TEST

START_TEST(png_windows_equal_what_was_written)
{
    uint64_t state = 11;
    for (int32_t channels = 1; channels <= 3; channels += 2) {
        const AugImage noise = test_noise(&state, 61, 43, channels);
        uint8_t *bytes = NULL;
        size_t size = 0;
        ck_assert_int_eq(aug_image_encode_png(&noise, &bytes, &size, NULL), AUG_OK);
        expect_windows(&(File){bytes, size, "PNG"}, &noise, &state);
        free(bytes);
        free(noise.pixels);
    }
}
END_TEST

START_TEST(photographs_equal_the_full_decode)
{
    char *path = test_data("imagenet-sample-300.tar");
    if (!path)
        return;
    size_t tar_size = 0;
    uint8_t *tar = test_read_file(path, &tar_size);
    uint64_t state = 13;
    size_t at = 0;
    int n_photographs = 0;
    TestMember member;
    while (test_tar_next(tar, tar_size, &at, &member)) {
        if (member.size < 3 || memcmp(member.bytes, "\xff\xd8\xff", 3) != 0)
            continue;
        n_photographs++;
        const AugImage all = test_jpeg_decode(member.bytes, member.size, JCS_RGB);
        for (int i = 0; i < 4; i++) {
            const ImgWindow window = test_window(&state, all.width, all.height);
            AugImage part;
            ImgWindow got;
            decode(&(File){member.bytes, member.size, member.name}, 3, i ? &window : NULL, &part,
                   &got);
            const ImgWindow whole = img_window_all(all.width, all.height);
            expect_part(&all, &part, &got, i ? &window : &whole, member.name);
        }
        free(all.pixels);
    }
    ck_assert_int_eq(n_photographs, 300);
    free(tar);
    free(path);
}
END_TEST

START_TEST(wrong_jobs_are_refused)
{
    uint64_t state = 1;
    const AugImage noise = test_noise(&state, 20, 10, 3);
    uint8_t *bytes = NULL;
    size_t size = 0;
    ck_assert_int_eq(aug_image_encode_png(&noise, &bytes, &size, NULL), AUG_OK);
    ImgHeader header;
    ck_assert_int_eq(img_header(bytes, size, &limits, &header, NULL), AUG_OK);
    const ImgWindow windows[] = {{0, 0, 21, 10},  {0, 0, 20, 11}, {-1, 0, 20, 10},
                                 {0, -1, 20, 10}, {5, 5, 5, 6},   {6, 5, 5, 6}};
    ImgDecodeJob job = {.bytes = bytes, .size = size, .header = &header, .channels = 3};
    AugImage out;
    ImgWindow got;
    for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
        job.window = &windows[i];
        AugError error = {0};
        ck_assert_int_eq(img_decode(decoder, &job, &limits, &out, &got, &error), AUG_BAD_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "20 x 10"));
    }
    job.window = NULL;
    job.channels = 2;
    ck_assert_int_eq(img_decode(decoder, &job, &limits, &out, &got, NULL), AUG_BAD_ARGUMENT);
    /* A header of other bytes is noticed. */
    job.channels = 3;
    header.width = 19;
    ck_assert_int_eq(img_decode(decoder, &job, &limits, &out, &got, NULL), AUG_CORRUPT);
    free(bytes);
    free(noise.pixels);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec window");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 200);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, jpeg_windows_equal_the_full_decode, 0, N_LAYOUTS);
    tcase_add_test(tests, grey_and_colour_are_exchanged);
    tcase_add_test(tests, cmyk_is_read_as_inverted);
    tcase_add_test(tests, png_windows_equal_what_was_written);
    tcase_add_test(tests, photographs_equal_the_full_decode);
    tcase_add_test(tests, wrong_jobs_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
