/* Inside of a plan: what every worker needs to make any batch. */
#ifndef AUGI_PLAN_H
#define AUGI_PLAN_H

#include "aug/plan.h"
#include "libaug/spec/domain.h"
#include "libaug/spec/spec.h"

/* A compiled spec. The spec is borrowed, the data set is a reference. */
struct AugPlan {
    const AugSpec *spec;
    AugDataset *dataset;
    const AugDomain *domain;
    void *domain_plan;
    AugDomainOutput output; /* of one sample */
    size_t sample_size;     /* bytes of its tensor */
    uint32_t n_classes;
    uint32_t batch_size;
    uint64_t n_samples;
    uint64_t steps_per_epoch;
    bool any_size;
};

/* The domain's own plan, for the domain's public interface. */
const void *augi_plan_domain(const AugPlan *plan);

/* The spec behind the plan. */
const AugSpec *augi_plan_spec(const AugPlan *plan);

/* Samples in the batch of a step: the batch size, or less in the last of an epoch. */
uint32_t augi_plan_count(const AugPlan *plan, uint64_t step);

/* Data set index of the i-th sample of a batch. */
uint64_t augi_plan_sample(const AugPlan *plan, uint32_t epoch, uint64_t step, uint32_t i);

/* Shapes for a batch of n samples. */
void augi_plan_shapes(const AugPlan *plan, uint32_t n, AugTensorDesc *data, AugTensorDesc *label,
                      AugTensorDesc *index);

#endif
