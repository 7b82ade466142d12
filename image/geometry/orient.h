/* The eight ways to turn and mirror a rectangle of pixels: the group D4.
 *
 * An element is written as flags that are applied in this order: transpose, then mirror left to
 * right, then mirror top to bottom. Every element has exactly one such form, so two are equal if
 * and only if their flags are.
 */
#ifndef IMG_ORIENT_H
#define IMG_ORIENT_H

#include "image/pixels/picture.h"
#include "libaug/spec/param.h"

/* Quarter turns are counter-clockwise on the screen. */
typedef enum ImgOrient {
    IMG_ORIENT_NONE = 0,
    IMG_ORIENT_TRANSPOSE = 1, /* row i becomes column i */
    IMG_ORIENT_MIRROR_X = 2,  /* left becomes right */
    IMG_ORIENT_MIRROR_Y = 4,  /* top becomes bottom */
    IMG_ORIENT_TURN_90 = IMG_ORIENT_TRANSPOSE | IMG_ORIENT_MIRROR_Y,
    IMG_ORIENT_TURN_180 = IMG_ORIENT_MIRROR_X | IMG_ORIENT_MIRROR_Y,
    IMG_ORIENT_TURN_270 = IMG_ORIENT_TRANSPOSE | IMG_ORIENT_MIRROR_X,
    IMG_ORIENT_TRANSVERSE =
        IMG_ORIENT_TRANSPOSE | IMG_ORIENT_MIRROR_X | IMG_ORIENT_MIRROR_Y, /* other diagonal */
} ImgOrient;

/* The element that has the effect of first, then second. Any thread. */
ImgOrient img_orient_then(ImgOrient first, ImgOrient second);

/* The element that undoes another. Any thread. */
ImgOrient img_orient_inverse(ImgOrient orient);

/* What makes a stored picture upright, for the EXIF orientation 1 to 8; NONE for other numbers. Any
 * thread. */
ImgOrient img_orient_from_exif(int32_t orientation);

/* Size of a picture after it was turned. Any thread. */
AugSize img_orient_size(ImgOrient orient, AugSize size);

/* Where a window of the turned picture lies before the turn; turned is the size after it. The
 * window may reach outside. Any thread. */
ImgWindow img_orient_source(ImgOrient orient, AugSize turned, ImgWindow window);

/* The same for a point, as the matrix of six from turned to source coordinates (continuous): sx =
 * m[0] x + m[1] y + m[2], sy = m[3] x + m[4] y + m[5]. Any thread. */
void img_orient_matrix(ImgOrient orient, AugSize turned, double matrix[6]);

#endif
