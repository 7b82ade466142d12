/* safetensors, the format of batches, weights and checkpoints: a strict reader and a writer.
 *
 * bytes 0..7   length of the header, little-endian
 * header       JSON: name -> {"dtype", "shape", "data_offsets": [begin, end]}, and "__metadata__"
 * data         the tensors, row-major, little-endian
 *
 * What the reader is given may come from anywhere. It refuses a header that is too large, duplicate
 * names, offsets outside the data, tensors that overlap, holes between them, and a range whose
 * length is not what type and shape say.
 */
#ifndef AUGI_SAFETENSORS_H
#define AUGI_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"
#include "aug/tensor.h"
#include "libaug/base/json_writer.h"

/* The format allows 100 MB; the header of a batch has some kilobytes. */
#define AUGI_SAFETENSORS_MAX_HEADER (1u << 20)

/* A checkpoint says the names of its classes twice: 65,536 of 60 bytes, each in quotation marks that
 * are escaped, take 8 MiB. */
#define AUGI_SAFETENSORS_MAX_FILE_HEADER (16u << 20)

/* Tensors in one file at most. A batch has fewer: each name costs at least 40 bytes of its header. */
#define AUGI_SAFETENSORS_MAX_TENSORS 32768

/* One entry of the metadata. */
typedef struct AugiMetadata {
    char *key;
    char *value;
} AugiMetadata;

/* A parsed file. tensors are sorted by offset and their bytes are borrowed from what was parsed;
 * names and metadata are owned. header_size: bytes before the first tensor. */
typedef struct AugiTensorFile {
    AugTensor *tensors;
    size_t n_tensors;
    AugiMetadata *metadata;
    size_t n_metadata;
    size_t header_size;
    uint8_t *owned; /* what augi_safetensors_load read, else NULL */
} AugiTensorFile;

/* Parses size bytes, which must outlive *out. where is put before messages. The header may have
 * AUGI_SAFETENSORS_MAX_HEADER bytes. Fails with AUG_CORRUPT,
 * AUG_TOO_LARGE, AUG_UNSUPPORTED (a type that is none of AUG_DTYPE_MAP) or AUG_NO_MEMORY; then *out
 * is zeroed. */
AUG_MUST_CHECK AugStatus augi_safetensors_parse(AugiTensorFile *out, const void *bytes, size_t size,
                                                const char *where, AugError *error);

/* Reads a file of at most limit bytes and parses it. The header may have
 * AUGI_SAFETENSORS_MAX_FILE_HEADER bytes. */
AUG_MUST_CHECK AugStatus augi_safetensors_load(AugiTensorFile *out, const char *path, size_t limit,
                                               AugError *error);

/* Frees what it owns and zeroes it; accepts a zeroed one. */
void augi_tensor_file_fini(AugiTensorFile *file);

/* Tensor by name, or NULL; borrowed. */
const AugTensor *augi_tensor_file_find(const AugiTensorFile *file, const char *name);

/* Value of a metadata key, or NULL; borrowed. */
const char *augi_tensor_file_metadata(const AugiTensorFile *file, const char *key);

/* A tensor's member in a header that is being written: type, shape, and where its bytes lie,
 * counted from the header's end. */
void augi_safetensors_write_entry(AugiJsonWriter *writer, const AugTensor *tensor, uint64_t offset);

/* The first eight bytes of a file whose header has so many. */
void augi_safetensors_write_length(uint8_t bytes[8], uint64_t length);

/* Writes a file that is complete or absent. Tensors lie in the order given; metadata may be NULL if
 * n_metadata is 0. Fails with AUG_TOO_LARGE for what augi_safetensors_load would refuse for its header
 * or the number of its tensors. */
AUG_MUST_CHECK AugStatus augi_safetensors_save(const char *path, const AugTensor *tensors,
                                               size_t n_tensors, const AugiMetadata *metadata,
                                               size_t n_metadata, AugError *error);

#endif
