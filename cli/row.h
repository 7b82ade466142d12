/* Samples as text: a JSON object for rows.jsonl, and lines for people. */
#ifndef CLI_ROW_H
#define CLI_ROW_H

#include "aug/dataset.h"
#include "libaug/base/json_writer.h"

/* Where a row belongs.
 *
 * files: by the number of the field, the file that holds it, NULL where the row does
 */
typedef struct CliRowPlace {
    const char *files[AUG_MAX_FIELDS];
    const char *source;
    uint32_t copy;
} CliRowPlace;

/* Writes the value of a field. Tensors become lists of lists, text a string, classes their names,
 * or numbers where the data set has no names; shares an object from class to share, without those
 * of 0. Fails with AUG_CORRUPT where a value does not have the shape of its field or is not UTF-8.
 */
AUG_MUST_CHECK AugStatus cli_row_value(AugiJsonWriter *writer, const AugDataset *dataset,
                                       uint32_t number, const AugField *value, AugError *error);

/* A sample as one line with a newline: a member for each field by its name, then source and copy. A
 * data set of kind jsonl reads it. *line is from malloc, NULL on failure. */
AUG_MUST_CHECK AugStatus cli_row_make(const AugDataset *dataset, const AugSample *sample,
                                      const CliRowPlace *place, char **line, AugError *error);

/* A line "NAME: VALUE" for each field that is not in the set given (bit i: field i); of pictures
 * the size. NULL if memory is out, or where a value cannot be written. */
char *cli_row_describe(const AugDataset *dataset, const AugSample *sample, uint32_t without);

#endif
