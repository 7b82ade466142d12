/* Masks as files, on pictures that lie on their side; and data sets whose targets are refused before
 * the first sample. */
#include <png.h>

#include "image/codec/codec.h"
#include "tests/support/pictures.h"
#include "tests/support/targets_case.h"

/* A PNG file in memory. */
typedef struct File {
    uint8_t bytes[4096];
    size_t size;
} File;

static void append(png_structp png, png_bytep data, size_t size)
{
    File *file = png_get_io_ptr(png);
    ck_assert_uint_le(file->size + size, sizeof(file->bytes));
    memcpy(file->bytes + file->size, data, size);
    file->size += size;
}

static void flush(png_structp png)
{
    (void)png;
}

/* Odd, so that the last byte of a row of 1, 2 or 4 bits is not full. */
static const AugSize file_size = {.height = 5, .width = 7};

static int value_at(int32_t y, int32_t x, int depth)
{
    return (y * 7 + x * 3) % (depth < 8 ? 1 << depth : 200);
}

static int channels_of(int type)
{
    return (type & PNG_COLOR_MASK_COLOR && type != PNG_COLOR_TYPE_PALETTE ? 3 : 1) +
           !!(type & PNG_COLOR_MASK_ALPHA);
}

/* Writes value_at into every channel. A palette has all colours in reverse, so that no index is its
 * colour. */
static void write_png(File *file, int depth, int type, bool interlaced)
{
    file->size = 0;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    ck_assert_ptr_nonnull(info);
    png_set_write_fn(png, file, append, flush);
    png_set_IHDR(png, info, (png_uint_32)file_size.width, (png_uint_32)file_size.height, depth,
                 type, interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
    png_color palette[256];
    for (int i = 0; i < 256; i++)
        palette[i] = (png_color){(uint8_t)(255 - i), (uint8_t)(255 - i), (uint8_t)(254 - i)};
    if (type == PNG_COLOR_TYPE_PALETTE)
        png_set_PLTE(png, info, palette, 1 << depth);
    png_write_info(png, info);
    png_set_packing(png);
    uint8_t rows[5][7 * 4 * 2] = {{0}};
    png_bytep list[5];
    for (int32_t y = 0; y < file_size.height; y++) {
        uint8_t *to = list[y] = rows[y];
        for (int32_t i = 0; i < file_size.width * channels_of(type); i++) {
            *to++ = (uint8_t)value_at(y, i / channels_of(type), depth);
            to += depth == 16;
        }
    }
    png_write_image(png, list);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
}

static uint8_t picture_pixels[35];

/* A sample of files with no rows; picture is a PNG that is freed by the caller. */
static void set_files(AugField in[TARGETS_FIELDS], const File *mask, uint8_t **picture)
{
    const AugImage image = {picture_pixels, file_size.height, file_size.width, 1, 7, AUG_DTYPE_U8};
    size_t size;
    ck_assert_int_eq(aug_image_encode_png(&image, picture, &size, NULL), AUG_OK);
    memset(in, 0, TARGETS_FIELDS * sizeof(*in));
    in[TARGETS_IMAGE] = targets_file(*picture, size);
    in[TARGETS_MASK] = targets_file(mask->bytes, mask->size);
}

START_TEST(class_numbers_are_those_in_the_file)
{
    static const struct {
        int depth, type;
    } kinds[] = {
        {1, PNG_COLOR_TYPE_GRAY},    {2, PNG_COLOR_TYPE_GRAY},    {4, PNG_COLOR_TYPE_GRAY},
        {8, PNG_COLOR_TYPE_GRAY},    {1, PNG_COLOR_TYPE_PALETTE}, {2, PNG_COLOR_TYPE_PALETTE},
        {4, PNG_COLOR_TYPE_PALETTE}, {8, PNG_COLOR_TYPE_PALETTE},
    };
    ImageCase whole, part;
    const AugDatasetInfo info = targets_info((AugSize){0}, 0);
    targets_open_any_size(&whole, "[]", &info);
    targets_open_any_size(&part, "[CenterCrop: [3, 3]]", &info);
    for (size_t i = 0; i < 2 * AUG_COUNT(kinds); i++) {
        const int depth = kinds[i / 2].depth;
        File mask;
        uint8_t *picture;
        AugField in[TARGETS_FIELDS], out[TARGETS_FIELDS];
        write_png(&mask, depth, kinds[i / 2].type, i % 2);
        set_files(in, &mask, &picture);
        targets_augment(&whole, 0, in, out);
        ck_assert_uint_eq(out[TARGETS_MASK].size, 35);
        for (int32_t k = 0; k < 35; k++)
            ck_assert_int_eq(((const uint8_t *)out[TARGETS_MASK].bytes)[k],
                             value_at(k / 7, k % 7, depth));
        targets_augment(&part, 0, in, out);
        ck_assert_uint_eq(out[TARGETS_MASK].size, 9);
        for (int32_t k = 0; k < 9; k++)
            ck_assert_int_eq(((const uint8_t *)out[TARGETS_MASK].bytes)[k],
                             value_at(1 + k / 3, 2 + k % 3, depth));
        free(picture);
    }
    image_case_close(&whole);
    image_case_close(&part);
}
END_TEST

START_TEST(pictures_that_are_no_masks_are_refused)
{
    static const struct {
        int depth, type;
        const char *words;
    } faults[] = {
        {8, PNG_COLOR_TYPE_RGB,
         "the mask has 3 channels; allowed are class numbers: 8 bits of one "},
        {8, PNG_COLOR_TYPE_RGB_ALPHA, "the mask has 4 channels"},
        {8, PNG_COLOR_TYPE_GRAY_ALPHA, "the mask has 2 channels"},
        {16, PNG_COLOR_TYPE_GRAY, "the mask has 16 bits; allowed are class numbers of up to 8"},
    };
    ImageCase image_case;
    const AugDatasetInfo info = targets_info((AugSize){0}, 0);
    targets_open_any_size(&image_case, "[]", &info);
    File mask;
    uint8_t *picture;
    AugField in[TARGETS_FIELDS];
    for (size_t i = 0; i < AUG_COUNT(faults); i++) {
        write_png(&mask, faults[i].depth, faults[i].type, false);
        set_files(in, &mask, &picture);
        targets_refused(&image_case, in, AUG_UNSUPPORTED, faults[i].words);
        free(picture);
    }
    write_png(&mask, 8, PNG_COLOR_TYPE_GRAY, false);
    mask.size -= 20;
    set_files(in, &mask, &picture);
    targets_refused(&image_case, in, AUG_CORRUPT, "some/sample: the mask: the PNG is truncated");
    mask.size = 0;
    in[TARGETS_MASK].size = 0;
    targets_refused(&image_case, in, AUG_CORRUPT,
                    "some/sample: the mask: the picture file is empty");
    free(picture);
    image_case_close(&image_case);
}
END_TEST

/* An upright scene: a white square on black, off the middle, class 5, in a box, with a point at its
 * centre. Its sides lie on multiples of 8 from every corner, so that JPEG keeps them sharp. */
enum { UPRIGHT_HEIGHT = 48, UPRIGHT_WIDTH = 80, X0 = 8, Y0 = 16, X1 = 32, Y1 = 24 };

static bool is_square(int32_t y, int32_t x)
{
    return Y0 <= y && y < Y1 && X0 <= x && x < X1;
}

/* Where the pixel at a row and column of a stored picture lies when it is upright, by the words of
 * EXIF: which side the first row and the first column show. */
static void find_upright(int orientation, AugSize stored, int32_t row, int32_t column, int32_t *y,
                         int32_t *x)
{
    const int32_t last_row = stored.height - 1 - row, last_column = stored.width - 1 - column;
    const int32_t places[9][2] = {
        [1] = {row, column},           /* top, left */
        [2] = {row, last_column},      /* top, right */
        [3] = {last_row, last_column}, /* bottom, right */
        [4] = {last_row, column},      /* bottom, left */
        [5] = {column, row},           /* left, top */
        [6] = {column, last_row},      /* right, top */
        [7] = {last_column, last_row}, /* right, bottom */
        [8] = {last_column, row},      /* left, bottom */
    };
    *y = places[orientation][0];
    *x = places[orientation][1];
}

/* The scene as stored: JPEG of the picture, with the orientation; the caller frees it. */
static uint8_t *turned_jpeg(int orientation, size_t *size)
{
    const bool lies = orientation > 4;
    const AugSize stored = {.height = lies ? UPRIGHT_WIDTH : UPRIGHT_HEIGHT,
                            .width = lies ? UPRIGHT_HEIGHT : UPRIGHT_WIDTH};
    const AugImage image = test_picture(stored.width, stored.height, 1, 0);
    for (int32_t row = 0; row < stored.height; row++)
        for (int32_t column = 0; column < stored.width; column++) {
            int32_t y, x;
            find_upright(orientation, stored, row, column, &y, &x);
            *test_pixel(&image, column, row) = is_square(y, x) ? 255 : 0;
        }
    /* "Exif", a little-endian TIFF header, one entry 0x0112. */
    uint8_t exif[32] = {'E', 'x', 'i', 'f',  0, 0, 'I', 'I', 42, 0, 8, 0, 0,
                        0,   1,   0,   0x12, 1, 3, 0,   1,   0,  0, 0, 0};
    exif[24] = (uint8_t)orientation;
    uint8_t *jpeg = test_jpeg(
        &image, &(TestJpeg){.quality = 95, .app1 = exif, .app1_size = sizeof(exif)}, size);
    free(image.pixels);
    return jpeg;
}

/* The mask of the scene, upright; the caller frees it. */
static uint8_t *upright_mask(size_t *size)
{
    static uint8_t pixels[UPRIGHT_HEIGHT * UPRIGHT_WIDTH];
    for (int32_t i = 0; i < UPRIGHT_HEIGHT * UPRIGHT_WIDTH; i++)
        pixels[i] = is_square(i / UPRIGHT_WIDTH, i % UPRIGHT_WIDTH) ? 5 : 0;
    const AugImage image = {pixels, UPRIGHT_HEIGHT, UPRIGHT_WIDTH, 1, UPRIGHT_WIDTH, AUG_DTYPE_U8};
    uint8_t *png;
    ck_assert_int_eq(aug_image_encode_png(&image, &png, size, NULL), AUG_OK);
    return png;
}

/* Picture, mask, box and point of a result agree. Returns the pixels of the square. */
static int check_agreement(const AugField out[TARGETS_FIELDS], const char *what)
{
    const AugField *image = &out[TARGETS_IMAGE], *mask = &out[TARGETS_MASK];
    ck_assert_int_eq(image->height, mask->height);
    ck_assert_int_eq(image->width, mask->width);
    int32_t box[4] = {image->width, image->height, 0, 0};
    int n = 0;
    for (int32_t y = 0; y < image->height; y++)
        for (int32_t x = 0; x < image->width; x++) {
            const int32_t at = y * image->width + x;
            const bool is_white = ((const uint8_t *)image->bytes)[at * image->channels] > 127;
            const int class = ((const uint8_t *)mask->bytes)[at];
            ck_assert_msg(class == (is_white ? 5 : 0),
                          "%s: row %d, column %d is %s and of class %d", what, y, x,
                          is_white ? "white" : "black", class);
            if (!is_white)
                continue;
            n++;
            box[0] = x < box[0] ? x : box[0];
            box[1] = y < box[1] ? y : box[1];
            box[2] = x >= box[2] ? x + 1 : box[2];
            box[3] = y >= box[3] ? y + 1 : box[3];
        }
    float wanted[4];
    for (int i = 0; i < 4; i++)
        wanted[i] = (float)box[i];
    targets_assert_floats(&out[TARGETS_BOXES], wanted, 1, 4, what);
    const float centre[2] = {(wanted[0] + wanted[2]) / 2, (wanted[1] + wanted[3]) / 2};
    targets_assert_floats(&out[TARGETS_POINTS], centre, 1, 2, what);
    return n;
}

START_TEST(targets_lie_on_the_upright_picture)
{
    static const char *const pipelines[] = {
        "[]",
        "[HorizontalFlip: {p: 1}]",
        "[Transpose: {p: 1}, Pad: [1, 2, 3, 4]]",
        "[Rotate: {limit: [90, 90], expand: true, p: 1}, RandomCrop: [76, 44]]",
        "[CenterCrop: [40, 70], Resize: {size: [80, 140], interpolation: nearest}]",
    };
    static const float box[4] = {X0, Y0, X1, Y1};
    static const float centre[2] = {(X0 + X1) / 2.0f, (Y0 + Y1) / 2.0f};
    const int orientation = _i;
    AugField in[TARGETS_FIELDS] = {{0}}, out[TARGETS_FIELDS];
    size_t size, mask_size;
    uint8_t *jpeg = turned_jpeg(orientation, &size), *mask = upright_mask(&mask_size);
    in[TARGETS_IMAGE] = targets_file(jpeg, size);
    in[TARGETS_MASK] = targets_file(mask, mask_size);
    in[TARGETS_BOXES] = targets_rows(box, 1, sizeof(box));
    in[TARGETS_TAGS] = targets_rows(&(int64_t){7}, 1, 8);
    in[TARGETS_POINTS] = targets_rows(centre, 1, sizeof(centre));
    in[TARGETS_MARKS] = targets_rows((uint8_t[2]){1, 2}, 1, 2);
    const AugDatasetInfo info = targets_info((AugSize){0}, 0);
    for (size_t i = 0; i < AUG_COUNT(pipelines); i++) {
        ImageCase image_case;
        targets_open_any_size(&image_case, pipelines[i], &info);
        targets_augment(&image_case, 3, in, out);
        const int n = check_agreement(out, pipelines[i]);
        ck_assert_int_eq(n, (X1 - X0) * (Y1 - Y0) * (i == 4 ? 4 : 1));
        image_case_close(&image_case);
    }
    free(jpeg);
    free(mask);
}
END_TEST

/* Without the turn, what counts is the picture as it is stored. */
START_TEST(targets_lie_on_the_stored_picture_if_asked_for)
{
    size_t size, mask_size;
    uint8_t *jpeg = turned_jpeg(6, &size), *mask = upright_mask(&mask_size);
    AugField in[TARGETS_FIELDS] = {{0}};
    in[TARGETS_IMAGE] = targets_file(jpeg, size);
    in[TARGETS_MASK] = targets_file(mask, mask_size);
    const AugDatasetInfo info = targets_info((AugSize){0}, 0);
    ImageCase image_case;
    targets_open(&image_case, "[CenterCrop: 40]", "{exif_orientation: false}", &info);
    targets_refused(&image_case, in, AUG_CORRUPT,
                    "the mask has 48 x 80 pixels and its picture 80 x 48; they must be equal");
    image_case_close(&image_case);
    free(jpeg);
    free(mask);
}
END_TEST

/* Compiles for a data set, with operations that mix or none; expects these words, or success. */
static void expect(const AugDatasetInfo *info, const char *mix, const char *words)
{
    ImageCase image_case;
    AugError error = {0};
    ck_assert_int_eq(image_case_open_mix(&image_case, mix, &error), AUG_OK);
    const AugOpList nothing = {0};
    const AugDomainInput input = {
        .pipeline = &nothing,
        .mix = &image_case.ops,
        .n_views = 1,
        .output = &image_case.output,
        .dataset = info,
        .limits = &image_case.limits,
    };
    void *plan = NULL;
    AugDomainOutput output = {0};
    const AugStatus status = aug_domain_image.compile(&input, &plan, &output, &error);
    if (words) {
        ck_assert_msg(status == AUG_BAD_SPEC && strstr(error.message, words), "'%s', wanted '%s'",
                      error.message, words);
        ck_assert_ptr_null(plan);
        if (image_case.ops.n > 0)
            ck_assert_str_eq(error.where, "1:2");
    } else {
        ck_assert_msg(status == AUG_OK, "%s", error.message);
    }
    aug_domain_image.plan_free(plan);
    image_case_close(&image_case);
}

/* A data set whose only target is one of the fields. */
static AugDatasetInfo info_with(int field)
{
    AugDatasetInfo info = targets_info((AugSize){.height = 3, .width = 4}, 1);
    info.fields[1] = info.fields[field];
    info.n_fields = 2;
    return info;
}

START_TEST(mixes_that_leave_targets_behind_are_refused)
{
    static const int fields[] = {TARGETS_MASK, TARGETS_BOXES, TARGETS_POINTS};
    static const char *const names[] = {"masks", "boxes", "points"};
    for (int i = 0; i < 3; i++) {
        const AugDatasetInfo info = info_with(fields[i]);
        char words[100];
        snprintf(words, sizeof(words), "MixUp mixes pictures without their %s, which the data set ",
                 names[i]);
        expect(&info, "[MixUp]", words);
        snprintf(words, sizeof(words), "CutMix mixes pictures without their %s", names[i]);
        expect(&info, "[CutMix]", i == 0 ? NULL : words);
    }
    const AugDatasetInfo masks = info_with(TARGETS_MASK);
    ImageCase image_case;
    AugError error = {0};
    ck_assert_int_eq(
        image_case_open_mix(&image_case, "[OneOf: {transforms: [CutMix, MixUp]}]", &error), AUG_OK);
    AugLimits limits;
    aug_limits_init(&limits);
    const AugOpList nothing = {0};
    const AugDomainInput input = {.pipeline = &nothing,
                                  .mix = &image_case.ops,
                                  .output = &image_case.output,
                                  .dataset = &masks,
                                  .limits = &limits,
                                  .n_views = 1};
    void *plan;
    AugDomainOutput output = {0};
    ck_assert_int_eq(aug_domain_image.compile(&input, &plan, &output, &error), AUG_BAD_SPEC);
    ck_assert_msg(strstr(error.message, "MixUp mixes pictures without their masks"), "%s",
                  error.message);
    ck_assert_str_eq(error.where, "1:31");
    image_case_close(&image_case);
}
END_TEST

START_TEST(fields_that_cannot_go_through_are_refused)
{
    AugDatasetInfo info = info_with(TARGETS_POINTS);
    expect(&info, "[]", NULL);
    info.fields[1].kind = AUG_FIELD_POLYGONS;
    expect(&info, "[]",
           "the field 'points' holds polygons, which the operations on pictures do not treat; use "
           "a mask");
    info = info_with(TARGETS_POINTS);
    info.fields[1].tensor.shape[1] = 3;
    expect(&info, "[]", "the rows of 'points' are not F32 [any number, 2]");
    info.fields[1].kind = AUG_FIELD_BOXES;
    expect(&info, "[]", "the rows of 'points' are not F32 [any number, 4]");
    info = info_with(TARGETS_BOXES);
    info.fields[1].tensor.dtype = AUG_DTYPE_I64;
    expect(&info, "[]", "the rows of 'boxes' are not F32 [any number, 4]");
    info = info_with(TARGETS_BOXES);
    info.fields[1].most = 0;
    expect(&info, "[]", "the rows of 'boxes' have no bound, so they fit no batch");
    info = info_with(TARGETS_MASK);
    info.fields[1].tensor.dtype = AUG_DTYPE_I64;
    expect(&info, "[]", "the mask 'mask' is of I64; allowed are 8 bits");
}
END_TEST

START_TEST(fields_that_cannot_follow_are_refused)
{
    const AugDatasetInfo good = targets_info((AugSize){.height = 3, .width = 4}, 1);
    expect(&good, "[]", NULL);
    AugDatasetInfo info = good;
    info.fields[TARGETS_POINTS].follows = "boxes";
    expect(&info, "[]", "the field 'points' accompanies the rows of 'boxes'; allowed are fields ");
    info = good;
    info.fields[TARGETS_TAGS].follows = "mask";
    expect(&info, "[]", "the field 'tags' accompanies the rows of 'mask'; allowed are fields ");
    info = good;
    info.fields[TARGETS_MARKS].follows = "tags";
    expect(&info, "[]", "the field 'marks' accompanies the rows of 'tags'; allowed are fields ");
    info = good;
    info.fields[TARGETS_MARKS].tensor.shape[1] = 0;
    expect(&info, "[]", "the rows of 'marks' differ in size, or their number is fixed");
    info = good;
    info.fields[TARGETS_TAGS].tensor.n_dims = 0;
    expect(&info, "[]", "the rows of 'tags' differ in size, or their number is fixed");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("masks as files");
    TCase *files = tcase_create("files");
    tcase_add_test(files, class_numbers_are_those_in_the_file);
    tcase_add_test(files, pictures_that_are_no_masks_are_refused);
    tcase_add_loop_test(files, targets_lie_on_the_upright_picture, 1, 9);
    tcase_add_test(files, targets_lie_on_the_stored_picture_if_asked_for);
    suite_add_tcase(suite, files);
    TCase *refusals = tcase_create("refusals");
    tcase_add_test(refusals, mixes_that_leave_targets_behind_are_refused);
    tcase_add_test(refusals, fields_that_cannot_go_through_are_refused);
    tcase_add_test(refusals, fields_that_cannot_follow_are_refused);
    suite_add_tcase(suite, refusals);
    return test_run(suite);
}
