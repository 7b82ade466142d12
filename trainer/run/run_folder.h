/* The folder of a run: config.json, log.jsonl, model.safetensors, state.safetensors, report.html.
 */
#ifndef TRAIN_RUN_FOLDER_H
#define TRAIN_RUN_FOLDER_H

#include <stdbool.h>

#include "trainer/run/run.h"

/* Makes the folder that a run writes to.
 *
 * wanted:    the user's choice; there must be no run in it, unless overwrite. NULL: the first of
 *            runs/NAME, runs/NAME-2, ... that does not exist, NAME being the model file's
 * overwrite: the files of an earlier run in it are removed, and nothing else
 * *out:      its path; the caller frees it
 */
AUG_MUST_CHECK AugStatus train_run_folder_make(char **out, const char *wanted,
                                               const char *model_path, bool overwrite,
                                               AugError *error);

/* The specs of a run's sources; NULL where there is no source. */
typedef struct TrainRunSpecs {
    const AugSpec *train, *validation, *eval, *train_eval;
} TrainRunSpecs;

/* Writes config.json: the model and its settings with every default spelt out, the data specs, and
 * what machine and version the run had. */
AUG_MUST_CHECK AugStatus train_run_folder_write_config(const TrainRun *run,
                                                       const TrainRunSpecs *specs, AugError *error);

#endif
