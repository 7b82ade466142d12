/* Drawing of the contact sheet: glyphs, text that fits, pictures that shrink and grow, clipping. */
#include <stdlib.h>
#include <string.h>

#include "cli/canvas.h"
#include "cli/font.h"
#include "cli/sheet.h"
#include "tests/support/support.h"

static const CliColour black = {0, 0, 0};

static AugImage make_canvas(int32_t height, int32_t width)
{
    AugImage canvas;
    AugError error = {0};
    if (cli_canvas_init(&canvas, height, width, &error) != AUG_OK)
        ck_abort_msg("%s", error.message);
    return canvas;
}

/* Pixels that are not white, in the columns from begin to end - 1. */
static size_t count_ink(const AugImage *canvas, int32_t begin, int32_t end)
{
    size_t n = 0;
    for (int32_t y = 0; y < canvas->height; y++)
        for (int32_t x = begin; x < end; x++)
            n += canvas->pixels[(size_t)y * canvas->row_size + (size_t)x * 3] != 0xff;
    return n;
}

START_TEST(every_printable_character_has_a_glyph_of_its_own)
{
    for (char a = ' '; a <= '~'; a++) {
        for (int row = 0; row < CLI_GLYPH_HEIGHT; row++)
            ck_assert_msg(cli_glyph(a)[row] < 1 << CLI_GLYPH_WIDTH, "'%c' is too wide", a);
        for (char b = ' '; b < a; b++)
            ck_assert_msg(memcmp(cli_glyph(a), cli_glyph(b), CLI_GLYPH_HEIGHT) != 0,
                          "'%c' looks like '%c'", a, b);
    }
    ck_assert_ptr_eq(cli_glyph('\n'), cli_glyph('?'));
    ck_assert_ptr_eq(cli_glyph((char)0xe9), cli_glyph('?'));
}
END_TEST

START_TEST(text_is_drawn_pixel_by_pixel)
{
    AugImage canvas = make_canvas(30, 40);
    cli_canvas_text(&canvas, (CliRect){3, 4, 30, 20}, 2, black, "L");
    for (int32_t y = 0; y < canvas.height; y++) {
        for (int32_t x = 0; x < canvas.width; x++) {
            /* The upright of the L is one font pixel wide, its foot five; both twice as large. */
            const bool upright = x >= 3 && x < 5 && y >= 4 && y < 18;
            const bool foot = x >= 3 && x < 13 && y >= 16 && y < 18;
            const uint8_t *pixel = canvas.pixels + (size_t)y * canvas.row_size + (size_t)x * 3;
            ck_assert_msg((pixel[1] == 0) == (upright || foot), "row %d, column %d is %d", y, x,
                          pixel[1]);
        }
    }
    cli_canvas_fini(&canvas);
}
END_TEST

START_TEST(text_that_is_too_long_is_cut)
{
    AugImage canvas = make_canvas(12, 200);
    AugImage cut = make_canvas(12, 200);
    /* Room for six characters: 5 steps of 6 pixels and a glyph of 5. */
    cli_canvas_text(&canvas, (CliRect){0, 0, 35, 11}, 1, black, "abcdefgh");
    cli_canvas_text(&cut, (CliRect){0, 0, 200, 11}, 1, black, "abcd..");
    ck_assert_mem_eq(canvas.pixels, cut.pixels, canvas.row_size * 12);
    ck_assert_uint_eq(count_ink(&canvas, 35, 200), 0);
    cli_canvas_text(&canvas, (CliRect){100, 0, 4, 11}, 1, black, "abc");
    ck_assert_uint_eq(count_ink(&canvas, 100, 200), 0);
    cli_canvas_fini(&canvas);
    cli_canvas_fini(&cut);
}
END_TEST

START_TEST(a_letter_outside_ascii_is_one_question_mark)
{
    AugImage canvas = make_canvas(12, 60);
    AugImage expected = make_canvas(12, 60);
    cli_canvas_text(&canvas, (CliRect){0, 0, 60, 11}, 1, black, "a\xc3\xa9z");
    cli_canvas_text(&expected, (CliRect){0, 0, 60, 11}, 1, black, "a?z");
    ck_assert_mem_eq(canvas.pixels, expected.pixels, canvas.row_size * 12);
    cli_canvas_fini(&canvas);
    cli_canvas_fini(&expected);
}
END_TEST

START_TEST(paragraphs_break_at_spaces_and_newlines)
{
    /* 35 pixels hold six characters. */
    static const struct {
        const char *text;
        int32_t lines;
    } cases[] = {
        {"", 0},          {"abc", 1},        {"abc def", 2}, {"a b c d", 2}, {"a\nb", 2},
        {"abcdefghi", 2}, {"abcdef ghi", 2}, {"a\n\nb", 3},  {"abcdef", 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const int32_t found = cli_canvas_count_lines(35, 1, cases[i].text);
        ck_assert_msg(found == cases[i].lines, "'%s': %d lines, expected %d", cases[i].text, found,
                      cases[i].lines);
    }
    ck_assert_int_eq(cli_canvas_count_lines(4, 1, "no room"), 0);
    AugImage canvas = make_canvas(60, 40);
    AugImage expected = make_canvas(60, 40);
    cli_canvas_paragraph(&canvas, (CliRect){2, 3, 35, 22}, 1, black, "abc def\nno more room");
    cli_canvas_text(&expected, (CliRect){2, 3, 35, 11}, 1, black, "abc");
    cli_canvas_text(&expected, (CliRect){2, 3 + CLI_LINE_STEP, 35, 11}, 1, black, "def");
    ck_assert_mem_eq(canvas.pixels, expected.pixels, canvas.row_size * 60);
    cli_canvas_fini(&canvas);
    cli_canvas_fini(&expected);
}
END_TEST

/* A sample may have a million numbers in its caption. */
START_TEST(long_texts_are_broken_in_one_pass)
{
    enum { N_WORDS = 1000000 };
    char *text = malloc(N_WORDS * 4 + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < N_WORDS; i++)
        memcpy(text + 4 * i, "abc ", 4);
    text[N_WORDS * 4] = 0;
    ck_assert_int_eq(cli_canvas_count_lines(35, 1, text), N_WORDS);
    free(text);
}
END_TEST

START_TEST(pictures_grow_by_repeating_and_shrink_by_the_mean)
{
    uint8_t grey[] = {10, 20, 30, 40, 50, 60, 70, 81};
    const AugImage picture = {grey, 2, 4, 1, 4, AUG_DTYPE_U8};
    AugImage canvas = make_canvas(8, 16);
    cli_canvas_picture(&canvas, (CliRect){1, 1, 8, 4}, &picture);
    for (int32_t y = 0; y < 4; y++)
        for (int32_t x = 0; x < 8; x++)
            for (int32_t c = 0; c < 3; c++)
                ck_assert_int_eq(canvas.pixels[(size_t)(y + 1) * canvas.row_size +
                                               (size_t)(x + 1) * 3 + (size_t)c],
                                 grey[y / 2 * 4 + x / 2]);
    cli_canvas_picture(&canvas, (CliRect){12, 2, 2, 1}, &picture);
    const uint8_t *mean = canvas.pixels + 2 * canvas.row_size + 12 * 3;
    /* (10 + 20 + 50 + 60) / 4, and (30 + 40 + 70 + 81) / 4 = 55.25. */
    ck_assert_int_eq(mean[0], 35);
    ck_assert_int_eq(mean[3], 55);
    ck_assert_int_eq(mean[6], 0xff);
    cli_canvas_fini(&canvas);
}
END_TEST

START_TEST(nothing_is_drawn_outside)
{
    uint8_t pixels[4 * 4 * 3];
    memset(pixels, 7, sizeof(pixels));
    const AugImage picture = {pixels, 4, 4, 3, 12, AUG_DTYPE_U8};
    AugImage canvas = make_canvas(10, 10);
    /* The sanitizers watch the memory around the canvas. */
    cli_canvas_picture(&canvas, (CliRect){-3, -2, 4, 4}, &picture);
    cli_canvas_picture(&canvas, (CliRect){8, 9, 4, 4}, &picture);
    cli_canvas_picture(&canvas, (CliRect){30, 30, 4, 4}, &picture);
    cli_canvas_fill(&canvas, (CliRect){-5, 4, 100, 1}, black);
    cli_canvas_frame(&canvas, (CliRect){0, 0, 10, 10}, black);
    cli_canvas_text(&canvas, (CliRect){-8, -4, 90, 20}, 3, black, "WWWW");
    ck_assert_int_eq(canvas.pixels[0], 7);
    ck_assert_int_eq(canvas.pixels[9 * canvas.row_size + 9 * 3], 7);
    ck_assert_int_eq(canvas.pixels[4 * canvas.row_size], 0);
    cli_canvas_fini(&canvas);
    cli_canvas_fini(&canvas);
}
END_TEST

START_TEST(sizes_that_no_canvas_has_are_refused)
{
    AugImage canvas;
    AugError error = {0};
    ck_assert_int_eq(cli_canvas_init(&canvas, 0, 5, &error), AUG_TOO_LARGE);
    ck_assert_int_eq(cli_canvas_init(&canvas, 5, 65536, &error), AUG_TOO_LARGE);
    ck_assert_ptr_null(canvas.pixels);
    ck_assert_msg(strstr(error.message, "65536 x 5"), "%s", error.message);
}
END_TEST

START_TEST(a_sheet_has_room_for_its_longest_caption)
{
    uint8_t pixels[28 * 28] = {0};
    const AugImage picture = {pixels, 28, 28, 1, 28, AUG_DTYPE_U8};
    int32_t heights[2];
    for (int i = 0; i < 2; i++) {
        CliSheet sheet;
        AugImage canvas;
        ck_assert_int_eq(cli_sheet_init(&sheet, 2, 2, NULL), AUG_OK);
        cli_sheet_set_head(&sheet, 0, strdup("head"));
        ck_assert_int_eq(
            cli_sheet_set_picture(&sheet, 0, 0, &picture, strdup(i ? "a\nb\nc" : "a"), NULL),
            AUG_OK);
        cli_sheet_set_alert(&sheet, 1, 1, strdup("why not"), NULL);
        ck_assert_int_eq(cli_sheet_draw(&sheet, &canvas, NULL), AUG_OK);
        heights[i] = canvas.height;
        cli_canvas_fini(&canvas);
        cli_sheet_fini(&sheet);
        cli_sheet_fini(&sheet);
    }
    /* Two more lines in each of two rows. */
    ck_assert_int_eq(heights[1] - heights[0], 2 * 2 * CLI_LINE_STEP);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli canvas");
    TCase *tests = tcase_create("canvas");
    tcase_add_test(tests, every_printable_character_has_a_glyph_of_its_own);
    tcase_add_test(tests, text_is_drawn_pixel_by_pixel);
    tcase_add_test(tests, text_that_is_too_long_is_cut);
    tcase_add_test(tests, a_letter_outside_ascii_is_one_question_mark);
    tcase_add_test(tests, paragraphs_break_at_spaces_and_newlines);
    tcase_add_test(tests, long_texts_are_broken_in_one_pass);
    tcase_add_test(tests, pictures_grow_by_repeating_and_shrink_by_the_mean);
    tcase_add_test(tests, nothing_is_drawn_outside);
    tcase_add_test(tests, sizes_that_no_canvas_has_are_refused);
    tcase_add_test(tests, a_sheet_has_room_for_its_longest_caption);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
