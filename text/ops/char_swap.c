/* CharSwap: neighbouring letters of words change places. */
#include <string.h>

#include "text/chars/noise.h"

static const AugParamDesc params[] = {TXT_NOISE_ROWS("4")};

static bool is_same(const TxtUnit *unit, uint32_t a, uint32_t b)
{
    const uint32_t size = txt_unit_size(unit, a);
    return size == txt_unit_size(unit, b) &&
           memcmp(txt_unit_char(unit, a), txt_unit_char(unit, b), size) == 0;
}

/* Two letters that differ. */
static uint32_t find(const void *context, const TxtUnit *unit, TxtPlace *places)
{
    uint32_t n = 0;
    (void)context;
    for (uint32_t i = unit->first; i + 1 < unit->last; i++)
        if (txt_unit_is_letter(unit, i) && txt_unit_is_letter(unit, i + 1) &&
            !is_same(unit, i, i + 1))
            places[n++] = (TxtPlace){.at = (uint16_t)i, .n = 2};
    return n;
}

static uint32_t spots(const void *context, const TxtUnit *unit)
{
    const TxtLetterBits bits = txt_unit_bits(unit);
    (void)context;
    return bits.letters & bits.letters >> 1 & ~bits.same &
           txt_spots_within(unit->first, unit->last > 0 ? unit->last - 1 : 0);
}

static void edit_place(const void *context, AugRng *rng, const TxtUnit *unit, TxtPlace place,
                       TxtEdits *edits)
{
    (void)context;
    (void)rng;
    uint8_t swapped[TXT_LONGEST_UNIT];
    const uint32_t first = txt_unit_size(unit, place.at);
    const uint32_t second = txt_unit_size(unit, place.at + 1u);
    memcpy(swapped, txt_unit_char(unit, place.at + 1u), second);
    memcpy(swapped + second, txt_unit_char(unit, place.at), first);
    txt_unit_edit(unit, place, swapped, (size_t)first + second, edits);
}

static const TxtNoiseHooks noise = {.find = find, .edit = edit_place, .spots = spots, .width = 2};

static TxtOutcome edit(const void *given, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    return txt_noise(given, &noise, state, rng, doc, edits);
}

static const AugOpExample examples[] = {
    {"{}", "two letters of three of ten words of four letters or more"},
    {"{alpha: 0.1, keep_first: true, keep_last: true}", "inside of one word of ten"},
};

const AugOpDesc aug_op_char_swap = {
    .name = "CharSwap",
    .summary = "Swap neighbouring letters of words",
    .convention = "char_p counts pairs; only letters that differ are swapped, each once and with "
                  "its marks",
    .params = AUG_PARAM_TABLE(TxtNoise, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = TXT_ALL_TASKS(TXT_NOISY), .edit = edit),
};
