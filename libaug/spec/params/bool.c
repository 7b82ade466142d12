/* true or false. */
#include <string.h>

#include "libaug/spec/param_kind.h"

static bool read(const AugParamTarget *target, const AugiTree *at, void *field)
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
    return augi_param_complain_value(target, at);
}

static void write(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_bool(writer, *(const bool *)field);
}

static void write_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    (void)row;
    augi_json_raw(writer, "{\"type\":\"boolean\"}");
}

const AugParamKind aug_kind_bool = {
    .text = "true or false",
    .size = sizeof(bool),
    .read = read,
    .write = write,
    .write_forms = write_forms,
};
