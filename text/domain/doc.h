/* A text as operations see it: spans that cover it from its first byte to its last.
 *
 * Glossary. A *span* is a piece of one kind. A *word* is a span of kind WORD that may be edited or
 * moved; its number counts words, not spans. A *barrier* is a span that nothing may touch:
 * PROTECTED (an address, a number, a name, a negation, what the spec or the row protects) or
 * INVALID (bytes that are not UTF-8). Positions are bytes from the start of the text, ends are
 * behind the last byte.
 *
 * Guarantees. Spans begin and end where graphemes do. A doc is const for operations and holds until
 * their call returns.
 */
#ifndef TXT_DOC_H
#define TXT_DOC_H

#include <stdint.h>

/* What a span is. */
typedef enum TxtKind {
    TXT_WORD,
    TXT_SPACE,
    TXT_PUNCTUATION, /* and symbols */
    TXT_PROTECTED,
    TXT_INVALID,
} TxtKind;

/* Flags of a span.
 *
 * NEGATION:       a word that turns the sense of others, or limits it; always PROTECTED
 * SENTENCE_START: the first word of a sentence
 * CAPITALISED:    begins with a capital and has a small letter
 * UPPER:          has capitals and no small letter
 * ASCII:          every byte is below 128
 * LABELLED:       lies in a span label of the row
 * UNSEGMENTED:    of a script without spaces between words (Chinese, Japanese, Thai, ...): the piece
 *                 is a character or a syllable, not a word, and in no list of words; with
 *                 output.segmenter: icu it is a word, and in the list
 * COMPOUND:       has a hyphen or an apostrophe inside
 */
enum {
    TXT_NEGATION = 1,
    TXT_SENTENCE_START = 2,
    TXT_CAPITALISED = 4,
    TXT_UPPER = 8,
    TXT_ASCII = 16,
    TXT_LABELLED = 32,
    TXT_UNSEGMENTED = 64,
    TXT_COMPOUND = 128,
};

/* Why a span is PROTECTED: the code, and its name in output.unprotect where it has one.
 *
 * FREE:        it is not
 * URL:         addresses and names of files and hosts
 * USER, TAG:   @user, #tag
 * NUMBER:      anything with a digit, with its currency or sign; a unit behind a number
 * PLACEHOLDER: {name}, ${name}, %s, %(name)s
 * MARKUP:      <tags> and &entities;
 * TOKEN:       [MASK], [COL]
 * CODE:        `code`, snake_case
 * ACRONYM:     two capitals and more, unless the text has nothing but capitals; U.S.
 * NAME:        begins with a capital and does not begin a sentence, or has a capital inside
 * CLITIC:      's, 'll, n't, where they stand by themselves
 * NEGATED:     no, not, never, ..., without, hardly; 안, 못, 않다, 없다, 아니다
 * QUOTE:       between double quotation marks
 * PATTERN:     a regular expression of the spec matches
 * GIVEN:       the row says so
 * DAMAGED:     a word that touches bytes that are not UTF-8: without it they would be other damage,
 *              or none
 */
#define TXT_REASONS(X)             \
    X(FREE, NULL)                  \
    X(URL, "urls")                 \
    X(EMAIL, "emails")             \
    X(USER, "users")               \
    X(TAG, "tags")                 \
    X(NUMBER, "numbers")           \
    X(PLACEHOLDER, "placeholders") \
    X(MARKUP, "markup")            \
    X(TOKEN, "tokens")             \
    X(CODE, "code")                \
    X(ACRONYM, "acronyms")         \
    X(NAME, "names")               \
    X(CLITIC, "clitics")           \
    X(NEGATED, "negations")        \
    X(QUOTE, NULL)                 \
    X(PATTERN, NULL)               \
    X(GIVEN, NULL)                 \
    X(DAMAGED, NULL)

/* The codes. */
typedef enum TxtReason {
#define TXT_REASON_ENUM(code, name) TXT_##code,
    TXT_REASONS(TXT_REASON_ENUM)
#undef TXT_REASON_ENUM
        TXT_N_REASONS
} TxtReason;

/* One span: bytes start to end - 1. kind is a TxtKind, reason a TxtReason. */
typedef struct TxtSpan {
    uint32_t start, end;
    uint8_t kind, flags, reason;
} TxtSpan;

/* A text cut into spans.
 *
 * words:    numbers of the spans that are words, ascending
 * n_tokens: words of the text, those included that are protected: what alpha and p are shares of
 * scratch:  2 * n_spans + 16 numbers of memory for the operation; undefined content
 */
typedef struct TxtDoc {
    const uint8_t *bytes;
    uint32_t size;
    const TxtSpan *spans;
    uint32_t n_spans;
    const uint32_t *words;
    uint32_t n_words;
    uint32_t n_tokens;
    uint32_t *scratch;
} TxtDoc;

/* The span of a word, by the word's number. */
static inline const TxtSpan *txt_word(const TxtDoc *doc, uint32_t number)
{
    return &doc->spans[doc->words[number]];
}

/* Bytes of a span. */
static inline uint32_t txt_span_size(const TxtSpan *span)
{
    return span->end - span->start;
}

#endif
