/* Writing safetensors: entries of headers, and whole files. */
#include "libaug/base/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/output_file.h"

void augi_safetensors_write_length(uint8_t bytes[8], uint64_t length)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(length >> (8 * i));
}

void augi_safetensors_write_entry(AugiJsonWriter *writer, const AugTensor *tensor, uint64_t offset)
{
    augi_json_key(writer, tensor->name);
    augi_json_object(writer);
    augi_json_key(writer, "dtype");
    augi_json_string(writer, aug_dtype_name(tensor->desc.dtype));
    augi_json_key(writer, "shape");
    augi_json_list(writer);
    for (uint32_t i = 0; i < tensor->desc.n_dims; i++)
        augi_json_unsigned(writer, tensor->desc.shape[i]);
    augi_json_list_end(writer);
    augi_json_key(writer, "data_offsets");
    augi_json_list(writer);
    augi_json_unsigned(writer, offset);
    augi_json_unsigned(writer, offset + tensor->size);
    augi_json_list_end(writer);
    augi_json_object_end(writer);
}

static char *make_header(const AugTensor *tensors, size_t n_tensors, const AugiMetadata *metadata,
                         size_t n_metadata)
{
    AugiJsonWriter json = {0};
    augi_json_object(&json);
    if (n_metadata > 0) {
        augi_json_key(&json, "__metadata__");
        augi_json_object(&json);
        for (size_t i = 0; i < n_metadata; i++) {
            augi_json_key(&json, metadata[i].key);
            augi_json_string(&json, metadata[i].value);
        }
        augi_json_object_end(&json);
    }
    uint64_t place = 0;
    for (size_t i = 0; i < n_tensors; i++) {
        augi_safetensors_write_entry(&json, &tensors[i], place);
        place += tensors[i].size;
    }
    augi_json_object_end(&json);
    return augi_json_take(&json);
}

/* What is written can be read. Up to 63 bytes of padding are part of a header. */
static AugStatus check_header(const char *header, size_t n_tensors, const char *path,
                              AugError *error)
{
    const size_t size = strlen(header);
    if (size + 63 > AUGI_SAFETENSORS_MAX_FILE_HEADER)
        return AUG_FAIL(error, AUG_TOO_LARGE, path,
                        "the header would have %zu bytes; %u are allowed", size,
                        AUGI_SAFETENSORS_MAX_FILE_HEADER - 63);
    if (n_tensors > AUGI_SAFETENSORS_MAX_TENSORS)
        return AUG_FAIL(error, AUG_TOO_LARGE, path, "%zu tensors; %d are allowed", n_tensors,
                        AUGI_SAFETENSORS_MAX_TENSORS);
    return AUG_OK;
}

static AugStatus write_header(AugiOutputFile *file, const char *header, AugError *error)
{
    /* Spaces behind the header let the data begin at a multiple of 64, as readers like it. */
    static const char spaces[64] =
        "                                                                ";
    size_t length = strlen(header);
    size_t padding = (64 - (8 + length) % 64) % 64;
    uint64_t total = length + padding;
    uint8_t prefix[8];
    augi_safetensors_write_length(prefix, total);
    AUG_TRY(augi_output_file_write(file, prefix, sizeof(prefix), error));
    AUG_TRY(augi_output_file_write(file, header, length, error));
    return augi_output_file_write(file, spaces, padding, error);
}

static AugStatus write_all(AugiOutputFile *file, const char *header, const AugTensor *tensors,
                           size_t n_tensors, AugError *error)
{
    AUG_TRY(write_header(file, header, error));
    for (size_t i = 0; i < n_tensors; i++)
        AUG_TRY(augi_output_file_write(file, tensors[i].bytes, tensors[i].size, error));
    return AUG_OK;
}

AugStatus augi_safetensors_save(const char *path, const AugTensor *tensors, size_t n_tensors,
                                const AugiMetadata *metadata, size_t n_metadata, AugError *error)
{
    char *header = make_header(tensors, n_tensors, metadata, n_metadata);
    if (!header)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the header");
    AugiOutputFile file;
    AugStatus status = check_header(header, n_tensors, path, error);
    if (status == AUG_OK)
        status = augi_output_file_begin(&file, path, (AugiOutputOptions){.durable = true}, error);
    if (status == AUG_OK) {
        status = write_all(&file, header, tensors, n_tensors, error);
        if (status == AUG_OK)
            status = augi_output_file_commit(&file, error);
        else
            augi_output_file_drop(&file);
    }
    free(header);
    return status;
}
