/* Tokenizers: text to numbers that a network can read.
 *
 * Glossary. A piece is what becomes one id or several: a word, a character, a byte, a part of a
 * word. The frame is what stands around the ids of every text, such as [CLS] and [SEP].
 *
 * Guarantees by party. A tokenizer is const once made, and any number of threads use it at once,
 * each with a scratch of its own. The ids of a text depend on the tokenizer and the text alone, and
 * never on what the scratch served before. The work for a text of n bytes grows with n log n at
 * most, whatever the text. Once a scratch has grown to the largest text, nothing is allocated.
 */
#ifndef TXT_TOKENIZER_H
#define TXT_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "libaug/base/allowance.h"
#include "libaug/base/digest.h"

/* How ids are found.
 *
 * WORDS:      words of UAX #29 with their punctuation, looked up in a vocabulary
 * HASHING:    the same words; the id is a hash of the word, so no vocabulary is needed
 * CHARACTERS: code points or graphemes: looked up in a vocabulary, hashed, or, without either, the
 *             number of the code point
 * BYTES:      each byte plus 3, as ByT5 has it: 0 is padding, 1 the end of the text, 2 unknown
 * FILE:       what a tokenizer.json of Hugging Face's tokenizers says
 */
typedef enum TxtTokenizerKind {
    TXT_TOKENIZER_WORDS,
    TXT_TOKENIZER_HASHING,
    TXT_TOKENIZER_CHARACTERS,
    TXT_TOKENIZER_BYTES,
    TXT_TOKENIZER_FILE,
} TxtTokenizerKind;

/* What to make. Zero-initialise it; what a kind does not use must be zero.
 *
 * path:       the vocabulary (WORDS; CHARACTERS: may be NULL), or the tokenizer.json (FILE)
 * buckets:    HASHING: ids that words are spread over; CHARACTERS: the same, 0: not hashed
 * graphemes:  CHARACTERS: graphemes instead of code points
 * lower:      WORDS, HASHING, CHARACTERS: upper case letters count as lower case ones
 * bare:       without the frame
 * max_length: ids of a text at most, frame included; what is over is cut off before the end of the
 *             frame. At least one more than the frame has
 */
typedef struct TxtTokenizerOptions {
    TxtTokenizerKind kind;
    const char *path;
    uint32_t buckets;
    bool graphemes;
    bool lower;
    bool bare;
    uint32_t max_length;
} TxtTokenizerOptions;

/* Ids of one text, borrowed from the scratch until its next use. */
typedef struct TxtIds {
    const int32_t *values;
    uint32_t n;
} TxtIds;

/* What is known of a tokenizer.
 *
 * pad:      the id that fills up a batch: that of [PAD] or <pad>, else 0
 * unknown:  the id of what is in no vocabulary; -1: there is none
 * n_ids:    every id is below it
 * n_frame:  ids of the frame
 * identity: of everything that the ids of texts depend on, the files' contents included
 */
typedef struct TxtTokenizerInfo {
    int32_t pad, unknown;
    uint32_t n_ids;
    uint32_t n_frame;
    AugiDigest identity;
} TxtTokenizerInfo;

/* Opaque. */
typedef struct TxtTokenizer TxtTokenizer;
/* The working memory of one thread, for any tokenizers, one after the other. Opaque. */
typedef struct TxtTokenScratch TxtTokenScratch;

/* Makes a tokenizer. Fails with AUG_NOT_FOUND, AUG_IO, AUG_CORRUPT (a damaged file), AUG_TOO_LARGE,
 * AUG_UNSUPPORTED (something in a tokenizer.json, named by its place), AUG_BAD_ARGUMENT or
 * AUG_NO_MEMORY; *out is then NULL. Any thread. */
AUG_MUST_CHECK AugStatus txt_tokenizer_new(TxtTokenizer **out, const TxtTokenizerOptions *options,
                                           AugError *error);

/* NULL does nothing. */
void txt_tokenizer_free(TxtTokenizer *tokenizer);

/* Borrowed from the tokenizer. */
const TxtTokenizerInfo *txt_tokenizer_info(const TxtTokenizer *tokenizer);

/* Its memory is counted on the allowance (NULL: it is not), which outlives it. AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus txt_token_scratch_new(TxtTokenScratch **out, AugiAllowance *allowance,
                                               AugError *error);

/* NULL does nothing. */
void txt_token_scratch_free(TxtTokenScratch *scratch);

/* The ids of a text of any bytes. BYTES takes them as they are; the other kinds read each broken
 * sequence of UTF-8 (Unicode's maximal subpart) as U+FFFD. Fails with AUG_NO_MEMORY. Any thread,
 * with a scratch of its own. */
AUG_MUST_CHECK AugStatus txt_tokenizer_encode(const TxtTokenizer *tokenizer,
                                              TxtTokenScratch *scratch, const void *text,
                                              size_t size, TxtIds *ids, AugError *error);

#endif
