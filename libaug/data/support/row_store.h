/* Rows that were unpacked, kept where they can be read again: in memory as long as they are few, and
 * beyond that in a file without a name, so that a packed file of any size takes as little memory as
 * a plain one.
 *
 * The file lies in $TMPDIR, else in /var/tmp.
 */
#ifndef AUGI_DATASETS_ROW_STORE_H
#define AUGI_DATASETS_ROW_STORE_H

#include "libaug/base/grow.h"
#include "libaug/data/support/file.h"

/* Zero-initialised it is empty. memory: all bytes, or those that are not in the file yet; n_filed:
 * bytes in the file; file: open once there are some. */
typedef struct AugiRowStore {
    AugiStrings memory;
    AugiFile file;
    uint64_t n_filed;
} AugiRowStore;

/* Bytes up to which a store keeps to memory. */
#define AUGI_ROW_STORE_MEMORY (UINT64_C(16) << 20)

/* How much a packed file of rows may become: so much in any case, beyond that so many times what it
 * takes packed, which no table of words reaches (a file made to fill disks has some 1000), and never
 * more than the last. */
#define AUGI_UNPACKED_FREE (UINT64_C(64) << 20)
#define AUGI_UNPACKED_RATIO 200
#define AUGI_UNPACKED_MOST (UINT64_C(256) << 30)

/* Adds a row and a byte for its line break. Fails with AUG_TOO_LARGE above max_size bytes of memory,
 * AUG_NO_MEMORY, and AUG_IO where the file cannot be written. */
AUG_MUST_CHECK AugStatus augi_row_store_add(AugiRowStore *store, const char *bytes, size_t size,
                                            uint64_t max_size, AugError *error);

/* Ends adding. Fails like it. */
AUG_MUST_CHECK AugStatus augi_row_store_finish(AugiRowStore *store, AugError *error);

/* Copies size bytes from an offset, counted from the first row. Fails with AUG_IO, AUG_CHANGED. Any
 * thread, after the end. */
AUG_MUST_CHECK AugStatus augi_row_store_read(const AugiRowStore *store, uint64_t offset, void *to,
                                             size_t size, AugError *error);

/* Frees the memory, closes the file, and zeroes the struct. */
void augi_row_store_fini(AugiRowStore *store);

#endif
