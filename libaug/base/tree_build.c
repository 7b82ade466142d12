/* Every value of a tree is made here, so that the same limits hold whatever the tree is read from.
 */
#include "libaug/base/tree_build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keys of one map at most. No table of ours has a hundred. */
#define MAX_KEYS 4096

AugStatus augi_tree_build_refuse(AugiTreeBuild *build, const AugiTree *at, const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    augi_tree_problem(build->problems, at, NULL, "%s", message);
    return AUG_BAD_SPEC;
}

AugStatus augi_tree_build_enter(AugiTreeBuild *build, const AugiTree *at, uint32_t depth)
{
    const AugLimits *limits = build->limits;
    if (depth > limits->max_spec_depth)
        return augi_tree_build_refuse(build, at, "values are nested deeper than %u levels",
                                      limits->max_spec_depth);
    return augi_tree_build_count(build, at, 1, 0);
}

AugStatus augi_tree_build_count(AugiTreeBuild *build, const AugiTree *at, size_t nodes, size_t size)
{
    const AugLimits *limits = build->limits;
    build->nodes += nodes;
    build->size += size;
    if (build->nodes > limits->max_spec_nodes)
        return augi_tree_build_refuse(build, at, "there are more than %u values, aliases included",
                                      limits->max_spec_nodes);
    if (build->size > limits->max_spec_size)
        return augi_tree_build_refuse(
            build, at, "the texts of all values have more than %u bytes, aliases included",
            limits->max_spec_size);
    return AUG_OK;
}

AugStatus augi_tree_build_scalar(AugiTreeBuild *build, AugiTree *out, const char *text, size_t size,
                                 bool quoted)
{
    if (memchr(text, 0, size))
        return augi_tree_build_refuse(build, out,
                                      "a value holds a NUL character; only text is allowed");
    AUG_TRY(augi_tree_build_count(build, out, 0, size));
    out->kind = AUGI_TREE_SCALAR;
    out->quoted = quoted;
    out->text = augi_arena_text(build->arena, text, size);
    return out->text ? AUG_OK : AUG_NO_MEMORY;
}

AugStatus augi_tree_build_children(AugiTreeBuild *build, AugiTree *out, AugiTreeKind kind, size_t n)
{
    out->kind = kind;
    if (kind == AUGI_TREE_MAP && n > MAX_KEYS)
        return augi_tree_build_refuse(build, out, "a map has %zu keys; %d are allowed", n,
                                      MAX_KEYS);
    out->children = augi_arena_take(build->arena, (n + 1) * sizeof(AugiTree));
    return out->children ? AUG_OK : AUG_NO_MEMORY;
}

/* Equal keys stand in the order of the map. Keys that are one alias are one text. */
static int compare_keys(const void *a, const void *b)
{
    const AugiTree *x = *(const AugiTree *const *)a, *y = *(const AugiTree *const *)b;
    const int order = x->key == y->key ? 0 : strcmp(x->key, y->key);
    return order ? order : (x > y) - (x < y);
}

/* For each child of a map the first one with its key; NULL if memory is out. */
static const AugiTree **find_first(AugiTreeBuild *build, const AugiTree *map)
{
    const size_t n = map->n_children;
    const AugiTree **sorted = augi_arena_take(build->arena, (n + 1) * sizeof(AugiTree *));
    const AugiTree **first = augi_arena_take(build->arena, (n + 1) * sizeof(AugiTree *));
    if (!sorted || !first)
        return NULL;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &map->children[i];
    qsort(sorted, n, sizeof(AugiTree *), compare_keys);
    const AugiTree *found = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!found || strcmp(found->key, sorted[i]->key) != 0)
            found = sorted[i];
        first[sorted[i] - map->children] = found;
    }
    return first;
}

AugStatus augi_tree_build_keys(AugiTreeBuild *build, AugiTree *map)
{
    if (map->n_children < 2)
        return AUG_OK;
    const AugiTree **first = find_first(build, map);
    if (!first)
        return AUG_NO_MEMORY;
    const size_t n = map->n_children;
    for (size_t i = 0; i < n; i++)
        if (first[i] != &map->children[i])
            augi_tree_key_problem(build->problems, &map->children[i], NULL,
                                  "the key '%.60s' stands twice; the first is on line %d",
                                  map->children[i].key, first[i]->key_place.line);
    map->n_children = 0;
    for (size_t i = 0; i < n; i++)
        if (first[i] == &map->children[i])
            map->children[map->n_children++] = map->children[i];
    return AUG_OK;
}

AugStatus augi_tree_build(AugiTreeDocument **out, const AugLimits *limits, AugProblems *problems,
                          AugStatus (*fill)(AugiTreeBuild *build, void *source, AugiTree *root),
                          void *source)
{
    *out = NULL;
    AugiTreeDocument *document = calloc(1, sizeof(*document));
    if (document)
        document->arena = augi_arena_new();
    AugStatus status = AUG_NO_MEMORY;
    if (document && document->arena) {
        AugiTreeBuild build = {.arena = document->arena, .limits = limits, .problems = problems};
        status = fill(&build, source, &document->root);
    }
    if (status == AUG_NO_MEMORY)
        aug_problems_add(problems, AUG_NO_MEMORY, problems->source_name, "memory is exhausted");
    if (status != AUG_OK) {
        augi_tree_free(document);
        return status;
    }
    *out = document;
    return AUG_OK;
}
