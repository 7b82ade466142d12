/* A plan: a spec compiled for one data set. Const, shared by all workers without a lock. */
#ifndef AUG_PLAN_H
#define AUG_PLAN_H

#include "aug/batch.h"
#include "aug/dataset.h"
#include "aug/spec.h"
#include "aug/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque; const once made. */
typedef struct AugPlan AugPlan;

/* any_size: the results of the pipeline may differ in size from sample to sample. Such a plan makes
 * single pictures (aug/image.h), not batches. */
typedef struct AugPlanOptions {
    bool any_size;
} AugPlanOptions;

/* Compiles. Takes a reference to the data set; the spec must outlive the plan. options NULL: all
 * zero. Fails with AUG_BAD_SPEC where spec and data do not fit (sizes that differ without an
 * operation that makes them equal, labels missing for MixUp, ...). */
AUG_API AUG_MUST_CHECK AugStatus aug_plan_new(AugPlan **out, const AugSpec *spec,
                                              AugDataset *dataset, const AugPlanOptions *options,
                                              AugError *error);

/* NULL does nothing. No loader may still use it. */
AUG_API void aug_plan_free(AugPlan *plan);

/* Batches in one epoch; samples in a full batch; bytes of a full batch. Any thread. */
AUG_API uint64_t aug_plan_steps_per_epoch(const AugPlan *plan);
AUG_API uint32_t aug_plan_batch_size(const AugPlan *plan);
AUG_API size_t aug_plan_batch_bytes(const AugPlan *plan);
AUG_API const AugDataset *aug_plan_dataset(const AugPlan *plan);

/* Type and shape of "data" and "label" for a full batch. */
AUG_API void aug_plan_tensors(const AugPlan *plan, AugTensorDesc *data, AugTensorDesc *label);

/* SHA-256 over fingerprint, canonical spec, seed and engine version: two streams with the same id
 * have the same bytes. Computes the data set's fingerprint. hex: 64 digits and a NUL. */
AUG_API AUG_MUST_CHECK AugStatus aug_plan_stream_id(const AugPlan *plan, char hex[65],
                                                    AugError *error);

#ifdef __cplusplus
}
#endif
#endif
