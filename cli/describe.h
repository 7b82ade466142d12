/* Parameter tables for people and for programs: what 'aug ops' and 'aug datasets' share. */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include <stdio.h>

#include "libaug/base/json_writer.h"
#include "libaug/spec/param.h"

/* Prints the rows of a table: name, default, what is allowed, unit, explanation. */
void cli_describe_params(FILE *file, const AugParamTable *table);

/* Writes the rows as a JSON list of {name, kind, default, allowed, choices, low, high, unit, help,
 * required, schema}; members that a row does not have are left out. */
void cli_describe_params_json(AugiJsonWriter *writer, const AugParamTable *table);

/* Prints the finished JSON and a newline on standard output. */
AUG_MUST_CHECK AugStatus cli_describe_print(AugiJsonWriter *writer, AugError *error);

#endif
