/* Types of pixels in a pipeline: what operations see, and what a slot is to hold. */
#ifndef IMG_TYPES_H
#define IMG_TYPES_H

#include "image/domain/domain.h"

/* pixels: what operations see; out: type of the values of a slot. */
typedef struct ImgTypes {
    ImgPixelType pixels;
    AugDtype out;
} ImgTypes;

/* Chooses them for the pictures of a data set. Fails with AUG_BAD_SPEC where the settings ask for
 * what cannot be made of these pictures. */
AUG_MUST_CHECK AugStatus img_types_choose(const ImgOutputParams *params, const AugFieldDesc *image,
                                          ImgTypes *types, AugError *error);

/* Fails with AUG_BAD_SPEC, at its place, for an operation, in groups too, that does not work on
 * such pixels. */
AUG_MUST_CHECK AugStatus img_types_check(const AugOpList *ops, ImgPixelType pixels,
                                         AugError *error);

#endif
