/* Looks for training data in the test, and for draws in evaluations. */
#include "trainer/data/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/part.h"
#include "libaug/spec/spec.h"

bool train_data_same(const TrainSource *a, const TrainSource *b)
{
    return a && b && !strcmp(train_source_info(a)->fingerprint, train_source_info(b)->fingerprint);
}

static bool same_data(const AugDataset *a, const AugDataset *b)
{
    char of_a[65], of_b[65];
    return aug_dataset_fingerprint(a, of_a, NULL) == AUG_OK &&
           aug_dataset_fingerprint(b, of_b, NULL) == AUG_OK && !strcmp(of_a, of_b);
}

static bool same_split(const AugiSplit *a, const AugiSplit *b)
{
    return a->eval == b->eval && a->by.value == b->by.value && a->seed == b->seed;
}

/* Whether two sources of this process draw from one whole in a way that lets them share samples.
 * Both parts of one split share none. */
static bool overlap(const TrainSource *a, const TrainSource *b)
{
    const AugDataset *of_a = train_source_dataset(a), *of_b = train_source_dataset(b);
    if (!of_a || !of_b)
        return false;
    const AugDataset *whole_a = augi_part_whole(of_a), *whole_b = augi_part_whole(of_b);
    if ((!whole_a && !whole_b) || !same_data(whole_a ? whole_a : of_a, whole_b ? whole_b : of_b))
        return false;
    return !whole_a || !whole_b ||
           !same_split(&augi_part_wish(of_a)->split, &augi_part_wish(of_b)->split);
}

static void check_overlap(TrainData *data, const TrainSource *source)
{
    if (!source || !data->train)
        return;
    const char *name = train_source_name(source), *trained = train_source_name(data->train);
    if (train_data_same(data->train, source))
        train_notes_add(&data->notes,
                        "%s and %s read the same samples, so what is called a test is one of the "
                        "training data, and says nothing about others",
                        trained, name);
    else if (overlap(data->train, source))
        train_notes_add(&data->notes,
                        "%s and %s share samples: they read parts of one data set that are not the "
                        "two of one split",
                        trained, name);
}

/* --- draws ------------------------------------------------------------------------------------ */

/* Whether an operation of the list may run or not run, or one of several. */
static bool decides(const AugOpList *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const AugOp *op = &list->ops[i];
        const AugOpList children = {op->children, op->n_children};
        if (op->p > 0 && op->p < 1)
            return true;
        if (op->n_children > 0 && augi_op_picks(op).least < op->n_children)
            return true;
        if (op->n_children > 0 && decides(&children))
            return true;
    }
    return false;
}

/* Bytes of one sample of a batch. */
static size_t row_size(const TrainSource *source)
{
    AugTensorDesc desc = train_source_info(source)->data;
    desc.shape[0] = 1;
    return aug_tensor_size(&desc);
}

/* Samples of a batch, copied. is_other: those in place of damaged ones, which differ in every epoch
 * without any draw of the spec. */
typedef struct Copy {
    uint32_t n;
    uint8_t *rows;
    bool *is_other;
} Copy;

static bool copy_next(TrainSource *source, Copy *copy)
{
    TrainSourceBatch batch;
    *copy = (Copy){0};
    if (train_source_next(source, &batch, NULL) != AUG_OK)
        return false;
    const size_t size = batch.batch.n * row_size(source);
    copy->n = batch.batch.n;
    copy->rows = malloc(size + 1);
    copy->is_other = calloc((size_t)copy->n + 1, sizeof(*copy->is_other));
    if (!copy->rows || !copy->is_other)
        return false;
    memcpy(copy->rows, batch.batch.data, size);
    for (uint32_t i = 0; i < batch.stream.n_replaced; i++)
        if (batch.stream.replaced[i].row < copy->n)
            copy->is_other[batch.stream.replaced[i].row] = true;
    return true;
}

static void copy_fini(Copy *copy)
{
    free(copy->rows);
    free(copy->is_other);
}

static bool rows_differ(const Copy *a, const Copy *b, size_t size)
{
    if (a->n != b->n)
        return true;
    for (uint32_t i = 0; i < a->n; i++)
        if (!a->is_other[i] && !b->is_other[i] &&
            memcmp(a->rows + i * size, b->rows + i * size, size) != 0)
            return true;
    return false;
}

/* Whether the first batch of two epochs differs; false if that cannot be found out. */
static bool differs(TrainSource *source)
{
    Copy first, second = {0};
    const bool differ =
        copy_next(source, &first) && train_source_seek(source, 1, 0, 1, NULL) == AUG_OK &&
        copy_next(source, &second) && rows_differ(&first, &second, row_size(source));
    copy_fini(&first);
    copy_fini(&second);
    return differ;
}

/* The samples of a source in the order of the data set, of two epochs. */
static bool augments(TrainData *data, const TrainSource *source, const TrainSpecText *spec,
                     const AugLimits *limits)
{
    const AugSpec *steps = spec->spec;
    TrainSpecText fixed;
    TrainSource *opened = NULL;
    if (steps->pipeline.n == 0 && steps->mix.n == 0)
        return false;
    if (decides(&steps->pipeline) || steps->mix.n > 0)
        return true;
    /* Some samples tell: what draws for few of them has a probability, which was looked for above. */
    const TrainDerivation derivation = {.name = spec->name, .batch = "8"};
    if (train_spec_derive(&fixed, spec, &derivation, limits, NULL) != AUG_OK)
        return false;
    const bool differ = train_data_open_source(data, &fixed, train_source_dataset(source), 1,
                                               &opened, NULL) == AUG_OK &&
                        differs(opened);
    train_source_free(opened);
    train_spec_fini(&fixed);
    return differ;
}

static void check_draws(TrainData *data, const TrainSource *source, const TrainSpecText *spec,
                        const AugLimits *limits)
{
    if (source && augments(data, source, spec, limits))
        train_notes_add(&data->notes,
                        "%s augments: its figures are of changed samples, not of those of the data "
                        "set",
                        spec->name);
}

void train_data_check(TrainData *data, const AugLimits *limits)
{
    check_overlap(data, data->validation);
    check_overlap(data, data->eval);
    check_draws(data, data->validation, &data->validation_spec, limits);
    check_draws(data, data->eval, &data->eval_spec, limits);
}
