/* Rows are reordered as they come, so that the file has PyTorch's order. */
#include "trainer/predict/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/safetensors.h"
#include "trainer/run/files.h"

static bool ends_with(const char *path, const char *ending)
{
    const size_t length = strlen(path), n = strlen(ending);
    return length > n && strcmp(path + length - n, ending) == 0;
}

bool train_values_is_path(const char *path)
{
    return ends_with(path, ".npy") || ends_with(path, ".safetensors");
}

static size_t row_values(NnShape shape)
{
    return (size_t)shape.height * (size_t)shape.width * (size_t)shape.channels;
}

void train_values_reorder(NnShape shape, const float *from, float *to)
{
    const size_t n = row_values(shape), channels = (size_t)shape.channels, pixels = n / channels;
    for (size_t i = 0; i < n; i++)
        to[i % channels * pixels + i / channels] = from[i];
}

static AugStatus reserve(TrainValues *values, AugError *error)
{
    const size_t n = row_values(values->shape);
    if (values->n < values->capacity)
        return AUG_OK;
    const size_t capacity = values->capacity ? 2 * values->capacity : 1024;
    float *grown = realloc(values->values, capacity * n * sizeof(float));
    if (grown)
        values->values = grown;
    int64_t *indices = grown ? realloc(values->indices, capacity * sizeof(int64_t)) : NULL;
    if (!indices)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %zu rows of %zu values",
                        capacity, n);
    values->indices = indices;
    values->capacity = capacity;
    return AUG_OK;
}

AugStatus train_values_add(TrainValues *values, const float *row, int64_t index, AugError *error)
{
    const size_t n = row_values(values->shape);
    AUG_TRY(reserve(values, error));
    float *to = values->values + values->n * n;
    if (row)
        train_values_reorder(values->shape, row, to);
    for (size_t i = 0; i < n && !row; i++)
        to[i] = NAN;
    values->indices[values->n++] = index;
    return AUG_OK;
}

static AugTensorDesc desc_of(const TrainValues *values)
{
    const NnShape shape = values->shape;
    if (shape.flat)
        return (AugTensorDesc){AUG_DTYPE_F32, 2, {values->n, row_values(shape)}};
    return (AugTensorDesc){
        AUG_DTYPE_F32,
        4,
        {values->n, (uint64_t)shape.channels, (uint64_t)shape.height, (uint64_t)shape.width}};
}

/* The header is padded so that the values begin at a multiple of 64. */
#define NPY_HEAD 128

static AugStatus save_npy(const TrainValues *values, const char *path, AugError *error)
{
    const AugTensorDesc desc = desc_of(values);
    const size_t size = values->n * row_values(values->shape) * sizeof(float);
    char *bytes = malloc(NPY_HEAD + size);
    if (!bytes)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the file");
    char shape[64];
    size_t used = 0;
    for (uint32_t i = 0; i < desc.n_dims; i++)
        used += (size_t)snprintf(shape + used, sizeof(shape) - used, "%s%llu", i ? ", " : "",
                                 (unsigned long long)desc.shape[i]);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = NPY_HEAD - 10;
    bytes[9] = 0;
    char text[NPY_HEAD];
    snprintf(text, sizeof(text), "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }",
             shape);
    memset(bytes + 10, ' ', NPY_HEAD - 11);
    memcpy(bytes + 10, text, strlen(text));
    bytes[NPY_HEAD - 1] = '\n';
    memcpy(bytes + NPY_HEAD, values->values, size);
    const AugStatus status = train_file_save(path, bytes, NPY_HEAD + size, error);
    free(bytes);
    return status;
}

AugStatus train_values_save(const TrainValues *values, const char *name, const char *path,
                            AugError *error)
{
    if (ends_with(path, ".npy"))
        return save_npy(values, path, error);
    const AugTensor tensors[2] = {
        {name, desc_of(values), values->values,
         values->n * row_values(values->shape) * sizeof(float)},
        {"index", {AUG_DTYPE_I64, 1, {values->n}}, values->indices, values->n * sizeof(int64_t)},
    };
    return augi_safetensors_save(path, tensors, AUG_COUNT(tensors), NULL, 0, error);
}

void train_values_fini(TrainValues *values)
{
    free(values->values);
    free(values->indices);
    *values = (TrainValues){0};
}
