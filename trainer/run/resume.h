/* Going on with a run: finding its last good checkpoint, making sure that this is still the same
 * run, and taking everything from it. */
#ifndef TRAIN_RESUME_H
#define TRAIN_RESUME_H

#include "libaug/base/safetensors.h"
#include "trainer/run/run.h"

/* A checkpoint that a run goes on from; zero-initialise, end with train_resume_fini.
 *
 * path: NULL: there is none, the run is new
 * epoch, batch: where it was (TrainRun); step: optimizer steps made
 */
typedef struct TrainResume {
    char *path;
    AugiTensorFile file;
    uint32_t epoch;
    uint64_t batch, step;
} TrainResume;

/* Reads the newest checkpoint of a folder that is whole. One that is not is named on progress and
 * put aside ("NAME.damaged"). Fails with AUG_NOT_FOUND if there is none. */
AUG_MUST_CHECK AugStatus train_resume_find(TrainResume *resume, const char *folder,
                                           TrainProgress *progress, AugError *error);

/* Accepts a zeroed one. */
void train_resume_fini(TrainResume *resume);

/* How the command was called, as its checkpoint keeps it; borrowed. */
const char *train_resume_call(const TrainResume *resume);

/* Everything that decides about a run's numbers, as JSON: the model with every default, settings,
 * kernels, and the ids of its streams. The caller frees it; NULL if memory is out. */
char *train_resume_config(const TrainRun *run);

/* Compares run->config with the checkpoint's. Fails with AUG_CHANGED, naming the first difference. */
AUG_MUST_CHECK AugStatus train_resume_check(const TrainResume *resume, const TrainRun *run,
                                            AugError *error);

/* Sets network, average, history and state of a run whose network and metrics were made. */
AUG_MUST_CHECK AugStatus train_resume_restore(const TrainResume *resume, TrainRun *run,
                                              AugError *error);

#endif
