/* Each set of JPEG's kernels that runs here against the scalar one: values, and that nothing is
 * written but what the interface says. */
#include <stdlib.h>
#include <string.h>

#include "image/codec/jpeg/kernels.h"
#include "tests/support/random.h"
#include "tests/support/support.h"

/* Bytes of a row that is tested, and what lies around it. */
#define MOST_BYTES 4096
#define GUARD 0xa5

/* Blocks of a test, at most: more than a set of bits has, which some kernels go by. */
#define MOST_BLOCKS 150

/* What a product of a coefficient and its quantiser may be. */
#define MOST_PRODUCT 8191

/* The sets beside the scalar one, each in turn. */
static const ImgJpegKernels *tested(int i)
{
    return img_jpeg_kernels_at((size_t)i + 1);
}

/* Bytes with what may be read and written around them. Heap memory, so that a sanitizer sees more. */
typedef struct Row {
    uint8_t *memory, *bytes;
    size_t size;
} Row;

/* n bytes, slack behind them, and from begin of memory before them. */
static Row row_new(size_t before, size_t n, size_t slack)
{
    const size_t size = before + n + slack;
    Row row = {.memory = malloc(size), .size = size};
    ck_assert_ptr_nonnull(row.memory);
    memset(row.memory, GUARD, size);
    row.bytes = row.memory + before;
    return row;
}

static void fill(Row *row, uint64_t *state)
{
    for (size_t i = 0; i < row->size; i++)
        row->memory[i] = (uint8_t)test_random(state);
    /* Extremes come side by side, too. */
    if (test_random(state) % 4 == 0) {
        for (size_t i = 0; i < row->size; i++)
            row->memory[i] = (uint8_t)(row->memory[i] < 128 ? 0 : 255);
    }
}

static void expect_bytes(const char *what, const uint8_t *want, const uint8_t *found, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(want[i] == found[i], "%s of %s: byte %zu of %zu is %d, not %d", what,
                      img_jpeg_kernels()->name, i, n, found[i], want[i]);
}

/* A coefficient whose product with its quantiser is allowed, of one of the kinds of a block. */
static int16_t draw_coefficient(uint64_t *state, int kind, uint16_t quantiser)
{
    const int32_t most = MOST_PRODUCT / quantiser;
    const uint64_t draw = test_random(state);
    if (kind == 0) /* like a photograph's */
        return (int16_t)(draw % 3 ? 0 : test_between(state, -most / 64, most / 64));
    if (kind == 1) /* rare and large */
        return (int16_t)(draw % 16 ? 0 : test_between(state, -most, most));
    if (kind == 2)
        return (int16_t)test_between(state, -most, most);
    return (int16_t)(draw % 2 ? most : -most);
}

typedef struct Blocks {
    int16_t *coefficients, *copy;
    uint8_t extents[MOST_BLOCKS];
    uint16_t quantiser[IMG_JPEG_BLOCK];
} Blocks;

static void blocks_init(Blocks *blocks)
{
    const size_t size = (MOST_BLOCKS + 1) * IMG_JPEG_BLOCK * sizeof(int16_t);
    blocks->coefficients = aligned_alloc(64, size);
    blocks->copy = aligned_alloc(64, size);
    ck_assert(blocks->coefficients && blocks->copy);
    memset(blocks->coefficients, GUARD, size);
    memset(blocks->copy, GUARD, size);
}

static void blocks_fini(Blocks *blocks)
{
    free(blocks->coefficients);
    free(blocks->copy);
}

static bool lies_within(size_t at, int extent)
{
    return extent == IMG_JPEG_FULL || at == 0 ||
           (extent == IMG_JPEG_QUARTER && at / 8 < 4 && at % 8 < 4);
}

/* Draws n blocks; what is said of their extents may be more than they have. */
static void draw_blocks(Blocks *blocks, size_t n, uint64_t *state)
{
    const int32_t most_quantiser = (int32_t[]){1, 16, 255, MOST_PRODUCT}[test_random(state) % 4];
    for (size_t k = 0; k < IMG_JPEG_BLOCK; k++)
        blocks->quantiser[k] = (uint16_t)test_between(state, 1, most_quantiser);
    const int only = test_between(state, -3, IMG_JPEG_FULL);
    for (size_t i = 0; i < n; i++) {
        const int extent = only >= 0 ? only : test_between(state, 0, IMG_JPEG_FULL);
        const int kind = test_between(state, 0, 3);
        int16_t *block = blocks->coefficients + i * IMG_JPEG_BLOCK;
        for (size_t k = 0; k < IMG_JPEG_BLOCK; k++)
            block[k] =
                lies_within(k, extent) ? draw_coefficient(state, kind, blocks->quantiser[k]) : 0;
        blocks->extents[i] = (uint8_t)(test_random(state) % 8 ? extent : IMG_JPEG_FULL);
    }
    memcpy(blocks->copy, blocks->coefficients, n * IMG_JPEG_BLOCK * sizeof(int16_t));
}

static void expect_idct(const ImgJpegKernels *kernels, Blocks *blocks, size_t n, uint64_t *state)
{
    const size_t row_size = 8 * n + test_random(state) % 40;
    const size_t before = test_random(state) % 33;
    draw_blocks(blocks, n, state);
    Row want = row_new(before, 7 * row_size + 8 * n, 0);
    Row found = row_new(before, 7 * row_size + 8 * n, 0);
    img_jpeg_kernels_scalar.idct(blocks->copy, n, blocks->quantiser, blocks->extents, want.bytes,
                                 row_size);
    kernels->idct(blocks->coefficients, n, blocks->quantiser, blocks->extents, found.bytes,
                  row_size);
    for (size_t i = 0; i < want.size; i++) {
        if (want.memory[i] != found.memory[i]) {
            const size_t at = i - before;
            ck_abort_msg("%s, %zu blocks: row %zu of block %zu, sample %zu is %d, not %d",
                         kernels->name, n, at / row_size, at % row_size / 8, at % 8,
                         found.memory[i], want.memory[i]);
        }
    }
    ck_assert_msg(memcmp(blocks->coefficients, blocks->copy,
                         (MOST_BLOCKS + 1) * IMG_JPEG_BLOCK * sizeof(int16_t)) == 0,
                  "%s: blocks are not zero afterwards, or what lies behind them is not as before",
                  kernels->name);
    free(want.memory);
    free(found.memory);
}

START_TEST(blocks_equal_the_scalar_ones)
{
    const ImgJpegKernels *kernels = tested(_i);
    if (!kernels)
        return;
    uint64_t state = (uint64_t)_i;
    const uint64_t n_rounds = test_rounds(4000);
    Blocks blocks = {0};
    blocks_init(&blocks);
    for (uint64_t round = 0; round < n_rounds; round++) {
        const size_t n = (size_t)test_between(&state, 1, round % 8 ? 20 : MOST_BLOCKS);
        /* Zeros where there are blocks, the guard behind them. */
        memset(blocks.coefficients, GUARD, (MOST_BLOCKS + 1) * IMG_JPEG_BLOCK * sizeof(int16_t));
        memset(blocks.copy, GUARD, (MOST_BLOCKS + 1) * IMG_JPEG_BLOCK * sizeof(int16_t));
        expect_idct(kernels, &blocks, n, &state);
    }
    const int16_t *none = blocks.coefficients;
    kernels->idct(blocks.coefficients, 0, blocks.quantiser, blocks.extents, NULL, 0);
    ck_assert_ptr_eq(none, blocks.coefficients);
    blocks_fini(&blocks);
}
END_TEST

/* What is written: up to n bytes the scalar kernel's, then anything in the slack, then nothing. */
static void expect_row(const char *what, const Row *want, const Row *found, size_t before, size_t n)
{
    expect_bytes(what, want->memory, found->memory, before + n);
    for (size_t i = before + n + IMG_JPEG_SLACK; i < found->size; i++)
        ck_assert_msg(found->memory[i] == GUARD, "%s: wrote byte %zu of %zu", what, i - before, n);
}

/* Rows of n samples, with what may be read around them, to n or 2 n. */
static void expect_upsampled(const ImgJpegKernels *kernels, size_t n, uint64_t *state)
{
    const size_t before = 1 + test_random(state) % 64;
    Row near = row_new(before, n, IMG_JPEG_SLACK);
    Row far = row_new(before, n, IMG_JPEG_SLACK);
    fill(&near, state);
    fill(&far, state);
    for (int way = 0; way < 4; way++) {
        const size_t n_out = way == 1 || way == 2 ? n : 2 * n;
        Row want = row_new(before, n_out, IMG_JPEG_SLACK + 100);
        Row found = row_new(before, n_out, IMG_JPEG_SLACK + 100);
        for (int i = 0; i < 2; i++) {
            const ImgJpegKernels *set = i ? kernels : &img_jpeg_kernels_scalar;
            uint8_t *out = i ? found.bytes : want.bytes;
            if (way == 0)
                set->h2v1(near.bytes, n, out);
            else if (way == 3)
                set->h2v2(near.bytes, far.bytes, n, out);
            else
                set->h1v2(near.bytes, far.bytes, n, way, out);
        }
        static const char *const names[] = {"h2v1", "h1v2", "h1v2", "h2v2"};
        expect_row(names[way], &want, &found, before, n_out);
        free(want.memory);
        free(found.memory);
    }
    free(near.memory);
    free(far.memory);
}

START_TEST(samples_between_equal_the_scalar_ones)
{
    const ImgJpegKernels *kernels = tested(_i);
    if (!kernels)
        return;
    uint64_t state = (uint64_t)_i;
    const uint64_t n_rounds = test_rounds(32);
    for (uint64_t round = 0; round < n_rounds; round++) {
        for (size_t n = 1; n <= 140; n++)
            expect_upsampled(kernels, n, &state);
        expect_upsampled(kernels, (size_t)test_between(&state, 141, MOST_BYTES / 2), &state);
    }
}
END_TEST

static void expect_rgb(const ImgJpegKernels *kernels, size_t n, uint64_t *state)
{
    Row planes[3];
    for (int c = 0; c < 3; c++) {
        planes[c] = row_new(test_random(state) % 64, n, IMG_JPEG_SLACK);
        fill(&planes[c], state);
    }
    /* Not even the slack is written. */
    const size_t before = test_random(state) % 64;
    Row want = row_new(before, 3 * n, 100);
    Row found = row_new(before, 3 * n, 100);
    img_jpeg_kernels_scalar.rgb(planes[0].bytes, planes[1].bytes, planes[2].bytes, n, want.bytes);
    kernels->rgb(planes[0].bytes, planes[1].bytes, planes[2].bytes, n, found.bytes);
    expect_bytes("rgb", want.memory, found.memory, want.size);
    free(want.memory);
    free(found.memory);
    for (int c = 0; c < 3; c++)
        free(planes[c].memory);
}

START_TEST(pixels_equal_the_scalar_ones)
{
    const ImgJpegKernels *kernels = tested(_i);
    if (!kernels)
        return;
    uint64_t state = (uint64_t)_i;
    const uint64_t n_rounds = test_rounds(32);
    for (uint64_t round = 0; round < n_rounds; round++) {
        for (size_t n = 1; n <= 200; n++)
            expect_rgb(kernels, n, &state);
        expect_rgb(kernels, (size_t)test_between(&state, 201, MOST_BYTES), &state);
    }
}
END_TEST

/* All colours there are; under a sanitizer an eighth of them. */
START_TEST(each_colour_equals_the_scalar_one)
{
    const ImgJpegKernels *kernels = tested(_i);
    if (!kernels)
        return;
    static uint8_t planes[3][256 + IMG_JPEG_SLACK];
    static uint8_t want[256 * 3];
    static uint8_t found[256 * 3];
    for (size_t i = 0; i < 256; i++)
        planes[0][i] = (uint8_t)i;
    const uint64_t n_blues = test_rounds(256);
    for (uint64_t blue = 0; blue < n_blues; blue++) {
        memset(planes[1], (int)(blue * 255 / (n_blues - 1)), 256);
        for (int red = 0; red < 256; red++) {
            memset(planes[2], red, 256);
            img_jpeg_kernels_scalar.rgb(planes[0], planes[1], planes[2], 256, want);
            kernels->rgb(planes[0], planes[1], planes[2], 256, found);
            if (memcmp(want, found, sizeof(want)) != 0)
                expect_bytes("rgb", want, found, sizeof(want));
        }
    }
}
END_TEST

START_TEST(sets_go_from_slow_to_fast)
{
    size_t n = 0;
    while (img_jpeg_kernels_at(n))
        n++;
    ck_assert_ptr_eq(img_jpeg_kernels_at(0), &img_jpeg_kernels_scalar);
    ck_assert_ptr_eq(img_jpeg_kernels_at(n - 1), img_jpeg_kernels());
    ck_assert_ptr_null(img_jpeg_kernels_at(n + 1));
    ck_assert_ptr_null(img_jpeg_kernels_at(SIZE_MAX));
}
END_TEST

int main(void)
{
    int n_sets = 0;
    while (tested(n_sets))
        n_sets++;
    if (n_sets == 0)
        test_skip("this processor runs none but the scalar kernels");
    Suite *suite = suite_create("jpeg_kernels");
    TCase *tests = tcase_create("kernels");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, sets_go_from_slow_to_fast);
    tcase_add_loop_test(tests, blocks_equal_the_scalar_ones, 0, n_sets);
    tcase_add_loop_test(tests, samples_between_equal_the_scalar_ones, 0, n_sets);
    tcase_add_loop_test(tests, pixels_equal_the_scalar_ones, 0, n_sets);
    tcase_add_loop_test(tests, each_colour_equals_the_scalar_one, 0, n_sets);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
