/* Gaussian blur, the same on both axes. */
#ifndef IMG_BLUR_H
#define IMG_BLUR_H

#include "image/filters/kernel.h"

/* sigma in pixels, above 0; radius: taps on each side of the middle one, at least 1. */
typedef struct ImgBlur {
    double sigma;
    int32_t radius;
} ImgBlur;

/* State: ImgBlur. OpenCV's fixed-point kernel (image/cv/cv.h). */
extern const ImgFilterKernel img_blur_kernel;

#endif
