/* XXH3 by libxxhash, which chooses among its kernels by itself. */
#include "libaug/base/digest.h"

#include <xxhash.h>

AugiDigest augi_digest(const void *bytes, size_t size)
{
    const XXH128_hash_t hash = XXH3_128bits(bytes, size);
    return (AugiDigest){.low = hash.low64, .high = hash.high64};
}

uint32_t augi_digest_check(const void *bytes, size_t size)
{
    return (uint32_t)XXH3_64bits(bytes, size);
}
