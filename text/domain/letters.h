/* Letters of ASCII, many bytes at a time: where a word of small ones ends, and which bytes of a word are
 * some. The plain functions say what the vector ones do; a test compares them. */
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

/* Which of TXT_AT_ONCE bytes are letters of either case, and which are the same as the next of them (the
 * last one has none): bit i for byte i. */
typedef struct TxtLetterBits {
    uint32_t letters, same;
} TxtLetterBits;

/* Looks at them one by one. */
static inline TxtLetterBits txt_letter_bits_plain(const uint8_t *bytes)
{
    TxtLetterBits bits = {0};
    for (uint32_t i = 0; i < TXT_AT_ONCE; i++) {
        const uint8_t small = bytes[i] | 0x20;
        bits.letters |= (uint32_t)(small >= 'a' && small <= 'z') << i;
        bits.same |= (uint32_t)(i + 1 < TXT_AT_ONCE && bytes[i] == bytes[i + 1]) << i;
    }
    return bits;
}

/* The same, together. */
static inline TxtLetterBits txt_letter_bits(const uint8_t *bytes)
{
#ifdef __SSE2__
    const __m128i text = _mm_loadu_si128((const __m128i *)bytes);
    const __m128i small = _mm_or_si128(text, _mm_set1_epi8(0x20));
    const __m128i from_a = _mm_add_epi8(small, _mm_set1_epi8((char)(0x80 - 'a')));
    const __m128i others = _mm_cmpgt_epi8(from_a, _mm_set1_epi8('z' - 'a' - 0x80));
    const __m128i same = _mm_cmpeq_epi8(text, _mm_srli_si128(text, 1));
    return (TxtLetterBits){(uint32_t)_mm_movemask_epi8(others) ^ 0xffff,
                           (uint32_t)_mm_movemask_epi8(same) & 0x7fff};
#else
    return txt_letter_bits_plain(bytes);
#endif
}

/* The same of a word of n bytes, 1 to TXT_AT_ONCE, at a place of a text of size bytes, with no bits for what is
 * behind the word, and no byte behind the text read. */
static inline TxtLetterBits txt_word_bits(const uint8_t *text, uint32_t size, uint32_t at,
                                          uint32_t n)
{
    uint8_t room[TXT_AT_ONCE] = {0};
    const uint32_t last = size - TXT_AT_ONCE, from = size >= TXT_AT_ONCE && at > last ? last : at;
    if (size < TXT_AT_ONCE)
        memcpy(room, text + at, n);
    const TxtLetterBits bits = txt_letter_bits(size < TXT_AT_ONCE ? room : text + from);
    const uint32_t kept = (UINT32_C(1) << n) - 1;
    return (TxtLetterBits){bits.letters >> (at - from) & kept,
                           bits.same >> (at - from) & kept >> 1};
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
