/* The engine's errors in the words of the protocol. */
#include "augd/failure.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/json.h"
#include "stream/errors.h"

void augd_failure_set(AugpFailure *failure, AugpCode code, const char *format, ...)
{
    memset(failure, 0, sizeof(*failure));
    failure->code = (uint32_t)code;
    const AugpCodeInfo *info = augp_code_info((uint64_t)code);
    failure->retry = info && info->retry;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure->message, sizeof(failure->message), format, arguments);
    va_end(arguments);
    augp_text_clean(failure->message);
}

void augd_failure_from(AugpFailure *failure, const AugError *error)
{
    augd_failure_set(failure, stream_code_of(error->status), "%s%s%s", error->where,
                     error->where[0] ? ": " : "", error->message);
}

/* The problems that were kept, as JSON. */
static char *problems_text(const AugProblems *problems)
{
    size_t n_kept = problems->n < problems->capacity ? problems->n : problems->capacity;
    json_t *list = json_array();
    for (size_t i = 0; i < n_kept; i++) {
        AugError copy = problems->items[i];
        augp_text_clean(copy.where);
        augp_text_clean(copy.message);
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "where", copy.where, "message", copy.message));
    }
    json_t *detail = json_pack("{s:o, s:I}", "problems", list, "n", (json_int_t)problems->n);
    char *text = detail ? json_dumps(detail, JSON_COMPACT) : NULL;
    json_decref(detail);
    return text;
}

void augd_failure_from_problems(AugpFailure *failure, const AugProblems *problems)
{
    AugError first = {0};
    AugStatus status = aug_problems_first(problems, &first);
    if (status == AUG_OK)
        first.status = AUG_INTERNAL;
    augd_failure_from(failure, &first);
    failure->detail = problems_text(problems);
}
