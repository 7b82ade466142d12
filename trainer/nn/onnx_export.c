/* Walks the nodes of a network in order and puts the parts of the model together. Field numbers are
 * those of onnx.proto. */
#include <stdlib.h>

#include "aug/version.h"
#include "trainer/nn/onnx_model.h"

/* Versions of the format, and of the set of operators. */
#define IR_VERSION 7
#define OPERATOR_SET 13

/* Protocol Buffers count bytes in 31 bits. */
#define MAX_MODEL_SIZE ((size_t)INT32_MAX)

/* What stands between the input and the first layer has no layer to be named after. */
static const char input_name[] = "input", output_name[] = "output";

static void put_value(NnOnnx *onnx, uint32_t field, const char *name, int type, const int64_t *dims,
                      size_t n_dims)
{
    NnProto samples = {0}, shape = {0}, tensor = {0}, kind = {0}, value = {0};
    nn_proto_text(&samples, 2, "N");
    nn_proto_message(&shape, 1, &samples);
    for (size_t i = 0; i < n_dims; i++) {
        NnProto extent = {0};
        nn_proto_number(&extent, 1, dims[i]);
        nn_proto_message(&shape, 1, &extent);
    }
    nn_proto_number(&tensor, 1, type);
    nn_proto_message(&tensor, 2, &shape);
    nn_proto_message(&kind, 1, &tensor);
    nn_proto_text(&value, 1, name);
    nn_proto_message(&value, 2, &kind);
    nn_proto_message(&onnx->graph, field, &value);
}

/* A value for each channel, spread over the pixels of the input. */
static const char *per_input_channel(NnOnnx *onnx, const double *values)
{
    const NnShape in = onnx->node->out;
    int64_t dims[3];
    const size_t n_dims = nn_onnx_dims(in, dims);
    dims[1] = dims[2] = 1;
    return nn_onnx_reals(onnx, values, dims, n_dims);
}

/* The input as the first layer reads it: bytes become shares of 255, and are normalized. */
static const char *write_input(NnOnnx *onnx)
{
    const NnNode *node = onnx->node;
    const NnOnnxOptions *options = onnx->options;
    int64_t dims[3] = {(int64_t)nn_shape_values(node->out)};
    const size_t n_dims = node->indices ? 1 : nn_onnx_dims(node->out, dims);
    if (node->indices) {
        put_value(onnx, 11, input_name, NN_ONNX_INT32, dims, 1);
        return input_name;
    }
    put_value(onnx, 11, input_name, options->bytes ? NN_ONNX_UINT8 : NN_ONNX_FLOAT, dims, n_dims);
    if (!options->bytes)
        return input_name;
    const char *x = nn_onnx_op(onnx, &(NnOnnxOp){.type = "Cast",
                                                 .inputs = {input_name},
                                                 .attributes = {NN_ONNX_INT("to", NN_ONNX_FLOAT)}});
    x = nn_onnx_binary(onnx, "Div", x, nn_onnx_real(onnx, 255));
    if (options->mean)
        x = nn_onnx_binary(onnx, "Sub", x, per_input_channel(onnx, options->mean));
    return options->scale ? nn_onnx_binary(onnx, "Div", x, per_input_channel(onnx, options->scale))
                          : x;
}

static void write_nodes(NnOnnx *onnx)
{
    const NnGraph *graph = &onnx->network->graph;
    const uint32_t last = graph->nodes[graph->n_nodes - 1].input;
    onnx->node = &graph->nodes[0];
    onnx->values[0] = write_input(onnx);
    for (uint32_t i = 1; i + 1 < graph->n_nodes && onnx->status == AUG_OK; i++) {
        const NnNode *node = onnx->node = &graph->nodes[i];
        if (!node->used)
            continue;
        if (onnx->folded[i])
            onnx->values[i] = nn_onnx_input(onnx, node, 0);
        else if (node->hooks->onnx)
            onnx->values[i] = node->hooks->onnx(onnx, node);
        else
            nn_onnx_refuse(onnx, node, "it has no form in ONNX");
    }
    if (onnx->status != AUG_OK)
        return;
    int64_t dims[3];
    const size_t n_dims = nn_onnx_dims(graph->nodes[last].out, dims);
    NnProto identity = {0};
    nn_proto_text(&identity, 1, onnx->values[last]);
    nn_proto_text(&identity, 2, output_name);
    nn_proto_text(&identity, 3, output_name);
    nn_proto_text(&identity, 4, "Identity");
    nn_proto_message(&onnx->graph, 1, &identity);
    put_value(onnx, 12, output_name, NN_ONNX_FLOAT, dims, n_dims);
}

/* The ModelProto around the graph, whose name comes first and whose constants come last. */
static void write_model(NnOnnx *onnx, NnProto *model)
{
    NnProto graph = {0}, operators = {0};
    nn_proto_text(&graph, 2, "network");
    nn_proto_append(&graph, &onnx->graph);
    nn_proto_append(&graph, &onnx->constants);
    nn_proto_number(&operators, 2, OPERATOR_SET);
    nn_proto_number(model, 1, IR_VERSION);
    nn_proto_text(model, 2, "augtrain");
    nn_proto_text(model, 3, AUG_VERSION);
    nn_proto_message(model, 7, &graph);
    nn_proto_message(model, 8, &operators);
    for (size_t i = 0; i < onnx->options->n_notes; i++) {
        NnProto note = {0};
        nn_proto_text(&note, 1, onnx->options->notes[i].key);
        nn_proto_text(&note, 2, onnx->options->notes[i].value);
        nn_proto_message(model, 14, &note);
    }
}

static AugStatus write_all(NnOnnx *onnx, NnProto *model)
{
    const uint32_t n = onnx->network->graph.n_nodes;
    onnx->values = nn_onnx_take(onnx, n * sizeof(*onnx->values));
    onnx->folded = nn_onnx_take(onnx, n * sizeof(*onnx->folded));
    if (onnx->status == AUG_OK)
        write_nodes(onnx);
    if (onnx->status == AUG_OK)
        write_model(onnx, model);
    if (onnx->status == AUG_OK && model->failed)
        return AUG_FAIL(onnx->error, AUG_NO_MEMORY, NULL, "no memory for an ONNX model");
    if (onnx->status == AUG_OK && model->size > MAX_MODEL_SIZE)
        return AUG_FAIL(onnx->error, AUG_TOO_LARGE, NULL,
                        "the model has %zu bytes; an ONNX file may have %zu", model->size,
                        MAX_MODEL_SIZE);
    return onnx->status;
}

AugStatus nn_network_export_onnx(const NnNetwork *network, const NnOnnxOptions *options,
                                 uint8_t **bytes, size_t *size, AugError *error)
{
    static const NnOnnxOptions none = {0};
    NnOnnx onnx = {.network = network,
                   .options = options ? options : &none,
                   .memory = augi_arena_new(),
                   .error = error};
    NnProto model = {0};
    *bytes = NULL;
    *size = 0;
    if (!onnx.memory)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an ONNX model");
    const AugStatus status = write_all(&onnx, &model);
    if (status == AUG_OK) {
        *bytes = model.bytes;
        *size = model.size;
        model = (NnProto){0};
    }
    nn_proto_fini(&model);
    nn_proto_fini(&onnx.graph);
    nn_proto_fini(&onnx.constants);
    augi_arena_free(onnx.memory);
    return status;
}
