/* A stream as a network is trained on it: its samples fit the network's input, its labels are the
 * network's classes.
 *
 * A source belongs to one thread.
 */
#ifndef TRAIN_SOURCE_H
#define TRAIN_SOURCE_H

#include "aug/loader.h"
#include "aug/spec.h"
#include "stream/stream.h"
#include "trainer/data/classes.h"
#include "trainer/data/reader.h"
#include "trainer/nn/nn.h"

/* An open source; made by train_source_open_*, ended by train_source_free. */
typedef struct TrainSource TrainSource;

/* What a source delivers.
 *
 * stream_id, fingerprint: name the bytes of the whole stream, and of its data set; 64 hexadecimal
 *              digits
 * data, label: type and shape in a full batch. data are pictures, or I32 [batch, ids] of texts. label
 *              is I64 [batch], or F32 [batch, classes]
 * is_texts:    samples are ids of texts, filled up behind their end
 * n_classes:   of the data set; 0: not known
 * n_views:     how often each sample was made, each time with draws of its own
 * layout:      order of the values of a picture
 */
typedef struct TrainSourceInfo {
    char stream_id[65], fingerprint[65];
    uint64_t n_samples, steps_per_epoch;
    uint32_t batch_size, n_classes, n_views;
    AugTensorDesc data, label;
    bool is_texts;
    NnLayout layout;
} TrainSourceInfo;

/* One batch with its position, borrowed until the next call with the source. index: n numbers of
 * samples in the data set. stream: the batch as the stream gave it. */
typedef struct TrainSourceBatch {
    NnBatch batch;
    StreamBatch stream;
    const int64_t *index;
    uint32_t epoch;
    uint64_t step;
    bool last;
} TrainSourceBatch;

/* How to open a source.
 *
 * spec, text, name: the checked spec, what the user wrote, and what its errors begin with; borrowed
 *                   until the source is freed
 * text_is_object:   text is a JSON object that the user did not write; a daemon then speaks of it
 *                   by JSON pointers
 * epoch, step:      position of the first batch; the step behind an epoch's last stands for the next
 *                   epoch's first
 * epochs:           how many will be read, from that position (the first may be partial)
 * prefetch:         batches kept ready, 1 to 64
 * patience:         how a server is waited for, borrowed like the spec; NULL: it is not, and no signal
 *                   is heard meanwhile
 */
typedef struct TrainSourceOptions {
    const AugSpec *spec;
    const char *text;
    bool text_is_object;
    const char *name;
    uint32_t epoch;
    uint64_t step;
    uint32_t epochs;
    uint32_t prefetch;
    const TrainPatience *patience;
} TrainSourceOptions;

/* Batches made in this process, by the threads of pool (which must outlive the source). Takes a
 * reference to the data set. */
AUG_MUST_CHECK AugStatus train_source_open_loader(TrainSource **out,
                                                  const TrainSourceOptions *options,
                                                  AugDataset *dataset, AugPool *pool,
                                                  AugError *error);

/* Batches from a daemon at "unix:PATH" or "tcp:HOST:PORT", or at the first of several such addresses
 * with commas between that answers (borrowed until the source is freed); it must know the data set that
 * the spec names. */
AUG_MUST_CHECK AugStatus train_source_open_socket(TrainSource **out,
                                                  const TrainSourceOptions *options,
                                                  const char *addresses, AugError *error);

/* What a stream delivers; takes the stream. Fails with AUG_BAD_SPEC if that lacks what training
 * needs; then *out is NULL and the stream still the caller's. */
AUG_MUST_CHECK AugStatus train_source_new(TrainSource **out, Stream *stream,
                                          const TrainSourceOptions *options, AugError *error);

/* NULL does nothing. */
void train_source_free(TrainSource *source);

/* Opens the stream anew at a position, for so many epochs from there; what was on its way is dropped.
 * Fails with AUG_CHANGED if it is no longer the same stream, AUG_CLOSED if the daemon went away; then
 * there is no next batch, but it can be tried again. AUG_UNSUPPORTED for a source of
 * train_source_new. */
AUG_MUST_CHECK AugStatus train_source_seek(TrainSource *source, uint32_t epoch, uint64_t step,
                                           uint32_t epochs, AugError *error);

/* Makes the next batch the first of epoch 0, unless it is; no more than that epoch follows. Fails as
 * train_source_seek does. */
AUG_MUST_CHECK AugStatus train_source_rewind(TrainSource *source, AugError *error);

/* What it delivers; borrowed. */
const TrainSourceInfo *train_source_info(const TrainSource *source);

/* Its data set, where that is in this process, else NULL; borrowed. */
AugDataset *train_source_dataset(const TrainSource *source);

/* The plan by which it makes samples in this process, else NULL; and its spec. Borrowed. */
const AugPlan *train_source_plan(const TrainSource *source);
const AugSpec *train_source_spec(const TrainSource *source);

/* What messages about the source begin with; borrowed. */
const char *train_source_name(const TrainSource *source);

/* Name that the data set gives to a class of the network; NULL where it is not known, or where the data
 * set has no such class. Borrowed from the source. */
const char *train_source_class_name(const TrainSource *source, uint32_t label);

/* Names of all of them, borrowed from the source; the owner is the source's name. */
TrainClassNames train_source_class_names(const TrainSource *source);

/* Matches the data set's classes with others by their names (train_class_map_init). Before
 * train_source_fit. like: a source that was matched, whose classes these are; NULL: they are the
 * network's */
AUG_MUST_CHECK AugStatus train_source_match(TrainSource *source, const TrainClassNames *classes,
                                            bool renames, const TrainSource *like,
                                            TrainNotes *notes, AugError *error);

/* Looks at the labels of all samples, where the data set is in this process: fails with AUG_BAD_SPEC
 * for one that is missing or no class, and notes classes of which there is no sample. Elsewhere each
 * batch is looked at as it comes. */
AUG_MUST_CHECK AugStatus train_source_check_labels(const TrainSource *source, TrainNotes *notes,
                                                   AugError *error);

/* Samples of the last batch of an epoch; 0: not known. */
uint32_t train_source_last_batch(const TrainSource *source);

/* n_indices: of the network's embedding; 0: it takes values. n_classes 0: labels are no
 * classes: numbers are handed on as they are, shares are left out. Fails with AUG_BAD_SPEC if samples do not have the shape of the network's
 * input, if they are texts and it takes values, or the other way round, if a tokenizer is known to
 * have more ids than the network, or the data set more classes. Later batches are checked against
 * all of these. */
AUG_MUST_CHECK AugStatus train_source_fit(TrainSource *source, NnShape input, uint32_t n_indices,
                                          uint32_t n_classes, AugError *error);

/* Samples whose labels this loss ignores are let through; borrowed as long as the source is used. */
void train_source_set_loss(TrainSource *source, const NnChoice *loss);

/* The next batch; waits for it. Needs train_source_fit before. Fails with AUG_CORRUPT if a batch is
 * not what was announced, AUG_BAD_SPEC for a label that is missing or not a class of the network,
 * AUG_CLOSED if the daemon went away and did not come back, or the run is to stop, AUG_END after the
 * last. */
AUG_MUST_CHECK AugStatus train_source_next(TrainSource *source, TrainSourceBatch *batch,
                                           AugError *error);

/* Seconds spent waiting in train_source_next so far. */
double train_source_waited(const TrainSource *source);

/* Processor seconds of the threads that make batches, of all sources that share them; below 0: not
 * known, since a daemon makes them. */
double train_source_cpu(const TrainSource *source);

/* Damaged samples that others stood in for in the batches so far (batch.on_error: replace). */
uint64_t train_source_replaced(const TrainSource *source);

#endif
