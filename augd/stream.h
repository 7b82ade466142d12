/* A stream of batches for one client: from its OPEN to the loader and back to nothing.
 *
 * Opening (openings.h) and taking down happen in libuv's pool, because both may wait;
 * everything here is called on the loop's thread. A stream reserves its own memory before its spec
 * is parsed, and that of its batches before it makes the first. Where streams that are being taken
 * down hold what it lacks, it waits for them: a client that was told of a stream's end may open
 * another one at once.
 *
 * Guarantees by party. The stream: calls done exactly once, later, unless it was abandoned before;
 * never calls its owner after that. The owner: gives back every batch it took, also after it
 * abandoned the stream, which then frees itself.
 */
#ifndef AUGD_STREAM_H
#define AUGD_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "aug/batch.h"
#include "aug/catalog.h"
#include "aug/loader.h"
#include "aug/status.h"
#include "augd/loop.h"
#include "augd/memory.h"
#include "augd/openings.h"
#include "augd/patience.h"
#include "augd/ready.h"
#include "augd/served.h"
#include "protocol/errors.h"
#include "protocol/message.h"

/* All streams of a server, and what they share. The server's memory, filled in before the first.
 *
 * catalog, served, pool: borrowed; outlive every stream
 * wake:            workers call for the loop with it when a batch may have become ready
 * ready:           the streams of those batches
 * on_ready:        called on the loop with the owner of such a stream
 * n:               opened or being opened, and not yet taken down
 * openings:        what those being opened share
 * patience:        what OPENs cost that came to nothing
 * waiting:         those that lack memory which streams being taken down give back soon, in the
 *                  order in which they came, to last_waiting
 * unreserved:      bytes that the specs of those may take that have nothing reserved yet
 * is_answering:    some of them are being told that they need not wait any longer
 * is_draining:     the server is about to stop: no more are opened
 * on_gone:         called on the loop after one is down
 */
typedef struct AugdStreams {
    AugdLoop *loop;
    AugCatalog *catalog;
    const AugdServed *served;
    AugPool *pool;
    uv_async_t *wake;
    AugdReady ready;
    void (*on_ready)(void *owner);
    uint32_t n;
    AugdMemory memory;
    AugdOpenings openings;
    AugdPatience patience;
    struct AugdStream *waiting, *last_waiting;
    uint64_t unreserved;
    bool is_answering;
    bool is_draining;
    void (*on_gone)(void *user);
    void *user;
} AugdStreams;

/* One stream, or the attempt to open it. */
typedef struct AugdStream AugdStream;

/* Called on the loop when the stream is open or refused. */
typedef void (*AugdStreamDone)(void *owner, AugdStream *stream);

/* Starts to open a stream for a client with these features (a set of AugpFeature). Takes what open
 * owns and leaves it zero. NULL, with a failure set, if there is no memory for one more. */
AugdStream *augd_stream_open(AugdStreams *streams, AugpOpen *open, uint32_t features,
                             AugdStreamDone done, void *owner, AugpFailure *failure);

/* Whether it was refused, and why: the failure is the caller's then. */
bool augd_stream_take_refusal(AugdStream *stream, AugpFailure *failure);

/* Processor time that went into opening it, for the owner of a refused one to account for. */
uint64_t augd_stream_take_cost(AugdStream *stream);

/* What was opened; borrowed. */
const AugpOpenOk *augd_stream_info(const AugdStream *stream);

/* Copies the id of the content of its data, which may become known while it runs; else empty. Waits
 * for nobody. */
void augd_stream_content(const AugdStream *stream, AugpDigest content);

/* What was asked for, with the data set's name if only the spec gave it; borrowed. spec is gone. */
const AugpOpen *augd_stream_request(const AugdStream *stream);

/* The next batch, to be given back; its mark is the checksum of its bytes where the client wants
 * one. AUG_OK with *batch NULL if there is none yet, and then a wake follows when there is. On
 * failure, failure says what to tell the client. */
AUG_MUST_CHECK AugStatus augd_stream_take(AugdStream *stream, AugBatch **batch,
                                          AugpFailure *failure);

/* Calls on_ready for all streams that have become ready, once each. */
void augd_streams_wake(AugdStreams *streams);

/* Returns a batch. */
void augd_stream_give_back(AugdStream *stream, AugBatch *batch);

/* Lets go of the stream; NULL does nothing. One that still waits to be opened is gone at once. */
void augd_stream_abandon(AugdStream *stream);

#endif
