/* Tables of code points, from rows. */
#include "text/tokens/codes.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Code points from first to last, with their bits. */
typedef struct BitsRow {
    int32_t first, last;
    uint8_t bits;
} BitsRow;

/* Every step-th code point from first to last, and what is added to it. */
typedef struct LowerRow {
    int32_t first, last, step, difference;
} LowerRow;

/* Code points from first to last. */
typedef struct UnknownRow {
    int32_t first, last;
} UnknownRow;

#include "text/tokens/codes.inc"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The row that a code point may be in: the last one that does not begin behind it. */
#define FIND_ROW(rows, code, found)                    \
    do {                                               \
        size_t low_ = 0, high_ = COUNT(rows);          \
        while (low_ < high_) {                         \
            const size_t mid_ = (low_ + high_) / 2;    \
            if ((rows)[mid_].first <= (code))          \
                low_ = mid_ + 1;                       \
            else                                       \
                high_ = mid_;                          \
        }                                              \
        (found) = low_ > 0 ? &(rows)[low_ - 1] : NULL; \
    } while (0)

TxtCodes *txt_codes_new(void)
{
    TxtCodes *codes = calloc(1, sizeof(*codes));
    for (size_t i = 0; codes && i < COUNT(bits_rows); i++) {
        const BitsRow *row = &bits_rows[i];
        const int32_t end = row->last < TXT_TABLED_CODES ? row->last + 1 : TXT_TABLED_CODES;
        if (row->first < end)
            memset(codes->bits + row->first, row->bits, (size_t)(end - row->first));
    }
    return codes;
}

uint8_t txt_code_bits_above(int32_t code)
{
    const BitsRow *row;
    FIND_ROW(bits_rows, code, row);
    return row && code <= row->last ? row->bits : 0;
}

int32_t txt_code_lower(int32_t code)
{
    const LowerRow *row;
    FIND_ROW(lower_rows, code, row);
    if (!row || code > row->last || (code - row->first) % row->step != 0)
        return code;
    return code + row->difference;
}

bool txt_code_is_unknown(int32_t code)
{
    const UnknownRow *row;
    FIND_ROW(unknown_rows, code, row);
    return row && code <= row->last;
}

bool txt_code_is_ideograph(int32_t code)
{
    if (code < 0x3400)
        return false;
    /* The gap from 0x2b820 on is a mistake of the package, kept. */
    return code <= 0x4dbf || (code >= 0x4e00 && code <= 0x9fff) ||
           (code >= 0xf900 && code <= 0xfaff) || (code >= 0x20000 && code <= 0x2a6df) ||
           (code >= 0x2a700 && code <= 0x2b73f) || (code >= 0x2b740 && code <= 0x2b81f) ||
           (code >= 0x2b920 && code <= 0x2ceaf) || (code >= 0x2f800 && code <= 0x2fa1f);
}
