/* What tells a data set from others, and what is checked while it is read.
 *
 * Manifest: fields, classes, and of each sample its name, its stored size and its label, in order;
 * known as soon as the set is open. Its SHA-256 is the fingerprint. Content: the digest of each
 * sample, known once it was read; all digests make the content id. A set that is settled has no
 * content beyond its manifest: it is computed, or was read as a whole when it was opened.
 */
#ifndef AUGI_IDENTITY_H
#define AUGI_IDENTITY_H

#include "libaug/data/dataset.h"
#include "libaug/data/digest_file.h"
#include "libaug/data/digests.h"
#include "libaug/data/hints.h"
#include "libaug/data/support/file.h"

/* The part of an open data set that changes.
 *
 * lock:        guards the texts, loading, and was_noted; held while they are made, which takes as
 *              long as the set is large, so that they are made once. Readings do not take it
 * fingerprint, content: 64 digits; empty: not known yet. Each may be read without the lock once
 *              has_fingerprint, has_content
 * digests:     NULL for a settled set, and for one of more samples than may be kept in memory
 * file:        where digests are kept; NULL before is_loaded, and for sets that nothing names
 * hints:       of the first domain that asked for them; NULL before, and where none are kept. Set
 *              once, with the lock
 * has_hints:   somebody asked for them
 * is_loaded:   the file was read
 * was_noted:   the note was taken
 */
typedef struct AugiIdentity {
    pthread_mutex_t lock;
    char fingerprint[65], content[65];
    AugiDigests *digests;
    AugiDigestFile *file;
    _Atomic(AugiHints *) hints;
    atomic_bool has_hints;
    atomic_bool is_loaded, has_fingerprint, has_content;
    bool was_noted;
} AugiIdentity;

/* Makes what a set that was opened needs. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_identity_new(AugiIdentity **out, const AugDataset *dataset,
                                           AugError *error);

/* Writes what is not written yet, and frees; NULL does nothing. */
void augi_identity_free(AugiIdentity *identity);

/* Bytes that digests and hints of an open data set come to take as its samples are read. */
uint64_t augi_identity_size(const AugDataset *dataset);

/* Before the first reading: takes over what earlier processes knew. Cheap after the first call. */
AUG_MUST_CHECK AugStatus augi_identity_load(const AugDataset *dataset, AugError *error);

/* The same, but forgets what they knew. AUG_BAD_ARGUMENT after the first reading. */
AUG_MUST_CHECK AugStatus augi_identity_renew(const AugDataset *dataset, AugError *error);

/* Compares a sample that was read with its digest, or sets that. AUG_CHANGED if it is another. */
AUG_MUST_CHECK AugStatus augi_identity_check(const AugDataset *dataset, uint64_t index,
                                             const AugSample *sample, AugError *error);

/* The content id if it was computed already, else an empty text: never waits. It is computed when
 * the last sample becomes known, before that reading ends. Any thread. */
void augi_identity_content(const AugDataset *dataset, char hex[65]);

/* The same of the fingerprint, which is computed when somebody asks for it. */
void augi_identity_fingerprint(const AugDataset *dataset, char hex[65]);

/* Whether the content of a sample is known, so that a reading will be compared with it. */
bool augi_dataset_is_known(const AugDataset *dataset, uint64_t index);

/* Compares an open file, from which a sample was read, with the state in which it was opened.
 * AUG_CHANGED if it is in another, unless the content of the sample is known: then its digest
 * decides, and a file that was only linked, moved or copied back does no harm. */
AUG_MUST_CHECK AugStatus augi_dataset_check_file(const AugDataset *dataset, uint64_t index,
                                                 const AugiFile *file, const char *where,
                                                 AugError *error);

/* Whether a sample has files of which it is not known that they can be read to their end. False for
 * samples that no data set gave. */
bool augi_sample_is_unchecked(const AugSample *sample);

/* Its files were read to their end and are not damaged. */
void augi_sample_set_checked(const AugSample *sample);

/* The digest of a sample that a data set gave; false if there is none. */
bool augi_sample_digest(const AugSample *sample, AugiDigest *digest);

/* The hints of a sample's data set for the domain with this word (AugDomain.hints); NULL if none are
 * kept. They are opened when they are first asked for. Any thread. */
AugiHints *augi_sample_hints(const AugSample *sample, const char *word);

/* Gives up the digests of a data set that is to be read through a part of it, which has its own. */
void augi_identity_leave(AugDataset *whole, const AugDataset *part);

/* Adds to a hash what a data set's kind knows without reading samples. */
void augi_manifest_add(const AugDataset *dataset, AugiHash *hash);

/* Adds the label of every sample to a hash. */
void augi_manifest_add_labels(const AugDataset *dataset, AugiHash *hash);

/* The fingerprint, without the lock. */
AUG_MUST_CHECK AugStatus augi_manifest_hash(const AugDataset *dataset, char hex[65],
                                            AugError *error);

#endif
