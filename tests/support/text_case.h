/* One operation on texts, run on texts without a data set or a plan. */
#ifndef TEST_TEXT_CASE_H
#define TEST_TEXT_CASE_H

#include "tests/support/ops_case.h"
#include "text/domain/apply.h"
#include "text/domain/scan.h"
#include "text/op.h"

/* All that a spec protects by default. */
#define TEXT_CASE_USUAL (((1u << TXT_N_REASONS) - 1) & ~(1u << TXT_FREE) & ~(1u << TXT_QUOTE))

/* An operation, prepared, and the last text that it made.
 *
 * protect:   what the scanner protects; ranges: of the next texts, the caller's
 * hides_ascii: words do not say that they are ASCII, so that no operation takes the short way of these
 * moves_all: the operation moves whole sentences, or writes what is protected in another way
 * made:      the result, NUL-terminated; outcome: what the operation said
 * n:         how many edits it stated
 */
typedef struct TextCase {
    OpsCase ops;
    const TxtOpHooks *hooks;
    void *state;
    TxtScanner scanner;
    TxtEdits edits;
    uint32_t protect;
    bool hides_ascii;
    bool moves_all;
    const TxtRange *ranges;
    uint32_t n_ranges;
    TxtDoc doc;
    char *made;
    size_t size;
    TxtOutcome outcome;
    uint32_t n;
} TextCase;

/* Opens an operation: "KeyboardNoise", "{n: 1}". Ends the test on a mistake. */
void text_case_open(TextCase *text_case, const char *op, const char *params);

/* Ends the test unless an operation is refused when it is prepared, with these words. */
void text_case_refused(const char *op, const char *params, const char *words);

/* Closes it. */
void text_case_close(TextCase *text_case);

/* Runs it on a text of size bytes with the draws of a sample. What it states must settle, not touch
 * what is protected (unless moves_all is set) and not split a grapheme; the bound that the operation
 * gives for the size must hold. Returns made, valid until the next call. */
const char *text_case_run(TextCase *text_case, const void *text, size_t size, uint64_t sample);

/* The same for a string. */
const char *text_case_make(TextCase *text_case, const char *text, uint64_t sample);

/* Ends the test unless a text of sample 0 becomes this one. */
void text_case_expect(const char *op, const char *params, const char *text, const char *made);

#endif
