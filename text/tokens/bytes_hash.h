/* A hash of short byte strings for tables in memory; its values mean nothing outside a process. */
#ifndef TXT_BYTES_HASH_H
#define TXT_BYTES_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One round: multiply by an odd number without pattern (2^64 / golden ratio), fold the high half
 * into the low one. */
static inline uint64_t txt_hash_round(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

/* Hash of size bytes. */
static inline uint64_t txt_hash_bytes(const uint8_t *bytes, size_t size)
{
    uint64_t hash = size, word;
    for (; size >= sizeof(word); bytes += sizeof(word), size -= sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        hash = txt_hash_round(hash, word);
    }
    word = 0;
    for (size_t i = 0; i < size; i++)
        word = word << 8 | bytes[i];
    return txt_hash_round(txt_hash_round(hash, word), 0);
}

#endif
