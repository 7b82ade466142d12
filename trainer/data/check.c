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

/* Bytes of the samples of a batch. */
static size_t batch_size(const TrainSource *source, const TrainSourceBatch *batch)
{
    AugTensorDesc desc = train_source_info(source)->data;
    desc.shape[0] = batch->batch.n;
    return aug_tensor_size(&desc);
}

/* Whether the first batch of two epochs differs; false if that cannot be found out. */
static bool differs(TrainSource *source)
{
    TrainSourceBatch batch;
    if (train_source_next(source, &batch, NULL) != AUG_OK)
        return false;
    const size_t size = batch_size(source, &batch);
    void *first = malloc(size);
    if (first)
        memcpy(first, batch.batch.data, size);
    const bool differ =
        first && train_source_seek(source, 1, 0, 1, NULL) == AUG_OK &&
        train_source_next(source, &batch, NULL) == AUG_OK &&
        (batch_size(source, &batch) != size || memcmp(first, batch.batch.data, size) != 0);
    free(first);
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
