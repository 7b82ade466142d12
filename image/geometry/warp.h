/* Affine warp in fixed point: the same bytes on every machine.
 *
 * Each output pixel's centre is taken through a matrix to a place in the source, in continuous
 * coordinates, and the pixels around that place are blended with weights of 11 bits per axis,
 * rounded once. Places are computed from doubles once per row (rounded to 2^-32 pixel) and then by
 * addition, so the error over a row of 65,535 pixels stays below 10^-5 pixel. Matrices of integers
 * (identity, quarter turns, mirrors, whole shifts) move pixels exactly.
 *
 * Blended values of uint8 and uint16 are exact integers, rounded half up. For float32 the products
 * of weight and value, which are exact in double, are added in double in the order above left,
 * above right, below left, below right, and rounded once; a neighbour of weight zero is not read,
 * so what is not finite stays where it is.
 */
#ifndef IMG_WARP_H
#define IMG_WARP_H

#include <stdint.h>

#include "aug/status.h"
#include "image/pixels/picture.h"

/* What to compute.
 *
 * matrix: from output to picture: sx = m[0] x + m[1] y + m[2], sy = m[3] x + m[4] y + m[5]; the
 *         pixel in column i, row j is at x = i + .5, y = j + .5
 * x0, y0: the output's pixel that is the first one of out. Places are walked from column 0 on
 *         whatever x0 is, so a window of an output has the very bytes of the whole
 * filter: NEAREST (the pixel that holds the place) or BILINEAR
 * border: what lies outside the picture; it is blended with the edge pixels like any neighbour
 * fill:   the constant of IMG_BORDER_CONSTANT, a pixel of the pictures' type
 */
typedef struct ImgWarp {
    double matrix[6];
    int32_t x0, y0;
    ImgFilter filter;
    ImgBorder border;
    uint8_t fill[IMG_MAX_PIXEL_SIZE];
} ImgWarp;

/* Checks a warp to out_width x out_height: AUG_BAD_ARGUMENT for another filter, for numbers that
 * are not finite, or for places further than 2^30 pixels away. Any thread. */
AUG_MUST_CHECK AugStatus img_warp_check(const ImgWarp *warp, int32_t out_width, int32_t out_height,
                                        AugError *error);

/* The window of a picture of width x height that a (checked) warp may read: what to ask of the
 * decoder. At least one pixel, even where all output is fill. The whole picture where the border
 * mirrors. Any thread. */
ImgWindow img_warp_needs(const ImgWarp *warp, int32_t out_width, int32_t out_height, int32_t width,
                         int32_t height);

/* Fills out, whose pixels the caller provides, with pixels of the source's type. source
 * covers at least img_warp_needs and does not overlap out. Any thread. Fails with
 * AUG_BAD_ARGUMENT. */
AUG_MUST_CHECK AugStatus img_warp(const ImgWarp *warp, const ImgSource *source, const AugImage *out,
                                  AugError *error);

/* n pixels at places (x and y of each) in any order, which lie where img_warp_check allows: filter,
 * border and fill are those of the warp, its matrix does not count. source covers the window of
 * what is read around the places; out has room for n pixels of as many channels. Any thread. */
void img_warp_pixels(const ImgWarp *warp, const ImgSource *source, const double *places, int32_t n,
                     uint8_t *out);

#endif
