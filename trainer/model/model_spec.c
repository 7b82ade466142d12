/* Data specs that a model file names or holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/model/model_reading.h"

/* Text in the making, and where its end stands. A spec inside a model file is written out again
 * with line breaks and spaces in front of each value, so that the place in an error about it is the
 * place in the model file. */
typedef struct Cursor {
    FILE *stream;
    int line, column;
} Cursor;

static void put(Cursor *cursor, const char *text)
{
    fputs(text, cursor->stream);
    cursor->column += (int)strlen(text);
}

static void move(Cursor *cursor, int line, int column)
{
    for (; cursor->line < line; cursor->line++) {
        fputc('\n', cursor->stream);
        cursor->column = 1;
    }
    while (cursor->column < column)
        put(cursor, " ");
}

/* Words and numbers stay bare; everything else is quoted as JSON. */
static bool is_bare(const char *text)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./";
    static const char number[] = "+-.0123456789eE";
    return text[0] && (!text[strspn(text, word)] || !text[strspn(text, number)]);
}

static void put_scalar(Cursor *cursor, const char *text, bool quoted)
{
    if (!quoted && is_bare(text)) {
        put(cursor, text);
        return;
    }
    AugiJsonWriter json = {0};
    augi_json_string(&json, text);
    char *escaped = augi_json_take(&json);
    put(cursor, escaped ? escaped : "\"\"");
    free(escaped);
}

/* Depth is bounded by the limit that the tree was read with. */
static void put_value(Cursor *cursor, const AugiTree *value)
{
    if (value->kind == AUGI_TREE_SCALAR) {
        move(cursor, value->place.line, value->place.column);
        put_scalar(cursor, value->text, value->quoted);
        return;
    }
    bool is_map = value->kind == AUGI_TREE_MAP;
    /* In block style the bracket must not take the place of the first key. */
    move(cursor, value->place.line, value->place.column - 1);
    put(cursor, is_map ? "{" : "[");
    for (size_t i = 0; i < value->n_children; i++) {
        const AugiTree *child = &value->children[i];
        if (i > 0)
            put(cursor, ",");
        if (is_map) {
            move(cursor, child->key_place.line, child->key_place.column);
            put_scalar(cursor, child->key, false);
            put(cursor, ": ");
        }
        put_value(cursor, child);
    }
    put(cursor, is_map ? "}" : "]");
}

char *train_tree_text(const AugiTree *map)
{
    char *text = NULL;
    size_t size = 0;
    Cursor cursor = {open_memstream(&text, &size), 1, 1};
    if (!cursor.stream)
        return NULL;
    put_value(&cursor, map);
    bool failed = ferror(cursor.stream) != 0;
    if (fclose(cursor.stream) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

AugStatus train_spec_ref_load(AugSpec **out, const TrainSpecRef *ref, const AugLimits *limits,
                              AugProblems *problems)
{
    if (ref->text)
        return aug_spec_parse(out, ref->text, strlen(ref->text), ref->name, limits, problems);
    return aug_spec_load(out, ref->path, limits, problems);
}
