/* Memory, binding of parameters and refusal of unknown keys, for all sections of a model file. */
#include "trainer/model/model_reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *train_model_take(TrainModelReading *reading, size_t size)
{
    void *memory = augi_arena_take(reading->memory->arena, size);
    if (!memory)
        reading->failed = true;
    return memory;
}

const char *train_model_text(TrainModelReading *reading, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    const char *copy = text ? augi_arena_text(reading->memory->arena, text, strlen(text)) : NULL;
    free(text);
    if (!copy)
        reading->failed = true;
    return copy ? copy : "";
}

const void *train_model_bind(TrainModelReading *reading, const AugParamTable *table,
                             const AugiTree *value, const char *const *handled, const char *path)
{
    /* A table without rows is bound all the same: that reports what stands there. */
    TrainBoundParams *bound = train_model_take(reading, sizeof(*bound));
    void *params = train_model_take(reading, table->size ? table->size : 1);
    if (!bound || !params)
        return NULL;
    if (value && value->kind != AUGI_TREE_MAP)
        augi_params_bind_short(table, value, path, params, reading->problems);
    else
        augi_params_bind(table, value, handled, path, params, reading->problems);
    *bound = (TrainBoundParams){table, params, reading->memory->bound};
    reading->memory->bound = bound;
    return table->n ? params : NULL;
}

static const char *name_at(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

static void report_key(TrainModelReading *reading, const AugiTree *entry, const char *const *names,
                       size_t n, const char *path)
{
    const char *near = augi_nearest_name(entry->key, name_at, names, n);
    if (near) {
        augi_tree_key_problem(reading->problems, entry, path,
                              "the key '%.60s' is not known; did you mean '%s'?", entry->key, near);
        return;
    }
    char known[300];
    augi_known_names(name_at, names, n, known, sizeof(known));
    augi_tree_key_problem(reading->problems, entry, path, "the key '%.60s' is not known; %s",
                          entry->key, known);
}

void train_model_check_keys(TrainModelReading *reading, const AugiTree *map,
                            const char *const *names, size_t n, const char *path)
{
    for (size_t i = 0; i < map->n_children; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known = known || strcmp(map->children[i].key, names[k]) == 0;
        if (!known)
            report_key(reading, &map->children[i], names, n, path);
    }
}
