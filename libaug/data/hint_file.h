/* Files in which the hints of a data set outlive a process: what a domain's first reading of a
 * sample's files left for later ones. Beside the file of digests, KEY.WORD-DETAIL.ID.hints each.
 *
 * A file never changes. It is written aside and renamed, with an id that nobody else draws, so any
 * number of processes add files of their own without a lock, and read those of the others. (One
 * file that is written anew with each block would cost n^2; one that is appended to could neither
 * drop what is superseded nor be renamed into place.) From time to time small ones are merged into
 * a new one, then deleted (hint_merge.c); whoever has them open reads on.
 *
 * In a file: a header, a row for each hint, which says where its body is, and the bodies. Header,
 * rows and bodies have checks of their own, so that damage costs the hint that it hits. A body holds
 * the digest of the sample's bytes that the hint is of. Nothing that stands in a file is trusted
 * beyond its check, and it is read with pread into memory of the reader: no size that a file has or
 * states, and nobody who shortens it, makes a process fail.
 */
#ifndef AUGI_HINT_FILE_H
#define AUGI_HINT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libaug/base/digest.h"

/* Most bytes of one hint: what 18 bits say, see hint_place.h. */
#define AUGI_HINT_MAX_SIZE ((1u << 18) - 1)

/* Bytes of a body before those of the hint: digest and check. */
#define AUGI_HINT_HEAD 24

/* Bytes and rows of one file; what has more is not read, and none such is written. */
#define AUGI_HINT_FILE_MAX_SIZE (UINT64_C(1) << 27)
#define AUGI_HINT_FILE_MAX_ROWS (1u << 20)

/* What is known of one sample. bytes may be none: a reading looked, and has nothing to leave. */
typedef struct AugiHint {
    uint64_t index;
    AugiDigest digest;
    const uint8_t *bytes;
    size_t size;
} AugiHint;

/* Which hints belong together: of one data set, one domain, one detail.
 *
 * folder: where the files lie; owned; NULL: nowhere
 * key:    names data set and place, 40 hexadecimal digits
 * word:   the domain's, AugDomain.hints
 * detail: AugHintDetail
 * n:      samples of the data set
 */
typedef struct AugiHintSet {
    char *folder;
    char key[41];
    char word[9];
    uint32_t detail;
    uint64_t n;
} AugiHintSet;

/* One hint of a file, as it stands there: offset of its body, size without the body's head. */
typedef struct AugiHintRow {
    uint64_t index, offset;
    uint32_t size, check;
} AugiHintRow;

/* An open file; size in bytes. */
typedef struct AugiHintFile {
    int descriptor;
    uint64_t id, size;
    uint32_t n_rows;
} AugiHintFile;

/* Bytes of a file of n hints with size bytes together. */
uint64_t augi_hint_file_size(uint32_t n, uint64_t size);

/* Makes the body of a hint from AUGI_HINT_HEAD + size bytes, of which the last size are the hint's.
 */
void augi_hint_seal(uint8_t *body, uint64_t index, AugiDigest digest, size_t size);

/* Whether a body is whole, and of this sample with this digest. Its check is made anew in place. */
bool augi_hint_is_sealed(uint8_t *body, uint64_t index, AugiDigest digest, size_t size);

/* The path of a file of a set, as a new string; NULL if memory is out. */
char *augi_hint_file_path(const AugiHintSet *set, uint64_t id);

/* Whether a name in the folder is that of a file of the set, and which one. is_aside: of one that is
 * being written, or was by a process that was killed. */
bool augi_hint_file_named(const AugiHintSet *set, const char *name, uint64_t *id, bool *is_aside);

/* Opens a file; false if it cannot be, or is none of the set. is_damaged: it is a regular file under
 * this name, and useless. */
bool augi_hint_file_open(AugiHintFile *file, const AugiHintSet *set, uint64_t id, bool *is_damaged);

/* Calls visit with each sound row. False if memory is out, or the file cannot be read. */
bool augi_hint_file_visit(const AugiHintFile *file, const AugiHintSet *set,
                          void (*visit)(void *user, const AugiHintRow *row), void *user);

/* Reads size bytes at offset; false if they are not there. Any thread. */
bool augi_hint_file_read(const AugiHintFile *file, uint64_t offset, void *to, size_t size);

/* What a new file is made of: rows with index and size, and a function that writes the body of the
 * i-th, head included. */
typedef struct AugiHintSource {
    AugiHintRow *rows;
    uint32_t n;
    void (*read)(void *user, uint32_t i, uint8_t *body);
    void *user;
} AugiHintSource;

/* Writes a file under a new id and opens it; rows receive their offsets. False with a sentence in
 * reason if it cannot be written. */
bool augi_hint_file_write(AugiHintFile *file, const AugiHintSet *set, const AugiHintSource *source,
                          char reason[200]);

#endif
