/* Packing: pieces of bytes, each a gzip member by itself. Members one after the other are a gzip
 * file of all pieces. What a member holds follows from its piece alone, whoever packs it and when.
 */
#ifndef AUGI_GZIP_H
#define AUGI_GZIP_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* One thread's; opaque. */
typedef struct AugiGzip AugiGzip;

/* On failure *gzip is NULL. */
AUG_MUST_CHECK AugStatus augi_gzip_new(AugiGzip **gzip, AugError *error);

/* NULL does nothing. */
void augi_gzip_free(AugiGzip *gzip);

/* Packs size bytes, at least one, into *packed, borrowed until the next call. Fails with
 * AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_gzip_pack(AugiGzip *gzip, const void *bytes, size_t size,
                                        const void **packed, size_t *packed_size, AugError *error);

#endif
