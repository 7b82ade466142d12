/* Inside of resampling: weights of an axis, and the two passes as scalar and as vector code.
 *
 * For uint8 a weight has 22 bits behind the point; a pass computes (2^21 + sum of weight * pixel)
 * >> 22, clipped to 0..255, in 32-bit integers, which is exact: no pixel depends on the order of
 * the sum.
 */
#ifndef IMG_RESAMPLE_KERNELS_H
#define IMG_RESAMPLE_KERNELS_H

#include "image/geometry/resample.h"

#define IMG_WEIGHT_BITS 22

/* For n output positions: which source positions they read (first .. first + count - 1) and their
 * weights, reach of them per position: as numbers of 22 bits, zero behind count, or exact.
 * Whichever of the two is NULL is not made. */
typedef struct ImgTaps {
    int32_t n, reach;
    int32_t *first, *count, *weights;
    double *exact;
} ImgTaps;

/* One axis of a job.
 *
 * length:     of the picture
 * from, to:   the box, as float like Pillow's
 * out_length: of the virtual output
 * keep_from, keep_to: the positions to compute
 * mirror:     position 0 is the last one kept
 * origin:     the source position that first counts from
 */
typedef struct ImgAxis {
    ImgFilter filter;
    int32_t length;
    float from, to;
    int32_t out_length, keep_from, keep_to;
    bool mirror;
    int32_t origin;
} ImgAxis;

/* Most source positions that an output position may read. */
int32_t img_axis_reach(const ImgAxis *axis);

/* Whether the axis copies source positions one to one, in order. */
bool img_axis_is_copy(const ImgAxis *axis);

/* The source positions that are read, half-open. */
void img_axis_needs(const ImgAxis *axis, int32_t *from, int32_t *to);

/* Fills taps, whose arrays have room for n and n * reach; numbers is room for reach doubles. */
void img_axis_taps(const ImgAxis *axis, ImgTaps *taps, double *numbers);

/* One pass over n_rows rows of width pixels. Horizontal: each row becomes one of taps->n pixels.
 * Vertical: out has taps->n rows of width pixels.
 *
 * in_type, out_type: of the values; only the wide form reads them, and makes float32 rows in the
 * horizontal pass
 * work: as many bytes as the kernels' work_size says, aligned to 64
 * out:  the horizontal pass may write up to 15 bytes beyond the end of a row, for which
 * out_row_size has room
 */
typedef struct ImgPass {
    const ImgTaps *taps;
    const uint8_t *in;
    size_t in_row_size;
    int32_t n_rows, width, channels;
    uint8_t *out;
    size_t out_row_size;
    void *work;
    AugDtype in_type, out_type;
} ImgPass;

/* The two passes in one form. work_size: bytes of working memory for a pass of n positions that
 * reads rows of in_length bytes and writes such of out_length (horizontal; for a vertical pass both
 * are 0). Both passes have the larger one. */
typedef struct ImgResampleKernels {
    size_t (*work_size)(int32_t n, int32_t reach, size_t in_length, size_t out_length);
    void (*horizontal)(const ImgPass *pass);
    void (*vertical)(const ImgPass *pass);
} ImgResampleKernels;

/* For uint8: the reference, and its equal for CPUs with AVX2 (not there on other machines). Any
 * number of channels. */
extern const ImgResampleKernels img_resample_scalar;
extern const ImgResampleKernels img_resample_avx2;

/* For uint16 and float32. */
extern const ImgResampleKernels img_resample_wide;

/* Writes n floats as values of a type: rounded half up and cut off for uint16. */
void img_resample_finish(const float *row, size_t n, AugDtype type, uint8_t *out);

/* The fastest form for uint8 that this CPU runs. */
const ImgResampleKernels *img_resample_kernels(void);

/* img_resample with the form given for uint8. */
AUG_MUST_CHECK AugStatus img_resample_with(const ImgResampleKernels *kernels,
                                           ImgResampleScratch *scratch, const ImgResample *job,
                                           const ImgSource *source, const AugImage *out,
                                           AugError *error);

#endif
