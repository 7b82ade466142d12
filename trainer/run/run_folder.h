/* config.json: what a run was asked for. */
#ifndef TRAIN_RUN_FOLDER_H
#define TRAIN_RUN_FOLDER_H

#include "trainer/run/run.h"

/* The specs of a run's sources; NULL where there is no source. */
typedef struct TrainRunSpecs {
    const AugSpec *train, *validation, *eval, *train_eval;
} TrainRunSpecs;

/* Writes config.json: the model and its settings with every default spelt out, the data specs, and
 * what machine and version the run had. */
AUG_MUST_CHECK AugStatus train_run_folder_write_config(const TrainRun *run,
                                                       const TrainRunSpecs *specs, AugError *error);

/* For a run that goes on: writes config.json where it is gone, and says on standard error which records of
 * the run were lost or cut, since what they had does not come back. */
AUG_MUST_CHECK AugStatus train_run_folder_mend(const TrainRun *run, const TrainRunSpecs *specs,
                                               AugError *error);

#endif
