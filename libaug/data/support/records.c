/* Finds the end of each record in a moving buffer, then splits it into fields in place. */
#include "libaug/data/support/records.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/grow.h"
#include "libaug/base/utf8.h"

/* Read at a time. */
#define CHUNK 65536

/* Where a scan through a record stands. */
typedef enum ScanState { FIELD_START, PLAIN, QUOTED, QUOTE_SEEN } ScanState;

typedef struct Scan {
    ScanState state;
    size_t at; /* bytes scanned */
    uint64_t n_newlines;
    uint64_t quote_line; /* line breaks before the open quote */
    bool has_tail;       /* text behind a closing quote, which RFC 4180 gives no meaning */
} Scan;

/* Without printf, since each row of a large file has its place. */
void augi_record_where(const char *path, uint64_t line, char where[256])
{
    /* Of a long path the end says more. */
    const size_t length = strlen(path), size = length > 200 ? 200 : length;
    char digits[20];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + line % 10);
        line /= 10;
    } while (line > 0);
    memcpy(where, path + length - size, size);
    where[size] = ':';
    for (size_t i = 0; i < n; i++)
        where[size + 1 + i] = digits[n - 1 - i];
    where[size + 1 + n] = 0;
}

static AugStatus fail(const AugiRecords *records, uint64_t line, AugStatus status, const char *what,
                      AugError *error)
{
    char where[256];
    augi_record_where(records->path, line, where);
    return AUG_FAIL(error, status, where, "%s", what);
}

static AugStatus fail_long(const AugiRecords *records, uint64_t line, AugError *error)
{
    char where[256];
    augi_record_where(records->path, line, where);
    return AUG_FAIL(error, AUG_TOO_LARGE, where, "the row has more than the %zu bytes allowed",
                    records->max_size);
}

/* Moves what is left to the front and reads more behind it. */
static AugStatus refill(AugiRecords *records, AugError *error)
{
    size_t left = records->end - records->begin;
    if (left > records->max_size)
        return fail_long(records, records->line, error);
    if (left)
        memmove(records->buffer, records->buffer + records->begin, left);
    records->begin = 0;
    records->end = left;
    uint64_t needed = (uint64_t)left + CHUNK;
    AUG_TRY(augi_grow(&records->buffer, &records->capacity, needed, 1, 2 * needed, error));
    size_t room = (size_t)records->capacity - left, n;
    AUG_TRY(augi_reader_read(records->stream, records->buffer + left, room, &n, error));
    records->end += n;
    records->at_end = n < room;
    return AUG_OK;
}

/* Takes one byte in a record with quotes. True if the record ends before it. */
static bool scan_byte(Scan *scan, char c, char delimiter)
{
    if (scan->state == QUOTED) {
        scan->n_newlines += c == '\n';
        scan->state = c == '"' ? QUOTE_SEEN : QUOTED;
        return false;
    }
    if (c == '\n')
        return true;
    if (c == delimiter) {
        scan->state = FIELD_START;
    } else if (c == '"' && scan->state != PLAIN) {
        if (scan->state == FIELD_START)
            scan->quote_line = scan->n_newlines;
        scan->state = QUOTED;
    } else if (scan->state == FIELD_START) {
        scan->state = PLAIN;
    } else if (scan->state == QUOTE_SEEN && c != '\r') {
        scan->has_tail = true;
    }
    return false;
}

/* Scans what is buffered; true if the end of the record is there, at scan->at. */
static bool scan_buffer(const AugiRecords *records, Scan *scan)
{
    const char *text = records->buffer + records->begin;
    size_t size = records->end - records->begin;
    if (!records->format.quotes) {
        const char *newline =
            size > scan->at ? memchr(text + scan->at, '\n', size - scan->at) : NULL;
        scan->at = newline ? (size_t)(newline - text) : size;
        return newline;
    }
    for (; scan->at < size; scan->at++)
        if (scan_byte(scan, text[scan->at], records->format.delimiter))
            return true;
    return false;
}

AugStatus augi_record_check(const AugiRecord *record, const char *where, AugError *error)
{
    if (record->has_tail)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "text follows a closing quote; a quote inside a quoted field is doubled");
    if (record->size == 0)
        return AUG_FAIL(error, AUG_CORRUPT, where, "the line is empty; a row is expected");
    return AUG_OK;
}

AugStatus augi_record_check_utf8(const char *text, size_t size, const char *what, const char *where,
                                 AugError *error)
{
    if (size > 0 && memchr(text, 0, size))
        return AUG_FAIL(error, AUG_CORRUPT, where, "%s holds a NUL byte; allowed is text in UTF-8",
                        what);
    const size_t invalid = augi_utf8_invalid(text, size);
    if (invalid < size)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "byte %zu of %s is 0x%02x, which is not UTF-8; allowed is text in "
                        "UTF-8",
                        invalid + 1, what, (unsigned)(uint8_t)text[invalid]);
    return AUG_OK;
}

static AugStatus start(AugiRecords *records, AugError *error)
{
    records->line = 1;
    records->started = true;
    AUG_TRY(refill(records, error));
    if (records->end >= 3 && memcmp(records->buffer, "\xef\xbb\xbf", 3) == 0) {
        records->begin = 3;
        records->offset = 3;
    }
    return AUG_OK;
}

AugStatus augi_records_next(AugiRecords *records, AugiRecord *record, AugError *error)
{
    if (!records->started)
        AUG_TRY(start(records, error));
    Scan scan = {.state = FIELD_START};
    bool found = scan_buffer(records, &scan);
    while (!found && !records->at_end) {
        AUG_TRY(refill(records, error));
        found = scan_buffer(records, &scan);
    }
    if (!found && scan.at == 0) {
        AUG_TRY(augi_reader_end(records->stream, error));
        return AUG_END;
    }
    if (!found && scan.state == QUOTED)
        return fail(records, records->line + scan.quote_line, AUG_CORRUPT,
                    "a quote is opened that is never closed", error);
    *record = (AugiRecord){.text = records->buffer + records->begin,
                           .size = scan.at,
                           .offset = records->offset,
                           .line = records->line,
                           .is_open = !found,
                           .has_tail = scan.has_tail};
    record->has_cr = record->size && record->text[record->size - 1] == '\r';
    record->size -= record->has_cr;
    size_t step = scan.at + found;
    records->begin += step;
    records->offset += step;
    records->line += scan.n_newlines + 1;
    return record->size > records->max_size ? fail_long(records, record->line, error) : AUG_OK;
}

void augi_records_fini(AugiRecords *records)
{
    free(records->buffer);
    records->buffer = NULL;
}

/* Removes the quotes of the field that begins at text; *rest is the byte behind it. */
static size_t unquote(char *text, const char *end, char delimiter, char **rest)
{
    size_t size = 0;
    char *at = text + 1;
    while (at < end) {
        if (*at == '"') {
            if (at + 1 == end || at[1] != '"')
                break;
            at++;
        }
        text[size++] = *at++;
    }
    while (at < end && *at != delimiter)
        at++;
    *rest = at;
    return size;
}

bool augi_fields_next(AugiFields *fields, char **text, size_t *size)
{
    if (fields->done)
        return false;
    char *end = fields->text + fields->size, *rest = end;
    *text = fields->text;
    if (fields->format.quotes && fields->size && *fields->text == '"') {
        *size = unquote(fields->text, end, fields->format.delimiter, &rest);
    } else {
        char *found = fields->format.delimiter && fields->size
                          ? memchr(fields->text, fields->format.delimiter, fields->size)
                          : NULL;
        if (found)
            rest = found;
        *size = (size_t)(rest - fields->text);
    }
    fields->done = rest == end;
    if (!fields->done) {
        fields->text = rest + 1;
        fields->size = (size_t)(end - rest - 1);
    }
    return true;
}
