/* Reading JSON with places. */
#include "text/tokens/file_json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text/tokens/vocabulary.h"

/* The deepest nesting of brackets outside of strings. */
static uint32_t depth_of(const uint8_t *text, size_t size)
{
    uint32_t depth = 0, most = 0;
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        if (quoted && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && (text[i] == '{' || text[i] == '['))
            depth++;
        else if (!quoted && (text[i] == '}' || text[i] == ']'))
            depth -= depth > 0;
        most = depth > most ? depth : most;
    }
    return most;
}

AugStatus txt_json_parse(const TxtJsonFile *file, const uint8_t *text, size_t size, json_t **out)
{
    const uint32_t depth = depth_of(text, size);
    if (depth > TXT_MAX_JSON_DEPTH)
        return AUG_FAIL(file->error, AUG_TOO_LARGE, file->name,
                        "values are nested %" PRIu32 " levels deep; %d are allowed", depth,
                        TXT_MAX_JSON_DEPTH);
    json_error_t problem;
    *out = json_loadb((const char *)text, size, JSON_REJECT_DUPLICATES, &problem);
    if (*out)
        return AUG_OK;
    if (json_error_code(&problem) == json_error_out_of_memory)
        return AUG_FAIL(file->error, AUG_NO_MEMORY, file->name, "no memory for the file's values");
    return AUG_FAIL(file->error, AUG_CORRUPT, file->name, "line %d is not valid JSON: %s",
                    problem.line, problem.text);
}

AugStatus txt_json_fail(const TxtJsonValue *at, AugStatus status, const char *format, ...)
{
    char pointer[200], where[256], message[400];
    const AugiPlace place = {.path = &at->path};
    augi_place_text(&place, pointer, sizeof(pointer));
    snprintf(where, sizeof(where), "%s%s%s", at->file->name, pointer[0] ? ": " : "", pointer);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    return AUG_FAIL(at->file->error, status, where, "%s", message);
}

TxtJsonValue txt_json_member(const TxtJsonValue *map, const char *key)
{
    const json_t *json = json_object_get(map->json, key);
    return (TxtJsonValue){
        map->file, json_is_null(json) ? NULL : json, {.parent = &map->path, .key = key}};
}

TxtJsonValue txt_json_item(const TxtJsonValue *list, size_t index)
{
    return (TxtJsonValue){
        list->file, json_array_get(list->json, index), {.parent = &list->path, .index = index}};
}

/* Whether a word is among names separated by blanks. */
static bool is_among(const char *word, const char *names)
{
    const size_t size = strlen(word);
    for (const char *at = names; size > 0 && (at = strstr(at, word)); at += size)
        if ((at == names || at[-1] == ' ') && (at[size] == ' ' || at[size] == 0))
            return true;
    return false;
}

AugStatus txt_json_check(const TxtJsonValue *map, const char *names)
{
    if (!json_is_object(map->json))
        return txt_json_fail(map, AUG_CORRUPT, "a map is expected here");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)map->json, key, value)
    {
        if (is_among(key, names))
            continue;
        const TxtJsonValue member = {map->file, value, {.parent = &map->path, .key = key}};
        return txt_json_fail(&member, AUG_UNSUPPORTED, "'%.60s' is not supported; known are %s",
                             key, names);
    }
    return AUG_OK;
}

AugStatus txt_json_type(const TxtJsonValue *map, const char **type)
{
    const TxtJsonValue member = txt_json_member(map, "type");
    *type = json_string_value(member.json);
    if (*type)
        return AUG_OK;
    return txt_json_fail(map, AUG_CORRUPT, "a map with a \"type\" is expected here");
}

AugStatus txt_json_bool(const TxtJsonValue *map, const char *key, bool *out)
{
    const TxtJsonValue member = txt_json_member(map, key);
    if (!member.json)
        return AUG_OK;
    if (!json_is_boolean(member.json))
        return txt_json_fail(&member, AUG_CORRUPT, "true or false is expected here");
    *out = json_is_true(member.json);
    return AUG_OK;
}

AugStatus txt_json_text(const TxtJsonValue *map, const char *key, const char **out)
{
    const TxtJsonValue member = txt_json_member(map, key);
    *out = json_string_value(member.json);
    if (member.json && !*out)
        return txt_json_fail(&member, AUG_CORRUPT, "a word in quotes is expected here");
    return AUG_OK;
}

AugStatus txt_json_id(const TxtJsonValue *at, int32_t *out)
{
    const json_int_t id = json_integer_value(at->json);
    if (!json_is_integer(at->json) || id < 0 || id >= 4 * (json_int_t)TXT_MAX_ENTRIES)
        return txt_json_fail(at, AUG_CORRUPT, "an id from 0 to %d is expected here",
                             4 * TXT_MAX_ENTRIES - 1);
    *out = (int32_t)id;
    return AUG_OK;
}

AugStatus txt_json_refuse_type(const TxtJsonValue *map, const char *names)
{
    const TxtJsonValue member = txt_json_member(map, "type");
    return txt_json_fail(&member, AUG_UNSUPPORTED, "'%.60s' is not supported; what is: %s",
                         json_string_value(member.json), names);
}
