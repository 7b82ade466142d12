/* Reads layers from text by the same code as a model file, and fills tensors by a formula. */
#include "tests/support/nn_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "trainer/model/model_reading.h"
#include "trainer/vectors/vectors.h"

static AugiTreeDocument *parse(const char *text)
{
    AugError items[4] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    AugLimits limits;
    AugiTreeDocument *document = NULL;
    aug_limits_init(&limits);
    if (augi_tree_parse(&document, text, strlen(text), "fixture", &limits, &problems) != AUG_OK)
        ck_abort_msg("%s: %s: %s", text, items[0].where, items[0].message);
    return document;
}

NnFixture nn_fixture_make(const char *text)
{
    AugError items[4] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    NnFixture fixture = {.document = parse(text), .memory = calloc(1, sizeof(TrainModelMemory))};
    fixture.memory->arena = augi_arena_new();
    TrainModelReading reading = {.memory = fixture.memory, .problems = &problems};
    fixture.layers =
        train_model_layers(&reading, &fixture.document->root, "layers", &fixture.n_layers);
    if (problems.n)
        ck_abort_msg("%s: %s: %s", text, items[0].where, items[0].message);
    return fixture;
}

void *nn_fixture_params(const AugParamTable *table, const char *text)
{
    AugError items[4] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    AugiTreeDocument *document = parse(text);
    void *params = calloc(1, table->size ? table->size : 1);
    augi_params_bind(table, &document->root, NULL, "fixture", params, &problems);
    if (problems.n)
        ck_abort_msg("%s: %s: %s", text, items[0].where, items[0].message);
    augi_tree_free(document);
    return params;
}

/* Parameters that stay, so that leak checkers find them. */
typedef struct Kept {
    struct Kept *next;
    void *params;
} Kept;

static Kept *kept;

NnChoice nn_fixture_choice(NnModuleKind kind, const char *text)
{
    AugError items[4] = {{0}};
    AugProblems problems = {.items = items, .capacity = AUG_COUNT(items)};
    AugiTreeDocument *document = parse(text);
    const AugiTree *value = &document->root.children[0];
    const NnModuleDesc *module = nn_module_find(kind, value->key);
    ck_assert_msg(module != NULL, "%s: %s", nn_module_kind_name(kind), text);
    Kept *keep = malloc(sizeof(*keep));
    *keep = (Kept){kept, calloc(1, module->params.size + 1)};
    kept = keep;
    if (value->kind == AUGI_TREE_MAP)
        augi_params_bind(&module->params, value, NULL, "fixture", keep->params, &problems);
    else
        augi_params_bind_short(&module->params, value, "fixture", keep->params, &problems);
    if (problems.n)
        ck_abort_msg("%s: %s: %s", text, items[0].where, items[0].message);
    augi_tree_free(document);
    return (NnChoice){module, keep->params};
}

NnChoice nn_fixture_optimizer(const char *text)
{
    return nn_fixture_choice(NN_MODULE_OPTIMIZER, text);
}

NnNetwork *nn_fixture_network(const char *layers, const char *optimizer, NnNetworkSpec spec)
{
    NnFixture fixture = nn_fixture_make(layers);
    NnNetwork *network;
    AugError error = {0};
    spec.layers = fixture.layers;
    spec.n_layers = fixture.n_layers;
    spec.optimizer = nn_fixture_optimizer(optimizer);
    if (nn_network_new(&network, &spec, &error) != AUG_OK)
        ck_abort_msg("%s: %s: %s", layers, error.where, error.message);
    nn_fixture_free(&fixture);
    return network;
}

void nn_fixture_free(NnFixture *fixture)
{
    /* Layers own no text, so nothing but the arena has to be freed. */
    augi_arena_free(fixture->memory->arena);
    free(fixture->memory);
    augi_tree_free(fixture->document);
}

double nn_fixture_value(uint32_t salt, uint32_t i)
{
    return vector_sequence_value(salt, i);
}
