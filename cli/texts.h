/* What opening counted of a data set of texts, for people and programs. */
#ifndef CLI_TEXTS_H
#define CLI_TEXTS_H

#include "aug/dataset.h"
#include "libaug/base/json_writer.h"

/* Prints a line with the longest text, and how many are empty, not UTF-8, or no rows at all; nothing
 * for other data sets. */
void cli_texts_print(const AugDataset *dataset);

/* Writes them as the member "texts"; nothing for other data sets, or NULL. */
void cli_texts_write(const AugDataset *dataset, AugiJsonWriter *writer);

#endif
