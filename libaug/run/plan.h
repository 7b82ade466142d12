/* Inside of a plan: what every worker needs to make any batch. */
#ifndef AUGI_PLAN_H
#define AUGI_PLAN_H

#include "aug/plan.h"
#include "libaug/run/layout.h"
#include "libaug/spec/domain.h"
#include "libaug/spec/spec.h"

/* Longest name of a sample in the tensor "name": the longest path. */
#define AUGI_MAX_NAME 4096

/* Memory of one tensor of a plan.
 *
 * size:      bytes of one sample's part; of a ragged tensor those of the most rows
 * row_size:  bytes of a row of a ragged tensor
 * is_staged: it goes through passes of mixing, and therefore lies in two places by turns
 */
typedef struct AugiSlot {
    size_t size, row_size;
    bool is_staged;
} AugiSlot;

/* A field of the data set that travels on unchanged, as a tensor. */
typedef struct AugiPassed {
    uint32_t field, tensor;
} AugiPassed;

/* A compiled spec. The spec is borrowed, the data set is a reference.
 *
 * output:       settings of the domain: the spec's, or own_output where the spec could not know
 *               the domain
 * tensors:      the domain's n_made first, then those that the engine fills
 * label, index, name: numbers of tensors; -1: there is none
 * class_field, shares_field: numbers of the fields that labels come from; -1: there is none
 * soft:         tensors of shares and values, which are mixed with the samples
 * layout:       of whole batches; batch_bytes: of the largest one
 * replaceable:  samples of one row that may be replaced, itself and its partners; 0: none may
 */
struct AugPlan {
    const AugSpec *spec;
    AugDataset *dataset;
    AugPlanOptions options;
    const AugDomain *domain;
    const void *output;
    void *own_output;
    void *domain_plan;
    AugDomainOutput made;
    AugTensorSpec tensors[AUG_MAX_TENSORS];
    AugiSlot slots[AUG_MAX_TENSORS];
    uint32_t n_tensors, n_made;
    AugiPassed passed[AUG_MAX_FIELDS];
    uint32_t n_passed;
    uint32_t soft[AUG_MAX_TENSORS];
    uint32_t n_soft;
    int label, index, name;
    int class_field, shares_field;
    AugiLayoutPlan layout;
    char *class_names; /* in the header's metadata, as JSON; NULL: not there */
    uint32_t replaceable;
    size_t batch_bytes;
    uint32_t n_classes;
    uint32_t batch_size;
    uint64_t n_samples;
    uint64_t steps_per_epoch;
};

/* Compiles for a domain that is not looked up; see aug_plan_new. */
AUG_MUST_CHECK AugStatus augi_plan_new(AugPlan **out, const AugDomain *domain, const AugSpec *spec,
                                       AugDataset *dataset, const AugPlanOptions *options,
                                       AugError *error);

/* The domain's own plan, for the domain's public interface. */
const void *augi_plan_domain(const AugPlan *plan);

/* The spec behind the plan. */
const AugSpec *augi_plan_spec(const AugPlan *plan);

/* Samples in the global batch of a step: the batch size, or less in the last of an epoch. */
uint32_t augi_plan_count(const AugPlan *plan, uint64_t step);

/* Data set index of the i-th sample of a global batch. */
uint64_t augi_plan_sample(const AugPlan *plan, uint32_t epoch, uint64_t step, uint32_t i);

/* Puts the data set index of the sample in place of each of n positions in an epoch: of the i-th
 * sample of a global batch it is step * batch_size + i. */
void augi_plan_samples(const AugPlan *plan, uint32_t epoch, uint64_t *positions, size_t n);

/* Fails with AUG_BAD_SPEC: labels are mixed, and a sample has none. */
AUG_MUST_CHECK AugStatus augi_plan_refuse_unlabelled(const AugPlan *plan, const char *sample,
                                                     AugError *error);

/* Finds the tensors of a plan whose domain is compiled, and their memory. Part of augi_plan_new. */
AUG_MUST_CHECK AugStatus augi_plan_add_tensors(AugPlan *plan, AugError *error);

#endif
