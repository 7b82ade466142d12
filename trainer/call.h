/* How a run was called, as a text that its checkpoints keep, so that "--resume DIR" alone goes on
 * with it. */
#ifndef TRAIN_CALL_H
#define TRAIN_CALL_H

#include "trainer/model/model_file.h"
#include "trainer/options.h"

/* A text that was read back: options whose texts are its own; end it with train_call_fini. */
typedef struct TrainCall {
    struct json_t *json;
    const char **datasets;
} TrainCall;

/* JSON of what names the model file and the data, with the epochs, the seed and the kernels that hold. The caller
 * frees it; NULL if memory is out. */
char *train_call_text(const TrainOptions *options, const TrainSettings *settings);

/* Fills those options that were not given from a text. They are valid until train_call_fini. Fails
 * with AUG_CORRUPT if this is no such text. */
AUG_MUST_CHECK AugStatus train_call_fill(TrainCall *call, const char *text, TrainOptions *options,
                                         AugError *error);

/* Accepts a zeroed one. */
void train_call_fini(TrainCall *call);

#endif
