/* Sentences from spans, in one walk. */
#include "text/domain/sentences.h"

#include "text/unicode/unicode.h"

#define NONE UINT32_MAX

/* The walk. next_end: where the sentence of UAX #29 ends that is gone through; last: the last span
 * that is no white space; doubtful: a span with which a sentence begins if the next word says so. */
typedef struct Walk {
    const TxtDoc *doc;
    TxtSentences found;
    size_t next_end;
    uint32_t last, doubtful;
} Walk;

/* Whether a sentence of UAX #29 ended between the last span and this one. */
static bool has_ended(Walk *walk, const TxtSpan *span)
{
    const TxtDoc *doc = walk->doc;
    bool ended = false;
    while (walk->next_end <= span->start) {
        ended = ended || walk->next_end >= doc->spans[walk->last].end;
        walk->next_end = txt_sentence_end(doc->bytes, doc->size, walk->next_end);
    }
    return ended && span->kind != TXT_INVALID && doc->spans[walk->last].kind != TXT_INVALID;
}

static void begin(Walk *walk, uint32_t number)
{
    if (walk->found.n == txt_most_sentences(walk->doc))
        return;
    if (walk->found.n > 0) {
        uint32_t last = number - 1;
        while (walk->doc->spans[last].kind == TXT_SPACE)
            last--;
        walk->found.last[walk->found.n - 1] = last;
    }
    walk->found.first[walk->found.n++] = number;
    walk->doubtful = NONE;
}

static void visit(Walk *walk, uint32_t number)
{
    const TxtDoc *doc = walk->doc;
    const TxtSpan *span = &doc->spans[number];
    const bool is_word = span->kind == TXT_WORD || span->kind == TXT_PROTECTED;
    if (walk->found.n == 0) {
        begin(walk, number);
        walk->next_end = txt_sentence_end(doc->bytes, doc->size, 0);
    } else if (has_ended(walk, span)) {
        if (doc->bytes[doc->spans[walk->last].end - 1] != '.')
            begin(walk, number);
        else if (walk->doubtful == NONE)
            walk->doubtful = number;
    }
    if (is_word && walk->doubtful != NONE && (span->flags & TXT_SENTENCE_START))
        begin(walk, walk->doubtful);
    if (is_word)
        walk->doubtful = NONE;
    walk->last = number;
}

TxtSentences txt_sentences(const TxtDoc *doc, uint32_t *memory)
{
    Walk walk = {
        .doc = doc,
        .found = {.first = memory, .last = memory + txt_most_sentences(doc)},
        .doubtful = NONE,
    };
    for (uint32_t i = 0; i < doc->n_spans; i++)
        if (doc->spans[i].kind != TXT_SPACE)
            visit(&walk, i);
    if (walk.found.n > 0)
        walk.found.last[walk.found.n - 1] = walk.last;
    return walk.found;
}

bool txt_sentence_is_bound(const TxtDoc *doc, const TxtSentences *sentences, uint32_t i)
{
    for (uint32_t k = sentences->first[i]; k <= sentences->last[i]; k++) {
        const TxtSpan *span = &doc->spans[k];
        if ((span->flags & TXT_LABELLED) || span->kind == TXT_INVALID ||
            span->reason == TXT_GIVEN || span->reason == TXT_PATTERN)
            return true;
    }
    return false;
}
