/* The text domain inside: settings, the compiled plan, and what a worker thread holds. */
#ifndef TXT_DOMAIN_H
#define TXT_DOMAIN_H

#include "text/domain/apply.h"
#include "text/domain/ids.h"
#include "text/domain/patterns.h"
#include "text/domain/scan.h"
#include "text/domain/spans.h"
#include "text/op.h"

/* Most fields of text that one data set may have: both texts of a pair, a title, a question. */
#define TXT_MAX_TEXTS 4

/* Most views of one sample: the number of a view and of a text share one byte of the key. */
#define TXT_MAX_VIEWS 64

/* The settings "output" of a spec. */
typedef struct TxtOutput {
    bool text;
    bool edits;
    bool outcome;
    int32_t max_bytes;
    bool truncation;
    AugTexts unprotect;
    AugTexts protect;
    bool protect_quotes;
    AugChoice spans;
    AugChoice segmenter;
    AugChoice task;
    bool allow_label_change;
    double label_smoothing;
    TxtIdsParam ids;
} TxtOutput;

/* What output.spans says of the text of spans: nothing edits it, or operations may and they move. */
typedef enum TxtSpanRule { TXT_SPANS_PROTECT, TXT_SPANS_MOVE } TxtSpanRule;

/* What output.segmenter says. */
typedef enum TxtSegmenter { TXT_SEGMENTER_UNICODE, TXT_SEGMENTER_ICU } TxtSegmenter;

/* AUG_KIND_OF for the kinds that only this domain has. */
#define TXT_KIND_OF(field) _Generic((field), TxtIdsParam : &txt_kind_ids)

/* What output.task says beside the kinds of tasks. */
#define TXT_TASK_AUTO TXT_N_TASKS

/* One field of text. most: bytes of its longest result in a batch; most_edits: rows of its edits. */
typedef struct TxtField {
    uint32_t number;
    uint32_t most;
    uint32_t most_edits;
} TxtField;

/* What a tensor holds of a text in a view. */
typedef enum TxtContent {
    TXT_CONTENT_TEXT,
    TXT_CONTENT_IDS,
    TXT_CONTENT_LENGTH,
    TXT_CONTENT_EDITS,
    TXT_CONTENT_OUTCOME,
    TXT_CONTENT_SPANS,
} TxtContent;

/* Numbers of a row of edits: start and end in the stored text, start and end in the result, and the
 * position of the operation in the spec, -1 for several. */
#define TXT_EDIT_COLUMNS 5

/* Rows of edits that a batch has room for: one for so many bytes of the longest text, and a few.
 * Where there are more the last ones become one. */
#define TXT_BYTES_AN_EDIT 16
#define TXT_FEW_EDITS 64

/* One tensor of a plan. item, follower: of SPANS, as txt_spans_value has them. */
typedef struct TxtTensor {
    TxtContent content;
    uint32_t text, view;
    uint32_t item, follower;
    char name[AUG_MAX_TENSOR_NAME + 1];
} TxtTensor;

/* A compiled plan; const once made.
 *
 * file:    that the spec stands in, or NULL
 * protect: bit r: what has reason r is protected
 * icu:     finds words of scripts without spaces; NULL: nothing does
 * patterns: of output.protect; NULL: there are none
 * tokenizer, padding_id: of output.ids; NULL: there are no ids
 * states:  by the position of an operation in the spec: what its prepare made; n_states places
 */
typedef struct TxtPlan {
    const AugOpList *ops;
    const TxtOutput *output;
    const AugDatasetInfo *dataset;
    const AugLimits *limits;
    const char *file;
    TxtTask task;
    uint32_t protect;
    uint32_t n_views;
    uint32_t n_texts;
    TxtField texts[TXT_MAX_TEXTS];
    TxtSpanFields spans;
    uint32_t n_tensors;
    TxtTensor tensors[AUG_MAX_TENSORS];
    TxtIcu *icu;
    TxtPatterns *patterns;
    TxtTokenizer *tokenizer;
    int32_t padding_id;
    uint32_t n_states;
    void **states;
} TxtPlan;

/* A text that was made, until its worker makes the next in its place.
 *
 * bytes:   the original's, or in memory
 * changes: which of the two lists says what was changed
 */
typedef struct TxtMade {
    const uint8_t *bytes;
    uint32_t size;
    TxtOutcome outcome;
    uint32_t current;
    TxtMemory memory[2];
    TxtChanges changes[2];
} TxtMade;

/* What a thread holds. ranges: TxtRange, of the text in work; icu, search, tokens: NULL until a plan needs
 * them. */
typedef struct TxtWorker {
    AugiAllowance *allowance;
    TxtScanner scanner;
    TxtEdits edits;
    TxtMemory ranges;
    TxtIcuWords *icu;
    TxtSearch *search;
    TxtMade made[TXT_MAX_TEXTS];
    TxtTokenScratch *tokens;
    TxtMovedSpans moved;
} TxtWorker;

/* What was changed in a text that was made. */
static inline const TxtChanges *txt_made_changes(const TxtMade *made)
{
    return &made->changes[made->current];
}

/* Words for outcomes, by their codes (text/domain/make.c). */
extern const char *const txt_outcome_words[TXT_N_OUTCOMES];

/* The bits of what a spec protects (text/domain/text.c). */
uint32_t txt_output_protects(const TxtOutput *output);

/* A worker for any plan (text/domain/worker.c). */
AUG_MUST_CHECK AugStatus txt_worker_new(void **worker, AugiAllowance *allowance, AugError *error);
void txt_worker_free(void *worker);

/* Checks the operations of a plan and prepares them (text/domain/prepare.c); the plan's settings and
 * fields are known. */
AUG_MUST_CHECK AugStatus txt_prepare(TxtPlan *plan, const AugDomainInput *input, AugError *error);

/* Bytes that the operations of a list make at most of a text of at most size bytes. */
uint64_t txt_grown(const TxtPlan *plan, const AugOpList *ops, uint64_t size);

/* Hook of AugDomain: the versions and files that results depend on (text/domain/prepare.c). */
void txt_identify(const void *plan, AugiHash *hash);

/* Releases what was prepared. */
void txt_release(TxtPlan *plan);

/* Makes the text of a number for a view into worker->made (text/domain/make.c); key NULL: as it is
 * stored, cut to its bound. */
AUG_MUST_CHECK AugStatus txt_make(const TxtPlan *plan, TxtWorker *worker, const AugDomainJob *job,
                                  uint32_t text, uint32_t view, AugError *error);

/* Hooks of AugDomain. */
AUG_MUST_CHECK AugStatus txt_compile(const AugDomainInput *input, void **plan,
                                     AugDomainOutput *output, AugError *error);
void txt_plan_free(void *plan);
AUG_MUST_CHECK AugStatus txt_run(const void *plan, void *worker, const AugDomainJob *job,
                                 AugOut *outs, AugError *error);
AUG_MUST_CHECK AugStatus txt_augment(const void *plan, void *worker, const AugDomainJob *job,
                                     AugField *fields, AugError *error);
bool txt_changed(const void *plan, void *worker, uint32_t field, AugChanges *out);

/* Presents samples to people (text/domain/present.c). */
extern const AugPresenter txt_presenter;

#endif
