/* SHA-256 by libcrypto, with numbers and texts fed in a form that cannot be mistaken for one
 * another. */
#include "libaug/base/hash.h"

#include <openssl/evp.h>
#include <string.h>

/* A step that fails (libcrypto could not get memory) ends the hash at once, so that no digest of
 * half the data can come out. */
static void add(AugiHash *hash, const void *bytes, size_t size)
{
    if (hash->context && EVP_DigestUpdate(hash->context, bytes, size) != 1)
        augi_hash_fini(hash);
}

AugStatus augi_hash_init(AugiHash *hash, AugError *error)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        hash->context = NULL;
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "SHA-256 cannot be started");
    }
    hash->context = context;
    return AUG_OK;
}

void augi_hash_add(AugiHash *hash, const void *bytes, size_t size)
{
    add(hash, bytes, size);
}

void augi_hash_add_text(AugiHash *hash, const char *text)
{
    size_t size = strlen(text);
    augi_hash_add_u64(hash, size);
    add(hash, text, size);
}

void augi_hash_add_u64(AugiHash *hash, uint64_t value)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    add(hash, bytes, sizeof(bytes));
}

void augi_hash_hex(AugiHash *hash, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[EVP_MAX_MD_SIZE];
    hex[0] = 0;
    if (hash->context && EVP_DigestFinal_ex(hash->context, digest, NULL) == 1) {
        for (size_t i = 0; i < 32; i++) {
            hex[2 * i] = digits[digest[i] >> 4];
            hex[2 * i + 1] = digits[digest[i] & 15];
        }
        hex[64] = 0;
    }
    augi_hash_fini(hash);
}

void augi_hash_fini(AugiHash *hash)
{
    EVP_MD_CTX_free(hash->context);
    hash->context = NULL;
}
