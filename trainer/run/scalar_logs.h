/* The numbers of a run's log once more, for other programs: steps.csv and epochs.csv, and TensorBoard's
 * events in events.out.tfevents.augtrain.
 *
 * They come from the lines of log.jsonl, so whatever stands there stands here: a member of an entry is
 * a column of the table of its event, and in TensorBoard the scalar "step/loss", "epoch/test_loss".
 * Every entry is complete and on its way to the disk before the run goes on.
 */
#ifndef TRAIN_SCALAR_LOGS_H
#define TRAIN_SCALAR_LOGS_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

struct json_t;

/* The files of a run; belongs to one thread. */
typedef struct TrainScalarLogs TrainScalarLogs;

/* Starts them. keep NULL: none may exist. Else they are those of a run that goes on: entries of later
 * steps than keep[0], of epochs that ended later than keep[1], and what was torn at an end, are cut off,
 * and what is missing is made. */
AUG_MUST_CHECK AugStatus train_scalar_logs_open(TrainScalarLogs **out, const char *folder,
                                                const uint64_t *keep, AugError *error);

/* Closes; NULL does nothing. */
void train_scalar_logs_close(TrainScalarLogs *logs);

/* Adds a line of the log, if it is that of a step or of an epoch. */
AUG_MUST_CHECK AugStatus train_scalar_logs_add(TrainScalarLogs *logs, const char *line,
                                               AugError *error);

#endif
