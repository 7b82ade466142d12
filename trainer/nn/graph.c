/* Appends nodes layer by layer, and finds their shapes. */
#include "trainer/nn/graph.h"

#include <stdio.h>
#include <string.h>

#include "trainer/nn/fuse.h"
#include "trainer/nn/loss.h"

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
        count += count_nodes(layers[i].branch, layers[i].n_branch, depth + 1) +
                 count_nodes(layers[i].shortcut, layers[i].n_shortcut, depth + 1);
    }
    return count < NN_MAX_NODES ? count : NN_MAX_NODES + 1;
}

/* The message of an inner error after "layer 5 (conv): ", at the layer's place. */
static AugStatus layer_error(const NnNode *node, const AugError *inner, AugError *error)
{
    return AUG_FAIL(error, inner->status, node->where, "layer %s (%s): %s", node->name,
                    node->module->name, inner->message);
}

/* What a node is: kind, how it runs, name, and place in the user's file or NULL. */
typedef struct Kind {
    const NnModuleDesc *module;
    const NnLayerHooks *hooks;
    const char *name, *where;
} Kind;

static Kind layer_kind(const NnLayerSpec *layer, const char *name)
{
    return (Kind){&layer->desc->module, layer->desc->hooks, name, layer->where};
}

/* Appends a node that reads n others; NULL if memory is out. */
static NnNode *append(NnGraph *graph, Kind kind, const uint32_t *inputs, uint32_t n)
{
    NnNode *node = &graph->nodes[graph->n_nodes];
    *node = (NnNode){.module = kind.module,
                     .hooks = kind.hooks,
                     .number = graph->n_numbers++,
                     .n_inputs = n,
                     .alias = kind.hooks->aliases,
                     .y = NN_NONE,
                     .dy = NN_NONE,
                     .made_by = NN_NONE,
                     .other = NN_NONE,
                     .plus = NN_NONE,
                     .saved = NN_NONE,
                     .partial = NN_NONE,
                     .weight = NN_NONE,
                     .bias = NN_NONE,
                     .mean = NN_NONE,
                     .variance = NN_NONE};
    for (uint32_t k = 0; k < NN_MAX_INPUTS; k++)
        node->xs[k] = node->dxs[k] = node->inputs[k] = NN_NONE;
    for (uint32_t k = 0; k < n; k++) {
        node->inputs[k] = inputs[k];
        node->ins[k] = graph->nodes[inputs[k]].out;
        graph->nodes[inputs[k]].n_readers++;
    }
    node->out = node->in;
    node->in_rows = node->out_rows = n ? graph->nodes[inputs[0]].out_rows : 1;
    node->name = augi_arena_text(graph->memory, kind.name, strlen(kind.name));
    node->where = augi_arena_text(graph->memory, kind.where ? kind.where : "",
                                  kind.where ? strlen(kind.where) : 0);
    if (!node->name || !node->where)
        return NULL;
    graph->n_nodes++;
    return node;
}

static bool copy_params(NnGraph *graph, NnNode *node, const void *params)
{
    const size_t size = node->module->params.size;
    if (!size)
        return true;
    node->params = augi_arena_take(graph->memory, size);
    if (node->params)
        memcpy(node->params, params, size);
    return node->params != NULL;
}

/* Whether a layer can read what its inputs hold, and all of them together. */
static AugStatus check_inputs(const NnGraph *graph, const NnNode *node, AugError *error)
{
    const NnLayerHooks *hooks = node->hooks;
    for (uint32_t k = 0; k < node->n_inputs; k++)
        if (graph->nodes[node->inputs[k]].indices != (hooks->limit != NULL))
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            graph->nodes[node->inputs[k]].indices
                                ? "its input are indices, not values; put an embedding before it"
                                : "its input are values; it needs indices");
    for (uint32_t k = 1; k < node->n_inputs; k++)
        if (graph->nodes[node->inputs[k]].out_rows != node->in_rows)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "its inputs have %u and %u rows for each sample; they must be equal",
                            node->in_rows, graph->nodes[node->inputs[k]].out_rows);
    return AUG_OK;
}

/* Whether it reads as many layers as it can, and what they give is of its kind. */
static AugStatus check_reading(const NnGraph *graph, const NnNode *node, AugError *error)
{
    const NnLayerHooks *hooks = node->hooks;
    const uint32_t most = hooks->max_inputs ? hooks->max_inputs : 1;
    if (node->n_inputs > most)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "it reads %u layers; allowed are up to %u",
                        node->n_inputs, most);
    if (hooks->join && node->n_inputs < 2)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "it reads one layer; it needs at least two, such as from: [a, b]");
    return check_inputs(graph, node, error);
}

static AugStatus call_shape(NnNode *node, AugError *error)
{
    const NnLayerHooks *hooks = node->hooks;
    if (hooks->rows)
        AUG_TRY(hooks->rows(node->params, node->in_rows, &node->out_rows, error));
    if (hooks->join)
        return hooks->join(node->params, node->ins, node->n_inputs, &node->out, error);
    return hooks->shape ? hooks->shape(node->params, node->in, &node->out, error) : AUG_OK;
}

/* "layer 3 (conv), 7x7x64, and the input, 28x28x1": what a node reads. */
static void inputs_text(const NnGraph *graph, const NnNode *node, char *text, size_t size)
{
    size_t used = 0;
    for (uint32_t k = 0; k < node->n_inputs && used < size; k++) {
        const NnNode *from = &graph->nodes[node->inputs[k]];
        char shape[48];
        nn_shape_text(node->ins[k], shape);
        const char *joint = k == 0 ? "" : k + 1 < node->n_inputs ? ", " : " and ";
        const int n = node->inputs[k] == 0
                          ? snprintf(text + used, size - used, "%sthe input, %s", joint, shape)
                          : snprintf(text + used, size - used, "%slayer %s (%s), %s", joint,
                                     from->name, from->module->name, shape);
        used += (size_t)n;
    }
}

/* A shape that does not fit, with the layers that it comes from. */
static AugStatus shape_error(const NnGraph *graph, const NnNode *node, const AugError *inner,
                             AugError *error)
{
    char inputs[256] = "";
    AugError whole = {0};
    inputs_text(graph, node, inputs, sizeof(inputs));
    (void)AUG_FAIL(&whole, inner->status, NULL, "%s; it reads %s", inner->message, inputs);
    return layer_error(node, &whole, error);
}

/* Output shape of a layer. */
static AugStatus find_shape(const NnGraph *graph, NnNode *node, AugError *error)
{
    AugError inner = {0};
    if (check_reading(graph, node, &inner) != AUG_OK)
        return layer_error(node, &inner, error);
    if (call_shape(node, &inner) != AUG_OK)
        return shape_error(graph, node, &inner, error);
    const size_t values = nn_shape_values(node->out);
    if (values > NN_MAX_VALUES / node->out_rows) {
        (void)AUG_FAIL(&inner, AUG_TOO_LARGE, NULL,
                       "its output has %zu values for one sample; allowed are at most %zu", values,
                       NN_MAX_VALUES / node->out_rows);
        return layer_error(node, &inner, error);
    }
    return AUG_OK;
}

static AugStatus append_chain(NnGraph *graph, const Chain *chain, uint32_t *last, AugError *error);

bool nn_same_shape(NnShape a, NnShape b)
{
    return a.height == b.height && a.width == b.width && a.channels == b.channels &&
           a.flat == b.flat;
}

/* Length of the prefix of the list around that of a prefix: "a.branch." stands in "", and
 * "a.branch.b.branch." in "a.branch.". */
static size_t outer_prefix(const char *prefix, size_t size)
{
    int dots = 0;
    for (size--; size > 0; size--) {
        dots += prefix[size - 1] == '.';
        if (dots == 2)
            break;
    }
    return size;
}

uint32_t nn_graph_find(const NnGraph *graph, const char *prefix, const char *name)
{
    for (size_t size = strlen(prefix);; size = outer_prefix(prefix, size)) {
        for (uint32_t i = 1; i < graph->n_nodes; i++) {
            const NnNode *node = &graph->nodes[i];
            if (node->listed && !strncmp(node->name, prefix, size) &&
                !strcmp(node->name + size, name))
                return i;
        }
        if (size == 0)
            return strcmp(name, "input") != 0 ? NN_NONE : 0;
    }
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

/* A residual is: branch, shortcut, sum. Numbers are given to the two ends where they begin, too. */
static AugStatus append_residual(NnGraph *graph, const NnLayerSpec *layer, const char *name,
                                 uint32_t input, int depth, AugError *error)
{
    const Chain branch = {layer->branch, layer->n_branch, input, NULL, depth + 1};
    const Chain shortcut = {layer->shortcut, layer->n_shortcut, input, NULL, depth + 1};
    uint32_t ends[2];
    graph->n_numbers++;
    AUG_TRY(append_side(graph, branch, name, "branch", &ends[0], error));
    graph->n_numbers++;
    AUG_TRY(append_side(graph, shortcut, name, "shortcut", &ends[1], error));
    NnNode *sum = append(graph, layer_kind(layer, name), ends, 2);
    if (!sum || !copy_params(graph, sum, layer->params))
        return no_memory(error);
    sum->listed = true;
    AugError inner = {0};
    if (check_inputs(graph, sum, &inner) != AUG_OK)
        return layer_error(sum, &inner, error);
    if (nn_same_shape(sum->ins[0], sum->ins[1]))
        return AUG_OK;
    char a[48], b[48];
    nn_shape_text(sum->ins[0], a);
    nn_shape_text(sum->ins[1], b);
    (void)AUG_FAIL(&inner, AUG_BAD_SPEC, NULL,
                   "its branch gives %s, its shortcut %s; they must be equal (a 1x1 convolution as "
                   "shortcut changes channels and stride)",
                   a, b);
    return layer_error(sum, &inner, error);
}

/* What a layer reads: n nodes, the one before it if it does not say. */
static AugStatus find_inputs(const NnGraph *graph, const NnLayerSpec *layer, const char *prefix,
                             uint32_t inputs[NN_MAX_INPUTS], uint32_t *n, AugError *error)
{
    if (layer->n_from > NN_MAX_INPUTS)
        return AUG_FAIL(error, AUG_BAD_SPEC, layer->where,
                        "from names %zu layers; allowed are up to %d", layer->n_from,
                        NN_MAX_INPUTS);
    *n = layer->n_from ? (uint32_t)layer->n_from : 1;
    for (size_t k = 0; k < layer->n_from; k++) {
        inputs[k] = nn_graph_find(graph, prefix, layer->from[k]);
        if (inputs[k] == NN_NONE)
            return AUG_FAIL(error, AUG_BAD_SPEC, layer->where,
                            "from: there is no layer '%.60s' before this one", layer->from[k]);
    }
    return AUG_OK;
}

static AugStatus append_layer(NnGraph *graph, const NnLayerSpec *layer, const char *name,
                              const Chain *chain, uint32_t before, AugError *error)
{
    uint32_t inputs[NN_MAX_INPUTS] = {before}, n = 1;
    AUG_TRY(find_inputs(graph, layer, chain->prefix, inputs, &n, error));
    if (layer->desc->has_branches && n > 1)
        return AUG_FAIL(error, AUG_BAD_SPEC, layer->where,
                        "layer %s (%s): it reads %u layers; allowed are up to 1", name,
                        layer->desc->module.name, n);
    if (layer->desc->has_branches)
        return append_residual(graph, layer, name, inputs[0], chain->depth, error);
    NnNode *node = append(graph, layer_kind(layer, name), inputs, n);
    if (!node || !copy_params(graph, node, layer->params))
        return no_memory(error);
    node->listed = true;
    return find_shape(graph, node, error);
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
        AUG_TRY(append_layer(graph, layer, name, chain, input, error));
        input = graph->n_nodes - 1;
    }
    *last = input;
    return AUG_OK;
}

/* What the loss does not depend on is not run. */
static void find_used(NnGraph *graph)
{
    graph->nodes[graph->n_nodes - 1].used = true;
    for (uint32_t i = graph->n_nodes; i-- > 0;)
        for (uint32_t k = 0; graph->nodes[i].used && k < graph->nodes[i].n_inputs; k++)
            graph->nodes[graph->nodes[i].inputs[k]].used = true;
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

static bool is_list(NnShape shape)
{
    return shape.height == 1 && shape.width == 1;
}

/* Whether values of two shapes can be compared: of equal ones, or where one is a list of all. */
static bool are_comparable(NnShape a, NnShape b)
{
    return nn_shape_values(a) == nn_shape_values(b) &&
           (is_list(a) || is_list(b) || (a.height == b.height && a.width == b.width));
}

/* An output that is compared with the network's input has as many values, in as many rows. */
static AugStatus check_same_values(const NnGraph *graph, uint32_t last, AugError *error)
{
    const NnNode *before = &graph->nodes[last], *input = &graph->nodes[0];
    char a[48], b[48];
    if (are_comparable(before->out, input->out) && before->out_rows == input->out_rows &&
        !input->indices)
        return AUG_OK;
    nn_shape_text(before->out, a);
    nn_shape_text(input->out, b);
    return AUG_FAIL(error, AUG_BAD_SPEC, before->where,
                    "layer %s (%s), the last, gives %s; the loss compares it with the input, which "
                    "is %s",
                    before->name, before->module->name, a, b);
}

/* A loss compares so many rows of a sample. */
static AugStatus check_rows(const NnNode *before, const NnLossDesc *loss, AugError *error)
{
    const uint32_t least = loss->least_rows ? loss->least_rows : 1;
    const uint32_t most = loss->most_rows ? loss->most_rows : 1;
    const char *bound = before->out_rows < least && least < most ? "at least " : "";
    if (before->out_rows >= least && before->out_rows <= most)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, before->where,
                    "layer %s (%s), the last, gives %u row%s for each sample; %s compares %s%u",
                    before->name, before->module->name, before->out_rows,
                    before->out_rows == 1 ? "" : "s", loss->name, bound, least);
}

static AugStatus append_loss(NnGraph *graph, const NnChoice *choice, bool compares_input,
                             uint32_t last, AugError *error)
{
    const NnLossDesc *desc = (const NnLossDesc *)choice->module;
    const NnNode *before = &graph->nodes[last];
    const char *needs = desc->needs ? desc->needs(choice->params, before->out) : NULL;
    char text[48];
    nn_shape_text(before->out, text);
    if (needs)
        return AUG_FAIL(error, AUG_BAD_SPEC, before->where,
                        "layer %s (%s), the last, gives %s; the loss needs %s", before->name,
                        before->module->name, text, needs);
    AUG_TRY(check_rows(before, desc, error));
    if (compares_input && !(desc->targets & NN_TARGET_INPUT))
        return AUG_FAIL(error, AUG_BAD_SPEC, "loss", "%s does not compare with the input",
                        desc->name);
    if (compares_input)
        AUG_TRY(check_same_values(graph, last, error));
    const uint32_t inputs[2] = {last, 0};
    NnNode *loss = append(graph, (Kind){choice->module, desc->hooks, "loss", NULL}, inputs,
                          compares_input ? 2 : 1);
    if (!loss)
        return no_memory(error);
    loss->params = (void *)(uintptr_t)choice->params;
    return AUG_OK;
}

static AugStatus check_input(const NnShape *input, uint32_t n_rows, AugError *error)
{
    if (n_rows > NN_MAX_ROWS)
        return AUG_FAIL(error, AUG_BAD_SPEC, "input",
                        "the input has %u rows for each sample; allowed are up to %d", n_rows,
                        NN_MAX_ROWS);
    if (input->height < 1 || input->width < 1 || input->channels < 1 ||
        (size_t)input->height * (size_t)input->width > NN_MAX_VALUES ||
        nn_shape_values(*input) > NN_MAX_VALUES / (n_rows ? n_rows : 1))
        return AUG_FAIL(error, AUG_BAD_SPEC, "input",
                        "the input is %d x %d x %d; allowed are at least 1 in each, and at most "
                        "%zu values in all rows of a sample",
                        input->height, input->width, input->channels, NN_MAX_VALUES);
    return AUG_OK;
}

/* The node whose output is the network's: the last one, or that of a name. */
static AugStatus find_output(const NnGraph *graph, const char *name, uint32_t *last,
                             AugError *error)
{
    if (!name)
        return AUG_OK;
    *last = nn_graph_find(graph, "", name);
    return *last != NN_NONE
               ? AUG_OK
               : AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "there is no layer '%.120s'", name);
}

AugStatus nn_graph_build(NnGraph *graph, const NnNetworkSpec *spec, const NnChoice *loss,
                         AugError *error)
{
    AUG_TRY(check_input(&spec->input, spec->input_rows, error));
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
    if (!graph->nodes ||
        !append(graph, (Kind){&nn_node_input.module, nn_node_input.hooks, "input", NULL}, NULL, 0))
        return no_memory(error);
    graph->nodes[0].out = spec->input;
    graph->nodes[0].out_rows = spec->input_rows ? spec->input_rows : 1;
    graph->nodes[0].indices = spec->input_indices;
    const Chain chain = {spec->layers, spec->n_layers, 0, "", 0};
    uint32_t last;
    AUG_TRY(append_chain(graph, &chain, &last, error));
    AUG_TRY(check_names(graph, error));
    AUG_TRY(find_output(graph, spec->output, &last, error));
    AUG_TRY(append_loss(graph, loss, spec->compares_input, last, error));
    if (!spec->separate)
        nn_fuse_rectifiers(graph);
    find_used(graph);
    return AUG_OK;
}
