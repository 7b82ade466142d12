/* Samples that others stand in for (batch.on_error: replace): what is noted of them while rows are
 * made, and what a batch's header says of them.
 *
 * A plan that replaces has a *note* for every sample of a row that may be replaced: the row's own,
 * and the partners that its operations take part of. A note is in use if it has a reason.
 */
#ifndef AUGI_REPLACED_H
#define AUGI_REPLACED_H

#include "aug/batch.h"
#include "aug/status.h"
#include "libaug/base/json_writer.h"

/* The notes of a batch that are in use, in the order of rows. */
typedef struct AugiReplacedList {
    const AugReplaced *items;
    uint32_t n;
} AugiReplacedList;

/* Whether a failure to make a sample follows from its bytes and the stated limits alone, so that it
 * is the same on every machine and in every run. Only such a sample may be replaced: a replacement
 * for a disk that failed or for memory that ran out would make another stream in silence. */
bool augi_is_damage(AugStatus status);

/* Takes n notes out of use. */
void augi_replaced_clear(AugReplaced *notes, uint32_t n);

/* Takes a note in use, and fills its reason, unless it is in use already: the first failure is that
 * of the sample that was drawn. */
void augi_replaced_note(AugReplaced *note, const AugError *why);

/* Moves the notes that are in use to the front of n and returns their number. */
uint32_t augi_replaced_gather(AugReplaced *notes, uint32_t n);

/* Bytes that the notes of a batch take at most in its header, replaceable of each row; 0 for none.
 */
size_t augi_replaced_room(uint32_t replaceable, uint32_t batch_size, uint64_t n_samples);

/* Keys in the metadata of a batch's header. */
#define AUGI_REPLACED_KEY "replaced"
#define AUGI_REPLACED_PARTNERS_KEY "replaced_partners"

/* Writes the members of the header's metadata that name what was replaced: none, "replaced",
 * "replaced_partners" or both. */
void augi_replaced_write(const AugiReplacedList *list, AugiJsonWriter *writer);

/* Reads them again, from a header that may come from anywhere; rows and partners are the values of
 * the two keys, NULL where the key is not there. items: the caller's to free, without reasons; NULL
 * for none. Fails with AUG_CORRUPT where they are not such lists for a batch of n_samples, or with
 * AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_replaced_read(const char *rows, const char *partners,
                                            uint32_t n_samples, AugReplaced **items, uint32_t *n,
                                            AugError *error);

#endif
