/* The state of an interrupted run as a file of JSON beside its output: a digest of all that stands
 * behind it, a description of the run, and how far it is. The digest tells a state that was damaged
 * or edited, with which results would be left out or made twice in silence. One thread. */
#ifndef CLI_STATE_FILE_H
#define CLI_STATE_FILE_H

#include "aug/status.h"
#include "libaug/base/json_writer.h"
#include "libaug/base/tree.h"

/* Letters that are shown of a digest. */
#define CLI_STATE_DIGEST_LETTERS 12

/* Where the state of a run lies. command: whose it is, for messages ("apply"); output: what the user
 * calls the result. Borrowed. */
typedef struct CliStateFile {
    const char *command, *path, *output;
} CliStateFile;

/* A member of the description of a run: its words for people, and how many letters of its value are
 * shown. */
typedef struct CliStateMember {
    const char *key, *words;
    int shown;
} CliStateMember;

/* Opens the object of a state; the caller adds members, of which "run" is the description. */
void cli_state_begin(AugiJsonWriter *writer);

/* Closes it and writes the file, whole or not at all. */
AUG_MUST_CHECK AugStatus cli_state_save(const CliStateFile *file, AugiJsonWriter *writer,
                                        AugError *error);

/* Reads it; *document is NULL where there is none. Fails with AUG_CORRUPT where it is not what was
 * written. */
AUG_MUST_CHECK AugStatus cli_state_load(const CliStateFile *file, AugiTreeDocument **document,
                                        AugError *error);

/* Compares the description in a state with this run's, JSON, member by member in the order of the
 * list, n of them. Fails with AUG_BAD_ARGUMENT at the first that differs. */
AUG_MUST_CHECK AugStatus cli_state_compare(const CliStateFile *file,
                                           const AugiTreeDocument *document, const char *run,
                                           const CliStateMember *members, size_t n,
                                           AugError *error);

/* A member as text, "nothing" where there is none; borrowed from the map, which may be NULL. */
const char *cli_state_text(const AugiTree *map, const char *key);

/* A member as a number, 0 where there is none. */
uint64_t cli_state_number(const AugiTree *map, const char *key);

#endif
