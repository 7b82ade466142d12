/* Contraction: pairs of English words become contractions. */
#include <string.h>

#include "text/domain/amount.h"
#include "text/domain/draw.h"
#include "text/english/contracting.h"
#include "text/op.h"

typedef struct ContractionParams {
    double alpha;
    int32_t n;
    bool negations;
} ContractionParams;

static const AugParamDesc params[] = {
    AUG_PARAM(ContractionParams, alpha, .fallback = "1", .low = 0, .high = 1,
              .help = "places that are contracted, as a share of those that can be, at least one"),
    AUG_PARAM(ContractionParams, n, .fallback = "0", .low = 0, .high = 1000000,
              .help = "number of places, in place of alpha; 0: alpha counts"),
    AUG_PARAM(ContractionParams, negations, .fallback = "false",
              .help = "contract not as well (do not), which is protected else"),
};

static TxtOutcome edit(const void *context, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits)
{
    const ContractionParams *given = context;
    (void)state;
    uint32_t *list = doc->scratch, n_found = 0;
    TxtContracted place;
    for (uint32_t i = 0; i < doc->n_spans; i++) {
        if (!txt_contracted_find(doc, i, given->negations, &place))
            continue;
        list[n_found++] = i;
        i = place.last;
    }
    if (n_found == 0)
        return TXT_NOT_APPLICABLE;
    const uint32_t wanted = txt_amount(given->alpha, given->n, n_found);
    const uint32_t n = txt_draw_some(rng, wanted, list, n_found);
    const bool is_curly = doc->size > 0 && memmem(doc->bytes, doc->size, TXT_CURLY, 3);
    for (uint32_t i = 0; i < n; i++)
        if (txt_contracted_find(doc, list[i], given->negations, &place))
            txt_contracted_edit(doc, &place, is_curly, edits);
    if (n < wanted)
        return TXT_FEWER;
    return n > 0 ? TXT_APPLIED : TXT_UNCHANGED;
}

/* "I am" with a curly apostrophe has a byte more; nothing shorter is contracted. */
static uint64_t grows(const void *context, uint64_t size)
{
    (void)context;
    return size + size / 4;
}

static const AugOpExample examples[] = {
    {"{}", "I am becomes I'm, we will we'll; all of them"},
    {"{alpha: 0.5, negations: true}", "every second one, do not among them"},
};

const AugOpDesc aug_op_contraction = {
    .name = "Contraction",
    .summary = "Contract pairs of words in English",
    .convention =
        "only behind the start of a clause and before a further word of it (not in \"yes, "
        "I am\"), and without stress (not in \"do NOT\")",
    .params = AUG_PARAM_TABLE(ContractionParams, params),
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    TXT_OP(.grows = grows, .edit = edit),
};
