/* What the readers of several kinds share: sentences, numbers, intervals, choices. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param_kind.h"

bool augi_param_complain(const AugParamTarget *target, const AugiTree *at, const char *found)
{
    char allowed[300];
    augi_param_describe(target->row, allowed, sizeof(allowed));
    augi_tree_problem(target->problems, at, target->path, "%s is %s; allowed is %s",
                      target->row->name, found, allowed);
    return false;
}

/* Whether a text is what would be allowed, or nearly, without its quotes. */
static bool is_value_in_quotes(const AugParamDesc *row, const char *text)
{
    double value;
    if (row->kind == &aug_kind_bool)
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    return row->kind->shape != AUG_SHAPE_WORDS && augi_param_parse_number(text, &value);
}

bool augi_param_complain_value(const AugParamTarget *target, const AugiTree *at)
{
    char found[120];
    if (at->kind == AUGI_TREE_SCALAR && at->quoted)
        snprintf(found, sizeof(found), "\"%.100s\"%s", at->text,
                 is_value_in_quotes(target->row, at->text) ? " in quotes" : "");
    else if (at->kind == AUGI_TREE_SCALAR)
        snprintf(found, sizeof(found), "%.70s%s", at->text,
                 at->text[0] == '(' ? " (a list stands in brackets: [a, b])" : "");
    else
        snprintf(found, sizeof(found), "%s", augi_tree_kind_text(at->kind));
    return augi_param_complain(target, at, found[0] ? found : "empty");
}

bool augi_param_complain_memory(const AugParamTarget *target)
{
    aug_problems_add(target->problems, AUG_NO_MEMORY, target->path, "memory is exhausted");
    return false;
}

bool augi_param_parse_number(const char *text, double *value)
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

bool augi_param_in_bounds(const AugParamDesc *row, double value)
{
    if (row->low == 0 && row->high == 0)
        return true;
    if (value < row->low || (row->low_open && value <= row->low))
        return false;
    return value < row->high || (value <= row->high && !row->high_open);
}

bool augi_param_read_number(const AugParamTarget *target, const AugiTree *at, double *value)
{
    if (at->kind != AUGI_TREE_SCALAR || at->quoted || !augi_param_parse_number(at->text, value) ||
        !augi_param_in_bounds(target->row, *value))
        return augi_param_complain_value(target, at);
    return true;
}

bool augi_param_read_integer(const AugParamTarget *target, const AugiTree *at, int32_t *value)
{
    double number;
    if (!augi_param_read_number(target, at, &number))
        return false;
    if (number != floor(number) || fabs(number) > INT32_MAX)
        return augi_param_complain_value(target, at);
    *value = (int32_t)number;
    return true;
}

bool augi_param_read_interval(const AugParamTarget *target, const AugiTree *at, double *low,
                              double *high)
{
    if (at->kind == AUGI_TREE_LIST && at->n_children == 2) {
        if (!augi_param_read_number(target, &at->children[0], low) ||
            !augi_param_read_number(target, &at->children[1], high))
            return false;
    } else if (at->kind == AUGI_TREE_SCALAR && target->row->scalar != AUG_SCALAR_REFUSED) {
        if (!augi_param_read_number(target, at, high))
            return false;
        const AugScalarRule rule = target->row->scalar;
        const double value = *high;
        if (rule != AUG_SCALAR_POINT && value < 0)
            return augi_param_complain_value(target, at);
        *low = rule == AUG_SCALAR_SYMMETRIC ? -value : value;
        if (rule == AUG_SCALAR_FACTOR) {
            *low = value < 1 ? 1 - value : 0;
            *high = 1 + value;
        }
        /* What one number stands for must be allowed when it is written out, too. */
        if (!augi_param_in_bounds(target->row, *low) || !augi_param_in_bounds(target->row, *high))
            return augi_param_complain_value(target, at);
    } else {
        return augi_param_complain_value(target, at);
    }
    if (*low > *high)
        return augi_param_complain(target, at, "a range whose first number is the larger one");
    return true;
}

static const char *choice_at(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

int32_t augi_param_find_choice(const AugParamDesc *row, const AugiTree *at)
{
    if (row->choices && at->kind == AUGI_TREE_SCALAR)
        for (int32_t i = 0; row->choices[i]; i++)
            if (strcmp(row->choices[i], at->text) == 0)
                return i;
    return -1;
}

bool augi_param_complain_choice(const AugParamTarget *target, const AugiTree *at)
{
    size_t n = 0;
    while (target->row->choices[n])
        n++;
    const bool is_word = at->kind == AUGI_TREE_SCALAR && !augi_tree_problems_full(target->problems);
    const char *near =
        is_word ? augi_nearest_name(at->text, choice_at, target->row->choices, n) : NULL;
    if (!near)
        return augi_param_complain_value(target, at);
    char found[160];
    snprintf(found, sizeof(found), "'%.60s' (did you mean '%.60s'?)", at->text, near);
    return augi_param_complain(target, at, found);
}
