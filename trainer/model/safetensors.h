/* safetensors, the format of batches, weights and checkpoints: a strict reader and a writer.
 *
 * bytes 0..7   length of the header, little-endian
 * header       JSON: name -> {"dtype", "shape", "data_offsets": [begin, end]}, and "__metadata__"
 * data         the tensors, row-major, little-endian
 *
 * What the reader is given may come from anywhere. It refuses a header above 1 MiB, duplicate
 * names, offsets outside the data, tensors that overlap, holes between them, and a range whose
 * length is not what type and shape say.
 */
#ifndef TRAIN_SAFETENSORS_H
#define TRAIN_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "aug/batch.h"
#include "aug/status.h"

/* The format allows 100 MB; a header of ours has some kilobytes. */
#define TRAIN_SAFETENSORS_MAX_HEADER (1u << 20)

/* One entry of the metadata. */
typedef struct TrainMetadata {
    char *key;
    char *value;
} TrainMetadata;

/* A parsed file. tensors are sorted by offset and their bytes are borrowed from what was parsed;
 * names and metadata are owned. */
typedef struct TrainTensorFile {
    AugTensor *tensors;
    size_t n_tensors;
    TrainMetadata *metadata;
    size_t n_metadata;
    uint8_t *owned; /* what train_safetensors_load read, else NULL */
} TrainTensorFile;

/* Parses size bytes, which must outlive *out. where is put before messages. Fails with AUG_CORRUPT,
 * AUG_TOO_LARGE, AUG_UNSUPPORTED (a type other than U8, U16, I32, I64, F32) or AUG_NO_MEMORY; then
 * *out is zeroed. */
AUG_MUST_CHECK AugStatus train_safetensors_parse(TrainTensorFile *out, const void *bytes,
                                                 size_t size, const char *where, AugError *error);

/* Reads a file of at most limit bytes and parses it. */
AUG_MUST_CHECK AugStatus train_safetensors_load(TrainTensorFile *out, const char *path,
                                                size_t limit, AugError *error);

/* Frees what it owns and zeroes it; accepts a zeroed one. */
void train_tensor_file_fini(TrainTensorFile *file);

/* Tensor by name, or NULL; borrowed. */
const AugTensor *train_tensor_file_find(const TrainTensorFile *file, const char *name);

/* Value of a metadata key, or NULL; borrowed. */
const char *train_tensor_file_metadata(const TrainTensorFile *file, const char *key);

/* Writes a file that is complete or absent. Tensors lie in the order given; metadata may be NULL if
 * n_metadata is 0. */
AUG_MUST_CHECK AugStatus train_safetensors_save(const char *path, const AugTensor *tensors,
                                                size_t n_tensors, const TrainMetadata *metadata,
                                                size_t n_metadata, AugError *error);

#endif
