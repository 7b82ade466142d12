/* Values of a tokenizer.json, each with its place, so that what is wrong or not supported is named
 * by it. */
#ifndef TXT_FILE_JSON_H
#define TXT_FILE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "libaug/base/place.h"

/* Nesting of a file at most; a tokenizer has fewer than ten levels. */
#define TXT_MAX_JSON_DEPTH 64

/* A file that is read. */
typedef struct TxtJsonFile {
    const char *name;
    AugError *error;
} TxtJsonFile;

/* A value; json NULL: it is absent, or null. Borrows its parent, for the path. */
typedef struct TxtJsonValue {
    const TxtJsonFile *file;
    const json_t *json;
    AugiPath path;
} TxtJsonValue;

/* Reads the text of a file; json_decref() frees what is returned. Fails with AUG_CORRUPT and
 * AUG_TOO_LARGE. */
AUG_MUST_CHECK AugStatus txt_json_parse(const TxtJsonFile *file, const uint8_t *text, size_t size,
                                        json_t **out);

/* Fails at the place of a value, with a sentence made like printf. */
AugStatus txt_json_fail(const TxtJsonValue *at, AugStatus status, const char *format, ...)
    AUG_PRINTF(3, 4);

/* A member of a map. */
TxtJsonValue txt_json_member(const TxtJsonValue *map, const char *key);

/* A member of a list. */
TxtJsonValue txt_json_item(const TxtJsonValue *list, size_t index);

/* Fails unless a value is a map whose members are all among those named, which are separated by
 * blanks. */
AUG_MUST_CHECK AugStatus txt_json_check(const TxtJsonValue *map, const char *names);

/* The member "type" of a map. Fails if it is not a word, or the value no map. */
AUG_MUST_CHECK AugStatus txt_json_type(const TxtJsonValue *map, const char **type);

/* A member that is true or false; absent: as *out was before. */
AUG_MUST_CHECK AugStatus txt_json_bool(const TxtJsonValue *map, const char *key, bool *out);

/* A member that is a word; absent: NULL. */
AUG_MUST_CHECK AugStatus txt_json_text(const TxtJsonValue *map, const char *key, const char **out);

/* A value that is an id: a whole number from 0 to TXT_MAX_ENTRIES * 4 - 1. */
AUG_MUST_CHECK AugStatus txt_json_id(const TxtJsonValue *at, int32_t *out);

/* Fails with "TYPE is not supported; NAMES are" at the member "type". */
AugStatus txt_json_refuse_type(const TxtJsonValue *map, const char *names);

#endif
