/* Puts commas, line breaks and escapes where JSON wants them; a failure is remembered until the
 * text is taken. */
#include "libaug/base/json_writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/utf8.h"

static void put(AugiJsonWriter *writer, const char *text, size_t size)
{
    if (writer->failed)
        return;
    if (writer->size + size + 1 > writer->capacity) {
        size_t capacity = 2 * (writer->size + size + 1);
        char *grown = writer->fixed ? NULL : realloc(writer->text, capacity);
        if (!grown) {
            writer->failed = true;
            return;
        }
        writer->text = grown;
        writer->capacity = capacity;
    }
    memcpy(writer->text + writer->size, text, size);
    writer->size += size;
    writer->text[writer->size] = 0;
}

static void put_text(AugiJsonWriter *writer, const char *text)
{
    put(writer, text, strlen(text));
}

static void new_line(AugiJsonWriter *writer)
{
    if (writer->indent == 0)
        return;
    put_text(writer, "\n");
    for (int i = 0; i < writer->indent * writer->depth; i++)
        put_text(writer, " ");
}

/* What stands before a key or a list's value: comma and line break. */
static void begin_member(AugiJsonWriter *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->has_member)
        put_text(writer, ",");
    if (writer->depth > 0)
        new_line(writer);
    writer->has_member = true;
}

static void open_level(AugiJsonWriter *writer, const char *bracket)
{
    begin_member(writer);
    put_text(writer, bracket);
    writer->depth++;
    writer->has_member = false;
}

static void close_level(AugiJsonWriter *writer, const char *bracket)
{
    writer->depth--;
    if (writer->has_member)
        new_line(writer);
    put_text(writer, bracket);
    writer->has_member = true;
}

void augi_json_object(AugiJsonWriter *writer)
{
    open_level(writer, "{");
}

void augi_json_object_end(AugiJsonWriter *writer)
{
    close_level(writer, "}");
}

void augi_json_list(AugiJsonWriter *writer)
{
    open_level(writer, "[");
}

void augi_json_list_end(AugiJsonWriter *writer)
{
    close_level(writer, "]");
}

/* What stands for bytes that are no UTF-8: U+FFFD. */
static const char replacement[] = "\xef\xbf\xbd";

/* How many bytes from here on, size > 0, can stand in a string as they are; 0: none. */
static size_t count_plain(const unsigned char *text, size_t size)
{
    int32_t code;
    if (*text < 0x80)
        return *text >= 0x20 && *text != 0x7f && *text != '"' && *text != '\\';
    const size_t n = augi_utf8_decode(text, size, &code);
    return code < 0 ? 0 : n;
}

/* What is not plain; returns how many bytes of the text it is. */
static size_t put_escape(AugiJsonWriter *writer, const unsigned char *text, size_t size)
{
    char escaped[8];
    int32_t code;
    const unsigned char byte = *text;
    if (byte >= 0x80) {
        put_text(writer, replacement);
        return augi_utf8_decode(text, size, &code);
    }
    if (byte == '"' || byte == '\\')
        snprintf(escaped, sizeof(escaped), "\\%c", byte);
    else
        snprintf(escaped, sizeof(escaped), "\\u%04x", byte);
    put_text(writer, escaped);
    return 1;
}

static void put_escaped(AugiJsonWriter *writer, const char *value, size_t size)
{
    const unsigned char *text = (const unsigned char *)value;
    size_t first = 0, at = 0;
    while (at < size) {
        const size_t n = count_plain(text + at, size - at);
        at += n;
        if (n > 0)
            continue;
        put(writer, value + first, at - first);
        at += put_escape(writer, text + at, size - at);
        first = at;
    }
    if (first < size)
        put(writer, value + first, size - first);
}

static void put_quoted(AugiJsonWriter *writer, const char *value, size_t size)
{
    put_text(writer, "\"");
    put_escaped(writer, value, size);
    put_text(writer, "\"");
}

void augi_json_key(AugiJsonWriter *writer, const char *key)
{
    begin_member(writer);
    put_quoted(writer, key, strlen(key));
    put_text(writer, writer->indent ? ": " : ":");
    writer->after_key = true;
}

void augi_json_string(AugiJsonWriter *writer, const char *value)
{
    augi_json_text(writer, value, strlen(value));
}

void augi_json_text(AugiJsonWriter *writer, const char *value, size_t size)
{
    begin_member(writer);
    put_quoted(writer, value, size);
}

void augi_json_text_begin(AugiJsonWriter *writer)
{
    begin_member(writer);
    put_text(writer, "\"");
}

void augi_json_text_add(AugiJsonWriter *writer, const char *piece)
{
    put_escaped(writer, piece, strlen(piece));
}

void augi_json_text_end(AugiJsonWriter *writer)
{
    put_text(writer, "\"");
}

/* Shortest form that reads back equal, as a double or as a float. */
static void format_shortest(double value, bool is_float, char text[32])
{
    /* JSON has no infinities; a parameter never is one. Negative zero is zero. */
    if (!isfinite(value)) {
        snprintf(text, 32, "null");
        return;
    }
    if (value == 0)
        value = 0;
    /* %g would write 90 as 9e+01. Below 1e15 every integer is exact. */
    if (fabs(value) < 1e15 && value == floor(value)) {
        snprintf(text, 32, "%.0f", value);
        return;
    }
    /* 17 digits always read back equal (IEEE 754 binary64). */
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, value);
        const double back = strtod(text, NULL);
        if ((is_float ? (double)(float)back : back) == value)
            break;
    }
    /* In locales with a decimal comma printf writes that. */
    char *comma = strchr(text, ',');
    if (comma)
        *comma = '.';
}

void augi_json_number(AugiJsonWriter *writer, double value)
{
    char text[32];
    augi_format_double(value, text);
    augi_json_raw(writer, text);
}

void augi_format_float(float value, char text[32])
{
    format_shortest((double)value, true, text);
}

void augi_json_float(AugiJsonWriter *writer, float value)
{
    char text[32];
    augi_format_float(value, text);
    augi_json_raw(writer, text);
}

void augi_json_integer(AugiJsonWriter *writer, int64_t value)
{
    char text[32];
    snprintf(text, sizeof(text), "%" PRId64, value);
    augi_json_raw(writer, text);
}

void augi_json_unsigned(AugiJsonWriter *writer, uint64_t value)
{
    /* Every batch has a header of such numbers, and printf takes several times as long. */
    char text[32], *at = text + sizeof(text);
    *--at = 0;
    do
        *--at = (char)('0' + value % 10);
    while (value /= 10);
    augi_json_raw(writer, at);
}

void augi_json_bool(AugiJsonWriter *writer, bool value)
{
    augi_json_raw(writer, value ? "true" : "false");
}

void augi_json_raw(AugiJsonWriter *writer, const char *json)
{
    begin_member(writer);
    put_text(writer, json);
}

void augi_json_text_member(AugiJsonWriter *writer, const char *key, const char *value)
{
    if (!value)
        return;
    augi_json_key(writer, key);
    augi_json_string(writer, value);
}

void augi_json_number_member(AugiJsonWriter *writer, const char *key, double value)
{
    augi_json_key(writer, key);
    augi_json_number(writer, value);
}

void augi_json_unsigned_member(AugiJsonWriter *writer, const char *key, uint64_t value)
{
    augi_json_key(writer, key);
    augi_json_unsigned(writer, value);
}

char *augi_json_take(AugiJsonWriter *writer)
{
    char *text = writer->text;
    if (writer->failed) {
        free(text);
        text = NULL;
    }
    *writer = (AugiJsonWriter){0};
    return text;
}

void augi_format_double(double value, char text[32])
{
    format_shortest(value, false, text);
}
