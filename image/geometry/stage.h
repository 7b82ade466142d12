/* Running one stage of a geometry on pixels: views by copying or resampling, warps. */
#ifndef IMG_STAGE_H
#define IMG_STAGE_H

#include "image/geometry/geometry.h"
#include "image/geometry/resample.h"

/* Working memory of stages; zero-initialise, one per thread.
 *
 * between: of a view that resizes and then pads or turns
 * maps:    columns and rows of a view with a mirroring border
 * work:    that was done beside resampling, for pixels of weight 1 (image/pixels/work.h)
 */
typedef struct ImgStageScratch {
    ImgResampleScratch resample;
    ImgPixels between;
    ImgPixels maps;
    uint64_t work;
} ImgStageScratch;

/* Counts a zeroed struct's memory on an allowance. */
void img_stage_scratch_count(ImgStageScratch *scratch, AugiAllowance *allowance);

/* Frees the memory; accepts a zeroed struct. */
void img_stage_scratch_fini(ImgStageScratch *scratch);

/* The window of its source that a stage reads to make a window of its picture (half-open, inside
 * it): inside the source, at least one pixel. Any thread. Fails with AUG_BAD_SPEC for a warp with
 * numbers beyond the kernel. */
AUG_MUST_CHECK AugStatus img_stage_needs(const ImgStage *stage, ImgWindow made, ImgWindow *needs,
                                         AugError *error);

/* Says where a walk starts, for a warp whose result is read by a stage that directly follows: in
 * the window that this one reads of it when all of its own result is made. Once per stage, when the
 * geometry is complete. */
void img_stage_anchor(ImgStage *stage, ImgWindow anchor);

/* Whether a window of its picture is only a window of its source: then it needs no pixels of its
 * own. Any thread. */
bool img_stage_is_window(const ImgStage *stage, ImgWindow made);

/* That window in memory: out's pixels are borrowed from the source. Any thread. */
void img_stage_window(const ImgStage *stage, ImgWindow made, const ImgSource *source,
                      AugImage *out);

/* What making a window of its picture counts for pixels of weight 1 (image/pixels/work.h); less for
 * a window of that window. Any thread. */
uint64_t img_stage_work(const ImgStage *stage, ImgWindow made);

/* Makes a window of a stage's picture; source covers what that needs, out has the window's size and
 * does not overlap the source. Every pixel has the bytes that it has in any other window. */
AUG_MUST_CHECK AugStatus img_stage_run(ImgStageScratch *scratch, const ImgStage *stage,
                                       ImgWindow made, const ImgSource *source, const AugImage *out,
                                       AugError *error);

/* A stage as it is for a mask: nearest, and zero where there is no picture. Any thread. */
ImgStage img_stage_for_mask(const ImgStage *stage);

/* A rectangle in continuous coordinates, empty where x0 >= x1 or y0 >= y1. */
typedef struct ImgRect {
    double x0, y0, x1, y1;
} ImgRect;

/* The part of its source that a stage shows: what lies outside of it was cut off, whatever stands
 * at its place in the stage's picture. That picture may still cut off more. Any thread. */
ImgRect img_stage_seen(const ImgStage *stage);

/* Takes n points (x, y) from a stage's source to its picture, or back, in place. They may lie
 * outside; nothing is cut off. Any thread. */
void img_stage_map_points(const ImgStage *stage, bool back, double (*points)[2], size_t n);

#endif
