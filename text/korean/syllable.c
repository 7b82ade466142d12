/* Syllables and their jamo. */
#include <string.h>

#include "text/korean/korean.h"
#include "text/korean/syllable.h"
#include "text/unicode/unicode.h"

static bool is_in(int32_t code, int32_t base, int32_t n)
{
    return code >= base && code < base + n;
}

/* Number of the trailing consonant that begins here, and its bytes; 0 if there is none. */
static int32_t read_trailing(const uint8_t *text, size_t size, size_t *used)
{
    int32_t code;
    *used = 0;
    if (size == 0)
        return 0;
    const size_t bytes = txt_decode(text, size, &code);
    if (!is_in(code, TXT_TRAILING_BASE + 1, TXT_N_TRAILING - 1))
        return 0;
    *used = bytes;
    return code - TXT_TRAILING_BASE;
}

size_t txt_syllable_read(const uint8_t *text, size_t size, int32_t *code)
{
    size_t used = txt_decode(text, size, code), more;
    if (is_in(*code, TXT_LEADING_BASE, TXT_N_LEADING) && used < size) {
        int32_t vowel;
        more = txt_decode(text + used, size - used, &vowel);
        if (!is_in(vowel, TXT_JAMO_VOWEL_BASE, TXT_N_JAMO_VOWELS))
            return used;
        used += more;
        *code = TXT_SYLLABLE_BASE +
                ((*code - TXT_LEADING_BASE) * TXT_N_JAMO_VOWELS + (vowel - TXT_JAMO_VOWEL_BASE)) *
                    TXT_N_TRAILING;
    }
    if (txt_is_syllable(*code) && txt_trailing(*code) == 0) {
        *code += read_trailing(text + used, size - used, &more);
        used += more;
    }
    return used;
}

bool txt_korean_has_jamo(const uint8_t *text, size_t size)
{
    /* U+1100 to U+11FF are E1 84 80 to E1 87 BF. */
    for (size_t i = 0; i + 2 < size; i++)
        if (text[i] == 0xe1 && text[i + 1] >= 0x84 && text[i + 1] <= 0x87)
            return true;
    return false;
}

/* Writes the jamo of a syllable; returns their bytes. */
static size_t write_jamo(int32_t syllable, uint8_t out[9])
{
    const int32_t number = syllable - TXT_SYLLABLE_BASE;
    const int32_t trailing = txt_trailing(syllable);
    size_t size = txt_encode(TXT_LEADING_BASE + number / (TXT_N_JAMO_VOWELS * TXT_N_TRAILING), out);
    size +=
        txt_encode(TXT_JAMO_VOWEL_BASE + number / TXT_N_TRAILING % TXT_N_JAMO_VOWELS, out + size);
    if (trailing > 0)
        size += txt_encode(TXT_TRAILING_BASE + trailing, out + size);
    return size;
}

size_t txt_korean_decompose(const uint8_t *text, size_t size, uint8_t *out, size_t room)
{
    size_t needed = 0, written = 0;
    for (size_t at = 0; at < size;) {
        uint8_t jamo[9];
        int32_t code;
        const uint8_t *from = text + at;
        const size_t used = txt_decode(from, size - at, &code);
        size_t n = used;
        if (txt_is_syllable(code)) {
            n = write_jamo(code, jamo);
            from = jamo;
        }
        if (written == needed && needed + n <= room) {
            memcpy(out + written, from, n);
            written += n;
        }
        needed += n;
        at += used;
    }
    return needed;
}
