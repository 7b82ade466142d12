/* JPEG's scalar kernels against libjpeg-turbo: files of coefficients that are chosen, not those of
 * pictures, decoded by the library and by the kernels. */
#include "image/codec/jpeg/kernels.h"
#include "tests/support/pictures.h"

#define MOST_PRODUCT 8191
/* Of baseline JPEG with samples of 8 bits. */
#define MOST_COEFFICIENT 1023

/* How coefficients are drawn. Libjpeg's arithmetic wraps and saturates as the kernels' where it uses
 * x86's vectors: elsewhere extremes differ. */
typedef enum Kind { PHOTOGRAPH, RARE, ANY, EXTREME } Kind;
#if defined(__x86_64__)
#define N_KINDS 4
#else
#define N_KINDS 1
#endif

/* A picture of three components or one: chroma has the blocks that luma has, divided by h and v. */
typedef struct Picture {
    int n_components, h, v;
    size_t width, height; /* blocks of luma */
    int16_t *blocks[3];
    uint8_t *extents;
    uint16_t quantisers[3][IMG_JPEG_BLOCK];
    /* Samples with slack on all sides, as wide as luma. */
    uint8_t *planes[3];
} Picture;

static size_t blocks_wide(const Picture *picture, int c)
{
    return c ? picture->width / (size_t)picture->h : picture->width;
}

static size_t blocks_high(const Picture *picture, int c)
{
    return c ? picture->height / (size_t)picture->v : picture->height;
}

static size_t row_size(const Picture *picture)
{
    return picture->width * 8 + 2 * IMG_JPEG_SLACK;
}

/* Row y of a component's samples. */
static uint8_t *row_at(const Picture *picture, int c, size_t y)
{
    return picture->planes[c] + y * row_size(picture) + IMG_JPEG_SLACK;
}

static int16_t draw_coefficient(uint64_t *state, Kind kind, uint16_t quantiser)
{
    const int32_t product = MOST_PRODUCT / quantiser;
    const int32_t most = product < MOST_COEFFICIENT ? product : MOST_COEFFICIENT;
    const uint64_t draw = test_random(state);
    if (kind == PHOTOGRAPH)
        return (int16_t)(draw % 4 ? 0 : test_between(state, -400, 400) / quantiser);
    if (kind == RARE)
        return (int16_t)(draw % 16 ? 0 : test_between(state, -most, most));
    if (kind == ANY)
        return (int16_t)test_between(state, -most, most);
    return (int16_t)(draw % 2 ? most : -most);
}

static void draw_picture(Picture *picture, Kind kind, int most_quantiser, uint64_t *state)
{
    const size_t n = picture->width * picture->height;
    picture->extents = malloc(n);
    ck_assert_ptr_nonnull(picture->extents);
    memset(picture->extents, IMG_JPEG_FULL, n);
    for (int c = 0; c < picture->n_components; c++) {
        picture->blocks[c] = aligned_alloc(64, n * IMG_JPEG_BLOCK * sizeof(int16_t));
        picture->planes[c] = calloc(picture->height * 8, row_size(picture));
        ck_assert(picture->blocks[c] && picture->planes[c]);
        for (size_t k = 0; k < IMG_JPEG_BLOCK; k++)
            picture->quantisers[c][k] = (uint16_t)test_between(state, 1, most_quantiser);
        for (size_t i = 0; i < n * IMG_JPEG_BLOCK; i++)
            picture->blocks[c][i] =
                draw_coefficient(state, kind, picture->quantisers[c][i % IMG_JPEG_BLOCK]);
    }
}

static void free_picture(Picture *picture)
{
    free(picture->extents);
    for (int c = 0; c < picture->n_components; c++) {
        free(picture->blocks[c]);
        free(picture->planes[c]);
    }
}

/* Sets what a file is of, and asks for room for the coefficients. */
static void set_form(struct jpeg_compress_struct *info, const Picture *picture,
                     jvirt_barray_ptr arrays[3])
{
    info->image_width = (JDIMENSION)picture->width * 8;
    info->image_height = (JDIMENSION)picture->height * 8;
    info->input_components = picture->n_components;
    info->in_color_space = picture->n_components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
    jpeg_set_defaults(info);
    for (int c = 0; c < picture->n_components; c++) {
        unsigned int table[IMG_JPEG_BLOCK];
        for (size_t k = 0; k < IMG_JPEG_BLOCK; k++)
            table[k] = picture->quantisers[c][k];
        jpeg_add_quant_table(info, c, table, 100, TRUE);
        info->comp_info[c].quant_tbl_no = c;
        info->comp_info[c].h_samp_factor = c ? 1 : picture->h;
        info->comp_info[c].v_samp_factor = c ? 1 : picture->v;
        arrays[c] = info->mem->request_virt_barray(
            (j_common_ptr)info, JPOOL_IMAGE, TRUE, (JDIMENSION)blocks_wide(picture, c),
            (JDIMENSION)blocks_high(picture, c), (JDIMENSION)info->comp_info[c].v_samp_factor);
    }
}

/* The caller frees the bytes. */
static uint8_t *write_picture(const Picture *picture, size_t *size)
{
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct info = {.err = jpeg_std_error(&errors)};
    jvirt_barray_ptr arrays[3];
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, &length);
    set_form(&info, picture, arrays);
    jpeg_write_coefficients(&info, arrays);
    for (int c = 0; c < picture->n_components; c++) {
        const size_t row = blocks_wide(picture, c) * IMG_JPEG_BLOCK;
        for (size_t y = 0; y < blocks_high(picture, c); y++) {
            JBLOCKARRAY rows = info.mem->access_virt_barray((j_common_ptr)&info, arrays[c],
                                                            (JDIMENSION)y, 1, TRUE);
            memcpy(rows[0], picture->blocks[c] + y * row, row * sizeof(int16_t));
        }
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    *size = length;
    return bytes;
}

static void transform_all(const Picture *picture)
{
    for (int c = 0; c < picture->n_components; c++) {
        const size_t n = blocks_wide(picture, c);
        for (size_t y = 0; y < blocks_high(picture, c); y++)
            img_jpeg_kernels_scalar.idct(picture->blocks[c] + y * n * IMG_JPEG_BLOCK, n,
                                         picture->quantisers[c], picture->extents,
                                         row_at(picture, c, 8 * y), row_size(picture));
    }
}

/* Repeats the samples at the sides. */
static void pad_row(uint8_t *row, size_t n)
{
    row[-1] = row[0];
    row[n] = row[n - 1];
}

/* Row y of as many samples as luma has. */
static void upsample_row(const Picture *picture, int c, size_t y, uint8_t *out)
{
    const size_t n = blocks_wide(picture, c) * 8;
    const size_t n_rows = blocks_high(picture, c) * 8;
    if (picture->v == 1 || c == 0) {
        uint8_t *row = row_at(picture, c, y);
        pad_row(row, n);
        if (picture->h == 2 && c > 0)
            img_jpeg_kernels_scalar.h2v1(row, n, out);
        else
            memcpy(out, row, n);
        return;
    }
    const size_t at = y / 2;
    const size_t above = at ? at - 1 : 0;
    const size_t below = at + 1 < n_rows ? at + 1 : at;
    uint8_t *near = row_at(picture, c, at);
    uint8_t *far = row_at(picture, c, y % 2 ? below : above);
    pad_row(near, n);
    pad_row(far, n);
    if (picture->h == 2)
        img_jpeg_kernels_scalar.h2v2(near, far, n, out);
    else
        img_jpeg_kernels_scalar.h1v2(near, far, n, y % 2 ? 2 : 1, out);
}

static void expect_row(const char *what, const uint8_t *want, const uint8_t *found, size_t n,
                       size_t y)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(want[i] == found[i], "%s: byte %zu of row %zu is %d, not libjpeg's %d", what,
                      i, y, found[i], want[i]);
}

static void expect_grey(const Picture *picture, const uint8_t *bytes, size_t size)
{
    const AugImage grey = test_jpeg_decode(bytes, size, JCS_GRAYSCALE);
    for (size_t y = 0; y < picture->height * 8; y++)
        expect_row("grey", test_pixel(&grey, 0, (int32_t)y), row_at(picture, 0, y),
                   picture->width * 8, y);
    free(grey.pixels);
}

static void expect_colours(const Picture *picture, const uint8_t *bytes, size_t size)
{
    const size_t n = picture->width * 8;
    const AugImage ycc = test_jpeg_decode(bytes, size, JCS_YCbCr);
    const AugImage rgb = test_jpeg_decode(bytes, size, JCS_RGB);
    uint8_t *rows[3];
    uint8_t *mixed = malloc(3 * n);
    for (int c = 0; c < 3; c++)
        rows[c] = malloc(n + IMG_JPEG_SLACK);
    for (size_t y = 0; y < picture->height * 8; y++) {
        for (int c = 0; c < 3; c++)
            upsample_row(picture, c, y, rows[c]);
        for (size_t i = 0; i < 3 * n; i++)
            mixed[i] = rows[i % 3][i / 3];
        expect_row("YCbCr", test_pixel(&ycc, 0, (int32_t)y), mixed, 3 * n, y);
        img_jpeg_kernels_scalar.rgb(rows[0], rows[1], rows[2], n, mixed);
        expect_row("RGB", test_pixel(&rgb, 0, (int32_t)y), mixed, 3 * n, y);
    }
    for (int c = 0; c < 3; c++)
        free(rows[c]);
    free(mixed);
    free(ycc.pixels);
    free(rgb.pixels);
}

START_TEST(samples_and_colours_are_those_of_libjpeg)
{
    static const struct {
        int n_components, h, v;
    } layouts[] = {{1, 1, 1}, {3, 1, 1}, {3, 2, 1}, {3, 1, 2}, {3, 2, 2}};
    static const int quantisers[] = {1, 8, 40, 255};
    uint64_t state = (uint64_t)_i;
    for (size_t q = 0; q < 4; q++) {
        for (Kind kind = PHOTOGRAPH; kind < N_KINDS; kind++) {
            Picture picture = {.n_components = layouts[_i].n_components,
                               .h = layouts[_i].h,
                               .v = layouts[_i].v,
                               .width = 2 * (size_t)test_between(&state, 1, 16),
                               .height = 2 * (size_t)test_between(&state, 1, 8)};
            size_t size;
            draw_picture(&picture, kind, quantisers[q], &state);
            uint8_t *bytes = write_picture(&picture, &size);
            transform_all(&picture);
            if (picture.n_components == 1)
                expect_grey(&picture, bytes, size);
            else
                expect_colours(&picture, bytes, size);
            free_picture(&picture);
            free(bytes);
        }
    }
}
END_TEST

/* A block per colour; quantisers of 8 make each coefficient a sample. For sums of red and green, which
 * saturate, three values of luma show all that chroma adds. */
START_TEST(colours_are_those_of_libjpeg)
{
    static const int lumas[] = {0, 128, 255};
    for (size_t luma = 0; luma < 3; luma++) {
        Picture picture = {.n_components = 3, .h = 1, .v = 1, .width = 256, .height = 256};
        uint64_t state = 1;
        size_t size;
        draw_picture(&picture, PHOTOGRAPH, 1, &state);
        for (int c = 0; c < 3; c++) {
            for (size_t k = 0; k < IMG_JPEG_BLOCK; k++)
                picture.quantisers[c][k] = 8;
            memset(picture.blocks[c], 0, 65536 * IMG_JPEG_BLOCK * sizeof(int16_t));
            for (size_t i = 0; i < 65536; i++)
                picture.blocks[c][i * IMG_JPEG_BLOCK] =
                    (int16_t)((const int[]){lumas[luma], (int)i % 256, (int)i / 256}[c] - 128);
        }
        uint8_t *bytes = write_picture(&picture, &size);
        transform_all(&picture);
        expect_colours(&picture, bytes, size);
        ck_assert_int_eq(row_at(&picture, 2, 8 * 7)[8 * 9], 7);
        free_picture(&picture);
        free(bytes);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("jpeg_library");
    TCase *tests = tcase_create("scalar");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, samples_and_colours_are_those_of_libjpeg, 0, 5);
    tcase_add_test(tests, colours_are_those_of_libjpeg);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
