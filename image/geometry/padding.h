/* Padding as users write it: one number for all sides, two for [left and right, top and bottom], or
 * four for [left, top, right, bottom], in the order of torchvision. */
#ifndef IMG_PADDING_H
#define IMG_PADDING_H

#include "aug/status.h"
#include "image/geometry/geometry.h"

/* Widest margin that a parameter may ask for, in pixels: what a picture can have at most. */
#define IMG_MAX_PADDING 65535

/* Checks a parameter named padding: 1, 2 or 4 whole numbers. */
AUG_MUST_CHECK AugStatus img_padding_check(const AugNumbers *numbers, AugError *error);

/* The margins of checked numbers. */
ImgPadding img_padding_make(const AugNumbers *numbers);

#endif
