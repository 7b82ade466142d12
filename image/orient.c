#include "image/orient.h"

AugiOrient augi_orient_then(AugiOrient first, AugiOrient second)
{
    unsigned flags = first & (AUGI_ORIENT_MIRROR_X | AUGI_ORIENT_MIRROR_Y);
    if (second & AUGI_ORIENT_TRANSPOSE) {
        /* To move a transposition before two mirrors, they change places. */
        const bool x = flags & AUGI_ORIENT_MIRROR_X;
        const bool y = flags & AUGI_ORIENT_MIRROR_Y;
        flags = (y ? AUGI_ORIENT_MIRROR_X : 0u) | (x ? AUGI_ORIENT_MIRROR_Y : 0u);
    }
    flags |= first & AUGI_ORIENT_TRANSPOSE;
    return (AugiOrient)(flags ^ second);
}

AugiOrient augi_orient_inverse(AugiOrient orient)
{
    /* Mirrors undo themselves; behind a transposition only the two quarter turns do not. */
    if (orient == AUGI_ORIENT_TURN_90)
        return AUGI_ORIENT_TURN_270;
    return orient == AUGI_ORIENT_TURN_270 ? AUGI_ORIENT_TURN_90 : orient;
}

AugiOrient augi_orient_from_exif(int32_t orientation)
{
    static const AugiOrient table[9] = {
        [1] = AUGI_ORIENT_NONE,       [2] = AUGI_ORIENT_MIRROR_X,  [3] = AUGI_ORIENT_TURN_180,
        [4] = AUGI_ORIENT_MIRROR_Y,   [5] = AUGI_ORIENT_TRANSPOSE, [6] = AUGI_ORIENT_TURN_270,
        [7] = AUGI_ORIENT_TRANSVERSE, [8] = AUGI_ORIENT_TURN_90,
    };
    return 1 <= orientation && orientation <= 8 ? table[orientation] : AUGI_ORIENT_NONE;
}

AugSize augi_orient_size(AugiOrient orient, AugSize size)
{
    if (orient & AUGI_ORIENT_TRANSPOSE)
        return (AugSize){.height = size.width, .width = size.height};
    return size;
}

AugiWindow augi_orient_source(AugiOrient orient, AugSize turned, AugiWindow window)
{
    AugiWindow at = window;
    if (orient & AUGI_ORIENT_MIRROR_Y) {
        at.y0 = turned.height - window.y1;
        at.y1 = turned.height - window.y0;
    }
    if (orient & AUGI_ORIENT_MIRROR_X) {
        at.x0 = turned.width - window.x1;
        at.x1 = turned.width - window.x0;
    }
    if (orient & AUGI_ORIENT_TRANSPOSE)
        return (AugiWindow){.x0 = at.y0, .y0 = at.x0, .x1 = at.y1, .y1 = at.x1};
    return at;
}

void augi_orient_matrix(AugiOrient orient, AugSize turned, double matrix[6])
{
    const bool mirror_x = orient & AUGI_ORIENT_MIRROR_X;
    const bool mirror_y = orient & AUGI_ORIENT_MIRROR_Y;
    const double x[3] = {mirror_x ? -1 : 1, 0, mirror_x ? turned.width : 0};
    const double y[3] = {0, mirror_y ? -1 : 1, mirror_y ? turned.height : 0};
    const bool transpose = orient & AUGI_ORIENT_TRANSPOSE;
    for (int i = 0; i < 3; i++) {
        matrix[i] = transpose ? y[i] : x[i];
        matrix[3 + i] = transpose ? x[i] : y[i];
    }
}
