/* CharSubstitute: letters of words become others. */
#include <stdlib.h>

#include "text/chars/alphabet.h"
#include "text/chars/noise.h"
#include "text/unicode/case.h"

typedef struct SubstituteParams {
    TxtNoise noise;
    AugText alphabet;
} SubstituteParams;

static const AugParamDesc params[] = {
    TXT_NOISE_ROWS("4"),
    AUG_PARAM(SubstituteParams, alphabet, .fallback = "\"\"",
              .help = "characters to draw from, each as likely as another; empty: the letters of "
                      "the script of the letter"),
};

static AugStatus prepare(const void *context, const TxtPrepare *input, void **alphabet,
                         AugError *error)
{
    const SubstituteParams *given = context;
    (void)input;
    return txt_alphabet_read(given->alphabet, "CharSubstitute", (TxtAlphabet **)alphabet, error);
}

static uint32_t find(const void *context, const TxtUnit *unit, TxtPlace *places)
{
    uint32_t n = 0;
    for (uint32_t i = unit->first; i < unit->last; i++)
        if (txt_unit_is_letter(unit, i) && txt_alphabet_has(context, txt_unit_code(unit, i)))
            places[n++] = (TxtPlace){.at = (uint16_t)i, .n = 1};
    return n;
}

static bool is_capital(int32_t code)
{
    return code < 0x80 ? code >= 'A' && code <= 'Z' : txt_lower(code) != code;
}

/* Every letter of ASCII has others of its script. */
static uint32_t spots(const void *context, const TxtUnit *unit)
{
    (void)context;
    return txt_unit_bits(unit).letters & txt_spots_within(unit->first, unit->last);
}

static void edit_place(const void *context, AugRng *rng, const TxtUnit *unit, TxtPlace place,
                       TxtEdits *edits)
{
    TxtLetter letter;
    const int32_t code = txt_unit_code(unit, place.at);
    txt_alphabet_draw(context, rng, code, is_capital(code), true, &letter);
    txt_unit_edit(unit, place, letter.bytes, letter.size, edits);
}

static const TxtNoiseHooks noise = {.find = find, .edit = edit_place, .spots = spots, .width = 1};

static TxtOutcome edit(const void *context, const void *alphabet, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const SubstituteParams *given = context;
    return txt_noise(&given->noise, &noise, alphabet, rng, doc, edits);
}

static uint64_t grows(const void *context, uint64_t size)
{
    const SubstituteParams *given = context;
    return txt_noise_grows(&given->noise, size, given->alphabet[0] ? TXT_LONGEST_LETTER - 1 : 2);
}

static const AugOpExample examples[] = {
    {"{}", "a letter in three of ten words of four letters or more"},
    {"{n: 1, char_p: 0, keep_first: true, keep_last: true}", "one letter inside of one word"},
};

const AugOpDesc aug_op_char_substitute = {
    .name = "CharSubstitute",
    .summary = "Replace letters of words by others",
    .convention = "a letter becomes another one of its script, and a capital another capital; a "
                  "letter goes with its marks",
    .params = AUG_PARAM_TABLE(SubstituteParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = TXT_ALL_TASKS(TXT_NOISY), .prepare = prepare, .release = free, .grows = grows,
           .edit = edit),
};
