#include <stdlib.h>
#include <string.h>

#include "libaug/base/json_writer.h"
#include "libaug/base/output_file.h"
#include "libaug/run/batch.h"
#include "trainer/model/safetensors.h"

static char *make_header(const AugTensor *tensors, size_t n_tensors, const TrainMetadata *metadata,
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
        augi_tensor_write_entry(&json, &tensors[i], place);
        place += tensors[i].size;
    }
    augi_json_object_end(&json);
    return augi_json_take(&json);
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
    for (int i = 0; i < 8; i++)
        prefix[i] = (uint8_t)(total >> (8 * i));
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

AugStatus train_safetensors_save(const char *path, const AugTensor *tensors, size_t n_tensors,
                                 const TrainMetadata *metadata, size_t n_metadata, AugError *error)
{
    char *header = make_header(tensors, n_tensors, metadata, n_metadata);
    if (!header)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for the header");
    AugiOutputFile file;
    AugStatus status =
        augi_output_file_begin(&file, path, (AugiOutputOptions){.durable = true}, error);
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
