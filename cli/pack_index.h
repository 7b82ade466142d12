/* The index in a packed archive: its last member, in which a reader finds every other one without
 * walking through the archive.
 *
 * Packed with gzip: lines of offset, size and name, separated by tabs, under a line that names the
 * three; offsets are those of contents, in bytes. Behind them stands an empty gzip member whose
 * comment is "augd-index" and the offset and size of the index itself, in 20 digits each, with a
 * blank before each. It lies in the last block before the two that end the archive, or begins in the
 * one before that; so whoever reads the last 2048 bytes finds the index. */
#ifndef CLI_PACK_INDEX_H
#define CLI_PACK_INDEX_H

#include "cli/growing.h"
#include "cli/pack_names.h"

/* Appends the index of all members that are in the archive, and its end. */
AUG_MUST_CHECK AugStatus cli_pack_index_append(CliGrowing *file, AugError *error);

/* The place of a sample that is not in an archive. */
#define CLI_PACK_NOWHERE UINT64_MAX

/* Where the members of samples begin: places[i] is the offset of the first header of sample i,
 * CLI_PACK_NOWHERE for one that is not in the archive. The caller frees it. fd: the whole archive;
 * path: its name for messages. Fails with AUG_CORRUPT where it is none. */
AUG_MUST_CHECK AugStatus cli_pack_index_places(int fd, const char *path, const CliPackNames *names,
                                               uint64_t **places, AugError *error);

#endif
