/* The augd protocol for C programs: status codes and the error object.
 *
 * This library is independent of libaug: a training job that only receives batches links it and
 * jansson, nothing else. Start at client.h; frame.h and message.h are for programs that drive the
 * socket themselves, and SPEC.md is the normative description of what is on the wire.
 */
#ifndef AUGP_AUGP_H
#define AUGP_AUGP_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__GNUC__)
#define AUGP_API __attribute__((visibility("default")))
#define AUGP_MUST_CHECK __attribute__((warn_unused_result))
#define AUGP_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define AUGP_API
#define AUGP_MUST_CHECK
#define AUGP_PRINTF(text, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Code, number and text in one list. Numbers are pinned for ever; new codes take new numbers. */
#define AUGP_STATUS_MAP(X)                                        \
    X(OK, 0, "success")                                           \
    X(END, 1, "the stream is over")                               \
    X(BAD_ARGUMENT, 2, "an argument is not allowed")              \
    X(NO_MEMORY, 3, "memory is exhausted")                        \
    X(CONNECT, 4, "the server cannot be reached")                 \
    X(IO, 5, "reading or writing the connection failed")          \
    X(TIMEOUT, 6, "the other side did not answer in time")        \
    X(CLOSED, 7, "the other side closed the connection")          \
    X(PROTOCOL, 8, "the other side does not follow the protocol") \
    X(REFUSED, 9, "the server answered with an error")            \
    X(GOAWAY, 10, "the server is about to stop; connect again later or elsewhere")

/* Result of a call. AUGP_OK is zero; AUGP_END is not a failure but the end of a stream. */
typedef enum AugpStatus {
#define AUGP_STATUS_ENUM(name, number, text) AUGP_##name = number,
    AUGP_STATUS_MAP(AUGP_STATUS_ENUM)
#undef AUGP_STATUS_ENUM
} AugpStatus;

/* One failure. Plain memory: zero-initialise it, copy it, let it go out of scope.
 *
 * code:    error code of the protocol (errors.h): the one that the server sent (REFUSED), or the
 *          one that names what is wrong with what was received (PROTOCOL); else 0
 * retry:   the same request can succeed after a new connection
 * retry_after_ms: how long the server asks to wait before that; 0: no wish
 * where:   the address of the server, or a JSON pointer into a message; may be empty
 * message: one sentence without a full stop: what was found and what is allowed
 * source:  place in our source that noticed, "protocol/client.c:120"; for bug reports; static
 */
typedef struct AugpError {
    AugpStatus status;
    uint32_t code;
    bool retry;
    uint32_t retry_after_ms;
    char where[256];
    char message[1024];
    const char *source;
} AugpError;

/* Name of a status without prefix, such as "TIMEOUT"; "UNKNOWN" for a number not in the list. The
 * string is static. Any thread. */
AUGP_API const char *augp_status_name(AugpStatus status);

/* What a status means, in a few words. The string is static. Any thread. */
AUGP_API const char *augp_status_text(AugpStatus status);

/* 2 where the user can mend it (an argument, an address, an identity, a spec, an unknown data set,
 * a position), 1 for any other failure, 0 for AUGP_OK and AUGP_END: the exit code of our programs.
 * Any thread. */
AUGP_API int augp_error_exit_code(const AugpError *error);

/* Fills an error object (NULL allowed) and returns status, so that a failing function can end with
 * it. code is one of errors.h or 0, which also decides retry; where may be NULL; format is
 * printf's. Use the macro AUGP_FAIL, which adds the source place. */
AUGP_API AugpStatus augp_error_set(AugpError *error, AugpStatus status, uint32_t code,
                                   const char *source, const char *where, const char *format, ...)
    AUGP_PRINTF(6, 7);

#define AUGP_TEXT_OF(x) #x
#define AUGP_LINE_TEXT(x) AUGP_TEXT_OF(x)

/* The caller's place as one string: "protocol/client.c:120". */
#define AUGP_HERE __FILE__ ":" AUGP_LINE_TEXT(__LINE__)

#define AUGP_FAIL(error, status, code, where, ...) \
    augp_error_set((error), (status), (code), AUGP_HERE, (where), __VA_ARGS__)

/* Leaves the enclosing function with the status of a call that did not return AUGP_OK. */
#define AUGP_TRY(call)                        \
    do {                                      \
        AugpStatus augp_try_status_ = (call); \
        if (augp_try_status_ != AUGP_OK)      \
            return augp_try_status_;          \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
