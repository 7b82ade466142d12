/* Reading safetensors that may come from anywhere. */
#include "libaug/base/safetensors.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/input_file.h"
#include "libaug/base/tensor.h"

/* One file while it is read. */
typedef struct Reading {
    const uint8_t *data;
    size_t data_size;
    const char *where;
    AugError *error;
} Reading;

static AugStatus read_dtype(const Reading *r, const char *name, const json_t *entry,
                            AugDtype *dtype)
{
    const char *text = json_string_value(json_object_get(entry, "dtype"));
    if (!text)
        return AUG_FAIL(r->error, AUG_CORRUPT, r->where, "tensor '%.80s' has no dtype", name);
    if (augi_dtype_find(text, dtype))
        return AUG_OK;
    return AUG_FAIL(r->error, AUG_UNSUPPORTED, r->where,
                    "tensor '%.80s' has the dtype %.20s; allowed are %s", name, text,
                    augi_dtype_names());
}

static AugStatus read_shape(const Reading *r, const char *name, const json_t *entry,
                            AugTensorDesc *desc)
{
    const json_t *shape = json_object_get(entry, "shape");
    size_t n = json_array_size(shape);
    if (!json_is_array(shape) || n > AUG_MAX_DIMS)
        return AUG_FAIL(r->error, AUG_CORRUPT, r->where,
                        "tensor '%.80s' needs a shape of at most %d dimensions", name,
                        AUG_MAX_DIMS);
    desc->n_dims = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        const json_t *side = json_array_get(shape, i);
        if (!json_is_integer(side) || json_integer_value(side) < 0)
            return AUG_FAIL(r->error, AUG_CORRUPT, r->where,
                            "tensor '%.80s' has a dimension that is not a whole number from 0",
                            name);
        desc->shape[i] = (uint64_t)json_integer_value(side);
    }
    return AUG_OK;
}

/* Bytes that type and shape need; false if the product does not fit the data. */
static bool needed_size(const AugTensorDesc *desc, size_t limit, size_t *size)
{
    uint64_t total = aug_dtype_size(desc->dtype);
    for (uint32_t i = 0; i < desc->n_dims; i++)
        if (desc->shape[i] == 0) {
            *size = 0;
            return true;
        }
    for (uint32_t i = 0; i < desc->n_dims; i++) {
        if (desc->shape[i] > limit / total)
            return false;
        total *= desc->shape[i];
    }
    *size = (size_t)total;
    return total <= limit;
}

static AugStatus read_range(const Reading *r, const json_t *entry, AugTensor *tensor)
{
    const json_t *range = json_object_get(entry, "data_offsets");
    const json_t *first = json_array_get(range, 0);
    const json_t *last = json_array_get(range, 1);
    if (json_array_size(range) != 2 || !json_is_integer(first) || !json_is_integer(last))
        return AUG_FAIL(r->error, AUG_CORRUPT, r->where,
                        "tensor '%.80s' needs data_offsets [begin, end]", tensor->name);
    int64_t begin = json_integer_value(first);
    int64_t end = json_integer_value(last);
    if (begin < 0 || end < begin || (uint64_t)end > r->data_size)
        return AUG_FAIL(r->error, AUG_CORRUPT, r->where,
                        "tensor '%.80s' lies at bytes %" PRId64 "..%" PRId64
                        "; the data has %zu bytes",
                        tensor->name, begin, end, r->data_size);
    size_t needed;
    if (!needed_size(&tensor->desc, r->data_size, &needed) || needed != (uint64_t)(end - begin))
        return AUG_FAIL(r->error, AUG_CORRUPT, r->where,
                        "tensor '%.80s' has %" PRId64 " bytes, which is not what its shape needs",
                        tensor->name, end - begin);
    tensor->bytes = r->data + begin;
    tensor->size = needed;
    return AUG_OK;
}

static AugStatus read_tensor(const Reading *r, const char *name, const json_t *entry,
                             AugTensor *tensor)
{
    if (!json_is_object(entry) || json_object_size(entry) != 3)
        return AUG_FAIL(r->error, AUG_CORRUPT, r->where,
                        "tensor '%.80s' needs exactly dtype, shape and data_offsets", name);
    char *copy = strdup(name);
    if (!copy)
        return AUG_FAIL(r->error, AUG_NO_MEMORY, r->where, "no memory for the names of tensors");
    tensor->name = copy;
    AUG_TRY(read_dtype(r, name, entry, &tensor->desc.dtype));
    AUG_TRY(read_shape(r, name, entry, &tensor->desc));
    return read_range(r, entry, tensor);
}

static AugStatus read_metadata(const Reading *r, const json_t *map, AugiTensorFile *out)
{
    if (!json_is_object(map))
        return AUG_FAIL(r->error, AUG_CORRUPT, r->where, "__metadata__ is not a map");
    out->metadata = calloc(json_object_size(map) + 1, sizeof(*out->metadata));
    if (!out->metadata)
        return AUG_FAIL(r->error, AUG_NO_MEMORY, r->where, "no memory for the metadata");
    const char *key;
    const json_t *value;
    /* jansson iterates a map that it takes as mutable, though it changes nothing. */
    void *at = json_object_iter((json_t *)(uintptr_t)map);
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)map, at)) {
        key = json_object_iter_key(at);
        value = json_object_iter_value(at);
        if (!json_is_string(value))
            return AUG_FAIL(r->error, AUG_CORRUPT, r->where, "the metadata '%.80s' is not a string",
                            key);
        AugiMetadata *entry = &out->metadata[out->n_metadata++];
        entry->key = strdup(key);
        entry->value = strdup(json_string_value(value));
        if (!entry->key || !entry->value)
            return AUG_FAIL(r->error, AUG_NO_MEMORY, r->where, "no memory for the metadata");
    }
    return AUG_OK;
}

static int compare_place(const void *a, const void *b)
{
    const AugTensor *first = a;
    const AugTensor *second = b;
    if (first->bytes != second->bytes)
        return (const uint8_t *)first->bytes < (const uint8_t *)second->bytes ? -1 : 1;
    return (first->size > second->size) - (first->size < second->size);
}

/* The tensors must cover the data without hole and overlap. */
static AugStatus check_cover(const Reading *r, AugiTensorFile *out)
{
    qsort(out->tensors, out->n_tensors, sizeof(AugTensor), compare_place);
    const uint8_t *next = r->data;
    for (size_t i = 0; i < out->n_tensors; i++) {
        const AugTensor *tensor = &out->tensors[i];
        if ((const uint8_t *)tensor->bytes != next)
            return AUG_FAIL(r->error, AUG_CORRUPT, r->where,
                            (const uint8_t *)tensor->bytes < next
                                ? "tensor '%.80s' overlaps the one before it"
                                : "there is a hole before tensor '%.80s'",
                            tensor->name);
        next += tensor->size;
    }
    if (next != r->data + r->data_size)
        return AUG_FAIL(r->error, AUG_CORRUPT, r->where, "%zu bytes of data belong to no tensor",
                        (size_t)(r->data + r->data_size - next));
    return AUG_OK;
}

static AugStatus read_header(const Reading *r, json_t *header, AugiTensorFile *out)
{
    size_t n = json_object_size(header);
    if (n > AUGI_SAFETENSORS_MAX_TENSORS)
        return AUG_FAIL(r->error, AUG_TOO_LARGE, r->where, "%zu tensors; %d are allowed", n,
                        AUGI_SAFETENSORS_MAX_TENSORS);
    out->tensors = calloc(n + 1, sizeof(AugTensor));
    if (!out->tensors)
        return AUG_FAIL(r->error, AUG_NO_MEMORY, r->where, "no memory for %zu tensors", n);
    const char *name;
    json_t *entry;
    json_object_foreach(header, name, entry)
    {
        if (strcmp(name, "__metadata__") == 0)
            AUG_TRY(read_metadata(r, entry, out));
        else
            AUG_TRY(read_tensor(r, name, entry, &out->tensors[out->n_tensors++]));
    }
    return check_cover(r, out);
}

static uint64_t read_u64(const uint8_t *bytes)
{
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | bytes[i];
    return value;
}

/* most: bytes of the header at most. */
static AugStatus parse(AugiTensorFile *out, const void *bytes, size_t size, uint32_t most,
                       const char *where, AugError *error)
{
    *out = (AugiTensorFile){0};
    if (size < 8)
        return AUG_FAIL(error, AUG_CORRUPT, where, "%zu bytes are too few for safetensors", size);
    uint64_t length = read_u64(bytes);
    if (length > most)
        return AUG_FAIL(error, AUG_TOO_LARGE, where,
                        "the header claims %" PRIu64 " bytes; %u are allowed (is this "
                        "safetensors?)",
                        length, most);
    if (length > size - 8)
        return AUG_FAIL(error, AUG_CORRUPT, where,
                        "the header claims %" PRIu64 " bytes; %zu are there", length, size - 8);
    const char *text = (const char *)bytes + 8;
    if (length == 0 || text[0] != '{')
        return AUG_FAIL(error, AUG_CORRUPT, where, "the header does not begin with '{'");
    json_error_t problem;
    json_t *header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &problem);
    if (!header)
        return AUG_FAIL(error, AUG_CORRUPT, where, "the header is not valid JSON: %s",
                        problem.text);
    Reading reading = {(const uint8_t *)bytes + 8 + length, size - 8 - (size_t)length, where,
                       error};
    AugStatus status = read_header(&reading, header, out);
    json_decref(header);
    if (status == AUG_OK)
        out->header_size = 8 + (size_t)length;
    else
        augi_tensor_file_fini(out);
    return status;
}

AugStatus augi_safetensors_parse(AugiTensorFile *out, const void *bytes, size_t size,
                                 const char *where, AugError *error)
{
    return parse(out, bytes, size, AUGI_SAFETENSORS_MAX_HEADER, where, error);
}

AugStatus augi_safetensors_load(AugiTensorFile *out, const char *path, size_t limit,
                                AugError *error)
{
    *out = (AugiTensorFile){0};
    uint8_t *bytes;
    size_t size;
    AUG_TRY(augi_input_file_load(path, limit, &bytes, &size, error));
    AugStatus status = parse(out, bytes, size, AUGI_SAFETENSORS_MAX_FILE_HEADER, path, error);
    if (status == AUG_OK)
        out->owned = bytes;
    else
        free(bytes);
    return status;
}

void augi_tensor_file_fini(AugiTensorFile *file)
{
    for (size_t i = 0; i < file->n_tensors; i++)
        free((char *)(uintptr_t)file->tensors[i].name);
    for (size_t i = 0; i < file->n_metadata; i++) {
        free(file->metadata[i].key);
        free(file->metadata[i].value);
    }
    free(file->tensors);
    free(file->metadata);
    free(file->owned);
    *file = (AugiTensorFile){0};
}

const AugTensor *augi_tensor_file_find(const AugiTensorFile *file, const char *name)
{
    for (size_t i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

const char *augi_tensor_file_metadata(const AugiTensorFile *file, const char *key)
{
    for (size_t i = 0; i < file->n_metadata; i++)
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    return NULL;
}
