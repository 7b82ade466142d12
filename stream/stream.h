/* Batches of a stream in order, made by the engine in this process or fetched from a server.
 * Whoever takes them sees no difference, and the bytes are the same.
 *
 *     Stream *stream;
 *     StreamBatch batch;
 *     stream_open(&stream, plan, NULL, &error);       or stream_connect
 *     while ((status = stream_next(stream, &batch, &error)) == AUG_OK)
 *         use(stream_batch_tensor(&batch, "data"));
 *     stream_free(stream);
 *
 * Guarantees. Batches come in order, each exactly once. Every tensor of a batch is one that was
 * announced (StreamInfo), with its type, its shape and at an address that fits its type, so a
 * reader who knows the announcement need not check a batch again; what a server sends is checked
 * for that.
 *
 * A stream belongs to one thread at a time.
 */
#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/batch.h"
#include "aug/loader.h"
#include "aug/plan.h"
#include "aug/spec.h"
#include "aug/status.h"
#include "aug/tensor.h"

/* An open stream. */
typedef struct Stream Stream;

/* What a stream delivers; borrowed from the stream.
 *
 * where:      what its errors begin with: the server's address, or the name of the spec
 * batch_size: samples of a full batch; where ranks share it, of the largest part
 * global_batch_size: samples of a full batch of all ranks together
 * rank, world: which part of every batch it delivers; world is 1 or more
 * n_samples, n_classes: of the data set; 0: not known
 * tensors:    what every batch holds. Axes are empty where a server does not say them
 * n_tensors:  0 if a server says nothing about them; its batches are then taken as they are
 */
typedef struct StreamInfo {
    const char *where;
    uint32_t batch_size, global_batch_size;
    uint32_t rank, world;
    uint64_t steps_per_epoch, n_samples;
    uint32_t n_classes;
    const AugTensorSpec *tensors;
    uint32_t n_tensors;
} StreamInfo;

/* What names the bytes of a stream: two streams with the same id are the same.
 *
 * stream_id, fingerprint: of the whole stream and of its data, 64 hexadecimal digits
 * content:                of all bytes of the data; empty as long as not all were read
 * engine:                 numeric behaviour, as AUG_ENGINE
 */
typedef struct StreamIdentity {
    char stream_id[65], fingerprint[65], content[65], engine[64];
} StreamIdentity;

/* One batch, borrowed until the next call with the stream.
 *
 * epoch, step: its position; last: the last one of its epoch
 * n_samples:   0 if no tensors were announced, and where this rank has no part of a short batch
 * bytes, size: the whole safetensors file
 * tensors:     as announced, in the same order: tensors[i] is info->tensors[i] of this batch
 * offsets:     offsets[i] are the n_samples + 1 row numbers of a ragged tensor, from 0 to the
 * number of its rows, never falling: sample k has the rows offsets[i][k] to offsets[i][k + 1] - 1.
 * NULL for a tensor that is not ragged
 * replaced:    samples that others stand in for, in the order of rows (aug_batch_replaced); those
 *              of a server have no reasons
 */
typedef struct StreamBatch {
    uint32_t epoch;
    uint64_t step;
    bool last;
    uint32_t n_samples;
    const void *bytes;
    size_t size;
    const AugTensor *tensors;
    const int64_t *const *offsets;
    uint32_t n_tensors;
    const AugReplaced *replaced;
    uint32_t n_replaced;
} StreamBatch;

/* Where to begin, how far to go, and what to insist on. Zero-initialised: from the start, without
 * end.
 *
 * epochs:  how many from the first position (the first may be partial); 0 without end
 * rank, world: which part of every batch: of world ranks (0: 1) that share it, rank from 0. All
 *          parts one after another are the batch of a world of 1
 * depth:   batches in existence at most, finished ones and the borrowed one included; 0: 4. A
 *          server may have one fewer on their way, but always one
 * pool, threads: who makes them in this process: a shared pool (which outlives the stream), or so
 *          many threads of its own, 0 for one per processor
 * client:  "program/version" for the server's log; NULL: the client library's own
 * expect_stream_id, expect_fingerprint, expect_content: what the stream must be, or NULL. Otherwise
 *          opening fails with AUG_CHANGED. Where the content is not known yet, the whole data set
 *          is read first. Who resumes demands what stream_identify said last
 * names, class_names: what a server is asked for beside its tensors, as in AugPlanOptions. Of a
 *          stream that is made here the plan decides
 */
typedef struct StreamOptions {
    uint32_t epoch;
    uint64_t step;
    uint32_t epochs;
    uint32_t rank, world;
    uint32_t depth;
    AugPool *pool;
    uint32_t threads;
    const char *client;
    const char *expect_stream_id, *expect_fingerprint, *expect_content;
    bool names, class_names;
} StreamOptions;

/* A spec for a server.
 *
 * spec:      checked; it must name its data set
 * text:      what the user wrote, so that the server's words about it have the user's lines; NULL:
 *            the canonical form
 * is_object: text is a JSON object that the user did not write; the server then speaks of it by
 *            JSON pointers
 * name:      what messages about it begin with, in place of the server's word for it; NULL: they
 *            stay as they are
 */
typedef struct StreamSpec {
    const AugSpec *spec;
    const char *text;
    bool is_object;
    const char *name;
} StreamSpec;

/* Whether a word names a server, "unix:PATH" or "tcp:HOST:PORT", and not a file. */
bool stream_is_address(const char *text);

/* Opens a stream that is made in this process; options NULL: all zero. The plan must outlive it.
 * Fails with AUG_BAD_ARGUMENT (a step that is not in the epoch, a rank that is not in the world),
 * AUG_CHANGED, AUG_NO_MEMORY, or while reading data; *out is then NULL. */
AUG_MUST_CHECK AugStatus stream_open(Stream **out, const AugPlan *plan,
                                     const StreamOptions *options, AugError *error);

/* Opens a stream of the server at an address. Spec and options are borrowed for the call. Fails as
 * stream/errors.h maps what the server says, with AUG_NOT_FOUND if nobody answers, AUG_BAD_SPEC
 * without a named data set, AUG_CORRUPT or AUG_UNSUPPORTED if the stream that is announced cannot
 * be; *out is then NULL. */
AUG_MUST_CHECK AugStatus stream_connect(Stream **out, const char *address, const StreamSpec *spec,
                                        const StreamOptions *options, AugError *error);

/* NULL does nothing. */
void stream_free(Stream *stream);

/* What it delivers. */
const StreamInfo *stream_info(const Stream *stream);

/* Its identity. The content may become known at the end of an epoch. */
AUG_MUST_CHECK AugStatus stream_identify(const Stream *stream, StreamIdentity *out,
                                         AugError *error);

/* Name of a class of the data set; NULL where it is not known: a server does not say names that are
 * too long for its reply. Borrowed from the stream. */
const char *stream_class_name(const Stream *stream, uint32_t label);

/* The next batch; waits for it. AUG_END after the last of the epochs asked for. AUG_CORRUPT if what
 * a server sent is not what it announced, AUG_CLOSED if it went away. After an error the stream is
 * only good for freeing. */
AUG_MUST_CHECK AugStatus stream_next(Stream *stream, StreamBatch *batch, AugError *error);

/* Has stream_next, in which another thread may wait for a server, return at once, with AUG_CLOSED; a
 * stream that is made here goes on. The stream is only good for freeing, by that thread. */
void stream_interrupt(Stream *stream);

/* Seconds spent waiting in stream_next so far. */
double stream_waited_seconds(const Stream *stream);

/* Place of a tensor among those announced, for use with every batch; -1 if there is none. */
int stream_find_tensor(const StreamInfo *info, const char *name);

/* Tensor of a batch by name, or NULL; borrowed like the batch. */
const AugTensor *stream_batch_tensor(const StreamBatch *batch, const char *name);

#endif
