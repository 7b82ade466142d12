/* The file in which the digests of a data set outlive a process: a header, then entries of 32 bytes
 * in the order in which they became known.
 *
 * It lies in $AUGD_CACHE, else $XDG_CACHE_HOME/augd, else ~/.cache/augd; AUGD_CACHE=off: nowhere.
 *
 * Guarantees. Any number of processes may write it at once, each by appending whole blocks. Nothing
 * that stands in it is trusted: an entry counts if its check is right and its sample exists, and
 * whatever is damaged, cut off or of another data set is as if it were not there. A file that was
 * deleted, or a block that was lost, only means that samples are not known. It is read with pread
 * in pieces, so no size that it has or states makes a process fail. Of two entries for a sample the
 * first one counts: what differs from it is then found when the sample is read.
 */
#ifndef AUGI_DIGEST_FILE_H
#define AUGI_DIGEST_FILE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "libaug/base/digest.h"
#include "libaug/data/digests.h"

/* What is known of one sample. */
typedef struct AugiDigestEntry {
    uint64_t index;
    AugiDigest digest;
    bool whole;
} AugiDigestEntry;

/* Where one data set's entries are kept.
 *
 * path:    of the file; NULL: they are not kept; folder: where it lies
 * key:     names data set and place in the header, 64 hexadecimal digits
 * n:       samples of the data set
 * lock:    guards note: a sentence about why entries are not kept; empty where they are, or where
 *          that is meant
 */
typedef struct AugiDigestFile {
    char *path, *folder;
    char key[65];
    uint64_t n;
    pthread_mutex_t lock;
    char note[512];
} AugiDigestFile;

/* Finds the folder and makes it; what fails is a note. NULL if memory is out. */
AugiDigestFile *augi_digest_file_new(const char key[65], uint64_t n);

/* NULL does nothing. */
void augi_digest_file_free(AugiDigestFile *file);

/* Restores what the file says, and writes the file anew where most of it is repetition. */
void augi_digest_file_load(AugiDigestFile *file, AugiDigests *digests);

/* Appends at most AUGI_DIGEST_BLOCK entries. Any thread. */
void augi_digest_file_append(AugiDigestFile *file, const AugiDigestEntry *entries, uint32_t n);

/* Deletes the file. */
void augi_digest_file_remove(AugiDigestFile *file);

/* Copies the note. Any thread. */
void augi_digest_file_note(AugiDigestFile *file, char note[512]);

#endif
