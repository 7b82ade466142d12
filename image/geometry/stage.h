/* Running one stage of a geometry on pixels: views by copying or resampling, warps. */
#ifndef IMG_STAGE_H
#define IMG_STAGE_H

#include "image/geometry/geometry.h"
#include "image/geometry/resample.h"

/* Working memory of stages; zero-initialise, one per thread.
 *
 * between: of a view that resizes and then pads or turns
 * maps:    columns and rows of a view with a mirroring border
 */
typedef struct ImgStageScratch {
    ImgResampleScratch resample;
    ImgPixels between;
    ImgPixels maps;
} ImgStageScratch;

/* Accepts a zeroed struct. */
void img_stage_scratch_fini(ImgStageScratch *scratch);

/* The window of its source that a stage reads: inside it, at least one pixel. Any thread. Fails
 * with AUG_BAD_SPEC for a warp with numbers beyond the kernel. */
AUG_MUST_CHECK AugStatus img_stage_needs(const ImgStage *stage, ImgWindow *needs, AugError *error);

/* Whether a stage only shows a window of its source: then it needs no pixels of its own. Any
 * thread. */
bool img_stage_is_window(const ImgStage *stage);

/* That window in memory: out's pixels are borrowed from the source. Any thread. */
void img_stage_window(const ImgStage *stage, const ImgSource *source, AugImage *out);

/* Runs a stage; source covers what it needs, out has the stage's size and does not overlap the
 * source. */
AUG_MUST_CHECK AugStatus img_stage_run(ImgStageScratch *scratch, const ImgStage *stage,
                                       const ImgSource *source, const AugImage *out,
                                       AugError *error);

#endif
