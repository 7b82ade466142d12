/* Rewriting picture files: every pixel stays, all damage is an error, and what cannot be written stays
 * whole. Python's tests of aug pack compare with Pillow. */
#include "aug/image.h"
#include "image/codec/codec.h"
#include "tests/support/pictures.h"

static const AugRepackOptions lossless = {.interval = 8};

/* How a file is made with libjpeg. sampling: of luma, both ways */
typedef struct Making {
    int32_t width, height, channels;
    int sampling;
    bool progressive;
    int n_scans; /* that are kept of a progressive file; 0: all */
} Making;

/* A JPEG; the caller frees it. */
static uint8_t *make_jpeg(const Making *making, size_t *size)
{
    uint64_t state = 5;
    const AugImage noise = test_noise(&state, making->width, making->height, making->channels);
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &length);
    info.image_width = (JDIMENSION)making->width;
    info.image_height = (JDIMENSION)making->height;
    info.input_components = making->channels;
    info.in_color_space = making->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    if (making->progressive)
        jpeg_simple_progression(&info);
    if (making->n_scans)
        info.num_scans = making->n_scans;
    info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = making->sampling;
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = test_pixel(&noise, 0, (int32_t)info.next_scanline);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    free(noise.pixels);
    *size = length;
    return bytes;
}

static AugRepacked repack(const uint8_t *bytes, size_t size, const AugRepackOptions *options)
{
    AugRepacked made;
    AugError error = {0};
    ck_assert_msg(aug_image_repack(bytes, size, options, NULL, &made, &error) == AUG_OK, "%s",
                  error.message);
    return made;
}

static void compare(const AugImagePair *pair, const char *expected)
{
    char difference[160];
    AugError error = {0};
    ck_assert_msg(aug_image_compare(pair, NULL, difference, &error) == AUG_OK, "%s", error.message);
    ck_assert_str_eq(difference, expected);
}

START_TEST(pixels_of_every_kind_stay)
{
    static const int32_t sizes[][2] = {{1, 1}, {8, 8}, {17, 33}, {64, 16}, {65, 97}};
    for (size_t i = 0; i < AUG_COUNT(sizes); i++) {
        for (int kind = 0; kind < 8; kind++) {
            const Making making = {.width = sizes[i][0],
                                   .height = sizes[i][1],
                                   .channels = kind & 1 ? 3 : 1,
                                   .sampling = kind & 2 ? 2 : 1,
                                   .progressive = kind & 4};
            size_t size;
            uint8_t *bytes = make_jpeg(&making, &size);
            for (uint32_t interval = 1; interval <= 65535;
                 interval = interval * 8 - 1 + (interval == 1)) {
                const AugRepacked made =
                    repack(bytes, size, &(AugRepackOptions){.interval = interval});
                ck_assert_ptr_nonnull(made.bytes);
                compare(&(AugImagePair){bytes, made.bytes, size, made.size}, "");
                free(made.bytes);
            }
            free(bytes);
        }
    }
}
END_TEST

/* A picture to each side of a comparison, encoded as PNG. */
static void check_difference(const AugImage *first, const AugImage *second, const char *expected)
{
    AugImagePair pair;
    uint8_t *bytes[2];
    ck_assert_int_eq(aug_image_encode_png(first, &bytes[0], &pair.first_size, NULL), AUG_OK);
    ck_assert_int_eq(aug_image_encode_png(second, &bytes[1], &pair.second_size, NULL), AUG_OK);
    pair.first = bytes[0];
    pair.second = bytes[1];
    compare(&pair, expected);
    free(bytes[0]);
    free(bytes[1]);
}

START_TEST(comparison_finds_each_difference)
{
    const AugImage grey = test_picture(20, 10, 1, 7), other = test_picture(20, 10, 1, 7);
    const AugImage colour = test_picture(20, 10, 3, 7), wide = test_picture(21, 10, 1, 7);
    const AugImage deep =
        test_picture_of(20, 10, (ImgPixelType){.channels = 1, .dtype = AUG_DTYPE_U16}, 7);
    check_difference(&grey, &other, "");
    check_difference(&grey, &wide, "the pictures have 20 x 10 and 21 x 10 pixels");
    check_difference(&grey, &colour, "the pictures have 1 and 3 channels");
    check_difference(&grey, &deep, "the pictures have 8 and 16 bits a value");
    test_pixel(&other, 19, 9)[0] ^= 1;
    check_difference(&grey, &other, "the pixels at row 9, column 19 differ");
    free(grey.pixels);
    free(other.pixels);
    free(colour.pixels);
    free(wide.pixels);
    free(deep.pixels);
}
END_TEST

START_TEST(damage_is_an_error)
{
    const Making making = {.width = 60, .height = 45, .channels = 3, .sampling = 2};
    size_t size;
    uint8_t *bytes = make_jpeg(&making, &size);
    AugRepacked made;
    for (size_t cut = 0; cut < size; cut += 7) {
        AugError error = {0};
        const AugStatus status = aug_image_repack(bytes, cut, &lossless, NULL, &made, &error);
        ck_assert_msg(status == AUG_CORRUPT && error.message[0] && !made.bytes, "%zu bytes: %s",
                      cut, aug_status_name(status));
    }
    /* A changed byte is found, or is no damage: then the pixels are those of the changed file. */
    for (size_t at = 0; at < size; at += 3) {
        bytes[at] ^= 0x21;
        AugError error = {0};
        if (aug_image_repack(bytes, size, &lossless, NULL, &made, &error) == AUG_OK) {
            ck_assert_ptr_nonnull(made.bytes);
            compare(&(AugImagePair){bytes, made.bytes, size, made.size}, "");
            free(made.bytes);
        } else {
            ck_assert(error.message[0] && !made.bytes);
        }
        bytes[at] ^= 0x21;
    }
    free(bytes);
}
END_TEST

START_TEST(what_cannot_be_written_stays)
{
    const Making making = {
        .width = 64, .height = 64, .channels = 3, .sampling = 1, .progressive = true, .n_scans = 4};
    size_t size;
    uint8_t *bytes = make_jpeg(&making, &size);
    AugRepacked made = repack(bytes, size, &lossless);
    ck_assert_ptr_null(made.bytes);
    ck_assert_str_eq(made.kept,
                     "it is progressive and lacks bits, for which every decoder puts guesses");
    free(bytes);
    /* A limit that the file itself keeps, and what is made of it does not: markers at every MCU. */
    const Making plain = {.width = 64, .height = 64, .channels = 1, .sampling = 1};
    bytes = make_jpeg(&plain, &size);
    AugLimits limits;
    aug_limits_init(&limits);
    const AugRepackOptions every = {.interval = 1};
    made = repack(bytes, size, &every);
    const size_t whole = made.size;
    free(made.bytes);
    const uint64_t bounds[] = {whole, whole - 1};
    for (size_t i = 0; i < AUG_COUNT(bounds); i++) {
        limits.max_encoded_size = bounds[i];
        if (size > bounds[i])
            continue;
        ck_assert_int_eq(aug_image_repack(bytes, size, &every, &limits, &made, NULL), AUG_OK);
        ck_assert(i == 0 ? made.bytes != NULL
                         : strcmp(made.kept, "it would be larger than files may be") == 0);
        free(made.bytes);
    }
    limits.max_encoded_size = size - 1;
    ck_assert_int_eq(aug_image_repack(bytes, size, &every, &limits, &made, NULL), AUG_TOO_LARGE);
    free(bytes);
}
END_TEST

START_TEST(options_have_bounds)
{
    static const AugRepackOptions wrong[] = {
        {.interval = 0}, {.interval = 65536}, {.interval = 8, .quality = 101}};
    const Making making = {.width = 8, .height = 8, .channels = 1, .sampling = 1};
    size_t size;
    uint8_t *bytes = make_jpeg(&making, &size);
    for (size_t i = 0; i < AUG_COUNT(wrong); i++) {
        AugRepacked made;
        ck_assert_int_eq(aug_image_repack(bytes, size, &wrong[i], NULL, &made, NULL),
                         AUG_BAD_ARGUMENT);
        ck_assert_ptr_null(made.bytes);
    }
    free(bytes);
}
END_TEST

START_TEST(scaled_sides_are_rounded)
{
    static const struct {
        int32_t width, height;
        uint32_t max_side;
        int32_t to_width, to_height;
    } cases[] = {{100, 30, 10, 10, 3},
                 {30, 100, 10, 3, 10},
                 {1000, 1, 10, 10, 1},
                 {3, 2, 2, 2, 1},
                 {7, 7, 7, 7, 7}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const Making making = {
            .width = cases[i].width, .height = cases[i].height, .channels = 3, .sampling = 2};
        size_t size;
        uint8_t *bytes = make_jpeg(&making, &size);
        const AugRepacked made =
            repack(bytes, size, &(AugRepackOptions){.interval = 8, .max_side = cases[i].max_side});
        AugLimits limits;
        aug_limits_init(&limits);
        ImgHeader header;
        ck_assert_int_eq(img_header(made.bytes, made.size, &limits, &header, NULL), AUG_OK);
        ck_assert_int_eq(header.width, cases[i].to_width);
        ck_assert_int_eq(header.height, cases[i].to_height);
        free(made.bytes);
        free(bytes);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image_repack");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, pixels_of_every_kind_stay);
    tcase_add_test(tests, comparison_finds_each_difference);
    tcase_add_test(tests, damage_is_an_error);
    tcase_add_test(tests, what_cannot_be_written_stays);
    tcase_add_test(tests, options_have_bounds);
    tcase_add_test(tests, scaled_sides_are_rounded);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
