/* The gauge: each word of the text against the members of its synsets, one at a time. */
#include "text/lexicon/context_gauge.h"

/* Pairs after which more tell nothing new. */
#define MOST_PAIRS 200000

static double points(double there, double other)
{
    return there > other ? 1 : there == other ? 0.5 : 0;
}

/* A word in its place, and one that could stand there. */
static void compare(const TxtContext *context, const TxtContextWindow *window, uint32_t there,
                    uint32_t other, TxtContextGauge *gauge)
{
    const double weight_there = txt_context_weight(context, there);
    const double weight_other = txt_context_weight(context, other);
    const double score_there = txt_context_score(context, there, window);
    const double score_other = txt_context_score(context, other, window);
    gauge->n_pairs++;
    gauge->by_weight += points(weight_there, weight_other);
    gauge->by_score += points(score_there, score_other);
    gauge->by_both += points(weight_there + score_there, weight_other + score_other);
}

static void compare_members(const TxtLexicon *lexicon, const TxtContext *context, uint32_t synset,
                            const TxtContextWindow *window, uint32_t there, TxtContextGauge *gauge)
{
    const TxtMembers members = txt_lexicon_words(lexicon, synset);
    for (uint32_t i = 0; i < members.n; i++) {
        const TxtSlice text = txt_lexicon_text(lexicon, members.items[i].word);
        const uint32_t other = txt_context_word(context, text.text, text.size);
        if (other != TXT_CONTEXT_UNKNOWN && other != there)
            compare(context, window, there, other, gauge);
    }
}

static void compare_place(const TxtLexicon *lexicon, const TxtContext *context,
                          const uint32_t *tokens, uint64_t n, uint64_t at, TxtContextGauge *gauge)
{
    const TxtContextWord *word = &context->words[tokens[at]];
    const uint32_t lemma =
        txt_lexicon_lemma(lexicon, context->text + word[0].text, word[1].text - word[0].text);
    TxtContextWindow window;
    txt_context_window(tokens, n, at, &window);
    for (int pos = 0; pos < TXT_N_POS; pos++) {
        const TxtSenses senses = txt_lexicon_senses(lexicon, lemma, (TxtPos)pos);
        if (senses.n > 0)
            compare_members(lexicon, context, senses.items[0].synset, &window, tokens[at], gauge);
    }
}

void txt_context_gauge(const TxtLexicon *lexicon, const TxtContext *context, const uint32_t *tokens,
                       uint64_t n, TxtContextGauge *gauge)
{
    *gauge = (TxtContextGauge){0};
    for (uint64_t i = 0; i < n && gauge->n_pairs < MOST_PAIRS; i++) {
        if (tokens[i] != TXT_CONTEXT_UNKNOWN && tokens[i] >= TXT_CONTEXT_COMMON)
            compare_place(lexicon, context, tokens, n, i, gauge);
    }
    const double n_pairs = gauge->n_pairs ? (double)gauge->n_pairs : 1;
    gauge->by_weight /= n_pairs;
    gauge->by_score /= n_pairs;
    gauge->by_both /= n_pairs;
}
