/* Walking through folders: finds the pictures below one, in no circle, the same on every host. */
#ifndef AUGI_DATASETS_FOLDERS_H
#define AUGI_DATASETS_FOLDERS_H

#include "aug/limits.h"
#include "libaug/data/support/intern.h"
#include "libaug/data/support/passed_over.h"
#include "libaug/data/support/paths.h"

/* folder: open descriptor of the root; root: its path, the place in messages. extensions: see
 * augi_picture_extension. elsewhere: the same of files that another walk takes up; NULL: none.
 * passed: receives what is passed over; NULL: it is not counted. visited: identity of each folder
 * that was entered. All but visited is borrowed. */
typedef struct AugiFolders {
    int folder;
    const char *root;
    const char *extensions;
    const char *elsewhere;
    const AugLimits *limits;
    AugiPassedOver *passed;
    AugiIntern visited;
} AugiFolders;

/* Adds the folders and the pictures in one folder (name relative to the root, "" for the root
 * itself), each as a name relative to the root, in no order; what is neither is counted as passed
 * over. Links are followed; what has a picture's name but is no file is added, too, so that it can
 * be refused by name. Fails with AUG_CORRUPT if the folder was entered before: a link leads to it;
 * and with AUG_NOT_FOUND or AUG_IO if nobody can say whether something is a folder: a link leads to
 * nothing. */
AUG_MUST_CHECK AugStatus augi_folders_list(AugiFolders *walk, const char *name, AugiPaths *folders,
                                           AugiPaths *files, AugError *error);

/* Adds all pictures at any depth below one folder, sorted. */
AUG_MUST_CHECK AugStatus augi_folders_collect(AugiFolders *walk, const char *name, AugiPaths *files,
                                              AugError *error);

/* Frees what the walk keeps. */
void augi_folders_fini(AugiFolders *walk);

#endif
