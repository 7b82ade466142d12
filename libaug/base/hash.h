/* SHA-256, incrementally (libcrypto's). */
#ifndef AUGI_HASH_H
#define AUGI_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Zero-initialised it is empty; init it before use, end it with augi_hash_hex or _fini. */
typedef struct AugiHash {
    void *context;
} AugiHash;

/* Begins a hash. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_hash_init(AugiHash *hash, AugError *error);

/* Adds size bytes. */
void augi_hash_add(AugiHash *hash, const void *bytes, size_t size);

/* Adds a length and the bytes, so that neighbours cannot run together. */
void augi_hash_add_text(AugiHash *hash, const char *text);

/* Adds eight bytes, the lowest first. */
void augi_hash_add_u64(AugiHash *hash, uint64_t value);

/* The digest so far as 64 hexadecimal digits and a NUL; the hash is finished afterwards. Empty if
 * libcrypto failed in any step before. */
void augi_hash_hex(AugiHash *hash, char hex[65]);

/* Accepts a zeroed or finished hash. */
void augi_hash_fini(AugiHash *hash);

#endif
