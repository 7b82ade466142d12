/* What a domain (image, text) is: how to compile a list of its operations and how to run the result
 * on one sample. The engine knows no domain by name; libaug/domains.list does.
 *
 * Guarantees. The engine: calls compile once; shares the plan, const, among all workers; gives each
 * worker thread its own worker state; hands out slots of exactly the size that compile stated. The
 * domain: fills the whole slot as a pure function of (plan, key, sample), or fails with a sentence.
 */
#ifndef AUGI_DOMAIN_H
#define AUGI_DOMAIN_H

#include "aug/batch.h"
#include "aug/dataset.h"
#include "aug/limits.h"
#include "libaug/spec/op.h"

/* What compile is given; everything is borrowed and outlives the plan.
 *
 * any_size: results may differ in size from sample to sample; run is then not called, the domain's
 *           own interface is (aug/image.h) */
typedef struct AugDomainInput {
    const AugOpList *pipeline;
    const void *output; /* bound to the domain's output table */
    const AugDatasetInfo *dataset;
    const AugLimits *limits;
    bool any_size;
} AugDomainInput;

/* What compile states: the tensor of one sample (no batch dimension). */
typedef struct AugDomainOutput {
    AugTensorDesc data;
} AugDomainOutput;

/* How one sample of a batch is mixed with another one of the same global batch: what the engine
 * must know of it. A domain's items begin with this and add what they need.
 *
 * mixes: false: the sample stays as it is
 * share: the part of the label that stays with the sample, 0 to 1; 1 - share comes from the partner
 */
typedef struct AugMixItem {
    uint32_t partner;
    bool mixes;
    double share;
} AugMixItem;

/* One pass of mixing over a batch, for a domain to fill: n items of its size, preset to zero bytes
 * with themselves as partner and a share of 1. scratch: n words. */
typedef struct AugMixPass {
    uint32_t n;
    void *items;
    uint32_t *scratch;
} AugMixPass;

/* The descriptor of a domain. Members that are not named are optional. */
typedef struct AugDomain {
    const char *name;
    AugParamTable output; /* rows of the spec's "output" section */

    /* The kind of one of its operations in one word for people. Static string. */
    const char *(*op_kind)(const AugOpDesc *desc);

    /* On failure *plan is NULL. */
    AugStatus (*compile)(const AugDomainInput *input, void **plan, AugDomainOutput *output,
                         AugError *error);
    void (*plan_free)(void *plan); /* accepts NULL */

    AugStatus (*worker_new)(const void *plan, void **worker, AugError *error);
    void (*worker_free)(void *worker); /* accepts NULL */

    /* One sample into its slot. The error's place is the sample's name. */
    AugStatus (*run)(const void *plan, void *worker, const AugKey *key, const AugSample *sample,
                     void *slot, AugError *error);

    /* Mixing: bytes of an item; the draws of one operation of scope BATCH for one batch; and one
     * mixed sample, which reads own and partner and writes slot. The three do not overlap;
     * item->mixes is set. */
    size_t mix_item_size;
    void (*mix_draw)(const void *plan, const AugOp *op, AugRng *rng, const AugMixPass *pass);
    void (*mix)(const void *plan, const AugMixItem *item, const void *own, const void *partner,
                void *slot);
} AugDomain;

/* All domains, from libaug/domains.list, sorted by name. */
extern const AugDomain *const augi_domains[];
extern const size_t augi_n_domains;

#endif
