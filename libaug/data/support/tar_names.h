/* How the names of members of an archive are split into the key of a sample and what the member is
 * to it.
 *
 * WebDataset ends a key at the first dot of the last part of a name: "a/7.seg.png" is a further
 * part of the sample "a/7". Who does not know of that packs "a/22.05.png" and means a picture of
 * its own. So a key ends where the longest ending begins that is read, and where both rules make
 * sense one of them has to be chosen.
 */
#ifndef AUGI_DATASETS_TAR_NAMES_H
#define AUGI_DATASETS_TAR_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Where a key ends. */
typedef enum AugiTarKey {
    AUGI_TAR_KEY_AUTO,      /* before the ending; both readings of one archive are an error */
    AUGI_TAR_KEY_FIRST_DOT, /* at the first dot, as WebDataset does */
    AUGI_TAR_KEY_ENDING,    /* before the ending */
} AugiTarKey;

/* Names of the above for an AugChoice row. */
extern const char *const augi_tar_key_names[];

/* What a member is by its name. */
typedef enum AugiTarPart {
    AUGI_TAR_PART_NONE,    /* its ending is none that is read */
    AUGI_TAR_PART_FURTHER, /* a further part of a sample, which is not read */
    AUGI_TAR_PART_PICTURE,
    AUGI_TAR_PART_CLS,
    AUGI_TAR_PART_JSON,
} AugiTarPart;

/* A name that was split. key_size: bytes of the key, with the folder; dot_size: the same up to the
 * first dot, never more. is_packed: the member is compressed ("x.jpg.gz"). */
typedef struct AugiTarName {
    AugiTarPart part;
    size_t key_size, dot_size;
    bool is_packed;
} AugiTarName;

/* Splits a name; extensions: see augi_picture_extension. */
AugiTarName augi_tar_name_split(const char *name, const char *extensions, AugiTarKey key);

/* Bytes of a key up to its first dot, which may be all. */
size_t augi_tar_key_dot_size(const char *key, size_t size);

#endif
