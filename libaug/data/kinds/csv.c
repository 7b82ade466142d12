/* Comma-separated values with RFC 4180's quotes, plain or .gz. */
#include "libaug/data/support/labels.h"
#include "libaug/data/support/rows.h"

static const AugParamDesc params[] = {AUGI_ROWS_COLUMN_PARAMS};

static AugStatus csv_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    return augi_rows_open(dataset, AUGI_ROWS_CSV, limits, error);
}

const AugDatasetKind aug_dataset_csv = {
    .name = "csv",
    .summary = "Rows of comma-separated text, or of picture paths, with labels",
    .example = "csv:reviews.csv,text=body,label=stars",
    .params = AUG_PARAM_TABLE(AugiRowsParams, params),
    .open = csv_open,
    .close = augi_rows_close,
    .sample_name = augi_rows_sample_name,
    .read = augi_rows_read,
    .label = augi_rows_label,
    .manifest = augi_rows_manifest,
    .stored_size = augi_rows_stored_size,
};
