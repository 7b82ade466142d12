/* What an operation is: one const descriptor, and the bound instances that a spec makes of it.
 *
 * An operation does not touch pixels if it can state what it means. Its kind says which of the
 * hooks below it fills; the domain's compiler fuses neighbours of one kind. Every hook is a pure
 * function of the bound parameters, the generator (positioned at this operation's key) and what it
 * is shown of the sample, and may be called from any worker thread.
 *
 * Adding an operation takes two files: its own, and a line in libaug/ops.list.
 */
#ifndef AUGI_OP_H
#define AUGI_OP_H

#include "aug/random.h"
#include "aug/status.h"
#include "libaug/spec/param.h"

/* Defined by the image domain (image/geometry/geometry.h, image/domain/erase.h). */
struct ImgGeometry;
struct ImgErase;
struct AugDomain;

/* What an operation states about itself. */
typedef enum AugOpKind {
    AUG_OP_GEOMETRY, /* where each pixel comes from */
    AUG_OP_POINT,    /* a table per channel */
    AUG_OP_ERASE,    /* rectangles that are overwritten */
    AUG_OP_MIX,      /* pairs of samples of a batch */
    AUG_OP_GROUP,    /* chooses among other operations */
} AugOpKind;

/* How one sample of a batch is mixed with another one of the same global batch. */
typedef enum AugMixKind {
    AUG_MIX_NONE,  /* stays as it is */
    AUG_MIX_BLEND, /* share * own + (1 - share) * partner, for every value */
    AUG_MIX_PASTE, /* the box is taken from the partner */
} AugMixKind;

/* share is the part of the label that stays with the sample: for PASTE exactly the share of pixels.
 * The box is half-open: rows y0..y1-1, columns x0..x1-1, inside the picture. */
typedef struct AugMixItem {
    AugMixKind kind;
    uint32_t partner;
    double share;
    int32_t y0, x0, y1, x1;
} AugMixItem;

/* What a mix operation sees and fills: n items, preset to NONE with themselves as partner, for
 * pictures of the given extent. */
typedef struct AugMix {
    uint32_t n;
    AugSize extent;
    AugMixItem *items;
    uint32_t *scratch; /* n words */
} AugMix;

/* A documented example: a parameter map as a user writes it, and what it shows. The conformance
 * suite runs every one. */
typedef struct AugOpExample {
    const char *params;
    const char *text;
} AugOpExample;

/* The descriptor. Members that are not named are optional.
 *
 * summary:    one line, no full stop
 * convention: what a reader must know to predict the result (sign, order, rounding); may be NULL
 * reference:  the paper or standard; may be NULL
 * p:          default probability, written as in a spec ("0.5"); NULL means "1"
 * check:      conditions between parameters, after each passed its own row
 * out_size:   picture size after the operation for a size before it; 0 in a member means "differs
 *             from sample to sample". NULL: the size stays. Not for p: the compiler handles it
 * geometry:   adds the operation to the geometry being built (see image/geometry/geometry.h)
 * lut:        fills a table of 256 values for each of three channels; preset to identity
 * erase:      adds rectangles (see image/domain/erase.h)
 * mix:        fills the items
 * select:     writes which of n children run, in order, into chosen (room for n) and returns how
 *             many; weights are the children's p
 */
typedef struct AugOpDesc {
    const char *name;
    const char *summary;
    const char *convention;
    const char *reference;
    const struct AugDomain *domain; /* NULL: any */
    AugOpKind kind;
    AugParamTable params;
    const char *p;
    const AugOpExample *examples;
    size_t n_examples;
    AugStatus (*check)(const void *params, AugError *error);
    AugSize (*out_size)(const void *params, AugSize in);
    void (*geometry)(const void *params, AugRng *rng, struct ImgGeometry *geometry);
    void (*lut)(const void *params, AugRng *rng, uint8_t lut[3][256]);
    void (*erase)(const void *params, AugRng *rng, struct ImgErase *erase);
    void (*mix)(const void *params, AugRng *rng, AugMix *mix);
    size_t (*select)(const void *params, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen);
} AugOpDesc;

/* One operation of a spec. position counts operations in reading order over the whole spec; it is
 * the position of the random key. p is a probability, or inside OneOf a weight. */
typedef struct AugOp {
    const AugOpDesc *desc;
    void *params;
    double p;
    uint16_t position;
    int line, column;
    struct AugOp *children;
    size_t n_children;
} AugOp;

/* Operations in order. */
typedef struct AugOpList {
    AugOp *ops;
    size_t n;
} AugOpList;

/* Called for each operation that the draws let run, in order, with a generator whose next draw is
 * the operation's own first. */
typedef void (*AugOpVisit)(void *context, const AugOp *op, AugRng *rng);

/* Walks a list: decides by p and by groups what runs for this key (its position is ignored) and
 * visits it. batch: the operations work on a batch, key->sample is its number. Any thread. */
void augi_ops_visit(const AugOpList *list, const AugKey *key, bool batch, AugOpVisit visit,
                    void *context);

/* All descriptors, from libaug/ops.list, sorted by name. */
extern const AugOpDesc *const augi_ops[];
extern const size_t augi_n_ops;

/* Descriptor by name; NULL if there is none. */
const AugOpDesc *augi_op_find(const char *name);

/* Nearest known name to a wrong one, or NULL. */
const char *augi_op_nearest(const char *wrong);

#endif
