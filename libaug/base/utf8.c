/* Goes through text sequence by sequence, each compared with its row of the standard's table. */
#include "libaug/base/utf8.h"

#include <stdint.h>
#include <string.h>

/* A row of table 3-7: lead bytes first to last begin sequences of so many bytes, whose second byte
 * lies in low..high; all later ones in 80..bf. */
typedef struct Row {
    uint8_t first, last;
    uint8_t size;
    uint8_t low, high;
} Row;

static const Row rows[] = {
    {0x00, 0x7f, 1, 0, 0},       {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* Bytes of the sequence that begins here; 0 if it is not well-formed. */
static size_t sequence_size(const uint8_t *at, size_t left)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const Row *row = &rows[i];
        if (at[0] < row->first || at[0] > row->last)
            continue;
        if (row->size > left)
            return 0;
        if (row->size > 1 && (at[1] < row->low || at[1] > row->high))
            return 0;
        for (size_t k = 2; k < row->size; k++)
            if (at[k] < 0x80 || at[k] > 0xbf)
                return 0;
        return row->size;
    }
    return 0;
}

size_t augi_utf8_invalid(const char *text, size_t size)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t at = 0;
    while (at < size) {
        /* Eight ASCII bytes at a time: most text has long runs of them. */
        uint64_t word;
        while (size - at >= sizeof(word)) {
            memcpy(&word, bytes + at, sizeof(word));
            if (word & UINT64_C(0x8080808080808080))
                break;
            at += sizeof(word);
        }
        if (at == size)
            break;
        size_t n = sequence_size(bytes + at, size - at);
        if (n == 0)
            return at;
        at += n;
    }
    return size;
}
