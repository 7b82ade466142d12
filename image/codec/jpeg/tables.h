/* Huffman tables, made from those of a file for decoding and for skipping.
 *
 * A table is asked with the next bits of the data, as many as it has address bits. Its entry says
 * how many bits to step over and how many coefficients to advance; one entry covers several symbols
 * where they fit. The values that follow the symbols lie in the bits themselves.
 *
 * The low 16 bits of an entry are what the reader subtracts from its state (entropy.c) in one step:
 *
 *   bits 0..7    bits of the data that the entry covers: codes and values
 *   bits 8..14   coefficients that it advances; IMG_JPEG_ESCAPE: the entry says nothing, and the next
 *                symbol must be found by its code
 *   bit 15       the last symbol ends the block
 *
 * An entry of AC coefficients for decoding covers one or two of them, and perhaps the end of the
 * block behind them:
 *
 *   bits 16..19  size of the value of the last coefficient, which is taken from the data; 0: none
 *   bits 20..23  coefficients that the first symbol advances, less 1
 *   bits 24..31  value of the first of two coefficients, or of the only one before an end, signed
 *
 * An entry of DC differences covers one symbol for decoding. For skipping it covers the AC symbols
 * behind it, too, as do entries for skipping AC coefficients:
 *
 *   bits 16..23  bits of the difference's code and value
 *   bits 24..27  size of its value
 */
#ifndef IMG_JPEG_TABLES_H
#define IMG_JPEG_TABLES_H

#include "image/codec/jpeg/file.h"

/* Address bits of the tables. */
#define IMG_JPEG_AC_BITS 10
#define IMG_JPEG_DC_BITS 9
#define IMG_JPEG_SKIP_AC_BITS 12
#define IMG_JPEG_SKIP_DC_BITS 11

/* Advance of an entry that says nothing: beyond the end of any block. */
#define IMG_JPEG_ESCAPE 0x7f00u

/* Bit of an entry whose last symbol ends the block. */
#define IMG_JPEG_END 0x8000u

/* Most bits of a value: of a coefficient, and of a difference of two. */
#define IMG_JPEG_AC_SIZE 10
#define IMG_JPEG_DC_SIZE 11

/* Codes by their length (T.81, annex C and F.2.2.3). All codes of a length lie together.
 *
 * limits:  codes of i bits and less are below limits[i], as the upper bits of 16
 * offsets: what is added to a code of i bits to give the place of its symbol
 */
typedef struct ImgJpegCanon {
    uint32_t limits[17];
    int32_t offsets[17];
    const uint8_t *symbols;
} ImgJpegCanon;

/* Finds each code. False: more codes than their lengths allow, one of only ones, or for DC a symbol
 * above 15. Any thread. */
bool img_jpeg_canon_make(ImgJpegCanon *canon, const ImgJpegCodes *codes, bool is_dc);

/* For decoding AC coefficients of codes that are good. most_size: values of this size and less need
 * no check of their product with a quantiser; larger ones are escapes, as are symbols that mean
 * nothing. Any thread. */
void img_jpeg_ac_make(uint32_t table[1 << IMG_JPEG_AC_BITS], const ImgJpegCodes *codes,
                      int most_size);

/* For decoding DC differences. Any thread. */
void img_jpeg_dc_make(uint32_t table[1 << IMG_JPEG_DC_BITS], const ImgJpegCodes *codes);

/* Memory for a table that skips: those of 0, 1, 2, ... bits, one behind another, that of i bits at
 * 2^i; the largest is what is asked. */
typedef struct ImgJpegSkipAc {
    uint16_t entries[2 << IMG_JPEG_SKIP_AC_BITS];
} ImgJpegSkipAc;

/* For skipping AC coefficients. Any thread. */
void img_jpeg_skip_ac_make(ImgJpegSkipAc *table, const ImgJpegCodes *codes, int most_size);

/* For skipping a DC difference and AC coefficients behind it, of the table ac. Any thread. */
void img_jpeg_skip_dc_make(uint32_t table[1 << IMG_JPEG_SKIP_DC_BITS], const ImgJpegCodes *codes,
                           const ImgJpegSkipAc *ac);

#endif
