/* One run of augtrain: everything that the loop, the log, the checkpoints and the report share. */
#ifndef TRAIN_RUN_H
#define TRAIN_RUN_H

#include <stdatomic.h>

#include "trainer/data/source.h"
#include "trainer/model/model_file.h"
#include "trainer/run/folder.h"
#include "trainer/run/history.h"
#include "trainer/run/metrics.h"
#include "trainer/run/progress.h"
#include "trainer/run/samples.h"

/* Sums over some steps. n: samples; n_counted: of them those that the figures are of, n_replaced: damaged ones that others stood in for;
 * seconds: that these steps took, waited_s of them waiting for data; cpu_s: processor time of making
 * data meanwhile. */
typedef struct TrainWindow {
    double loss_sum, weight, sums[NN_MAX_SCALARS];
    uint64_t n, n_counted, n_replaced;
    double seconds, waited_s, cpu_s;
} TrainWindow;

/* Of the steps since the last entry of the log, and of the epoch. */
typedef struct TrainWindows {
    TrainWindow log, epoch;
} TrainWindows;

/* Where the clocks stood when time was last given to the windows. */
typedef struct TrainMark {
    double at_s, waited_s, cpu_s;
    uint64_t n_replaced;
} TrainMark;

/* What the evaluations so far say about which weights to keep, by the figure that the settings name.
 *
 * seen: there was one; value: the best, of step; bad: evaluations since, none of which was better
 */
typedef struct TrainBest {
    bool seen;
    double value;
    uint64_t step;
    uint64_t bad;
} TrainBest;

/* The state of a run. Members that point elsewhere are borrowed and outlive it.
 *
 * settings:   the model file's, with what the command line changed
 * train:      NULL where only an evaluation is made; eval: NULL if there is no test data
 * validation, train_eval: see TrainData; NULL: there are none
 * notes:      what is odd about the data
 * data_place: "in process", or the addresses of daemons
 * place:      the folder where outputs go, and folder: its path; NULL: none
 * config, call: texts that a checkpoint keeps: what must be the same to go on, and how the command
 *             was called
 * scalars:    the loss's figures, n_scalars of them
 * stop:       becomes a signal's number when the run is to end after the current step
 * average:    of the weights, where the settings have an ema; else NULL
 * metrics:    of the last evaluation on the test, and the two others; their n is 0 before it
 * worst, sheet: samples that the report shows; of the last test or validation, and of training
 * evaluated_step: steps of the weights that were evaluated last
 * step:       optimizer steps made; epoch: epochs finished, their evaluation included
 * batch:      batches of the present epoch that are behind; n_batches: of the whole run
 * log_size:   bytes of the log when the last checkpoint was made
 * buffers:    of the network before a step of several batches; NULL where steps have one
 * schedule:    what its stages remember
 * accumulate:  batches of a step
 * stopped_early: no better evaluation came for as long as the settings wait
 * restored:   it ended with the weights of the best evaluation
 * gave_up:    an evaluation was left unfinished
 * interrupted: it ended before its last step because of stop
 * unsaved:    something happened since the last checkpoint
 * saved:      there is a checkpoint, of saved_step, made at saved_s
 * weights_saved: this process has written model.safetensors
 * before:     times before the run was restored
 * gradient_norm: of the last step that the log has
 */
typedef struct TrainRun {
    const TrainModelFile *model;
    TrainSettings settings;
    NnNetwork *network;
    NnNetworkInfo info;
    NnAverage *average;
    TrainSource *train, *validation, *eval, *train_eval;
    const TrainNotes *notes;
    const char *data_place;
    TrainFolder *place;
    const char *folder;
    const char *config, *call;
    const NnScalar *scalars;
    size_t n_scalars;
    const atomic_int *stop;
    TrainProgress *progress;
    struct TrainRunLog *log;
    TrainHistory history;
    TrainMetrics metrics, validation_metrics, train_eval_metrics;
    TrainWorst worst;
    TrainSheet sheet;
    TrainTimes times, before;
    char started[32];
    double started_s;
    uint64_t step, n_steps, accumulate;
    uint32_t epoch;
    uint64_t batch, n_batches, evaluated_step, log_size;
    TrainWindows windows;
    TrainMark mark;
    NnReal *buffers;
    NnScheduleState schedule;
    TrainBest best;
    bool stopped_early, restored, gave_up, interrupted, unsaved, saved, weights_saved;
    uint64_t saved_step;
    double saved_s, gradient_norm;
} TrainRun;

/* Name of a class for people: the model file's, else the data set's (of the training data, if
 * there are any), else its number. text is used for the latter. */
const char *train_run_class_name(const TrainRun *run, uint32_t label, char text[16]);

/* Optimizer steps of an epoch; the last one may be of fewer batches. */
uint64_t train_run_epoch_steps(const TrainRun *run);

/* Makes the metrics ready for the network's classes. */
AUG_MUST_CHECK AugStatus train_run_init_metrics(TrainRun *run, AugError *error);

/* What the run leaves so far can be gone on from, or is all: it takes the place of an earlier run. */
AUG_MUST_CHECK AugStatus train_run_settle(TrainRun *run, AugError *error);

/* Frees history, metrics, samples, average and buffers; what is borrowed stays. */
void train_run_fini(TrainRun *run);

/* Chooses the training samples that the report shows, before the first step. If they cannot be read,
 * that shows where they are needed. */
void train_run_choose_samples(TrainRun *run);

/* One round over each evaluation: test, validation and training samples, into the metrics of the run,
 * with the average of the weights where there is one; the time goes to run->times.evaluation. A run
 * that is to stop has a checkpoint first, and some seconds to come to the end; what was not finished
 * leaves the metrics as they were. */
AUG_MUST_CHECK AugStatus train_run_evaluate(TrainRun *run, bool *finished, AugError *error);

/* The same after an epoch, if one is due then, into its record as well. *finished: false if it was due
 * and not finished. */
AUG_MUST_CHECK AugStatus train_run_evaluate_epoch(TrainRun *run, TrainEpochRecord *record,
                                                  bool *finished, AugError *error);

/* The evaluation that is what came of a run: the test, or without one the validation; and its name. */
const TrainMetrics *train_run_result(const TrainRun *run);
const char *train_run_result_name(const TrainRun *run);

/* Whether there was an evaluation. */
bool train_run_is_evaluated(const TrainRun *run);

/* Brings run->times up to now. */
void train_run_take_times(TrainRun *run);

/* The evaluation that early stopping, plateau and the best weights are chosen by: the validation, or
 * where train.choose_on says so the test. Its n is 0 if there was none of the present weights. */
const TrainMetrics *train_run_choice(const TrainRun *run);

/* Fails with AUG_BAD_SPEC if there is nothing that `who` may choose by: neither validation data that
 * are not the test's, nor the word that the test shall do. Before the first step. */
AUG_MUST_CHECK AugStatus train_run_check_choice(const TrainRun *run, const char *who,
                                                AugError *error);

/* The same for the schedule, if a stage of it looks at figures. */
AUG_MUST_CHECK AugStatus train_run_check_schedule(const TrainRun *run, AugError *error);

/* Trains to the last epoch or until the run is to stop: steps, log, evaluations, checkpoints. A run
 * that was restored goes on where it was. On failure the error's place says in which epoch and
 * step. */
AUG_MUST_CHECK AugStatus train_run_train(TrainRun *run, AugError *error);

#endif
