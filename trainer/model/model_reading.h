/* Inside of the model file: what is shared while one is read. */
#ifndef TRAIN_MODEL_READING_H
#define TRAIN_MODEL_READING_H

#include "libaug/base/arena.h"
#include "trainer/model/model_file.h"

/* Parameters that were bound, so that the texts in them can be freed. */
typedef struct TrainBoundParams {
    const AugParamTable *table;
    void *params;
    struct TrainBoundParams *next;
} TrainBoundParams;

/* What a model file owns. */
typedef struct TrainModelMemory {
    AugiTreeDocument *document;
    AugiArena *arena;
    TrainBoundParams *bound;
} TrainModelMemory;

/* State of one reading. failed: memory is out; the result is dropped then. */
typedef struct TrainModelReading {
    TrainModelMemory *memory;
    AugProblems *problems;
    bool failed;
} TrainModelReading;

/* Zeroed memory of the model file; NULL (and reading->failed) if memory is out. */
void *train_model_take(TrainModelReading *reading, size_t size);

/* Formatted text of the model file; an empty one if memory is out. */
const char *train_model_text(TrainModelReading *reading, const char *format, ...) AUG_PRINTF(2, 3);

/* Binds a table to what stands at value: a map of parameters, or a lone value for the first row;
 * NULL: defaults. handled: see augi_params_bind. NULL for a table without rows. */
const void *train_model_bind(TrainModelReading *reading, const AugParamTable *table,
                             const AugiTree *value, const char *const *handled, const char *path);

/* Reports every key of a map that is none of n names. */
void train_model_check_keys(TrainModelReading *reading, const AugiTree *map,
                            const char *const *names, size_t n, const char *path);

/* Reads a list of layers; path is for messages. */
const NnLayerSpec *train_model_layers(TrainModelReading *reading, const AugiTree *list,
                                      const char *path, size_t *n);

/* Reads the sections loss, optimizer, groups and schedule. */
void train_model_modules(TrainModelReading *reading, const AugiTree *root, TrainModelFile *file);

#endif
