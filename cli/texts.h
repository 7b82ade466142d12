/* What opening counted of a data set of texts, for people and programs. */
#ifndef CLI_TEXTS_H
#define CLI_TEXTS_H

#include "aug/dataset.h"
#include "aug/plan.h"
#include "libaug/base/json_writer.h"

/* Prints a line with the longest text, and how many are empty, not UTF-8, or no rows at all; nothing
 * for other data sets. */
void cli_texts_print(const AugDataset *dataset);

/* Writes them as the member "texts"; nothing for other data sets, or NULL. */
void cli_texts_write(const AugDataset *dataset, AugiJsonWriter *writer);

/* Writes a sentence for a warning on rows whose texts are longer than the plan's output.max_bytes,
 * with how many there are; goes through all rows only if there are some. *warning is the caller's to
 * free, NULL if there are none. Fails with AUG_NO_MEMORY, or as reading fails; rows that cannot be read
 * are left out. */
AUG_MUST_CHECK AugStatus cli_texts_too_long(const AugPlan *plan, char **warning, AugError *error);

#endif
