/* Frames whose magic and checksums are right, whatever the rest of them is. */
#ifndef TEST_FUZZ_SEAL_H
#define TEST_FUZZ_SEAL_H

#include <stddef.h>
#include <stdint.h>

/* Walks size bytes as frames one behind the other and puts magic, version and checksums of each
 * right, in place. A last one that is not complete stays as it is. */
void fuzz_seal(uint8_t *bytes, size_t size);

#endif
