/* What a domain (image, text) is: how to compile a list of its operations and how to run the result
 * on one sample. The engine knows no domain by name; libaug/domains.list does.
 *
 * Guarantees. The engine: calls compile once; shares the plan, const, among all workers; gives each
 * worker thread its own worker state, one for all plans; hands out memory of exactly the size that
 * compile stated. The domain: fills all of it (of ragged tensors the rows it reports) as a pure
 * function of (plan, key, samples), or fails with a sentence.
 */
#ifndef AUGI_DOMAIN_H
#define AUGI_DOMAIN_H

#include "aug/batch.h"
#include "aug/changes.h"
#include "aug/dataset.h"
#include "aug/limits.h"
#include "libaug/base/allowance.h"
#include "libaug/base/hash.h"
#include "libaug/spec/op.h"
#include "libaug/spec/presenter.h"

/* Most further samples that one sample may be made with. */
#define AUG_MAX_PARTNERS 8

/* What compile is given; everything is borrowed and outlives the plan.
 *
 * n_views:  how often each sample is made, each time with draws of its own (key.view)
 * any_size: results may differ in size from sample to sample; run is then not called, but augment
 * samples:  the data set, for a look at samples before a refusal; NULL: none to look at
 * file:     that the spec stands in; relative paths of its parameters start at its folder
 *           (augi_path_place, which also knows specs from elsewhere). NULL: at the current one
 */
typedef struct AugDomainInput {
    const AugOpList *pipeline;
    const AugOpList *mix;
    const void *output; /* bound to the domain's output table */
    const AugDatasetInfo *dataset;
    const AugLimits *limits;
    uint32_t n_views;
    bool any_size;
    const AugDataset *samples;
    const char *file;
} AugDomainInput;

/* What compile states.
 *
 * tensors: what run makes of one sample; the first is the sample itself. None for any_size. Strings
 *          live as long as the domain's plan
 * treated: bit i: the domain has a tensor for field i of the data set, or uses it up; what it does
 *          not treat travels on unchanged
 * work:    passes over pixels that making and mixing one sample takes at most; what would take more
 *          fails (AugLimits.max_sample_work); 0: the domain does not count it
 * memory:  bytes of a worker that no sample can be made without, as far as that is known
 * fields:  what augment makes of the fields of the data set, preset to these; compile changes those
 *          whose form, type or shape become others. 0 in a shape: differs
 * softens: it smooths labels (AugDomainJob.smoothing): batches have a share for each class
 */
typedef struct AugDomainOutput {
    AugTensorSpec tensors[AUG_MAX_TENSORS];
    uint32_t n_tensors;
    uint32_t treated;
    uint64_t work;
    size_t memory;
    AugFieldDesc fields[AUG_MAX_FIELDS];
    bool softens;
} AugDomainOutput;

/* Memory for one sample's part of a tensor. n_rows: of a ragged one, for run to set. */
typedef struct AugOut {
    void *bytes;
    uint32_t n_rows;
} AugOut;

/* What earlier readings left of one sample for this one, and what this one leaves: hints, bytes that
 * mean something to the domain alone and change no result. They are of the same bytes of the sample,
 * and its word (AugDomain.hints), but the domain must not trust them further than that its memory
 * stays safe.
 *
 * bytes:   size of them; none: size 0
 * detail:  how much is wanted; never AUG_HINTS_NONE
 * room:    where to put new ones, most bytes of them; NULL: none are wanted
 * made:    for the domain to set where there is room: how many bytes it put there, 0 if the sample has
 *          nothing to leave; is_made: that it knows
 */
typedef struct AugSampleHints {
    const uint8_t *bytes;
    size_t size;
    AugHintDetail detail;
    uint8_t *room;
    size_t most;
    size_t made;
    bool is_made;
} AugSampleHints;

/* What to make: the sample samples[0] with its n - 1 partners, under the draws of key.
 *
 * at_fault: where a failure follows from the bytes of a partner, its number in samples, for the
 *           domain to set; preset to 0, the sample itself. NULL if nobody asks
 * unchecked: bit i: it is not known of the fields of samples[i] in form ENCODED whether they are
 *            damaged, or what there is to leave as hints. A domain that checks_files reads each of
 *            them to its end, in the way that finds all damage, and fails if there is some; the
 *            result is the same as without. After a success the engine does not ask again for this
 *            sample
 * hints:     n of them, one for each sample, of which the first alone may have room, and has it only
 *            where bit 0 of unchecked is set; NULL: there are none
 * outcomes:  for a domain with words for outcomes: counts of them, to be raised for each value that run
 *            makes; preset to 0, NULL if nobody asks
 * smoothing: for a domain that softens: where to put the part of this sample's label, 0 to 1, that is
 *            to be spread over all classes; preset to 0, NULL if nobody asks
 */
typedef struct AugDomainJob {
    const AugKey *key;
    const AugSample *samples;
    uint32_t n;
    uint32_t *at_fault;
    uint32_t unchecked;
    AugSampleHints *hints;
    uint32_t *outcomes;
    double *smoothing;
} AugDomainJob;

/* How one sample of a batch is mixed with another one of the same global batch: what the engine
 * must know of it. A domain's items begin with this and add what they need.
 *
 * mixes: false: the sample stays as it is
 * share: the part of the label that stays with the sample, 0 to 1; 1 - share comes from the partner
 */
typedef struct AugMixItem {
    uint32_t partner;
    bool mixes;
    double share;
} AugMixItem;

/* One pass of mixing over a batch, for a domain to fill: n items of its size, preset to zero bytes
 * with themselves as partner and a share of 1. scratch: n words. */
typedef struct AugMixPass {
    uint32_t n;
    void *items;
    uint32_t *scratch;
} AugMixPass;

/* Operations of other libraries that have another name or place here, for people who know those.
 *
 * names:  as there, separated by blanks
 * target: what comes nearest: an operation, or "output.KEY", "batch.KEY"; NULL: nothing does
 * text:   the end of the sentence "the operation 'X' is not known; ..."; NULL: "here it is
 *         'TARGET'", or that there is nothing like it
 */
typedef struct AugElsewhere {
    const char *names;
    const char *target;
    const char *text;
} AugElsewhere;

/* The descriptor of a domain. Members that are not named are optional. */
typedef struct AugDomain {
    const char *name;
    AugParamTable output;          /* rows of the spec's "output" section */
    const AugElsewhere *elsewhere; /* ends with a row without names; NULL: none */
    const AugPresenter *presenter;
    bool checks_files;           /* does what AugDomainJob.unchecked asks for */
    const char *hints;           /* one that leaves hints: a word of 1 to 8 letters and digits for
                                  * their form; another form has another word */
    const char *const *outcomes; /* words for what becomes of a value, n_outcomes static ones */
    uint32_t n_outcomes;         /* at most AUG_MAX_OUTCOMES */

    /* The kind of one of its operations; static. Operations of one kind stand together in the
     * manual. */
    const AugOpKind *(*op_kind)(const AugOpDesc *desc);

    /* Writes a sentence on what one of its operations does to labels, for people. NULL: there is
     * nothing to say. */
    void (*op_labels)(const AugOpDesc *desc, char *text, size_t size);

    /* How many of these fields it would treat; 0: it can do nothing with such samples. */
    uint32_t (*suits)(const AugDatasetInfo *dataset);

    /* On failure *plan is NULL. */
    AugStatus (*compile)(const AugDomainInput *input, void **plan, AugDomainOutput *output,
                         AugError *error);
    void (*plan_free)(void *plan); /* accepts NULL */

    /* Adds to a stream's id what its results depend on beside the spec and the data set: versions of
     * libraries, contents of further files. What most plans have not adds nothing. */
    void (*identify)(const void *plan, AugiHash *hash);

    /* The working memory of one thread, which serves any plan, one after the other. What it holds
     * between and during samples is counted on the allowance (NULL: it is not counted), which
     * outlives it. Where a sample may take long, the domain asks the allowance between its steps
     * whether to go on (augi_allowance_go_on). On failure *worker is NULL. */
    AugStatus (*worker_new)(void **worker, AugiAllowance *allowance, AugError *error);
    void (*worker_free)(void *worker); /* accepts NULL */

    /* Other samples that the one of this key is made with: writes at most AUG_MAX_PARTNERS indices
     * below n_samples, drawn by the key, and returns how many. */
    uint32_t (*partners)(const void *plan, const AugKey *key, uint64_t n_samples,
                         uint64_t *indices);

    /* Makes one sample. outs: one for each tensor that compile stated, all views. The error's place
     * is the sample's name. It fails with AUG_CORRUPT, AUG_UNSUPPORTED or AUG_TOO_LARGE where that
     * follows from the samples' bytes, the key, the limits and nothing else (augi_is_damage); what
     * was written by then is made anew. */
    AugStatus (*run)(const void *plan, void *worker, const AugDomainJob *job, AugOut *outs,
                     AugError *error);

    /* The same for a caller who wants the fields themselves, before they become tensors: fields has
     * room for one value for each field of the data set; those that are treated are filled, with
     * bytes borrowed from the worker until its next call. job->key NULL: nothing is augmented. Labels
     * are not touched; a domain that softens sets job->smoothing. */
    AugStatus (*augment)(const void *plan, void *worker, const AugDomainJob *job, AugField *fields,
                         AugError *error);

    /* What the last augment of this worker changed in the value of a field, borrowed until its next
     * call. False: that is not known of this field. */
    bool (*changes)(const void *plan, void *worker, uint32_t field, AugChanges *out);

    /* Mixing: bytes of an item; the draws of one operation of scope BATCH for one batch; and one
     * mixed sample, which reads own and partner and writes slot, each an out for every tensor that
     * is not ragged. The three do not overlap; item->mixes is set. */
    size_t mix_item_size;
    void (*mix_draw)(const void *plan, const AugOp *op, AugRng *rng, const AugMixPass *pass);
    void (*mix)(const void *plan, const AugMixItem *item, const AugOut *own, const AugOut *partner,
                const AugOut *slot);
} AugDomain;

/* All domains, from libaug/domains.list, sorted by name. */
extern const AugDomain *const augi_domains[];
extern const size_t augi_n_domains;

#endif
