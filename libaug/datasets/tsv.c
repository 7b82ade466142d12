/* Tab-separated values without quotes, plain or .gz: by default label, tab, text. */
#include "libaug/datasets/support/labels.h"
#include "libaug/datasets/support/rows.h"

static const AugParamDesc params[] = {
    AUG_PARAM(AugRowsParams, path, .help = "the file"),
    AUG_PARAM(AugRowsParams, text, .optional = true,
              .help = "column that holds text: its name, or its number from 1"),
    AUG_PARAM(AugRowsParams, image, .optional = true,
              .help = "column that holds paths of pictures, relative to the file's folder"),
    AUG_PARAM(AugRowsParams, label, .optional = true, .help = "column that holds labels"),
    AUG_PARAM(AugRowsParams, header, .choices = augi_rows_header_names, .fallback = "auto",
              .help = "whether the first row names the columns; auto looks for a wanted name"),
    AUGI_ROWS_PARAM_LABEL_TYPE,
    AUGI_ROWS_PARAM_CLASSES,
};

static AugStatus tsv_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    return augi_rows_open(dataset, AUG_ROWS_TSV, limits, error);
}

const AugDatasetKind aug_dataset_tsv = {
    .name = "tsv",
    .summary = "Rows of tab-separated text, or of picture paths, with labels",
    .example = "tsv:sst2_train.tsv.gz",
    .params = AUG_PARAM_TABLE(AugRowsParams, params),
    .open = tsv_open,
    .close = augi_rows_close,
    .read = augi_rows_read,
    .label = augi_rows_label,
};
