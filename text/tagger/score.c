/* Scoring a tagger. */
#include <string.h>

#include "text/tagger/score.h"

static const TxtToken outside;

TxtTagContext txt_tree_context(const TxtTreeToken *tokens, uint32_t n, uint32_t i)
{
    return (TxtTagContext){.before = i > 1 ? &tokens[i - 2].token : &outside,
                           .last = i > 0 ? &tokens[i - 1].token : &outside,
                           .token = &tokens[i].token,
                           .next = i + 1 < n ? &tokens[i + 1].token : &outside,
                           .behind = i + 2 < n ? &tokens[i + 2].token : &outside};
}

static void count_token(const TxtTreeToken *token, TxtPtb gold, TxtPtb got, AugTaggerScore *score)
{
    const TxtPos pos = txt_ptb_pos(got);
    score->n_tokens++;
    score->n_right += got == gold;
    if (token->pos != TXT_POS_NONE && !token->is_name) {
        score->n_content++;
        score->n_content_tagged += pos != TXT_POS_NONE;
        score->n_content_right += pos == token->pos;
    }
    if (pos == TXT_POS_NONE)
        return;
    score->n_predicted++;
    score->n_predicted_right += pos == token->pos;
    score->n_auxiliary += pos == TXT_POS_VERB && token->is_auxiliary;
}

static void score_sentence(const TxtTagger *tagger, const TxtTreebank *bank,
                           const TxtTreeSentence *sentence, AugTaggerScore *score)
{
    TxtTreeToken *tokens = bank->tokens + sentence->first;
    uint32_t last = 0, before = 0;
    for (uint32_t i = 0; i < sentence->n; i++)
        txt_model_guess(tagger, &tokens[i].token);
    for (uint32_t i = 0; i < sentence->n; i++) {
        uint32_t margin, tag = tokens[i].token.guess - 1u;
        if (!tokens[i].token.sure) {
            TxtTagContext context = txt_tree_context(tokens, sentence->n, i);
            context.tag_last = last;
            context.tag_before = before;
            tag = txt_model_decide(tagger, &context, &margin);
        }
        before = last;
        last = tag + 1;
        const char *name = bank->tags[tokens[i].tag];
        const TxtPtb gold = txt_ptb_of(name, strnlen(name, sizeof(TxtTagName)));
        count_token(&tokens[i], gold, tagger->ptb[tag], score);
    }
}

void txt_score(const TxtTagger *tagger, TxtTreebank *bank, uint64_t from, AugTaggerScore *score)
{
    *score = (AugTaggerScore){0};
    for (uint64_t s = from; s < bank->n_sentences; s++)
        score_sentence(tagger, bank, &bank->sentences[s], score);
}

AugStatus aug_text_tagger_score(const char *name_or_path, const char *file, AugTaggerScore *score,
                                AugError *error)
{
    TxtTreebank bank = {0};
    TxtTagger *tagger = NULL;
    AugStatus status = txt_tagger_open(&tagger, name_or_path, error);
    if (status == AUG_OK)
        status = txt_treebank_read(&bank, file, error);
    if (status == AUG_OK)
        txt_score(tagger, &bank, 0, score);
    txt_treebank_fini(&bank);
    txt_tagger_unref(tagger);
    return status;
}
