/* JSON values to tree, for objects that came through a socket. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "libaug/base/json_writer.h"
#include "libaug/base/tree_build.h"

static AugStatus convert(AugiTreeBuild *build, const json_t *json, uint32_t depth, AugiTree *out);

/* A word as YAML would read it from the value's JSON text. */
static AugStatus convert_word(AugiTreeBuild *build, const char *word, AugiTree *out)
{
    return augi_tree_build_scalar(build, out, word, strlen(word), false);
}

/* 1.0 keeps its point: where an integer is wanted it is not one. */
static AugStatus convert_real(AugiTreeBuild *build, double value, AugiTree *out)
{
    char shortest[32], text[40];
    augi_format_double(value, shortest);
    const bool is_whole = !shortest[strspn(shortest, "-0123456789")];
    snprintf(text, sizeof(text), "%s%s", shortest, is_whole ? ".0" : "");
    return convert_word(build, text, out);
}

static AugStatus convert_integer(AugiTreeBuild *build, json_int_t value, AugiTree *out)
{
    char text[32];
    snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, value);
    return convert_word(build, text, out);
}

/* One way for each of n children below a value. */
static AugiPath *take_paths(AugiTreeBuild *build, const AugiTree *parent, size_t n)
{
    AugiPath *paths = augi_arena_take(build->arena, (n + 1) * sizeof(AugiPath));
    for (size_t i = 0; paths && i < n; i++)
        paths[i] = (AugiPath){.parent = parent->place.path, .index = i};
    return paths;
}

static AugStatus convert_list(AugiTreeBuild *build, const json_t *json, uint32_t depth,
                              AugiTree *out)
{
    size_t n = json_array_size(json);
    AUG_TRY(augi_tree_build_children(build, out, AUGI_TREE_LIST, n));
    AugiPath *paths = take_paths(build, out, n);
    if (!paths)
        return AUG_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        out->children[i].place.path = &paths[i];
        AUG_TRY(convert(build, json_array_get(json, i), depth + 1, &out->children[i]));
    }
    out->n_children = n;
    return AUG_OK;
}

static AugStatus convert_map(AugiTreeBuild *build, const json_t *json, uint32_t depth,
                             AugiTree *out)
{
    size_t n = json_object_size(json);
    AUG_TRY(augi_tree_build_children(build, out, AUGI_TREE_MAP, n));
    AugiPath *paths = take_paths(build, out, n);
    if (!paths)
        return AUG_NO_MEMORY;
    /* jansson's iterators want an object that is not const, and leave it as it is. */
    json_t *object = (json_t *)(uintptr_t)json;
    const char *key;
    json_t *value;
    size_t i = 0;
    json_object_foreach(object, key, value)
    {
        AugiTree *child = &out->children[i];
        child->key = augi_arena_text(build->arena, key, strlen(key));
        if (!child->key)
            return AUG_NO_MEMORY;
        paths[i].key = child->key;
        child->place.path = child->key_place.path = &paths[i];
        AUG_TRY(augi_tree_build_count(build, child, 0, strlen(key)));
        AUG_TRY(convert(build, value, depth + 1, child));
        out->n_children = ++i;
    }
    return AUG_OK;
}

static AugStatus convert(AugiTreeBuild *build, const json_t *json, uint32_t depth, AugiTree *out)
{
    AUG_TRY(augi_tree_build_enter(build, out, depth));
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return convert_map(build, json, depth, out);
    case JSON_ARRAY:
        return convert_list(build, json, depth, out);
    case JSON_STRING:
        return augi_tree_build_scalar(build, out, json_string_value(json), json_string_length(json),
                                      true);
    case JSON_INTEGER:
        return convert_integer(build, json_integer_value(json), out);
    case JSON_REAL:
        return convert_real(build, json_real_value(json), out);
    case JSON_TRUE:
        return convert_word(build, "true", out);
    case JSON_FALSE:
        return convert_word(build, "false", out);
    case JSON_NULL:
        break;
    }
    return convert_word(build, "null", out);
}

static AugStatus fill(AugiTreeBuild *build, void *source, AugiTree *root)
{
    AugiPath *path = augi_arena_take(build->arena, sizeof(AugiPath));
    if (!path)
        return AUG_NO_MEMORY;
    root->place.path = path;
    return convert(build, source, 0, root);
}

AugStatus augi_tree_from_json(AugiTreeDocument **out, const json_t *json, const char *name,
                              const AugLimits *limits, AugProblems *problems)
{
    problems->source_name = name;
    return augi_tree_build(out, limits, problems, fill, (void *)(uintptr_t)json);
}
