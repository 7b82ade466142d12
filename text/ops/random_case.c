/* RandomCase: words get other capitals. */
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/op.h"
#include "text/unicode/case.h"
#include "text/unicode/unicode.h"

typedef struct CaseParams {
    double alpha;
    int32_t n;
    AugChoice mode;
} CaseParams;

enum { LOWER, UPPER, TITLE, TOGGLE, MIXED, RANDOM };

static const char *const modes[] = {"lower", "upper", "title", "toggle", "mixed", "random", NULL};

static const AugParamDesc params[] = {
    AUG_PARAM(CaseParams, alpha, .fallback = "0.1", .low = 0, .high = 1,
              .help = "words that are changed, as a share of all words, at least one"),
    AUG_PARAM(CaseParams, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of words, in place of alpha; 0: alpha counts"),
    AUG_PARAM(CaseParams, mode, .fallback = "random", .choices = modes,
              .help = "what a word becomes; toggle: each letter the other case, mixed: each letter "
                      "either, random: lower, upper or title for each word",
              .aka = "case"),
};

/* Longest word that is changed. */
#define LONGEST 256

/* What one word becomes. */
typedef struct Made {
    uint8_t bytes[TXT_CASE_ROOM(TXT_CASE_ROOM(LONGEST))];
    size_t size;
} Made;

/* Letters whose other case is a letter of another sort: dotted and dotless i, a mark that becomes
 * a letter. */
static bool is_odd(const uint8_t *word, uint32_t size)
{
    return memmem(word, size, "\xc4\xb0", 2) || memmem(word, size, "\xc4\xb1", 2) ||
           memmem(word, size, "\xcd\x85", 2);
}

/* Each letter in its other case, or, if mixed, every second one on average. */
static void toggle(AugRng *rng, bool mixed, const uint8_t *word, uint32_t size, Made *made)
{
    uint32_t bits = 0, n_bits = 0;
    made->size = 0;
    for (uint32_t at = 0; at < size;) {
        int32_t code;
        const uint32_t n = (uint32_t)txt_decode(word + at, size - at, &code);
        const int32_t other = txt_lower(code) != code ? txt_lower(code) : txt_upper(code);
        if (mixed && n_bits == 0) {
            bits = aug_rng_u32(rng);
            n_bits = 32;
        }
        const bool is_other = !mixed || (bits >> --n_bits & 1);
        made->size += txt_encode(is_other ? other : code, made->bytes + made->size);
        at += n;
    }
}

static void make(AugRng *rng, int mode, const uint8_t *word, uint32_t size, Made *made)
{
    uint8_t small[TXT_CASE_ROOM(LONGEST)];
    if (mode == TOGGLE || mode == MIXED) {
        toggle(rng, mode == MIXED, word, size, made);
    } else if (mode == TITLE) {
        const size_t n = txt_case_apply(TXT_CASE_LOWER, word, size, small);
        made->size = txt_case_apply(TXT_CASE_TITLE, small, n, made->bytes);
    } else {
        made->size = txt_case_apply(mode == UPPER ? TXT_CASE_UPPER : TXT_CASE_LOWER, word, size,
                                    made->bytes);
    }
}

/* Draws for another form: of three one is the word's own, and of one letter two may be. */
#define MOST_TRIES 16

/* Changes a word; false if it stays as it is. */
static bool edit_word(const CaseParams *given, AugRng *rng, const TxtDoc *doc, const TxtSpan *span,
                      TxtEdits *edits)
{
    const uint8_t *word = doc->bytes + span->start;
    const uint32_t size = txt_span_size(span);
    Made made;
    if (size > LONGEST || (!(span->flags & TXT_ASCII) && is_odd(word, size)) ||
        txt_case(word, size) == TXT_CASE_NONE)
        return false;
    for (int i = 0; i < MOST_TRIES; i++) {
        const int32_t mode =
            given->mode.value == RANDOM ? (int32_t)txt_below(rng, TITLE + 1) : given->mode.value;
        make(rng, mode, word, size, &made);
        if (made.size != size || memcmp(made.bytes, word, size) != 0) {
            txt_edit(edits, span->start, span->end, made.bytes, made.size);
            return true;
        }
        if (given->mode.value < MIXED)
            break;
    }
    return false;
}

static TxtOutcome edit(const void *context, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const CaseParams *given = context;
    (void)state;
    const uint32_t wanted = txt_amount(given->alpha, given->n, doc->n_tokens);
    uint32_t *left = doc->scratch, n_left = doc->n_words, n = 0;
    memcpy(left, doc->words, n_left * sizeof(*left));
    while (n < wanted && n_left > 0) {
        const uint32_t pick = txt_below(rng, n_left), number = left[pick];
        left[pick] = left[--n_left];
        n += edit_word(given, rng, doc, &doc->spans[number], edits);
    }
    if (n < wanted || doc->n_words == 0)
        return n > 0 ? TXT_FEWER : TXT_NOT_APPLICABLE;
    return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

static uint64_t grows(const void *context, uint64_t size)
{
    (void)context;
    return TXT_CASE_ROOM(size);
}

static const AugOpExample examples[] = {
    {"{}", "one word in ten in another case"},
    {"{alpha: 1, mode: lower}", "all words but names in small letters"},
    {"{n: 2, mode: mixed}", "two words in CapiTaLs at random"},
};

const AugOpDesc aug_op_random_case = {
    .name = "RandomCase",
    .summary = "Write words in other cases",
    .convention = "max(1, floor(alpha * words)) words, each of which changes; by the simple case "
                  "maps of Unicode",
    .params = AUG_PARAM_TABLE(CaseParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_NER] = TXT_NOISY}, .grows = grows, .edit = edit),
};
