/* The members that 'aug pack' adds to an archive beside those of its samples. */
#ifndef AUGI_DATASETS_TAR_HEAD_H
#define AUGI_DATASETS_TAR_HEAD_H

#include <stdbool.h>

#include "aug/limits.h"
#include "aug/status.h"
#include "libaug/data/support/tar_names.h"

/* Names of the first and the last member: what readers of this project go by, as a JSON object, and
 * where every member lies. */
#define AUGI_TAR_HEAD ".augd-pack.json"
#define AUGI_TAR_PLACES ".augd-index.tsv.gz"

/* Bytes of a first member: a million names of classes. */
#define AUGI_TAR_HEAD_MAX_SIZE (64u << 20)

/* Whether a member is one of the two, and so no file of anybody's. */
bool augi_tar_is_of_pack(const char *name);

/* What a first member says. key: where keys end; AUTO: it does not say. n_classes: of the
 * data set; 0: as many as the samples show. classes: their names, owned; NULL: they have none.
 * Zero-initialised it says nothing. */
typedef struct AugiTarHead {
    AugiTarKey key;
    char **classes;
    uint32_t n_classes;
} AugiTarHead;

/* Reads one; path: of the archive, for messages. Fails with AUG_CORRUPT where it is no such object,
 * or has names that are empty, equal or more than there may be. */
AUG_MUST_CHECK AugStatus augi_tar_head_read(AugiTarHead *head, const char *text, size_t size,
                                            const char *path, const AugLimits *limits,
                                            AugError *error);

/* Whether two have the same classes. */
bool augi_tar_head_equal(const AugiTarHead *a, const AugiTarHead *b);

/* Frees the names and zeroes the struct. */
void augi_tar_head_fini(AugiTarHead *head);

#endif
