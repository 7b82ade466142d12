/* The files of a run in its folder, as a set: found, removed, moved. Inside of folder.c. */
#ifndef TRAIN_FOLDER_FILES_H
#define TRAIN_FOLDER_FILES_H

#include "aug/status.h"

/* Name of a file that a run left; NULL if there is none. */
const char *train_folder_files_find(const char *folder);

/* Refuses a folder whose run could not be replaced: checkpoints are no folder. */
AUG_MUST_CHECK AugStatus train_folder_files_check(const char *folder, AugError *error);

/* Removes every file of a run, checkpoints included, and nothing else. */
AUG_MUST_CHECK AugStatus train_folder_files_remove(const char *folder, AugError *error);

/* Moves every file of a run from one folder to another on the same disk, and removes the first. */
AUG_MUST_CHECK AugStatus train_folder_files_move(const char *from, const char *to, AugError *error);

/* Removes what killed writers left under names aside ("NAME.tmp-PID"). */
void train_folder_files_sweep(const char *folder);

#endif
