/* Binding: from a tree of text to a struct of typed parameters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param_kind.h"

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

static const char *row_name_at(const void *list, size_t i)
{
    return ((const AugParamDesc *)list)[i].name;
}

static const char *text_at(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

/* Of the keys that the caller handles, only what is near is named: the caller knows which of them
 * belong here. */
static void complain_unknown(const AugParamTable *table, const char *const *handled,
                             const AugiTree *at, const char *path, AugProblems *problems)
{
    size_t n_handled = 0;
    while (handled && handled[n_handled])
        n_handled++;
    const char *near = augi_nearest_name(at->key, row_name_at, table->rows, table->n);
    if (!near)
        near = augi_nearest_name(at->key, text_at, handled, n_handled);
    if (near) {
        augi_tree_key_problem(problems, at, path,
                              "the key '%.60s' is not known; did you mean '%s'?", at->key, near);
        return;
    }
    char known[300] = "";
    size_t used = 0;
    for (size_t i = 0; i < table->n && used < sizeof(known); i++)
        used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "",
                                 table->rows[i].name);
    augi_tree_key_problem(problems, at, path, "the key '%.60s' is not known; known are: %s",
                          at->key, table->n ? known : "none");
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

/* No table of ours is longer. */
#define MAX_ROWS 64

void augi_params_bind(const AugParamTable *table, const AugiTree *map, const char *const *handled,
                      const char *path, void *params, AugProblems *problems)
{
    bool given[MAX_ROWS] = {false};
    const size_t mistakes = problems->n;
    set_defaults(table, params, problems);
    if (map && map->kind != AUGI_TREE_MAP) {
        augi_tree_problem(problems, map, path, "%s stands here; a map of parameters is expected",
                          augi_tree_kind_text(map->kind));
        return;
    }
    for (size_t i = 0; map && i < map->n_children; i++) {
        const AugiTree *child = &map->children[i];
        if (is_handled(handled, child->key))
            continue;
        const AugParamDesc *row = find_row(table, child->key);
        if (row) {
            AugParamTarget target = {row, path, problems};
            read_value(&target, child, params);
            given[row - table->rows] = true;
        } else {
            complain_unknown(table, handled, child, path, problems);
        }
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
