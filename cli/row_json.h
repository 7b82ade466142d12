/* A row of JSON Lines with another text and other spans in the place of its own. */
#ifndef CLI_ROW_JSON_H
#define CLI_ROW_JSON_H

#include "cli/row_line.h"

/* Adds the row without a line end. Characters beyond ASCII become escapes where the row has none of
 * them but has escapes, as Python writes them; else they stand as they are. Spans are counted in
 * characters. shares NULL: no label is added. Fails with AUG_BAD_ARGUMENT where the text is not UTF-8, and with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus cli_row_json_add(CliBytes *out, const AugiRowForm *form,
                                          const CliRowLine *line, const AugSample *made,
                                          const CliRowShares *shares, AugError *error);

#endif
