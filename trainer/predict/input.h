/* What predictions are made of: a data set, or a daemon's, seen through the specification by which a run
 * was evaluated. */
#ifndef TRAIN_PREDICT_INPUT_H
#define TRAIN_PREDICT_INPUT_H

#include "trainer/data/source.h"
#include "trainer/model/saved_model.h"

/* An open input. Zero-initialise, end with train_input_fini. Members that are not named are the file's
 * own.
 *
 * source: its samples in the order of the data set, each once, with their names; a damaged one is
 *         replaced and noted
 * name, label: places of these tensors in a batch; name -1: there is none
 * n_shares: classes of which the label has shares; 0: it is the number of one
 */
typedef struct TrainInput {
    TrainSource *source;
    Stream *stream;
    int name, label;
    uint32_t n_shares;
    AugSpec *spec;
    char *text, *spec_file;
    AugDataset *dataset;
    AugPlan *plan;
} TrainInput;

/* Opens an input.
 *
 * what:    a folder of pictures, a file of a kind of data set (tar, csv, tsv, jsonl, lines, idx, a picture),
 *          KIND:PATH[,key=value...], unix:PATH or tcp:HOST:PORT of a daemon that has the data set which
 *          the specification names; NULL: the specification's own data set
 * threads: that make samples; 0: one for each CPU
 *
 * Of the specification, what would change the order or the number of samples, or mix them, is left out.
 * Fails with AUG_BAD_SPEC where the model has none. */
AUG_MUST_CHECK AugStatus train_input_open(TrainInput *out, const TrainSavedModel *saved,
                                          const char *what, uint32_t threads,
                                          const AugLimits *limits, AugError *error);

/* Accepts a zeroed one, and zeroes it. */
void train_input_fini(TrainInput *input);

/* Name of a sample of a batch, and its size in bytes; it is no string. NULL where it has none. Borrowed
 * from the batch. */
const char *train_input_sample_name(const TrainInput *input, const TrainSourceBatch *batch,
                                    uint32_t sample, size_t *size);

/* What the data set says of a sample: the name of its class, or of all classes of which it has more than
 * half a share, with '|' between; numbers for names that are not known; empty where it has none. The
 * caller frees it. */
AUG_MUST_CHECK AugStatus train_input_sample_label(const TrainInput *input,
                                                  const TrainSourceBatch *batch, uint32_t sample,
                                                  char **out, AugError *error);

#endif
