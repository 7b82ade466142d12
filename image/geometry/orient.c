/* The arithmetic of turns and mirrors. */
#include "image/geometry/orient.h"

ImgOrient img_orient_then(ImgOrient first, ImgOrient second)
{
    unsigned flags = first & (IMG_ORIENT_MIRROR_X | IMG_ORIENT_MIRROR_Y);
    if (second & IMG_ORIENT_TRANSPOSE) {
        /* To move a transposition before two mirrors, they change places. */
        const bool x = flags & IMG_ORIENT_MIRROR_X;
        const bool y = flags & IMG_ORIENT_MIRROR_Y;
        flags = (y ? IMG_ORIENT_MIRROR_X : 0u) | (x ? IMG_ORIENT_MIRROR_Y : 0u);
    }
    flags |= first & IMG_ORIENT_TRANSPOSE;
    return (ImgOrient)(flags ^ second);
}

ImgOrient img_orient_inverse(ImgOrient orient)
{
    /* Mirrors undo themselves; behind a transposition only the two quarter turns do not. */
    if (orient == IMG_ORIENT_TURN_90)
        return IMG_ORIENT_TURN_270;
    return orient == IMG_ORIENT_TURN_270 ? IMG_ORIENT_TURN_90 : orient;
}

ImgOrient img_orient_from_exif(int32_t orientation)
{
    static const ImgOrient table[9] = {
        [1] = IMG_ORIENT_NONE,       [2] = IMG_ORIENT_MIRROR_X,  [3] = IMG_ORIENT_TURN_180,
        [4] = IMG_ORIENT_MIRROR_Y,   [5] = IMG_ORIENT_TRANSPOSE, [6] = IMG_ORIENT_TURN_270,
        [7] = IMG_ORIENT_TRANSVERSE, [8] = IMG_ORIENT_TURN_90,
    };
    return 1 <= orientation && orientation <= 8 ? table[orientation] : IMG_ORIENT_NONE;
}

AugSize img_orient_size(ImgOrient orient, AugSize size)
{
    if (orient & IMG_ORIENT_TRANSPOSE)
        return (AugSize){.height = size.width, .width = size.height};
    return size;
}

ImgWindow img_orient_source(ImgOrient orient, AugSize turned, ImgWindow window)
{
    ImgWindow at = window;
    if (orient & IMG_ORIENT_MIRROR_Y) {
        at.y0 = turned.height - window.y1;
        at.y1 = turned.height - window.y0;
    }
    if (orient & IMG_ORIENT_MIRROR_X) {
        at.x0 = turned.width - window.x1;
        at.x1 = turned.width - window.x0;
    }
    if (orient & IMG_ORIENT_TRANSPOSE)
        return (ImgWindow){.x0 = at.y0, .y0 = at.x0, .x1 = at.y1, .y1 = at.x1};
    return at;
}

void img_orient_matrix(ImgOrient orient, AugSize turned, double matrix[6])
{
    const bool mirror_x = orient & IMG_ORIENT_MIRROR_X;
    const bool mirror_y = orient & IMG_ORIENT_MIRROR_Y;
    const double x[3] = {mirror_x ? -1 : 1, 0, mirror_x ? turned.width : 0};
    const double y[3] = {0, mirror_y ? -1 : 1, mirror_y ? turned.height : 0};
    const bool transpose = orient & IMG_ORIENT_TRANSPOSE;
    for (int i = 0; i < 3; i++) {
        matrix[i] = transpose ? y[i] : x[i];
        matrix[3 + i] = transpose ? x[i] : y[i];
    }
}
