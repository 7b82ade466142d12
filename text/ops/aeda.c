/* AEDA: punctuation marks are put between words, which all stay in their order. */
#include <stdlib.h>
#include <string.h>

#include "text/domain/alone.h"
#include "text/domain/draw.h"
#include "text/op.h"
#include "text/unicode/unicode.h"

typedef struct AedaParams {
    double ratio;
    AugText marks;
} AedaParams;

static const AugParamDesc params[] = {
    AUG_PARAM(AedaParams, ratio, .fallback = "0.3", .low = 0, .high = 1,
              .help = "most marks, as a share of the words"),
    AUG_PARAM(AedaParams, marks, .fallback = "\".;?:!,\"",
              .help = "the marks; each character is as likely as another"),
};

#define MOST_MARKS 64

/* A mark and the space behind it. */
typedef struct Mark {
    uint8_t bytes[64];
    uint32_t size;
} Mark;

typedef struct Marks {
    uint32_t n;
    Mark items[MOST_MARKS];
} Marks;

static AugStatus read_marks(const char *text, Marks *marks, AugError *error)
{
    const uint8_t *bytes = (const uint8_t *)text;
    const size_t size = strlen(text);
    for (size_t at = 0, end; at < size; at = end) {
        end = txt_grapheme_end(bytes, size, at);
        Mark *mark = &marks->items[marks->n];
        if (marks->n == MOST_MARKS || end - at >= sizeof(mark->bytes))
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "AEDA.marks has more than %d marks, or one of more than %zu bytes",
                            MOST_MARKS, sizeof(mark->bytes) - 1);
        AUG_TRY(txt_check_alone(bytes + at, end - at, "AEDA.marks", error));
        memcpy(mark->bytes, bytes + at, end - at);
        mark->bytes[end - at] = ' ';
        mark->size = (uint32_t)(end - at + 1);
        marks->n++;
    }
    if (marks->n > 0)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL, "AEDA.marks is empty; allowed is at least one mark");
}

static AugStatus prepare(const void *context, const TxtPrepare *input, void **out, AugError *error)
{
    const AedaParams *given = context;
    (void)input;
    Marks *marks = calloc(1, sizeof(*marks));
    *out = NULL;
    if (!marks)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the marks of AEDA");
    const AugStatus status = read_marks(given->marks, marks, error);
    if (status == AUG_OK)
        *out = marks;
    else
        free(marks);
    return status;
}

/* Whether a span belongs to the word before it: 's, n't. */
static bool is_clitic(const TxtDoc *doc, const TxtSpan *span)
{
    return span->reason == TXT_CLITIC ||
           ((span->flags & TXT_NEGATION) && doc->bytes[span->start + 1] == '\'');
}

/* Whether a mark may stand before a span: it is a word at the start or behind white space, or a
 * character of a script without spaces behind another, and not inside of what the row names. */
static bool is_gap(const TxtDoc *doc, uint32_t number)
{
    const TxtSpan *span = &doc->spans[number];
    if ((span->kind != TXT_WORD && span->kind != TXT_PROTECTED) || is_clitic(doc, span))
        return false;
    if (number == 0)
        return true;
    const bool is_spaced = span[-1].kind == TXT_SPACE;
    if (!is_spaced && !(span->flags & span[-1].flags & TXT_UNSEGMENTED))
        return false;
    const TxtSpan *before = is_spaced && number > 1 ? span - 2 : span - 1;
    return !(span->flags & before->flags & TXT_LABELLED) &&
           !(span->reason == TXT_GIVEN && before->reason == TXT_GIVEN);
}

static TxtOutcome edit(const void *context, const void *prepared, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const AedaParams *given = context;
    const Marks *marks = prepared;
    uint32_t *gaps = doc->scratch, *flags = doc->scratch + doc->n_spans, n = 0;
    for (uint32_t i = 0; i < doc->n_spans; i++)
        if (is_gap(doc, i))
            gaps[n++] = i;
    if (n == 0)
        return TXT_NOT_APPLICABLE;
    const uint32_t most = (uint32_t)(given->ratio * doc->n_tokens);
    const uint32_t wanted = 1 + (most > 1 ? txt_below(rng, most) : 0);
    txt_draw_flags(rng, n, wanted < n ? wanted : n, flags);
    for (uint32_t i = 0; i < n; i++) {
        if (!flags[i])
            continue;
        const TxtSpan *span = &doc->spans[gaps[i]];
        const Mark *mark = &marks->items[txt_below(rng, marks->n)];
        const bool is_bare = gaps[i] > 0 && span[-1].kind != TXT_SPACE;
        txt_edit_borrow(edits, span->start, span->start, mark->bytes, mark->size - is_bare);
    }
    return wanted <= n ? TXT_APPLIED : TXT_FEWER;
}

/* A word has a byte and a space at least, and a mark not more bytes than all. */
static uint64_t grows(const void *context, uint64_t size)
{
    const AedaParams *given = context;
    const size_t all = strlen(given->marks);
    const uint64_t longest = all < sizeof(((Mark *)0)->bytes) ? all : sizeof(((Mark *)0)->bytes);
    return size + ((uint64_t)(given->ratio * (double)(size / 2 + 1)) + 1) * (longest + 1);
}

static const AugOpExample examples[] = {
    {"{}", "one to a third of as many marks as there are words"},
    {"{ratio: 0.1, marks: \",.\"}", "few, and of two kinds"},
};

const AugOpDesc aug_op_aeda = {
    .name = "AEDA",
    .summary = "Put punctuation marks between words",
    .convention = "1 to max(1, floor(ratio * words)) marks, each before another word and with a "
                  "space behind it; none before a clitic such as 's",
    .reference = "Karimi, Rossi and Prati, AEDA: An Easier Data Augmentation Technique for Text "
                 "Classification, Findings of EMNLP 2021",
    .params = AUG_PARAM_TABLE(AedaParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.effect = TXT_ALL_TASKS(TXT_PRESERVING), .prepare = prepare, .release = free,
           .grows = grows, .edit = edit),
};
