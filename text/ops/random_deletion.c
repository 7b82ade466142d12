/* RandomDeletion: words are left out, each with the white space that belongs to it. */
#include "text/domain/draw.h"
#include "text/op.h"

typedef struct DeletionParams {
    double alpha;
    int32_t n;
} DeletionParams;

static const AugParamDesc params[] = {
    AUG_PARAM(DeletionParams, alpha, .fallback = "0.1", .low = 0, .high = 1,
              .help = "probability of each word (the paper's p)"),
    AUG_PARAM(DeletionParams, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of words, in place of alpha; 0: alpha counts"),
};

/* Lists the words that may go; returns how many there are. */
static uint32_t find_candidates(const TxtDoc *doc, uint32_t *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < doc->n_words; i++)
        if (!(txt_word(doc, i)->flags & TXT_LABELLED))
            list[n++] = i;
    return n;
}

static bool is_space(const TxtDoc *doc, uint32_t span)
{
    return span < doc->n_spans && doc->spans[span].kind == TXT_SPACE;
}

/* Whether a place is inside one white space: a code of several bytes, or a CR with its LF. */
static bool is_inside_space(const TxtDoc *doc, uint32_t at)
{
    return (doc->bytes[at] & 0xc0) == 0x80 ||
           (doc->bytes[at] == '\n' && doc->bytes[at - 1] == '\r');
}

/* The end of the first white space of a span. */
static uint32_t first_space(const TxtDoc *doc, const TxtSpan *space)
{
    uint32_t at = space->start + 1;
    while (at < space->end && is_inside_space(doc, at))
        at++;
    return at;
}

/* The start of the last one. */
static uint32_t last_space(const TxtDoc *doc, const TxtSpan *space)
{
    uint32_t at = space->end - 1;
    while (at > space->start && is_inside_space(doc, at))
        at--;
    return at;
}

/* Leaves the words of a run out, between which there is nothing but white space: each with one space
 * behind it, or, where the run has none behind, before it. */
static void delete_run(const TxtDoc *doc, const uint32_t *run, uint32_t n, TxtEdits *edits)
{
    const uint32_t first = doc->words[run[0]], last = doc->words[run[n - 1]];
    const bool behind = is_space(doc, last + 1), before = first > 0 && is_space(doc, first - 1);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t number = doc->words[run[i]];
        const TxtSpan *word = &doc->spans[number];
        uint32_t start = word->start, end = word->end;
        if (behind || (!before && i + 1 < n))
            end = first_space(doc, word + 1);
        else if (before)
            start = last_space(doc, word - 1);
        txt_edit_borrow(edits, start, end, "", 0);
    }
}

static void leave_out(const TxtDoc *doc, const uint32_t *list, uint32_t n, TxtEdits *edits)
{
    for (uint32_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n; next++) {
            const uint32_t number = doc->words[list[next - 1]];
            if (doc->words[list[next]] != number + 2 || !is_space(doc, number + 1))
                break;
        }
        delete_run(doc, list + i, next - i, edits);
    }
}

static TxtOutcome edit(const void *context, const void *prepared, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const DeletionParams *given = context;
    (void)prepared;
    uint32_t *list = doc->scratch;
    const uint32_t n_candidates = find_candidates(doc, list), most = doc->n_tokens / 2;
    if (n_candidates == 0 || most == 0)
        return TXT_NOT_APPLICABLE;
    const uint32_t given_n = (uint32_t)given->n;
    const uint32_t wanted = given_n > 0 ? txt_draw_some(rng, given_n, list, n_candidates)
                                        : txt_draw_each(rng, given->alpha, list, n_candidates);
    const uint32_t n = txt_draw_some(rng, most, list, wanted);
    leave_out(doc, list, n, edits);
    if (n < given_n || n < wanted)
        return TXT_FEWER;
    return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

static const AugOpExample examples[] = {
    {"{}", "each word with a probability of one in ten, as in EDA"},
    {"{n: 1}", "one word of every text"},
};

const AugOpDesc aug_op_random_deletion = {
    .name = "RandomDeletion",
    .summary = "Leave words out",
    .convention = "one white space goes with each word; at most half of a text's words go, drawn "
                  "from those that were to go",
    .reference = "Wei and Zou, EDA: Easy Data Augmentation Techniques for Boosting Performance on "
                 "Text Classification Tasks, EMNLP 2019",
    .params = AUG_PARAM_TABLE(DeletionParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = {[TXT_SENTIMENT] = TXT_NOISY,
                      [TXT_TOPIC] = TXT_NOISY,
                      [TXT_PAIRS] = TXT_CHANGING,
                      [TXT_NER] = TXT_NOISY,
                      [TXT_QA] = TXT_NOISY},
           .edit = edit),
};
