/* Text by the line, plain or .gz: each line is a sample, also an empty one. */
#include "libaug/data/support/rows.h"

static const AugParamDesc params[] = {
    AUG_PARAM(AugiRowsParams, path, .help = AUGI_ROWS_PATH_HELP),
};

static AugStatus lines_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    return augi_rows_open(dataset, AUGI_ROWS_LINES, limits, error);
}

const AugDatasetKind aug_dataset_lines = {
    .name = "lines",
    .summary = "Lines of a text file, without labels",
    .example = "lines:corpus.txt",
    .params = AUG_PARAM_TABLE(AugiRowsParams, params),
    .open = lines_open,
    .close = augi_rows_close,
    .sample_name = augi_rows_sample_name,
    .read = augi_rows_read,
    .label = augi_rows_label,
    .manifest = augi_rows_manifest,
    .stored_size = augi_rows_stored_size,
};
