/* SpellingErrors: words as people misspell them. */
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/paths.h"
#include "text/chars/misspelling.h"
#include "text/chars/noise.h"

typedef struct SpellingParams {
    double alpha;
    int32_t n;
    AugText file;
    bool english, rules;
    int32_t min_length;
} SpellingParams;

static const AugParamDesc params[] = {
    AUG_PARAM(SpellingParams, alpha, .fallback = "0.3", .low = 0, .high = 1,
              .help = "words that are misspelt, as a share of all words, at least one",
              .aka = "aug_p"),
    AUG_PARAM(SpellingParams, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of words, in place of alpha; 0: alpha counts"),
    AUG_PARAM(SpellingParams, file, .fallback = "\"\"", .unit = "path",
              .help = "list of misspellings, which come before others: lines of "
                      "\"right TAB wrong|wrong\"",
              .aka = "dict_path"),
    AUG_PARAM(SpellingParams, english, .fallback = "true",
              .help = "misspell English words as many people do"),
    AUG_PARAM(SpellingParams, rules, .fallback = "true",
              .help = "misspell other words by rules: letters that are doubled, left out or in the "
                      "wrong order"),
    AUG_PARAM(SpellingParams, min_length, .fallback = "4", .low = 2, .high = TXT_LONGEST_UNIT,
              .unit = "characters", .help = "shorter words are not misspelt by rules"),
};

static AugStatus prepare(const void *context, const TxtPrepare *input, void **out, AugError *error)
{
    const SpellingParams *given = context;
    char *path = NULL;
    TxtMisspelling *misspelling = calloc(1, sizeof(*misspelling));
    *out = NULL;
    if (!misspelling)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for misspellings");
    misspelling->has_rules = given->rules;
    misspelling->has_file = given->file[0] != '\0';
    misspelling->least = (uint32_t)given->min_length;
    AugStatus status = AUG_OK;
    if (misspelling->has_file)
        status = augi_path_place(&path, given->file, input->file, error);
    if (status == AUG_OK)
        status = txt_spelling_new(&misspelling->spelling, path ? path : "", given->english, error);
    free(path);
    if (status == AUG_OK)
        *out = misspelling;
    else
        free(misspelling);
    return status;
}

static void release(void *state)
{
    TxtMisspelling *misspelling = state;
    txt_spelling_free(misspelling->spelling);
    free(misspelling);
}

/* The user's list is part of what results depend on. */
static void identify(const void *state, AugiHash *hash)
{
    const TxtMisspelling *misspelling = state;
    if (misspelling->has_file)
        txt_spelling_identify(misspelling->spelling, hash);
}

static TxtOutcome edit(const void *context, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const SpellingParams *given = context;
    /* One error in a word. */
    const TxtNoise noise = {.alpha = given->alpha, .n = given->n, .min_length = 1};
    return txt_noise(&noise, &txt_misspelling_noise, state, rng, doc, edits);
}

static uint64_t grows(const void *context, uint64_t size)
{
    const SpellingParams *given = context;
    const TxtNoise noise = {.alpha = given->alpha, .n = given->n};
    return txt_noise_grows(&noise, size, TXT_SPELLING_GROWS);
}

static const AugOpExample examples[] = {
    {"{}", "three of ten words: definately, becuase, recieve"},
    {"{alpha: 0.1, rules: false}", "only words with well-known misspellings"},
};

const AugOpDesc aug_op_spelling_errors = {
    .name = "SpellingErrors",
    .summary = "Misspell words as people do",
    .convention = "one error in a word: a misspelling of the list or of the table, else two "
                  "letters in the wrong order, ie for ei, a double letter that is single or the "
                  "other way round, or a vowel left out; the first letter stays, and capitals do",
    .params = AUG_PARAM_TABLE(SpellingParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = TXT_ALL_TASKS(TXT_NOISY), .prepare = prepare, .release = release,
           .identify = identify, .grows = grows, .edit = edit),
};
