/* OcrNoise: characters are taken for others of about the same shape. */
#include <stdlib.h>
#include <string.h>

#include "text/chars/confusions.h"
#include "text/chars/noise.h"
#include "text/domain/draw.h"

static const AugParamDesc params[] = {TXT_NOISE_ROWS("1")};

static AugStatus prepare(const void *context, const TxtPrepare *input, void **out, AugError *error)
{
    (void)context;
    (void)input;
    TxtConfusions *confusions = malloc(sizeof(*confusions));
    *out = confusions;
    if (!confusions)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for what looks alike");
    txt_confusions_init(confusions);
    return AUG_OK;
}

/* Shapes at a character of a word of ASCII. */
static uint32_t find_ascii(const TxtConfusions *confusions, const TxtUnit *unit, uint32_t i,
                           TxtPlace *places)
{
    const uint8_t *bytes = txt_unit_char(unit, i);
    const uint8_t alone = confusions->alone[*bytes];
    uint32_t n = alone != TXT_NO_SHAPE;
    places[0] = (TxtPlace){(uint16_t)i, 1, alone};
    if (i + 1 == unit->last || !(confusions->masks[*bytes] >> (bytes[1] % 32) & 1))
        return n;
    for (uint32_t k = 0; k < TXT_MOST_PAIRS && confusions->pairs[*bytes][k] != TXT_NO_SHAPE; k++)
        if (confusions->behind[*bytes][k] == (char)bytes[1])
            places[n++] = (TxtPlace){(uint16_t)i, 2, confusions->pairs[*bytes][k]};
    return n;
}

/* The same of any word. */
static uint32_t find_any(const TxtConfusions *confusions, const TxtUnit *unit, uint32_t i,
                         TxtPlace *places)
{
    const uint8_t *bytes = txt_unit_char(unit, i);
    uint32_t n = 0;
    for (uint32_t k = confusions->first[*bytes]; k < confusions->first[*bytes + 1]; k++) {
        const TxtConfusion *confusion = &txt_confusion_list[k];
        const uint32_t behind = i + confusion->n_shape;
        if (behind <= unit->last && unit->at[behind] - unit->at[i] == confusion->size &&
            memcmp(bytes, confusion->shape, confusion->size) == 0)
            places[n++] = (TxtPlace){(uint16_t)i, confusion->n_shape, (uint8_t)k};
    }
    return n;
}

static uint32_t find(const void *context, const TxtUnit *unit, TxtPlace *places)
{
    uint32_t n = 0;
    for (uint32_t i = unit->first; i < unit->last; i++)
        n += unit->is_ascii ? find_ascii(context, unit, i, places + n)
                            : find_any(context, unit, i, places + n);
    return n;
}

static void edit_place(const void *context, AugRng *rng, const TxtUnit *unit, TxtPlace place,
                       TxtEdits *edits)
{
    (void)context;
    const TxtConfusion *confusion = &txt_confusion_list[place.what];
    const char *read =
        confusion->read[confusion->n_read > 1 ? txt_below(rng, confusion->n_read) : 0];
    const uint32_t start = unit->start + unit->at[place.at];
    txt_edit_borrow(edits, start, start + confusion->size, read, read[1] ? 2 : 1);
}

static const TxtNoiseHooks noise = {.find = find, .edit = edit_place};

static TxtOutcome edit(const void *given, const void *confusions, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    return txt_noise(given, &noise, confusions, rng, doc, edits);
}

static uint64_t grows(const void *given, uint64_t size)
{
    return txt_noise_grows(given, size, TXT_CONFUSION_GROWS);
}

static const AugOpExample examples[] = {
    {"{}", "in three of ten words"},
    {"{alpha: 0.1, char_p: 0.1, min_length: 4}", "in one of ten words of four letters or more"},
};

const AugOpDesc aug_op_ocr_noise = {
    .name = "OcrNoise",
    .summary = "Replace characters by others that look alike",
    .convention =
        "shapes of one or two characters that readers of print take for one another: l, I "
        "and 1, o and 0, rn and m, cl and d, a letter with its accent and without; each "
        "place as likely as another, and each of its readings",
    .params = AUG_PARAM_TABLE(TxtNoise, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = TXT_ALL_TASKS(TXT_NOISY), .prepare = prepare, .release = free, .grows = grows,
           .edit = edit),
};
