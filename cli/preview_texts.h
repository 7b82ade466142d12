/* 'aug preview' of texts: each original, and what became of it, on the terminal or as a page. */
#ifndef CLI_PREVIEW_TEXTS_H
#define CLI_PREVIEW_TEXTS_H

#include "aug/plan.h"
#include "command/command.h"

/* What is shown. output: name of the page; NULL: it is printed. n_variants: of epochs from epoch on,
 * for each of the first n_samples samples of it. */
typedef struct CliPreviewTexts {
    const CmdCall *call;
    const AugPlan *plan;
    const char *output, *title;
    uint32_t n_samples, n_variants, epoch;
} CliPreviewTexts;

/* Whether a file's name is that of a page. */
bool cli_preview_is_page(const char *path);

/* Shows them. Fails with AUG_BAD_ARGUMENT where samples hold no text, and where not one could be
 * read, with its reason. */
AUG_MUST_CHECK AugStatus cli_preview_texts(const CliPreviewTexts *texts, AugError *error);

#endif
