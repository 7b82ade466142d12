/* Text files as the sources of lexicons have them: lines of fields. */
#ifndef TXT_LEXICON_LINES_H
#define TXT_LEXICON_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "text/lexicon/slice.h"

/* Bytes of one source file at most. */
#define TXT_MAX_SOURCE_SIZE ((size_t)256 << 20)

/* A file that is read line by line; number: of the line that was read last, from 1. */
typedef struct TxtLines {
    char *path;
    uint8_t *bytes;
    const char *at, *end;
    uint32_t number;
} TxtLines;

/* Loads "folder/name" (folder NULL: name alone is the path). On failure it is zeroed. */
AUG_MUST_CHECK AugStatus txt_lines_open(TxtLines *lines, const char *folder, const char *name,
                                        AugError *error);

/* Begins anew at the first line, behind a byte order mark. */
void txt_lines_rewind(TxtLines *lines);

/* Accepts a zeroed one. */
void txt_lines_close(TxtLines *lines);

/* The next line, without its end; false behind the last. Valid until the file is closed. */
bool txt_lines_next(TxtLines *lines, TxtSlice *line);

/* Fails with AUG_CORRUPT at the line that was read last. what: a sentence */
AUG_MUST_CHECK AugStatus txt_lines_fail(const TxtLines *lines, const char *what, AugError *error);

/* Takes the text up to a separator off the front of rest; false if rest is empty. Separators behind
 * one another make empty fields, but blanks count as one. */
bool txt_field_next(TxtSlice *rest, char separator, TxtSlice *field);

/* Takes a number up to a blank off; false if there is none or it exceeds 32 bits. */
bool txt_field_number(TxtSlice *rest, int base, uint32_t *number);

/* Whether a slice is this text. */
bool txt_slice_is(TxtSlice slice, const char *text);

/* Whether a word can be in an index: underscores are blanks there, and blanks alone no word. */
bool txt_slice_fits(TxtSlice word);

/* A slice without blanks, tabs and carriage returns at its ends. */
TxtSlice txt_slice_trim(TxtSlice slice);

#endif
