/* Binding: from a tree of text to a struct of typed parameters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param_kind.h"

/* No table of ours is longer, and no list of keys that a caller handles. */
#define MAX_ROWS 64
#define MAX_HANDLED 8

static void read_value(const AugParamTarget *target, const AugiTree *at, void *params)
{
    const AugParamDesc *row = target->row;
    (void)row->kind->read(target, at, (char *)params + row->offset);
}

/* Defaults are written in the rows as a user would write them, and read by the same code. */
static void set_default(const AugParamDesc *row, void *params, AugProblems *problems)
{
    if (!row->fallback)
        return;
    AugLimits limits;
    aug_limits_init(&limits);
    const char *source_name = problems->source_name;
    AugiTreeDocument *document;
    if (augi_tree_parse(&document, row->fallback, strlen(row->fallback), "default", &limits,
                        problems) == AUG_OK) {
        AugParamTarget target = {row, "default", problems};
        read_value(&target, &document->root, params);
        augi_tree_free(document);
    }
    problems->source_name = source_name;
}

static const AugParamDesc *find_row(const AugParamTable *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++)
        if (strcmp(table->rows[i].name, name) == 0)
            return &table->rows[i];
    return NULL;
}

static bool is_handled(const char *const *handled, const char *key)
{
    for (size_t i = 0; handled && handled[i]; i++)
        if (strcmp(handled[i], key) == 0)
            return true;
    return false;
}

/* The keys that may stand in a map: those of rows, then those that only the caller knows. */
typedef struct Keys {
    const char *names[MAX_ROWS + MAX_HANDLED];
    size_t n;
} Keys;

static Keys keys_of(const AugParamTable *table, const char *const *handled)
{
    Keys keys = {.n = 0};
    for (size_t i = 0; i < table->n && i < MAX_ROWS; i++)
        keys.names[keys.n++] = table->rows[i].name;
    for (size_t i = 0; handled && handled[i] && i < MAX_HANDLED; i++)
        if (!find_row(table, handled[i]))
            keys.names[keys.n++] = handled[i];
    return keys;
}

static const char *key_at(const void *list, size_t i)
{
    return ((const Keys *)list)->names[i];
}

/* A key such as "size:4", in which the blank behind the colon is missing. */
static bool lacks_blank(const char *key)
{
    const char *colon = strchr(key, ':');
    return colon && colon > key && colon[1];
}

/* The row that has this name elsewhere, or NULL. */
static const AugParamDesc *find_aka(const AugParamTable *table, const char *key)
{
    for (size_t i = 0; i < table->n; i++)
        if (table->rows[i].aka && augi_name_is_among(table->rows[i].aka, key, strlen(key)))
            return &table->rows[i];
    return NULL;
}

/* Returns the row that was probably meant, or NULL. */
static const AugParamDesc *complain_unknown(const AugParamTable *table, const char *const *handled,
                                            const AugiTree *at, const char *path,
                                            AugProblems *problems)
{
    char known[500] = "";
    const char *near = NULL;
    const AugParamDesc *same = find_aka(table, at->key);
    const bool is_kept = !augi_tree_problems_full(problems);
    if (same && is_kept) {
        char allowed[300];
        augi_param_describe(same, allowed, sizeof(allowed));
        snprintf(known, sizeof(known), "here it is '%s', which is %s", same->name, allowed);
    } else if (is_kept) {
        const Keys keys = keys_of(table, handled);
        near = augi_nearest_name(at->key, key_at, &keys, keys.n);
        if (near)
            snprintf(known, sizeof(known), "did you mean '%s'?", near);
        else
            augi_known_names(key_at, &keys, keys.n, known, sizeof(known));
    }
    augi_tree_key_problem(problems, at, path, "the key '%.60s' is not known; %s", at->key,
                          lacks_blank(at->key) ? "a blank is missing behind its colon" : known);
    return near ? find_row(table, near) : same;
}

static void set_defaults(const AugParamTable *table, void *params, AugProblems *problems)
{
    if (table->size)
        memset(params, 0, table->size);
    for (size_t i = 0; i < table->n; i++)
        set_default(&table->rows[i], params, problems);
}

/* Where mistakes are of which nothing was written. */
static const AugiTree nowhere = {.place = {.line = 1, .column = 1}};

/* Required rows that were not given; given[i] belongs to row i. */
static void complain_missing(const AugParamTable *table, const AugiTree *at, const bool *given,
                             const char *path, AugProblems *problems)
{
    for (size_t i = 0; i < table->n; i++) {
        const AugParamDesc *row = &table->rows[i];
        if (given[i] || row->fallback || row->optional)
            continue;
        char allowed[300];
        augi_param_describe(row, allowed, sizeof(allowed));
        augi_tree_problem(problems, at ? at : &nowhere, path, "%s is missing; allowed is %s",
                          row->name, allowed);
    }
}

/* What rows say together; at is NULL if nothing was given. */
static void settle(const AugParamTable *table, const AugiTree *at, const char *path, void *params,
                   AugProblems *problems)
{
    AugError error;
    if (table->settle && table->settle(params, &error) != AUG_OK)
        augi_tree_problem(problems, at ? at : &nowhere, path, "%s", error.message);
}

static void complain_no_map(const AugiTree *at, const char *path, AugProblems *problems)
{
    const bool is_word = at->kind == AUGI_TREE_SCALAR && !augi_tree_is_empty(at);
    augi_tree_problem(problems, at, path, "%s stands here; a map of parameters is expected%s",
                      augi_tree_what(at),
                      is_word ? ", each as 'key: value' with a blank behind the colon" : "");
}

void augi_params_bind(const AugParamTable *table, const AugiTree *map, const char *const *handled,
                      const char *path, void *params, AugProblems *problems)
{
    bool given[MAX_ROWS] = {false};
    const size_t mistakes = problems->n;
    set_defaults(table, params, problems);
    if (map && map->kind != AUGI_TREE_MAP) {
        complain_no_map(map, path, problems);
        return;
    }
    for (size_t i = 0; map && i < map->n_children; i++) {
        const AugiTree *child = &map->children[i];
        if (is_handled(handled, child->key))
            continue;
        const AugParamDesc *row = find_row(table, child->key);
        AugParamTarget target = {row, path, problems};
        if (row)
            read_value(&target, child, params);
        else
            row = complain_unknown(table, handled, child, path, problems);
        /* A misspelt parameter is not missing as well. */
        if (row)
            given[row - table->rows] = true;
    }
    complain_missing(table, map, given, path, problems);
    if (problems->n == mistakes)
        settle(table, map, path, params, problems);
}

void augi_params_bind_short(const AugParamTable *table, const AugiTree *value, const char *path,
                            void *params, AugProblems *problems)
{
    bool given[MAX_ROWS] = {false};
    const size_t mistakes = problems->n;
    set_defaults(table, params, problems);
    if (table->n == 0) {
        augi_tree_problem(problems, value, path, "%s stands here; this takes no parameters",
                          augi_tree_kind_text(value->kind));
        return;
    }
    AugParamTarget target = {&table->rows[0], path, problems};
    read_value(&target, value, params);
    given[0] = true;
    complain_missing(table, value, given, path, problems);
    if (problems->n == mistakes)
        settle(table, value, path, params, problems);
}

void augi_params_fini(const AugParamTable *table, void *params)
{
    if (!params)
        return;
    for (size_t i = 0; i < table->n; i++)
        if (table->rows[i].kind->fini)
            table->rows[i].kind->fini((char *)params + table->rows[i].offset);
    if (table->size)
        memset(params, 0, table->size);
}
