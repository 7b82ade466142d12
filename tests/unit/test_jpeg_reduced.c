/* JPEGs at a part of their size: against sums of cosines over their coefficients in double, against
 * means of libjpeg's full decode, by windows, and with damage that only a careful look sees. */
#include <math.h>

#include "image/codec/codec.h"
#include "tests/support/pictures.h"

static AugLimits limits;
static ImgDecoder *decoder;

/* Wave u of the DCT at place x. */
static double waves[8][8];

static void set_up(void)
{
    for (int u = 0; u < 8; u++)
        for (int x = 0; x < 8; x++)
            waves[u][x] = (u ? 1 : M_SQRT1_2) / 2 * cos((2 * x + 1) * u * M_PI / 16);
    aug_limits_init(&limits);
    ck_assert_int_eq(img_decoder_new(&decoder, NULL), AUG_OK);
}

static void tear_down(void)
{
    img_decoder_free(decoder);
}

/* A JPEG file in memory. */
typedef struct File {
    uint8_t *bytes;
    size_t size;
} File;

/* What to decode of it. */
typedef struct Ask {
    int32_t channels, reduction;
    const ImgWindow *window;
    bool careful;
} Ask;

/* Decodes, or ends the test; returns the reduction that was done. out is borrowed. */
static int32_t decode(const File *file, const Ask *ask, AugImage *out, ImgWindow *got)
{
    ImgHeader header;
    AugError error = {0};
    int32_t reduction = ask->reduction;
    ck_assert_msg(img_header(file->bytes, file->size, &limits, &header, &error) == AUG_OK, "%s",
                  error.message);
    const ImgDecodeJob job = {.bytes = file->bytes,
                              .size = file->size,
                              .header = &header,
                              .channels = ask->channels,
                              .window = ask->window,
                              .careful = ask->careful,
                              .reduction = &reduction};
    ck_assert_msg(img_decode(decoder, &job, &limits, out, got, &error) == AUG_OK, "%s",
                  error.message);
    ck_assert_int_eq(out->width, got->x1 - got->x0);
    ck_assert_int_eq(out->height, got->y1 - got->y0);
    return reduction;
}

/* The coefficients of a file, dequantised, through libjpeg. */
typedef struct Coefficients {
    struct jpeg_error_mgr errors;
    struct jpeg_decompress_struct info;
    jvirt_barray_ptr *arrays;
} Coefficients;

static void read_coefficients(Coefficients *from, const File *file)
{
    from->info.err = jpeg_std_error(&from->errors);
    jpeg_create_decompress(&from->info);
    jpeg_mem_src(&from->info, file->bytes, (unsigned long)file->size);
    jpeg_read_header(&from->info, TRUE);
    from->arrays = jpeg_read_coefficients(&from->info);
}

/* A sample of a component by the definition of the inverse DCT (T.81, A.3.3), not rounded; cut to
 * 0..255 if cuts. */
static double sample_at(Coefficients *from, int component, int32_t x, int32_t y, bool cuts)
{
    const jpeg_component_info *info = &from->info.comp_info[component];
    JBLOCKARRAY rows = from->info.mem->access_virt_barray(
        (j_common_ptr)&from->info, from->arrays[component], (JDIMENSION)(y / 8), 1, FALSE);
    const JCOEF *block = rows[0][x / 8];
    double sum = 128;
    for (int v = 0; v < 8; v++)
        for (int u = 0; u < 8; u++)
            sum += waves[u][x % 8] * waves[v][y % 8] * block[8 * v + u] *
                   info->quant_table->quantval[8 * v + u];
    return !cuts ? sum : sum < 0 ? 0 : sum > 255 ? 255 : sum;
}

/* The mean of the samples that lie in a pixel of the smaller picture. */
static double mean_at(Coefficients *from, int component, int32_t reduction, int32_t x, int32_t y)
{
    const jpeg_component_info *info = &from->info.comp_info[component];
    const int across = reduction * info->h_samp_factor / from->info.max_h_samp_factor;
    const int down = reduction * info->v_samp_factor / from->info.max_v_samp_factor;
    const bool cuts = across < 8 || down < 8;
    double sum = 0;
    for (int i = 0; i < across * down; i++)
        sum += sample_at(from, component, x * across + i % across, y * down + i / across, cuts);
    return sum / (across * down);
}

static double cut(double value)
{
    return value < 0 ? 0 : value > 255 ? 255 : value;
}

/* A pixel as JFIF's matrix has it. */
static void pixel_at(Coefficients *from, int32_t reduction, int32_t x, int32_t y, double rgb[3])
{
    double values[3] = {0, 128, 128};
    for (int c = 0; c < from->info.num_components; c++)
        values[c] = cut(mean_at(from, c, reduction, x, y));
    rgb[0] = cut(values[0] + 1.402 * (values[2] - 128));
    rgb[1] = cut(values[0] - 0.344136 * (values[1] - 128) - 0.714136 * (values[2] - 128));
    rgb[2] = cut(values[0] + 1.772 * (values[1] - 128));
}

/* A component is off by half for its last rounding and by little for those of the samples before it,
 * less than 1 together (IEEE 1180 allows the integer transform a mean error of 0.015, a peak of 1).
 * Colours add up 2.772 components at most, and round once more. */
#define MOST_OFF_GREY 1.0
#define MOST_OFF (2.772 * MOST_OFF_GREY + 0.5)

static void expect_means(const File *file, int32_t reduction, const char *name)
{
    Coefficients from;
    AugImage image;
    ImgWindow got;
    read_coefficients(&from, file);
    const Ask ask = {.channels = 3, .reduction = reduction};
    ck_assert_msg(decode(file, &ask, &image, &got) == reduction, "%s by %d is decoded in full",
                  name, reduction);
    const int32_t width = (int32_t)from.info.image_width, height = (int32_t)from.info.image_height;
    ck_assert_int_eq(image.width, (width + reduction - 1) / reduction);
    ck_assert_int_eq(image.height, (height + reduction - 1) / reduction);
    const double most = from.info.num_components == 1 ? MOST_OFF_GREY : MOST_OFF;
    for (int32_t y = 0; y < image.height; y++)
        for (int32_t x = 0; x < image.width; x++) {
            double wanted[3];
            pixel_at(&from, reduction, x, y, wanted);
            for (int c = 0; c < 3; c++)
                ck_assert_msg(fabs(test_pixel(&image, x, y)[c] - wanted[c]) <= most,
                              "%s by %d, channel %d of (%d, %d): %d, not %.2f", name, reduction, c,
                              x, y, test_pixel(&image, x, y)[c], wanted[c]);
        }
    jpeg_destroy_decompress(&from.info);
}

static const struct {
    const char *name;
    int32_t channels;
    TestJpeg form;
} kinds[] = {
    {"grey", 1, {.quality = 90}},
    {"4:4:4", 3, {.quality = 95}},
    {"4:2:2", 3, {.h_samp = 2, .v_samp = 1}},
    {"4:4:0", 3, {.h_samp = 1, .v_samp = 2, .restart_rows = 1}},
    {"4:2:0", 3, {.h_samp = 2, .v_samp = 2, .optimized = true}},
    {"coarse", 3, {.h_samp = 2, .v_samp = 2, .quality = 5}},
};

static File make_file(uint64_t *state, size_t kind, int32_t width, int32_t height, bool noise)
{
    File file;
    const AugImage image = noise ? test_noise(state, width, height, kinds[kind].channels)
                                 : test_scene(state, width, height, kinds[kind].channels);
    file.bytes = test_jpeg(&image, &kinds[kind].form, &file.size);
    free(image.pixels);
    return file;
}

START_TEST(means_of_samples)
{
    uint64_t state = 1;
    for (size_t i = 0; i < AUG_COUNT(kinds); i++)
        for (int32_t reduction = 2; reduction <= 8; reduction *= 2)
            for (int round = 0; round < 3; round++) {
                File file = make_file(&state, i, test_between(&state, 6, 60),
                                      test_between(&state, 6, 60), round == 2);
                expect_means(&file, reduction, kinds[i].name);
                free(file.bytes);
            }
}
END_TEST

/* In a grey file every pixel is exactly the mean of libjpeg's pixels; of whole blocks, if none was
 * cut, the mean of values before their rounding. */
START_TEST(means_of_a_full_decode)
{
    uint64_t state = 2;
    File file = make_file(&state, 0, 203, 160, false);
    const AugImage all = test_jpeg_decode(file.bytes, file.size, JCS_GRAYSCALE);
    for (int32_t reduction = 2; reduction <= 8; reduction *= 2) {
        AugImage image;
        ImgWindow got;
        ck_assert_int_eq(decode(&file, &(Ask){.channels = 1, .reduction = reduction}, &image, &got),
                         reduction);
        const int32_t n = reduction * reduction;
        for (int32_t y = 0; y < all.height / reduction; y++)
            for (int32_t x = 0; x < all.width / reduction; x++) {
                int32_t sum = n / 2;
                for (int32_t i = 0; i < n; i++)
                    sum += *test_pixel(&all, x * reduction + i % reduction,
                                       y * reduction + i / reduction);
                ck_assert_int_le(abs(*test_pixel(&image, x, y) - sum / n), reduction == 8);
            }
    }
    free(all.pixels);
    free(file.bytes);
}
END_TEST

static void expect_window(const File *file, const Ask *ask, const AugImage *all)
{
    AugImage part;
    ImgWindow got;
    const ImgWindow *window = ask->window;
    ck_assert_int_eq(decode(file, ask, &part, &got), ask->reduction);
    ck_assert_int_le(got.x0 * ask->reduction, window->x0);
    ck_assert_int_le(got.y0 * ask->reduction, window->y0);
    ck_assert_int_ge(got.x1 * ask->reduction, window->x1);
    ck_assert_int_ge(got.y1 * ask->reduction, window->y1);
    for (int32_t y = got.y0; y < got.y1; y++)
        ck_assert_mem_eq(test_pixel(&part, 0, y - got.y0), test_pixel(all, got.x0, y),
                         (size_t)part.width * (size_t)part.channels);
}

START_TEST(windows_have_the_pixels_of_the_whole)
{
    uint64_t state = 3;
    for (size_t i = 0; i < AUG_COUNT(kinds); i++)
        for (int32_t reduction = 2; reduction <= 8; reduction *= 2) {
            const int32_t width = test_between(&state, 40, 150);
            const int32_t height = test_between(&state, 40, 150);
            File file = make_file(&state, i, width, height, false);
            AugImage borrowed;
            ImgWindow got;
            Ask ask = {.channels = i % 2 ? 1 : 3, .reduction = reduction};
            ck_assert_int_eq(decode(&file, &ask, &borrowed, &got), reduction);
            AugImage all = borrowed;
            const size_t size = borrowed.row_size * (size_t)borrowed.height;
            all.pixels = malloc(size);
            memcpy(all.pixels, borrowed.pixels, size);
            for (int round = 0; round < 20; round++) {
                const ImgWindow window = test_window(&state, width, height);
                ask.window = &window;
                ask.careful = round % 2;
                expect_window(&file, &ask, &all);
            }
            free(all.pixels);
            free(file.bytes);
        }
}
END_TEST

START_TEST(other_files_are_decoded_in_full)
{
    uint64_t state = 4;
    const AugImage image = test_scene(&state, 61, 47, 3);
    const TestJpeg form = {.progressive = true};
    File file;
    file.bytes = test_jpeg(&image, &form, &file.size);
    const AugImage all = test_jpeg_decode(file.bytes, file.size, JCS_RGB);
    for (int careful = 0; careful < 2; careful++) {
        AugImage out;
        ImgWindow got;
        const Ask ask = {.channels = 3, .reduction = 4, .careful = careful};
        ck_assert_int_eq(decode(&file, &ask, &out, &got), 1);
        for (int32_t y = 0; y < out.height; y++)
            ck_assert_mem_eq(test_pixel(&out, 0, y), test_pixel(&all, got.x0, got.y0 + y),
                             (size_t)out.width * 3);
    }
    free(all.pixels);
    free(image.pixels);
    free(file.bytes);
}
END_TEST

/* A valid file whose last block is beyond what the decoder of windows takes: a careful look sees it,
 * a window above it does not, and both must make the same pixels. */
static File make_extreme(uint64_t *state)
{
    Coefficients from;
    File plain = make_file(state, 0, 64, 96, false), file = {0};
    read_coefficients(&from, &plain);
    JQUANT_TBL *table = from.info.comp_info[0].quant_table;
    JBLOCKARRAY rows =
        from.info.mem->access_virt_barray((j_common_ptr)&from.info, from.arrays[0], 11, 1, TRUE);
    table->quantval[63] = from.info.quant_tbl_ptrs[0]->quantval[63] = 255;
    rows[0][7][63] = 1000;
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct to = {.err = jpeg_std_error(&errors)};
    unsigned long size = 0;
    jpeg_create_compress(&to);
    jpeg_mem_dest(&to, &file.bytes, &size);
    jpeg_copy_critical_parameters(&from.info, &to);
    jpeg_write_coefficients(&to, from.arrays);
    jpeg_finish_compress(&to);
    jpeg_destroy_compress(&to);
    jpeg_destroy_decompress(&from.info);
    free(plain.bytes);
    file.size = size;
    return file;
}

START_TEST(a_careful_decode_makes_the_same_pixels)
{
    uint64_t state = 5;
    File file = make_extreme(&state);
    const ImgWindow above = {.x0 = 3, .y0 = 2, .x1 = 60, .y1 = 50};
    AugImage out;
    ImgWindow got;
    Ask ask = {.channels = 1, .reduction = 2, .window = &above};
    ck_assert_int_eq(decode(&file, &ask, &out, &got), 2);
    uint8_t kept[32 * 32];
    ck_assert_uint_le((size_t)out.width * (size_t)out.height, sizeof(kept));
    for (int32_t y = 0; y < out.height; y++)
        memcpy(kept + y * out.width, test_pixel(&out, 0, y), (size_t)out.width);
    ask.careful = true;
    ck_assert_int_eq(decode(&file, &ask, &out, &got), 2);
    for (int32_t y = 0; y < out.height; y++)
        ck_assert_mem_eq(test_pixel(&out, 0, y), kept + y * out.width, (size_t)out.width);
    /* What is seen of it is decoded in full, carefully or not. */
    ask.window = NULL;
    ck_assert_int_eq(decode(&file, &ask, &out, &got), 1);
    ask.careful = false;
    ck_assert_int_eq(decode(&file, &ask, &out, &got), 1);
    free(file.bytes);
}
END_TEST

START_TEST(other_numbers_are_refused)
{
    uint64_t state = 6;
    File file = make_file(&state, 0, 20, 20, false);
    ImgHeader header;
    AugImage out;
    ImgWindow got;
    AugError error = {0};
    int32_t reduction = 3;
    ck_assert_int_eq(img_header(file.bytes, file.size, &limits, &header, NULL), AUG_OK);
    const ImgDecodeJob job = {.bytes = file.bytes,
                              .size = file.size,
                              .header = &header,
                              .channels = 1,
                              .reduction = &reduction};
    ck_assert_int_eq(img_decode(decoder, &job, &limits, &out, &got, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message, "found a reduction by 3; allowed are 1, 2, 4 and 8");
    free(file.bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("jpeg reduced");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, means_of_samples);
    tcase_add_test(tests, means_of_a_full_decode);
    tcase_add_test(tests, windows_have_the_pixels_of_the_whole);
    tcase_add_test(tests, other_files_are_decoded_in_full);
    tcase_add_test(tests, a_careful_decode_makes_the_same_pixels);
    tcase_add_test(tests, other_numbers_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
