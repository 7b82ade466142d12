/* The parts of an ONNX model that layers are written with: operators and constants. Field numbers
 * are those of onnx.proto. */
#include "trainer/nn/onnx.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "trainer/nn/onnx_model.h"

/* Types of attributes. */
enum { ATTRIBUTE_FLOAT = 1, ATTRIBUTE_INT = 2, ATTRIBUTE_INTS = 7 };

static void no_memory(NnOnnx *onnx)
{
    if (onnx->status == AUG_OK)
        onnx->status = AUG_FAIL(onnx->error, AUG_NO_MEMORY, NULL, "no memory for an ONNX model");
}

void *nn_onnx_take(NnOnnx *onnx, size_t size)
{
    void *memory = augi_arena_take(onnx->memory, size ? size : 1);
    if (!memory)
        no_memory(onnx);
    return memory;
}

const char *nn_onnx_name(NnOnnx *onnx, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    const char *copy = augi_arena_text(onnx->memory, text, strlen(text));
    if (!copy)
        no_memory(onnx);
    return copy ? copy : "";
}

const char *nn_onnx_refuse(NnOnnx *onnx, const NnNode *node, const char *reason)
{
    if (onnx->status == AUG_OK)
        onnx->status = AUG_FAIL(onnx->error, AUG_UNSUPPORTED, node->where, "layer %s (%s): %s",
                                node->name, node->module->name, reason);
    return "";
}

/* --- operators -------------------------------------------------------------------------------- */

static void put_attribute(NnProto *op, const NnOnnxAttribute *attribute)
{
    NnProto message = {0};
    nn_proto_text(&message, 1, attribute->name);
    if (attribute->is_real)
        nn_proto_float(&message, 2, (float)attribute->real);
    else if (attribute->n == 0)
        nn_proto_number(&message, 3, attribute->ints[0]);
    for (size_t i = 0; i < attribute->n; i++)
        nn_proto_number(&message, 8, attribute->ints[i]);
    nn_proto_number(&message, 20,
                    attribute->is_real ? ATTRIBUTE_FLOAT
                    : attribute->n     ? ATTRIBUTE_INTS
                                       : ATTRIBUTE_INT);
    nn_proto_message(op, 5, &message);
}

const char *nn_onnx_op(NnOnnx *onnx, const NnOnnxOp *op)
{
    const char *name =
        nn_onnx_name(onnx, "%.200s/%s_%u", onnx->node->name, op->type, onnx->n_ops++);
    NnProto message = {0};
    for (size_t i = 0; i <= NN_MAX_INPUTS && op->inputs[i]; i++)
        nn_proto_text(&message, 1, op->inputs[i]);
    nn_proto_text(&message, 2, name);
    nn_proto_text(&message, 3, name);
    nn_proto_text(&message, 4, op->type);
    for (size_t i = 0; i <= NN_ONNX_MAX_ATTRIBUTES && op->attributes[i].name; i++)
        put_attribute(&message, &op->attributes[i]);
    nn_proto_message(&onnx->graph, 1, &message);
    return name;
}

const char *nn_onnx_unary(NnOnnx *onnx, const char *type, const char *x)
{
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = type, .inputs = {x}});
}

const char *nn_onnx_binary(NnOnnx *onnx, const char *type, const char *a, const char *b)
{
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = type, .inputs = {a, b}});
}

const char *nn_onnx_reduce(NnOnnx *onnx, const char *type, const char *x, int64_t first,
                           int64_t last)
{
    NnOnnxAttribute axes = {.name = "axes"};
    for (int64_t axis = first; axis <= last; axis++)
        axes.ints[axes.n++] = axis;
    NnOnnxOp op = {.type = type, .inputs = {x}, .attributes = {axes}};
    /* The sum alone takes its axes as an input in this set of operators. */
    if (!strcmp(type, "ReduceSum"))
        op = (NnOnnxOp){.type = type, .inputs = {x, nn_onnx_ints(onnx, axes.ints, axes.n)}};
    return nn_onnx_op(onnx, &op);
}

const char *nn_onnx_reshape(NnOnnx *onnx, const char *x, const int64_t *dims, size_t n_dims)
{
    /* 0 leaves the number of samples as it is. */
    int64_t shape[8] = {0};
    for (size_t i = 0; i < n_dims && i < AUG_COUNT(shape) - 1; i++)
        shape[i + 1] = dims[i];
    return nn_onnx_binary(onnx, "Reshape", x, nn_onnx_ints(onnx, shape, n_dims + 1));
}

const char *nn_onnx_input(const NnOnnx *onnx, const NnNode *node, uint32_t k)
{
    return onnx->values[node->inputs[k]];
}

const char *nn_onnx_same(NnOnnx *onnx, const NnNode *node, const char *type)
{
    return nn_onnx_unary(onnx, type, nn_onnx_input(onnx, node, 0));
}

const char *nn_onnx_nothing(NnOnnx *onnx, const NnNode *node)
{
    return nn_onnx_input(onnx, node, 0);
}

const char *nn_onnx_standardize(NnOnnx *onnx, const char *x, int64_t first, int64_t last,
                                double eps, bool centered)
{
    if (centered)
        x = nn_onnx_binary(onnx, "Sub", x, nn_onnx_reduce(onnx, "ReduceMean", x, first, last));
    const char *squares = nn_onnx_binary(onnx, "Mul", x, x);
    const char *variance = nn_onnx_reduce(onnx, "ReduceMean", squares, first, last);
    variance = nn_onnx_binary(onnx, "Add", variance, nn_onnx_real(onnx, eps));
    return nn_onnx_binary(onnx, "Div", x, nn_onnx_unary(onnx, "Sqrt", variance));
}

/* --- constants -------------------------------------------------------------------------------- */

size_t nn_onnx_dims(NnShape shape, int64_t dims[3])
{
    dims[0] = shape.flat ? (int64_t)nn_shape_values(shape) : shape.channels;
    dims[1] = shape.height;
    dims[2] = shape.width;
    return shape.flat ? 1 : 3;
}

static size_t put_dims(NnProto *tensor, const int64_t *dims, size_t n_dims)
{
    size_t n = 1;
    for (size_t i = 0; i < n_dims; i++) {
        nn_proto_number(tensor, 1, dims[i]);
        n *= (size_t)dims[i];
    }
    return n;
}

void nn_onnx_constant(NnOnnx *onnx, const char *name, const double *values, const int64_t *dims,
                      size_t n_dims)
{
    NnProto tensor = {0}, raw = {0};
    const size_t n = put_dims(&tensor, dims, n_dims);
    nn_proto_number(&tensor, 2, NN_ONNX_FLOAT);
    nn_proto_text(&tensor, 8, name);
    uint8_t *at = values ? nn_proto_take(&raw, n * sizeof(float)) : NULL;
    for (size_t i = 0; at && i < n; i++) {
        const float value = (float)values[i];
        uint32_t bits;
        memcpy(&bits, &value, sizeof(bits));
        for (size_t k = 0; k < sizeof(bits); k++)
            *at++ = (uint8_t)(bits >> 8 * k);
    }
    nn_proto_message(&tensor, 9, &raw);
    nn_proto_message(&onnx->constants, 5, &tensor);
}

const char *nn_onnx_reals(NnOnnx *onnx, const double *values, const int64_t *dims, size_t n_dims)
{
    const char *name = nn_onnx_name(onnx, "%.200s/constant_%u", onnx->node->name, onnx->n_ops++);
    nn_onnx_constant(onnx, name, values, dims, n_dims);
    return name;
}

const char *nn_onnx_real(NnOnnx *onnx, double value)
{
    return nn_onnx_reals(onnx, &value, NULL, 0);
}

static const char *put_ints(NnOnnx *onnx, const int64_t *values, const int64_t *dims, size_t n_dims)
{
    const char *name = nn_onnx_name(onnx, "%.200s/constant_%u", onnx->node->name, onnx->n_ops++);
    NnProto tensor = {0};
    const size_t n = put_dims(&tensor, dims, n_dims);
    nn_proto_number(&tensor, 2, NN_ONNX_INT64);
    for (size_t i = 0; values && i < n; i++)
        nn_proto_number(&tensor, 7, values[i]);
    nn_proto_text(&tensor, 8, name);
    nn_proto_message(&onnx->constants, 5, &tensor);
    return name;
}

const char *nn_onnx_ints(NnOnnx *onnx, const int64_t *values, size_t n)
{
    return put_ints(onnx, values, (const int64_t[]){(int64_t)n}, 1);
}

const char *nn_onnx_table(NnOnnx *onnx, const int64_t *values, size_t n_rows, size_t n)
{
    return put_ints(onnx, values, (const int64_t[]){(int64_t)n_rows, (int64_t)n}, 2);
}

const double *nn_onnx_values(NnOnnx *onnx, uint32_t tensor)
{
    if (tensor == NN_NONE)
        return NULL;
    const size_t n = onnx->network->blueprint.tensors[tensor].n_values;
    NnReal *values = nn_onnx_take(onnx, n * sizeof(*values));
    double *result = nn_onnx_take(onnx, n * sizeof(*result));
    if (!values || !result)
        return NULL;
    nn_network_read_tensor(onnx->network, tensor, values);
    for (size_t i = 0; i < n; i++)
        result[i] = (double)values[i];
    return result;
}

const char *nn_onnx_tensor(NnOnnx *onnx, uint32_t tensor, const int64_t *dims, size_t n_dims)
{
    const NnTensor *info = &onnx->network->blueprint.tensors[tensor];
    int64_t own[AUG_MAX_DIMS];
    for (uint32_t i = 0; i < info->desc.n_dims; i++)
        own[i] = (int64_t)info->desc.shape[i];
    nn_onnx_constant(onnx, info->name, nn_onnx_values(onnx, tensor), dims ? dims : own,
                     dims ? n_dims : info->desc.n_dims);
    return info->name;
}

/* A parameter of the node, [channels, 1, 1] where it is spread over pixels. */
static const char *parameter(NnOnnx *onnx, const NnNode *node, uint32_t tensor, bool spread)
{
    const int64_t dims[3] = {node->in.channels, 1, 1};
    return nn_onnx_tensor(onnx, tensor, spread && !node->in.flat ? dims : NULL, 3);
}

const char *nn_onnx_affine(NnOnnx *onnx, const NnNode *node, const char *x, bool spread)
{
    if (node->weight != NN_NONE)
        x = nn_onnx_binary(onnx, "Mul", x, parameter(onnx, node, node->weight, spread));
    if (node->bias != NN_NONE)
        x = nn_onnx_binary(onnx, "Add", x, parameter(onnx, node, node->bias, spread));
    return x;
}

/* A vector of n values as it is, or of n equal ones where there is none. */
static const char *vector_or(NnOnnx *onnx, uint32_t tensor, size_t n, double value)
{
    if (tensor != NN_NONE)
        return nn_onnx_tensor(onnx, tensor, NULL, 0);
    double *values = nn_onnx_take(onnx, n * sizeof(*values));
    for (size_t i = 0; values && i < n; i++)
        values[i] = value;
    return nn_onnx_reals(onnx, values, (const int64_t[]){(int64_t)n}, 1);
}

const char *nn_onnx_running_norm(NnOnnx *onnx, const NnNode *node, double eps)
{
    const size_t n = onnx->network->blueprint.tensors[node->mean].n_values;
    return nn_onnx_op(onnx, &(NnOnnxOp){.type = "BatchNormalization",
                                        .inputs = {nn_onnx_input(onnx, node, 0),
                                                   vector_or(onnx, node->weight, n, 1),
                                                   vector_or(onnx, node->bias, n, 0),
                                                   nn_onnx_tensor(onnx, node->mean, NULL, 0),
                                                   nn_onnx_tensor(onnx, node->variance, NULL, 0)},
                                        .attributes = {NN_ONNX_REAL("epsilon", eps)}});
}

/* --- weights with the norm behind them -------------------------------------------------------- */

/* The only reader of a node, if it can become part of it: values of factors and summands, n each. */
static bool fold_reader(NnOnnx *onnx, const NnNode *node, size_t n, double *factors,
                        double *summands)
{
    const NnGraph *graph = &onnx->network->graph;
    const uint32_t number = (uint32_t)(node - graph->nodes);
    for (uint32_t i = number + 1; i < graph->n_nodes && node->n_readers == 1; i++) {
        const NnNode *reader = &graph->nodes[i];
        if (reader->input != number || !reader->hooks->fold_onnx || onnx->options->keep_norms)
            continue;
        onnx->folded[i] = reader->hooks->fold_onnx(onnx, reader, n, factors, summands);
        return onnx->folded[i];
    }
    return false;
}

NnOnnxWeights nn_onnx_weights(NnOnnx *onnx, const NnNode *node, const int64_t *dims, size_t n_dims)
{
    const NnTensor *info = &onnx->network->blueprint.tensors[node->weight];
    const size_t n = (size_t)info->desc.shape[0], inner = info->n_values / n;
    double *factors = nn_onnx_take(onnx, n * sizeof(double));
    double *summands = nn_onnx_take(onnx, n * sizeof(double));
    if (!factors || !summands)
        return (NnOnnxWeights){"", ""};
    if (!fold_reader(onnx, node, n, factors, summands))
        return (NnOnnxWeights){nn_onnx_tensor(onnx, node->weight, dims, n_dims),
                               node->bias == NN_NONE ? NULL
                                                     : nn_onnx_tensor(onnx, node->bias, NULL, 0)};
    const double *weight = nn_onnx_values(onnx, node->weight);
    const double *bias = nn_onnx_values(onnx, node->bias);
    double *scaled = nn_onnx_take(onnx, info->n_values * sizeof(double));
    for (size_t i = 0; weight && scaled && i < info->n_values; i++)
        scaled[i] = weight[i] * factors[i / inner];
    for (size_t i = 0; i < n; i++)
        summands[i] += bias ? bias[i] * factors[i] : 0;
    int64_t own[AUG_MAX_DIMS];
    for (uint32_t i = 0; i < info->desc.n_dims; i++)
        own[i] = (int64_t)info->desc.shape[i];
    const int64_t outputs[1] = {(int64_t)n};
    const NnOnnxWeights result = {info->name, nn_onnx_name(onnx, "%.200s.bias", node->name)};
    nn_onnx_constant(onnx, result.weight, scaled, dims ? dims : own,
                     dims ? n_dims : info->desc.n_dims);
    nn_onnx_constant(onnx, result.bias, summands, outputs, 1);
    return result;
}
