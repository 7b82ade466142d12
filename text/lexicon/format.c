/* What writer and reader of an index must do alike. */
#include "text/lexicon/format.h"

#include "libaug/base/digest.h"

_Static_assert(sizeof(TxtIndexHeader) == 32 && sizeof(TxtBlockEntry) == 24 &&
                   sizeof(TxtWordEntry) == 8 && sizeof(TxtLemmaEntry) == 20 &&
                   sizeof(TxtSense) == 8 && sizeof(TxtSynsetEntry) == 8 && sizeof(TxtMember) == 8 &&
                   sizeof(TxtPair) == 8 && sizeof(TxtException) == 12,
               "no padding in the file");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "an index is read where it lies");

uint64_t txt_index_seal(const TxtIndexHeader *header, const void *behind, uint64_t size)
{
    const AugiDigest rest = augi_digest(behind, size);
    const uint64_t parts[] = {header->version, header->n_blocks, header->size, rest.low, rest.high};
    return augi_digest(parts, sizeof(parts)).low;
}

uint32_t txt_index_slot(const void *word, uint64_t size, uint64_t n_slots)
{
    return augi_digest_check(word, size) & (uint32_t)(n_slots - 1);
}
