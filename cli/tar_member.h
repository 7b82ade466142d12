/* Members of a tar archive, written so that equal content gives equal bytes: ustar, a pax record only
 * for a name that ustar cannot hold, no owner, no time. */
#ifndef CLI_TAR_MEMBER_H
#define CLI_TAR_MEMBER_H

#include "cli/bytes.h"

/* Headers and contents fill whole blocks. */
#define CLI_TAR_BLOCK 512

/* Adds the header of a file of size bytes; name is relative, with "/" between folders. */
void cli_tar_add_header(CliBytes *bytes, const char *name, uint64_t size);

/* Adds the empty bytes that fill the last block of a content of size bytes. */
void cli_tar_add_padding(CliBytes *bytes, uint64_t size);

/* Adds what ends an archive: two empty blocks. */
void cli_tar_add_end(CliBytes *bytes);

/* Adds a whole file. */
void cli_tar_add_file(CliBytes *bytes, const char *name, const void *content, size_t size);

#endif
