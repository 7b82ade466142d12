/* Data sets that are there to judge a model by, and should not be augmented. */
#ifndef CLI_HELD_OUT_H
#define CLI_HELD_OUT_H

#include "cli/pipeline.h"

/* A sentence for a warning where operations change the texts of a set that is marked as one for
 * validation or test: it is the part eval, or a word of its name or its file's name is val, valid,
 * validation, dev, eval or test. NULL: it is not. name: in the spec, or a path; NULL: there is none.
 * Static. */
const char *cli_held_out(const CliPipeline *pipeline, const char *name);

#endif
