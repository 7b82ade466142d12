/* Small letters of ASCII, many bytes at a time: where a word of them ends. The plain function says
 * what the vector one does; a test compares them. */
#ifndef TXT_LETTERS_H
#define TXT_LETTERS_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

/* Bytes that are looked at together. */
#define TXT_AT_ONCE 16

/* Which of TXT_AT_ONCE bytes are no small letters: bit i for byte i. */
static inline uint32_t txt_no_letters_plain(const uint8_t *bytes)
{
    uint32_t others = 0;
    for (uint32_t i = 0; i < TXT_AT_ONCE; i++)
        others |= (uint32_t)(bytes[i] < 'a' || bytes[i] > 'z') << i;
    return others;
}

/* The same. Every x86-64 has SSE2, so nothing is asked at run time. */
static inline uint32_t txt_no_letters(const uint8_t *bytes)
{
#ifdef __SSE2__
    const __m128i text = _mm_loadu_si128((const __m128i *)bytes);
    /* a becomes -128, so that the letters are the lowest of signed bytes. */
    const __m128i from_a = _mm_add_epi8(text, _mm_set1_epi8((char)(0x80 - 'a')));
    return (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi8(from_a, _mm_set1_epi8('z' - 'a' - 0x80)));
#else
    return txt_no_letters_plain(bytes);
#endif
}

/* The end of small letters from a place on in a text of size bytes. Near the end of the text its last
 * bytes are looked at, and those before the place dropped: no byte behind it is read, and no branch
 * depends on how long the word is. */
static inline uint32_t txt_letters_end(const uint8_t *text, uint32_t size, uint32_t at)
{
    if (size < TXT_AT_ONCE) {
        while (at < size && text[at] >= 'a' && text[at] <= 'z')
            at++;
        return at;
    }
    const uint32_t last = size - TXT_AT_ONCE;
    uint32_t n;
    do {
        const uint32_t from = at < last ? at : last;
        const uint32_t others = txt_no_letters(text + from) | UINT32_C(1) << TXT_AT_ONCE;
        n = (uint32_t)__builtin_ctz(others >> (at - from));
        at += n;
    } while (n == TXT_AT_ONCE);
    return at;
}

#endif
