/* Boxes and points of a picture, taken through a recipe.
 *
 * They lie on the upright picture, in continuous pixels: x from the left, y from the top, pixel i
 * covers [i, i + 1). A box goes through the recipe as the polygon of its corners. Each stage cuts
 * off what it does not show, and the result is the box around what is left: it holds everything
 * that the box held and that is still seen, also where a later margin covers what an earlier crop
 * had cut off. A point moves as it is. Fields that displace pixels move corners alone, so a box may
 * miss what bulges between them.
 */
#ifndef IMG_ROWS_H
#define IMG_ROWS_H

#include "image/domain/recipe.h"

/* Which rows stay.
 *
 * min_area:         a box of which less than this many pixels are left is dropped, or nothing
 * min_visibility:   a box of which less than this share is left, of the box around its corners
 *                   without any cut, is dropped
 * remove_invisible: points that were cut off, or lie outside of the result, are dropped. Edges
 *                   count as seen, so that what mirrors moves to them stays
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
