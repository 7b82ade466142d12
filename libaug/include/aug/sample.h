/* Single samples: the pipeline of a plan on one sample in memory, fields in and fields out, for any
 * domain. For embedding in a program's own loading code, and for one-off work. */
#ifndef AUG_SAMPLE_H
#define AUG_SAMPLE_H

#include "aug/changes.h"
#include "aug/dataset.h"
#include "aug/plan.h"
#include "aug/random.h"
#include "aug/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Working memory and decoders of one thread. */
typedef struct AugWorker AugWorker;

/* A worker for a plan, which must outlive it; one per thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_worker_new(AugWorker **out, const AugPlan *plan,
                                                AugError *error);

/* NULL does nothing. */
AUG_API void aug_worker_free(AugWorker *worker);

/* Augments one sample: the pipeline of the plan, without batch operations and without the output's
 * type, layout and normalization.
 *
 * in:  a value for each field of the plan's data set, in its order
 * key: whose draws are made (position ignored); NULL: the spec's seed, epoch 0, and as sample the
 *      number of this worker's calls without a key before this one
 * out: a value for each of the same fields, borrowed from the worker and from in until the
 *      worker's next call. Pictures and masks are PIXELS; the others have the form they came in.
 *      aug_plan_fields has their descriptors
 *
 * Operations that need other samples read them from the plan's data set. Fails like
 * aug_dataset_read, or with AUG_BAD_SPEC where an operation cannot be done on this sample, or needs
 * others and the data set has none; the error's place is the sample's name. */
AUG_API AUG_MUST_CHECK AugStatus aug_worker_augment(AugWorker *worker, const AugKey *key,
                                                    const AugSample *in, AugSample *out,
                                                    AugError *error);

/* The same without any operation: pictures decoded and upright. */
AUG_API AUG_MUST_CHECK AugStatus aug_worker_decode(AugWorker *worker, const AugSample *in,
                                                   AugSample *out, AugError *error);

/* What the worker's last aug_worker_augment made of the value of a field of in, as the domain says it:
 * of a text every edit, with its operation. Else, from a look at both values, one change from the
 * first byte that differs to the last. Borrowed until the worker's next call, or the next question.
 * field: below the number of fields of the data set. */
AUG_API void aug_worker_changes(AugWorker *worker, const AugSample *in, const AugSample *made,
                                uint32_t field, AugChanges *out);

#ifdef __cplusplus
}
#endif
#endif
