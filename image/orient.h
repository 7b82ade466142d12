/* The eight ways to turn and mirror a rectangle of pixels: the group D4.
 *
 * An element is written as flags that are applied in this order: transpose, then mirror left to
 * right, then mirror top to bottom. Every element has exactly one such form, so two are equal if
 * and only if their flags are.
 */
#ifndef AUGI_ORIENT_H
#define AUGI_ORIENT_H

#include "image/picture.h"
#include "libaug/param.h"

/* Quarter turns are counter-clockwise on the screen. */
typedef enum AugiOrient {
    AUGI_ORIENT_NONE = 0,
    AUGI_ORIENT_TRANSPOSE = 1, /* row i becomes column i */
    AUGI_ORIENT_MIRROR_X = 2,  /* left becomes right */
    AUGI_ORIENT_MIRROR_Y = 4,  /* top becomes bottom */
    AUGI_ORIENT_TURN_90 = AUGI_ORIENT_TRANSPOSE | AUGI_ORIENT_MIRROR_Y,
    AUGI_ORIENT_TURN_180 = AUGI_ORIENT_MIRROR_X | AUGI_ORIENT_MIRROR_Y,
    AUGI_ORIENT_TURN_270 = AUGI_ORIENT_TRANSPOSE | AUGI_ORIENT_MIRROR_X,
    AUGI_ORIENT_TRANSVERSE =
        AUGI_ORIENT_TRANSPOSE | AUGI_ORIENT_MIRROR_X | AUGI_ORIENT_MIRROR_Y, /* other diagonal */
} AugiOrient;

/* The element that has the effect of first, then second. Any thread. */
AugiOrient augi_orient_then(AugiOrient first, AugiOrient second);

/* The element that undoes another. Any thread. */
AugiOrient augi_orient_inverse(AugiOrient orient);

/* What makes a stored picture upright, for the EXIF orientation 1 to 8; NONE for other numbers. Any
 * thread. */
AugiOrient augi_orient_from_exif(int32_t orientation);

/* Size of a picture after it was turned. Any thread. */
AugSize augi_orient_size(AugiOrient orient, AugSize size);

/* Where a window of the turned picture lies before the turn; turned is the size after it. The
 * window may reach outside. Any thread. */
AugiWindow augi_orient_source(AugiOrient orient, AugSize turned, AugiWindow window);

/* The same for a point, as the matrix of six from turned to source coordinates (continuous): sx =
 * m[0] x + m[1] y + m[2], sy = m[3] x + m[4] y + m[5]. Any thread. */
void augi_orient_matrix(AugiOrient orient, AugSize turned, double matrix[6]);

#endif
