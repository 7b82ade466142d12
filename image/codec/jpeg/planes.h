/* From samples to pixels: the planes of a picture's components, some rows at a time, and the rows of
 * pixels that they make.
 *
 * Planes hold the rows of one row of MCUs, and before them the last row of the MCUs above, since
 * smooth upsampling of chroma looks one sample up and down.
 */
#ifndef IMG_JPEG_PLANES_H
#define IMG_JPEG_PLANES_H

#include "image/codec/format.h"
#include "image/codec/jpeg/entropy.h"

/* Which MCUs a window needs, with the neighbours of its chroma: columns and rows, half-open. */
typedef struct ImgJpegMcus {
    uint32_t column0, column1, row0, row1;
} ImgJpegMcus;

/* The MCUs of a window of the picture. Any thread. */
ImgJpegMcus img_jpeg_mcus_of(const ImgJpegFile *file, const ImgWindow *window);

/* Samples and what their rows become.
 *
 * first:    the first sample of the first row of each component; before it lies the row above
 * row_size: of each component's rows, with slack on both sides
 * smooth:   rows of chroma after upsampling
 * colours:  a row of RGB that is to become grey
 * quantisers: of each component, in natural order
 * mcu_row:  the one whose samples are in memory
 * next_row: the row of pixels that is made next
 */
typedef struct ImgJpegPlanes {
    const ImgJpegKernels *kernels;
    const ImgJpegFile *file;
    ImgWindow window;
    ImgJpegMcus mcus;
    uint8_t *first[IMG_JPEG_COMPONENTS];
    size_t row_size[IMG_JPEG_COMPONENTS];
    uint8_t *smooth[2], *colours;
    uint16_t quantisers[IMG_JPEG_COMPONENTS][IMG_JPEG_BLOCK];
    int32_t next_row;
} ImgJpegPlanes;

/* The quantisers of all components, in natural order. */
void img_jpeg_quantisers(const ImgJpegFile *file,
                         uint16_t quantisers[IMG_JPEG_COMPONENTS][IMG_JPEG_BLOCK]);

/* n pixels of 1 or 3 channels from a sample of each component for each: one, or luma and two of
 * chroma; rows[1] is NULL where there is one. The rows have slack for reading, and so has colours,
 * room for 3 n bytes. */
void img_jpeg_pixels(const ImgJpegKernels *kernels, const uint8_t *const rows[IMG_JPEG_COMPONENTS],
                     size_t n, uint8_t *colours, int32_t channels, uint8_t *out);

/* Bytes of memory that the planes of a window need. */
size_t img_jpeg_planes_memory(const ImgJpegFile *file, const ImgWindow *window);

/* Lays the planes out in memory of that many bytes. */
void img_jpeg_planes_open(ImgJpegPlanes *planes, const ImgJpegKernels *kernels,
                          const ImgJpegFile *file, const ImgWindow *window, uint8_t *memory);

/* Turns the first n MCUs of a group into samples, from column on of the row of MCUs at hand. The
 * group is zeros afterwards. */
void img_jpeg_planes_put(ImgJpegPlanes *planes, ImgJpegGroup *group, uint32_t column, uint32_t n);

/* After all columns of MCU row: makes the rows of pixels that it completes. out holds the window;
 * its channels are 1 or 3. */
void img_jpeg_planes_make(ImgJpegPlanes *planes, uint32_t mcu_row, const AugImage *out);

#endif
