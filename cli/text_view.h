/* Texts with their changes for people: on a terminal, in plain text, or as a page.
 *
 * Nothing of a text reaches a terminal or a page but what can be seen: control characters, bytes
 * that are not UTF-8 and characters that turn the direction of others are shown by their codes, and
 * pages get every character escaped that means something there.
 */
#ifndef CLI_TEXT_VIEW_H
#define CLI_TEXT_VIEW_H

#include "aug/changes.h"
#include "aug/dataset.h"
#include "cli/bytes.h"

/* How it is written. PLAIN marks [-what went-] and {+what came+}; COLOURS shows it struck out in red
 * and in green. */
typedef enum CliTextForm { CLI_TEXT_PLAIN, CLI_TEXT_COLOURS, CLI_TEXT_PAGE } CliTextForm;

/* What is written so far. Zero-initialise, then set form. n: originals. */
typedef struct CliTextView {
    CliTextForm form;
    CliBytes out;
    uint32_t n;
} CliTextView;

/* COLOURS where standard output is a terminal that can show them and NO_COLOR is not set, else
 * PLAIN. */
CliTextForm cli_text_form(void);

/* Begins and ends the whole; title: of the page. */
void cli_text_begin(CliTextView *view, const char *title, const char *note);
void cli_text_end(CliTextView *view);

/* A sample: its heading, and its text as it is stored. field NULL: it has only one text. */
void cli_text_original(CliTextView *view, const char *heading, const char *field,
                       const AugField *text);

/* What became of it under a heading: the new text, with what went and what came. */
void cli_text_changed(CliTextView *view, const char *heading, const AugField *given,
                      const AugField *made, const AugChanges *changes);

/* Why there is nothing to show under a heading. */
void cli_text_failed(CliTextView *view, const char *heading, const char *reason);

#endif
