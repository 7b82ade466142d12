/* Looking into trees, and problems at their places. */
#include "libaug/base/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/arena.h"

const char *augi_tree_kind_text(AugiTreeKind kind)
{
    static const char *const texts[] = {"a single value", "a list", "a map"};
    return texts[kind];
}

bool augi_tree_is_empty(const AugiTree *tree)
{
    return tree->kind == AUGI_TREE_SCALAR && !tree->quoted &&
           (!tree->text[0] || strcmp(tree->text, "~") == 0 || strcmp(tree->text, "null") == 0);
}

const char *augi_tree_what(const AugiTree *tree)
{
    return augi_tree_is_empty(tree) ? "nothing" : augi_tree_kind_text(tree->kind);
}

bool augi_tree_problems_full(const AugProblems *problems)
{
    return problems->n >= problems->capacity;
}

static void add_problem(AugProblems *problems, const AugiPlace *place, const char *path,
                        const char *message)
{
    char where[256];
    augi_place_where(place, problems->source_name, where, sizeof(where));
    aug_problems_add(problems, AUG_BAD_SPEC, where, "%s%s%s", path ? path : "", path ? ": " : "",
                     message);
}

void augi_tree_no_memory(AugProblems *problems, const AugiTree *at)
{
    char where[256];
    augi_place_where(&at->place, problems->source_name, where, sizeof(where));
    aug_problems_add(problems, AUG_NO_MEMORY, where, "memory is exhausted");
}

void augi_tree_problem(AugProblems *problems, const AugiTree *at, const char *path,
                       const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    add_problem(problems, &at->place, path, message);
}

void augi_tree_key_problem(AugProblems *problems, const AugiTree *at, const char *path,
                           const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    const bool has_place = at->key_place.line || at->key_place.path;
    add_problem(problems, has_place ? &at->key_place : &at->place, path, message);
}

void augi_tree_free(AugiTreeDocument *document)
{
    if (!document)
        return;
    augi_arena_free(document->arena);
    free(document);
}

const AugiTree *augi_tree_get(const AugiTree *map, const char *key)
{
    if (map->kind != AUGI_TREE_MAP)
        return NULL;
    for (size_t i = 0; i < map->n_children; i++)
        if (strcmp(map->children[i].key, key) == 0)
            return &map->children[i];
    return NULL;
}

/* Whether the first size bytes of a pointer's token mean the key: "~0" is "~", "~1" is "/". */
static bool token_is(const char *token, size_t size, const char *key)
{
    for (size_t i = 0; i < size; i++, key++) {
        char c = token[i];
        if (c == '~' && i + 1 < size)
            c = token[++i] == '1' ? '/' : '~';
        if (c != *key)
            return false;
    }
    return *key == 0;
}

/* Child that a token names: a key, or an index in decimal digits. */
static const AugiTree *step_to(const AugiTree *tree, const char *token, size_t size)
{
    for (size_t i = 0; i < tree->n_children; i++) {
        char index[32];
        const char *key = tree->children[i].key;
        if (tree->kind == AUGI_TREE_LIST) {
            snprintf(index, sizeof(index), "%zu", i);
            key = index;
        }
        if (token_is(token, size, key))
            return &tree->children[i];
    }
    return NULL;
}

const AugiTree *augi_tree_at(const AugiTree *root, const char *pointer)
{
    while (*pointer == '/') {
        const char *token = pointer + 1;
        size_t size = strcspn(token, "/");
        const AugiTree *child = step_to(root, token, size);
        if (!child)
            break;
        root = child;
        pointer = token + size;
    }
    return root;
}
