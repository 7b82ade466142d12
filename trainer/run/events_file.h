/* A file of TensorBoard's events: records of tensorflow/core/lib/io/record_writer.h, each an Event of
 * tensorflow/core/util/event.proto with scalars. */
#ifndef TRAIN_EVENTS_FILE_H
#define TRAIN_EVENTS_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "aug/status.h"

/* What the names of an epoch's figures begin with. */
#define TRAIN_EVENTS_EPOCH "epoch/"

/* A figure under a name ("step/loss"). */
typedef struct TrainScalar {
    const char *tag;
    double value;
} TrainScalar;

/* An open file. Zero-initialised it is closed. */
typedef struct TrainEventsFile {
    char *path;
    FILE *file;
} TrainEventsFile;

/* Starts a file. keep NULL: there may be none. Else, from the first record on that is of a later step
 * than keep[0], of an epoch that ended later than keep[1], or torn, all are cut off; there need not be
 * a file. */
AUG_MUST_CHECK AugStatus train_events_open(TrainEventsFile *events, const char *path,
                                           const uint64_t *keep, AugError *error);

/* Appends n scalars of a step; time is in seconds since 1970. */
AUG_MUST_CHECK AugStatus train_events_add(TrainEventsFile *events, double time, uint64_t step,
                                          const TrainScalar *scalars, size_t n, AugError *error);

/* Accepts a zeroed one, and zeroes it. */
void train_events_close(TrainEventsFile *events);

/* CRC-32C (Castagnoli polynomial, reflected 0x82f63b78) of size bytes. */
uint32_t train_events_crc(const void *bytes, size_t size);

#endif
