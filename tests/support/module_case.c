/* Binds values at and beyond the bounds of a module's rows, and its defaults. */
#include "tests/support/module_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/json_writer.h"
#include "libaug/spec/param_kind.h"
#include "tests/support/support.h"

/* Binds a map; the number of problems, and the first one's text. params: the caller frees them. */
static size_t bind(const NnModuleDesc *module, const char *text, void **params, char message[600])
{
    AugError items[4] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    AugLimits limits;
    AugiTreeDocument *document;
    aug_limits_init(&limits);
    ck_assert_int_eq(augi_tree_parse(&document, text, strlen(text), "test", &limits, &problems),
                     AUG_OK);
    *params = calloc(1, module->params.size + 1);
    augi_params_bind(&module->params, &document->root, NULL, module->name, *params, &problems);
    augi_tree_free(document);
    snprintf(message, 600, "%s", items[0].message);
    return problems.n;
}

/* "{row: value}" with what must be given beside; row NULL: that alone. */
static void map_text(const NnModuleDesc *module, const char *row, const char *value, char text[400])
{
    snprintf(text, 400, "{");
    for (size_t i = 0; i < module->params.n; i++) {
        const AugParamDesc *other = &module->params.rows[i];
        if (!other->fallback && !other->optional && (!row || strcmp(other->name, row) != 0))
            snprintf(text + strlen(text), 400 - strlen(text), "%s: %s, ", other->name,
                     other->high > 0 && other->high < 2 ? "0.5" : "2");
    }
    if (row)
        snprintf(text + strlen(text), 400 - strlen(text), "%s: %s", row, value);
    snprintf(text + strlen(text), 400 - strlen(text), "}");
}

static void check_row(const NnModuleDesc *module, const AugParamDesc *row)
{
    /* Of a large bound, enough to be another number. */
    const double whole = row->kind->is_whole, near = whole ? 1 : 1e-6 + 1e-9 * fabs(row->low);
    const double far = whole ? 1 : 1e-6 + 1e-9 * fabs(row->high);
    const double values[] = {row->low, row->high, row->low - near, row->high + far};
    const bool allowed[] = {!row->low_open, !row->high_open, false, false};
    ck_assert_msg(row->help && row->help[0], "%s.%s has no help", module->name, row->name);
    if ((row->low == 0 && row->high == 0) || row->kind->shape != AUG_SHAPE_NUMBER)
        return;
    for (size_t k = 0; k < AUG_COUNT(values); k++) {
        char value[32], text[400], message[600];
        void *params;
        snprintf(value, sizeof(value), row->kind->is_whole ? "%.0f" : "%.17g", values[k]);
        map_text(module, row->name, value, text);
        const size_t n = bind(module, text, &params, message);
        ck_assert_msg((n == 0) == allowed[k], "%s: %s: %s", module->name, text, message);
        ck_assert_msg(n == 0 || strstr(message, row->name), "%s: %s", module->name, message);
        augi_params_fini(&module->params, params);
        free(params);
    }
}

static char *written(const NnModuleDesc *module, const void *params)
{
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    augi_params_write(&module->params, params, &writer);
    augi_json_object_end(&writer);
    return augi_json_take(&writer);
}

static void check_round_trip(const NnModuleDesc *module)
{
    char text[400], message[600];
    void *params, *again;
    map_text(module, NULL, NULL, text);
    ck_assert_msg(bind(module, text, &params, message) == 0, "%s: %s", module->name, message);
    char *first = written(module, params);
    ck_assert_msg(bind(module, first, &again, message) == 0, "%s: %s", module->name, message);
    char *second = written(module, again);
    ck_assert_str_eq(first, second);
    augi_params_fini(&module->params, params);
    augi_params_fini(&module->params, again);
    free(params);
    free(again);
    free(first);
    free(second);
}

void module_case_check(const NnModuleDesc *module)
{
    ck_assert(module->name && module->name[0]);
    ck_assert_msg(module->summary && module->summary[0], "%s has no summary", module->name);
    for (size_t i = 0; i < module->params.n; i++)
        check_row(module, &module->params.rows[i]);
    if (module->params.n > 0)
        check_round_trip(module);
}
