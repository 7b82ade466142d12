/* Walks through the members of an object that was read before, so that it is known to be valid. */
#include "cli/row_json.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "libaug/base/characters.h"
#include "libaug/base/utf8.h"
#include "libaug/data/dataset.h"

/* A piece of the row: bytes begin to end - 1. */
typedef struct Piece {
    size_t begin, end;
} Piece;

static size_t skip_blanks(const CliRowLine *line, size_t at)
{
    while (at < line->size && strchr(" \t\r\n", line->bytes[at]) && line->bytes[at])
        at++;
    return at;
}

/* Behind the string that begins at a byte. */
static size_t skip_string(const CliRowLine *line, size_t at)
{
    for (at++; at < line->size && line->bytes[at] != '"'; at++)
        at += line->bytes[at] == '\\';
    return at + 1;
}

/* Behind the value that begins at a byte: depth says how many brackets are open. */
static size_t skip_value(const CliRowLine *line, size_t at)
{
    int depth = 0;
    while (at < line->size) {
        const char c = line->bytes[at];
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return at;
        if (c == '"') {
            at = skip_string(line, at);
            continue;
        }
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        at++;
    }
    return at;
}

/* Whether a string of the row, with its quotes, is this key. */
static bool is_key(const CliRowLine *line, Piece piece, const char *key)
{
    const char *text = line->bytes + piece.begin;
    const size_t size = piece.end - piece.begin;
    if (!memchr(text, '\\', size))
        return size == strlen(key) + 2 && memcmp(text + 1, key, size - 2) == 0;
    json_t *value = json_loadb(text, size, JSON_DECODE_ANY, NULL);
    const bool is_same = value && strcmp(json_string_value(value), key) == 0;
    json_decref(value);
    return is_same;
}

/* A walk over the members of the row. at: where the next one begins. */
typedef struct Members {
    const CliRowLine *line;
    size_t at;
    Piece key, value;
} Members;

static Members begin_members(const CliRowLine *line)
{
    return (Members){.line = line, .at = skip_blanks(line, skip_blanks(line, 0) + 1)};
}

/* The value goes to the comma or bracket behind it. */
static bool next_member(Members *members)
{
    const CliRowLine *line = members->line;
    if (members->at >= line->size || line->bytes[members->at] != '"')
        return false;
    members->key = (Piece){members->at, skip_string(line, members->at)};
    /* Behind the colon. */
    const size_t begin = skip_blanks(line, skip_blanks(line, members->key.end) + 1);
    size_t end = skip_value(line, begin);
    members->at = skip_blanks(line, end + 1);
    while (strchr(" \t\r\n", line->bytes[end - 1]))
        end--;
    members->value = (Piece){begin, end};
    return true;
}

/* Whether the row is written in ASCII alone, with escapes for all else. */
static bool is_escaped(const CliRowLine *line)
{
    for (size_t i = 0; i < line->size; i++)
        if ((unsigned char)line->bytes[i] >= 0x80)
            return false;
    return memmem(line->bytes, line->size, "\\u", 2);
}

static void add_unit(CliBytes *out, uint32_t unit)
{
    char text[8];
    snprintf(text, sizeof(text), "\\u%04x", (unsigned)unit);
    cli_bytes_add(out, text, 6);
}

/* Adds the code at a byte above ASCII as one escape or two; returns its bytes. The text is valid. */
static size_t add_escape(CliBytes *out, const unsigned char *at, size_t left)
{
    int32_t code;
    const size_t size = augi_utf8_decode(at, left, &code);
    if (code < 0x10000) {
        add_unit(out, (uint32_t)code);
        return size;
    }
    add_unit(out, 0xd800 + ((uint32_t)(code - 0x10000) >> 10));
    add_unit(out, 0xdc00 + ((uint32_t)(code - 0x10000) & 0x3ff));
    return size;
}

/* What must not stand in a string as it is. */
static void add_special(CliBytes *out, unsigned char c)
{
    static const char specials[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = c ? strchr(specials, c) : NULL;
    if (!found) {
        add_unit(out, c);
        return;
    }
    cli_bytes_add_byte(out, '\\');
    cli_bytes_add_byte(out, letters[found - specials]);
}

static void add_string(CliBytes *out, const AugField *text, bool escaped)
{
    const unsigned char *bytes = text->bytes;
    size_t begin = 0, at = 0;
    cli_bytes_add_byte(out, '"');
    while (at < text->size) {
        const unsigned char c = bytes[at];
        const bool is_special = c < ' ' || c == '"' || c == '\\';
        if (!is_special && (c < 0x80 || !escaped)) {
            at++;
            continue;
        }
        cli_bytes_add(out, bytes + begin, at - begin);
        if (is_special) {
            add_special(out, c);
            at++;
        } else {
            at += add_escape(out, bytes + at, text->size - at);
        }
        begin = at;
    }
    cli_bytes_add(out, bytes + begin, at - begin);
    cli_bytes_add_byte(out, '"');
}

/* The label of a span: its name, or its number where classes have none. */
static void add_label(CliBytes *out, const AugDataset *dataset, int64_t class, bool escaped)
{
    const char *name = aug_dataset_class_name(dataset, (uint32_t) class);
    if (dataset->class_names)
        add_string(out, &(AugField){.bytes = name, .size = strlen(name)}, escaped);
    else
        cli_bytes_add_text(out, name);
}

/* Adds the spans of a sample of the row, which are of its first text, as a list. */
static AugStatus add_list(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                          const AugSample *made, AugError *error)
{
    const AugField *text = &made->fields[0], *spans = &made->fields[form->spans];
    const int64_t *bounds = spans->bytes, *classes = made->fields[form->span_labels].bytes;
    const bool escaped = is_escaped(line);
    AugiCharacters characters = {0};
    AUG_TRY(augi_characters_set(&characters, text->bytes, text->size, error));
    cli_bytes_add_byte(out, '[');
    for (uint64_t i = 0; i < spans->n_rows; i++) {
        cli_bytes_add_text(out, i ? ", [" : "[");
        cli_bytes_add_number(out, augi_characters_number(&characters, (size_t)bounds[2 * i]));
        cli_bytes_add_text(out, ", ");
        cli_bytes_add_number(out, augi_characters_number(&characters, (size_t)bounds[2 * i + 1]));
        cli_bytes_add_text(out, ", ");
        add_label(out, line->sample->dataset, classes[i], escaped);
        cli_bytes_add_byte(out, ']');
    }
    cli_bytes_add_byte(out, ']');
    augi_characters_fini(&characters);
    return AUG_OK;
}

/* Adds the spans as they stand in the row, unless they moved. */
static AugStatus add_spans(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                           Piece value, const AugSample *made, AugError *error)
{
    CliBytes before = {0}, after = {0};
    AugStatus status = add_list(&before, form, line, line->sample, error);
    if (status == AUG_OK)
        status = add_list(&after, form, line, made, error);
    const bool is_same = before.size == after.size && !before.failed && !after.failed &&
                         memcmp(before.bytes, after.bytes, after.size) == 0;
    if (status == AUG_OK && is_same)
        cli_bytes_add(out, line->bytes + value.begin, value.end - value.begin);
    else if (status == AUG_OK)
        cli_bytes_add(out, after.bytes, after.size);
    out->failed = out->failed || before.failed || after.failed;
    cli_bytes_fini(&before);
    cli_bytes_fini(&after);
    return status;
}

static void add_range(CliBytes *out, const int64_t *range)
{
    cli_bytes_add_byte(out, '[');
    cli_bytes_add_number(out, (uint64_t)range[0]);
    cli_bytes_add_text(out, ", ");
    cli_bytes_add_number(out, (uint64_t)range[1]);
    cli_bytes_add_byte(out, ']');
}

/* Adds the list of what is protected, with its ranges where their text came to. The places of texts
 * follow theirs and are left out, unless some range is gone, so that it is not known which. */
static AugStatus add_protected(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                               Piece value, const AugSample *made, AugError *error)
{
    const AugField *before = &line->sample->fields[form->protect];
    const AugField *after = &made->fields[form->protect];
    const int64_t *ranges = after->bytes;
    json_t *list =
        json_loadb(line->bytes + value.begin, value.end - value.begin, JSON_ALLOW_NUL, NULL);
    if (!list)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a row");
    uint64_t n_ranges = 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        n_ranges += json_is_array(json_array_get(list, i));
    if (after->n_rows != before->n_rows)
        n_ranges = after->n_rows;
    const char *comma = "[";
    for (uint64_t i = 0; i < n_ranges; i++, comma = ", ") {
        cli_bytes_add_text(out, comma);
        add_range(out, ranges + 2 * i);
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item))
            continue;
        cli_bytes_add_text(out, comma);
        add_string(out,
                   &(AugField){.bytes = json_string_value(item), .size = json_string_length(item)},
                   is_escaped(line));
        comma = ", ";
    }
    cli_bytes_add_text(out, comma[0] == '[' ? "[]" : "]");
    json_decref(list);
    return AUG_OK;
}

static AugStatus check_texts(const AugiRowForm *form, const AugSample *made, AugError *error)
{
    for (uint32_t i = 0; i < form->n_texts; i++) {
        const AugField *text = &made->fields[i];
        const size_t invalid = augi_utf8_invalid(text->bytes, text->size);
        if (invalid < text->size)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                            "the augmented text is not UTF-8 at byte %zu; allowed in JSON is UTF-8",
                            invalid);
    }
    return AUG_OK;
}

/* The text that a key has; form->n_texts: none. */
static uint32_t text_of(const AugiRowForm *form, const CliRowLine *line, Piece key)
{
    uint32_t text = 0;
    while (text < form->n_texts && !is_key(line, key, form->keys[text]))
        text++;
    return text;
}

/* Adds the label as a map from class to share. */
static void add_shares(CliBytes *out, const CliRowShares *shares, bool escaped)
{
    const AugDataset *dataset = shares->dataset;
    for (uint32_t class = 0; class < dataset->info.n_classes; class ++) {
        const char *name = aug_dataset_class_name(dataset, class);
        char text[32];
        augi_format_float(cli_row_share(shares, class), text);
        cli_bytes_add_text(out, class > 0 ? ", " : "{");
        add_string(out, &(AugField){.bytes = name, .size = strlen(name)}, escaped);
        cli_bytes_add_text(out, ": ");
        cli_bytes_add_text(out, text);
    }
    cli_bytes_add_byte(out, '}');
}

/* What becomes of a row: what is written of it already ends at done, its last member at end. */
typedef struct Rewriting {
    CliBytes *out;
    const AugiRowForm *form;
    const CliRowLine *line;
    const AugSample *made;
    const CliRowShares *shares;
    size_t done, end;
} Rewriting;

/* Adds a member's new value, if it has one; else it is left to be copied. */
static AugStatus rewrite(Rewriting *rewriting, const Members *members, AugError *error)
{
    const AugiRowForm *form = rewriting->form;
    const CliRowLine *line = rewriting->line;
    const AugSample *made = rewriting->made;
    CliBytes *out = rewriting->out;
    const uint32_t text = text_of(form, line, members->key);
    const bool is_text = text < form->n_texts &&
                         !cli_field_is_same(&line->sample->fields[text], &made->fields[text]);
    const bool is_spans = form->spans_key && is_key(line, members->key, form->spans_key);
    const bool is_label = rewriting->shares && is_key(line, members->key, CLI_SHARES_KEY);
    const bool is_protected =
        form->protect_key && is_key(line, members->key, form->protect_key) &&
        !cli_field_is_same(&line->sample->fields[form->protect], &made->fields[form->protect]);
    rewriting->end = members->value.end;
    if (!is_text && !is_spans && !is_label && !is_protected)
        return AUG_OK;
    cli_bytes_add(out, line->bytes + rewriting->done, members->value.begin - rewriting->done);
    rewriting->done = members->value.end;
    if (is_spans)
        return add_spans(out, form, line, members->value, made, error);
    if (is_protected)
        return add_protected(out, form, line, members->value, made, error);
    if (is_text)
        add_string(out, &made->fields[text], is_escaped(line));
    else
        add_shares(out, rewriting->shares, is_escaped(line));
    if (is_label)
        rewriting->shares = NULL;
    return AUG_OK;
}

AugStatus cli_row_json_add(CliBytes *out, const AugiRowForm *form, const CliRowLine *line,
                           const AugSample *made, const CliRowShares *shares, AugError *error)
{
    AUG_TRY(check_texts(form, made, error));
    Rewriting rewriting = {out, form, line, made, shares, 0, 0};
    for (Members members = begin_members(line); next_member(&members);)
        AUG_TRY(rewrite(&rewriting, &members, error));
    if (rewriting.shares) {
        cli_bytes_add(out, line->bytes + rewriting.done, rewriting.end - rewriting.done);
        cli_bytes_add_text(out, ", \"" CLI_SHARES_KEY "\": ");
        add_shares(out, shares, is_escaped(line));
        rewriting.done = rewriting.end;
    }
    cli_bytes_add(out, line->bytes + rewriting.done, line->size - rewriting.done);
    return AUG_OK;
}
