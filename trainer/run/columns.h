/* Fields of a struct as whole numbers of 64 bits, so that they can lie in a tensor: what a
 * checkpoint holds of a run beside its weights. A double is kept as its bits, so nothing is
 * rounded. */
#ifndef TRAIN_COLUMNS_H
#define TRAIN_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libaug/spec/param.h"

/* Type of a field. */
typedef enum TrainColumnKind {
    TRAIN_COLUMN_BOOL,
    TRAIN_COLUMN_UINT32,
    TRAIN_COLUMN_UINT64,
    TRAIN_COLUMN_DOUBLE,
} TrainColumnKind;

/* n values of a kind that lie one behind the other, offset bytes behind a struct's begin. */
typedef struct TrainColumn {
    const char *name;
    TrainColumnKind kind;
    uint32_t n;
    size_t offset;
} TrainColumn;

/* A struct's fields. size: of the struct */
typedef struct TrainColumns {
    const TrainColumn *items;
    size_t n, size;
} TrainColumns;

/* A type without a kind does not compile. */
#define TRAIN_COLUMN_KIND(x)                 \
    _Generic((x), bool                       \
             : TRAIN_COLUMN_BOOL, uint32_t   \
             : TRAIN_COLUMN_UINT32, uint64_t \
             : TRAIN_COLUMN_UINT64, double   \
             : TRAIN_COLUMN_DOUBLE)

/* A field, which may be one of a struct inside ("windows.log.n"). */
#define TRAIN_COLUMN(T, field)                                            \
    {                                                                     \
#field, TRAIN_COLUMN_KIND(((T *)0)->field), 1, offsetof(T, field) \
    }

/* An array, of one dimension or more, of double. */
#define TRAIN_COLUMN_DOUBLES(T, field)                                                     \
    {                                                                                      \
#field, TRAIN_COLUMN_DOUBLE, (uint32_t)(sizeof(((T *)0)->field) / sizeof(double)), \
            offsetof(T, field)                                                             \
    }

/* Columns of an array of TrainColumn about a struct. */
#define TRAIN_COLUMNS(T, rows)             \
    {                                      \
        (rows), AUG_COUNT(rows), sizeof(T) \
    }

/* Numbers that one struct becomes. */
size_t train_columns_width(const TrainColumns *columns);

/* One struct as that many numbers. */
void train_columns_encode(const TrainColumns *columns, const void *from, int64_t *numbers);

/* Sets the fields of a struct, and leaves its others. */
void train_columns_decode(const TrainColumns *columns, const int64_t *numbers, void *to);

/* Names of all fields, with how many values each has, so that a reader with other fields notices:
 * "step 1,epoch 1". The caller frees it; NULL if memory is out. */
char *train_columns_text(const TrainColumns *columns);

#endif
