/* The batches of a stream in order, made in this process or fetched from a server. */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "aug/plan.h"
#include "aug/status.h"

struct AugLoader;
struct AugBatch;
struct AugpClient;

/* Where to begin and how far to go. threads: of this process, 0 for one per processor; epochs: 0
 * without end; depth: batches made or fetched ahead, 0 for the usual. */
typedef struct CliStreamRequest {
    uint32_t epoch;
    uint64_t step;
    uint32_t epochs;
    uint32_t threads;
    uint32_t depth;
} CliStreamRequest;

/* One batch, borrowed from the stream until its next call. */
typedef struct CliBatch {
    const void *bytes;
    size_t size;
    uint32_t epoch;
    uint64_t step;
} CliBatch;

/* An open stream: a loader and the batch that is borrowed from it, or a connection. Not for two
 * threads at once. Zero-initialise; cli_stream_fini accepts any state. */
typedef struct CliStream {
    struct AugLoader *loader;
    struct AugBatch *held;
    struct AugpClient *client;
} CliStream;

/* Makes the batches here. The plan must outlive the stream. */
AUG_MUST_CHECK AugStatus cli_stream_open(CliStream *stream, const AugPlan *plan,
                                         const CliStreamRequest *request, AugError *error);

/* Fetches them from "unix:PATH" or "tcp:HOST:PORT". The spec must name its data set. */
AUG_MUST_CHECK AugStatus cli_stream_connect(CliStream *stream, const char *address,
                                            const AugSpec *spec, const CliStreamRequest *request,
                                            AugError *error);

/* The next batch; AUG_END after the last. */
AUG_MUST_CHECK AugStatus cli_stream_next(CliStream *stream, CliBatch *batch, AugError *error);

/* Ends the stream and zeroes the struct. */
void cli_stream_fini(CliStream *stream);

#endif
