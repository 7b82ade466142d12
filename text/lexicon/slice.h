/* Bytes that end at a size, not at a NUL. */
#ifndef TXT_LEXICON_SLICE_H
#define TXT_LEXICON_SLICE_H

#include <stdint.h>

/* Borrowed bytes. */
typedef struct TxtSlice {
    const char *text;
    uint32_t size;
} TxtSlice;

#endif
