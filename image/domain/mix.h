/* Mixing the pictures of a batch: what operations draw, and what becomes of two finished samples.
 */
#ifndef IMG_MIX_H
#define IMG_MIX_H

#include "libaug/spec/domain.h"

/* How a picture is mixed with its partner. */
typedef enum ImgMixKind {
    IMG_MIX_NONE,  /* stays as it is */
    IMG_MIX_BLEND, /* share * own + (1 - share) * partner, for every value */
    IMG_MIX_PASTE, /* the box is taken from the partner */
} ImgMixKind;

/* One picture's part of a pass. base.share is for PASTE exactly the share of pixels that stay. The
 * box is half-open: rows y0..y1-1, columns x0..x1-1, inside the picture. base.mixes is set by the
 * domain from the kind. */
typedef struct ImgMixItem {
    AugMixItem base;
    ImgMixKind kind;
    int32_t y0, x0, y1, x1;
} ImgMixItem;

/* What a mix operation sees and fills: n items, preset to NONE with themselves as partner, for
 * pictures of the given extent. */
typedef struct ImgMix {
    uint32_t n;
    AugSize extent;
    ImgMixItem *items;
    uint32_t *scratch; /* n words */
} ImgMix;

#endif
