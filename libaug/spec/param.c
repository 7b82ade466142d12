/* Binding: from a tree of text to a struct of typed parameters. */
#include "libaug/spec/param.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a reader of one value needs: the row, where to complain and under which name. */
typedef struct Target {
    const AugParamDesc *row;
    const char *path;
    AugProblems *problems;
} Target;

static bool complain(const Target *target, const AugiTree *at, const char *found)
{
    char allowed[300];
    augi_param_describe(target->row, allowed, sizeof(allowed));
    augi_tree_problem(target->problems, at, target->path, "%s is %s; allowed is %s",
                      target->row->name, found, allowed);
    return false;
}

static bool complain_value(const Target *target, const AugiTree *at)
{
    char found[120];
    if (at->kind == AUGI_TREE_SCALAR)
        snprintf(found, sizeof(found), "%s%.100s%s", at->quoted ? "\"" : "", at->text,
                 at->quoted ? "\"" : "");
    else
        snprintf(found, sizeof(found), "%s", augi_tree_kind_text(at->kind));
    return complain(target, at, found[0] ? found : "empty");
}

/* Decimal numbers of JSON, plus a leading "+" or "." as YAML allows; no hexadecimal, no "nan". */
static bool parse_double(const char *text, double *value)
{
    if (text[strspn(text, "+-.0123456789eE")] || !text[strcspn(text, "0123456789")])
        return false;
    /* An embedding program may have set a locale with a decimal comma. */
    locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char *end;
    *value = locale ? strtod_l(text, &end, locale) : strtod(text, &end);
    if (locale)
        freelocale(locale);
    return *end == 0 && end != text && isfinite(*value);
}

static bool in_bounds(const AugParamDesc *row, double value)
{
    if (row->low == 0 && row->high == 0)
        return true;
    if (value < row->low || (row->low_open && value <= row->low))
        return false;
    return value < row->high || (value <= row->high && !row->high_open);
}

static bool read_number(const Target *target, const AugiTree *at, double *value)
{
    if (at->kind != AUGI_TREE_SCALAR || at->quoted || !parse_double(at->text, value) ||
        !in_bounds(target->row, *value))
        return complain_value(target, at);
    return true;
}

static bool read_integer(const Target *target, const AugiTree *at, int32_t *value)
{
    double number;
    if (!read_number(target, at, &number))
        return false;
    if (number != floor(number) || fabs(number) > INT32_MAX)
        return complain_value(target, at);
    *value = (int32_t)number;
    return true;
}

static bool read_bool(const Target *target, const AugiTree *at, void *field)
{
    /* The words of the YAML 1.2 core schema and the two that people still write. */
    static const char *const words[2][3] = {{"false", "False", "no"}, {"true", "True", "yes"}};
    if (at->kind == AUGI_TREE_SCALAR && !at->quoted)
        for (size_t value = 0; value < 2; value++)
            for (size_t i = 0; i < AUG_COUNT(words[value]); i++)
                if (strcmp(at->text, words[value][i]) == 0) {
                    *(bool *)field = value == 1;
                    return true;
                }
    return complain_value(target, at);
}

static bool read_int(const Target *target, const AugiTree *at, void *field)
{
    return read_integer(target, at, field);
}

static bool read_float(const Target *target, const AugiTree *at, void *field)
{
    return read_number(target, at, field);
}

static bool read_uint64(const Target *target, const AugiTree *at, void *field)
{
    /* Quoted numbers are allowed here: JSON readers lose integers above 2^53. */
    if (at->kind != AUGI_TREE_SCALAR || !at->text[0] || at->text[strspn(at->text, "0123456789")])
        return complain_value(target, at);
    errno = 0;
    unsigned long long value = strtoull(at->text, NULL, 10);
    if (errno || !in_bounds(target->row, (double)value))
        return complain_value(target, at);
    *(uint64_t *)field = value;
    return true;
}

static bool read_range(const Target *target, const AugiTree *at, void *field)
{
    AugRange range;
    if (at->kind == AUGI_TREE_LIST && at->n_children == 2) {
        if (!read_number(target, &at->children[0], &range.low) ||
            !read_number(target, &at->children[1], &range.high))
            return false;
    } else if (at->kind == AUGI_TREE_SCALAR && target->row->scalar != AUG_SCALAR_REFUSED) {
        if (!read_number(target, at, &range.high))
            return false;
        bool symmetric = target->row->scalar == AUG_SCALAR_SYMMETRIC;
        if (symmetric && range.high < 0)
            return complain_value(target, at);
        range.low = symmetric ? -range.high : range.high;
    } else {
        return complain_value(target, at);
    }
    if (range.low > range.high)
        return complain(target, at, "a range whose first number is the larger one");
    *(AugRange *)field = range;
    return true;
}

static bool read_size(const Target *target, const AugiTree *at, void *field)
{
    AugSize size = {0, 0};
    if (at->kind == AUGI_TREE_LIST && at->n_children == 2) {
        if (!read_integer(target, &at->children[0], &size.height) ||
            !read_integer(target, &at->children[1], &size.width))
            return false;
    } else if (at->kind == AUGI_TREE_SCALAR && target->row->scalar != AUG_SCALAR_REFUSED) {
        if (!read_integer(target, at, &size.height))
            return false;
        size.width = target->row->scalar == AUG_SCALAR_SQUARE ? size.height : 0;
    } else {
        return complain_value(target, at);
    }
    *(AugSize *)field = size;
    return true;
}

static const char *choice_at(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

static int32_t find_choice(const AugParamDesc *row, const AugiTree *at)
{
    if (row->choices && at->kind == AUGI_TREE_SCALAR)
        for (int32_t i = 0; row->choices[i]; i++)
            if (strcmp(row->choices[i], at->text) == 0)
                return i;
    return -1;
}

static bool complain_choice(const Target *target, const AugiTree *at)
{
    size_t n = 0;
    while (target->row->choices[n])
        n++;
    const char *near = at->kind == AUGI_TREE_SCALAR
                           ? augi_nearest_name(at->text, choice_at, target->row->choices, n)
                           : NULL;
    if (!near)
        return complain_value(target, at);
    char found[160];
    snprintf(found, sizeof(found), "'%.60s' (did you mean '%.60s'?)", at->text, near);
    return complain(target, at, found);
}

static bool read_choice(const Target *target, const AugiTree *at, void *field)
{
    int32_t value = find_choice(target->row, at);
    if (value < 0)
        return complain_choice(target, at);
    ((AugChoice *)field)->value = value;
    return true;
}

static bool read_fill(const Target *target, const AugiTree *at, void *field)
{
    AugFill fill = {.named = find_choice(target->row, at)};
    if (fill.named < 0 && at->kind == AUGI_TREE_LIST && at->n_children == 3) {
        for (size_t i = 0; i < 3; i++)
            if (!read_number(target, &at->children[i], &fill.channels[i]))
                return false;
    } else if (fill.named < 0) {
        double value;
        if (at->kind == AUGI_TREE_SCALAR && !parse_double(at->text, &value) && target->row->choices)
            return complain_choice(target, at);
        if (!read_number(target, at, &value))
            return false;
        fill.channels[0] = fill.channels[1] = fill.channels[2] = value;
    }
    *(AugFill *)field = fill;
    return true;
}

static bool read_numbers(const Target *target, const AugiTree *at, void *field)
{
    AugNumbers numbers = {0};
    if (at->kind == AUGI_TREE_SCALAR) {
        numbers.n = 1;
        if (!read_number(target, at, &numbers.values[0]))
            return false;
    } else if (at->kind == AUGI_TREE_LIST && at->n_children <= AUG_MAX_NUMBERS) {
        numbers.n = (int32_t)at->n_children;
        for (size_t i = 0; i < at->n_children; i++)
            if (!read_number(target, &at->children[i], &numbers.values[i]))
                return false;
    } else {
        return complain_value(target, at);
    }
    *(AugNumbers *)field = numbers;
    return true;
}

static bool read_text(const Target *target, const AugiTree *at, void *field)
{
    if (at->kind != AUGI_TREE_SCALAR)
        return complain_value(target, at);
    char *copy = strdup(at->text);
    if (!copy) {
        augi_tree_problem(target->problems, at, target->path, "memory is exhausted");
        return false;
    }
    AugText *text = field;
    free(*text);
    *text = copy;
    return true;
}

static bool read_value(const Target *target, const AugiTree *at, void *params)
{
    static bool (*const readers[])(const Target *, const AugiTree *, void *) = {
        [AUG_PARAM_BOOL] = read_bool,       [AUG_PARAM_INT] = read_int,
        [AUG_PARAM_UINT64] = read_uint64,   [AUG_PARAM_FLOAT] = read_float,
        [AUG_PARAM_RANGE] = read_range,     [AUG_PARAM_SIZE] = read_size,
        [AUG_PARAM_CHOICE] = read_choice,   [AUG_PARAM_FILL] = read_fill,
        [AUG_PARAM_NUMBERS] = read_numbers, [AUG_PARAM_TEXT] = read_text,
    };
    return readers[target->row->kind](target, at, (char *)params + target->row->offset);
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
        Target target = {row, "default", problems};
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

static const char *row_name_at(const void *list, size_t i)
{
    return ((const AugParamDesc *)list)[i].name;
}

static void complain_unknown(const AugParamTable *table, const AugiTree *at, const char *path,
                             AugProblems *problems)
{
    const char *near = augi_nearest_name(at->key, row_name_at, table->rows, table->n);
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

static bool is_handled(const char *const *handled, const char *key)
{
    for (size_t i = 0; handled && handled[i]; i++)
        if (strcmp(handled[i], key) == 0)
            return true;
    return false;
}

static void set_defaults(const AugParamTable *table, void *params, AugProblems *problems)
{
    if (table->size)
        memset(params, 0, table->size);
    for (size_t i = 0; i < table->n; i++)
        set_default(&table->rows[i], params, problems);
}

/* Required rows that were not given; given[i] belongs to row i. */
static void complain_missing(const AugParamTable *table, const AugiTree *at, const bool *given,
                             const char *path, AugProblems *problems)
{
    static const AugiTree nowhere = {.place = {.line = 1, .column = 1}};
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

/* No table of ours is longer. */
#define MAX_ROWS 64

void augi_params_bind(const AugParamTable *table, const AugiTree *map, const char *const *handled,
                      const char *path, void *params, AugProblems *problems)
{
    bool given[MAX_ROWS] = {false};
    set_defaults(table, params, problems);
    if (map && map->kind != AUGI_TREE_MAP) {
        augi_tree_problem(problems, map, path, "%s stands here; a map of parameters is expected",
                          augi_tree_kind_text(map->kind));
        return;
    }
    for (size_t i = 0; map && i < map->n_children; i++) {
        const AugiTree *child = &map->children[i];
        const AugParamDesc *row = find_row(table, child->key);
        if (row) {
            Target target = {row, path, problems};
            read_value(&target, child, params);
            given[row - table->rows] = true;
        } else if (!is_handled(handled, child->key)) {
            complain_unknown(table, child, path, problems);
        }
    }
    complain_missing(table, map, given, path, problems);
}

void augi_params_bind_short(const AugParamTable *table, const AugiTree *value, const char *path,
                            void *params, AugProblems *problems)
{
    bool given[MAX_ROWS] = {false};
    set_defaults(table, params, problems);
    if (table->n == 0) {
        augi_tree_problem(problems, value, path, "%s stands here; this takes no parameters",
                          augi_tree_kind_text(value->kind));
        return;
    }
    Target target = {&table->rows[0], path, problems};
    read_value(&target, value, params);
    given[0] = true;
    complain_missing(table, value, given, path, problems);
}

void augi_params_fini(const AugParamTable *table, void *params)
{
    if (!params)
        return;
    for (size_t i = 0; i < table->n; i++)
        if (table->rows[i].kind == AUG_PARAM_TEXT)
            free(*(AugText *)(void *)((char *)params + table->rows[i].offset));
    if (table->size)
        memset(params, 0, table->size);
}
