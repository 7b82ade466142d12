/* The records of a text file, one after another: lines, or for CSV rows whose quoted fields may
 * hold line breaks (RFC 4180); and the fields of one record.
 */
#ifndef AUGI_DATASETS_RECORDS_H
#define AUGI_DATASETS_RECORDS_H

#include "aug/limits.h"
#include "libaug/data/support/reader.h"

/* What separates fields. delimiter 0: the record is one field. quotes: fields may be quoted. */
typedef struct AugiRecordFormat {
    char delimiter;
    bool quotes;
} AugiRecordFormat;

/* One record without its line end. text may be written to and is valid until the next one is read.
 * offset: in the unpacked file. line counts from 1. has_cr: the line end is "\r\n"; is_open: it
 * ends with the file instead. has_tail: text
 * follows a closing quote, which RFC 4180 gives no meaning. */
typedef struct AugiRecord {
    char *text;
    size_t size;
    uint64_t offset;
    uint64_t line;
    bool has_cr, is_open, has_tail;
} AugiRecord;

/* A reading. Zero-initialise, then set stream and path (borrowed), format and max_size. */
typedef struct AugiRecords {
    AugiReader *stream;
    const char *path;
    AugiRecordFormat format;
    size_t max_size; /* of one record */
    char *buffer;
    size_t begin, end;
    uint64_t capacity;
    uint64_t offset, line; /* of begin */
    bool started, at_end;
} AugiRecords;

/* The next record; AUG_END behind the last. A byte order mark at the start is skipped, "\r\n" is a
 * line end, the last one may be missing. Fails, naming the line, with AUG_CORRUPT (a quote that is
 * not closed), AUG_TOO_LARGE, or as the stream does. */
AUG_MUST_CHECK AugStatus augi_records_next(AugiRecords *records, AugiRecord *record,
                                           AugError *error);

/* Fails with AUG_CORRUPT where a record cannot be a row: it is empty, or has a tail. */
AUG_MUST_CHECK AugStatus augi_record_check(const AugiRecord *record, const char *where,
                                           AugError *error);

/* Fails with AUG_CORRUPT where a text is not UTF-8 without NUL. what: "the row", "column 2". */
AUG_MUST_CHECK AugStatus augi_record_check_utf8(const char *text, size_t size, const char *what,
                                                const char *where, AugError *error);

/* Frees the buffer. */
void augi_records_fini(AugiRecords *records);

/* A walk over the fields of one record; set text, size and format. */
typedef struct AugiFields {
    char *text;
    size_t size;
    AugiRecordFormat format;
    bool done;
} AugiFields;

/* The next field, its quotes removed in place; false behind the last. */
bool augi_fields_next(AugiFields *fields, char **text, size_t *size);

/* "path:line" for messages. */
void augi_record_where(const char *path, uint64_t line, char where[256]);

#endif
