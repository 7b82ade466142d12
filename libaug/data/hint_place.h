/* Where the hint of a sample is, in one word, so that any thread reads and sets it in one step. */
#ifndef AUGI_HINT_PLACE_H
#define AUGI_HINT_PLACE_H

#include <stdint.h>

/* Files that one process has open for a data set, and chunks of hints that are in no file yet. */
#define AUGI_HINT_FILES 128
#define AUGI_HINT_CHUNKS 256

/* Bits of size and offset in the word; the part has what is left. */
#define AUGI_HINT_SIZE_BITS 18
#define AUGI_HINT_OFFSET_BITS 36

/* part: 0 to AUGI_HINT_FILES - 1: the file of this number; then the chunks. offset: of the body in
 * it. size: without the body's head. */
typedef struct AugiHintPlace {
    uint32_t part;
    uint64_t offset;
    uint32_t size;
} AugiHintPlace;

/* The word is never 0, which says that no hint is known. */
static inline uint64_t augi_hint_pack(AugiHintPlace place)
{
    return ((uint64_t)place.part + 1) << (AUGI_HINT_SIZE_BITS + AUGI_HINT_OFFSET_BITS) |
           place.offset << AUGI_HINT_SIZE_BITS | place.size;
}

/* The place of a word that is not 0. */
static inline AugiHintPlace augi_hint_unpack(uint64_t word)
{
    return (AugiHintPlace){
        .part = (uint32_t)(word >> (AUGI_HINT_SIZE_BITS + AUGI_HINT_OFFSET_BITS)) - 1,
        .offset = word >> AUGI_HINT_SIZE_BITS & ((UINT64_C(1) << AUGI_HINT_OFFSET_BITS) - 1),
        .size = (uint32_t)(word & ((UINT64_C(1) << AUGI_HINT_SIZE_BITS) - 1)),
    };
}

#endif
