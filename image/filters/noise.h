/* Noise as a function of place: what a pixel gets depends on the seed, its row, its column and its
 * channel, and on nothing else. */
#ifndef IMG_PLACE_NOISE_H
#define IMG_PLACE_NOISE_H

#include "image/filters/kernel.h"

/* n random words: those with the numbers first to first + n - 1 of a row. Any thread. */
void img_noise_words(uint64_t seed, int32_t row, int64_t first, int64_t n, uint32_t *words);

/* A random word as a standard normal, between -5.5 and 5.5; the distribution function is within
 * 1e-5 of the normal one. Any thread. */
float img_noise_normal(uint32_t word);

/* The words of img_noise_words as standard normals. Any thread. */
void img_normal_row(uint64_t seed, int32_t row, int64_t first, int64_t n, float *normals);

/* Normal noise in pixel values of uint8; per_channel: another for each channel, else the same. */
typedef struct ImgGaussNoise {
    uint64_t seed;
    float mean, std;
    bool per_channel;
} ImgGaussNoise;

/* State: ImgGaussNoise. Every type of pixels: noise is scaled as white is. The sum of whole numbers
 * is rounded to the nearest and cut to their range, that of float32 is not. */
extern const ImgFilterKernel img_gauss_noise_kernel;

#endif
