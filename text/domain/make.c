/* Making one text: operation after operation, each on what the one before left. */
#include <stdlib.h>
#include <string.h>

#include "text/domain/domain.h"
#include "text/unicode/unicode.h"

const char *const txt_outcome_words[TXT_N_OUTCOMES] = {
#define OUTCOME_WORD(name, number, word) [number] = word,
    TXT_OUTCOMES(OUTCOME_WORD)
#undef OUTCOME_WORD
};

/* A text on its way. n_kept: of the original's protected and labelled spans, which are kept as ranges of the
 * original once an operation changed something; has_doc: doc is of the text as it is; is_unprotected: for an
 * operation that edits what is protected by default; gave_up: what is protected is not known, so that nothing
 * may be edited. */
typedef struct Making {
    const TxtPlan *plan;
    TxtWorker *worker;
    TxtMade *made;
    const AugSample *sample;
    const AugField *original;
    bool is_first, has_key;
    TxtDoc doc;
    bool has_doc, is_unprotected;
    uint32_t n_kept;
    bool has_kept, has_changed, has_failed, gave_up;
    AugStatus status;
    AugError *error;
} Making;

/* What is protected or labelled in the original stays so, whatever now stands around it. Damage too: it
 * may have come beside something that goes on over damage, as the name of a user does. */
static AugStatus keep_protected(Making *making)
{
    TxtMemory *memory = &making->worker->ranges;
    AUG_TRY(txt_memory_reserve(memory, 2 * making->doc.n_spans * sizeof(TxtRange), making->error));
    TxtRange *kept = memory->bytes;
    making->has_kept = true;
    making->n_kept = 0;
    for (uint32_t i = 0; i < making->doc.n_spans; i++) {
        const TxtSpan *span = &making->doc.spans[i];
        const bool is_damage = span->kind == TXT_INVALID;
        if (span->kind == TXT_PROTECTED || is_damage || (span->flags & TXT_LABELLED))
            kept[making->n_kept++] =
                (TxtRange){.start = span->start,
                           .end = span->end,
                           .reason = is_damage ? TXT_GIVEN : span->reason,
                           .flags = span->flags & (TXT_LABELLED | TXT_NEGATION)};
    }
    return AUG_OK;
}

/* What the spec and the row protect themselves, and no operation edits. */
#define ALWAYS_PROTECTED (1u << TXT_QUOTE | 1u << TXT_PATTERN | 1u << TXT_GIVEN | 1u << TXT_DAMAGED)

/* Leaves out of n ranges what is protected by default alone; returns how many are left. */
static uint32_t drop_usual(TxtRange *ranges, uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if ((ALWAYS_PROTECTED >> ranges[i].reason & 1) || (ranges[i].flags & TXT_LABELLED))
            ranges[kept++] = ranges[i];
    return kept;
}

/* Cuts the text as it is now. Of the memory for ranges the first half holds those of the original,
 * the second half where they are now. */
static AugStatus scan(Making *making)
{
    const TxtMade *made = making->made;
    if (making->has_changed && !making->has_kept)
        AUG_TRY(keep_protected(making));
    TxtRange *kept = making->worker->ranges.bytes;
    TxtRange *now = making->n_kept > 0 ? kept + making->n_kept : NULL;
    for (uint32_t i = 0; i < making->n_kept; i++) {
        now[i] = kept[i];
        txt_changes_map(txt_made_changes(made), &now[i].start, &now[i].end);
    }
    const uint32_t given = making->plan->protect;
    const TxtScanInput input = {
        .bytes = made->bytes,
        .size = made->size,
        .protect = making->is_unprotected ? given & ALWAYS_PROTECTED : given,
        .ranges = now,
        .n_ranges = making->is_unprotected ? drop_usual(now, making->n_kept) : making->n_kept,
        .dictionary = making->plan->icu ? making->worker->icu : NULL,
    };
    AUG_TRY(txt_scan(&making->worker->scanner, &input, &making->doc, making->error));
    making->has_doc = true;
    return AUG_OK;
}

/* Writes the text with the worker's edits, which are settled, beside the one there is. */
static AugStatus write(Making *making, const char *name, uint32_t *size)
{
    TxtMade *made = making->made;
    const TxtEdits *edits = &making->worker->edits;
    const uint64_t wanted = txt_edits_size(edits, made->size);
    if (wanted > UINT32_MAX / 2)
        return AUG_FAIL(making->error, AUG_TOO_LARGE, NULL,
                        "%s makes a text of %llu bytes, more than there can be", name,
                        (unsigned long long)wanted);
    TxtMemory *memory = &made->memory[1 - made->current];
    AUG_TRY(txt_memory_reserve(memory, wanted + TXT_APPLY_ROOM, making->error));
    txt_edits_apply(edits, made->bytes, made->size, memory->bytes);
    *size = (uint32_t)wanted;
    return AUG_OK;
}

/* What was written is the text from here on. */
static AugStatus take(Making *making, const char *name, uint32_t size)
{
    TxtMade *made = making->made;
    const uint32_t next = 1 - made->current;
    AUG_TRY(txt_changes_add(txt_made_changes(made), &making->worker->edits, name,
                            &made->changes[next], making->error));
    made->bytes = made->memory[next].bytes;
    made->size = size;
    made->current = next;
    making->has_doc = false;
    return AUG_OK;
}

/* The place below a bound where a grapheme ends; a code point, if the first one is larger. */
static uint32_t cut_at(const TxtMade *made, uint32_t most)
{
    size_t end = 0;
    for (size_t next = 0; next <= most && next < made->size;) {
        end = next;
        next = txt_grapheme_end(made->bytes, made->size, next);
    }
    if (end > 0)
        return (uint32_t)end;
    end = most;
    while (end > most - 4 && (made->bytes[end] & 0xc0) == 0x80)
        end--;
    return (uint32_t)end;
}

/* Holds a text to output.max_bytes: a cut is an edit like others. */
static AugStatus bound(Making *making, const char *name)
{
    TxtMade *made = making->made;
    const uint32_t most = (uint32_t)making->plan->output->max_bytes;
    if (made->size <= most)
        return AUG_OK;
    if (!making->plan->output->truncation)
        return AUG_FAIL(making->error, AUG_TOO_LARGE, NULL,
                        "the text has %u bytes%s%s; allowed are %u (output.max_bytes), or "
                        "truncation: true",
                        made->size, name ? " after " : "", name ? name : "", most);
    txt_edits_clear(&making->worker->edits);
    txt_edit_borrow(&making->worker->edits, cut_at(made, most), made->size, "", 0);
    if (making->worker->edits.failed)
        return AUG_FAIL(making->error, AUG_NO_MEMORY, NULL, "no memory for a text");
    uint32_t size;
    AUG_TRY(write(making, "truncation", &size));
    return take(making, "truncation", size);
}

static AugStatus edit(Making *making, const AugOp *op, AugRng *rng)
{
    TxtEdits *edits = &making->worker->edits;
    const char *name = op->desc->name;
    const TxtOpHooks *hooks = txt_op_hooks(op->desc);
    if (making->is_unprotected != hooks->unprotects)
        making->has_doc = false;
    if (!making->has_doc) {
        making->is_unprotected = hooks->unprotects;
        AUG_TRY(scan(making));
    }
    txt_edits_clear(edits);
    const TxtOutcome outcome =
        hooks->edit(op->params, making->plan->states[op->position], rng, &making->doc, edits);
    if (outcome > TXT_UNCHANGED)
        making->has_failed = true;
    if (outcome > making->made->outcome)
        making->made->outcome = outcome;
    if (edits->n == 0 && !edits->failed)
        return AUG_OK;
    AUG_TRY(txt_edits_settle(edits, &making->doc, name, making->error));
    uint32_t size;
    AUG_TRY(write(making, name, &size));
    const uint8_t *made = making->made->memory[1 - making->made->current].bytes;
    if ((making->made->size > 0 && size == 0) || !txt_edits_hold(edits, &making->doc, made, size)) {
        making->has_failed = true;
        making->made->outcome = TXT_REJECTED;
        return AUG_OK;
    }
    AUG_TRY(take(making, name, size));
    making->has_changed = true;
    return bound(making, name);
}

static void visit(void *context, const AugOp *op, AugRng *rng)
{
    Making *making = context;
    if (making->status == AUG_OK)
        making->status = augi_allowance_go_on(making->worker->allowance, making->error);
    if (making->status == AUG_OK)
        making->status = edit(making, op, rng);
}

/* By their starts; all else too, so that the order is the same whatever qsort does. */
static int by_start(const void *a, const void *b)
{
    const TxtRange *first = a, *second = b;
    const uint32_t one[] = {first->start, first->end, first->reason, first->flags};
    const uint32_t two[] = {second->start, second->end, second->reason, second->flags};
    for (size_t i = 0; i < AUG_COUNT(one); i++)
        if (one[i] != two[i])
            return one[i] < two[i] ? -1 : 1;
    return 0;
}

/* What the row and the spec's expressions name in the stored text. */
static AugStatus find_ranges(Making *making)
{
    const TxtPlan *plan = making->plan;
    TxtWorker *worker = making->worker;
    const TxtMade *made = making->made;
    if (making->is_first && plan->spans.n > 0)
        AUG_TRY(txt_spans_ranges(&plan->spans, making->sample, made->size, &worker->ranges,
                                 &making->n_kept, making->error));
    if (plan->patterns && !worker->search)
        AUG_TRY(txt_search_new(&worker->search, worker->allowance, making->error));
    TxtRangeList list = {.memory = &worker->ranges, .n = making->n_kept};
    if (plan->patterns && making->has_key)
        AUG_TRY(txt_patterns_find(plan->patterns, worker->search, made->bytes, made->size, &list,
                                  making->error));
    making->n_kept = list.n;
    making->gave_up = list.gave_up;
    if (making->n_kept > 1)
        qsort(worker->ranges.bytes, making->n_kept, sizeof(TxtRange), by_start);
    return AUG_OK;
}

static AugStatus begin(Making *making)
{
    TxtMade *made = making->made;
    if (making->original->size > UINT32_MAX / 2)
        return AUG_FAIL(making->error, AUG_TOO_LARGE, NULL,
                        "the text has %zu bytes, more than there can be", making->original->size);
    made->bytes = making->original->bytes;
    made->size = (uint32_t)making->original->size;
    made->outcome = TXT_APPLIED;
    made->changes[made->current].n = 0;
    AUG_TRY(find_ranges(making));
    return bound(making, NULL);
}

AugStatus txt_make(const TxtPlan *plan, TxtWorker *worker, const AugDomainJob *job, uint32_t text,
                   uint32_t view, AugError *error)
{
    Making making = {
        .plan = plan,
        .worker = worker,
        .made = &worker->made[text],
        .sample = &job->samples[0],
        .is_first = text == 0,
        .has_key = job->key != NULL,
        .original = &job->samples[0].fields[plan->texts[text].number],
        .error = error,
    };
    making.status = begin(&making);
    if (making.status == AUG_OK && plan->icu && !worker->icu)
        making.status = txt_icu_words_new(&worker->icu, plan->icu, worker->allowance, error);
    if (making.gave_up)
        making.made->outcome = TXT_TIMEOUT;
    if (making.status == AUG_OK && job->key && !making.gave_up) {
        AugKey key = *job->key;
        key.view = (uint8_t)(view + text * TXT_MAX_VIEWS);
        augi_ops_visit(plan->ops, &key, false, visit, &making);
    }
    if (making.status == AUG_OK && making.is_first && plan->spans.n > 0)
        making.status = txt_spans_move(&plan->spans, making.sample, txt_made_changes(making.made),
                                       &worker->moved, error);
    TxtMade *made = making.made;
    if (!making.has_changed && made->outcome == TXT_APPLIED)
        made->outcome = TXT_UNCHANGED;
    else if (making.has_changed)
        made->outcome = making.has_failed ? TXT_FEWER : TXT_APPLIED;
    return aug_error_prefix(error, making.status, job->samples[0].name);
}
