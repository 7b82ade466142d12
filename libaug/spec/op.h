/* What an operation is: one const descriptor, and the bound instances that a spec makes of it.
 *
 * The engine knows of an operation its words, its parameters and its scope; what it does is said by
 * the hooks of its domain (image/op.h for pictures), or of the engine itself for groups. Every hook
 * is a pure function of the bound parameters, the generator (positioned at this operation's key)
 * and what it is shown of the sample, and may be called from any worker thread.
 *
 * Adding an operation takes two files: its own, and a line in libaug/ops.list.
 */
#ifndef AUGI_OP_H
#define AUGI_OP_H

#include "aug/random.h"
#include "aug/status.h"
#include "libaug/spec/param.h"

/* libaug/spec/domain.h. */
struct AugDomain;

/* What one execution of an operation works on. */
typedef enum AugOpScope {
    AUG_OP_SAMPLE, /* one sample; stands under pipeline */
    AUG_OP_BATCH,  /* a batch whose samples are made; stands under batch.mix */
    AUG_OP_GROUP,  /* chooses among other operations; stands in both */
} AugOpScope;

/* A documented example: a parameter map as a user writes it, and what it shows. The conformance
 * suite runs every one. */
typedef struct AugOpExample {
    const char *params;
    const char *text;
} AugOpExample;

/* The descriptor. Members that are not named are optional.
 *
 * summary:    one line, no full stop
 * convention: what a reader must know to predict the result (sign, order, rounding); may be NULL
 * reference:  the paper or standard; may be NULL
 * domain:     whose operation it is; NULL for groups that serve any
 * p:          default probability, written as in a spec ("0.5"); NULL means "1"
 * check:      conditions between parameters, after each passed its own row
 * hooks:      what it does: the domain's struct of hooks, or AugGroupHooks. Set by the domain's
 *             macro (IMG_OP, AUG_GROUP), which keeps the type right
 */
typedef struct AugOpDesc {
    const char *name;
    const char *summary;
    const char *convention;
    const char *reference;
    const struct AugDomain *domain;
    AugOpScope scope;
    AugParamTable params;
    const char *p;
    const AugOpExample *examples;
    size_t n_examples;
    AugStatus (*check)(const void *params, AugError *error);
    const void *hooks;
} AugOpDesc;

/* What p of a group's children means. */
typedef enum AugChildP {
    AUG_P_WEIGHT, /* how often it is chosen, against the others; the chosen child always runs */
    AUG_P_PROBABILITY, /* whether it runs, drawn anew each time that it is chosen */
} AugChildP;

/* How a group picks among its n children for one sample. From this follow the memory that a sample
 * may need, the draws of a child that is picked again, and what is certain of the result.
 *
 * least, most: picks; most is at least 1
 * distinct:    no child is picked twice
 * in_order:    picks follow the order of the children
 */
typedef struct AugPicks {
    size_t least, most;
    bool distinct, in_order;
} AugPicks;

/* A policy while it is being expanded (libaug/spec/ops_parse.h). */
typedef struct AugPolicy AugPolicy;

/* What a group does.
 *
 * child_p: what p of its children means
 * picks:   what select may write, for n children
 * select:  writes which of n children run, in order, into chosen (room for AUGI_MAX_CHILDREN) and
 *          returns how many; weights are the children's p
 * copies:  how many augmented copies of each sample whoever devised a policy makes of a data set of
 *          so many samples; for programs that write copies. NULL: that is not said
 * expand:  makes the group a policy: it adds its children itself (augi_policy_add), once, when the
 *          spec is bound. They are visited like those of any group and have positions of their own,
 *          but are not printed; a spec cannot list others. NULL: a spec lists them as transforms
 */
typedef struct AugGroupHooks {
    AugChildP child_p;
    AugPicks (*picks)(const void *params, size_t n);
    size_t (*select)(const void *params, AugRng *rng, const double *weights, size_t n,
                     size_t *chosen);
    uint32_t (*copies)(const void *params, uint64_t n_samples);
    AugStatus (*expand)(const void *params, AugPolicy *policy, AugError *error);
} AugGroupHooks;

/* Members of AugOpDesc for a group; the arguments are designated members of AugGroupHooks. */
#define AUG_GROUP(...)                                     \
    .scope = AUG_OP_GROUP, .hooks = &(const AugGroupHooks) \
    {                                                      \
        __VA_ARGS__                                        \
    }

/* Adds a child to a policy. desc need not be in libaug/ops.list. params is what stands behind its
 * name in a spec, p included ("{limit: 30, p: 2}", "16"); NULL: nothing. Fails with AUG_BAD_SPEC
 * where a spec with this child would be refused, AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus augi_policy_add(AugPolicy *policy, const AugOpDesc *desc,
                                         const char *params, AugError *error);

/* A kind of operations, for people: its name is one word ("geometry"), title and text head its
 * part of the manual. */
typedef struct AugOpKind {
    const char *name, *title, *text;
} AugOpKind;

/* The kind of an operation, as its domain says; groups and policies are kinds of the engine's own.
 * Static. */
const AugOpKind *augi_op_kind(const AugOpDesc *desc);

/* The hooks of a group; NULL for any other operation. */
const AugGroupHooks *augi_op_group(const AugOpDesc *desc);

/* Whether a spec lists children of this operation, as transforms. */
bool augi_op_has_transforms(const AugOpDesc *desc);

/* One operation of a spec. position counts operations in reading order over the whole spec, those
 * that policies add included; it is in the position of the random key. p is a probability, or a
 * weight where the group around it says so. */
typedef struct AugOp {
    const AugOpDesc *desc;
    void *params;
    double p;
    uint16_t position;
    AugiPlace place;
    struct AugOp *children;
    size_t n_children;
} AugOp;

/* Operations in order. */
typedef struct AugOpList {
    AugOp *ops;
    size_t n;
} AugOpList;

/* Called for each operation that the draws let run, in order, with a generator whose next draw is
 * the operation's own first. */
typedef void (*AugOpVisit)(void *context, const AugOp *op, AugRng *rng);

/* Walks a list: decides by p and by groups what runs for this key (its position is ignored) and
 * visits it. An operation that groups run again has other draws each time. batch: the operations
 * work on a batch, key->sample is its number. Any thread. */
void augi_ops_visit(const AugOpList *list, const AugKey *key, bool batch, AugOpVisit visit,
                    void *context);

/* How a group of a spec picks among its children. */
AugPicks augi_op_picks(const AugOp *group);

/* Most operations that are not groups that one walk over a list can visit. Not above AUGI_MAX_RUNS
 * for a list that was parsed. */
size_t augi_ops_most_runs(const AugOpList *list);

/* How many copies of each of so many samples the policies of a list ask for: the most that one of
 * them does. 0: none says. */
uint32_t augi_ops_copies(const AugOpList *list, uint64_t n_samples);

/* All descriptors, from libaug/ops.list, sorted by name. */
extern const AugOpDesc *const augi_ops[];
extern const size_t augi_n_ops;

/* Descriptor by name; NULL if there is none. */
const AugOpDesc *augi_op_find(const char *name);

/* Nearest known name to a wrong one, or NULL. */
const char *augi_op_nearest(const char *wrong);

/* The end of the sentence "the operation 'X' is not known; ...": where an operation of another
 * library is here, the nearest name, or where all names are. text has room for size bytes. */
void augi_op_instead(const char *name, char *text, size_t size);

#endif
