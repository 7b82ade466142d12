/* JSON Lines, plain or .gz: by default the keys text or image, and label. */
#include "libaug/data/support/labels.h"
#include "libaug/data/support/rows.h"

static const AugParamDesc params[] = {
    AUG_PARAM(AugiRowsParams, path, .help = AUGI_ROWS_PATH_HELP),
    AUG_PARAM(AugiRowsParams, text, .optional = true, .help = "key that holds text"),
    AUG_PARAM(AugiRowsParams, text_pair, .optional = true,
              .help = "key that holds a second text: a hypothesis, an answer"),
    AUG_PARAM(AugiRowsParams, image, .optional = true,
              .help = "key that holds paths of pictures, relative to the file's folder"),
    AUG_PARAM(AugiRowsParams, mask, .optional = true,
              .help = "key that holds paths of the pictures' masks"),
    AUG_PARAM(AugiRowsParams, boxes, .optional = true,
              .help = "key that holds lists of boxes [x0, y0, x1, y1] in pixels"),
    AUG_PARAM(AugiRowsParams, box_labels, .optional = true,
              .help = "key that holds lists of labels, one a box"),
    AUG_PARAM(AugiRowsParams, keypoints, .optional = true,
              .help = "key that holds lists of points [x, y] in pixels"),
    AUG_PARAM(AugiRowsParams, spans, .optional = true,
              .help =
                  "key that holds lists of spans [start, end, label] in characters of the text"),
    AUG_PARAM(AugiRowsParams, protect, .optional = true,
              .help =
                  "key that holds lists of what no operation edits: [start, end] in bytes of the "
                  "text, or a text, wherever it stands"),
    AUG_PARAM(AugiRowsParams, label, .optional = true, .help = "key that holds labels, or none"),
    AUG_PARAM(AugiRowsParams, labels, .optional = true,
              .help = "key that holds lists of any number of labels"),
    AUG_PARAM(AugiRowsParams, soft_labels, .optional = true,
              .help = "key that holds a share for each class, as a map or a list; or one key of a "
                      "share for each class"),
    AUG_PARAM(AugiRowsParams, values, .optional = true,
              .help = "keys that hold real numbers, or lists of them"),
    AUGI_ROWS_PARAM_LABEL_TYPE,
    AUGI_ROWS_PARAM_CLASSES,
    AUGI_ROWS_PARAM_BAD_ROWS,
};

static AugStatus jsonl_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    return augi_rows_open(dataset, AUGI_ROWS_JSONL, limits, error);
}

const AugDatasetKind aug_dataset_jsonl = {
    .name = "jsonl",
    .summary =
        "One JSON object a line: text or a picture, with labels, boxes, masks, keypoints, values",
    .example = "jsonl:reviews.jsonl",
    .params = AUG_PARAM_TABLE(AugiRowsParams, params),
    .open = jsonl_open,
    .close = augi_rows_close,
    .sample_name = augi_rows_sample_name,
    .read = augi_rows_read,
    .label = augi_rows_label,
    .manifest = augi_rows_manifest,
    .stored_size = augi_rows_stored_size,
};
