/* safetensors: what the reader accepts has its tensors in order and without holes, and the writer
 * writes it so that it reads the same. Input: a file. */
#include <stdlib.h>
#include <string.h>

#include "libaug/base/safetensors.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/support.h"

/* Largest file, its header included, that is written again. */
#define MAX_SIZE (1u << 22)

static void check_layout(const AugiTensorFile *file, const uint8_t *bytes, size_t size)
{
    const uint8_t *at = bytes + file->header_size;
    for (size_t i = 0; i < file->n_tensors; i++) {
        const AugTensor *tensor = &file->tensors[i];
        FUZZ_CHECK((const uint8_t *)tensor->bytes == at, "a hole before '%s'", tensor->name);
        FUZZ_CHECK(augi_tensor_file_find(file, tensor->name) == tensor, "'%s' is another",
                   tensor->name);
        at += tensor->size;
    }
    FUZZ_CHECK(at == bytes + size, "the tensors end %td bytes before the file", bytes + size - at);
}

static void check_equal(const AugiTensorFile *a, const AugiTensorFile *b)
{
    FUZZ_CHECK(a->n_tensors == b->n_tensors && a->n_metadata == b->n_metadata,
               "%zu tensors of %zu, %zu metadata of %zu", b->n_tensors, a->n_tensors, b->n_metadata,
               a->n_metadata);
    for (size_t i = 0; i < a->n_tensors; i++) {
        const AugTensor *first = &a->tensors[i];
        const AugTensor *second = augi_tensor_file_find(b, first->name);
        FUZZ_CHECK(second && second->size == first->size &&
                       second->desc.dtype == first->desc.dtype &&
                       second->desc.n_dims == first->desc.n_dims &&
                       memcmp(second->desc.shape, first->desc.shape,
                              first->desc.n_dims * sizeof(first->desc.shape[0])) == 0 &&
                       memcmp(second->bytes, first->bytes, first->size) == 0,
                   "'%s' is another", first->name);
    }
    for (size_t i = 0; i < a->n_metadata; i++) {
        const char *value = augi_tensor_file_metadata(b, a->metadata[i].key);
        FUZZ_CHECK(value && strcmp(value, a->metadata[i].value) == 0, "'%s' is another",
                   a->metadata[i].key);
    }
}

static void write_again(const AugiTensorFile *file)
{
    static char *path;
    if (!path)
        path = test_path("%s/out.safetensors", test_folder());
    AugError error = {0};
    AugStatus status = augi_safetensors_save(path, file->tensors, file->n_tensors, file->metadata,
                                             file->n_metadata, &error);
    FUZZ_CHECK(status == AUG_OK, "%s: %s", error.where, error.message);
    AugiTensorFile again;
    status = augi_safetensors_load(&again, path, MAX_SIZE, &error);
    FUZZ_CHECK(status == AUG_OK, "%s: %s", error.where, error.message);
    check_equal(file, &again);
    augi_tensor_file_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    FuzzInput input = {bytes, size};
    uint8_t *exact = fuzz_take(&input, &size);
    AugiTensorFile file;
    AugError error = {0};
    const AugStatus status = augi_safetensors_parse(&file, exact, size, "input", &error);
    if (status == AUG_OK) {
        check_layout(&file, exact, size);
        write_again(&file);
    } else {
        fuzz_check_failure(status, &error);
        FUZZ_CHECK(!file.tensors && !file.metadata, "a refused file left something");
    }
    augi_tensor_file_fini(&file);
    free(exact);
    return 0;
}
