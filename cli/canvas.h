/* Drawing on an RGB picture: rectangles, text and scaled pictures. Everything is clipped to the
 * canvas. */
#ifndef CLI_CANVAS_H
#define CLI_CANVAS_H

#include "aug/image.h"

/* Pixels from the upper left corner; sizes are not negative. */
typedef struct CliRect {
    int32_t x, y, width, height;
} CliRect;

/* A colour of 8 bits a channel. */
typedef struct CliColour {
    uint8_t red, green, blue;
} CliColour;

/* A white RGB canvas of 1 to 65,535 pixels a side. cli_canvas_fini frees it. */
AUG_MUST_CHECK AugStatus cli_canvas_init(AugImage *canvas, int32_t height, int32_t width,
                                         AugError *error);

/* Frees the pixels and zeroes the struct; accepts a zeroed one. */
void cli_canvas_fini(AugImage *canvas);

/* Fills a rectangle. */
void cli_canvas_fill(AugImage *canvas, CliRect rect, CliColour colour);

/* A frame of one pixel just outside a rectangle. */
void cli_canvas_frame(AugImage *canvas, CliRect rect, CliColour colour);

/* One line of text with its upper left corner at rect's, each font pixel scale x scale. Text wider
 * than rect is cut and ends in "..". */
void cli_canvas_text(AugImage *canvas, CliRect rect, int32_t scale, CliColour colour,
                     const char *text);

/* Text broken at newlines and spaces into the lines that fit into rect; what is left over is cut.
 */
void cli_canvas_paragraph(AugImage *canvas, CliRect rect, int32_t scale, CliColour colour,
                          const char *text);

/* Lines that cli_canvas_paragraph needs for a text in that width. */
int32_t cli_canvas_count_lines(int32_t width, int32_t scale, const char *text);

/* A grey or RGB picture stretched to rect: by repeating pixels where it grows, by the mean of the
 * pixels covered where it shrinks. */
void cli_canvas_picture(AugImage *canvas, CliRect rect, const AugImage *picture);

#endif
