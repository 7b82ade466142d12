/* Alphabets by script. What has no small set of letters (Han) has none here. */
#include "text/chars/alphabet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/domain/alone.h"
#include "text/domain/draw.h"
#include "text/unicode/case.h"
#include "text/unicode/unicode.h"

/* The letters of a script, all of them sequences of so many bytes. */
typedef struct Script {
    TxtScript script;
    uint8_t width;
    uint8_t n;
    const char *letters;
} Script;

#define LETTERS(script, width, letters)                                  \
    {                                                                    \
        script, width, (uint8_t)((sizeof(letters) - 1) / width), letters \
    }

/* Kana are two sets; Hangul: open syllables, since there are 11,172 syllables and most of them
 * stand in no word. */
static const Script latin = LETTERS(TXT_SCRIPT_LATIN, 1, "abcdefghijklmnopqrstuvwxyz");
static const Script katakana = LETTERS(
    TXT_SCRIPT_KANA, 3,
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン");
static const Script scripts[] = {
    LETTERS(TXT_SCRIPT_GREEK, 2, "αβγδεζηθικλμνξοπρστυφχψω"),
    LETTERS(TXT_SCRIPT_CYRILLIC, 2, "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    LETTERS(TXT_SCRIPT_ARMENIAN, 2, "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ"),
    LETTERS(TXT_SCRIPT_GEORGIAN, 3, "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"),
    LETTERS(TXT_SCRIPT_HEBREW, 2, "אבגדהוזחטיכלמנסעפצקרשת"),
    LETTERS(TXT_SCRIPT_ARABIC, 2, "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
    LETTERS(TXT_SCRIPT_DEVANAGARI, 3, "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह"),
    LETTERS(TXT_SCRIPT_THAI, 3, "กขคฆงจฉชซญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"),
    LETTERS(TXT_SCRIPT_HANGUL, 3,
            "가나다라마바사아자차카타파하고노도로모보소오조초코토포호기니디리미비시이지치키티피히"),
    LETTERS(TXT_SCRIPT_KANA, 3,
            "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろ"
            "わん"),
};

/* Katakana begin here. */
#define FIRST_KATAKANA 0x30a0

static const Script *script_of(int32_t code)
{
    if (code < 0x80)
        return code >= 0 && (uint32_t)((code | 0x20) - 'a') < 26 ? &latin : NULL;
    const TxtScript script = txt_script(code);
    if (script == TXT_SCRIPT_LATIN)
        return &latin;
    if (script == TXT_SCRIPT_KANA && code >= FIRST_KATAKANA)
        return &katakana;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
        if (scripts[i].script == script)
            return &scripts[i];
    return NULL;
}

bool txt_alphabet_has(const TxtAlphabet *alphabet, int32_t code)
{
    return alphabet->n > 0 || script_of(code);
}

/* Number of a letter among n of the same width, n if it is none of them. */
static uint32_t number_of(const Script *script, int32_t code)
{
    uint8_t bytes[4];
    const size_t size = txt_encode(txt_lower(code), bytes);
    for (uint32_t i = 0; size == script->width && i < script->n; i++)
        if (memcmp(script->letters + i * size, bytes, size) == 0)
            return i;
    return script->n;
}

/* One of n, but not the one of this number (n: it is none of them). */
static uint32_t draw_other(AugRng *rng, uint32_t n, uint32_t number)
{
    const uint32_t drawn = txt_below(rng, number < n && n > 1 ? n - 1 : n);
    return drawn + (number < n && n > 1 && drawn >= number);
}

static void draw_own(const TxtAlphabet *alphabet, AugRng *rng, int32_t code, bool is_other,
                     TxtLetter *letter)
{
    uint8_t bytes[4];
    const size_t size = code >= 0 ? txt_encode(code, bytes) : 0;
    uint32_t number = alphabet->n;
    for (uint32_t i = 0; is_other && i < alphabet->n; i++)
        if (alphabet->items[i].size == size && memcmp(alphabet->items[i].bytes, bytes, size) == 0)
            number = i;
    *letter = alphabet->items[draw_other(rng, alphabet->n, number)];
}

void txt_alphabet_draw(const TxtAlphabet *alphabet, AugRng *rng, int32_t code, bool upper,
                       bool is_other, TxtLetter *letter)
{
    if (alphabet->n > 0) {
        draw_own(alphabet, rng, code, is_other, letter);
        return;
    }
    const Script *script = script_of(code);
    const uint32_t number = !is_other                         ? script->n
                            : script == &latin && code < 0x80 ? (uint32_t)((code | 0x20) - 'a')
                                                              : number_of(script, code);
    const uint32_t drawn = draw_other(rng, script->n, number);
    const uint8_t *bytes = (const uint8_t *)script->letters + (size_t)drawn * script->width;
    letter->size = script->width;
    if (script->width == 1) {
        letter->bytes[0] = upper ? bytes[0] - ('a' - 'A') : bytes[0];
        return;
    }
    int32_t small;
    txt_decode(bytes, script->width, &small);
    /* Georgian capitals are for whole words in capitals only; nothing here is written with them. */
    if (upper && script->script != TXT_SCRIPT_GEORGIAN)
        letter->size = (uint8_t)txt_encode(txt_upper(small), letter->bytes);
    else
        memcpy(letter->bytes, bytes, script->width);
}

/* Cuts a text into letters, n of them at most. */
static AugStatus read(const char *text, const char *op, TxtAlphabet *alphabet, AugError *error)
{
    const uint8_t *bytes = (const uint8_t *)text;
    const size_t size = strlen(text);
    char where[64];
    snprintf(where, sizeof(where), "%s.alphabet", op);
    for (size_t at = 0, end; at < size; at = end) {
        end = txt_grapheme_end(bytes, size, at);
        if (alphabet->n == TXT_MOST_LETTERS || end - at > TXT_LONGEST_LETTER)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "%s.alphabet has more than %d characters, or one of more than %d bytes",
                            op, TXT_MOST_LETTERS, TXT_LONGEST_LETTER);
        AUG_TRY(txt_check_alone(bytes + at, end - at, where, error));
        TxtLetter *letter = &alphabet->items[alphabet->n++];
        memcpy(letter->bytes, bytes + at, end - at);
        letter->size = (uint8_t)(end - at);
    }
    if (alphabet->n > 1)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "%s.alphabet has %u characters; allowed are at least two, or none to draw from "
                    "the letters of each script",
                    op, alphabet->n);
}

AugStatus txt_alphabet_read(const char *text, const char *op, TxtAlphabet **alphabet,
                            AugError *error)
{
    const size_t size = strlen(text), n = size < TXT_MOST_LETTERS ? size : TXT_MOST_LETTERS;
    *alphabet = calloc(1, sizeof(**alphabet) + n * sizeof(TxtLetter));
    if (!*alphabet)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the alphabet of %s", op);
    const AugStatus status = size > 0 ? read(text, op, *alphabet, error) : AUG_OK;
    if (status != AUG_OK) {
        free(*alphabet);
        *alphabet = NULL;
    }
    return status;
}
