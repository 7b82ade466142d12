/* Intervals of real and of whole numbers. */
#include <math.h>

#include "libaug/spec/param_kind.h"

static bool read_range(const AugParamTarget *target, const AugiTree *at, void *field)
{
    AugRange range;
    if (!augi_param_read_interval(target, at, &range.low, &range.high))
        return false;
    *(AugRange *)field = range;
    return true;
}

static void write_range(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    const AugRange *range = field;
    augi_json_list(writer);
    augi_json_number(writer, range->low);
    augi_json_number(writer, range->high);
    augi_json_list_end(writer);
}

/* The numbers that may stand for a range: those for which both of its ends are allowed. */
static void write_scalar(const AugParamDesc *row, const char *type, AugiJsonWriter *writer)
{
    AugParamDesc one = *row;
    const double most = fmin(-row->low, row->high);
    if (row->scalar == AUG_SCALAR_SYMMETRIC && most > 0)
        one = (AugParamDesc){.high = most, .high_open = row->low_open || row->high_open};
    if (row->scalar == AUG_SCALAR_FACTOR && row->high > 1)
        one = (AugParamDesc){.high = row->high - 1, .high_open = row->high_open};
    augi_param_number_schema(&one, type, writer);
}

static void write_range_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_list_schema(row, "number", 2, 2, writer);
    if (row->scalar != AUG_SCALAR_REFUSED)
        write_scalar(row, "number", writer);
}

const AugParamKind aug_kind_range = {
    .text = "range [low, high]",
    .size = sizeof(AugRange),
    .shape = AUG_SHAPE_PAIR,
    .read = read_range,
    .write = write_range,
    .write_forms = write_range_forms,
};

static bool is_whole(double value)
{
    return value == floor(value) && fabs(value) <= INT32_MAX;
}

static bool read_int_range(const AugParamTarget *target, const AugiTree *at, void *field)
{
    double low, high;
    if (!augi_param_read_interval(target, at, &low, &high))
        return false;
    if (!is_whole(low) || !is_whole(high)) {
        const bool is_list = at->kind == AUGI_TREE_LIST;
        const AugiTree *wrong = is_list ? &at->children[is_whole(low) ? 1 : 0] : at;
        return augi_param_complain_value(target, wrong);
    }
    *(AugIntRange *)field = (AugIntRange){.low = (int32_t)low, .high = (int32_t)high};
    return true;
}

static void write_int_range(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    const AugIntRange *range = field;
    augi_json_list(writer);
    augi_json_integer(writer, range->low);
    augi_json_integer(writer, range->high);
    augi_json_list_end(writer);
}

static void write_int_range_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_list_schema(row, "integer", 2, 2, writer);
    if (row->scalar != AUG_SCALAR_REFUSED)
        write_scalar(row, "integer", writer);
}

const AugParamKind aug_kind_int_range = {
    .text = "range [low, high] of integers",
    .size = sizeof(AugIntRange),
    .shape = AUG_SHAPE_PAIR,
    .is_whole = true,
    .read = read_int_range,
    .write = write_int_range,
    .write_forms = write_int_range_forms,
};
