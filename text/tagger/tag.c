/* Tagging: scores of all tags for a token, and the walk from token to token. */
#include <string.h>

#include "text/tagger/model.h"

void txt_model_guess(const TxtTagger *tagger, TxtToken *token)
{
    const uint32_t last = UINT32_MAX >> tagger->word_shift;
    uint32_t slot = txt_model_slot(token->word, tagger->word_shift);
    while (tagger->words[slot].key != 0 && tagger->words[slot].key != token->word)
        slot = (slot + 1) & last;
    const uint32_t entry = tagger->words[slot].entry;
    token->guess = (uint8_t)(entry & (TXT_MODEL_SURE - 1));
    token->sure = entry & TXT_MODEL_SURE;
}

static void add_scores(const TxtTagger *tagger, uint32_t key, int32_t *scores)
{
    const uint32_t last = UINT32_MAX >> tagger->feature_shift;
    uint32_t slot = txt_model_slot(key, tagger->feature_shift);
    while (tagger->features[slot].key != key) {
        if (tagger->features[slot].key == 0)
            return;
        slot = (slot + 1) & last;
    }
    const uint32_t place = tagger->features[slot].place;
    const TxtWeight *weight = tagger->weights + (place >> 7);
    for (const TxtWeight *end = weight + (place & 127); weight < end; weight++)
        scores[weight->tag] += weight->weight;
}

uint32_t txt_model_decide(const TxtTagger *tagger, const TxtTagContext *context, uint32_t *margin)
{
    uint32_t keys[TXT_N_FEATURES];
    int32_t scores[TXT_MODEL_MAX_TAGS] = {0};
    txt_features(context, keys);
    uint32_t n = 0;
    for (size_t i = 0; i < TXT_N_FEATURES; i++) {
        const uint32_t bit = txt_model_bit(keys[i]);
        keys[n] = keys[i];
        n += tagger->known[bit / 64] >> bit % 64 & 1;
    }
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&tagger->features[txt_model_slot(keys[i], tagger->feature_shift)]);
    for (size_t i = 0; i < n; i++)
        add_scores(tagger, keys[i], scores);
    uint32_t best = 0;
    int32_t second = INT32_MIN;
    for (uint32_t tag = 1; tag < tagger->n_tags; tag++) {
        if (scores[tag] > scores[best]) {
            second = scores[best];
            best = tag;
        } else if (scores[tag] > second) {
            second = scores[tag];
        }
    }
    *margin = tagger->n_tags > 1 ? (uint32_t)(scores[best] - second) : UINT16_MAX;
    return best;
}

/* The walk: five tokens around the one that is tagged, in a ring. */
#define RING 8

typedef struct Walk {
    const TxtTagger *tagger;
    TxtTokenCursor cursor;
    TxtToken ring[RING];
    uint32_t n_read, n_tagged;
    uint32_t tag_last, tag_before;
    bool at_end;
} Walk;

/* Stands before, behind and between sentences. */
static const TxtToken outside;

/* Reads until the two tokens behind the current one are there, or the text ends. */
static void read_ahead(Walk *walk)
{
    while (!walk->at_end && walk->n_read < walk->n_tagged + 3) {
        TxtToken *token = &walk->ring[walk->n_read % RING];
        walk->at_end = !txt_token_next(&walk->cursor, token);
        if (walk->at_end)
            break;
        txt_model_guess(walk->tagger, token);
        walk->n_read++;
    }
}

/* The token at a distance behind the current one, of which all between are of one sentence. */
static const TxtToken *look(const Walk *walk, uint32_t ahead)
{
    const uint32_t number = walk->n_tagged + ahead;
    if (number >= walk->n_read || walk->ring[number % RING].starts)
        return &outside;
    return &walk->ring[number % RING];
}

static TxtTag tag_current(Walk *walk, const TxtToken *before, const TxtToken *last)
{
    const TxtToken *token = &walk->ring[walk->n_tagged % RING];
    uint32_t margin = UINT16_MAX, tag;
    if (token->sure) {
        tag = token->guess - 1u;
    } else {
        const TxtToken *next = look(walk, 1);
        const TxtTagContext context = {
            before,           last,          token, next, next == &outside ? next : look(walk, 2),
            walk->tag_before, walk->tag_last};
        tag = txt_model_decide(walk->tagger, &context, &margin);
    }
    walk->tag_before = walk->tag_last;
    walk->tag_last = tag + 1;
    const TxtPtb ptb = walk->tagger->ptb[tag];
    return (TxtTag){(uint8_t)ptb, (uint8_t)txt_ptb_pos(ptb),
                    (uint16_t)(margin < UINT16_MAX ? margin : UINT16_MAX)};
}

void txt_tagger_tag(const TxtTagger *tagger, const TxtDoc *doc, uint32_t n, TxtTag *tags)
{
    Walk walk = {.tagger = tagger, .cursor = {.doc = doc}};
    const TxtToken *before = &outside, *last = &outside;
    memset(tags, 0, n * sizeof(*tags));
    for (;;) {
        read_ahead(&walk);
        if (walk.n_tagged == walk.n_read)
            return;
        const TxtToken *token = &walk.ring[walk.n_tagged % RING];
        if (token->span >= n)
            return;
        if (token->starts) {
            before = last = &outside;
            walk.tag_last = walk.tag_before = 0;
        }
        const TxtTag tag = tag_current(&walk, before, last);
        if (!token->tail)
            tags[token->span] = tag;
        before = last;
        last = token;
        walk.n_tagged++;
    }
}
