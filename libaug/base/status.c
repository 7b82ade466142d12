/* Names and texts of statuses, and how a message is put together and carried outwards. */
#include "aug/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct StatusRow {
    AugStatus status;
    const char *name;
    const char *text;
} StatusRow;

static const StatusRow rows[] = {
#define STATUS_ROW(name, number, text) {AUG_##name, #name, text},
    AUG_STATUS_MAP(STATUS_ROW)
#undef STATUS_ROW
};

static const StatusRow *find_row(AugStatus status)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].status == status)
            return &rows[i];
    return NULL;
}

const char *aug_status_name(AugStatus status)
{
    const StatusRow *row = find_row(status);
    return row ? row->name : "UNKNOWN";
}

const char *aug_status_text(AugStatus status)
{
    const StatusRow *row = find_row(status);
    return row ? row->text : "unknown status";
}

int aug_status_exit_code(AugStatus status)
{
    switch (status) {
    case AUG_OK:
    case AUG_END:
        return 0;
    case AUG_BAD_ARGUMENT:
    case AUG_BAD_SPEC:
    case AUG_NOT_FOUND:
        return 2;
    default:
        return 1;
    }
}

AugStatus aug_error_set(AugError *error, AugStatus status, const char *source_file, int source_line,
                        const char *where, const char *format, ...)
{
    if (!error)
        return status;
    /* The place and the arguments may lie in the error that is being replaced. */
    AugError made = {.status = status, .source_file = source_file, .source_line = source_line};
    snprintf(made.where, sizeof(made.where), "%s", where ? where : "");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(made.message, sizeof(made.message), format, arguments);
    va_end(arguments);
    *error = made;
    return status;
}

AugStatus aug_error_prefix(AugError *error, AugStatus status, const char *outer)
{
    if (!error || status == AUG_OK)
        return status;
    char where[sizeof(error->where)];
    /* A place longer than the field is cut at its end; the outer part is what a reader needs. */
    int length = error->where[0] ? snprintf(where, sizeof(where), "%s: %s", outer, error->where)
                                 : snprintf(where, sizeof(where), "%s", outer);
    if (length > 0)
        memcpy(error->where, where, sizeof(where));
    return status;
}
