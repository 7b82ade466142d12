/* 'aug apply' of rows of text: one file of the format that was read. */
#ifndef CLI_APPLY_ROWS_H
#define CLI_APPLY_ROWS_H

#include "cli/pipeline.h"

/* What the command line asks for. */
typedef struct CliApplyRowsOptions {
    const char *output, *edits;
    uint32_t n_copies, n_threads;
    bool with_originals, dedupe, strict, allow_errors, fsync;
} CliApplyRowsOptions;

/* Augments the rows of the pipeline's data set, which are text (augi_row_text_is), into a file;
 * prints how it ended and returns the exit code. */
int cli_apply_rows(const CmdCall *call, const CliPipeline *pipeline,
                   const CliApplyRowsOptions *options);

#endif
