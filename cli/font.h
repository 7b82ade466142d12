/* A small bitmap font for labels on pictures: printable ASCII. */
#ifndef CLI_FONT_H
#define CLI_FONT_H

#include <stdbool.h>
#include <stdint.h>

/* Size of a glyph in pixels. */
#define CLI_GLYPH_WIDTH 5
#define CLI_GLYPH_HEIGHT 9

/* Distance between the left edges of neighbouring characters, and between lines. */
#define CLI_CHARACTER_STEP 6
#define CLI_LINE_STEP 11

/* Rows of a character from the top, CLI_GLYPH_HEIGHT of them; bit 4 is the leftmost pixel. Other
 * than printable ASCII gives a question mark. Static. */
const uint8_t *cli_glyph(char character);

#endif
