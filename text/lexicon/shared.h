/* Data files that are open, once in a process: whoever opens a lexicon or a tagger that somebody has
 * gets the same one, since operations, plans and streams mostly name the same files.
 *
 * Guarantees. What is shared is const. The list of what is open is the one thing of the libraries that
 * is global; a lock of its own guards it, which is never held while a file is read or memory freed.
 * Any thread.
 */
#ifndef TXT_LEXICON_SHARED_H
#define TXT_LEXICON_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Bytes with which files begin that can be told from one another: a checksum of the rest is among
 * them. */
#define TXT_SHARED_HEAD 64

/* Which file: two of one size that begin with the same bytes hold the same. */
typedef struct TxtSharedKey {
    uint64_t size;
    uint8_t head[TXT_SHARED_HEAD];
} TxtSharedKey;

/* First member of what is shared; the lock guards owners, next and is_listed. kind: set when it is
 * listed */
typedef struct TxtShared {
    TxtSharedKey key;
    const struct TxtSharedKind *kind;
    struct TxtShared *next;
    uint32_t owners;
    bool is_listed;
} TxtShared;

/* How a file is opened that nobody has open: *made gets one owner and the key of the bytes that it was
 * made of; and how what was made is freed. */
typedef struct TxtSharedKind {
    AugStatus (*open)(TxtShared **made, const char *path, AugError *error);
    void (*free)(TxtShared *made);
} TxtSharedKind;

/* What is open of a file, with one more owner, or what is opened of it. What is open as another kind is
 * not taken for this one, whose open refuses the file. Fails as the kind's open does. */
AUG_MUST_CHECK AugStatus txt_shared_open(TxtShared **shared, const char *path,
                                         const TxtSharedKind *kind, AugError *error);

/* Sets the key of what was made of a file's bytes, which are not fewer than TXT_SHARED_HEAD. */
void txt_shared_set_key(TxtShared *made, const void *bytes, size_t size);

/* One more owner. */
void txt_shared_ref(TxtShared *shared);

/* One owner less; the last one frees it. */
void txt_shared_unref(TxtShared *shared, const TxtSharedKind *kind);

#endif
