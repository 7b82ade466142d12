/* A list of numbers that is as long as a network has outputs. */
#include "trainer/nn/losses/weights.h"

#include "libaug/spec/param_kind.h"

static bool read(const AugParamTarget *target, const AugiTree *at, void *field)
{
    NnWeights *weights = field;
    const AugiTree *items = at->kind == AUGI_TREE_LIST ? at->children : at;
    const size_t n = at->kind == AUGI_TREE_LIST ? at->n_children : 1;
    double value = 0;
    if (at->kind == AUGI_TREE_MAP || n > NN_MAX_WEIGHTS)
        return augi_param_complain_value(target, at);
    for (size_t i = 0; i < n; i++)
        if (!augi_param_read_number(target, &items[i], &value))
            return false;
    weights->n = (int32_t)n;
    for (size_t i = 0; i < n; i++)
        (void)augi_param_read_number(target, &items[i], &weights->values[i]);
    return true;
}

AugStatus nn_weights_settle(const NnWeights *weights, AugError *error)
{
    double most = 0;
    for (int32_t i = 0; i < weights->n; i++)
        most = weights->values[i] > most ? weights->values[i] : most;
    if (weights->n == 0 || most > 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "weight is nothing but zeros; at least one class must count more");
}

static void write(const AugParamDesc *row, const void *field, AugiJsonWriter *writer)
{
    (void)row;
    const NnWeights *weights = field;
    augi_json_list(writer);
    for (int32_t i = 0; i < weights->n; i++)
        augi_json_number(writer, weights->values[i]);
    augi_json_list_end(writer);
}

static void write_forms(const AugParamDesc *row, AugiJsonWriter *writer)
{
    augi_param_number_schema(row, "number", writer);
    augi_param_list_schema(row, "number", 0, NN_MAX_WEIGHTS, writer);
}

static bool is_absent(const AugParamDesc *row, const void *field)
{
    (void)row;
    return ((const NnWeights *)field)->n == 0;
}

const AugParamKind nn_kind_weights = {
    .text = "list of numbers",
    .size = sizeof(NnWeights),
    .shape = AUG_SHAPE_LIST,
    .read = read,
    .write = write,
    .write_forms = write_forms,
    .is_absent = is_absent,
};
