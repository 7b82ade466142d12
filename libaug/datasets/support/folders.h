/* Walking through folders: finds the pictures below one, in no circle, the same on every host. */
#ifndef AUGI_DATASETS_FOLDERS_H
#define AUGI_DATASETS_FOLDERS_H

#include "aug/limits.h"
#include "libaug/datasets/support/intern.h"
#include "libaug/datasets/support/paths.h"

/* folder: open descriptor of the root; root: its path, the place in messages. extensions: see
 * augi_picture_extension. visited: identity of each folder that was entered. All but visited is
 * borrowed. */
typedef struct AugFolders {
    int folder;
    const char *root;
    const char *extensions;
    const AugLimits *limits;
    AugIntern visited;
} AugFolders;

/* Adds the folders and the pictures in one folder (name relative to the root, "" for the root
 * itself), each as a name relative to the root, in no order. Hidden names are skipped, links are
 * followed; what has a picture's name but is no file is added, too, so that it can be refused by
 * name. Fails with AUG_CORRUPT if the folder was entered before: a link leads to it. */
AUG_MUST_CHECK AugStatus augi_folders_list(AugFolders *walk, const char *name, AugPaths *folders,
                                           AugPaths *files, AugError *error);

/* Adds all pictures at any depth below one folder, sorted. */
AUG_MUST_CHECK AugStatus augi_folders_collect(AugFolders *walk, const char *name, AugPaths *files,
                                              AugError *error);

/* Frees what the walk keeps. */
void augi_folders_fini(AugFolders *walk);

#endif
