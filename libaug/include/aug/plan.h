/* A plan: a spec compiled for one data set. Const, shared by all workers without a lock. */
#ifndef AUG_PLAN_H
#define AUG_PLAN_H

#include "aug/batch.h"
#include "aug/dataset.h"
#include "aug/spec.h"
#include "aug/status.h"
#include "aug/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque; const once made. */
typedef struct AugPlan AugPlan;

/* A cache of samples as they are stored (compressed files, raw pixels, text), so that a plan reads
 * and checks a sample once and not in every epoch. Zeroed: there is none.
 *
 * get:     looks for the sample of an index. If it has it, returns true, with name and all fields
 *          of the data set set, in their order, as put was given them: the fields come zeroed, in
 *          room for AUG_MAX_FIELDS. Name and bytes must stay as they are until release is called
 *          with the *pin that get has set, whatever the cache drops meanwhile. false: the sample is
 *          read
 * put:     is offered a sample that was read, when something was made of it, so it is not damaged.
 *          Borrowed for the call: the cache copies what it wants, or nothing. Another thread may
 *          have put the same one just now. NULL: the cache fills itself
 * release: once for every get that returned true, when what was made of the sample is done, well or
 *          not
 * user:    given to all; outlives the plan
 *
 * All three are called on any thread, for several samples at once, without a lock held. The bytes
 * must be those that aug_dataset_read gives: a sample from the cache is neither read nor compared
 * with its file, and a wrong one makes a wrong stream. Failures are not cached. What a cache holds
 * may outlive the process only where the cache itself makes sure that the data is the same, by the
 * data set's fingerprint and a digest of its own.
 *
 * Asked for the samples of batches and for their partners, not for what AugEach goes through. */
typedef struct AugCache {
    bool (*get)(void *user, uint64_t index, AugSample *sample, void **pin);
    void (*put)(void *user, uint64_t index, const AugSample *sample);
    void (*release)(void *user, void *pin);
    void *user;
} AugCache;

/* A window of an epoch: n_batches whole global batches of batch_size samples, from a step on. The
 * last one of an epoch may have fewer batches than others. shuffle: the spec's batch.shuffle. */
typedef struct AugOrderWindow {
    const AugDataset *dataset;
    uint64_t seed;
    uint32_t epoch;
    uint64_t step;
    uint32_t n_batches, batch_size;
    bool shuffle;
} AugOrderWindow;

/* Another order of samples within windows of an epoch, for instance by a length that only the
 * program knows. A short last batch belongs to no window and stays as it is.
 *
 * arrange:   gets the indices of a window's samples as the epoch has them, n_batches * batch_size,
 *            and rearranges them in place; cut into batches they are what the steps show. Must be a
 *            pure function of its arguments, and every index must be there once: what else it
 *            leaves is the program's fault. Called without a lock on any thread, for several
 *            windows at once, and for one window as often as a loader comes to it; a failure ends
 *            the stream
 * user:      given to it; outlives the plan
 * n_batches: of a window; n_batches times the batch size is at most AUG_MAX_WINDOW
 * id:        text that tells the function and what it goes by from any other; it becomes part of
 *            the stream's id. Outlives the plan
 */
typedef struct AugOrder {
    AugStatus (*arrange)(void *user, const AugOrderWindow *window, uint64_t *samples,
                         AugError *error);
    void *user;
    uint32_t n_batches;
    const char *id;
} AugOrder;

/* How to compile. Zero-initialised is usable.
 *
 * any_size:    the results of the pipeline may differ in size from sample to sample. Such a plan
 *              makes single samples (aug/sample.h), not batches
 * names:       batches have the ragged tensor "name" (U8): the names of their samples in UTF-8
 * class_names: batches have the names of the classes in the metadata of their header, as
 *              "class_names": a JSON list in a string
 * cache:       where samples are looked for before they are read. Changes no byte
 * order:       another order of samples within windows, where order.arrange is set; not together
 *              with the spec's batch.group_by_length
 *
 * names and class_names change the bytes of batches, and therefore the stream's id. */
typedef struct AugPlanOptions {
    bool any_size;
    bool names;
    bool class_names;
    AugCache cache;
    AugOrder order;
} AugPlanOptions;

/* Compiles. Takes a reference to the data set; the spec must outlive the plan. options NULL: all
 * zero. Fails with AUG_BAD_SPEC where spec and data do not fit (sizes that differ without an
 * operation that makes them equal, labels missing for MixUp, ...). */
AUG_API AUG_MUST_CHECK AugStatus aug_plan_new(AugPlan **out, const AugSpec *spec,
                                              AugDataset *dataset, const AugPlanOptions *options,
                                              AugError *error);

/* NULL does nothing. No loader may still use it. */
AUG_API void aug_plan_free(AugPlan *plan);

/* Batches in one epoch; samples in a full global batch; its bytes, with ragged tensors as full as
 * they can be. Any thread. */
AUG_API uint64_t aug_plan_steps_per_epoch(const AugPlan *plan);
AUG_API uint32_t aug_plan_batch_size(const AugPlan *plan);
AUG_API size_t aug_plan_batch_bytes(const AugPlan *plan);

/* Passes over pixels that making one sample of a batch, all its views, and mixing it take at most:
 * what its operations say, each time that they may run, and reading and writing it. A sample that
 * would take more fails with AUG_TOO_LARGE before it is decoded, so where sizes depend on the
 * sample this is the limit (AugLimits.max_sample_work). Any thread. */
AUG_API uint64_t aug_plan_work(const AugPlan *plan);

/* Bytes that a worker holds at least while it makes a sample of this plan, whichever that is. A
 * loader on a pool that allows less (aug_pool_limit) is refused. Any thread. */
AUG_API size_t aug_plan_worker_memory(const AugPlan *plan);

/* Samples in the largest batch that a rank gets where world ranks share every global batch (0 is 1:
 * the whole one). Any thread. */
AUG_API uint32_t aug_plan_slice_size(const AugPlan *plan, uint32_t world);

/* Bytes of that batch, with ragged tensors as full as they can be. Fails with AUG_BAD_ARGUMENT if
 * there are more ranks than samples in a global batch, and with AUG_TOO_LARGE if the limits allow
 * no such batch. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_plan_slice_bytes(const AugPlan *plan, uint32_t world,
                                                      size_t *bytes, AugError *error);

/* The data set. */
AUG_API const AugDataset *aug_plan_dataset(const AugPlan *plan);

/* What every batch holds: the domain's tensors, of which the first is the sample itself ("data"),
 * the fields of the data set that travel on unchanged, then "label" and "index". n receives how
 * many. The list lives as long as the plan. Any thread.
 *
 * label: the class, I64 (-1 where unknown); or F32 [classes], a share for each class, if the spec
 *        mixes or the data set has such labels. A data set whose only targets are values has none
 * index: I64, the sample's index in the data set */
AUG_API const AugTensorSpec *aug_plan_tensors(const AugPlan *plan, uint32_t *n);

/* One of them by name; NULL if there is none. */
AUG_API const AugTensorSpec *aug_plan_tensor(const AugPlan *plan, const char *name);

/* What single samples have after the pipeline (aug/sample.h): a descriptor for each field of the
 * data set, in its order. Sizes that differ from sample to sample are 0. n receives how many. The
 * list lives as long as the plan. Any thread. */
AUG_API const AugFieldDesc *aug_plan_fields(const AugPlan *plan, uint32_t *n);

/* SHA-256 over fingerprint, canonical spec, seed and engine version: two streams with the same id
 * have the same bytes where their data sets have the same content (aug_dataset_content_id). Reads
 * no sample. hex: 64 digits and a NUL. */
AUG_API AUG_MUST_CHECK AugStatus aug_plan_stream_id(const AugPlan *plan, char hex[65],
                                                    AugError *error);

#ifdef __cplusplus
}
#endif
#endif
