/* Picking n of a group's children, each as likely as any other: what SomeOf and RandomOrder share.
 */
#ifndef AUGI_PICKING_H
#define AUGI_PICKING_H

#include "libaug/spec/op.h"

/* Parameters of such a group: n is drawn from its range, both ends included, for each sample. */
typedef struct AugiPicking {
    AugRange n;
    bool replace;
} AugiPicking;

#define AUGI_N_PICKING_ROWS 2
/* The rows of these parameters. */
extern const AugParamDesc augi_picking_rows[AUGI_N_PICKING_ROWS];

/* AugOpDesc.check: n is whole numbers, and not only 0. */
AugStatus augi_picking_check(const void *params, AugError *error);

/* What may be picked. in_order: the caller sorts. */
AugPicks augi_picking_picks(const AugiPicking *picking, bool in_order);

/* Picks among n children into chosen, in the order of the draws, and returns how many. Every
 * sequence of that length is equally likely. */
size_t augi_picking_draw(const AugiPicking *picking, AugRng *rng, size_t n, size_t *chosen);

#endif
