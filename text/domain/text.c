/* The text domain as the engine sees it: the output section of a spec and the hooks. */
#include <stdio.h>
#include <string.h>

#include "text/domain/domain.h"
#include "text/domain/elsewhere.h"

static const AugOpKind edit_kind = {
    "text", "Text", "State edits of a text. Bytes outside of the edits stay as they are."};

static const AugOpKind *op_kind(const AugOpDesc *desc)
{
    (void)desc;
    return &edit_kind;
}

static uint32_t suits(const AugDatasetInfo *dataset)
{
    return aug_dataset_field(dataset, AUG_FIELD_TEXT) >= 0;
}

static const char *const reason_names[] = {
#define REASON_NAME(code, name) name,
    TXT_REASONS(REASON_NAME)
#undef REASON_NAME
};

static const char *const task_names[] = {[TXT_SENTIMENT] = "sentiment",
                                         [TXT_TOPIC] = "topic",
                                         [TXT_PAIRS] = "pairs",
                                         [TXT_NER] = "ner",
                                         [TXT_QA] = "qa",
                                         [TXT_TASK_AUTO] = "auto",
                                         NULL};

static const char *const segmenter_names[] = {
    [TXT_SEGMENTER_UNICODE] = "unicode", [TXT_SEGMENTER_ICU] = "icu", NULL};

static const char *const span_rules[] = {
    [TXT_SPANS_PROTECT] = "protect", [TXT_SPANS_MOVE] = "move", NULL};

/* What is protected by default. */
static const char *const protectable[] = {
    "urls",   "emails", "users",    "tags",  "numbers", "placeholders", "markup",
    "tokens", "code",   "acronyms", "names", "clitics", "negations",    NULL};

static const AugParamDesc output_rows[] = {
    AUG_PARAM(TxtOutput, text, .fallback = "true", .help = "the text itself, as bytes of UTF-8"),
    AUG_PARAM_BY(TXT_KIND_OF, TxtOutput, ids, .optional = true,
                 .help =
                     "the text's ids: int32 [max_length] with their number in length, or ragged"),
    AUG_PARAM(TxtOutput, edits, .fallback = "false", .quiet = true,
              .help = "what was edited, as rows of start and end in the stored text, start and end "
                      "in the result, and the number of the operation (-1: several)"),
    AUG_PARAM(TxtOutput, outcome, .fallback = "false", .quiet = true,
              .help = "a number for what became of each text: 0 applied, 1 unchanged, 2 fewer, "
                      "3 not applicable, 4 no data, 5 rejected, 6 timeout"),
    AUG_PARAM(TxtOutput, max_bytes, .fallback = "65536", .low = 16, .high = 16 << 20,
              .unit = "bytes", .help = "longest text, before and after the operations"),
    AUG_PARAM(TxtOutput, truncation, .fallback = "false",
              .help = "cut longer texts, between graphemes, in place of refusing them"),
    AUG_PARAM(TxtOutput, unprotect, .optional = true, .choices = protectable,
              .help = "what operations may edit and move although it is protected by default"),
    AUG_PARAM(TxtOutput, protect, .optional = true,
              .help = "regular expressions, as of PCRE2: no operation edits what one matches"),
    AUG_PARAM(TxtOutput, protect_quotes, .fallback = "false",
              .help = "protect what stands between double quotation marks"),
    AUG_PARAM(TxtOutput, spans, .fallback = "protect", .quiet = true, .choices = span_rules,
              .help =
                  "what becomes of the spans of a row (names and their classes): protect: nothing "
                  "edits their text; move: operations may edit it, and a span is where its text "
                  "came to"),
    AUG_PARAM(TxtOutput, segmenter, .fallback = "unicode", .choices = segmenter_names,
              .quiet = true,
              .help = "words of scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, "
                      "Burmese): unicode finds none, icu those of the library ICU, which must be "
                      "installed and whose version becomes part of the stream's id"),
    AUG_PARAM(TxtOutput, task, .fallback = "auto", .choices = task_names,
              .help = "what the labels are about, which decides what an operation does to them; "
                      "auto: ner for rows with spans, pairs for several texts, else sentiment"),
    AUG_PARAM(TxtOutput, allow_label_change, .fallback = "false",
              .help = "allow operations that change the label of many texts"),
    AUG_PARAM(TxtOutput, label_smoothing, .fallback = "0", .quiet = true, .low = 0, .high = 1,
              .high_open = true,
              .help = "part of the label of an edited text that is spread over all classes "
                      "(SoftEDA, 0.1 to 0.25 there); labels are then shares, one a class"),
};

/* "noisy for sentiment, topic; changing for pairs". */
static void op_labels(const AugOpDesc *desc, char *text, size_t size)
{
    static const char *const effects[] = {
        [TXT_PRESERVING] = "preserving", [TXT_NOISY] = "noisy", [TXT_CHANGING] = "changing"};
    const TxtOpHooks *hooks = txt_op_hooks(desc);
    size_t used = 0;
    text[0] = 0;
    for (size_t effect = 0; effect < AUG_COUNT(effects); effect++) {
        bool is_first = true;
        for (int task = 0; task < TXT_N_TASKS && used < size; task++) {
            if (hooks->effect[task] != effect)
                continue;
            const char *before = !is_first ? ", " : used > 0 ? "; " : "";
            used += (size_t)snprintf(text + used, size - used, "%s%s%s%s", before,
                                     is_first ? effects[effect] : "", is_first ? " for " : "",
                                     task_names[task]);
            is_first = false;
        }
    }
}

uint32_t txt_output_protects(const TxtOutput *output)
{
    uint32_t bits = (1u << TXT_N_REASONS) - 1;
    bits &= ~(1u << TXT_FREE);
    if (!output->protect_quotes)
        bits &= ~(1u << TXT_QUOTE);
    for (int32_t i = 0; i < output->unprotect.n; i++)
        for (uint32_t r = 0; r < TXT_N_REASONS; r++)
            if (reason_names[r] && strcmp(reason_names[r], output->unprotect.values[i]) == 0)
                bits &= ~(1u << r);
    return bits;
}

const AugDomain aug_domain_text = {
    .name = "text",
    .elsewhere = txt_elsewhere,
    .presenter = &txt_presenter,
    .output = AUG_PARAM_TABLE(TxtOutput, output_rows),
    .op_kind = op_kind,
    .op_labels = op_labels,
    .outcomes = txt_outcome_words,
    .n_outcomes = TXT_N_OUTCOMES,
    .suits = suits,
    .compile = txt_compile,
    .plan_free = txt_plan_free,
    .identify = txt_identify,
    .worker_new = txt_worker_new,
    .worker_free = txt_worker_free,
    .run = txt_run,
    .augment = txt_augment,
    .changes = txt_changed,
};
