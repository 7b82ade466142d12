/* What an operation of the text domain is: the hooks by which it states its edits. The text itself is
 * cut, protected, changed and checked by the domain.
 *
 * Every hook is a pure function of the bound parameters, the state made of them, the generator and
 * the doc, and may be called from any worker thread. Candidates are tried in the order in which
 * they are stored. Time is proportional to the bytes of the text, or nearly (n log n).
 */
#ifndef TXT_OP_H
#define TXT_OP_H

#include "libaug/spec/domain.h"
#include "text/domain/doc.h"
#include "text/domain/edits.h"
#include "text/domain/effect.h"

/* What became of a text; its name and number stand in batches, logs and statistics. What an item
 * gets is the largest of its operations', or APPLIED if all that ran were applied.
 *
 * APPLIED:        as asked
 * UNCHANGED:      the draws left the text as it is, or nothing ran
 * FEWER:          changed, by fewer edits than asked, since there are not enough candidates
 * NOT_APPLICABLE: nothing in the text can be edited in this way
 * NO_DATA:        no lexicon, or nothing in it for this text
 * REJECTED:       what was made of it did not pass a check, so the text stays as it is
 * TIMEOUT:        given up after a bound on work
 */
#define TXT_OUTCOMES(X)                    \
    X(APPLIED, 0, "applied")               \
    X(UNCHANGED, 1, "unchanged")           \
    X(FEWER, 2, "fewer")                   \
    X(NOT_APPLICABLE, 3, "not_applicable") \
    X(NO_DATA, 4, "no_data")               \
    X(REJECTED, 5, "rejected")             \
    X(TIMEOUT, 6, "timeout")

/* The codes. */
typedef enum TxtOutcome {
#define TXT_OUTCOME_ENUM(name, number, word) TXT_##name = number,
    TXT_OUTCOMES(TXT_OUTCOME_ENUM)
#undef TXT_OUTCOME_ENUM
        TXT_N_OUTCOMES
} TxtOutcome;

/* What prepare is given; borrowed, and outlives the state. file: that the spec stands in, as
 * AugDomainInput has it. */
typedef struct TxtPrepare {
    const AugDatasetInfo *dataset;
    const AugLimits *limits;
    const char *file;
} TxtPrepare;

/* An operation on one text. Members that are not named are optional.
 *
 * effect:   what it does to the label, by kind of task
 * prepare:  at compile, once for each place of the spec: loads data, builds tables. The state is
 *           const afterwards and shared by all threads. On failure *state is NULL
 * release:  frees it
 * identify: adds to a stream's id what of the state results depend on, as the content of a lexicon
 * grows:    most bytes of the result, for a text of at most size bytes. NULL: it does not grow
 * unprotects: it edits and moves what is protected by default, too; not what the spec or the row names
 * edit:     states the edits. What comes back without an edit is not APPLIED
 */
typedef struct TxtOpHooks {
    TxtEffect effect[TXT_N_TASKS];
    AugStatus (*prepare)(const void *params, const TxtPrepare *input, void **state,
                         AugError *error);
    void (*release)(void *state);
    void (*identify)(const void *state, AugiHash *hash);
    uint64_t (*grows)(const void *params, uint64_t size);
    bool unprotects;
    TxtOutcome (*edit)(const void *params, const void *state, AugRng *rng, const TxtDoc *doc,
                       TxtEdits *edits);
} TxtOpHooks;

/* The text domain (text/domain/text.c). */
extern const AugDomain aug_domain_text;

/* Members of AugOpDesc for an operation on a text; the arguments are designated members of
 * TxtOpHooks. */
#define TXT_OP(...)                                          \
    .domain = &aug_domain_text, .hooks = &(const TxtOpHooks) \
    {                                                        \
        __VA_ARGS__                                          \
    }

/* The hooks of an operation of this domain. */
static inline const TxtOpHooks *txt_op_hooks(const AugOpDesc *desc)
{
    return desc->hooks;
}

#endif
