/* Expansion: contractions of English become the words that they are made of. */
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/english/clause.h"
#include "text/english/contractions.h"
#include "text/op.h"
#include "text/unicode/case.h"

typedef struct ExpansionParams {
    double alpha;
    int32_t n;
    bool negations;
} ExpansionParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ExpansionParams, alpha, .fallback = "1", .low = 0, .high = 1,
              .help = "contractions that are expanded, as a share of those that can be, at least "
                      "one"),
    AUG_PARAM(ExpansionParams, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of contractions, in place of alpha; 0: alpha counts"),
    AUG_PARAM(ExpansionParams, negations, .fallback = "false",
              .help = "expand those of not as well (don't), which are protected else"),
};

/* The word behind a span, with one white space between; NULL: there is none. */
static const TxtSpan *next_word(const TxtDoc *doc, uint32_t number)
{
    if (number + 2 >= doc->n_spans || doc->spans[number + 1].kind != TXT_SPACE)
        return NULL;
    const TxtSpan *next = &doc->spans[number + 2];
    return next->kind == TXT_WORD || next->kind == TXT_PROTECTED ? next : NULL;
}

/* Whether what ends in n't asks a question or may: there not would come before its subject. */
static bool is_question(const TxtDoc *doc, uint32_t number, const TxtContraction *row)
{
    const TxtSpan *next = next_word(doc, number);
    if (next && txt_is_subject(doc->bytes + next->start, txt_span_size(next)))
        return true;
    return (doc->spans[number].flags & TXT_SENTENCE_START) && strcmp(row->first, "do") != 0 &&
           strcmp(row->first, "cannot") != 0;
}

/* The row of a span that may be expanded; NULL: it may not. */
static const TxtContraction *row_of(const ExpansionParams *given, const TxtDoc *doc,
                                    uint32_t number)
{
    const TxtSpan *span = &doc->spans[number];
    const uint8_t *word = doc->bytes + span->start;
    const uint32_t size = txt_span_size(span);
    const bool is_negation = span->flags & TXT_NEGATION;
    /* All of the table have an apostrophe, which may be curly, or five letters. */
    if ((span->flags & TXT_LABELLED) ||
        ((span->flags & (TXT_COMPOUND | TXT_ASCII)) == TXT_ASCII && size != 5))
        return NULL;
    if (is_negation ? !given->negations || (span->kind != TXT_WORD && span->reason != TXT_NEGATED)
                    : span->kind != TXT_WORD)
        return NULL;
    const TxtContraction *row = txt_contraction_of(word, size);
    if (!row || txt_case(word, size) == TXT_CASE_MIXED)
        return NULL;
    return is_negation && is_question(doc, number, row) ? NULL : row;
}

/* Bytes at the start that both have. */
static uint32_t same_start(const char *a, const char *b)
{
    uint32_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

/* What follows the letters that stay becomes the rest of the first word and the second. */
static void expand(const TxtDoc *doc, const TxtSpan *span, const TxtContraction *row,
                   TxtEdits *edits)
{
    uint8_t words[64], cased[TXT_CASE_ROOM(sizeof(words))];
    const uint32_t kept = same_start(row->first, row->together);
    const size_t rest = strlen(row->first + kept), second = strlen(row->second);
    const bool is_upper = txt_case(doc->bytes + span->start, txt_span_size(span)) == TXT_CASE_UPPER;
    memcpy(words, row->first + kept, rest);
    words[rest] = ' ';
    memcpy(words + rest + 1, row->second, second);
    const size_t n = txt_case_apply(is_upper ? TXT_CASE_UPPER : TXT_CASE_LOWER, words,
                                    rest + (second > 0) + second, cased);
    txt_edit(edits, span->start + kept, span->end, cased, n);
}

static TxtOutcome edit(const void *context, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const ExpansionParams *given = context;
    (void)state;
    uint32_t *list = doc->scratch, n_found = 0;
    for (uint32_t i = 0; i < doc->n_spans; i++)
        if (row_of(given, doc, i))
            list[n_found++] = i;
    if (n_found == 0)
        return TXT_NOT_APPLICABLE;
    const uint32_t wanted = txt_amount(given->alpha, given->n, n_found);
    const uint32_t n = txt_draw_some(rng, wanted, list, n_found);
    for (uint32_t i = 0; i < n; i++)
        expand(doc, &doc->spans[list[i]], row_of(given, doc, list[i]), edits);
    if (n < wanted)
        return TXT_FEWER;
    return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

/* "gonna" to "going to", four bytes more in five, is the longest step. */
static uint64_t grows(const void *context, uint64_t size)
{
    (void)context;
    return 2 * size;
}

static const AugOpExample examples[] = {
    {"{}", "I'm becomes I am, we'll we will; all of them"},
    {"{alpha: 0.5, negations: true}", "every second one, don't among them"},
};

const AugOpDesc aug_op_expansion = {
    .name = "Expansion",
    .summary = "Write contractions out in English",
    .convention = "'s and 'd stay, since they may mean two things; with negations, n't stays where "
                  "it asks a question, and ain't always",
    .params = AUG_PARAM_TABLE(ExpansionParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.grows = grows, .edit = edit),
};
