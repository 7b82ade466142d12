/* Inside of the binding of operations: one operation whose descriptor is known, the children of a
 * policy, and the bounds of a whole list. The way in for everyone else is augi_ops_parse. */
#ifndef AUGI_OPS_PARSE_H
#define AUGI_OPS_PARSE_H

#include "libaug/spec/spec.h"

/* What is the same for a whole list, nested lists included. batch: it is of operations that mix.
 * n_ops counts the operations of the whole spec. */
typedef struct AugiOpsParse {
    bool batch;
    size_t *n_ops;
    AugProblems *problems;
} AugiOpsParse;

/* Binds one operation that stands at a place of a spec, with what is nested in it, and appends it
 * to out, which has room for it. child_p: what its p means. params: what stands behind its name;
 * NULL: nothing. A mistake goes to the problems. */
void augi_op_bind(const AugiOpsParse *parse, AugChildP child_p, const AugOpDesc *desc,
                  const AugiTree *at, const AugiTree *params, AugOpList *out);

/* Lets a policy whose parameters are bound add its children. A mistake goes to the problems, at the
 * policy's place. */
void augi_policy_expand(const AugiOpsParse *parse, AugOp *op);

/* Refuses what is beyond the bounds of a bound list: more picks than children, more than
 * AUGI_MAX_OCCURRENCES runs of one operation, more than AUGI_MAX_RUNS of all, or
 * AUGI_MAX_MIX_PASSES of those of a batch. */
void augi_ops_check_bounds(const AugOpList *list, bool batch, AugProblems *problems);

#endif
