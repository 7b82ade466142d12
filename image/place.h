/* Placing pixels: a window of a picture, with its border, turned and mirrored, in one copy. */
#ifndef AUGI_PLACE_H
#define AUGI_PLACE_H

#include "image/geometry.h"

/* What to copy.
 *
 * valid:  part of the source's picture that counts; the rest is border
 * window: part to copy, in the same coordinates; may reach outside valid
 * orient: applied last
 */
typedef struct AugiPlace {
    AugiWindow valid, window;
    AugiOutside outside;
    AugiOrient orient;
} AugiPlace;

/* Part of the source's picture that must be in memory: inside valid, at least one pixel. Any
 * thread. */
AugiWindow augi_place_needs(const AugiPlace *place);

/* Number of ptrdiff_t of scratch for augi_place; 0 where it needs none. Any thread. */
size_t augi_place_scratch(const AugiPlace *place);

/* Fills out (the size of the window, turned), which does not overlap the source. Any thread. */
void augi_place(const AugiPlace *place, const AugiSource *source, ptrdiff_t *scratch,
                const AugImage *out);

#endif
