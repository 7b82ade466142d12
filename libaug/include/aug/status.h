/* Status codes and the error object: how every function of libaug reports failure.
 *
 * A function that can fail returns AugStatus and takes an AugError as its last argument. The caller
 * owns the error object; NULL is allowed where only the code matters. Nothing is global, so any
 * thread may fail at any time without disturbing another.
 */
#ifndef AUG_STATUS_H
#define AUG_STATUS_H

#include "aug/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Code, number and text in one list. Numbers are pinned for ever; new codes take new numbers. */
#define AUG_STATUS_MAP(X)                                                          \
    X(OK, 0, "success")                                                            \
    X(END, 1, "no more batches")                                                   \
    X(BAD_ARGUMENT, 2, "an argument is not allowed")                               \
    X(BAD_SPEC, 3, "the specification is not valid")                               \
    X(NOT_FOUND, 4, "a file or a name does not exist")                             \
    X(IO, 5, "reading or writing failed")                                          \
    X(CORRUPT, 6, "data is damaged or not what it claims to be")                   \
    X(TOO_LARGE, 7, "a limit is exceeded")                                         \
    X(NO_MEMORY, 8, "memory is exhausted")                                         \
    X(UNSUPPORTED, 9, "a valid feature that this build does not support")          \
    X(CHANGED, 10, "the data or the specification differs from what was expected") \
    X(CLOSED, 11, "the other side closed the connection")                          \
    X(INTERNAL, 12, "a defect in this software")

/* Result of a call. AUG_OK is zero; AUG_END is not a failure but the end of a stream. */
typedef enum AugStatus {
#define AUG_STATUS_ENUM(name, number, text) AUG_##name = number,
    AUG_STATUS_MAP(AUG_STATUS_ENUM)
#undef AUG_STATUS_ENUM
} AugStatus;

/* One failure. Plain memory: zero-initialise it, copy it, let it go out of scope.
 *
 * where:   place in what the user gave, such as "train.yaml:14:18" or "photos.tar: n0144.jpg"; may
 *          be empty
 * message: one sentence without a full stop: what was found and what is allowed
 * source_file, source_line: place in our source that noticed; for bug reports
 */
typedef struct AugError {
    AugStatus status;
    char where[256];
    char message[512];
    const char *source_file;
    int source_line;
} AugError;

/* Name of a status without prefix, such as "BAD_SPEC"; "UNKNOWN" for a number not in the list.
 * The string is static. Any thread. */
AUG_API const char *aug_status_name(AugStatus status);

/* What a status means, in a few words. The string is static. Any thread. */
AUG_API const char *aug_status_text(AugStatus status);

/* 2 where the user can mend it (argument, spec, missing file), 1 for any other failure, 0 for
 * AUG_OK and AUG_END: the exit code of our programs. Any thread. */
AUG_API int aug_status_exit_code(AugStatus status);

/* Fills an error object (NULL allowed) and returns status, so that a failing function can end with
 * it. where may be NULL; format is printf's. Use the macro AUG_FAIL, which adds the source place.
 */
AUG_API AugStatus aug_error_set(AugError *error, AugStatus status, const char *source_file,
                                int source_line, const char *where, const char *format, ...)
    AUG_PRINTF(6, 7);

/* Puts "outer: " before the place of an error that comes from further inside; keeps the rest.
 * Does nothing if error is NULL. Returns the status of the error given. */
AUG_API AugStatus aug_error_prefix(AugError *error, AugStatus status, const char *outer);

#define AUG_FAIL(error, status, where, ...) \
    aug_error_set((error), (status), __FILE__, __LINE__, (where), __VA_ARGS__)

/* Leaves the enclosing function with the status of a call that did not return AUG_OK. */
#define AUG_TRY(call)                       \
    do {                                    \
        AugStatus aug_try_status_ = (call); \
        if (aug_try_status_ != AUG_OK)      \
            return aug_try_status_;         \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
