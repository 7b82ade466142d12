/* Copies pictures out of batches, reduced by taking means. */
#include "trainer/run/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- pictures --------------------------------------------------------------------------------- */

/* Where a sample's values lie. Steps in values. */
typedef struct Source {
    const NnBatch *batch;
    size_t first, row_step, col_step, channel_step;
} Source;

static float value_at(const Source *source, size_t at)
{
    if (source->batch->dtype == AUG_DTYPE_U8)
        return (float)((const uint8_t *)source->batch->data)[source->first + at];
    return ((const float *)source->batch->data)[source->first + at];
}

/* Mean of a square of side pixels, cut at the picture's edge. */
static float block_mean(const Source *source, const TrainPicture *whole, size_t row, size_t col,
                        size_t side)
{
    double sum = 0;
    size_t n = 0;
    for (size_t y = row; y < row + side && y < (size_t)whole->height; y++)
        for (size_t x = col; x < col + side && x < (size_t)whole->width; x++, n++)
            sum += (double)value_at(source, y * source->row_step + x * source->col_step);
    return (float)(sum / (double)n);
}

/* Fills out, whose values are NULL if the samples are no pictures or memory is out. */
static void take_picture(TrainPicture *out, const TrainSource *source, const NnBatch *batch,
                         uint32_t sample)
{
    const AugTensorDesc *desc = &train_source_info(source)->data;
    const bool is_float = batch->dtype == AUG_DTYPE_F32;
    *out = (TrainPicture){0};
    if (desc->n_dims != 4 || (!is_float && batch->dtype != AUG_DTYPE_U8))
        return;
    const bool last = batch->layout == NN_LAYOUT_NHWC;
    const size_t height = (size_t)desc->shape[last ? 1 : 2],
                 width = (size_t)desc->shape[last ? 2 : 3];
    const size_t channels = (size_t)desc->shape[last ? 3 : 1];
    const size_t longest = height > width ? height : width;
    const size_t side = (longest + TRAIN_PICTURE_SIDE - 1) / TRAIN_PICTURE_SIDE;
    const TrainPicture whole = {.height = (int32_t)height, .width = (int32_t)width};
    const Source from = {.batch = batch,
                         .first = sample * height * width * channels,
                         .row_step = last ? width * channels : width,
                         .col_step = last ? channels : 1,
                         .channel_step = last ? 1 : height * width};
    TrainPicture kept = {.height = (int32_t)((height + side - 1) / side),
                         .width = (int32_t)((width + side - 1) / side),
                         .channels = channels < 3 ? 1 : 3,
                         .is_bytes = !is_float};
    kept.values = calloc((size_t)kept.height * (size_t)kept.width * 3, sizeof(float));
    float *to = kept.values;
    for (size_t y = 0; to && y < height; y += side)
        for (size_t x = 0; x < width; x += side)
            for (size_t c = 0; c < (size_t)kept.channels; c++) {
                Source channel = from;
                channel.first += c * from.channel_step;
                *to++ = block_mean(&channel, &whole, y, x, side);
            }
    *out = kept;
}

static void drop_picture(TrainPicture *picture)
{
    free(picture->values);
    *picture = (TrainPicture){0};
}

/* --- mistakes --------------------------------------------------------------------------------- */

/* Share of class k by softmax. */
static double share_of(const NnReal *logits, uint32_t n, size_t k)
{
    const double top = (double)logits[nn_largest(logits, n)];
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += exp((double)logits[i] - top);
    return exp((double)logits[k] - top) / sum;
}

/* Place of a mistake in the list; TRAIN_N_WORST: it is not bad enough. Equals stand in the order in
 * which they came. */
static size_t place_of(const TrainWorst *worst, double share_truth)
{
    size_t place = worst->n;
    while (place > 0 && worst->items[place - 1].share_truth > share_truth)
        place--;
    return place;
}

static void insert(TrainWorst *worst, size_t place, const TrainMistake *mistake)
{
    if (worst->n == TRAIN_N_WORST)
        drop_picture(&worst->items[--worst->n].picture);
    memmove(&worst->items[place + 1], &worst->items[place],
            (worst->n - place) * sizeof(worst->items[0]));
    worst->items[place] = *mistake;
    worst->n++;
}

void train_worst_add(TrainWorst *worst, const TrainSource *source, const TrainSourceBatch *batch,
                     const NnReal *logits, const NnChoice *loss, uint32_t n_classes)
{
    const int64_t *labels = batch->batch.labels;
    for (uint32_t i = 0; i < batch->batch.n; i++, logits += n_classes) {
        if (labels && loss && nn_loss_ignores(loss, labels[i]))
            continue;
        TrainMistake mistake = {.index = batch->index[i],
                                .truth = (uint32_t)nn_batch_class(&batch->batch, i, n_classes),
                                .given = (uint32_t)nn_largest(logits, n_classes)};
        if (mistake.truth == mistake.given)
            continue;
        mistake.share_truth = share_of(logits, n_classes, mistake.truth);
        const size_t place = place_of(worst, mistake.share_truth);
        if (place == TRAIN_N_WORST)
            continue;
        mistake.share_given = share_of(logits, n_classes, mistake.given);
        take_picture(&mistake.picture, source, &batch->batch, i);
        insert(worst, place, &mistake);
    }
}

void train_worst_fini(TrainWorst *worst)
{
    for (size_t i = 0; i < worst->n; i++)
        drop_picture(&worst->items[i].picture);
    *worst = (TrainWorst){0};
}

/* --- contact sheet ---------------------------------------------------------------------------- */

static void choose(TrainSheet *sheet, const TrainSourceBatch *batch)
{
    for (uint32_t i = 0; i < batch->batch.n && sheet->n < TRAIN_N_SHEET; i++)
        sheet->rows[sheet->n++] = (TrainSheetRow){.index = batch->index[i]};
}

void train_sheet_choose(TrainSheet *sheet, const TrainSource *source, const TrainSourceBatch *batch)
{
    train_sheet_fini(sheet);
    choose(sheet, batch);
    for (size_t i = 0; i < sheet->n; i++)
        take_picture(&sheet->rows[i].plain, source, &batch->batch, (uint32_t)i);
}

void train_sheet_see(TrainSheet *sheet, const TrainSource *source, const TrainSourceBatch *batch)
{
    if (sheet->n == 0)
        choose(sheet, batch);
    for (size_t r = 0; r < sheet->n; r++) {
        TrainSheetRow *row = &sheet->rows[r];
        for (uint32_t i = 0; i < batch->batch.n && row->n_seen < TRAIN_N_SEEN; i++) {
            if (batch->index[i] != row->index)
                continue;
            take_picture(&row->seen[row->n_seen], source, &batch->batch, i);
            row->n_seen += row->seen[row->n_seen].values != NULL;
        }
    }
}

void train_sheet_fini(TrainSheet *sheet)
{
    for (size_t r = 0; r < sheet->n; r++) {
        drop_picture(&sheet->rows[r].plain);
        for (size_t i = 0; i < sheet->rows[r].n_seen; i++)
            drop_picture(&sheet->rows[r].seen[i]);
    }
    *sheet = (TrainSheet){0};
}
