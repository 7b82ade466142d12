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

/* One record without its line end, checked to be UTF-8 without NUL. text may be written to and is
 * valid until the next one is read. offset: in the unpacked file. line counts from 1. */
typedef struct AugiRecord {
    char *text;
    size_t size;
    uint64_t offset;
    uint64_t line;
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
 * not closed, bytes behind one, NUL, invalid UTF-8, an empty line), AUG_TOO_LARGE, or as the stream
 * does. */
AUG_MUST_CHECK AugStatus augi_records_next(AugiRecords *records, AugiRecord *record,
                                           AugError *error);

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
