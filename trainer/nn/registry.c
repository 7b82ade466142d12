/* Looking up modules by name. The modules themselves come from the files *.list. */
#include <string.h>

#include "trainer/nn/init.h"
#include "trainer/nn/loss.h"
#include "trainer/nn/network.h"
#include "trainer/nn/schedule.h"

/* Each list: what it is called, how long it is, and its modules. */
#define LISTS(X)                          \
    X(LOSS, "loss", losses)               \
    X(LAYER, "layer", layers)             \
    X(OPTIMIZER, "optimizer", optimizers) \
    X(SCHEDULE, "schedule", schedules)    \
    X(INIT, "initialization", inits)

const char *nn_module_kind_name(NnModuleKind kind)
{
    switch (kind) {
#define NAME(kind, text, list) \
    case NN_MODULE_##kind:     \
        return text;
        LISTS(NAME)
    default:
        return "";
    }
}

size_t nn_n_modules(NnModuleKind kind)
{
    switch (kind) {
#define COUNT(kind, text, list) \
    case NN_MODULE_##kind:      \
        return nn_n_##list;
        LISTS(COUNT)
    default:
        return 0;
    }
}

const NnModuleDesc *nn_module_at(NnModuleKind kind, size_t index)
{
    switch (kind) {
#define AT(kind, text, list) \
    case NN_MODULE_##kind:   \
        return &nn_##list[index]->module;
        LISTS(AT)
    default:
        return NULL;
    }
}

const NnModuleDesc *nn_module_default(NnModuleKind kind)
{
    for (size_t i = 0; i < nn_n_modules(kind); i++)
        if (nn_module_at(kind, i)->is_default)
            return nn_module_at(kind, i);
    return NULL;
}

const NnModuleDesc *nn_module_find(NnModuleKind kind, const char *name)
{
    for (size_t i = 0; i < nn_n_modules(kind); i++)
        if (!strcmp(nn_module_at(kind, i)->name, name))
            return nn_module_at(kind, i);
    return NULL;
}

static const char *name_at(const void *kind, size_t i)
{
    return nn_module_at(*(const NnModuleKind *)kind, i)->name;
}

const char *nn_module_nearest(NnModuleKind kind, const char *wrong)
{
    return augi_nearest_name(wrong, name_at, &kind, nn_n_modules(kind));
}

unsigned nn_loss_targets(const NnChoice *loss)
{
    const NnLossDesc *desc = (const NnLossDesc *)loss->module;
    return desc->compares && loss->params ? desc->targets & desc->compares(loss->params)
                                          : desc->targets;
}

const NnScalar *nn_loss_scalars(const NnChoice *loss, size_t *n)
{
    const NnLossDesc *desc = (const NnLossDesc *)loss->module;
    *n = desc->counted ? desc->counted(loss->params) : desc->n_scalars;
    return desc->scalars;
}

bool nn_loss_ignores(const NnChoice *loss, int64_t label)
{
    const NnLossDesc *desc = (const NnLossDesc *)loss->module;
    return desc->ignores && desc->ignores(loss->params, label);
}

const NnLayerDesc *nn_layer_find(const char *name)
{
    return (const NnLayerDesc *)nn_module_find(NN_MODULE_LAYER, name);
}

bool nn_layer_reads_indices(const NnLayerDesc *desc)
{
    return desc->hooks && desc->hooks->limit;
}

AugStatus nn_choice_copy(AugiArena *memory, const NnChoice *choice, const void **params,
                         AugError *error)
{
    const AugParamTable *table = &choice->module->params;
    void *copy = augi_arena_take(memory, table->size + 1);
    if (!copy)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for parameters");
    const void *given = choice->params;
    *params = copy;
    if (given) {
        memcpy(copy, given, table->size);
        return table->settle ? table->settle(copy, error) : AUG_OK;
    }
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    augi_params_bind(table, NULL, NULL, choice->module->name, copy, &problems);
    return problems.n ? AUG_FAIL(error, first.status, NULL, "%s", first.message) : AUG_OK;
}
