/* The blocking client: batches of a stream from an augd server.
 *
 *     AugpClient *client;
 *     AugpClientBatch batch;
 *     augp_client_new(&client, "unix:/run/augd.sock", NULL, &error);
 *     augp_client_open(client, &(AugpClientRequest){.dataset = "cifar", .spec = text}, &error);
 *     while (augp_client_next(client, &batch, &error) == AUGP_OK)
 *         use(batch.bytes, batch.size);
 *     augp_client_free(client);
 *
 * Guarantees. Batches come in order, each exactly once, and complete: every frame is compared with
 * the stream, epoch and step that must come next, and a difference is an error, never a batch.
 * There is no thread: bytes go from the socket into one buffer that next hands out. Signals do not
 * disturb a call, and a server that went away gives an error, not SIGPIPE. After an error other
 * than a refusal (AUGP_REFUSED with a code of stream scope, errors.h) the client is only good for
 * freeing; the position to resume from is that of the last batch that was used, plus one.
 *
 * One thread at a time may use a client, but for augp_client_interrupt; different clients are
 * independent.
 */
#ifndef AUGP_CLIENT_H
#define AUGP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "augp.h"
#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One connection to a server. */
typedef struct AugpClient AugpClient;

/* Whether batches carry a checksum over their content. AUTO: over TCP yes, over a Unix socket
 * no, where the kernel copies memory to memory. Headers always have one. */
typedef enum AugpChecksum {
    AUGP_CHECKSUM_AUTO,
    AUGP_CHECKSUM_ON,
    AUGP_CHECKSUM_OFF,
} AugpChecksum;

/* How to connect. Zero-initialised is usable.
 *
 * name:               "program/version", for the server's log; NULL: "augp/0.1"
 * checksum:           see above
 * connect_timeout_ms: for the connection and for the greeting, each; 0: 5,000
 * open_timeout_ms:    for the answer to an open, in which the server may have to read the whole
 *                     data set once; 0: 600,000
 * timeout_ms:         longest silence while a batch is awaited; 0: 120,000
 * max_batch:          bytes of the largest batch to accept; 0: 256 MiB
 * tensors:            the caller understands batches of any tensors, ragged ones too: it goes by
 *                     what augp_client_info says of them. Else a stream of more than data, label
 *                     and index is refused (NEEDS_FEATURE)
 * ranks:              the caller asks for one rank of a world and takes batches without samples. A
 *                     server that has no ranks is refused (UNKNOWN_FEATURE)
 * list:               the caller asks what is served; a server that cannot say is refused as well
 */
typedef struct AugpClientOptions {
    const char *name;
    AugpChecksum checksum;
    uint32_t connect_timeout_ms;
    uint32_t open_timeout_ms;
    uint32_t timeout_ms;
    uint64_t max_batch;
    bool tensors;
    bool ranks;
    bool list;
} AugpClientOptions;

/* What stream to open; everything is borrowed for the call.
 *
 * dataset:  name that the server knows; NULL if the spec names it
 * spec:     text of the spec, YAML or JSON, at most about 60,000 bytes; without a path of data
 * spec_as_object: spec is the text of a JSON object that the user never saw, so places in errors
 *           shall be JSON pointers ("/spec/batch/size") and not lines and columns
 * has_seed, seed: replaces the spec's seed
 * epoch, step: position of the first batch; the step behind an epoch's last stands for the next
 *           epoch's first
 * epochs:   how many epochs from there (the first may be partial); 0 without end
 * rank, world: which part of every batch: of world ranks (0: 1) that share it, rank from 0 gets the
 *           rows n * rank / world to n * (rank + 1) / world - 1 of n, and every step; needs the
 *           option ranks
 * window:   batches that may be on their way, 1 to 64; 0: 4
 * expect_stream_id, expect_fingerprint, expect_content: what the stream must be (64 hexadecimal
 *           digits, as in AugpOpenOk), or NULL. Otherwise the server answers DATASET_CHANGED or
 *           SPEC_CHANGED. A server that does not know its data's content yet reads all of it first
 * names:    batches have the ragged tensor "name" (U8), the names of their samples; needs the
 *           option tensors
 * class_names: batches have the names of all classes in the metadata of their header, as
 *           "class_names": a JSON list in a string. augp_client_info has them in any case if they
 *           fit into 64 KiB
 */
typedef struct AugpClientRequest {
    const char *dataset;
    const char *spec;
    bool spec_as_object;
    bool has_seed;
    uint64_t seed;
    uint32_t epoch;
    uint64_t step;
    uint32_t epochs;
    uint32_t rank, world;
    uint32_t window;
    const char *expect_stream_id;
    const char *expect_fingerprint;
    const char *expect_content;
    bool names, class_names;
} AugpClientRequest;

/* One batch: a safetensors file of size bytes at a 64-byte aligned address, borrowed from the
 * client until the next call with it. epoch and step count from 0; last: the last one of its epoch.
 */
typedef struct AugpClientBatch {
    const void *bytes;
    size_t size;
    uint32_t epoch;
    uint64_t step;
    bool last;
} AugpClientBatch;

/* Connects and greets. address: "unix:PATH" or "tcp:HOST:PORT" ("tcp:[::1]:4711" for IPv6).
 * options NULL: all zero. Fails with AUGP_BAD_ARGUMENT (address), CONNECT, TIMEOUT, CLOSED,
 * PROTOCOL or REFUSED; *out is then NULL. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_client_new(AugpClient **out, const char *address,
                                                    const AugpClientOptions *options,
                                                    AugpError *error);

/* What the server serves: all of its data sets, in the order of their names' bytes. Needs the option
 * list, and no open stream. *out is the caller's (augp_listing_fini), empty on failure. Fails with
 * AUGP_BAD_ARGUMENT, or as augp_client_new; from 65,537 data sets on with AUGP_PROTOCOL. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_client_list(AugpClient *client, AugpListing *out,
                                                     AugpError *error);

/* Opens a stream and waits for the answer. Fails with AUGP_REFUSED (error->code says why; the
 * connection lives unless that code is of connection scope), or as augp_client_new. A stream that
 * is already open is AUGP_BAD_ARGUMENT. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_client_open(AugpClient *client,
                                                     const AugpClientRequest *request,
                                                     AugpError *error);

/* What the open stream is; NULL if none was opened yet. Its content may become known at the end of
 * an epoch. Borrowed from the client until the next open. */
AUGP_API const AugpOpenOk *augp_client_info(const AugpClient *client);

/* The next batch; waits for it. AUGP_END after the last one of the epochs asked for. AUGP_GOAWAY if
 * the server is about to stop: the batches before were complete. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_client_next(AugpClient *client, AugpClientBatch *batch,
                                                     AugpError *error);

/* Ends the stream and waits until the server did, so that another can be opened on the same
 * connection; batches on their way are thrown away. Does nothing without an open stream. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_client_close(AugpClient *client, AugpError *error);

/* The detail of the last refusal: a JSON object as text, such as the list of all mistakes of a spec
 * ({"problems":[{"where":"spec:3:7","message":"..."}]}); NULL if there is none. Borrowed from the
 * client until its next call. */
AUGP_API const char *augp_client_detail(const AugpClient *client);

/* Has the call that another thread waits in return at once, with AUGP_CLOSED, and every later one too.
 * The only function for a client that is in use; freeing it is still to come. */
AUGP_API void augp_client_interrupt(AugpClient *client);

/* Closes the connection and frees; NULL does nothing. */
AUGP_API void augp_client_free(AugpClient *client);

#ifdef __cplusplus
}
#endif
#endif
