/* The loader: batches of a plan, made by worker threads, delivered in order.
 *
 * Guarantees. Bytes and order do not depend on threads, depth or timing; which rows of a batch are
 * made depends on rank and world, what is in them does not. At most depth batches
 * exist at once, finished ones and those that the consumer holds included; when all are in use the
 * workers rest. Samples are the unit of work, so no slow sample holds up another batch.
 *
 * A loader may also hand every sample to a function instead of making batches (AugEach): the same
 * threads, order, bounds and endings for a program's own work on single samples.
 */
#ifndef AUG_LOADER_H
#define AUG_LOADER_H

#include "aug/batch.h"
#include "aug/plan.h"
#include "aug/random.h"
#include "aug/sample.h"
#include "aug/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Worker threads that several loaders share fairly: by the time that their samples take, whatever
 * their number. A loader that has nothing to do, or whose consumer holds all of its batches, costs
 * the others nothing. */
typedef struct AugPool AugPool;

/* Starts threads workers; 0 means one per processor. */
AUG_API AUG_MUST_CHECK AugStatus aug_pool_new(AugPool **out, uint32_t threads, AugError *error);

/* Bounds what each worker may hold while it makes samples and between them: encoded bytes,
 * decoders, pictures between two operations. A sample that needs more fails with AUG_NO_MEMORY and
 * the figure, whatever was made before it. 0, as at the start: no bound but the specs' limits.
 * Before the first loader. Any thread. */
AUG_API void aug_pool_limit(AugPool *pool, size_t worker_memory);

/* Bytes that all workers of a pool may hold together; UINT64_MAX without a bound. Any thread. */
AUG_API uint64_t aug_pool_memory(AugPool *pool);

/* How many threads a pool has. Any thread. */
AUG_API uint32_t aug_pool_threads(const AugPool *pool);

/* Joins the threads. All its loaders must be freed before. NULL does nothing. */
AUG_API void aug_pool_free(AugPool *pool);

/* Opaque; one consumer thread. */
typedef struct AugLoader AugLoader;

/* One sample on its way through a loader with AugEach. Everything is borrowed for the call.
 *
 * key:    whose draws are to be made: the seed, the epoch, and the sample's index in the data set
 * sample: as it is stored; NULL: it could not be read
 * error:  why it could not be read
 * worker: the calling thread's, for aug_worker_augment and aug_worker_decode
 */
typedef struct AugEachSample {
    AugKey key;
    const AugSample *sample;
    const AugError *error;
    AugWorker *worker;
} AugEachSample;

/* What to do with each sample instead of making batches. The loader goes through the samples in the
 * order of the data set, epoch after epoch, whatever the spec says of batches; its plan may have
 * any_size. Batches then have no tensors, but a result for each of their samples
 * (aug_batch_result).
 *
 * make:       called once for each sample, on any worker thread, for several samples at once. May
 *             leave a result, which belongs to the batch; NULL where there is none. A failure ends
 *             the stream at this batch, as that of a sample does for batches of tensors: what
 *             should not end it is a result
 * drop:       ends a result when its batch is given back, or is never taken. From any thread,
 *             without a lock held; not called for NULL
 * user:       given to both; outlives the loader and its batches
 * batch_size: samples in a batch; 0: the plan's batch size
 */
typedef struct AugEach {
    AugStatus (*make)(void *user, const AugEachSample *sample, void **result, AugError *error);
    void (*drop)(void *user, void *result);
    void *user;
    uint32_t batch_size;
} AugEach;

/* Whose memory batches lie in: slots of a ring that other processes read, pinned memory, anything
 * of a program's own. Each batch gets memory when it is begun and loses it when it is given back,
 * so a slot holds one batch from the first sample that is made to aug_batch_free. What making it
 * takes beside (rows of ragged tensors, samples before mixing) is the loader's.
 *
 * take: memory for one batch: at least size bytes, aligned to 64; NULL: there is none now. size is
 *       the same for all batches of a loader (aug_loader_slot_size). ticket is the program's, to
 *       know the memory by. Called for one batch after the other, in their order, on worker
 *       threads, without a lock held. After NULL the loader asks again when one of its batches is
 *       given back, or at aug_loader_wake; until then it begins no further batch, and
 *       aug_loader_next waits. At memory that is not aligned the stream fails with AUG_BAD_ARGUMENT
 * give: takes memory back, once for each that was taken: in aug_batch_free, or in aug_loader_free
 *       where nobody took the batch. Without a lock held
 * user: given to both; outlives the loader and its batches
 */
typedef struct AugBatchMemory {
    void *(*take)(void *user, size_t size, uint64_t *ticket);
    void (*give)(void *user, void *bytes, uint64_t ticket);
    void *user;
} AugBatchMemory;

/* How to run. Zero-initialised is usable: own pool, one thread per processor, from the start,
 * without end.
 *
 * pool:     shared workers (outlives the loader), or NULL for own ones
 * threads:  of the own pool; 0 means one per processor
 * depth:    batches in existence at most; 0 means 4. At least 1
 * epoch, step: position of the first batch; the step behind an epoch's last stands for the next
 *           epoch's first
 * epochs:   how many epochs from there (the first may be partial); 0 means without end, which is
 *           that of epoch 4294967294
 * rank, world: which part of every batch is made: of world ranks (0 means 1) that share it, rank
 *           from 0 gets the rows n * rank / world to n * (rank + 1) / world - 1 of n. Every rank
 *           gets every step, and all ranks' parts one after another are the batch of a world of 1
 * on_ready: called when the next batch in order (or an error) became available. From a worker
 *           thread, without a lock held; must be short and may not call the loader
 * finish:   called once for each batch that is complete, before it can be taken, by the worker that
 *           completed it: for what is to be worked out of its bytes, such as a checksum. What it
 *           returns stays with the batch (aug_batch_mark). Without a lock held; may not call the
 *           loader. Not for single samples
 * user:     given to both; outlives the loader
 * each:     work on single samples instead of batches, where each.make is set
 * memory:   where batches lie, if take and give are set; else on the heap
 */
typedef struct AugLoaderOptions {
    AugPool *pool;
    uint32_t threads;
    uint32_t depth;
    uint32_t epoch;
    uint64_t step;
    uint32_t epochs;
    uint32_t rank, world;
    void (*on_ready)(void *user);
    uint64_t (*finish)(void *user, const AugBatch *batch);
    void *user;
    AugEach each;
    AugBatchMemory memory;
} AugLoaderOptions;

/* Starts making batches. The plan must outlive the loader and its batches. Fails with
 * AUG_BAD_ARGUMENT if the step is not in the epoch, an epoch beyond the last, the rank not in the
 * world, the world larger than a batch, or the plan has any_size and there is no each; with
 * AUG_NO_MEMORY if the pool's workers may hold less than any sample takes
 * (aug_plan_worker_memory). */
AUG_API AUG_MUST_CHECK AugStatus aug_loader_new(AugLoader **out, const AugPlan *plan,
                                                const AugLoaderOptions *options, AugError *error);

/* Bytes that a loader with these options takes at most: all batches that may exist at once, with
 * everything that is needed to make and mix them. Not counted are what its workers hold, which is
 * the pool's (aug_pool_memory), and what options->memory gives. Fails as aug_loader_new does for
 * such options. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_loader_memory(const AugPlan *plan,
                                                   const AugLoaderOptions *options, uint64_t *size,
                                                   AugError *error);

/* Bytes that AugBatchMemory.take is asked for: those of a full batch, and what keeps all of its
 * tensors aligned. Fails like aug_loader_memory. Any thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_loader_slot_size(const AugPlan *plan,
                                                      const AugLoaderOptions *options, size_t *size,
                                                      AugError *error);

/* Says that there may be memory again for a loader whose AugBatchMemory.take had none. Any thread,
 * while the loader exists; not from take, give or on_ready. */
AUG_API void aug_loader_wake(AugLoader *loader);

/* Has the work in progress stop soon, and begins no more; returns at once. Nothing but
 * aug_loader_free and aug_batch_free may follow. Any thread. */
AUG_API void aug_loader_stop(AugLoader *loader);

/* Stops the work in progress, waits for the step that each sample is at, and frees the loader;
 * batches taken from it stay valid until given back. With AugEach samples in progress are made to
 * their end. NULL does nothing. */
AUG_API void aug_loader_free(AugLoader *loader);

/* The next batch in order; waits for it. AUG_END after the last. After an error every further call
 * returns the same error. One consumer thread. */
AUG_API AUG_MUST_CHECK AugStatus aug_loader_next(AugLoader *loader, AugBatch **batch,
                                                 AugError *error);

/* The same without waiting: AUG_OK with *batch NULL if it is not ready. */
AUG_API AUG_MUST_CHECK AugStatus aug_loader_try_next(AugLoader *loader, AugBatch **batch,
                                                     AugError *error);

#ifdef __cplusplus
}
#endif
#endif
