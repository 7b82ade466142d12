/* Results as JSON at the terminal. */
#ifndef TRAIN_PRINT_JSON_H
#define TRAIN_PRINT_JSON_H

#include "aug/status.h"
#include "libaug/base/json_writer.h"

/* Prints what a writer holds, with a line break, to standard output. Fails with AUG_NO_MEMORY; whether
 * the output took it, the end of the program says. */
AUG_MUST_CHECK AugStatus train_print_json(AugiJsonWriter *json, AugError *error);

#endif
