/* The text domain inside: settings, the compiled plan, and what a worker thread holds. */
#ifndef TXT_DOMAIN_H
#define TXT_DOMAIN_H

#include "text/domain/memory.h"
#include "text/op.h"

/* Most fields of text that one data set may have: both texts of a pair, a title, a question. */
#define TXT_MAX_TEXTS 4

/* Most views of one sample: the number of a view and of a field share one byte of the key. */
#define TXT_MAX_VIEWS 64

/* The settings "output" of a spec. */
typedef struct TxtOutput {
    int32_t max_bytes;
    bool truncation;
} TxtOutput;

/* One field of text. most: bytes of its longest result, as far as batches have room. */
typedef struct TxtField {
    uint32_t number;
    uint32_t most;
} TxtField;

/* Room for the name of a tensor. */
typedef char TxtName[AUG_MAX_TENSOR_NAME + 1];

/* A compiled plan; const once made.
 *
 * names: of tensors that are not called like a field, n_names of them
 */
typedef struct TxtPlan {
    const AugOpList *ops;
    const TxtOutput *output;
    const AugDatasetInfo *dataset;
    uint32_t n_views;
    uint32_t n_texts;
    TxtField texts[TXT_MAX_TEXTS];
    uint32_t n_names;
    TxtName names[AUG_MAX_TENSORS];
} TxtPlan;

/* What a thread holds. */
typedef struct TxtWorker {
    AugiAllowance *allowance;
    TxtMemory made[TXT_MAX_TEXTS];
} TxtWorker;

/* Hooks of AugDomain. */
AUG_MUST_CHECK AugStatus txt_compile(const AugDomainInput *input, void **plan,
                                     AugDomainOutput *output, AugError *error);
void txt_plan_free(void *plan);
AUG_MUST_CHECK AugStatus txt_run(const void *plan, void *worker, const AugDomainJob *job,
                                 AugOut *outs, AugError *error);
AUG_MUST_CHECK AugStatus txt_augment(const void *plan, void *worker, const AugDomainJob *job,
                                     AugField *fields, AugError *error);

/* Presents samples to people (text/domain/present.c). */
extern const AugPresenter txt_presenter;

#endif
