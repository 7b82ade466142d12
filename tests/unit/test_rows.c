/* Planes into pixels, and rows mirrored: vector code against the definition, at every width up to
 * several groups. */
#include "image/pixels/interleave.h"

#include <string.h>

#include "image/pixels/mirror.h"
#include "tests/support/support.h"

enum { MOST = 100, GUARD = 8 };

static void check_width(bool vector, int32_t n)
{
    uint8_t bytes[3][MOST];
    for (int c = 0; c < 3; c++)
        for (int x = 0; x < MOST; x++)
            bytes[c][x] = (uint8_t)(c * 101 + x * 7 + 1);
    const uint8_t *const planes[3] = {bytes[0], bytes[1], bytes[2]};
    uint8_t out[3 * MOST + GUARD];
    memset(out, 0, sizeof(out));
    img_interleave_row_with(vector, planes, n, out);
    for (int32_t i = 0; i < 3 * n; i++)
        ck_assert_msg(out[i] == bytes[i % 3][i / 3], "width %d, byte %d is %d, wanted %d", n, i,
                      out[i], bytes[i % 3][i / 3]);
    for (int32_t i = 3 * n; i < 3 * n + GUARD; i++)
        ck_assert_msg(out[i] == 0, "width %d: byte %d behind the row is written", n, i - 3 * n);
}

START_TEST(every_width)
{
    for (int32_t n = 0; n <= MOST; n++) {
        check_width(false, n);
        check_width(true, n);
    }
}
END_TEST

static void check_mirror(bool vector, int32_t n, int32_t channels)
{
    uint8_t from[3 * MOST], out[3 * MOST + GUARD];
    for (int i = 0; i < 3 * MOST; i++)
        from[i] = (uint8_t)(i * 7 + i / 50 + 1);
    memset(out, 0, sizeof(out));
    /* At the very end of its memory, so that a sanitizer sees reads beyond. */
    const uint8_t *row = from + 3 * MOST - n * channels;
    img_mirror_row_with(vector, row, n, channels, out);
    for (int32_t i = 0; i < n * channels; i++) {
        const uint8_t wanted = row[(n - 1 - i / channels) * channels + i % channels];
        ck_assert_msg(out[i] == wanted, "width %d, %d channels, byte %d is %d, wanted %d", n,
                      channels, i, out[i], wanted);
    }
    for (int32_t i = n * channels; i < n * channels + GUARD; i++)
        ck_assert_msg(out[i] == 0, "width %d: a byte behind the row is written", n);
}

START_TEST(every_mirrored_width)
{
    for (int32_t n = 0; n <= MOST; n++)
        for (int32_t channels = 1; channels <= 3; channels += 2) {
            check_mirror(false, n, channels);
            check_mirror(true, n, channels);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows of pixels");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, every_width);
    tcase_add_test(rows, every_mirrored_width);
    suite_add_tcase(suite, rows);
    return test_run(suite);
}
