/* KeyboardNoise: fingers slip to the key beside. */
#include <stdlib.h>

#include "text/chars/layout.h"
#include "text/chars/noise.h"
#include "text/unicode/unicode.h"

typedef struct KeyboardParams {
    TxtNoise noise;
    AugChoice layout;
    bool include_numeric, include_special_char;
} KeyboardParams;

static const AugParamDesc params[] = {
    TXT_NOISE_ROWS("4"),
    AUG_PARAM(KeyboardParams, layout, .fallback = "qwerty", .choices = txt_layout_names,
              .help = "which keys are neighbours; dubeolsik: Korean, and qwerty for Latin letters",
              .aka = "lang model"),
    AUG_PARAM(KeyboardParams, include_numeric, .fallback = "true",
              .help = "letters may become the digits above them"),
    AUG_PARAM(KeyboardParams, include_special_char, .fallback = "true",
              .help = "letters may become the marks beside them"),
};

static AugStatus prepare(const void *context, const TxtPrepare *input, void **out, AugError *error)
{
    const KeyboardParams *given = context;
    (void)input;
    TxtLayout *layout = malloc(sizeof(*layout));
    *out = layout;
    if (!layout)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a keyboard's layout");
    txt_layout_init(layout, (TxtLayoutName)given->layout.value, given->include_numeric,
                    given->include_special_char);
    return AUG_OK;
}

static uint32_t find(const void *context, const TxtUnit *unit, TxtPlace *places)
{
    const TxtLayout *layout = context;
    uint32_t n = 0;
    for (uint32_t i = unit->first; i < unit->last; i++) {
        places[n] = (TxtPlace){.at = (uint16_t)i, .n = 1};
        n += unit->is_ascii ? layout->ascii[*txt_unit_char(unit, i)].n > 0
                            : txt_layout_has(layout, txt_unit_code(unit, i));
    }
    return n;
}

/* Mostly all letters have neighbours; of what else is in a word, some have. */
static uint32_t spots(const void *context, const TxtUnit *unit)
{
    const TxtLayout *layout = context;
    const uint32_t within = txt_spots_within(unit->first, unit->last);
    uint32_t spots = layout->has_letters ? txt_unit_bits(unit).letters & within : 0;
    for (uint32_t left = within & ~spots; left != 0; left &= left - 1) {
        const uint32_t i = (uint32_t)__builtin_ctz(left);
        spots |= (uint32_t)(layout->ascii[*txt_unit_char(unit, i)].n > 0) << i;
    }
    return spots;
}

static void edit_place(const void *context, AugRng *rng, const TxtUnit *unit, TxtPlace place,
                       TxtEdits *edits)
{
    uint8_t bytes[4];
    const int32_t code = txt_layout_slip(context, rng, txt_unit_code(unit, place.at));
    txt_unit_edit(unit, place, bytes, txt_encode(code, bytes), edits);
}

static const TxtNoiseHooks noise = {.find = find, .edit = edit_place, .spots = spots, .width = 1};

static TxtOutcome edit(const void *context, const void *layout, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const KeyboardParams *given = context;
    return txt_noise(&given->noise, &noise, layout, rng, doc, edits);
}

/* A key beside one of ASCII has a code of two bytes at most. */
static uint64_t grows(const void *context, uint64_t size)
{
    const KeyboardParams *given = context;
    return txt_noise_grows(&given->noise, size, 1);
}

static const AugOpExample examples[] = {
    {"{}", "a letter of three of ten words of four letters or more"},
    {"{layout: azerty, include_numeric: false, include_special_char: false}",
     "French, and letters only"},
    {"{layout: dubeolsik, alpha: 0.1, min_length: 1}", "Korean: one letter of a syllable"},
};

const AugOpDesc aug_op_keyboard_noise = {
    .name = "KeyboardNoise",
    .summary = "Replace characters by those of the keys beside",
    .convention = "neighbours are the keys beside in the same row and those that touch in the rows "
                  "above and below; capitals stay capitals, and marks on a letter go with it",
    .params = AUG_PARAM_TABLE(KeyboardParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = TXT_ALL_TASKS(TXT_NOISY), .prepare = prepare, .release = free, .grows = grows,
           .edit = edit),
};
