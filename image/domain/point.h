/* What an operation on pixel values adds to a recipe: tables, a colour matrix, tables made from the
 * picture's histogram, and functions of one pixel that are none of these. And what a filter adds.
 *
 * The parts act in the order in which they are added. Neighbouring tables become one, those of
 * other operations included; what changes nothing leaves no trace.
 */
#ifndef IMG_POINT_H
#define IMG_POINT_H

#include "image/filters/kernel.h"

struct ImgRecipe;

/* Parts that one operation may add at most; a recipe has room for this many for each. */
#define IMG_PARTS_PER_OP 6

/* The values under construction, for a point hook. height, width and channels are for reading. */
typedef struct ImgPoint {
    int32_t height, width, channels;
    struct ImgRecipe *recipe;
} ImgPoint;

/* The neighbourhoods under construction, for a filter hook; like ImgPoint. */
typedef struct ImgFiltering {
    int32_t height, width, channels;
    struct ImgRecipe *recipe;
} ImgFiltering;

/* One new value for each value, the same for all channels. lut is copied. */
void img_point_table(ImgPoint *point, const uint8_t lut[256]);

/* The same, another for each of point->channels channels. */
void img_point_tables(ImgPoint *point, const ImgTable *table);

/* new[c] = sum of m[4 c + k] old[k] over k, + m[4 c + 3], rounded to the nearest and cut to 0..255;
 * in fixed point, coefficients rounded to 2^-16. Coefficients of -16 to 16, constants of -4096 to
 * 4096. For pictures of three channels; others stay as they are. */
void img_point_matrix(ImgPoint *point, const double m[12]);

/* A table made from the histogram of the whole picture at this place. The kernel is const, the
 * state (size bytes) is copied. */
void img_point_adapt(ImgPoint *point, const ImgAdaptKernel *kernel, const void *state, size_t size);

/* A kernel without reach: a function of one pixel and its place. As for adapt. */
void img_point_kernel(ImgPoint *point, const ImgFilterKernel *kernel, const void *state,
                      size_t size);

/* A filter. As for adapt. */
void img_filter_add(ImgFiltering *filtering, const ImgFilterKernel *kernel, const void *state,
                    size_t size);

#endif
