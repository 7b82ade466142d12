/* Hue: colours turn around the grey axis of the HSV cone. */
#ifndef IMG_HUE_H
#define IMG_HUE_H

#include "image/filters/kernel.h"

/* turns: part of the whole circle, -0.5 to 0.5. */
typedef struct ImgHue {
    double turns;
} ImgHue;

/* State: ImgHue. Largest and smallest channel of a pixel stay; for pictures of three channels. */
extern const ImgFilterKernel img_hue_kernel;

#endif
