/* An open-addressed hash table with a random key per set, so that no input can be made to collide.
 */
#include "libaug/data/support/intern.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FIRST_SLOTS 64

typedef struct Sip {
    uint64_t a, b, c, d;
} Sip;

static uint64_t rotate(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static void sip_round(Sip *s)
{
    s->a += s->b;
    s->c += s->d;
    s->b = rotate(s->b, 13) ^ s->a;
    s->d = rotate(s->d, 16) ^ s->c;
    s->a = rotate(s->a, 32) + s->d;
    s->c += s->b;
    s->d = rotate(s->d, 21) ^ s->a;
    s->b = rotate(s->b, 17) ^ s->c;
    s->c = rotate(s->c, 32);
}

/* SipHash with one round a word and three at the end, as Rust's and Python's tables use it. */
static uint32_t hash_bytes(const uint64_t key[2], const uint8_t *bytes, size_t size)
{
    Sip s = {key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
             key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};
    for (size_t at = 0; at <= size; at += 8) {
        uint64_t word = 0;
        size_t left = size - at;
        memcpy(&word, bytes + at, left < 8 ? left : 8);
        if (left < 8)
            word |= (uint64_t)size << 56;
        s.d ^= word;
        sip_round(&s);
        s.a ^= word;
    }
    s.c ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(&s);
    return (uint32_t)(s.a ^ s.b ^ s.c ^ s.d);
}

/* The slot that holds the string or is free for it. */
static uint64_t find_slot(const AugiIntern *set, const void *bytes, size_t size, uint32_t hash)
{
    uint64_t mask = set->n_slots - 1;
    uint64_t slot = hash & mask;
    for (; set->slots[slot]; slot = (slot + 1) & mask) {
        const struct AugiInternEntry *entry = &set->entries[set->slots[slot] - 1];
        if (entry->hash == hash && entry->size == size &&
            memcmp(set->strings.text + entry->offset, bytes, size) == 0)
            break;
    }
    return slot;
}

static AugStatus grow_slots(AugiIntern *set, uint64_t max_size, AugError *error)
{
    if (2 * (set->n + 1) <= set->n_slots)
        return AUG_OK;
    /* Early in a system's start there may be no randomness yet; a key of zeros still works. */
    if (set->n_slots == 0 && getrandom(set->key, sizeof(set->key), GRND_NONBLOCK) < 0)
        set->key[0] = 0;
    uint64_t n = set->n_slots ? 2 * set->n_slots : FIRST_SLOTS;
    if (n > max_size / sizeof(*set->slots) || set->n + 1 >= UINT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "the data set's names need more memory than the %" PRIu64 " bytes allowed",
                        max_size);
    uint32_t *slots = calloc((size_t)n, sizeof(*slots));
    if (!slots)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an index of names");
    for (uint64_t i = 0; i < set->n; i++) {
        uint64_t slot = set->entries[i].hash & (n - 1);
        while (slots[slot])
            slot = (slot + 1) & (n - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    free(set->slots);
    set->slots = slots;
    set->n_slots = n;
    return AUG_OK;
}

AugStatus augi_intern_add(AugiIntern *set, const void *bytes, size_t size, uint64_t max_size,
                          uint32_t *number, AugError *error)
{
    if (size > UINT32_MAX)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL, "a name of %zu bytes is too long", size);
    AUG_TRY(grow_slots(set, max_size, error));
    uint32_t hash = hash_bytes(set->key, bytes, size);
    uint64_t slot = find_slot(set, bytes, size, hash);
    if (set->slots[slot]) {
        *number = set->slots[slot] - 1;
        return AUG_OK;
    }
    AUG_TRY(augi_grow(&set->entries, &set->entry_capacity, set->n + 1, sizeof(*set->entries),
                      max_size, error));
    uint64_t offset;
    AUG_TRY(augi_strings_add(&set->strings, bytes, size, max_size, &offset, error));
    set->entries[set->n] = (struct AugiInternEntry){offset, (uint32_t)size, hash};
    *number = (uint32_t)set->n++;
    set->slots[slot] = *number + 1;
    return AUG_OK;
}

bool augi_intern_find(const AugiIntern *set, const void *bytes, size_t size, uint32_t *number)
{
    if (set->n == 0)
        return false;
    const uint64_t slot = find_slot(set, bytes, size, hash_bytes(set->key, bytes, size));
    *number = set->slots[slot] - 1;
    return set->slots[slot];
}

const char *augi_intern_text(const AugiIntern *set, uint64_t number)
{
    return set->strings.text + set->entries[number].offset;
}

void augi_intern_clear(AugiIntern *set)
{
    set->n = 0;
    set->strings.size = 0;
    if (set->n_slots)
        memset(set->slots, 0, (size_t)set->n_slots * sizeof(*set->slots));
}

void augi_intern_fini(AugiIntern *set)
{
    augi_strings_fini(&set->strings);
    free(set->entries);
    free(set->slots);
    *set = (AugiIntern){0};
}
