/* Tab-separated values without quotes, plain or .gz: by default label, tab, text. */
#include "libaug/data/support/labels.h"
#include "libaug/data/support/rows.h"

static const AugParamDesc params[] = {AUGI_ROWS_COLUMN_PARAMS};

static AugStatus tsv_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    return augi_rows_open(dataset, AUGI_ROWS_TSV, limits, error);
}

const AugDatasetKind aug_dataset_tsv = {
    .name = "tsv",
    .summary = "Rows of tab-separated text, or of picture paths, with labels",
    .example = "tsv:sst2_train.tsv.gz",
    .params = AUG_PARAM_TABLE(AugiRowsParams, params),
    .open = tsv_open,
    .close = augi_rows_close,
    .sample_name = augi_rows_sample_name,
    .read = augi_rows_read,
    .label = augi_rows_label,
    .manifest = augi_rows_manifest,
    .stored_size = augi_rows_stored_size,
};
