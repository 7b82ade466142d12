/* Walking through a plain tar archive: v7, ustar, GNU (long names, large sizes) and pax.
 *
 * Everything that the headers say is checked: their checksum, sizes against the file, pax records
 * against their lengths. Sparse, multi-volume and compressed archives are refused by name.
 */
#ifndef AUGI_DATASETS_TAR_READER_H
#define AUGI_DATASETS_TAR_READER_H

#include "libaug/data/support/file.h"

/* Longest name of a member; what Linux allows as a path. */
#define AUGI_TAR_MAX_NAME 4096

/* Blocks that are read at once: a picture's header, then often a short label and the next header.
 */
#define AUGI_TAR_WINDOW 4096

/* What a member is, as far as a data set cares. */
typedef enum AugiTarType {
    AUGI_TAR_FILE,
    AUGI_TAR_LINK,  /* hard or symbolic */
    AUGI_TAR_OTHER, /* folder, device, pipe, label of the volume */
} AugiTarType;

/* A member. name is the reader's, valid until the next step; without "./" or "/" in front.
 * header: offset of its own header; data, size: where its content lies in the file. */
typedef struct AugiTarMember {
    AugiTarType type;
    const char *name;
    uint64_t header;
    uint64_t data, size;
} AugiTarMember;

/* A walk. Zero-initialise, then set file and path (both borrowed). has_name, has_size: set by an
 * extended header for the member that follows. */
typedef struct AugiTarReader {
    const AugiFile *file;
    const char *path;
    uint64_t offset;
    bool has_name, has_size;
    uint64_t size;
    char name[AUGI_TAR_MAX_NAME + 1];
    uint64_t window_offset;
    size_t window_size;
    uint8_t window[AUGI_TAR_WINDOW];
} AugiTarReader;

/* AUG_UNSUPPORTED if the file begins as a compressed one does. */
AUG_MUST_CHECK AugStatus augi_tar_begin(AugiTarReader *reader, AugError *error);

/* The next member; AUG_END behind the last. Fails with AUG_CORRUPT, naming the offset, or with
 * AUG_UNSUPPORTED. */
AUG_MUST_CHECK AugStatus augi_tar_next(AugiTarReader *reader, AugiTarMember *member,
                                       AugError *error);

/* Reads bytes near the last header through the window; cheaper than a read of its own. */
AUG_MUST_CHECK AugStatus augi_tar_read(AugiTarReader *reader, uint64_t offset, void *to,
                                       size_t size, AugError *error);

/* Reads the records of a pax header ("LENGTH KEY=VALUE\n" each) and keeps path and size. global:
 * they may not be set there. Fails with AUG_CORRUPT or AUG_UNSUPPORTED. */
AUG_MUST_CHECK AugStatus augi_tar_read_pax(AugiTarReader *reader, char *text, size_t size,
                                           bool global, AugError *error);

#endif
