/* Running one operation on texts. */
#include "tests/support/text_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/unicode/unicode.h"

/* Binds an operation and prepares it. */
static AugStatus prepare(TextCase *text_case, const char *op, const char *params, AugError *error)
{
    AugLimits limits;
    aug_limits_init(&limits);
    char *list = test_path("[%s: %s]", op, params);
    memset(text_case, 0, sizeof(*text_case));
    ops_open_good(&text_case->ops, list);
    free(list);
    const AugOp *bound = &text_case->ops.list.ops[0];
    text_case->hooks = txt_op_hooks(bound->desc);
    text_case->protect = TEXT_CASE_USUAL;
    const TxtPrepare input = {.limits = &limits};
    if (!text_case->hooks->prepare)
        return AUG_OK;
    return text_case->hooks->prepare(bound->params, &input, &text_case->state, error);
}

void text_case_open(TextCase *text_case, const char *op, const char *params)
{
    AugError error = {0};
    ck_assert_msg(prepare(text_case, op, params, &error) == AUG_OK, "%s: %s", error.where,
                  error.message);
}

void text_case_refused(const char *op, const char *params, const char *words)
{
    TextCase text_case;
    AugError error = {0};
    ck_assert_msg(prepare(&text_case, op, params, &error) == AUG_BAD_SPEC, "%s: %s", op, params);
    ck_assert_msg(strstr(error.message, words), "%s", error.message);
    text_case_close(&text_case);
}

void text_case_close(TextCase *text_case)
{
    if (text_case->state)
        text_case->hooks->release(text_case->state);
    txt_scanner_fini(&text_case->scanner);
    txt_edits_fini(&text_case->edits);
    free(text_case->made);
    ops_close(&text_case->ops);
}

static void check_edits(const TextCase *text_case)
{
    const TxtDoc *doc = &text_case->doc;
    const TxtEdit *edits = text_case->edits.items.bytes;
    for (uint32_t i = 0; i < text_case->edits.n; i++) {
        ck_assert_msg(txt_grapheme_begins(doc->bytes, doc->size, edits[i].start) &&
                          txt_grapheme_begins(doc->bytes, doc->size, edits[i].end),
                      "'%s': edit %u to %u splits a grapheme", (const char *)doc->bytes,
                      edits[i].start, edits[i].end);
        for (uint32_t k = 0; k < doc->n_spans && !text_case->moves_all; k++) {
            const TxtSpan *span = &doc->spans[k];
            ck_assert_msg((span->kind != TXT_PROTECTED && span->kind != TXT_INVALID) ||
                              edits[i].end <= span->start || edits[i].start >= span->end,
                          "'%s': edit %u to %u touches '%.*s'", (const char *)doc->bytes,
                          edits[i].start, edits[i].end, (int)txt_span_size(span),
                          (const char *)doc->bytes + span->start);
        }
    }
}

const char *text_case_run(TextCase *text_case, const void *text, size_t size, uint64_t sample)
{
    AugError error = {0};
    const AugOp *op = &text_case->ops.list.ops[0];
    const AugKey key = {.seed = 5, .sample = sample};
    const TxtScanInput input = {.bytes = text,
                                .size = (uint32_t)size,
                                .protect = text_case->protect,
                                .ranges = text_case->ranges,
                                .n_ranges = text_case->n_ranges};
    AugRng rng = aug_rng_make(&key);
    ck_assert_int_eq(txt_scan(&text_case->scanner, &input, &text_case->doc, &error), AUG_OK);
    for (uint32_t i = 0; text_case->hides_ascii && i < text_case->doc.n_spans; i++)
        ((TxtSpan *)text_case->scanner.spans.bytes)[i].flags &= (uint8_t)~TXT_ASCII;
    txt_edits_clear(&text_case->edits);
    text_case->outcome = text_case->hooks->edit(op->params, text_case->state, &rng, &text_case->doc,
                                                &text_case->edits);
    ck_assert_msg(txt_edits_settle(&text_case->edits, &text_case->doc, op->desc->name, &error) ==
                      AUG_OK,
                  "%s", error.message);
    check_edits(text_case);
    text_case->n = text_case->edits.n;
    const uint64_t made = txt_edits_size(&text_case->edits, input.size);
    const uint64_t most =
        text_case->hooks->grows ? text_case->hooks->grows(op->params, size) : size;
    ck_assert_msg(made <= most, "%s: %llu bytes of %zu, at most %llu", op->desc->name,
                  (unsigned long long)made, size, (unsigned long long)most);
    ck_assert_int_eq(text_case->n > 0,
                     text_case->outcome == TXT_APPLIED || text_case->outcome == TXT_FEWER);
    free(text_case->made);
    text_case->made = calloc(1, made + TXT_APPLY_ROOM);
    text_case->size = made;
    txt_edits_apply(&text_case->edits, text, input.size, (uint8_t *)text_case->made);
    text_case->made[made] = '\0';
    return text_case->made;
}

const char *text_case_make(TextCase *text_case, const char *text, uint64_t sample)
{
    return text_case_run(text_case, text, strlen(text), sample);
}

void text_case_expect(const char *op, const char *params, const char *text, const char *made)
{
    TextCase text_case;
    text_case_open(&text_case, op, params);
    text_case_make(&text_case, text, 0);
    ck_assert_msg(strcmp(text_case.made, made) == 0, "%s: '%s' became\n  %s\nexpected\n  %s", op,
                  text, text_case.made, made);
    text_case_close(&text_case);
}
