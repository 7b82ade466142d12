/* What a filter is: work on a pixel and its neighbours, which no table or matrix can state.
 *
 * A kernel may serve several operations (image/filters/blur.c). It is a pure function of its state,
 * the picture and the place of a pixel in it: whatever window is made, in whatever order, a pixel
 * has the same bytes. Randomness is a function of (seed, row, column), never of a sequence.
 */
#ifndef IMG_KERNEL_H
#define IMG_KERNEL_H

#include "aug/status.h"
#include "image/pixels/picture.h"

/* Most channels of a picture whose values go through tables. */
#define IMG_TABLE_CHANNELS 3

/* One value for each value, per channel; those of channels that the picture lacks are not set. */
typedef struct ImgTable {
    uint8_t values[IMG_TABLE_CHANNELS][256];
} ImgTable;

/* How many pixels have each value, per channel; as for ImgTable. */
typedef struct ImgHistogram {
    uint32_t counts[IMG_TABLE_CHANNELS][256];
} ImgHistogram;

/* Reach of a kernel that reads all of its input, whatever it makes. */
#define IMG_REACH_WHOLE \
    ((ImgMargins){.top = INT32_MAX, .bottom = INT32_MAX, .left = INT32_MAX, .right = INT32_MAX})

/* Memory of kernels that grows to what they need; zero-initialise, one per thread. allowance: for
 * what a kernel takes beside it while it runs. */
typedef struct ImgFilterScratch {
    ImgPixels rows, between;
    AugiAllowance *allowance;
} ImgFilterScratch;

/* Counts a zeroed struct's memory on an allowance. */
void img_filter_scratch_count(ImgFilterScratch *scratch, AugiAllowance *allowance);

/* Frees the memory; accepts a zeroed struct. */
void img_filter_scratch_fini(ImgFilterScratch *scratch);

/* A kernel; const. state is what the operation wrote when it was drawn.
 *
 * reach: pixels that are read beyond those made, on each side; NULL: none
 * passes: what one pixel costs (image/pixels/work.h), of those that it reads; NULL: as much as
 *         noise
 * run:   makes a window of the filtered picture into out, which has the window's size and does not
 *        overlap the source. in covers the window grown by the reach and cut to the picture; where
 *        the picture ends it is mirrored (REFLECT101) by the kernel. Any thread
 */
typedef struct ImgFilterKernel {
    const char *name;
    ImgMargins (*reach)(const void *state);
    uint64_t (*passes)(const void *state);
    AugStatus (*run)(const void *state, const ImgSource *in, ImgWindow made, const AugImage *out,
                     ImgFilterScratch *scratch, AugError *error);
} ImgFilterKernel;

/* The window that a kernel reads of a picture of a size to make one of it. Any thread. */
ImgWindow img_filter_needs(const ImgFilterKernel *kernel, const void *state, ImgWindow made,
                           AugSize size);

/* What making a window counts for pixels of weight 1 (image/pixels/work.h). Any thread. */
uint64_t img_filter_work(const ImgFilterKernel *kernel, const void *state, ImgWindow made,
                         AugSize size);

/* A table that is made when the picture is known.
 *
 * table: fills a table, preset to identity, from the histogram of the whole picture. Any thread
 */
typedef struct ImgAdaptKernel {
    const char *name;
    void (*table)(const void *state, int32_t channels, const ImgHistogram *histogram,
                  ImgTable *table);
} ImgAdaptKernel;

#endif
