/* Test vectors: files of cases that another implementation computed, run on the modules of nn.
 *
 * A file is {"format": 1, "made_with": "...", "cases": [{"name", "kind", "op", "params", "inputs",
 * "expect", "tol"}]}. A tensor is {"shape": [..], "data": [row-major numbers]}; images are NCHW,
 * weights of convolutions OIHW, of transposed ones IOHW, of linear layers [out, in]. A value holds if
 * |got - expected| <= tol * max(1, max|expected|). What "expect" leaves out is not compared. A tensor
 * of "expect" whose values are all zero is a mistake of the file, unless the case's name ends in
 * "_zero". docs/vectors.md lists kinds, operations and parameters.
 *
 * Files may hold anything: what is read from them is bounded and checked before it is used.
 */
#ifndef VECTOR_VECTORS_H
#define VECTOR_VECTORS_H

#include "trainer/nn/nn.h"

/* What came of a case, or of many: the last of these that occurred. BROKEN: the file is wrong.
 * UNKNOWN: a kind, operation, parameter or tensor is named that is not known here. */
typedef enum VectorOutcome {
    VECTOR_HOLDS,
    VECTOR_FAILS,
    VECTOR_BROKEN,
    VECTOR_UNKNOWN,
} VectorOutcome;

/* "holds", "fails", "broken", "unknown". */
const char *vector_outcome_name(VectorOutcome outcome);

/* One tensor that was compared: the largest deviation and what is allowed, the first value with that
 * deviation, and what it is and should be; n values are expected and n_got are there. deviation is
 * infinite where these differ, or where a value is NaN. */
typedef struct VectorTensorReport {
    const char *name;
    double deviation, allowed, got, expected;
    size_t n, n_got, worst;
    bool holds;
} VectorTensorReport;

/* One case. message: why it is broken or unknown, one sentence; else empty. Borrowed during the call
 * that hands it out. modules: what the case asked for, a JSON list of {"list", "name", "params"}; NULL
 * where it did not come so far. */
typedef struct VectorCaseReport {
    const char *name, *kind, *op;
    VectorOutcome outcome;
    const char *message;
    const VectorTensorReport *tensors;
    size_t n_tensors;
    const struct json_t *modules;
} VectorCaseReport;

/* How cases are run. n_threads 0: one for each CPU. tolerance: the least that values are held to, for
 * kernels that round more than floats do; 0: the cases' own. hear: is told of each case, with the context; NULL:
 * nobody is. */
typedef struct VectorSettings {
    NnKernelChoice kernels;
    uint32_t n_threads;
    double tolerance;
    void (*hear)(void *context, const VectorCaseReport *report);
    void *context;
} VectorSettings;

/* What is said of a file. made_with may be empty. */
typedef struct VectorFileReport {
    char made_with[120];
    size_t n_cases, n_tensors;
    VectorOutcome outcome;
} VectorFileReport;

/* Runs every case of a file. Fails, with the place in error, if it cannot be read or is no file of
 * vectors. */
AUG_MUST_CHECK AugStatus vector_run_file(const char *path, const VectorSettings *settings,
                                         VectorFileReport *report, AugError *error);

/* The same for the text of a file; name is for messages. */
AUG_MUST_CHECK AugStatus vector_run_text(const char *text, size_t size, const char *name,
                                         const VectorSettings *settings, VectorFileReport *report,
                                         AugError *error);

/* Number i of a fixed sequence: in [-1, 1), an odd multiple of 1/128, so that it is exact as text
 * and in float, and never 0. A different salt gives a different sequence. Cases with tensors that
 * are too large to be written down have them by salt; tools/make_nn_vectors.py has the same function. */
double vector_sequence_value(uint32_t salt, uint32_t i);

#endif
