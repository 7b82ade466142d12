/* How words end when they are read aloud. */
#include "text/korean/korean.h"
#include "text/korean/syllable.h"
#include "text/unicode/unicode.h"

#define VOWEL TXT_FINAL_VOWEL
#define RIEUL TXT_FINAL_RIEUL
#define CONSONANT TXT_FINAL_CONSONANT
#define UNKNOWN TXT_FINAL_UNKNOWN

/* 영 or 공, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구. */
static const uint8_t digits[10] = {CONSONANT, RIEUL,     VOWEL, CONSONANT, VOWEL,
                                   VOWEL,     CONSONANT, RIEUL, RIEUL,     VOWEL};

/* Names of letters: 에이, 비, ... R is 아르 and 알. */
static const uint8_t names[26] = {
    ['a' - 'a'] = VOWEL,     ['b' - 'a'] = VOWEL,     ['c' - 'a'] = VOWEL, ['d' - 'a'] = VOWEL,
    ['e' - 'a'] = VOWEL,     ['f' - 'a'] = VOWEL,     ['g' - 'a'] = VOWEL, ['h' - 'a'] = VOWEL,
    ['i' - 'a'] = VOWEL,     ['j' - 'a'] = VOWEL,     ['k' - 'a'] = VOWEL, ['l' - 'a'] = RIEUL,
    ['m' - 'a'] = CONSONANT, ['n' - 'a'] = CONSONANT, ['o' - 'a'] = VOWEL, ['p' - 'a'] = VOWEL,
    ['q' - 'a'] = VOWEL,     ['r' - 'a'] = UNKNOWN,   ['s' - 'a'] = VOWEL, ['t' - 'a'] = VOWEL,
    ['u' - 'a'] = VOWEL,     ['v' - 'a'] = VOWEL,     ['w' - 'a'] = VOWEL, ['x' - 'a'] = VOWEL,
    ['y' - 'a'] = VOWEL,     ['z' - 'a'] = VOWEL,
};

/* Words by their last letter, as loanwords are usually written in Hangul: s is 스, f is 프, m and n
 * close the syllable. Where it depends on the word (book is 북 and fork 포크, game is 게임 and movie
 * 무비), it is unknown. */
static const uint8_t endings[26] = {
    ['a' - 'a'] = VOWEL,     ['b' - 'a'] = UNKNOWN,   ['c' - 'a'] = CONSONANT,
    ['d' - 'a'] = UNKNOWN,   ['e' - 'a'] = UNKNOWN,   ['f' - 'a'] = VOWEL,
    ['g' - 'a'] = UNKNOWN,   ['h' - 'a'] = VOWEL,     ['i' - 'a'] = VOWEL,
    ['j' - 'a'] = VOWEL,     ['k' - 'a'] = UNKNOWN,   ['l' - 'a'] = RIEUL,
    ['m' - 'a'] = CONSONANT, ['n' - 'a'] = CONSONANT, ['o' - 'a'] = VOWEL,
    ['p' - 'a'] = UNKNOWN,   ['q' - 'a'] = UNKNOWN,   ['r' - 'a'] = VOWEL,
    ['s' - 'a'] = VOWEL,     ['t' - 'a'] = UNKNOWN,   ['u' - 'a'] = VOWEL,
    ['v' - 'a'] = VOWEL,     ['w' - 'a'] = VOWEL,     ['x' - 'a'] = VOWEL,
    ['y' - 'a'] = VOWEL,     ['z' - 'a'] = VOWEL,
};

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool is_capital(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z';
}

/* 십, 백, 천, 만 and 억 end in consonants, 조 (from 10^12) and 해 (10^20) in vowels. */
static TxtFinal final_of_number(const uint8_t *text, size_t size)
{
    size_t n_zeros = 0, at = size;
    while (at > 0 && (text[at - 1] == '0' || text[at - 1] == ',')) {
        n_zeros += text[at - 1] == '0';
        at--;
    }
    if (n_zeros == 0 || at == 0 || !is_digit(text[at - 1]))
        return digits[text[size - 1] - '0'];
    if (n_zeros >= 20)
        return TXT_FINAL_UNKNOWN;
    return n_zeros >= 12 && n_zeros < 16 ? TXT_FINAL_VOWEL : TXT_FINAL_CONSONANT;
}

/* Capitals alone are read letter by letter, as is one letter. */
static TxtFinal final_of_latin(const uint8_t *text, size_t size)
{
    const uint8_t last = (text[size - 1] | 0x20) - 'a';
    size_t n_letters = 0, n_capitals = 0;
    for (size_t at = size; at > 0 && is_letter(text[at - 1]); at--) {
        n_letters++;
        n_capitals += is_capital(text[at - 1]);
    }
    if (n_letters < size && text[size - n_letters - 1] >= 0x80)
        return TXT_FINAL_UNKNOWN;
    if (n_letters == 1 || n_capitals == n_letters)
        return names[last];
    if (last == 'g' - 'a' && (text[size - 2] | 0x20) == 'n')
        return TXT_FINAL_CONSONANT;
    return endings[last];
}

TxtFinal txt_korean_final(const uint8_t *text, size_t size)
{
    if (size == 0)
        return TXT_FINAL_UNKNOWN;
    if (is_digit(text[size - 1]))
        return final_of_number(text, size);
    if (is_letter(text[size - 1]))
        return final_of_latin(text, size);
    /* The last code: syllables and jamo have 3 bytes. */
    int32_t code;
    if (size < 3 || txt_decode(text + size - 3, 3, &code) != 3)
        return TXT_FINAL_UNKNOWN;
    int32_t trailing = -1;
    if (txt_is_syllable(code))
        trailing = txt_trailing(code);
    else if (code > TXT_TRAILING_BASE && code < TXT_TRAILING_BASE + TXT_N_TRAILING)
        trailing = code - TXT_TRAILING_BASE;
    else if (code >= TXT_JAMO_VOWEL_BASE && code < TXT_JAMO_VOWEL_BASE + TXT_N_JAMO_VOWELS)
        trailing = 0;
    if (trailing < 0)
        return TXT_FINAL_UNKNOWN;
    if (trailing == 0)
        return TXT_FINAL_VOWEL;
    return trailing == TXT_TRAILING_RIEUL ? TXT_FINAL_RIEUL : TXT_FINAL_CONSONANT;
}
