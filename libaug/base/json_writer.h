/* JSON text, written member by member into a growing buffer.
 *
 * Numbers are printed in the shortest form that reads back as the same double, so the same spec has
 * the same canonical text on every machine and in every locale.
 *
 * Strings may hold any bytes, as names of files do. What is well-formed UTF-8 goes through; for each
 * maximal subpart of what is not, U+FFFD is written, so that every text is JSON.
 */
#ifndef AUGI_JSON_WRITER_H
#define AUGI_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Zero-initialise; set indent to the spaces per level for people, 0 for the compact form. A failed
 * allocation is remembered in failed and turns every later call into nothing. */
typedef struct AugiJsonWriter {
    char *text;
    size_t size, capacity;
    int indent, depth;
    bool has_member, after_key, failed;
    bool fixed; /* text is the caller's, of capacity bytes, and does not grow */
} AugiJsonWriter;

/* Opens an object. */
void augi_json_object(AugiJsonWriter *writer);
/* Closes the innermost object. */
void augi_json_object_end(AugiJsonWriter *writer);
/* Opens a list. */
void augi_json_list(AugiJsonWriter *writer);
/* Closes the innermost list. */
void augi_json_list_end(AugiJsonWriter *writer);
/* Key of the next value; only inside an object. */
void augi_json_key(AugiJsonWriter *writer, const char *key);
/* A string, escaped. */
void augi_json_string(AugiJsonWriter *writer, const char *value);
/* A string of size bytes, in which NUL may be. */
void augi_json_text(AugiJsonWriter *writer, const char *value, size_t size);
/* A string in pieces: begin, any number of times add, end. */
void augi_json_text_begin(AugiJsonWriter *writer);
/* Adds a piece of whole characters, escaped. */
void augi_json_text_add(AugiJsonWriter *writer, const char *piece);
/* Ends the string. */
void augi_json_text_end(AugiJsonWriter *writer);
/* A number in its shortest form; null if it is not finite. */
void augi_json_number(AugiJsonWriter *writer, double value);
/* The same in the shortest form that reads back as this float. */
void augi_json_float(AugiJsonWriter *writer, float value);
/* A whole number. */
void augi_json_integer(AugiJsonWriter *writer, int64_t value);
/* A whole number without sign. */
void augi_json_unsigned(AugiJsonWriter *writer, uint64_t value);
/* true or false. */
void augi_json_bool(AugiJsonWriter *writer, bool value);

/* A key with its value. A text that is NULL is left out, key and all. */
void augi_json_text_member(AugiJsonWriter *writer, const char *key, const char *value);
/* A key with a number. */
void augi_json_number_member(AugiJsonWriter *writer, const char *key, double value);
/* A key with a whole number without sign. */
void augi_json_unsigned_member(AugiJsonWriter *writer, const char *key, uint64_t value);

/* Ready JSON text as one value. */
void augi_json_raw(AugiJsonWriter *writer, const char *json);

/* The finished text, NUL-terminated; the caller frees it. NULL if an allocation failed. The writer
 * is zeroed. */
char *augi_json_take(AugiJsonWriter *writer);

/* Shortest decimal form of a finite double that reads back equal; text has room for 32 bytes. */
void augi_format_double(double value, char text[32]);

/* The same of a float. */
void augi_format_float(float value, char text[32]);

#endif
