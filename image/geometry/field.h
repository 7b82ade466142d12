/* Displacement fields: each output pixel's place is found by itself, so a pixel has the same bytes
 * in any window. */
#ifndef IMG_FIELD_H
#define IMG_FIELD_H

#include "image/geometry/geometry.h"

/* The place in the stage's source that a place of its output shows. Any thread. */
void img_field_place(const ImgFieldPart *field, const double output[2], double place[2]);

/* The place of the output that shows a place of the source: the inverse, by iteration, which ends
 * where a step moves less than 1e-9 pixel or after 100 steps. It converges where neighbouring nodes
 * move less apart than they lie apart, so that nothing is folded. Any thread. */
void img_field_find(const ImgFieldPart *field, const double place[2], double output[2]);

/* Window of the source that a stage reads to make a window; as img_stage_needs. */
AUG_MUST_CHECK AugStatus img_field_needs(const ImgStage *stage, ImgWindow made, ImgWindow *needs,
                                         AugError *error);

/* Makes a window; as img_stage_run. source: the box, of which a part is in memory. Any thread. */
void img_field_run(const ImgStage *stage, ImgWindow made, const ImgSource *source,
                   const AugImage *out);

#endif
