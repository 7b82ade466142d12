/* The label of a row as shares of all classes, for specifications that smooth labels: columns behind
 * those of the row, one a class, or the key "soft_labels" of JSON Lines. Data sets of these kinds read
 * both.
 */
#ifndef CLI_ROW_SHARES_H
#define CLI_ROW_SHARES_H

#include "aug/dataset.h"
#include "cli/bytes.h"
#include "libaug/data/support/row_text.h"

/* The key of JSON Lines. */
#define CLI_SHARES_KEY "soft_labels"

/* The label of a row: its class, and the part of it that is spread over all. */
typedef struct CliRowShares {
    const AugDataset *dataset;
    int64_t class;
    double part;
} CliRowShares;

/* Share of a class. */
float cli_row_share(const CliRowShares *shares, uint32_t class);

/* Adds a head to the one of a file, with the names of classes as further columns where it has one.
 * Fails with AUG_BAD_ARGUMENT where the rows of the data set have no single label, or a column is called as a
 * class is. */
AUG_MUST_CHECK AugStatus cli_row_shares_head(CliBytes *out, const AugiRowForm *form,
                                             const AugDataset *dataset, AugError *error);

/* Adds the columns of a row. */
void cli_row_shares_columns(CliBytes *out, const AugiRowForm *form, const CliRowShares *shares);

#endif
