/* EDA: one of four operations for each copy, as much of it as the size of the data set asks for. */
#include <stdlib.h>

#include "text/eda/eda.h"

typedef struct EdaParams {
    double alpha_sr, alpha_ri, alpha_rs, alpha_rd;
    AugText lang;
    bool compat;
} EdaParams;

#define ALPHA(row, what)                                            \
    AUG_PARAM(EdaParams, row, .fallback = "0", .low = 0, .high = 1, \
              .help = what ", as a share of the words; 0: by the size of the data set")

static const AugParamDesc params[] = {
    ALPHA(alpha_sr, "synonyms that replace words"),
    ALPHA(alpha_ri, "synonyms that are inserted"),
    ALPHA(alpha_rs, "swaps of two words"),
    ALPHA(alpha_rd, "words left out"),
    AUG_PARAM(EdaParams, lang, .fallback = "en",
              .help = "language whose lexicon is used, or path of a lexicon (.augx)"),
    AUG_PARAM(EdaParams, compat, .fallback = "false",
              .help =
                  "the paper's own choice of words: any word but a stop word is replaced, by any "
                  "word of any of its senses, and any may move or go, negations, names and "
                  "numbers too"),
};

static AugPicks picks(const void *context, size_t n)
{
    (void)context;
    (void)n;
    return (AugPicks){.least = 1, .most = 1, .distinct = true, .in_order = true};
}

static size_t choose(const void *context, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen)
{
    (void)context;
    chosen[0] = aug_rng_choice(rng, weights, n);
    return 1;
}

static uint32_t copies(const void *context, uint64_t n_samples)
{
    (void)context;
    return txt_eda_row(n_samples).n_copies;
}

static AugStatus add(AugPolicy *policy, const AugOpDesc *desc, double alpha, const char *lang,
                     AugError *error)
{
    AugiJsonWriter writer = {0};
    augi_json_object(&writer);
    augi_json_number_member(&writer, "alpha", alpha);
    augi_json_text_member(&writer, "lang", lang);
    augi_json_object_end(&writer);
    char *text = augi_json_take(&writer);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for an operation");
    const AugStatus status = augi_policy_add(policy, desc, text, error);
    free(text);
    return status;
}

static AugStatus expand(const void *context, AugPolicy *policy, AugError *error)
{
    const EdaParams *given = context;
    const AugOpDesc *const *ops = given->compat ? txt_eda_paper : txt_eda_usual;
    const double alphas[TXT_EDA_N] = {given->alpha_sr, given->alpha_ri, given->alpha_rs,
                                      given->alpha_rd};
    for (size_t i = 0; i < TXT_EDA_N; i++)
        AUG_TRY(add(policy, ops[i], alphas[i], given->lang, error));
    return AUG_OK;
}

static const AugOpExample examples[] = {
    {"{}", "one of the four, by the size of the data set"},
    {"{compat: true, alpha_rd: 0.05}", "words as the paper chooses them, and fewer deletions"},
};

const AugOpDesc aug_op_eda = {
    .name = "EDA",
    .summary = "Apply one of SynonymReplacement, RandomInsertion, RandomSwap and RandomDeletion",
    .convention =
        "Each of the four is as likely. Table 3 of the paper gives alpha and, where aug apply "
        "is given no --copies, their number: 0.05 and 16 up to 500 texts, 0.05 and 8 up to 2,000, "
        "0.1 and 4 above. Unlike the authors' program it never takes letters, capitals or "
        "punctuation away, with compat neither.",
    .reference = "Wei and Zou, EDA: Easy Data Augmentation Techniques for Boosting Performance on "
                 "Text Classification Tasks, EMNLP 2019",
    .domain = &aug_domain_text,
    .params = AUG_PARAM_TABLE(EdaParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    AUG_GROUP(.child_p = AUG_P_WEIGHT, .picks = picks, .select = choose, .copies = copies,
              .expand = expand),
};
