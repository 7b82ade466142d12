/* JSON text, written member by member into a growing buffer.
 *
 * Numbers are printed in the shortest form that reads back as the same double, so the same spec has
 * the same canonical text on every machine and in every locale.
 */
#ifndef AUGI_JSON_WRITER_H
#define AUGI_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Zero-initialise; set indent to the spaces per level for people, 0 for the compact form. A failed
 * allocation is remembered in failed and turns every later call into nothing. */
typedef struct AugJsonWriter {
    char *text;
    size_t size, capacity;
    int indent, depth;
    bool has_member, after_key, failed;
    bool fixed; /* text is the caller's, of capacity bytes, and does not grow */
} AugJsonWriter;

/* Opens an object. */
void augi_json_object(AugJsonWriter *writer);
/* Closes the innermost object. */
void augi_json_object_end(AugJsonWriter *writer);
/* Opens a list. */
void augi_json_list(AugJsonWriter *writer);
/* Closes the innermost list. */
void augi_json_list_end(AugJsonWriter *writer);
/* Key of the next value; only inside an object. */
void augi_json_key(AugJsonWriter *writer, const char *key);
/* A string, escaped; bytes above 0x7f are passed through as UTF-8. */
void augi_json_string(AugJsonWriter *writer, const char *value);
/* A number in its shortest form; null if it is not finite. */
void augi_json_number(AugJsonWriter *writer, double value);
/* A whole number. */
void augi_json_integer(AugJsonWriter *writer, int64_t value);
/* A whole number without sign. */
void augi_json_unsigned(AugJsonWriter *writer, uint64_t value);
/* true or false. */
void augi_json_bool(AugJsonWriter *writer, bool value);

/* Ready JSON text as one value. */
void augi_json_raw(AugJsonWriter *writer, const char *json);

/* The finished text, NUL-terminated; the caller frees it. NULL if an allocation failed. The writer
 * is zeroed. */
char *augi_json_take(AugJsonWriter *writer);

/* Shortest decimal form of a finite double that reads back equal; text has room for 32 bytes. */
void augi_format_double(double value, char text[32]);

#endif
