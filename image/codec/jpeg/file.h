/* What a JPEG file says before and around its entropy-coded data, for the decoder of windows: the
 * kinds of files that it takes, and where in them the data lies.
 *
 * Terms are those of the standard (ITU T.81): an MCU is the smallest group of blocks that has all
 * components; the data is cut at restart markers into segments.
 */
#ifndef IMG_JPEG_FILE_H
#define IMG_JPEG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Components of the files that are taken, at most. */
#define IMG_JPEG_COMPONENTS 3

/* Largest product of a coefficient and its quantiser that is taken: real ones are at most 8 times
 * 255 for a sample's range, and up to here all vector forms of the inverse DCT agree. */
#define IMG_JPEG_MOST 8191

/* A Huffman table as it stands in a file (T.81, B.2.4.2): counts[i] codes of i + 1 bits, and the
 * symbols in the order of their codes. n_symbols: 0: the file has no such table. */
typedef struct ImgJpegCodes {
    const uint8_t *counts, *symbols;
    int n_symbols;
} ImgJpegCodes;

/* A component. h, v: blocks of an MCU, across and down. quantiser: in the order of coefficients in
 * the file (zigzag). dc, ac: of its codes. */
typedef struct ImgJpegComponent {
    uint8_t id, h, v, quantiser_index;
    const uint8_t *quantiser;
    const ImgJpegCodes *dc, *ac;
} ImgJpegComponent;

/* A file that may be taken. Borrows its bytes.
 *
 * width, height:    in pixels
 * n_components:     1, or 3 for YCbCr
 * restart_interval: MCUs of a segment; 0: there is one segment
 * data, data_size:  what follows the header of the only scan, up to the end of the file
 */
typedef struct ImgJpegFile {
    int32_t width, height;
    int n_components;
    ImgJpegComponent components[IMG_JPEG_COMPONENTS];
    uint32_t restart_interval;
    const uint8_t *data;
    size_t data_size;
    const uint8_t *quantisers[4];
    ImgJpegCodes codes[2][4];
} ImgJpegFile;

/* Reads all segments up to the entropy-coded data. False: the file is of another kind than the
 * decoder takes, or has something that may be damage. Any thread. */
bool img_jpeg_file_read(ImgJpegFile *file, const uint8_t *bytes, size_t size);

/* MCUs across and down. */
uint32_t img_jpeg_mcus_across(const ImgJpegFile *file);
uint32_t img_jpeg_mcus_down(const ImgJpegFile *file);

/* Entropy-coded data without its stuffed zeros and markers.
 *
 * bytes, size: the segments one behind another, followed by IMG_JPEG_TAIL zeros
 * begins:      of each segment its place in bytes, and of one more the end
 * n_segments:  at least 1
 */
typedef struct ImgJpegData {
    const uint8_t *bytes;
    size_t size;
    const uint32_t *begins;
    uint32_t n_segments;
} ImgJpegData;

/* Zeros behind the data: what an MCU can take at most (10 blocks of 64 coefficients of 27 bits),
 * and a load of 8 bytes. */
#define IMG_JPEG_TAIL 2304

/* Bytes of memory that img_jpeg_data_read needs for a file's data, and entries for its segments. */
size_t img_jpeg_data_memory(const ImgJpegFile *file);
uint32_t img_jpeg_data_segments(const ImgJpegFile *file);

/* Copies the data into memory of img_jpeg_data_memory bytes, and the begins of its segments into
 * img_jpeg_data_segments + 1 entries. False: restart markers are missing, out of order or too many,
 * FF stands before something that is no marker, or the file does not end with its end marker. */
bool img_jpeg_data_read(const ImgJpegFile *file, uint8_t *memory, uint32_t *begins,
                        ImgJpegData *data);

#endif
