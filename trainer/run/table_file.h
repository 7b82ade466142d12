/* A table of numbers as CSV (RFC 4180) that grows row by row. Columns are named by the rows: where one
 * has a new name, the file is written anew with one column more, complete or as it was. */
#ifndef TRAIN_TABLE_FILE_H
#define TRAIN_TABLE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "aug/status.h"

/* Most columns. */
#define TRAIN_MAX_COLUMNS 128

/* A cell: its column and a number as text. */
typedef struct TrainCell {
    const char *column;
    char text[32];
} TrainCell;

/* An open table. Zero-initialised it is closed.
 *
 * n_columns: named so far; file: open once there are any
 */
typedef struct TrainTableFile {
    char *path;
    char *columns[TRAIN_MAX_COLUMNS];
    size_t n_columns;
    FILE *file;
} TrainTableFile;

/* Opens the table at path. keep NULL: there may be no such file. Else rows whose number in the column
 * `key` is above *keep, and a torn one, are cut off; there need not be a file. */
AUG_MUST_CHECK AugStatus train_table_open(TrainTableFile *table, const char *path, const char *key,
                                          const uint64_t *keep, AugError *error);

/* Appends a row; columns that it has no cell for stay empty. */
AUG_MUST_CHECK AugStatus train_table_add(TrainTableFile *table, const TrainCell *cells, size_t n,
                                         AugError *error);

/* Accepts a zeroed one, and zeroes it. */
void train_table_close(TrainTableFile *table);

#endif
