/* The error codes that travel in ERROR frames: number, name, scope, retry and text in one list. */
#ifndef AUGP_ERRORS_H
#define AUGP_ERRORS_H

#include <stdbool.h>
#include <stdint.h>

#include "augp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What an error ends. */
typedef enum AugpScope {
    AUGP_SCOPE_CONNECTION, /* the sender closes the connection behind it */
    AUGP_SCOPE_STREAM,     /* only the stream (or its OPEN) is over; another OPEN is allowed */
} AugpScope;

/* X(name, number, scope, retry, text). Numbers are pinned for ever. retry: a client may connect
 * again and resume by itself. Numbers 20 to 22, 44, 51 and 53 have their names for what the
 * protocol will carry later (authentication, exclusive streams, decoder processes, shared memory).
 */
#define AUGP_CODE_MAP(X)                                                                      \
    X(BAD_MAGIC, 1, CONNECTION, false, "this is not the augd protocol")                       \
    X(BAD_HEADER_CRC, 2, CONNECTION, true, "a frame header is damaged")                       \
    X(BAD_PAYLOAD_CRC, 3, CONNECTION, true, "a payload is damaged")                           \
    X(UNSUPPORTED_VERSION, 4, CONNECTION, false, "no common protocol version")                \
    X(UNKNOWN_TYPE, 5, CONNECTION, false, "an unknown frame type that may not be skipped")    \
    X(TOO_LARGE, 6, CONNECTION, false, "a payload longer than its type allows now")           \
    X(BAD_STATE, 7, CONNECTION, false, "a frame that is not allowed now")                     \
    X(BAD_MESSAGE, 8, CONNECTION, false, "a field or a JSON payload is not valid")            \
    X(TIMEOUT, 9, CONNECTION, true, "the greeting did not come in time")                      \
    X(CREDIT_VIOLATION, 10, CONNECTION, false, "credit decreased, or above the window")       \
    X(UNKNOWN_FEATURE, 11, CONNECTION, false, "a required feature is not known here")         \
    X(AUTH_REQUIRED, 20, CONNECTION, false, "the server wants to know who asks")              \
    X(AUTH_FAILED, 21, CONNECTION, false, "the identity was not accepted")                    \
    X(FORBIDDEN, 22, CONNECTION, false, "this identity may not do that")                      \
    X(NO_DATASET, 30, STREAM, false, "the server has no data set of that name")               \
    X(BAD_SPEC, 31, STREAM, false, "the spec is not valid or does not fit the data")          \
    X(BAD_POSITION, 32, STREAM, false, "epoch, step, rank or world out of range")             \
    X(DATASET_CHANGED, 33, STREAM, false, "the data differ from what was expected")           \
    X(SPEC_CHANGED, 34, STREAM, false, "the spec differs from what was expected")             \
    X(ENGINE_CHANGED, 35, STREAM, false, "the numeric engine differs from what was expected") \
    X(DIGEST_MISMATCH, 36, STREAM, false, "the last batch is not reproduced here")            \
    X(NEEDS_FEATURE, 37, STREAM, false, "the stream needs a feature of the client")           \
    X(RESOURCE_EXHAUSTED, 40, STREAM, true, "the server's memory reservation is used up")     \
    X(TOO_MANY_CONNECTIONS, 41, CONNECTION, true, "the server's connections are used up")     \
    X(SLOW_CONSUMER, 42, CONNECTION, true, "the client took no byte for too long")            \
    X(DRAINING, 43, CONNECTION, true, "the server is about to stop")                          \
    X(SUPERSEDED, 44, CONNECTION, false, "a newer connection took over this stream")          \
    X(DATA_CORRUPT, 50, STREAM, false, "a sample is damaged")                                 \
    X(DECODER_CRASHED, 51, STREAM, false, "a decoder process failed twice on one sample")     \
    X(DATA_IO, 52, STREAM, true, "reading the data failed")                                   \
    X(SHM_UNAVAILABLE, 53, STREAM, true, "shared memory could not be set up")                 \
    X(INTERNAL, 60, CONNECTION, true, "a defect in the server")

/* A code as a number; NONE where there is no error. */
typedef enum AugpCode {
    AUGP_CODE_NONE = 0,
#define AUGP_CODE_ENUM(name, number, scope, retry, text) AUGP_CODE_##name = number,
    AUGP_CODE_MAP(AUGP_CODE_ENUM)
#undef AUGP_CODE_ENUM
} AugpCode;

/* One code. Strings are static. */
typedef struct AugpCodeInfo {
    uint32_t number;
    const char *name;
    AugpScope scope;
    bool retry;
    const char *text;
} AugpCodeInfo;

/* What is known about a code; NULL for a number not in the list. Any thread. */
AUGP_API const AugpCodeInfo *augp_code_info(uint64_t number);

#ifdef __cplusplus
}
#endif
#endif
