/* From a case's words to modules and networks, by the code that reads model files. */
#include <string.h>

#include "trainer/vectors/case.h"

/* Bytes that a network of a case may take. */
#define MAX_MEMORY ((uint64_t)2 << 30)

const AugParamDesc *vector_row(const AugParamTable *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++) {
        const AugParamDesc *row = &table->rows[i];
        if (!strcmp(row->name, name) ||
            (row->aka && augi_name_is_among(row->aka, name, strlen(name))))
            return row;
    }
    return NULL;
}

void vector_note(VectorCase *c, const char *list, const char *name, const json_t *params)
{
    json_array_append_new(c->modules,
                          json_pack("{s:s,s:s,s:o}", "list", list, "name", name, "params",
                                    params ? json_deep_copy(params) : json_object()));
}

/* The tree of a JSON value that is taken over. */
static AugStatus read_tree(VectorCase *c, json_t *json, AugProblems *problems,
                           const AugiTree **tree)
{
    AugLimits limits;
    AugiTreeDocument *document = NULL;
    aug_limits_init(&limits);
    if (!vector_keep(c, json))
        return AUG_FAIL(&c->error, AUG_NO_MEMORY, NULL, "no memory for a case");
    if (c->n_documents == AUG_COUNT(c->documents))
        return AUG_FAIL(&c->error, AUG_TOO_LARGE, NULL, "the case has too many modules");
    if (augi_tree_from_json(&document, json, "", &limits, problems) != AUG_OK)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "%s", problems->items[0].message);
    c->documents[c->n_documents++] = document;
    *tree = &document->root;
    return AUG_OK;
}

static AugStatus check_problems(VectorCase *c, const AugProblems *problems,
                                const TrainModelReading *reading)
{
    if (reading->failed)
        return AUG_FAIL(&c->error, AUG_NO_MEMORY, NULL, "no memory for a module");
    if (problems->n)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "%s", problems->items[0].message);
    return AUG_OK;
}

AugStatus vector_choice(VectorCase *c, NnModuleKind kind, const char *name, json_t *params,
                        NnChoice *choice)
{
    AugError items[1] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    TrainModelReading reading = {.memory = &c->memory, .problems = &problems};
    const AugiTree *tree = NULL;
    const char *key;
    json_t *value;
    params = vector_keep(c, params);
    const NnModuleDesc *module = nn_module_find(kind, name);
    if (!module)
        return vector_unknown(c, nn_module_kind_name(kind), name);
    json_object_foreach(
        params, key,
        value) if (!vector_row(&module->params, key)) return vector_unknown(c, "parameter", key);
    AUG_TRY(read_tree(c, json_incref(params), &problems, &tree));
    *choice =
        (NnChoice){module, train_model_bind(&reading, &module->params, tree, NULL, module->name)};
    return check_problems(c, &problems, &reading);
}

AugStatus vector_layers_text(VectorCase *c, const char *text, const NnLayerSpec **layers, size_t *n)
{
    AugError items[1] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    TrainModelReading reading = {.memory = &c->memory, .problems = &problems};
    AugiTreeDocument *document = NULL;
    AugLimits limits;
    aug_limits_init(&limits);
    if (c->n_documents == AUG_COUNT(c->documents))
        return AUG_FAIL(&c->error, AUG_TOO_LARGE, NULL, "the case has too many modules");
    if (augi_tree_parse(&document, text, strlen(text), "layers", &limits, &problems) != AUG_OK)
        return check_problems(c, &problems, &reading);
    c->documents[c->n_documents++] = document;
    *layers = train_model_layers(&reading, &document->root, "layers", n);
    return check_problems(c, &problems, &reading);
}

AugStatus vector_layers(VectorCase *c, json_t *list, const NnLayerSpec **layers, size_t *n)
{
    AugError items[1] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    TrainModelReading reading = {.memory = &c->memory, .problems = &problems};
    const AugiTree *tree = NULL;
    AUG_TRY(read_tree(c, list, &problems, &tree));
    *layers = train_model_layers(&reading, tree, "layers", n);
    return check_problems(c, &problems, &reading);
}

AugStatus vector_network(VectorCase *c, NnNetworkSpec *spec, NnNetwork **network)
{
    *network = NULL;
    if (c->n_networks == VECTOR_MAX_NETWORKS)
        return AUG_FAIL(&c->error, AUG_TOO_LARGE, NULL, "the case needs too many networks");
    if (!spec->optimizer.module)
        AUG_TRY(vector_choice(c, NN_MODULE_OPTIMIZER, "sgd",
                              json_pack("{s:f,s:b}", "lr", 1.0, "decay_all", 1), &spec->optimizer));
    spec->kernels = c->settings->kernels;
    spec->n_threads = c->settings->n_threads;
    spec->max_memory = MAX_MEMORY;
    AUG_TRY(nn_network_new(network, spec, &c->error));
    c->networks[c->n_networks++] = *network;
    return AUG_OK;
}

AugStatus vector_write(VectorCase *c, NnNetwork *network, const char *name,
                       const VectorTensor *tensor)
{
    size_t index;
    NnTensorInfo info;
    NnReal *values;
    if (tensor->n == 0)
        return AUG_OK;
    if (!nn_network_find_tensor(network, name, &index))
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "there is no '%.60s' to be given values",
                        name);
    nn_network_tensor(network, index, &info);
    if (info.n_values != tensor->n)
        return AUG_FAIL(&c->error, AUG_BAD_SPEC, NULL, "'%.60s' has %zu values, not %zu", name,
                        info.n_values, tensor->n);
    AUG_TRY(vector_to_reals(c, tensor, &values));
    nn_network_write_tensor(network, index, values);
    return AUG_OK;
}
