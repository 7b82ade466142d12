/* Lists of operations under test, without data and without a domain's plan: bound from text, and
 * walked to see what runs with which draws. */
#ifndef TEST_OPS_CASE_H
#define TEST_OPS_CASE_H

#include "libaug/spec/ops_parse.h"

/* A list, bound as that of a spec named "case"; error is the first of its mistakes. */
typedef struct OpsCase {
    AugiTreeDocument *document;
    AugOpList list;
    size_t n_ops;
    AugError error;
    AugProblems problems;
} OpsCase;

/* Binds a list ("[HorizontalFlip, Cutout: 16]"). batch: it is of operations that mix. Close it
 * whatever happened. */
void ops_open(OpsCase *ops_case, const char *text, bool batch);

/* The same for a list of one operation whose descriptor need not be in the registry. params: what
 * stands behind its name, or NULL. */
void ops_open_known(OpsCase *ops_case, const AugOpDesc *desc, const char *params);

/* The same as ops_open for single samples; ends the test on a mistake. */
void ops_open_good(OpsCase *ops_case, const char *text);

/* Accepts a zeroed case. */
void ops_close(OpsCase *ops_case);

/* Ends the test unless the list is refused at "case:LINE:COLUMN" with these words. */
void ops_assert_refused(const char *text, const char *place, const char *words);

/* Canonical text; the caller frees it. */
char *ops_text(const AugOpList *list);

/* One operation that ran, and its first draw. */
typedef struct OpsRun {
    const AugOp *op;
    uint64_t draw;
} OpsRun;

/* What runs for one sample, in order; returns how many. More than room ends the test. */
size_t ops_walk(const AugOpList *list, uint64_t sample, bool batch, OpsRun *runs, size_t room);

/* Ends the test unless counts of n cells agree with their probabilities: Pearson's statistic is
 * below the value that it exceeds once in a million draws (Wilson and Hilferty's cube of a normal
 * deviate, 4.753). */
void ops_assert_law(const char *what, const int *counts, const double *law, size_t n);

#endif
