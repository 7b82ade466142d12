/* Boxes and points of a picture, taken through a recipe.
 *
 * They lie on the upright picture, in continuous pixels: x from the left, y from the top, pixel i
 * covers [i, i + 1). A box becomes the box around its four moved corners, cut to the result, so it
 * holds everything that it held before; a point moves as it is.
 */
#ifndef IMG_ROWS_H
#define IMG_ROWS_H

#include "image/domain/recipe.h"

/* Which rows stay.
 *
 * min_area:         a box of at most 0 or less than this many pixels after the cut is dropped
 * min_visibility:   a box of which less than this share is left after the cut is dropped
 * remove_invisible: points outside of the result are dropped
 */
typedef struct ImgRowRules {
    double min_area, min_visibility;
    bool remove_invisible;
} ImgRowRules;

/* The way of rows: the recipe, and how the stored picture, of which it knows, was turned to be
 * upright. */
typedef struct ImgRowWay {
    const ImgRecipe *recipe;
    ImgOrient upright;
    AugSize stored;
    ImgRowRules rules;
} ImgRowWay;

/* Moves n boxes (x0, y0, x1, y1) from in to out and writes the numbers of those that stay to kept
 * (room for n); returns how many. in and out do not overlap. Any thread. */
uint32_t img_boxes_move(const ImgRowWay *way, float (*in)[4], uint32_t n, float (*out)[4],
                        uint32_t *kept);

/* The same for points (x, y). */
uint32_t img_points_move(const ImgRowWay *way, float (*in)[2], uint32_t n, float (*out)[2],
                         uint32_t *kept);

#endif
