/* Inside of the model file: what is shared while one is read. */
#ifndef NN_MODEL_READING_H
#define NN_MODEL_READING_H

#include "libaug/arena.h"
#include "trainer/model_file.h"

/* Parameters that were bound, so that the texts in them can be freed. */
typedef struct NnBoundParams {
    const AugParamTable *table;
    void *params;
    struct NnBoundParams *next;
} NnBoundParams;

/* What a model file owns. */
typedef struct NnModelMemory {
    AugArena *arena;
    NnBoundParams *bound;
} NnModelMemory;

/* State of one reading. failed: memory is out; the result is dropped then. */
typedef struct NnModelReading {
    NnModelMemory *memory;
    AugProblems *problems;
    bool failed;
} NnModelReading;

/* Zeroed memory of the model file; NULL (and reading->failed) if memory is out. */
void *nn_model_take(NnModelReading *reading, size_t size);

/* Formatted text of the model file; an empty one if memory is out. */
const char *nn_model_text(NnModelReading *reading, const char *format, ...) AUG_PRINTF(2, 3);

/* Binds a table to what stands at value: a map of parameters, or a lone value for the first row;
 * NULL: defaults. handled: see augi_params_bind. NULL for a table without rows. */
const void *nn_model_bind(NnModelReading *reading, const AugParamTable *table, const AugTree *value,
                          const char *const *handled, const char *path);

/* Reports every key of a map that is none of n names. */
void nn_model_check_keys(NnModelReading *reading, const AugTree *map, const char *const *names,
                         size_t n, const char *path);

/* Reads a list of layers; path is for messages. */
const NnLayerSpec *nn_model_layers(NnModelReading *reading, const AugTree *list, const char *path,
                                   size_t *n);

/* Text of a map that stood in the model file, as YAML in which every value keeps its line, and its
 * column as far as that is possible. NULL if memory is out; the caller frees it. */
char *nn_tree_text(const AugTree *map);

#endif
