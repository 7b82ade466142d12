/* Contrast and brightness relative to the mean of the picture. */
#ifndef IMG_CONTRAST_H
#define IMG_CONTRAST_H

#include "image/filters/kernel.h"

/* new = scale old + per_mean mean + offset, rounded to the nearest and cut to 0..255; mean is that
 * of the whole picture: of its grey (luma) or of all values of all channels alike. */
typedef struct ImgContrast {
    double scale, per_mean, offset;
    bool luma;
} ImgContrast;

/* State: ImgContrast. */
extern const ImgAdaptKernel img_contrast_kernel;

/* The table of scale value + offset, rounded to the nearest and cut to 0..255. Any thread. */
void img_linear_table(double scale, double offset, uint8_t lut[256]);

#endif
