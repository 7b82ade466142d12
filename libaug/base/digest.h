/* XXH3: what finds change in data at the speed of memory.
 *
 * It finds change, not malice: who wants to can make other bytes with the same digest. Values are
 * the same on every machine.
 */
#ifndef AUGI_DIGEST_H
#define AUGI_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* XXH3-128 of some bytes. */
typedef struct AugiDigest {
    uint64_t low, high;
} AugiDigest;

/* Digest of size bytes; about 30 ns for 784 bytes, 10 GB/s and more for long ones. */
AugiDigest augi_digest(const void *bytes, size_t size);

/* The low half of XXH3-64, a check of short records. */
uint32_t augi_digest_check(const void *bytes, size_t size);

#endif
