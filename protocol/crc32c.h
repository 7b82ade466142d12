/* CRC-32C (Castagnoli; RFC 3720 appendix B.4), the check of frame headers and payloads. */
#ifndef AUGP_CRC32C_H
#define AUGP_CRC32C_H

#include <stddef.h>
#include <stdint.h>

#include "augp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Checksum of size bytes, continuing crc (0 at the start). Takes the processor's instruction where
 * there is one. Any thread. */
AUGP_API uint32_t augp_crc32c(uint32_t crc, const void *bytes, size_t size);

/* The same from a table, on any processor: the reference that the tests compare with. Any thread.
 */
AUGP_API uint32_t augp_crc32c_table(uint32_t crc, const void *bytes, size_t size);

#ifdef __cplusplus
}
#endif
#endif
