/* The hints of a data set: opaque bytes that a domain's first reading of a sample's files leaves for
 * later readings, such as the places in a picture file at which decoding can begin.
 *
 * Guarantees. What is found for a sample is what was added for a sample of the same index and the
 * same digest; whatever is damaged, cut off or of other bytes is as if it were not there. Nothing
 * here fails: a hint that is lost is made again by another careful reading.
 *
 * Memory: eight bytes a sample, which say where its hint is (hint_place.h), and chunks of hints that
 * are in no file yet. Hints are found from the moment they were added. They are written in blocks,
 * files of their own (hint_file.h), and read from there by all processes; how large one may be is
 * bounded by its sample's bytes (augi_hints_most). Where nothing can be written, chunks stay in
 * memory, up to a bound; what is beyond is forgotten.
 *
 * Any number of threads find and add. Locks, never two of which are waited for in another order:
 * keeping (one thread at a time writes and merges), then adding (chunks are filled), then moving
 * (held for reading while bytes at a place are copied, for writing for a moment when a chunk or a
 * file goes).
 */
#ifndef AUGI_HINTS_H
#define AUGI_HINTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "aug/dataset.h"
#include "libaug/data/hint_file.h"
#include "libaug/data/hint_place.h"

/* Bytes and hints of one chunk. */
#define AUGI_HINT_CHUNK_SIZE ((size_t)1 << 20)
#define AUGI_HINT_CHUNK_ROWS 8192

/* Hints that are in no file yet: n rows, and used bytes of bodies; offsets are within them. */
typedef struct AugiHintChunk {
    uint32_t n;
    size_t used;
    AugiHintRow rows[AUGI_HINT_CHUNK_ROWS];
    uint8_t bodies[AUGI_HINT_CHUNK_SIZE];
} AugiHintChunk;

/* A file that is open. live: places that point into it; is_gone: its name is; is_seen, is_new: for
 * one look at the folder: that it is there, and was not known. */
typedef struct AugiHintPart {
    AugiHintFile file;
    atomic_uint_least64_t live;
    bool is_open, is_gone, is_seen, is_new;
} AugiHintPart;

/* All of one set.
 *
 * places:   of each sample the word of hint_place.h, or 0
 * n_known:  places that are not 0
 * chunks:   most_chunks of them may exist; current: the one that is being filled, or most_chunks;
 *           began_at: when its oldest hint came; under adding
 * parts, note: under keeping; note: why nothing can be written, empty as long as it can
 * is_kept:  what is added goes into files
 */
typedef struct AugiHints {
    AugiHintSet set;
    atomic_uint_least64_t *places;
    atomic_uint_least64_t n_known;
    pthread_mutex_t adding;
    AugiHintChunk *chunks[AUGI_HINT_CHUNKS];
    uint32_t most_chunks, current;
    double began_at;
    pthread_rwlock_t moving;
    pthread_mutex_t keeping;
    AugiHintPart parts[AUGI_HINT_FILES];
    atomic_bool is_kept;
    char note[512];
} AugiHints;

/* Makes the store of a set, whose folder it takes, and reads what is in its files. most_resident:
 * bytes of chunks that may stay in memory. NULL if memory is out; the folder is then freed. */
AugiHints *augi_hints_new(const AugiHintSet *set, uint64_t most_resident);

/* Writes what is not written yet, and frees; NULL does nothing. */
void augi_hints_free(AugiHints *hints);

/* Bytes that a store of n samples comes to take. */
uint64_t augi_hints_memory(uint64_t n);

/* Most bytes of the hint of a sample of size bytes: a share of them that the detail says, but never
 * less than 64. */
size_t augi_hints_most(AugHintDetail detail, uint64_t size);

/* What is known of hint->index with hint->digest, of at most so many bytes: true, with bytes that
 * stand in the buffer's memory for the field of this number, or size 0 where there are none to be
 * had or no memory for them; false if nothing is known. Any thread. */
bool augi_hints_find(AugiHints *hints, AugiHint *hint, size_t most, AugBuffer *buffer,
                     uint32_t field);

/* Adds a hint, unless one is known or it is too large. Any thread; one of them may have to write. */
void augi_hints_add(AugiHints *hints, const AugiHint *hint);

/* Writes what is not written yet. Any thread. */
void augi_hints_flush(AugiHints *hints);

/* Copies the note, if there is one. Any thread. */
void augi_hints_note(AugiHints *hints, char note[512]);

/* For hints.c and hint_merge.c: the bytes at a place, head included; false if they cannot be read.
 * With moving, or keeping, held. */
bool augi_hints_read(const AugiHints *hints, uint64_t word, uint8_t *body);

/* The same: makes a place another one, unless it is not what was expected any more. 0 is none. */
bool augi_hints_move(AugiHints *hints, uint64_t index, uint64_t from, uint64_t to);

/* With keeping held: takes over the files of other processes, writes the chunks, and merges. */
void augi_hints_keep(AugiHints *hints);

#endif
