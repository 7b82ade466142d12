/* Members are read one by one with type and bounds, and the first mistake is kept; nesting is
 * bounded before the parser runs, and unknown keys are refused. */
#include "protocol/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/frame.h"
#include "protocol/message.h"

/* Nesting of a text that may not be JSON at all. Looked at before the parser, which recurses. */
static int nesting(const char *bytes, size_t size)
{
    int depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

AugpStatus augp_json_parse(json_t **out, const char *bytes, size_t size, AugpError *error)
{
    *out = NULL;
    int depth = nesting(bytes, size);
    if (depth > AUGP_MAX_DEPTH)
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                         "the JSON payload is nested %d deep; allowed is %d", depth,
                         AUGP_MAX_DEPTH);
    json_error_t problem;
    json_t *json = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &problem);
    if (!json && json_error_code(&problem) == json_error_out_of_memory)
        return AUGP_FAIL(error, AUGP_NO_MEMORY, 0, NULL, "no memory to read a JSON payload");
    if (!json) {
        augp_text_clean(problem.text);
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                         "the payload is not valid JSON at byte %d: %s", problem.position,
                         problem.text);
    }
    if (!json_is_object(json)) {
        json_decref(json);
        return AUGP_FAIL(error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, NULL,
                         "the payload is not a JSON object");
    }
    *out = json;
    return AUGP_OK;
}

static const char *type_text(json_type type)
{
    switch (type) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "a whole number";
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a truth value";
    case JSON_NULL:
        break;
    }
    return "null";
}

void augp_json_fail(AugpJsonReader *reader, const char *key, const char *format, ...)
{
    if (reader->status != AUGP_OK)
        return;
    char text[512], where[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    augp_text_clean(text);
    snprintf(where, sizeof(where), "%s/%s", reader->pointer, key);
    augp_text_clean(where);
    reader->status =
        AUGP_FAIL(reader->error, AUGP_PROTOCOL, AUGP_CODE_BAD_MESSAGE, where, "%s", text);
}

static const json_t *get_any(AugpJsonReader *reader, const char *key, AugpPresence presence)
{
    if (reader->status != AUGP_OK)
        return NULL;
    const json_t *value = json_object_get(reader->object, key);
    if (!value && presence == AUGP_REQUIRED)
        augp_json_fail(reader, key, "the key is missing");
    return value;
}

const json_t *augp_json_get(AugpJsonReader *reader, const char *key, json_type type,
                            AugpPresence presence)
{
    const json_t *value = get_any(reader, key, presence);
    if (!value || json_typeof(value) == type)
        return value;
    augp_json_fail(reader, key, "found %s; allowed is %s", type_text(json_typeof(value)),
                   type_text(type));
    return NULL;
}

void augp_json_text(AugpJsonReader *reader, const char *key, AugpPresence presence, char *out,
                    size_t size)
{
    const json_t *value = augp_json_get(reader, key, JSON_STRING, presence);
    if (!value)
        return;
    size_t length = json_string_length(value);
    if (length >= size)
        augp_json_fail(reader, key, "found a string of %zu bytes; allowed are %zu", length,
                       size - 1);
    else
        memcpy(out, json_string_value(value), length + 1);
}

void augp_json_digest(AugpJsonReader *reader, const char *key, AugpPresence presence, char out[65])
{
    const json_t *value = augp_json_get(reader, key, JSON_STRING, presence);
    if (!value)
        return;
    const char *text = json_string_value(value);
    if (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64)
        augp_json_fail(reader, key, "found \"%.80s\"; allowed are 64 digits of 0-9 and a-f", text);
    else
        memcpy(out, text, 65);
}

/* Decimal digits without sign, blank or leading zero. */
static bool parse_u64(const char *text, uint64_t *out)
{
    if (!*text || (text[0] == '0' && text[1]))
        return false;
    uint64_t value = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

/* Reads a number between low and high; false if absent or wrong. */
static bool read_number(AugpJsonReader *reader, const char *key, AugpPresence presence,
                        const uint64_t bounds[2], uint64_t *out)
{
    const json_t *value = get_any(reader, key, presence);
    if (!value)
        return false;
    uint64_t number = 0;
    char found[96];
    bool good = false;
    if (json_is_integer(value)) {
        json_int_t integer = json_integer_value(value);
        snprintf(found, sizeof(found), "%" JSON_INTEGER_FORMAT, integer);
        good = integer >= 0;
        number = good ? (uint64_t)integer : 0;
    } else if (json_is_string(value)) {
        snprintf(found, sizeof(found), "\"%.80s\"", json_string_value(value));
        good = parse_u64(json_string_value(value), &number);
    } else {
        snprintf(found, sizeof(found), "%s", type_text(json_typeof(value)));
    }
    if (!good || number < bounds[0] || number > bounds[1]) {
        augp_json_fail(reader, key,
                       "found %s; allowed is a whole number from %" PRIu64 " to %" PRIu64, found,
                       bounds[0], bounds[1]);
        return false;
    }
    *out = number;
    return true;
}

bool augp_json_u64(AugpJsonReader *reader, const char *key, AugpPresence presence, uint64_t high,
                   uint64_t *out)
{
    const uint64_t bounds[2] = {0, high};
    return read_number(reader, key, presence, bounds, out);
}

bool augp_json_u32(AugpJsonReader *reader, const char *key, AugpPresence presence, uint32_t low,
                   uint32_t high, uint32_t *out)
{
    const uint64_t bounds[2] = {low, high};
    uint64_t number;
    if (!read_number(reader, key, presence, bounds, &number))
        return false;
    *out = (uint32_t)number;
    return true;
}

void augp_json_flag(AugpJsonReader *reader, const char *key, bool *out)
{
    const json_t *value = get_any(reader, key, AUGP_OPTIONAL);
    if (!value)
        return;
    if (json_is_boolean(value))
        *out = json_is_true(value);
    else
        augp_json_fail(reader, key, "found %s; allowed is true or false",
                       type_text(json_typeof(value)));
}

static void fail_unknown(AugpJsonReader *reader, const char *key, const char *const *known)
{
    char list[256] = "";
    size_t used = 0;
    for (size_t i = 0; known[i] && used < sizeof(list); i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "", known[i]);
    augp_json_fail(reader, key, "unknown key; allowed are %s", list);
}

void augp_json_known(AugpJsonReader *reader, const char *const *known)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)reader->object, key, value)
    {
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        if (!known[i])
            fail_unknown(reader, key, known);
    }
}

AugpStatus augp_json_finish(json_t *json, const json_error_t *problem, const char *what,
                            char **text, size_t *size, AugpError *error)
{
    const size_t max = AUGP_MAX_CONTROL;
    *text = NULL;
    *size = 0;
    if (!json && json_error_code(problem) != json_error_out_of_memory)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, 0, NULL, "%s cannot be written as JSON: %s",
                         what, problem->text);
    size_t length = json ? json_dumpb(json, NULL, 0, JSON_COMPACT) : 0;
    char *bytes = length && length <= max ? malloc(length + 1) : NULL;
    if (bytes && json_dumpb(json, bytes, length, JSON_COMPACT) != length) {
        free(bytes);
        bytes = NULL;
    }
    json_decref(json);
    if (length > max)
        return AUGP_FAIL(error, AUGP_BAD_ARGUMENT, AUGP_CODE_TOO_LARGE, NULL,
                         "%s takes %zu bytes; allowed are %zu", what, length, max);
    if (!bytes)
        return AUGP_FAIL(error, AUGP_NO_MEMORY, 0, NULL, "no memory to write %s", what);
    bytes[length] = 0;
    *text = bytes;
    *size = length;
    return AUGP_OK;
}

/* Length of the UTF-8 sequence at text (1 to 4), or 0 if it is none (RFC 3629: no overlong forms,
 * no surrogates, nothing above U+10FFFF). libaug checks its texts by a table of its own, because
 * this library is linked without it. */
static size_t sequence(const unsigned char *text)
{
    unsigned char lead = text[0];
    if (lead < 0x80)
        return lead >= 0x20 && lead != 0x7f;
    size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                    : lead >= 0xe0 && lead <= 0xef ? 3
                    : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                   : 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    bool bad = (lead == 0xe0 && text[1] < 0xa0) || (lead == 0xed && text[1] > 0x9f) ||
               (lead == 0xf0 && text[1] < 0x90) || (lead == 0xf4 && text[1] > 0x8f);
    return bad ? 0 : length;
}

void augp_text_clean(char *text)
{
    while (*text) {
        size_t length = sequence((const unsigned char *)text);
        if (length == 0)
            *text = '?';
        text += length ? length : 1;
    }
}
