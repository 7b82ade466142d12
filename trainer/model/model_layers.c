/* The list of layers in a model file. An entry is a name ("relu"), or a map with one layer, its
 * parameters or a lone value for the first of them, and optionally a name for its tensors, and the
 * layers that it reads instead of the one before it:
 *
 *   - conv: {channels: 32, kernel: 3, padding: 1}
 *     name: stem
 *   - max_pool: 2
 *   - residual: {branch: [...], shortcut: [...]}
 *   - concat: {}
 *     from: [stem, 1]
 */
#include <stdio.h>
#include <string.h>

#include "trainer/model/model_reading.h"

static void report_unknown(TrainModelReading *reading, const AugiTree *at, const char *path)
{
    const char *near = nn_module_nearest(NN_MODULE_LAYER, at->key);
    if (near)
        augi_tree_key_problem(reading->problems, at, path,
                              "the layer '%.60s' is not known; did you mean '%s'?", at->key, near);
    else
        augi_tree_key_problem(reading->problems, at, path,
                              "the layer '%.60s' is not known; 'augtrain modules' lists them",
                              at->key);
}

/* Lists of layers inside a layer that stands at kind. Its parameters and lists share one map,
 * value; a lone list is the branch. */
static void read_branches(TrainModelReading *reading, const AugiTree *kind, const AugiTree *value,
                          const char *path, NnLayerSpec *layer)
{
    static const char *const handled[] = {"branch", "shortcut", NULL};
    char inner[128];
    const AugiTree *branch = value && value->kind == AUGI_TREE_LIST ? value : NULL;
    const AugiTree *shortcut = NULL;
    if (value && value->kind == AUGI_TREE_MAP) {
        layer->params = train_model_bind(reading, &layer->desc->params, value, handled, path);
        branch = augi_tree_get(value, "branch");
        shortcut = augi_tree_get(value, "shortcut");
    } else {
        layer->params = train_model_bind(reading, &layer->desc->params, NULL, NULL, path);
    }
    if (!branch) {
        augi_tree_problem(reading->problems, kind, path,
                          "branch is missing; allowed is a list of layers");
        return;
    }
    snprintf(inner, sizeof(inner), "%.100s.branch", path);
    layer->branch = train_model_layers(reading, branch, inner, &layer->n_branch);
    if (!shortcut)
        return;
    snprintf(inner, sizeof(inner), "%.100s.shortcut", path);
    layer->shortcut = train_model_layers(reading, shortcut, inner, &layer->n_shortcut);
}

/* Tensor names are built of it with dots between. */
static void read_name(TrainModelReading *reading, const AugiTree *name, const char *path,
                      NnLayerSpec *layer)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (name->kind != AUGI_TREE_SCALAR || !name->text[0] || strlen(name->text) > 60 ||
        name->text[strspn(name->text, allowed)])
        augi_tree_problem(reading->problems, name, path,
                          "name needs 1 to 60 letters, digits and underscores");
    else
        layer->name = train_model_text(reading, "%s", name->text);
}

/* A name, or a list of them. */
static void read_from(TrainModelReading *reading, const AugiTree *from, const char *path,
                      NnLayerSpec *layer)
{
    const AugiTree *items = from->kind == AUGI_TREE_LIST ? from->children : from;
    const size_t n = from->kind == AUGI_TREE_LIST ? from->n_children : 1;
    const char **names = train_model_take(reading, (n + 1) * sizeof(*names));
    if (n == 0)
        augi_tree_problem(reading->problems, from, path,
                          "from is empty; it needs the name of a layer, or a list of names");
    for (size_t i = 0; names && i < n; i++) {
        if (items[i].kind == AUGI_TREE_SCALAR)
            names[i] = train_model_text(reading, "%s", items[i].text);
        else
            augi_tree_problem(reading->problems, &items[i], path,
                              "from needs the name of a layer, or a list of names");
        names[i] = names[i] ? names[i] : "";
    }
    layer->from = names;
    layer->n_from = names ? n : 0;
}

/* The layer of an entry: its kind as key, what belongs to it as value. NULL with a problem. */
static const AugiTree *find_kind(TrainModelReading *reading, const AugiTree *entry,
                                 const char *path)
{
    const AugiTree *kind = NULL;
    size_t n = 0;
    for (size_t i = 0; entry->kind == AUGI_TREE_MAP && i < entry->n_children; i++)
        if (strcmp(entry->children[i].key, "name") != 0 &&
            strcmp(entry->children[i].key, "from") != 0) {
            kind = &entry->children[i];
            n++;
        }
    if (n == 1)
        return kind;
    augi_tree_problem(reading->problems, entry, path,
                      "a layer is a name or a map with one layer (and a name for it); found %s%s",
                      augi_tree_kind_text(entry->kind), n > 1 ? " with several" : "");
    return NULL;
}

static void read_layer(TrainModelReading *reading, const AugiTree *entry, const char *path,
                       NnLayerSpec *layer)
{
    AugiTree lone = {.key = entry->text, .place = entry->place};
    bool is_lone = entry->kind == AUGI_TREE_SCALAR;
    const AugiTree *kind = is_lone ? &lone : find_kind(reading, entry, path);
    if (!kind)
        return;
    char place[64];
    augi_place_text(is_lone ? &entry->place : &kind->key_place, place, sizeof(place));
    layer->where = train_model_text(reading, "%s:%s", reading->problems->source_name, place);
    layer->desc = nn_layer_find(kind->key);
    if (!layer->desc) {
        report_unknown(reading, kind, path);
        return;
    }
    char inner[128];
    snprintf(inner, sizeof(inner), "%.90s.%.30s", path, kind->key);
    const AugiTree nothing = {.kind = AUGI_TREE_MAP, .place = entry->place};
    const AugiTree *value = is_lone ? &nothing : kind;
    if (layer->desc->has_branches)
        read_branches(reading, kind, value, inner, layer);
    else
        layer->params = train_model_bind(reading, &layer->desc->params, value, NULL, inner);
    const AugiTree *name = is_lone ? NULL : augi_tree_get(entry, "name");
    const AugiTree *from = is_lone ? NULL : augi_tree_get(entry, "from");
    if (name)
        read_name(reading, name, inner, layer);
    if (from)
        read_from(reading, from, inner, layer);
}

const NnLayerSpec *train_model_layers(TrainModelReading *reading, const AugiTree *list,
                                      const char *path, size_t *n)
{
    *n = 0;
    if (list->kind != AUGI_TREE_LIST || list->n_children == 0) {
        augi_tree_problem(reading->problems, list, path, "a list of layers is expected here");
        return NULL;
    }
    NnLayerSpec *layers = train_model_take(reading, list->n_children * sizeof(*layers));
    if (!layers)
        return NULL;
    for (size_t i = 0; i < list->n_children; i++) {
        char inner[128];
        snprintf(inner, sizeof(inner), "%.100s[%zu]", path, i);
        read_layer(reading, &list->children[i], inner, &layers[i]);
    }
    *n = list->n_children;
    return layers;
}
