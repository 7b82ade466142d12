/* Placing pixels: a window of a picture, with its border, turned and mirrored, in one copy. */
#ifndef IMG_PLACE_H
#define IMG_PLACE_H

#include "image/geometry/geometry.h"

/* What to copy.
 *
 * valid:  part of the source's picture that counts; the rest is border
 * window: part to copy, in the same coordinates; may reach outside valid
 * orient: applied last
 */
typedef struct ImgPlace {
    ImgWindow valid, window;
    ImgOutside outside;
    ImgOrient orient;
} ImgPlace;

/* Part of the source's picture that must be in memory: inside valid, at least one pixel. Any
 * thread. */
ImgWindow img_place_needs(const ImgPlace *place);

/* Number of ptrdiff_t of scratch for img_place; 0 where it needs none. Any thread. */
size_t img_place_scratch(const ImgPlace *place);

/* Fills out (the size of the window, turned; pixels of the source's type, whichever that is), which
 * does not overlap the source. Any thread. */
void img_place(const ImgPlace *place, const ImgSource *source, ptrdiff_t *scratch,
               const AugImage *out);

#endif
