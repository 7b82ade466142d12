/* CharDelete: characters of words are left out. */
#include "text/chars/noise.h"

static const AugParamDesc params[] = {TXT_NOISE_ROWS("4")};

static uint32_t find(const void *context, const TxtUnit *unit, TxtPlace *places)
{
    uint32_t n = 0;
    (void)context;
    for (uint32_t i = unit->first; i < unit->last; i++)
        if (txt_unit_is_letter(unit, i))
            places[n++] = (TxtPlace){.at = (uint16_t)i, .n = 1};
    return n;
}

static uint32_t spots(const void *context, const TxtUnit *unit)
{
    (void)context;
    return txt_unit_bits(unit).letters & txt_spots_within(unit->first, unit->last);
}

static void edit_place(const void *context, AugRng *rng, const TxtUnit *unit, TxtPlace place,
                       TxtEdits *edits)
{
    (void)context;
    (void)rng;
    txt_unit_edit(unit, place, "", 0, edits);
}

/* A word does not vanish. */
static const TxtNoiseHooks noise = {
    .n_kept = 1, .find = find, .edit = edit_place, .spots = spots, .width = 1};

static TxtOutcome edit(const void *given, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    return txt_noise(given, &noise, state, rng, doc, edits);
}

static const AugOpExample examples[] = {
    {"{}", "a letter of three of ten words of four letters or more"},
    {"{alpha: 0.1, keep_first: true, keep_last: true}", "inside of one word of ten"},
};

const AugOpDesc aug_op_char_delete = {
    .name = "CharDelete",
    .summary = "Leave letters of words out",
    .convention = "a letter goes with its marks, and at least one character of a word stays",
    .params = AUG_PARAM_TABLE(TxtNoise, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = TXT_ALL_TASKS(TXT_NOISY), .edit = edit),
};
