/* JSON Lines, plain or .gz: by default the keys text or image, and label. */
#include "libaug/datasets/support/labels.h"
#include "libaug/datasets/support/rows.h"

static const AugParamDesc params[] = {
    AUG_PARAM(AugRowsParams, path, .help = "the file"),
    AUG_PARAM(AugRowsParams, text, .optional = true, .help = "key that holds text"),
    AUG_PARAM(AugRowsParams, image, .optional = true,
              .help = "key that holds paths of pictures, relative to the file's folder"),
    AUG_PARAM(AugRowsParams, label, .optional = true, .help = "key that holds labels"),
    AUGI_ROWS_PARAM_LABEL_TYPE,
    AUGI_ROWS_PARAM_CLASSES,
};

static AugStatus jsonl_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    return augi_rows_open(dataset, AUG_ROWS_JSONL, limits, error);
}

const AugDatasetKind aug_dataset_jsonl = {
    .name = "jsonl",
    .summary = "One JSON object a line: text or a picture path, with a label",
    .example = "jsonl:reviews.jsonl",
    .params = AUG_PARAM_TABLE(AugRowsParams, params),
    .open = jsonl_open,
    .close = augi_rows_close,
    .read = augi_rows_read,
    .label = augi_rows_label,
};
