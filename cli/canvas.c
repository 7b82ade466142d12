/* Drawing in software: filled rectangles, frames, a bitmap font and pictures scaled to fit, each
 * clipped to the canvas. */
#include "cli/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "cli/font.h"

#define MAX_SIDE 65535
#define CHANNELS 3

AugStatus cli_canvas_init(AugImage *canvas, int32_t height, int32_t width, AugError *error)
{
    *canvas = (AugImage){0};
    if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the picture would be %d x %d pixels; allowed are 1 to %d a side", width,
                        height, MAX_SIDE);
    const size_t row_size = (size_t)width * CHANNELS;
    uint8_t *pixels = malloc(row_size * (size_t)height);
    if (!pixels)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a picture of %d x %d pixels",
                        width, height);
    memset(pixels, 0xff, row_size * (size_t)height);
    *canvas = (AugImage){.pixels = pixels,
                         .height = height,
                         .width = width,
                         .channels = CHANNELS,
                         .row_size = row_size};
    return AUG_OK;
}

void cli_canvas_fini(AugImage *canvas)
{
    free(canvas->pixels);
    *canvas = (AugImage){0};
}

static uint8_t *pixel_at(AugImage *canvas, int32_t x, int32_t y)
{
    return canvas->pixels + (size_t)y * canvas->row_size + (size_t)x * CHANNELS;
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t most(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

void cli_canvas_fill(AugImage *canvas, CliRect rect, CliColour colour)
{
    const int32_t x_end = least(rect.x + rect.width, canvas->width);
    const int32_t y_end = least(rect.y + rect.height, canvas->height);
    for (int32_t y = most(rect.y, 0); y < y_end; y++) {
        for (int32_t x = most(rect.x, 0); x < x_end; x++)
            memcpy(pixel_at(canvas, x, y), &colour, CHANNELS);
    }
}

void cli_canvas_frame(AugImage *canvas, CliRect rect, CliColour colour)
{
    const CliRect outer = {rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2};
    cli_canvas_fill(canvas, (CliRect){outer.x, outer.y, outer.width, 1}, colour);
    cli_canvas_fill(canvas, (CliRect){outer.x, rect.y + rect.height, outer.width, 1}, colour);
    cli_canvas_fill(canvas, (CliRect){outer.x, outer.y, 1, outer.height}, colour);
    cli_canvas_fill(canvas, (CliRect){rect.x + rect.width, outer.y, 1, outer.height}, colour);
}

static void draw_glyph(AugImage *canvas, int32_t x, int32_t y, int32_t scale, CliColour colour,
                       char character)
{
    const uint8_t *rows = cli_glyph(character);
    for (int32_t row = 0; row < CLI_GLYPH_HEIGHT; row++) {
        for (int32_t column = 0; column < CLI_GLYPH_WIDTH; column++) {
            if (rows[row] >> (CLI_GLYPH_WIDTH - 1 - column) & 1)
                cli_canvas_fill(
                    canvas, (CliRect){x + column * scale, y + row * scale, scale, scale}, colour);
        }
    }
}

/* Characters of a line that fit into a width; the gap after the last one needs no room. */
static int32_t characters_in(int32_t width, int32_t scale)
{
    return (width / scale + CLI_CHARACTER_STEP - CLI_GLYPH_WIDTH) / CLI_CHARACTER_STEP;
}

/* Draws n characters; a continuation byte of UTF-8 takes no room, so that a letter outside ASCII is
 * one question mark. */
static void draw_line(AugImage *canvas, CliRect at, int32_t scale, CliColour colour,
                      const char *text, size_t n)
{
    int32_t x = at.x;
    for (size_t i = 0; i < n; i++) {
        if (((unsigned char)text[i] & 0xc0) == 0x80)
            continue;
        draw_glyph(canvas, x, at.y, scale, colour, text[i]);
        x += CLI_CHARACTER_STEP * scale;
    }
}

void cli_canvas_text(AugImage *canvas, CliRect rect, int32_t scale, CliColour colour,
                     const char *text)
{
    const int32_t room = characters_in(rect.width, scale);
    const size_t length = strlen(text);
    if (room <= 0)
        return;
    if (length <= (size_t)room) {
        draw_line(canvas, rect, scale, colour, text, length);
        return;
    }
    const int32_t kept = most(room - 2, 0);
    draw_line(canvas, rect, scale, colour, text, (size_t)kept);
    const CliRect rest = {rect.x + kept * CLI_CHARACTER_STEP * scale, rect.y, 0, 0};
    draw_line(canvas, rest, scale, colour, "..", (size_t)(room - kept));
}

/* Length of the first line of a text: up to the newline or the last space that fits, or as much as
 * fits. */
static size_t line_length(const char *text, size_t room)
{
    /* No further than a line: the text may be much longer. */
    size_t length = 0;
    while (length <= room && text[length] && text[length] != '\n')
        length++;
    if (length <= room)
        return length;
    for (size_t i = room; i > 0; i--) {
        if (text[i] == ' ')
            return i;
    }
    return room;
}

/* Where the next line begins. */
static const char *skip_line(const char *text, size_t length)
{
    text += length;
    return text + (text[0] == '\n' ? 1 : strspn(text, " "));
}

int32_t cli_canvas_count_lines(int32_t width, int32_t scale, const char *text)
{
    const int32_t room = characters_in(width, scale);
    int32_t n_lines = 0;
    for (; room > 0 && *text; n_lines++)
        text = skip_line(text, line_length(text, (size_t)room));
    return n_lines;
}

void cli_canvas_paragraph(AugImage *canvas, CliRect rect, int32_t scale, CliColour colour,
                          const char *text)
{
    const int32_t room = characters_in(rect.width, scale);
    CliRect line = rect;
    while (room > 0 && *text && line.y + CLI_GLYPH_HEIGHT * scale <= rect.y + rect.height) {
        const size_t length = line_length(text, (size_t)room);
        draw_line(canvas, line, scale, colour, text, length);
        text = skip_line(text, length);
        line.y += CLI_LINE_STEP * scale;
    }
}

/* Half-open run of source pixels under target pixel i; at least one. */
typedef struct Run {
    int32_t begin, end;
} Run;

static Run source_run(int32_t i, int32_t source, int32_t target)
{
    const int32_t begin = (int32_t)((int64_t)i * source / target);
    const int32_t end = (int32_t)(((int64_t)i + 1) * source / target);
    return (Run){begin, most(end, begin + 1)};
}

static uint8_t mean_of(const AugImage *picture, Run rows, Run columns, int32_t channel)
{
    uint64_t sum = 0;
    for (int32_t y = rows.begin; y < rows.end; y++) {
        const uint8_t *row = picture->pixels + (size_t)y * picture->row_size;
        for (int32_t x = columns.begin; x < columns.end; x++)
            sum += row[x * picture->channels + channel];
    }
    const uint64_t n = (uint64_t)(rows.end - rows.begin) * (uint64_t)(columns.end - columns.begin);
    return (uint8_t)((sum + n / 2) / n);
}

void cli_canvas_picture(AugImage *canvas, CliRect rect, const AugImage *picture)
{
    const int32_t x_end = least(rect.width, canvas->width - rect.x);
    const int32_t y_end = least(rect.height, canvas->height - rect.y);
    for (int32_t y = most(-rect.y, 0); y < y_end; y++) {
        const Run rows = source_run(y, picture->height, rect.height);
        for (int32_t x = most(-rect.x, 0); x < x_end; x++) {
            const Run columns = source_run(x, picture->width, rect.width);
            uint8_t *pixel = pixel_at(canvas, rect.x + x, rect.y + y);
            for (int32_t channel = 0; channel < CHANNELS; channel++)
                pixel[channel] =
                    mean_of(picture, rows, columns, picture->channels == 1 ? 0 : channel);
        }
    }
}
