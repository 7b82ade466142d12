/* Gaussian blur, the same on both axes. */
#ifndef IMG_BLUR_H
#define IMG_BLUR_H

#include "image/filters/kernel.h"

/* sigma in pixels, above 0; radius: taps on each side of the middle one, at least 1. */
typedef struct ImgBlur {
    double sigma;
    int32_t radius;
} ImgBlur;

/* Passes over each pixel (image/pixels/work.h) of a blur with this many taps on each side: some
 * taps are one pass, and where they are many their rows leave the processor's caches. */
uint64_t img_blur_passes(int32_t radius);

/* State: ImgBlur. OpenCV's fixed-point kernel (image/cv/cv.h). */
extern const ImgFilterKernel img_blur_kernel;

#endif
