/* A domain that exists for tests alone: samples of two small pictures, boxes, a text and a class.
 *
 * It is built from the same sources as the library, with one more line in each list, and must go
 * through plan, loader, daemon, client and command line without another line anywhere.
 *
 * Its tensors: "data" (U8 [2, 4, 4], both pictures) for each view, "boxes" (F32 rows of four),
 * "ids" (I32, the bytes of the text), and "turn" (I64) if the pipeline makes it.
 */
#ifndef TOY_DOMAIN_H
#define TOY_DOMAIN_H

#include "libaug/spec/domain.h"

#define TOY_SIDE 4
#define TOY_PIXELS (TOY_SIDE * TOY_SIDE)
#define TOY_MOST_BOXES 5
#define TOY_MOST_TEXT 40

/* How the text begins of a sample that is no toy: making anything of it fails. */
#define TOY_SPOILED "spoiled"

/* A sample on its way through the operations. partner: the pictures of another sample, or NULL. */
typedef struct ToySample {
    uint8_t pictures[2][TOY_PIXELS];
    const uint8_t *partner[2];
    float boxes[TOY_MOST_BOXES][4];
    uint32_t n_boxes;
    uint8_t text[TOY_MOST_TEXT];
    uint32_t n_text;
    int64_t turn;
} ToySample;

/* One operation has edit, or mix. makes_turn: it sets the label "turn". wants_partner: it reads
 * partner. */
typedef struct ToyOpHooks {
    bool makes_turn, wants_partner;
    void (*edit)(const void *params, AugRng *rng, ToySample *sample);
    void (*mix)(const void *params, AugRng *rng, const AugMixPass *pass);
} ToyOpHooks;

/* The test domain (tests/toy/toy.c). */
extern const AugDomain aug_domain_toy;

/* Members of AugOpDesc for its operations. */
#define TOY_OP(...)                                         \
    .domain = &aug_domain_toy, .hooks = &(const ToyOpHooks) \
    {                                                       \
        __VA_ARGS__                                         \
    }

#endif
