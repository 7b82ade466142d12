/* The scanner inside: its state while it goes over one text, and the classes of bytes. */
#ifndef TXT_SCANNING_H
#define TXT_SCANNING_H

#include <endian.h>
#include <string.h>

#include "text/domain/scan.h"

/* Classes of bytes. TERM: . ! ?; JOIN: ' and -; HIGH: no ASCII. */
enum {
    TXT_B_SPACE = 1,
    TXT_B_LOWER = 2,
    TXT_B_UPPER = 4,
    TXT_B_DIGIT = 8,
    TXT_B_TERM = 16,
    TXT_B_JOIN = 32,
    TXT_B_OTHER = 64,
    TXT_B_HIGH = 128,
    TXT_B_LETTER = TXT_B_LOWER | TXT_B_UPPER,
    TXT_B_ALNUM = TXT_B_LETTER | TXT_B_DIGIT,
};

/* The class of every byte. */
extern const uint8_t txt_byte_class[256];

/* One text on its way.
 *
 * protect:      as in TxtScanInput
 * at_start:     the next word begins a sentence
 * after_number: the last word was a number, and only white space came since
 * has_lower, has_capitals: some word has a small letter, a capital
 * dictionary:   as in TxtScanInput; ends: of its segments, once one was asked for, of which next is
 *               the first that may be needed; status: of asking
 * has_damage:   some bytes are not UTF-8
 */
typedef struct TxtScan {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t protect;
    TxtSpan *spans;
    uint32_t n_spans;
    uint32_t *words;
    uint32_t n_words;
    uint32_t n_tokens;
    TxtIcuWords *dictionary;
    const uint32_t *ends;
    size_t n_ends, next;
    AugStatus status;
    AugError *error;
    bool at_start, after_number, has_lower, has_capitals, has_damage;
} TxtScan;

/* Whether a byte of the text is there and of one of these classes. */
static inline bool txt_is(const TxtScan *scan, uint32_t at, uint8_t classes)
{
    return at < scan->size && (txt_byte_class[scan->bytes[at]] & classes);
}

/* Whether the byte is there and is this one. */
static inline bool txt_has(const TxtScan *scan, uint32_t at, uint8_t byte)
{
    return at < scan->size && scan->bytes[at] == byte;
}

/* Adds a span that is no word. */
void txt_emit(TxtScan *scan, uint32_t start, uint32_t end, TxtKind kind);

/* Adds a piece that is protected for a reason, or a word where the spec does not protect that. */
void txt_emit_reason(TxtScan *scan, uint32_t start, uint32_t end, TxtReason reason);

/* The same with flags. */
void txt_emit_flags(TxtScan *scan, uint32_t start, uint32_t end, TxtReason reason, uint8_t flags);

/* Adds a word with what is known of it, protected where its capitals or its sense ask for it.
 * classes: of all of its bytes. */
void txt_emit_word(TxtScan *scan, uint32_t start, uint32_t end, uint8_t classes);

/* A negation by itself, which was added last, turns the verb before it, of which a part may be cut
 * off ("ca n't"): it stays, too. */
void txt_protect_before(TxtScan *scan);

/* Where a word of Hangul ends that UAX #29 ends at end: before an apostrophe, a point or a colon, which
 * are marks to Korean (‘기생충’은, 좋다.그리고). Hyphens stay inside. */
uint32_t txt_korean_end(const TxtScan *scan, uint32_t start, uint32_t end);

/* Adds a word of Hangul. It is protected if it negates, or is negated by its neighbour (안 보다,
 * 보지 않다), or is a particle of something before it that is no word (50%는, ‘기생충’은); then its
 * whole eojeol is. */
void txt_emit_korean(TxtScan *scan, uint32_t start, uint32_t end);

/* Goes over one chunk, which ends at end, and returns where to go on: there, or behind it where
 * something protected has white space inside. */
uint32_t txt_scan_chunk(TxtScan *scan, uint32_t start, uint32_t end);

/* The same for a chunk that is not ASCII. */
uint32_t txt_scan_high(TxtScan *scan, uint32_t start, uint32_t end);

/* Something with marks inside, as an address, goes on over damage; it is then protected, also where
 * the spec does not protect its like. first: the first of its spans; start, end: the bytes that may be
 * damaged. */
void txt_protect_damage(TxtScan *scan, uint32_t first, uint32_t start, uint32_t end);

/* Something protected that begins at start with no letter or digit: adds it and returns its end, or
 * returns start. end: of the chunk. */
uint32_t txt_scan_marked(TxtScan *scan, uint32_t start, uint32_t end);

/* The same for what begins with a letter or a digit: URL, e-mail, host. */
uint32_t txt_scan_address(TxtScan *scan, uint32_t start, uint32_t end);

/* The end of what began with letters or digits of ASCII at start, with what joins them; classes
 * receives those of all of its bytes. */
uint32_t txt_token_end(const TxtScan *scan, uint32_t start, uint32_t end, uint8_t *classes);

/* Adds such a token, which ends at last: number, code, host, acronym or word. Returns its end, with
 * a percent sign or a path behind it. end: of the chunk. */
uint32_t txt_emit_token(TxtScan *scan, uint32_t start, uint32_t last, uint32_t end,
                        uint8_t classes);

/* Whether the code at a place, which is not ASCII, is a capital; returns the end of its bytes. */
uint32_t txt_read_case(const TxtScan *scan, uint32_t at, bool *is_capital);

/* Where a grapheme ends that a byte of ASCII before at may have begun: behind its marks. */
uint32_t txt_absorb(const TxtScan *scan, uint32_t at);

/* Bytes of the longest negation. */
#define TXT_LONGEST_NEGATION 8

/* Negations of one word in small letters, each at its own place, which txt_cue_place says; the other
 * places are empty (text/domain/cues.c). */
extern const char txt_negations[64][TXT_LONGEST_NEGATION];

/* The place of a word, as a number of its bytes in their order, the first one lowest: the upper 6 bits
 * of a product. The factor was searched for until no two negations shared a place. */
static inline uint32_t txt_cue_place(uint64_t word)
{
    return (uint32_t)(word * UINT64_C(0xe38a59aa51cfa14f) >> 58);
}

/* Whether such a number is that of a negation; 0 is of none. */
static inline bool txt_is_cue(uint64_t word)
{
    uint64_t cue;
    memcpy(&cue, txt_negations[txt_cue_place(word)], sizeof(cue));
    return word != 0 && le64toh(cue) == word;
}

/* Such a number of bytes at to end - 1 of a text of size bytes; 0 where there are more than it can
 * hold. No byte behind the text is read. Needs at < end. */
static inline uint64_t txt_read_word(const uint8_t *text, uint32_t size, uint32_t at, uint32_t end)
{
    const uint32_t n = end - at;
    uint64_t word = 0;
    if (size < sizeof(word)) {
        for (uint32_t i = n; i > 0; i--)
            word = word << 8 | text[at + i - 1];
        return word;
    }
    const uint32_t last = size - (uint32_t)sizeof(word), from = at < last ? at : last;
    memcpy(&word, text + from, sizeof(word));
    word = le64toh(word) >> 8 * (at - from);
    const uint64_t kept = n <= sizeof(word) ? UINT64_MAX : 0;
    return word & kept & UINT64_MAX >> (-8 * n & 63);
}

/* Whether a word (no NUL behind it) turns the sense of others. Letters of either case. */
bool txt_is_negation(const uint8_t *word, uint32_t size);

/* Whether a word stands for a unit or a multiple behind a number: kg, percent, million. */
bool txt_is_unit(const uint8_t *word, uint32_t size);

/* Whether a point behind a word ends no sentence: Mr, Dr, vs, a single capital. */
bool txt_is_short_form(const uint8_t *word, uint32_t size);

#endif
