/* One number: 32 bits with sign, 64 bits without, or real. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param_kind.h"

static bool read_int(const AugParamTarget *target, const AugiTree *at, void *field)
{
    return augi_param_read_integer(target, at, field);
}

static void write_int(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_integer(writer, *(const int32_t *)field);
}

static void write_int_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_number_schema(row, "integer", writer);
}

const AugParamKind aug_kind_int = {
    .text = "integer",
    .size = sizeof(int32_t),
    .shape = AUG_SHAPE_NUMBER,
    .is_whole = true,
    .read = read_int,
    .write = write_int,
    .write_forms = write_int_forms,
};

static bool read_uint64(const AugParamTarget *target, const AugiTree *at, void *field)
{
    /* Quoted numbers are allowed here: JSON readers lose integers above 2^53. */
    if (at->kind != AUGI_TREE_SCALAR || !at->text[0] || at->text[strspn(at->text, "0123456789")])
        return augi_param_complain_value(target, at);
    errno = 0;
    unsigned long long value = strtoull(at->text, NULL, 10);
    if (errno || !augi_param_in_bounds(target->row, (double)value))
        return augi_param_complain_value(target, at);
    *(uint64_t *)field = value;
    return true;
}

static void write_uint64(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_unsigned(writer, *(const uint64_t *)field);
}

static void write_uint64_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_number_schema(row, "integer", writer);
    augi_json_raw(writer, "{\"type\":\"string\",\"pattern\":\"^[0-9]+$\"}");
}

const AugParamKind aug_kind_uint64 = {
    .text = "integer",
    .bounds = "0 to 18446744073709551615",
    .size = sizeof(uint64_t),
    .shape = AUG_SHAPE_NUMBER,
    .is_whole = true,
    .read = read_uint64,
    .write = write_uint64,
    .write_forms = write_uint64_forms,
};

static bool read_float(const AugParamTarget *target, const AugiTree *at, void *field)
{
    return augi_param_read_number(target, at, field);
}

static void write_float(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_number(writer, *(const double *)field);
}

static void write_float_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_number_schema(row, "number", writer);
}

const AugParamKind aug_kind_float = {
    .text = "number",
    .size = sizeof(double),
    .shape = AUG_SHAPE_NUMBER,
    .read = read_float,
    .write = write_float,
    .write_forms = write_float_forms,
};
