/* Appends nodes layer by layer, finds their shapes, and fuses rectifiers. */
#include "trainer/nn/graph.h"

#include <stdio.h>
#include <string.h>

/* Bytes of a layer's full name ("stage.branch.0"), with its NUL. */
#define MAX_PATH 256

/* A list of layers being appended: its first node's input and how its layers are called. */
typedef struct Chain {
    const NnLayerSpec *layers;
    size_t n;
    uint32_t input;
    const char *prefix;
    int depth;
} Chain;

void nn_shape_text(NnShape shape, char text[48])
{
    if (shape.flat)
        snprintf(text, 48, "%zu features", nn_shape_values(shape));
    else
        snprintf(text, 48, "%dx%dx%d", shape.height, shape.width, shape.channels);
}

static AugStatus no_memory(AugError *error)
{
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the network's description");
}

static AugStatus long_name(const char *name, AugError *error)
{
    return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                    "layer name %.40s... is too long; with the names of the layers around it at "
                    "most %d bytes are allowed",
                    name, MAX_PATH - 1);
}

/* Nodes that a list of layers unfolds to, or NN_MAX_NODES + 1 if they are too many or too deep. */
static size_t count_nodes(const NnLayerSpec *layers, size_t n, int depth)
{
    size_t count = 0;
    for (size_t i = 0; i < n && count <= NN_MAX_NODES; i++) {
        count++;
        if (!layers[i].desc->has_branches)
            continue;
        if (depth == NN_MAX_DEPTH)
            return NN_MAX_NODES + 1;
        count += 2 + count_nodes(layers[i].branch, layers[i].n_branch, depth + 1) +
                 count_nodes(layers[i].shortcut, layers[i].n_shortcut, depth + 1);
    }
    return count < NN_MAX_NODES ? count : NN_MAX_NODES + 1;
}

/* The message of an inner error after "layer 5 (conv): ", at the layer's place. */
static AugStatus layer_error(const NnNode *node, const AugError *inner, AugError *error)
{
    return AUG_FAIL(error, inner->status, node->where, "layer %s (%s): %s", node->name,
                    node->desc->name, inner->message);
}

/* Appends a node of a kind that reads `input`; NULL if memory is out. */
static NnNode *append(NnGraph *graph, const NnLayerDesc *desc, uint32_t input, const char *name,
                      const char *where)
{
    NnNode *node = &graph->nodes[graph->n_nodes];
    *node = (NnNode){.desc = desc,
                     .number = graph->n_nodes,
                     .input = input,
                     .second = NN_NONE,
                     .in = input == NN_NONE ? (NnShape){0} : graph->nodes[input].out,
                     .alias = desc->hooks->aliases,
                     .x = NN_NONE,
                     .y = NN_NONE,
                     .dx = NN_NONE,
                     .dy = NN_NONE,
                     .saved = NN_NONE,
                     .partial = NN_NONE,
                     .x_second = NN_NONE,
                     .dy_second = NN_NONE,
                     .weight = NN_NONE,
                     .bias = NN_NONE,
                     .mean = NN_NONE,
                     .variance = NN_NONE};
    node->out = node->in;
    node->name = augi_arena_text(graph->memory, name, strlen(name));
    node->where = augi_arena_text(graph->memory, where ? where : "", where ? strlen(where) : 0);
    if (!node->name || !node->where)
        return NULL;
    graph->n_nodes++;
    return node;
}

static bool copy_params(NnGraph *graph, NnNode *node, const void *params)
{
    const size_t size = node->desc->params.size;
    if (!size)
        return true;
    node->params = augi_arena_take(graph->memory, size);
    if (node->params)
        memcpy(node->params, params, size);
    return node->params != NULL;
}

/* Output shape of a plain layer. */
static AugStatus find_shape(NnNode *node, AugError *error)
{
    AugError inner = {0};
    if (node->desc->hooks->shape &&
        node->desc->hooks->shape(node->params, node->in, &node->out, &inner) != AUG_OK)
        return layer_error(node, &inner, error);
    if (nn_shape_values(node->out) > NN_MAX_VALUES) {
        (void)AUG_FAIL(&inner, AUG_TOO_LARGE, NULL,
                       "its output has %zu values for one sample; allowed are at most %zu",
                       nn_shape_values(node->out), NN_MAX_VALUES);
        return layer_error(node, &inner, error);
    }
    return AUG_OK;
}

static AugStatus append_chain(NnGraph *graph, const Chain *chain, uint32_t *last, AugError *error);

static bool same_shape(NnShape a, NnShape b)
{
    return a.height == b.height && a.width == b.width && a.channels == b.channels &&
           a.flat == b.flat;
}

/* Appends one side of a residual, called "NAME.side". */
static AugStatus append_side(NnGraph *graph, Chain side, const char *name, const char *suffix,
                             uint32_t *last, AugError *error)
{
    char prefix[MAX_PATH];
    if (snprintf(prefix, sizeof(prefix), "%s.%s.", name, suffix) >= MAX_PATH)
        return long_name(name, error);
    side.prefix = prefix;
    return append_chain(graph, &side, last, error);
}

/* A residual is: fork, branch, tee, shortcut, sum. Fork and tee are both its input. */
static AugStatus append_residual(NnGraph *graph, const NnLayerSpec *layer, const char *name,
                                 uint32_t input, int depth, AugError *error)
{
    const uint32_t fork = graph->n_nodes;
    if (!append(graph, &nn_node_fork, input, name, layer->where))
        return no_memory(error);
    const Chain branch = {layer->branch, layer->n_branch, fork, NULL, depth + 1};
    uint32_t branch_end, shortcut_end;
    AUG_TRY(append_side(graph, branch, name, "branch", &branch_end, error));
    const uint32_t tee = graph->n_nodes;
    if (!append(graph, &nn_node_tee, input, name, layer->where))
        return no_memory(error);
    graph->nodes[fork].second = tee;
    const Chain shortcut = {layer->shortcut, layer->n_shortcut, tee, NULL, depth + 1};
    AUG_TRY(append_side(graph, shortcut, name, "shortcut", &shortcut_end, error));
    NnNode *sum = append(graph, layer->desc, branch_end, name, layer->where);
    if (!sum || !copy_params(graph, sum, layer->params))
        return no_memory(error);
    sum->second = shortcut_end;
    sum->listed = true;
    const NnShape other = graph->nodes[shortcut_end].out;
    if (same_shape(sum->in, other))
        return AUG_OK;
    AugError inner = {0};
    char a[48], b[48];
    nn_shape_text(sum->in, a);
    nn_shape_text(other, b);
    (void)AUG_FAIL(&inner, AUG_BAD_SPEC, NULL,
                   "its branch gives %s, its shortcut %s; they must be equal (a 1x1 convolution as "
                   "shortcut changes channels and stride)",
                   a, b);
    return layer_error(sum, &inner, error);
}

static AugStatus append_layer(NnGraph *graph, const NnLayerSpec *layer, const char *name,
                              uint32_t input, int depth, AugError *error)
{
    if (layer->desc->has_branches)
        return append_residual(graph, layer, name, input, depth, error);
    NnNode *node = append(graph, layer->desc, input, name, layer->where);
    if (!node || !copy_params(graph, node, layer->params))
        return no_memory(error);
    node->listed = true;
    return find_shape(node, error);
}

/* *last becomes the chain's last node, or its input if it is empty. */
static AugStatus append_chain(NnGraph *graph, const Chain *chain, uint32_t *last, AugError *error)
{
    uint32_t input = chain->input;
    for (size_t i = 0; i < chain->n; i++) {
        const NnLayerSpec *layer = &chain->layers[i];
        char name[MAX_PATH], number[24];
        snprintf(number, sizeof(number), "%zu", i);
        if (snprintf(name, sizeof(name), "%s%s", chain->prefix,
                     layer->name ? layer->name : number) >= MAX_PATH)
            return long_name(name, error);
        AUG_TRY(append_layer(graph, layer, name, input, chain->depth, error));
        input = graph->n_nodes - 1;
    }
    *last = input;
    return AUG_OK;
}

/* A rectifier right after a layer that can apply it costs nothing. Every node has one reader but
 * for a residual's input, whose readers are fork and tee. */
static void fuse_rectifiers(NnGraph *graph)
{
    for (uint32_t i = 1; i < graph->n_nodes; i++) {
        NnNode *node = &graph->nodes[i], *before = &graph->nodes[node->input];
        if (strcmp(node->desc->name, "relu") != 0 || !before->desc->hooks->fuses)
            continue;
        before->relu = true;
        node->fused = true;
        node->alias = true;
    }
}

/* Two layers of one name would have tensors of one name. */
static AugStatus check_names(const NnGraph *graph, AugError *error)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        for (uint32_t k = 0; k < i; k++) {
            const NnNode *a = &graph->nodes[k], *b = &graph->nodes[i];
            if (a->listed && b->listed && !strcmp(a->name, b->name))
                return AUG_FAIL(error, AUG_BAD_SPEC, b->where,
                                "layer name %s is used twice; names must differ", b->name);
        }
    return AUG_OK;
}

static AugStatus append_loss(NnGraph *graph, const NnNetworkSpec *spec, uint32_t last,
                             AugError *error)
{
    const NnNode *before = &graph->nodes[last];
    const NnShape out = before->out;
    char text[48];
    nn_shape_text(out, text);
    if (out.height != 1 || out.width != 1 || out.channels < 2)
        return AUG_FAIL(error, AUG_BAD_SPEC, before->where,
                        "layer %s (%s), the last, gives %s; the loss needs one value for each of "
                        "at least 2 classes, such as a linear layer's",
                        before->name, before->desc->name, text);
    NnNode *loss = append(graph, &nn_node_loss, last, "loss", NULL);
    if (!loss || !copy_params(graph, loss, &spec->loss))
        return no_memory(error);
    return AUG_OK;
}

static AugStatus check_input(const NnShape *input, AugError *error)
{
    if (input->height < 1 || input->width < 1 || input->channels < 1 ||
        (size_t)input->height * (size_t)input->width > NN_MAX_VALUES ||
        nn_shape_values(*input) > NN_MAX_VALUES)
        return AUG_FAIL(error, AUG_BAD_SPEC, "input",
                        "the input is %d x %d x %d; allowed are at least 1 in each, and at most "
                        "%zu values",
                        input->height, input->width, input->channels, NN_MAX_VALUES);
    return AUG_OK;
}

AugStatus nn_graph_build(NnGraph *graph, const NnNetworkSpec *spec, AugError *error)
{
    AUG_TRY(check_input(&spec->input, error));
    if (spec->n_layers == 0)
        return AUG_FAIL(error, AUG_BAD_SPEC, "layers",
                        "there are no layers; allowed is at least 1");
    const size_t n = count_nodes(spec->layers, spec->n_layers, 0) + 2;
    if (n > NN_MAX_NODES)
        return AUG_FAIL(error, AUG_TOO_LARGE, "layers",
                        "there are too many layers; allowed are %d, nested %d deep",
                        NN_MAX_NODES - 2, NN_MAX_DEPTH);
    graph->capacity = (uint32_t)n;
    graph->nodes = augi_arena_take(graph->memory, n * sizeof(NnNode));
    if (!graph->nodes || !append(graph, &nn_node_input, NN_NONE, "input", NULL))
        return no_memory(error);
    graph->nodes[0].out = spec->input;
    const Chain chain = {spec->layers, spec->n_layers, 0, "", 0};
    uint32_t last;
    AUG_TRY(append_chain(graph, &chain, &last, error));
    AUG_TRY(check_names(graph, error));
    AUG_TRY(append_loss(graph, spec, last, error));
    fuse_rectifiers(graph);
    return AUG_OK;
}
