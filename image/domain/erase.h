/* Erasing: rectangles of a picture that are overwritten, as operations ask for them.
 *
 * The rectangles lie on the picture as it is after the geometry before them, are applied in order,
 * and hold pixels only inside; everything outside stays as it is, bit by bit.
 *
 * What fills them:
 *   a colour   as given; Pillow's grey of it for pictures of one channel
 *   mean       the mean of the output's normalization as the nearest pixel value, so that about 0
 *              comes out; black where nothing is normalized
 *   random     every value of every pixel drawn by itself: where the output is normalized from N(0,
 *              1) in normalized units, taken back to the nearest pixel value (and cut off at black
 *              and white, but for float32); otherwise uniform from black to white. A value depends
 *              on the rectangle's seed, its row, column and channel, and on nothing else, so only
 *              what is seen is made
 */
#ifndef IMG_ERASE_H
#define IMG_ERASE_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/random.h"
#include "image/pixels/picture.h"
#include "libaug/spec/param.h"

/* Names of the fills that are not colours, for the choices of a fill parameter, and their numbers.
 */
extern const char *const img_erase_fill_names[];
enum { IMG_ERASE_MEAN = 0, IMG_ERASE_RANDOM = 1 };

/* One rectangle. fill is a pixel of the picture's type, noise_seed is for RANDOM. */
typedef struct ImgErased {
    ImgWindow window;
    bool is_noise;
    uint8_t fill[IMG_MAX_PIXEL_SIZE];
    uint64_t noise_seed;
} ImgErased;

/* Rectangles under construction. height and width are for the operation to read; the rest belongs
 * to this module.
 *
 * channels, dtype: of the picture
 * mean:            fill of IMG_ERASE_MEAN, a pixel
 * failed:          memory ran out
 * allowance:       what items are counted on
 */
typedef struct ImgErase {
    int32_t height, width;
    int32_t channels;
    AugDtype dtype;
    uint8_t mean[IMG_MAX_PIXEL_SIZE];
    ImgErased *items;
    uint32_t n, capacity;
    bool failed;
    AugiAllowance *allowance;
} ImgErase;

/* What noise looks like, per channel: for every value the standard normal is compared with, or
 * uniform. */
typedef struct ImgNoise {
    bool is_normal;
    double mean[AUG_MAX_CHANNELS], std[AUG_MAX_CHANNELS]; /* in pixel values */
} ImgNoise;

/* Adds a rectangle, cut to the picture; nothing if nothing of it is inside. Draws two words from
 * rng if the fill is random. */
void img_erase_add(ImgErase *erase, ImgWindow window, const AugFill *fill, AugRng *rng);

/* Frees the list; accepts a zeroed one. */
void img_erase_fini(ImgErase *erase);

/* What overwriting the part of a rectangle that lies in a window counts for pixels of weight 1
 * (image/pixels/work.h). Any thread. */
uint64_t img_erase_work(const ImgErased *erased, ImgWindow window);

/* Most passes of a rectangle over its pixels, copying the picture before included. */
uint64_t img_erase_passes(const AugFill *fill);

/* Overwrites what is in memory of one rectangle of a picture. mirrored: the pixels, of a whole
 * picture, are stored from right to left, and the result is what erasing before mirroring would
 * have given. Ends before its end, with nothing said of the pixels, where the allowance says stop.
 * Any thread. */
void img_erase_apply(const ImgErased *erased, const ImgNoise *noise, const ImgSource *source,
                     bool mirrored, const AugiAllowance *allowance);

#endif
