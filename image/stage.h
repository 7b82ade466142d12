/* Running one stage of a geometry on pixels: views by copying or resampling, warps. */
#ifndef AUGI_STAGE_H
#define AUGI_STAGE_H

#include "image/geometry.h"
#include "image/resample.h"

/* Pixels that grow to what is asked for; zero-initialise. */
typedef struct AugiPixels {
    uint8_t *bytes;
    size_t capacity;
} AugiPixels;

/* A picture of this size in the memory of pixels, rows without gaps, content undefined. Replaces
 * what was there before. */
AUG_MUST_CHECK AugStatus augi_pixels_image(AugiPixels *pixels, AugSize size, int32_t channels,
                                           AugImage *image, AugError *error);

/* Accepts a zeroed struct. */
void augi_pixels_fini(AugiPixels *pixels);

/* Working memory of stages; zero-initialise, one per thread.
 *
 * between: of a view that resizes and then pads or turns
 * maps:    columns and rows of a view with a mirroring border
 */
typedef struct AugiStageScratch {
    AugiResampleScratch resample;
    AugiPixels between;
    AugiPixels maps;
} AugiStageScratch;

/* Accepts a zeroed struct. */
void augi_stage_scratch_fini(AugiStageScratch *scratch);

/* The window of its source that a stage reads: inside it, at least one pixel. Any thread. Fails
 * with AUG_BAD_SPEC for a warp with numbers beyond the kernel. */
AUG_MUST_CHECK AugStatus augi_stage_needs(const AugiStage *stage, AugiWindow *needs,
                                          AugError *error);

/* Whether a stage only shows a window of its source: then it needs no pixels of its own. Any
 * thread. */
bool augi_stage_is_window(const AugiStage *stage);

/* That window in memory: out's pixels are borrowed from the source. Any thread. */
void augi_stage_window(const AugiStage *stage, const AugiSource *source, AugImage *out);

/* Runs a stage; source covers what it needs, out has the stage's size and does not overlap the
 * source. */
AUG_MUST_CHECK AugStatus augi_stage_run(AugiStageScratch *scratch, const AugiStage *stage,
                                        const AugiSource *source, const AugImage *out,
                                        AugError *error);

#endif
