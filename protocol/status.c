/* Status names, error codes and the error object. */
#include "protocol/augp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/errors.h"

const char *augp_status_name(AugpStatus status)
{
    switch (status) {
#define STATUS_CASE(name, number, text) \
    case AUGP_##name:                   \
        return #name;
        AUGP_STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return "UNKNOWN";
}

const char *augp_status_text(AugpStatus status)
{
    switch (status) {
#define STATUS_CASE(name, number, text) \
    case AUGP_##name:                   \
        return text;
        AUGP_STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return "unknown status";
}

static const AugpCodeInfo codes[] = {
#define CODE_ROW(name, number, scope, retry, text) {number, #name, AUGP_SCOPE_##scope, retry, text},
    AUGP_CODE_MAP(CODE_ROW)
#undef CODE_ROW
};

const AugpCodeInfo *augp_code_info(uint64_t number)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i].number == number)
            return &codes[i];
    }
    return NULL;
}

/* Whether another request, or another identity, can succeed at once. */
static bool is_request_at_fault(uint32_t code)
{
    return (code >= AUGP_CODE_AUTH_REQUIRED && code <= AUGP_CODE_FORBIDDEN) ||
           (code >= AUGP_CODE_NO_DATASET && code <= AUGP_CODE_BAD_POSITION);
}

int augp_error_exit_code(const AugpError *error)
{
    switch (error->status) {
    case AUGP_OK:
    case AUGP_END:
        return 0;
    case AUGP_BAD_ARGUMENT:
    case AUGP_CONNECT:
        return 2;
    case AUGP_REFUSED:
        return is_request_at_fault(error->code) ? 2 : 1;
    default:
        return 1;
    }
}

AugpStatus augp_error_set(AugpError *error, AugpStatus status, uint32_t code, const char *source,
                          const char *where, const char *format, ...)
{
    if (!error)
        return status;
    memset(error, 0, sizeof(*error));
    error->status = status;
    error->code = code;
    const AugpCodeInfo *info = augp_code_info(code);
    error->retry = info ? info->retry
                        : status == AUGP_IO || status == AUGP_CLOSED || status == AUGP_TIMEOUT ||
                              status == AUGP_CONNECT || status == AUGP_GOAWAY;
    error->source = source;
    snprintf(error->where, sizeof(error->where), "%s", where ? where : "");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    return status;
}
