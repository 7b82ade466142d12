/* Copies fields to and from numbers by their kind. */
#include "trainer/run/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t value_size(TrainColumnKind kind)
{
    static const size_t sizes[] = {[TRAIN_COLUMN_BOOL] = sizeof(bool),
                                   [TRAIN_COLUMN_UINT32] = sizeof(uint32_t),
                                   [TRAIN_COLUMN_UINT64] = sizeof(uint64_t),
                                   [TRAIN_COLUMN_DOUBLE] = sizeof(double)};
    return sizes[kind];
}

size_t train_columns_width(const TrainColumns *columns)
{
    size_t width = 0;
    for (size_t i = 0; i < columns->n; i++)
        width += columns->items[i].n;
    return width;
}

static int64_t encode(TrainColumnKind kind, const char *value)
{
    int64_t number = 0;
    uint32_t small;
    if (kind == TRAIN_COLUMN_BOOL)
        return *(const bool *)value;
    if (kind == TRAIN_COLUMN_UINT32) {
        memcpy(&small, value, sizeof(small));
        return small;
    }
    memcpy(&number, value, sizeof(number));
    return number;
}

static void decode(TrainColumnKind kind, int64_t number, char *value)
{
    const uint32_t small = (uint32_t)number;
    if (kind == TRAIN_COLUMN_BOOL)
        *(bool *)value = number != 0;
    else if (kind == TRAIN_COLUMN_UINT32)
        memcpy(value, &small, sizeof(small));
    else
        memcpy(value, &number, sizeof(number));
}

void train_columns_encode(const TrainColumns *columns, const void *from, int64_t *numbers)
{
    for (size_t i = 0; i < columns->n; i++) {
        const TrainColumn *column = &columns->items[i];
        for (uint32_t k = 0; k < column->n; k++)
            *numbers++ = encode(column->kind,
                                (const char *)from + column->offset + k * value_size(column->kind));
    }
}

void train_columns_decode(const TrainColumns *columns, const int64_t *numbers, void *to)
{
    for (size_t i = 0; i < columns->n; i++) {
        const TrainColumn *column = &columns->items[i];
        for (uint32_t k = 0; k < column->n; k++)
            decode(column->kind, *numbers++,
                   (char *)to + column->offset + k * value_size(column->kind));
    }
}

char *train_columns_text(const TrainColumns *columns)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return NULL;
    for (size_t i = 0; i < columns->n; i++)
        fprintf(file, "%s%s %u", i ? "," : "", columns->items[i].name, columns->items[i].n);
    if (fclose(file) == 0)
        return text;
    free(text);
    return NULL;
}
