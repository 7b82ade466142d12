/* Copying a few bytes: most pieces of a text are shorter than the call of a function takes. */
#ifndef TXT_COPY_H
#define TXT_COPY_H

#include <stdint.h>
#include <string.h>

/* Bytes that are copied together. */
#define TXT_CHUNK 16

/* Copies size bytes to where no byte of them is; both may be NULL for none. Two pieces of a fixed size, which
 * may lie on one another, are all of a short one. */
static inline void txt_copy(uint8_t *to, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    if (size > TXT_CHUNK) {
        memcpy(to, from, size);
    } else if (size >= 8) {
        memcpy(to, from, 8);
        memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
        memcpy(to, from, 4);
        memcpy(to + size - 4, from + size - 4, 4);
    } else if (size > 0) {
        to[0] = from[0];
        to[size / 2] = from[size / 2];
        to[size - 1] = from[size - 1];
    }
}

#endif
