#include "protocol/pointer.h"

#include <stdio.h>
#include <string.h>

#include "protocol/message.h"

/* One container around the scanner's place: the key of the member or the index of the element that
 * is being read. key points into the text, without its quotes. */
typedef struct Level {
    bool is_object;
    const char *key;
    size_t key_size;
    size_t index;
} Level;

typedef struct Scanner {
    const char *at;
    Level levels[AUGP_MAX_DEPTH + 1];
    int depth;
} Scanner;

/* Bytes of the string that begins at a quote, both quotes included; 0 if it does not end. */
static size_t string_size(const char *quote)
{
    const char *at = quote + 1;
    while (*at && *at != '"')
        at += at[0] == '\\' && at[1] ? 2 : 1;
    return *at ? (size_t)(at + 1 - quote) : 0;
}

/* Puts a key as a pointer's token: "~" and "/" are written "~0" and "~1". */
static bool append_key(const Level *level, char *pointer, size_t size)
{
    size_t used = strlen(pointer);
    for (size_t i = 0; i < level->key_size; i++) {
        char c = level->key[i];
        const char *text = c == '~' ? "~0" : c == '/' ? "~1" : NULL;
        int n = text ? snprintf(pointer + used, size - used, "%s", text)
                     : snprintf(pointer + used, size - used, "%c", c);
        used += (size_t)n;
        if (used >= size)
            return false;
    }
    return true;
}

static bool write_pointer(const Scanner *scanner, char *pointer, size_t size)
{
    pointer[0] = 0;
    for (int i = 0; i < scanner->depth; i++) {
        const Level *level = &scanner->levels[i];
        size_t used = strlen(pointer);
        int n = level->is_object ? snprintf(pointer + used, size - used, "/")
                                 : snprintf(pointer + used, size - used, "/%zu", level->index);
        if ((size_t)n >= size - used || (level->is_object && !append_key(level, pointer, size))) {
            pointer[0] = 0;
            return false;
        }
    }
    return true;
}

/* Takes the token at the scanner's place. Returns false where the text cannot be JSON. */
static bool step(Scanner *scanner)
{
    Level *level = scanner->depth > 0 ? &scanner->levels[scanner->depth - 1] : NULL;
    char c = *scanner->at;
    if (c == '{' || c == '[') {
        if (scanner->depth > AUGP_MAX_DEPTH)
            return false;
        scanner->levels[scanner->depth++] = (Level){.is_object = c == '{'};
        scanner->at++;
    } else if (c == '}' || c == ']') {
        scanner->depth--;
        scanner->at++;
        return level != NULL;
    } else if (c == ',') {
        if (!level)
            return false;
        level->index++;
        level->key_size = 0;
        scanner->at++;
    } else if (c == '"') {
        size_t size = string_size(scanner->at);
        scanner->at += size;
        return size > 0;
    } else {
        scanner->at++;
    }
    return true;
}

/* Notes the key of a member when the scanner stands at it. */
static bool note_key(Scanner *scanner)
{
    Level *level = scanner->depth > 0 ? &scanner->levels[scanner->depth - 1] : NULL;
    if (!level || !level->is_object || level->key_size > 0 || *scanner->at != '"')
        return true;
    size_t size = string_size(scanner->at);
    if (size < 2)
        return false;
    level->key = scanner->at + 1;
    level->key_size = size - 2;
    return true;
}

/* The byte where a column begins. */
static const char *find_column(const char *text, size_t column)
{
    while (*text && column > 1) {
        text++;
        /* Bytes 10xxxxxx go on with a character. */
        if (((unsigned char)*text & 0xc0) != 0x80)
            column--;
    }
    return text;
}

bool augp_pointer_at(const char *text, size_t column, char *pointer, size_t size)
{
    const char *target = find_column(text, column);
    Scanner scanner = {.at = text};
    pointer[0] = 0;
    while (scanner.at < target) {
        if (!note_key(&scanner) || !step(&scanner)) {
            pointer[0] = 0;
            return false;
        }
    }
    return note_key(&scanner) && write_pointer(&scanner, pointer, size);
}
