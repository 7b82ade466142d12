/* The files of 'aug pack': OUTPUT, and the list of samples that were left out.
 *
 * They grow under names aside (growing.h). Now and then OUTPUT.part.json says how far they are, and of
 * which run; the same command goes on from there, whatever killed it. One thread. */
#ifndef CLI_PACK_FILE_H
#define CLI_PACK_FILE_H

#include "cli/growing.h"
#include "cli/pack_work.h"

/* Zero-initialise, then set output and flushed, which --fsync asks for.
 *
 * next:     the sample to go on with; n_before: those that were done by earlier runs
 * n_failed: samples that were left out; n_stored: pictures that stayed as they are
 * is_whole: the archive is, but perhaps lacks its name
 * run:      description of the run, JSON
 */
typedef struct CliPackFiles {
    const char *output;
    bool flushed;
    CliGrowing archive, errors;
    char *errors_path, *state_path, *run;
    uint64_t next, n_before, n_failed, n_stored;
    bool is_whole;
} CliPackFiles;

/* Begins or goes on. Fails with AUG_BAD_ARGUMENT where a file exists, or another run was interrupted
 * there. Then files can only be ended. */
AUG_MUST_CHECK AugStatus cli_pack_files_open(CliPackFiles *files, const CliPackJob *job,
                                             AugError *error);

/* Appends what became of the next sample. */
AUG_MUST_CHECK AugStatus cli_pack_files_add(CliPackFiles *files, const CliPacked *packed,
                                            AugError *error);

/* Says in OUTPUT.part.json how far the files are. */
AUG_MUST_CHECK AugStatus cli_pack_files_save(CliPackFiles *files, AugError *error);

/* Appends the index behind the last sample. */
AUG_MUST_CHECK AugStatus cli_pack_files_complete(CliPackFiles *files, AugError *error);

/* Flushes the files of a complete archive to the disk and gives them their names. */
AUG_MUST_CHECK AugStatus cli_pack_files_publish(CliPackFiles *files, AugError *error);

/* Closes the files and frees the memory. */
void cli_pack_files_fini(CliPackFiles *files);

#endif
