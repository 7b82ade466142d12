/* Samples that a report shows: what the network was most wrong about, and what augmentation made of
 * some training samples. They are kept as the network saw them, reduced to what a page shows.
 */
#ifndef TRAIN_SAMPLES_H
#define TRAIN_SAMPLES_H

#include "trainer/data/source.h"

/* Longest side of a kept picture. */
#define TRAIN_PICTURE_SIDE 96

/* A picture, channels interleaved. values NULL: the sample is none. is_bytes: values are 0 to 255, and
 * not what a spec has normalized them to. */
typedef struct TrainPicture {
    float *values;
    int32_t height, width, channels;
    bool is_bytes;
} TrainPicture;

/* Mistakes that are kept. */
#define TRAIN_N_WORST 24

/* One mistake. index: of the sample in its data set; truth, given: classes; share_*: what the network
 * gave them, 0 to 1. */
typedef struct TrainMistake {
    int64_t index;
    uint32_t truth, given;
    double share_truth, share_given;
    TrainPicture picture;
} TrainMistake;

/* The worst mistakes, the worst first: those whose true class got the smallest share. Zero-initialise,
 * end with train_worst_fini. */
typedef struct TrainWorst {
    TrainMistake items[TRAIN_N_WORST];
    size_t n;
} TrainWorst;

/* Looks at the predictions for a batch of a source. logits: n_classes for each sample. Samples that the
 * loss ignores (NULL: it ignores none) are no mistakes. What there is no memory for is left out. */
void train_worst_add(TrainWorst *worst, const TrainSource *source, const TrainSourceBatch *batch,
                     const NnReal *logits, const NnChoice *loss, uint32_t n_classes);

/* Frees and zeroes; accepts a zeroed struct. */
void train_worst_fini(TrainWorst *worst);

/* Training samples that are shown, and how often each. */
#define TRAIN_N_SHEET 8
#define TRAIN_N_SEEN 6

/* One training sample. plain: as an evaluation makes it; seen: as training made it, epoch after
 * epoch. */
typedef struct TrainSheetRow {
    int64_t index;
    TrainPicture plain, seen[TRAIN_N_SEEN];
    size_t n_seen;
} TrainSheetRow;

/* The contact sheet of a run. Zero-initialise, end with train_sheet_fini. */
typedef struct TrainSheet {
    TrainSheetRow rows[TRAIN_N_SHEET];
    size_t n;
} TrainSheet;

/* Takes the first samples of a batch of plain training samples for the sheet. */
void train_sheet_choose(TrainSheet *sheet, const TrainSource *source,
                        const TrainSourceBatch *batch);

/* Looks for the sheet's samples in a training batch. If none were chosen, its first are. */
void train_sheet_see(TrainSheet *sheet, const TrainSource *source, const TrainSourceBatch *batch);

/* Frees and zeroes; accepts a zeroed struct. */
void train_sheet_fini(TrainSheet *sheet);

#endif
