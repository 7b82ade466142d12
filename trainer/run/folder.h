/* The folder that a run writes to: made, locked, and, where another run is in it, filled aside until
 * the new one has something that can be gone on from.
 *
 *   config.json        what was asked for
 *   log.jsonl          what happened
 *   checkpoints/       what a run goes on from
 *   model.safetensors  weights of the last checkpoint; best.safetensors: of the best evaluation
 *   bad_batch.safetensors  the batch that gave a value that is not finite
 *   report.html
 *   lock               process that writes, or wrote last
 *
 * A run that replaces another fills "next". From its first checkpoint on that folder is called
 * "replacing" while the files of the old run are removed, then "moving" while its own files go up.
 * Each of these can be done again from its begin, so a process may be killed at any moment.
 */
#ifndef TRAIN_FOLDER_H
#define TRAIN_FOLDER_H

#include <stdbool.h>

#include "aug/status.h"

/* Name of the folder of checkpoints. */
#define TRAIN_CHECKPOINTS "checkpoints"

/* path:   as the user knows it
 * writes: where files go; path itself unless another run waits there to be replaced
 * lock:   open as long as the run has the folder; -1: none
 */
typedef struct TrainFolder {
    char *path, *writes;
    int lock;
} TrainFolder;

/* Makes and locks the folder that a new run writes to.
 *
 * wanted:    the user's choice; there must be no run in it, unless overwrite. NULL: the first of
 *            runs/NAME, runs/NAME-2, ... that does not exist, NAME being the model file's
 * overwrite: the files of an earlier run in it go once train_folder_settle is called, and nothing
 *            else
 */
AUG_MUST_CHECK AugStatus train_folder_make(TrainFolder *folder, const char *wanted,
                                           const char *model_path, bool overwrite, AugError *error);

/* Locks the folder of a run that goes on, after whatever was left half done in it was finished. */
AUG_MUST_CHECK AugStatus train_folder_reopen(TrainFolder *folder, const char *path,
                                             AugError *error);

/* The new run can be gone on from: the earlier one is replaced. Does nothing where there is none. */
AUG_MUST_CHECK AugStatus train_folder_settle(TrainFolder *folder, AugError *error);

/* Gives the lock back and frees; accepts a zeroed one. */
void train_folder_fini(TrainFolder *folder);

/* Flushes a folder itself, so that what was made or renamed in it survives a power cut. */
void train_folder_flush(const char *path);

#endif
