/* From parameters to synonyms. */
#include "text/synonyms/params.h"

#include <string.h>

#include "text/domain/amount.h"

const char *const txt_synonym_parts[] = {"noun", "verb", "adjective", "adverb", NULL};

/* The parts of speech as bits; all where none is named. */
static uint32_t parts_of(const AugTexts *names)
{
    uint32_t parts = 0;
    for (int32_t i = 0; i < names->n; i++)
        for (uint32_t k = 0; txt_synonym_parts[k]; k++)
            if (strcmp(names->values[i], txt_synonym_parts[k]) == 0)
                parts |= 1u << (TXT_POS_NOUN + k);
    return parts ? parts : (1u << TXT_N_POS) - 1;
}

AugStatus txt_synonyms_prepare(const void *params, const TxtPrepare *input, void **state,
                               AugError *error)
{
    const TxtSynonymParams *given = params;
    const TxtSynonymOptions options = {.lang = given->lang,
                                       .file = input->file,
                                       .uses_tagger = given->tagger,
                                       .min_sense_share = given->min_sense_share,
                                       .tag_margin = given->tag_margin,
                                       .parts = parts_of(&given->pos),
                                       .stopwords = given->stopwords.values,
                                       .n_stopwords = (size_t)given->stopwords.n};
    TxtSynonyms *synonyms = NULL;
    const AugStatus status = txt_synonyms_new(&synonyms, &options, error);
    *state = synonyms;
    return status;
}

void txt_synonyms_release(void *state)
{
    txt_synonyms_free(state);
}

void txt_synonyms_identify_state(const void *state, AugiHash *hash)
{
    txt_synonyms_identify(state, hash);
}

/* A text has a word for every two bytes at most. */
uint64_t txt_synonyms_grow(const TxtSynonymParams *params, uint64_t size)
{
    const uint32_t words = (uint32_t)(size / 2 + 1);
    const uint32_t n = txt_amount(params->amount.alpha, params->amount.n, words);
    return size + (uint64_t)(n < words ? n : words) * TXT_MOST_LONGER;
}
