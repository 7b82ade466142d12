/* What a part of a data set holds, for 'aug check'. */
#ifndef CLI_PART_H
#define CLI_PART_H

#include "aug/dataset.h"

/* Sentences about one part; n of them. Zero-initialise. */
typedef struct CliPartWarnings {
    char **texts;
    size_t n, capacity;
} CliPartWarnings;

/* Classes that have samples, but none in train or none in eval, by name: at most ten of each part,
 * then their number. None for a data set that is no part. */
AUG_MUST_CHECK AugStatus cli_part_warn(CliPartWarnings *warnings, const AugDataset *dataset,
                                       AugError *error);

/* Adds a sentence, which it takes; text NULL: there was no memory for it, which fails. */
AUG_MUST_CHECK AugStatus cli_part_warnings_add(CliPartWarnings *warnings, char *text,
                                               AugError *error);

/* Frees the sentences and zeroes the struct. */
void cli_part_warnings_fini(CliPartWarnings *warnings);

/* Prints which part it is, and the share of eval in the whole and by class, as a line of a summary;
 * nothing for a data set that is no part, and no classes if memory is out. */
void cli_part_print(const AugDataset *dataset);

#endif
