/* Where the data of the text domain are looked for: indexes, taggers. In this order:
 *
 *   the folder of the environment variable AUG_TEXT_DATA
 *   $XDG_DATA_HOME/augd/text, or ~/.local/share/augd/text: the user's own
 *   ../share/augd/text, as seen from the folder of the library or of the program that has it
 *   share/augd/text where the library was to be installed
 *
 * An empty AUG_TEXT_DATA is as none; any folder may be absent.
 */
#ifndef TXT_LEXICON_DATA_PATH_H
#define TXT_LEXICON_DATA_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "aug/status.h"

/* Kinds of files, by the ending of their names. */
typedef enum TxtDataKind {
    TXT_DATA_INDEX,  /* .augx */
    TXT_DATA_TAGGER, /* .augt */
} TxtDataKind;

/* How many kinds and how many places there are. */
#define TXT_N_DATA_KINDS 2
#define TXT_N_DATA_PLACES 4

/* The place of the user's own. */
#define TXT_OWN_DATA_PLACE 1

/* Room for a path. */
#define TXT_PATH_SIZE 4096

/* Ending of the names of a kind, with its dot. */
const char *txt_data_ending(TxtDataKind kind);

/* Path of the i-th folder; empty if there is none. */
void txt_data_place(size_t i, char path[TXT_PATH_SIZE]);

/* Whether a name is a path: it has a dot or a slash. */
bool txt_data_is_path(const char *name);

/* Path of a file: name itself if it is a path, which has a dot or a slash; else the first
 * "name.ending" of the folders above. Fails with AUG_NOT_FOUND, which names the command that makes
 * it; AUG_BAD_ARGUMENT for an empty name. Any thread. */
AUG_MUST_CHECK AugStatus txt_data_find(const char *name, TxtDataKind kind, char path[TXT_PATH_SIZE],
                                       AugError *error);

/* Path of the file that a name stands for where a user keeps own data; for
 * whoever writes it. Fails with AUG_NOT_FOUND where no home folder is known. */
AUG_MUST_CHECK AugStatus txt_data_own_path(const char *name, TxtDataKind kind,
                                           char path[TXT_PATH_SIZE], AugError *error);

#endif
