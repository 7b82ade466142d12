/* Changes the expanded text of a spec where a derivation says so, and reads it again. */
#include "trainer/data/derive.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/spec/spec.h"

/* Value of a map; NULL if it is not there. */
static AugiTree *member(AugiTree *map, const char *key)
{
    for (size_t i = 0; map && i < map->n_children; i++)
        if (!strcmp(map->children[i].key, key))
            return &map->children[i];
    return NULL;
}

static void set_word(AugiTree *map, const char *key, const char *word)
{
    AugiTree *value = member(map, key);
    if (value)
        value->text = word;
}

static void change(AugiTree *root, const TrainDerivation *derivation)
{
    AugiTree *batch = member(root, "batch");
    set_word(batch, "shuffle", derivation->shuffle ? "true" : "false");
    set_word(batch, "tail", "short");
    if (derivation->batch)
        set_word(batch, "size", derivation->batch);
    AugiTree *dataset = member(root, "dataset");
    if (dataset && dataset->kind == AUGI_TREE_SCALAR && derivation->dataset)
        dataset->text = derivation->dataset;
}

static AugStatus read_changed(TrainSpecText *out, const TrainSpecText *from,
                              const AugLimits *limits, AugError *error)
{
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1, .source_name = out->name};
    const AugStatus status =
        augi_spec_from_tree(&out->spec, &out->document->root, out->name, limits, &problems);
    if (status != AUG_OK)
        return AUG_FAIL(error, first.status, out->name, "%s", first.message);
    const char *file = from->spec->file;
    AUG_TRY(file ? augi_spec_set_file(out->spec, file, error) : AUG_OK);
    out->text = aug_spec_expanded(out->spec);
    return out->text ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, out->name, "memory is exhausted");
}

static AugStatus derive(TrainSpecText *out, const TrainSpecText *from,
                        const TrainDerivation *derivation, const AugLimits *limits, AugError *error)
{
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    char *text = aug_spec_expanded(from->spec);
    out->name = strdup(derivation->name);
    AugStatus status = text && out->name ? AUG_OK : AUG_NO_MEMORY;
    if (status == AUG_OK)
        status = augi_tree_parse(&out->document, text, strlen(text), out->name, limits, &problems);
    free(text);
    if (status != AUG_OK)
        return AUG_FAIL(error, status, derivation->name, "%s",
                        problems.n ? first.message : "memory is exhausted");
    change(&out->document->root, derivation);
    out->tree = &out->document->root;
    return read_changed(out, from, limits, error);
}

AugStatus train_spec_derive(TrainSpecText *out, const TrainSpecText *from,
                            const TrainDerivation *derivation, const AugLimits *limits,
                            AugError *error)
{
    *out = (TrainSpecText){0};
    const AugStatus status = derive(out, from, derivation, limits, error);
    if (status != AUG_OK)
        train_spec_fini(out);
    return status;
}

void train_spec_fini(TrainSpecText *spec)
{
    aug_spec_free(spec->spec);
    augi_tree_free(spec->document);
    free(spec->text);
    free(spec->name);
    *spec = (TrainSpecText){0};
}
