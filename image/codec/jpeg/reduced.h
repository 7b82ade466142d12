/* A picture at 1/2, 1/4 or 1/8 of its size from the same coefficients.
 *
 * Every component is brought to the size of the result by itself: a sample of the result is the mean
 * of those of the full inverse DCT that lie in its place, rounded half up, s x s of luma for a
 * reduction by s, fewer of chroma that is stored smaller, and of that 1 x 1 where it is stored at the
 * size of the result. Chroma is never made smooth first. A mean of a whole block comes from its DC
 * coefficient alone, so nothing is cut to 0..255 before it; the coefficients behind it are skipped.
 *
 * Sides are rounded up: a place at the right or lower edge may reach beyond the picture, and counts
 * what the file has there, which encoders fill with the last column and row.
 */
#ifndef IMG_JPEG_REDUCED_H
#define IMG_JPEG_REDUCED_H

#include "image/codec/jpeg/planes.h"

/* What is made: a window of the picture that is reduction times smaller. */
typedef struct ImgJpegView {
    const ImgJpegFile *file;
    ImgWindow window;
    int32_t reduction;
} ImgJpegView;

/* Samples of one row of MCUs. The first of each component's first row, and the size of its rows,
 * which have slack on both sides. colours: a row of RGB that is to become grey. */
typedef struct ImgJpegReduced {
    const ImgJpegKernels *kernels;
    ImgJpegView view;
    ImgJpegMcus mcus;
    uint8_t *first[IMG_JPEG_COMPONENTS];
    size_t row_size[IMG_JPEG_COMPONENTS];
    uint8_t *colours;
    uint16_t quantisers[IMG_JPEG_COMPONENTS][IMG_JPEG_BLOCK];
} ImgJpegReduced;

/* The window of the smaller picture that shows all of a window of the whole one. Any thread. */
ImgWindow img_jpeg_reduced_window(const ImgWindow *window, int32_t reduction);

/* The MCUs of a view. Any thread. */
ImgJpegMcus img_jpeg_reduced_mcus(const ImgJpegView *view);

/* Whether a component's samples are means of whole blocks. Any thread. */
bool img_jpeg_reduced_to_means(const ImgJpegView *view, int component);

/* Bytes of memory that a view needs. */
size_t img_jpeg_reduced_memory(const ImgJpegView *view);

/* Lays rows out in memory of that many bytes. */
void img_jpeg_reduced_open(ImgJpegReduced *reduced, const ImgJpegKernels *kernels,
                           const ImgJpegView *view, uint8_t *memory);

/* As img_jpeg_planes_put. */
void img_jpeg_reduced_put(ImgJpegReduced *reduced, ImgJpegGroup *group, uint32_t column,
                          uint32_t n);

/* After all columns of MCU row: makes its rows of pixels. out holds the window; its channels are 1
 * or 3. */
void img_jpeg_reduced_make(ImgJpegReduced *reduced, uint32_t mcu_row, const AugImage *out);

#endif
