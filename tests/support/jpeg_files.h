/* JPEG files of every kind that libjpeg's encoder writes, drawn at random: sizes, samplings, tables,
 * restarts, segments, and contents from scenes to coefficients that no picture has.
 */
#ifndef TEST_JPEG_FILES_H
#define TEST_JPEG_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file. is_common: of a kind that the decoder of windows must take: baseline or extended, Huffman
 * codes, 8 bits, one interleaved scan, grey or YCbCr, luma of 1 or 2 samples each way for 1 of
 * chroma, products of coefficients and quantisers within +-8191, nothing that a careful reader may
 * doubt. text: what was drawn, for messages. */
typedef struct TestJpegFile {
    uint8_t *bytes;
    size_t size;
    int32_t width, height, n_components;
    bool is_common;
    char text[256];
} TestJpegFile;

/* Draws a file with sides from 1 to max_side, at most 400, a function of *state alone; libjpeg reads it without
 * a warning. Most are common, one in eight is not. Any failure ends the process. The caller frees
 * its bytes. */
TestJpegFile test_jpeg_file_draw(uint64_t *state, int32_t max_side);

#endif
