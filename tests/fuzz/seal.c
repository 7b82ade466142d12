/* Fields are read at the offsets that protocol/SPEC.md gives, and written by the encoder. */
#include "tests/fuzz/seal.h"

#include "protocol/frame.h"

static uint64_t little(const uint8_t *at, int n)
{
    uint64_t value = 0;
    while (n-- > 0)
        value = value << 8 | at[n];
    return value;
}

void fuzz_seal(uint8_t *bytes, size_t size)
{
    for (size_t at = 0; size - at >= AUGP_HEADER_SIZE;) {
        const uint8_t *header = bytes + at;
        AugpFrame frame = {
            .type = header[5],
            .flags = (uint16_t)(little(header + 6, 2) & ~(uint64_t)AUGP_FLAG_PAYLOAD_CRC),
            .stream = (uint32_t)little(header + 8, 4),
            .length = little(header + 16, 8),
            .epoch = (uint32_t)little(header + 28, 4),
            .step = little(header + 32, 8),
            .seq = little(header + 40, 8),
            .arg = little(header + 48, 8),
            .ident = little(header + 56, 8),
        };
        const size_t left = size - at - AUGP_HEADER_SIZE;
        if ((header[6] & AUGP_FLAG_PAYLOAD_CRC) && frame.length <= left)
            augp_frame_add_crc(&frame, header + AUGP_HEADER_SIZE);
        augp_frame_encode(&frame, bytes + at);
        if (frame.length > left)
            return;
        at += AUGP_HEADER_SIZE + (size_t)frame.length;
    }
}
