/* The JSON payloads of control frames, as structs and back. No I/O.
 *
 * Guarantees. Decode accepts any bytes whatever: depth, duplicate keys, UTF-8, types and ranges are
 * checked before a value is used, and the error's place is a JSON pointer ("/window"). Unknown keys
 * are ignored everywhere but in OPEN, where a misspelt one must not silently change the data.
 * Encode gives text of at most AUGP_MAX_CONTROL bytes that decode reads back equal.
 */
#ifndef AUGP_MESSAGE_H
#define AUGP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "augp.h"

struct json_t;

#ifdef __cplusplus
extern "C" {
#endif

/* Deepest nesting of a payload; a scalar in the top-level object has depth 1. */
#define AUGP_MAX_DEPTH 16

/* Longest name of a program or a data set, with its NUL. */
#define AUGP_NAME_SIZE 256

/* A SHA-256 as 64 hexadecimal digits and a NUL. Empty: not given. */
typedef char AugpDigest[65];

/* What a client says first.
 *
 * proto_low, proto_high: protocol versions it speaks
 * client:    "program/version"
 * crc, ping: it wants payload checksums on batches; it answers PING
 */
typedef struct AugpHello {
    uint32_t proto_low, proto_high;
    char client[AUGP_NAME_SIZE];
    bool crc, ping;
} AugpHello;

/* What the server answers. crc: batches will carry payload checksums. max_batch: bytes of the
 * largest batch; max_control: bytes of the largest JSON payload; max_window: batches. */
typedef struct AugpHelloOk {
    uint32_t proto;
    char server[AUGP_NAME_SIZE];
    bool crc;
    uint64_t max_batch;
    uint32_t max_control, max_window;
} AugpHelloOk;

/* What stream a client wants.
 *
 * dataset:     name that the server knows; empty if the spec names it
 * spec:        the spec as text (YAML or JSON), spec_size bytes, so that lines and columns are
 * those of the user's file; or NULL. Owned by the struct after decode spec_object: the spec as a
 * JSON object (jansson's json_t), where it is no text; or NULL. After decode the struct owns a
 * reference has_seed, seed: replaces the spec's seed epoch, step: position of the first batch
 * epochs:      how many epochs from there (the first may be partial); 0 without end
 * window:      batches that may be sent before they are acknowledged, 1 to AUGP_MAX_WINDOW
 * expect_*:    refuse the stream if it is not this one
 */
typedef struct AugpOpen {
    char dataset[AUGP_NAME_SIZE];
    char *spec;
    size_t spec_size;
    struct json_t *spec_object;
    bool has_seed;
    uint64_t seed;
    uint32_t epoch;
    uint64_t step;
    uint32_t epochs;
    uint32_t window;
    AugpDigest expect_stream_id;
    AugpDigest expect_fingerprint;
} AugpOpen;

#define AUGP_MAX_DIMS 8
#define AUGP_MAX_TENSORS 64

/* Name, element type ("F32") and shape of one tensor in a full batch.
 *
 * ragged: samples differ in their rows, and shape[0] is the most that all of them together can
 *         have. The batch also holds NAME.offsets, I64 [samples + 1]: where the rows of each sample
 *         begin and end
 * axes:   a letter for each dimension behind the first one, such as "chw"; empty: not said
 */
typedef struct AugpTensorInfo {
    char name[64];
    char dtype[8];
    uint32_t n_dims;
    uint64_t shape[AUGP_MAX_DIMS];
    bool ragged;
    char axes[16];
} AugpTensorInfo;

/* What the stream is.
 *
 * stream_id:       names the bytes of the whole stream
 * fingerprint:     names the data
 * engine:          numeric behaviour of the server's engine
 * batch:           samples of a full batch
 * batch_size:      bytes of a full batch's payload; only the last one of an epoch may be shorter
 * steps_per_epoch: batches
 * n_samples, n_classes: of the data set
 */
typedef struct AugpOpenOk {
    AugpDigest stream_id;
    AugpDigest fingerprint;
    char engine[64];
    uint32_t batch;
    uint64_t batch_size;
    uint64_t steps_per_epoch;
    uint64_t n_samples;
    uint32_t n_classes;
    uint32_t n_tensors;
    AugpTensorInfo tensors[AUGP_MAX_TENSORS];
} AugpOpenOk;

/* Why the other side cannot go on. The number of the code travels in the frame's arg, its name in
 * the payload: encode needs it here, decode leaves 0. message may be cut to what the struct holds.
 * detail is a JSON object as text, or NULL; owned by the struct after decode, and left out by
 * encode if the payload would become too long. */
typedef struct AugpFailure {
    uint32_t code;
    char message[1024];
    bool retry;
    uint32_t retry_after_ms;
    char *detail;
} AugpFailure;

/* The server is about to stop. */
typedef struct AugpGoaway {
    char reason[32];
    uint32_t grace_ms;
} AugpGoaway;

/* Payload text of a message; the caller frees *text with free(). *size leaves out the NUL that
 * follows. Fails with AUGP_BAD_ARGUMENT (a name that is not UTF-8, a text too long, detail that is
 * not a JSON object) or AUGP_NO_MEMORY; *text is then NULL. Any thread. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_hello_encode(const AugpHello *hello, char **text,
                                                      size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_hello_ok_encode(const AugpHelloOk *reply, char **text,
                                                         size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_open_encode(const AugpOpen *open, char **text,
                                                     size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_open_ok_encode(const AugpOpenOk *reply, char **text,
                                                        size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_failure_encode(const AugpFailure *failure, char **text,
                                                        size_t *size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_goaway_encode(const AugpGoaway *goaway, char **text,
                                                       size_t *size, AugpError *error);

/* Message of a payload of size bytes. Fails with AUGP_PROTOCOL and the code BAD_MESSAGE (for OPEN
 * also BAD_POSITION), or AUGP_NO_MEMORY; *out then owns nothing. Any thread. */
AUGP_API AUGP_MUST_CHECK AugpStatus augp_hello_decode(AugpHello *out, const char *bytes,
                                                      size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_hello_ok_decode(AugpHelloOk *out, const char *bytes,
                                                         size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_open_decode(AugpOpen *out, const char *bytes, size_t size,
                                                     AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_open_ok_decode(AugpOpenOk *out, const char *bytes,
                                                        size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_failure_decode(AugpFailure *out, const char *bytes,
                                                        size_t size, AugpError *error);
AUGP_API AUGP_MUST_CHECK AugpStatus augp_goaway_decode(AugpGoaway *out, const char *bytes,
                                                       size_t size, AugpError *error);

/* Free what a decoded message owns and zero it; accept a zeroed struct. */
AUGP_API void augp_open_fini(AugpOpen *open);
AUGP_API void augp_failure_fini(AugpFailure *failure);

#ifdef __cplusplus
}
#endif
#endif
