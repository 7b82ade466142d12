/* One run of augtrain: everything that the loop, the log, the checkpoints and the report share. */
#ifndef TRAIN_RUN_H
#define TRAIN_RUN_H

#include <stdatomic.h>

#include "trainer/data/source.h"
#include "trainer/model/model_file.h"
#include "trainer/run/history.h"
#include "trainer/run/metrics.h"
#include "trainer/run/progress.h"
#include "trainer/run/samples.h"

/* The state of a run. Members that point elsewhere are borrowed and outlive it.
 *
 * settings:   the model file's, with what the command line changed
 * train:      NULL where only an evaluation is made; eval: NULL if there is no test data
 * validation, train_eval: see TrainData; NULL: there are none
 * notes:      what is odd about the data
 * data_place: "in process", or the address of the daemon
 * folder:     where outputs go; NULL: none
 * scalars:    the loss's figures, n_scalars of them
 * stop:       becomes a signal's number when the run is to end after the current step
 * metrics:    of the last evaluation on the test, and the two others; their n is 0 before it
 * worst, sheet: samples that the report shows; of the last test or validation, and of training
 * evaluated_step: steps of the weights that were evaluated last
 * step:       optimizer steps made; epoch: epochs finished
 * schedule:    what its stages remember
 * accumulate:  batches of a step
 * interrupted: it ended before its last step because of stop
 * saved:      there is a checkpoint, of saved_step
 */
typedef struct TrainRun {
    const TrainModelFile *model;
    TrainSettings settings;
    NnNetwork *network;
    NnNetworkInfo info;
    TrainSource *train, *validation, *eval, *train_eval;
    const TrainNotes *notes;
    const char *data_place;
    const char *folder;
    const NnScalar *scalars;
    size_t n_scalars;
    const atomic_int *stop;
    TrainProgress *progress;
    struct TrainRunLog *log;
    TrainHistory history;
    TrainMetrics metrics, validation_metrics, train_eval_metrics;
    TrainWorst worst;
    TrainSheet sheet;
    uint64_t evaluated_step;
    TrainTimes times;
    char started[32];
    double started_s;
    uint64_t step, n_steps, accumulate;
    uint32_t epoch;
    NnScheduleState schedule;
    bool interrupted;
    bool saved;
    uint64_t saved_step;
} TrainRun;

/* Name of a class for people: the model file's, else the data set's (of the training data, if
 * there are any), else its number. text is used for the latter. */
const char *train_run_class_name(const TrainRun *run, uint32_t label, char text[16]);

/* Optimizer steps of an epoch; the last one may be of fewer batches. */
uint64_t train_run_epoch_steps(const TrainRun *run);

/* Makes the metrics ready for the network's classes. */
AUG_MUST_CHECK AugStatus train_run_init_metrics(TrainRun *run, AugError *error);

/* Frees history and metrics; what is borrowed stays. */
void train_run_fini(TrainRun *run);

/* Chooses the training samples that the report shows, before the first step. If they cannot be read,
 * that shows where they are needed. */
void train_run_choose_samples(TrainRun *run);

/* One round over each evaluation: test, validation and training samples, into the metrics of the run;
 * the time goes to run->times.evaluation. Ends early, with empty metrics, if the run is to stop. */
AUG_MUST_CHECK AugStatus train_run_evaluate(TrainRun *run, AugError *error);

/* The same after an epoch, if one is due then, into its record as well. */
AUG_MUST_CHECK AugStatus train_run_evaluate_epoch(TrainRun *run, TrainEpochRecord *record,
                                                  AugError *error);

/* The evaluation that early stopping, plateau and the best weights are chosen by: the validation, or
 * where train.choose_on says so the test. Its n is 0 if there was none of the present weights. */
const TrainMetrics *train_run_choice(const TrainRun *run);

/* Fails with AUG_BAD_SPEC if there is nothing that `who` may choose by: neither validation data that
 * are not the test's, nor the word that the test shall do. Before the first step. */
AUG_MUST_CHECK AugStatus train_run_check_choice(const TrainRun *run, const char *who,
                                                AugError *error);

/* The same for the schedule, if a stage of it looks at figures. */
AUG_MUST_CHECK AugStatus train_run_check_schedule(const TrainRun *run, AugError *error);

/* Trains to the last epoch or until the run is to stop: steps, log, evaluations, checkpoints. On
 * failure the error's place says in which epoch and step. */
AUG_MUST_CHECK AugStatus train_run_train(TrainRun *run, AugError *error);

#endif
