/* One run of augtrain: everything that the loop, the log, the checkpoints and the report share. */
#ifndef NN_RUN_H
#define NN_RUN_H

#include <stdatomic.h>

#include "trainer/history.h"
#include "trainer/metrics.h"
#include "trainer/model_file.h"
#include "trainer/progress.h"
#include "trainer/source.h"

/* The state of a run. Members that point elsewhere are borrowed and outlive it.
 *
 * settings:   the model file's, with what the command line changed
 * train:      NULL where only an evaluation is made; eval: NULL if there is no test data
 * data_place: "in process", or the address of the daemon
 * folder:     where outputs go; NULL: none
 * stop:       becomes a signal's number when the run is to end after the current step
 * metrics:    of the last evaluation; metrics.n is 0 before it
 * step:       optimizer steps made; epoch: epochs finished
 * interrupted: it ended before its last step because of stop
 * saved:      there is a checkpoint, of saved_step
 */
typedef struct NnRun {
    const NnModelFile *model;
    NnTrainSettings settings;
    NnNetwork *network;
    NnNetworkInfo info;
    NnSource *train, *eval;
    const char *data_place;
    const char *folder;
    const atomic_int *stop;
    NnProgress *progress;
    struct NnRunLog *log;
    NnHistory history;
    NnMetrics metrics;
    NnTimes times;
    char started[32];
    double started_s;
    uint64_t step, n_steps;
    uint32_t epoch;
    bool interrupted;
    bool saved;
    uint64_t saved_step;
} NnRun;

/* Name of a class for people: the model file's, else its number. text is used for the latter. */
const char *nn_run_class_name(const NnRun *run, uint32_t label, char text[16]);

/* Makes the metrics ready for the network's classes. */
AUG_MUST_CHECK AugStatus nn_run_init_metrics(NnRun *run, AugError *error);

/* Frees history and metrics; what is borrowed stays. */
void nn_run_fini(NnRun *run);

/* One round over the test data into run->metrics; the time goes to run->times.evaluation. Ends
 * early, with empty metrics, if the run is to stop. */
AUG_MUST_CHECK AugStatus nn_run_evaluate(NnRun *run, AugError *error);

/* Trains to the last epoch or until the run is to stop: steps, log, evaluations, checkpoints. On
 * failure the error's place says in which epoch and step. */
AUG_MUST_CHECK AugStatus nn_run_train(NnRun *run, AugError *error);

#endif
