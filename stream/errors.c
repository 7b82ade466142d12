/* The map of errors. Both switches name every member, so that the compiler asks for a line when the
 * protocol or libaug gets another one; a test compares the two directions. */
#include "stream/errors.h"

AugpCode stream_code_of(AugStatus status)
{
    switch (status) {
    case AUG_BAD_ARGUMENT:
    case AUG_BAD_SPEC:
    case AUG_TOO_LARGE:
    case AUG_UNSUPPORTED:
        return AUGP_CODE_BAD_SPEC;
    case AUG_NOT_FOUND:
        return AUGP_CODE_NO_DATASET;
    case AUG_IO:
        return AUGP_CODE_DATA_IO;
    case AUG_CORRUPT:
        return AUGP_CODE_DATA_CORRUPT;
    case AUG_NO_MEMORY:
        return AUGP_CODE_RESOURCE_EXHAUSTED;
    case AUG_CHANGED:
        return AUGP_CODE_DATASET_CHANGED;
    case AUG_OK:
    case AUG_END:
    case AUG_CLOSED:
    case AUG_INTERNAL:
        /* Nothing that an engine fails with. */
        break;
    }
    return AUGP_CODE_INTERNAL;
}

AugStatus stream_status_of_code(uint32_t code)
{
    switch ((AugpCode)code) {
    case AUGP_CODE_NO_DATASET:
        return AUG_NOT_FOUND;
    case AUGP_CODE_BAD_SPEC:
        return AUG_BAD_SPEC;
    case AUGP_CODE_BAD_POSITION:
    case AUGP_CODE_AUTH_REQUIRED:
    case AUGP_CODE_AUTH_FAILED:
    case AUGP_CODE_FORBIDDEN:
        return AUG_BAD_ARGUMENT;
    case AUGP_CODE_DATASET_CHANGED:
    case AUGP_CODE_SPEC_CHANGED:
    case AUGP_CODE_ENGINE_CHANGED:
    case AUGP_CODE_DIGEST_MISMATCH:
        return AUG_CHANGED;
    case AUGP_CODE_RESOURCE_EXHAUSTED:
        return AUG_NO_MEMORY;
    case AUGP_CODE_TIMEOUT:
    case AUGP_CODE_TOO_MANY_CONNECTIONS:
    case AUGP_CODE_SLOW_CONSUMER:
    case AUGP_CODE_DRAINING:
    case AUGP_CODE_SUPERSEDED:
        return AUG_CLOSED;
    case AUGP_CODE_BAD_MAGIC:
    case AUGP_CODE_BAD_HEADER_CRC:
    case AUGP_CODE_BAD_PAYLOAD_CRC:
    case AUGP_CODE_DATA_CORRUPT:
    case AUGP_CODE_DECODER_CRASHED:
        return AUG_CORRUPT;
    case AUGP_CODE_TOO_LARGE:
        return AUG_TOO_LARGE;
    case AUGP_CODE_UNSUPPORTED_VERSION:
    case AUGP_CODE_UNKNOWN_TYPE:
    case AUGP_CODE_UNKNOWN_FEATURE:
    case AUGP_CODE_NEEDS_FEATURE:
    case AUGP_CODE_SHM_UNAVAILABLE:
        return AUG_UNSUPPORTED;
    case AUGP_CODE_DATA_IO:
        return AUG_IO;
    case AUGP_CODE_NONE:
    case AUGP_CODE_BAD_STATE:
    case AUGP_CODE_BAD_MESSAGE:
    case AUGP_CODE_CREDIT_VIOLATION:
    case AUGP_CODE_INTERNAL:
        break;
    }
    return AUG_INTERNAL;
}

AugStatus stream_status_of(const AugpError *theirs)
{
    switch (theirs->status) {
    case AUGP_OK:
        return AUG_OK;
    case AUGP_END:
        return AUG_END;
    case AUGP_BAD_ARGUMENT:
        return AUG_BAD_ARGUMENT;
    case AUGP_NO_MEMORY:
        return AUG_NO_MEMORY;
    case AUGP_CONNECT:
        /* A wrong address, or nobody there: the user can mend it. */
        return AUG_NOT_FOUND;
    case AUGP_IO:
        return AUG_IO;
    case AUGP_TIMEOUT:
    case AUGP_CLOSED:
    case AUGP_GOAWAY:
        return AUG_CLOSED;
    case AUGP_PROTOCOL:
        return AUG_CORRUPT;
    case AUGP_REFUSED:
        return stream_status_of_code(theirs->code);
    }
    return AUG_INTERNAL;
}

AugStatus stream_fail(const AugpError *theirs, const char *where, AugError *error)
{
    return AUG_FAIL(error, stream_status_of(theirs), theirs->where[0] ? theirs->where : where, "%s",
                    theirs->message);
}
