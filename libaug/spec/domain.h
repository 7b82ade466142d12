/* What a domain (image, text) is: how to compile a list of its operations and how to run the result
 * on one sample. The engine knows no domain by name.
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

/* What compile states: the tensor of one sample (no batch dimension) and the extent of a picture,
 * for operations that mix. */
typedef struct AugDomainOutput {
    AugTensorDesc data;
    AugSize extent;
} AugDomainOutput;

/* The descriptor of a domain. */
typedef struct AugDomain {
    const char *name;
    AugParamTable output; /* rows of the spec's "output" section */

    /* On failure *plan is NULL. */
    AugStatus (*compile)(const AugDomainInput *input, void **plan, AugDomainOutput *output,
                         AugError *error);
    void (*plan_free)(void *plan); /* accepts NULL */

    AugStatus (*worker_new)(const void *plan, void **worker, AugError *error);
    void (*worker_free)(void *worker); /* accepts NULL */

    /* One sample into its slot. The error's place is the sample's name. */
    AugStatus (*run)(const void *plan, void *worker, const AugKey *key, const AugSample *sample,
                     void *slot, AugError *error);

    /* One mixed sample: reads own and partner, writes slot; the three do not overlap. item->kind is
     * not NONE. */
    void (*mix)(const void *plan, const AugMixItem *item, const void *own, const void *partner,
                void *slot);
} AugDomain;

/* Pictures (image/domain/domain.c). */
extern const AugDomain aug_domain_image;

#endif
