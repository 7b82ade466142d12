/* What a data set passed over, for 'aug check'. */
#ifndef CLI_PASSED_OVER_H
#define CLI_PASSED_OVER_H

#include "aug/dataset.h"
#include "libaug/base/json_writer.h"

/* Prints a line of a summary for each reason that occurred. */
void cli_passed_over_print(const AugDataset *dataset);

/* Writes a list with an object for each. dataset NULL: an empty list. */
void cli_passed_over_write(const AugDataset *dataset, AugiJsonWriter *writer);

#endif
