/* A short list of numbers. */
#include "libaug/spec/param_kind.h"

static bool read(const AugParamTarget *target, const AugiTree *at, void *field)
{
    AugNumbers numbers = {0};
    if (at->kind == AUGI_TREE_SCALAR) {
        numbers.n = 1;
        if (!augi_param_read_number(target, at, &numbers.values[0]))
            return false;
    } else if (at->kind == AUGI_TREE_LIST && at->n_children <= AUG_MAX_NUMBERS) {
        numbers.n = (int32_t)at->n_children;
        for (size_t i = 0; i < at->n_children; i++)
            if (!augi_param_read_number(target, &at->children[i], &numbers.values[i]))
                return false;
    } else {
        return augi_param_complain_value(target, at);
    }
    *(AugNumbers *)field = numbers;
    return true;
}

static void write(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    const AugNumbers *numbers = field;
    augi_json_list(writer);
    for (int32_t i = 0; i < numbers->n; i++)
        augi_json_number(writer, numbers->values[i]);
    augi_json_list_end(writer);
}

static void write_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_number_schema(row, "number", writer);
    augi_param_list_schema(row, "number", 0, AUG_MAX_NUMBERS, writer);
}

static bool is_absent(const AugParamDesc *row, const void *field)
{
    (void)row;
    return ((const AugNumbers *)field)->n == 0;
}

const AugParamKind aug_kind_numbers = {
    .text = "list of numbers",
    .size = sizeof(AugNumbers),
    .shape = AUG_SHAPE_LIST,
    .read = read,
    .write = write,
    .write_forms = write_forms,
    .is_absent = is_absent,
};
