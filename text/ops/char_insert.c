/* CharInsert: letters are put into words. */
#include <stdlib.h>

#include "text/chars/alphabet.h"
#include "text/chars/noise.h"

typedef struct InsertParams {
    TxtNoise noise;
    AugText alphabet;
} InsertParams;

static const AugParamDesc params[] = {
    TXT_NOISE_ROWS("4"),
    AUG_PARAM(InsertParams, alphabet, .fallback = "\"\"",
              .help = "characters to draw from, each as likely as another; empty: the letters of "
                      "the script of the word"),
};

static AugStatus prepare(const void *context, const TxtPrepare *input, void **alphabet,
                         AugError *error)
{
    const InsertParams *given = context;
    (void)input;
    return txt_alphabet_read(given->alphabet, "CharInsert", (TxtAlphabet **)alphabet, error);
}

/* The character beside a gap, whose script the new one has. */
static uint32_t beside(uint32_t gap)
{
    return gap > 0 ? gap - 1 : 0;
}

/* Gaps are between characters, and the ends of the word; a labelled word has the same ends as its label,
 * outside of which nothing belongs to it. */
static uint32_t first_gap(const TxtUnit *unit)
{
    return unit->first > 0 || unit->is_labelled ? 1 : 0;
}

static uint32_t end_gap(const TxtUnit *unit)
{
    return unit->last < unit->n || unit->is_labelled ? unit->n : unit->n + 1;
}

static uint32_t find(const void *context, const TxtUnit *unit, TxtPlace *places)
{
    const uint32_t end = end_gap(unit);
    uint32_t n = 0;
    for (uint32_t gap = first_gap(unit); gap < end; gap++)
        if (txt_alphabet_has(context, txt_unit_code(unit, beside(gap))))
            places[n++] = (TxtPlace){.at = (uint16_t)gap};
    return n;
}

static uint32_t spots(const void *context, const TxtUnit *unit)
{
    const TxtAlphabet *alphabet = context;
    const uint32_t letters = txt_unit_bits(unit).letters;
    const uint32_t beside_letters = letters << 1 | (letters & 1);
    return (alphabet->n > 0 ? UINT32_MAX : beside_letters) &
           txt_spots_within(first_gap(unit), end_gap(unit));
}

static void edit_place(const void *context, AugRng *rng, const TxtUnit *unit, TxtPlace place,
                       TxtEdits *edits)
{
    TxtLetter letter;
    const int32_t code = txt_unit_code(unit, beside(place.at));
    txt_alphabet_draw(context, rng, code, unit->is_upper, false, &letter);
    txt_unit_edit(unit, place, letter.bytes, letter.size, edits);
}

static const TxtNoiseHooks noise = {.find = find, .edit = edit_place, .spots = spots, .width = 0};

static TxtOutcome edit(const void *context, const void *alphabet, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const InsertParams *given = context;
    return txt_noise(&given->noise, &noise, alphabet, rng, doc, edits);
}

static uint64_t grows(const void *context, uint64_t size)
{
    const InsertParams *given = context;
    return txt_noise_grows(&given->noise, size, given->alphabet[0] ? TXT_LONGEST_LETTER : 3);
}

static const AugOpExample examples[] = {
    {"{}", "a letter in three of ten words of four letters or more"},
    {"{alpha: 0.1, keep_first: true, alphabet: xyz}", "x, y or z in one word of ten"},
};

const AugOpDesc aug_op_char_insert = {
    .name = "CharInsert",
    .summary = "Put letters into words",
    .convention = "a new letter is of the same script, and a capital in words of capitals; it may "
                  "stand at either end of a word unless that is kept",
    .params = AUG_PARAM_TABLE(InsertParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = TXT_ALL_TASKS(TXT_NOISY), .prepare = prepare, .release = free, .grows = grows,
           .edit = edit),
};
