/* The safetensors reader on files that lie, and what the writer writes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/safetensors.h"
#include "tests/support/support.h"

/* A file in memory of exactly its size, so that a sanitizer sees every byte too far. */
typedef struct Packed {
    uint8_t *bytes;
    size_t size;
} Packed;

static Packed pack(const char *header, size_t data_size)
{
    size_t length = strlen(header);
    Packed packed = {malloc(8 + length + data_size), 8 + length + data_size};
    for (size_t i = 0; i < 8; i++)
        packed.bytes[i] = (uint8_t)((uint64_t)length >> (8 * i));
    memcpy(packed.bytes + 8, header, length);
    for (size_t i = 0; i < data_size; i++)
        packed.bytes[8 + length + i] = (uint8_t)i;
    return packed;
}

/* Expects a refusal whose sentence holds words. */
static void refuse(const char *header, size_t data_size, AugStatus status, const char *words)
{
    Packed packed = pack(header, data_size);
    AugiTensorFile file;
    AugError error = {0};
    AugStatus found = augi_safetensors_parse(&file, packed.bytes, packed.size, "file", &error);
    ck_assert_msg(found == status, "%s: status %s, expected %s (%s)", header,
                  aug_status_name(found), aug_status_name(status), error.message);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s: '%s' does not hold '%s'", header,
                  error.message, words);
    ck_assert_str_eq(error.where, "file");
    ck_assert_ptr_null(file.tensors);
    free(packed.bytes);
}

#define TENSOR(name, dtype, shape, begin, end)                                                   \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" begin "," end \
    "]}"

START_TEST(reads_what_is_right)
{
    Packed packed = pack(
        "{\"__metadata__\":{\"format\":\"pt\"}," TENSOR("b", "F32", "[2,1]", "3", "11") "," TENSOR(
            "a", "U8", "[3]", "0", "3") "," TENSOR("empty", "I64", "[0,5]", "11",
                                                   "11") "," TENSOR("scalar", "I32", "[]", "11",
                                                                    "15") "}   ",
        15);
    AugiTensorFile file;
    AugError error = {0};
    ck_assert_msg(augi_safetensors_parse(&file, packed.bytes, packed.size, "file", &error) ==
                      AUG_OK,
                  "%s", error.message);
    ck_assert_uint_eq(file.n_tensors, 4);
    ck_assert_str_eq(file.tensors[0].name, "a");
    const AugTensor *b = augi_tensor_file_find(&file, "b");
    ck_assert_uint_eq(b->desc.n_dims, 2);
    ck_assert_uint_eq(b->desc.shape[0], 2);
    ck_assert_int_eq(b->desc.dtype, AUG_DTYPE_F32);
    ck_assert_uint_eq(b->size, 8);
    ck_assert_uint_eq(((const uint8_t *)b->bytes)[0], 3);
    ck_assert_uint_eq(augi_tensor_file_find(&file, "scalar")->size, 4);
    ck_assert_uint_eq(augi_tensor_file_find(&file, "empty")->size, 0);
    ck_assert_ptr_null(augi_tensor_file_find(&file, "c"));
    ck_assert_str_eq(augi_tensor_file_metadata(&file, "format"), "pt");
    ck_assert_ptr_null(augi_tensor_file_metadata(&file, "other"));
    augi_tensor_file_fini(&file);
    augi_tensor_file_fini(&file);
    free(packed.bytes);
}
END_TEST

START_TEST(refuses_a_wrong_frame)
{
    AugiTensorFile file;
    AugError error = {0};
    const uint8_t seven[7] = {0};
    ck_assert_int_eq(augi_safetensors_parse(&file, seven, 7, "file", &error), AUG_CORRUPT);
    uint8_t large[16] = {0, 0, 0, 0, 0, 0, 0, 0x80, '{', '}'};
    ck_assert_int_eq(augi_safetensors_parse(&file, large, 16, "file", &error), AUG_TOO_LARGE);
    uint8_t beyond[16] = {9, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    ck_assert_int_eq(augi_safetensors_parse(&file, beyond, 16, "file", &error), AUG_CORRUPT);
    ck_assert_msg(strstr(error.message, "claims 9 bytes; 8 are there") != NULL, "%s",
                  error.message);
    refuse("", 4, AUG_CORRUPT, "begin with '{'");
    refuse(" {}", 0, AUG_CORRUPT, "begin with '{'");
    refuse("{\"a\":", 0, AUG_CORRUPT, "not valid JSON");
    refuse("{}x", 0, AUG_CORRUPT, "not valid JSON");
}
END_TEST

START_TEST(refuses_wrong_entries)
{
    refuse("{\"a\":1}", 0, AUG_CORRUPT, "exactly dtype, shape and data_offsets");
    refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}}", 1,
           AUG_CORRUPT, "exactly");
    refuse("{\"a\":{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}}", 1, AUG_CORRUPT,
           "no dtype");
    refuse("{" TENSOR("a", "F16", "[1]", "0", "2") "}", 2, AUG_UNSUPPORTED, "dtype F16");
    refuse("{" TENSOR("a", "U8", "[-1]", "0", "1") "}", 1, AUG_CORRUPT, "whole number");
    refuse("{" TENSOR("a", "U8", "[1.0]", "0", "1") "}", 1, AUG_CORRUPT, "whole number");
    refuse("{" TENSOR("a", "U8", "7", "0", "1") "}", 1, AUG_CORRUPT, "at most 5 dimensions");
    refuse("{" TENSOR("a", "U8", "[1,1,1,1,1,1]", "0", "1") "}", 1, AUG_CORRUPT, "at most 5");
    refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}", 1, AUG_CORRUPT,
           "[begin, end]");
    refuse("{\"__metadata__\":{\"a\":1}}", 0, AUG_CORRUPT, "not a string");
    refuse("{\"__metadata__\":[]}", 0, AUG_CORRUPT, "not a map");
}
END_TEST

START_TEST(refuses_wrong_ranges)
{
    refuse("{" TENSOR("a", "U8", "[4]", "0", "4") "}", 3, AUG_CORRUPT, "the data has 3 bytes");
    refuse("{" TENSOR("a", "U8", "[1]", "2", "1") "}", 3, AUG_CORRUPT, "bytes 2..1");
    refuse("{" TENSOR("a", "U8", "[1]", "-1", "0") "}", 3, AUG_CORRUPT, "bytes -1..0");
    refuse("{" TENSOR("a", "F32", "[1]", "0", "3") "}", 3, AUG_CORRUPT, "not what its shape needs");
    /* Products beyond 64 bits must not wrap around to something that fits. */
    refuse("{" TENSOR("a", "F32", "[4611686018427387904,1]", "0", "0") "}", 0, AUG_CORRUPT,
           "not what its shape needs");
    refuse("{" TENSOR("a", "U8", "[4294967296,4294967296]", "0", "0") "}", 0, AUG_CORRUPT,
           "not what its shape needs");
    refuse("{" TENSOR("a", "U8", "[2]", "0", "2") "," TENSOR("b", "U8", "[2]", "1", "3") "}", 3,
           AUG_CORRUPT, "overlaps");
    refuse("{" TENSOR("a", "U8", "[1]", "0", "1") "," TENSOR("b", "U8", "[1]", "2", "3") "}", 3,
           AUG_CORRUPT, "hole before tensor 'b'");
    refuse("{" TENSOR("a", "U8", "[1]", "0", "1") "}", 3, AUG_CORRUPT, "2 bytes of data belong");
    refuse("{" TENSOR("a", "U8", "[1]", "0", "1") "," TENSOR("a", "U8", "[1]", "1", "2") "}", 2,
           AUG_CORRUPT, "not valid JSON");
}
END_TEST

/* Whether a file is refused and leaves nothing, or has its tensors one behind the other up to its
 * end. */
static bool is_refused_or_whole(const Packed *packed, size_t *n_refused)
{
    AugiTensorFile file;
    if (augi_safetensors_parse(&file, packed->bytes, packed->size, "f", NULL) != AUG_OK) {
        ++*n_refused;
        return !file.tensors && file.n_tensors == 0 && !file.metadata;
    }
    const uint8_t *at = packed->bytes + file.header_size;
    bool is_whole = true;
    for (size_t i = 0; i < file.n_tensors; i++) {
        is_whole = is_whole && (const uint8_t *)file.tensors[i].bytes == at;
        at += file.tensors[i].size;
    }
    augi_tensor_file_fini(&file);
    return is_whole && at == packed->bytes + packed->size;
}

/* Every byte of a small valid file is changed to several values, and the file cut at every length.
 */
START_TEST(damage_is_refused_or_whole)
{
    static const uint8_t values[] = {0, 1, '"', '{', '}', '[', '9', 0x7f, 0xff};
    Packed packed = pack(
        "{" TENSOR("a", "F32", "[2]", "0", "8") "," TENSOR("b", "U8", "[2]", "8", "10") "}", 10);
    size_t n_refused = 0;
    for (size_t i = 0; i < packed.size; i++)
        for (size_t v = 0; v < sizeof(values); v++) {
            uint8_t before = packed.bytes[i];
            packed.bytes[i] = values[v];
            ck_assert_msg(is_refused_or_whole(&packed, &n_refused), "%u at %zu", values[v], i);
            packed.bytes[i] = before;
        }
    for (size_t size = 0; size < packed.size; size++) {
        uint8_t *cut = malloc(size + 1);
        memcpy(cut, packed.bytes, size);
        AugiTensorFile file;
        ck_assert_int_ne(augi_safetensors_parse(&file, cut, size, "f", NULL), AUG_OK);
        free(cut);
    }
    ck_assert_uint_gt(n_refused, 100);
    free(packed.bytes);
}
END_TEST

START_TEST(writes_what_it_reads)
{
    char *path = test_path("%s/out.safetensors", test_folder());
    const float weights[6] = {1, -2, 0.5f, 3e-38f, 1e30f, 0};
    const int64_t count = 7;
    const AugTensor tensors[] = {
        {"0.weight", {AUG_DTYPE_F32, 2, {2, 3}}, weights, sizeof(weights)},
        {"count \"quoted\"", {AUG_DTYPE_I64, 0, {0}}, &count, sizeof(count)},
    };
    char key[] = "note", value[] = "line\nbreak \"and\" quotes";
    const AugiMetadata metadata = {key, value};
    AugError error = {0};
    ck_assert_int_eq(augi_safetensors_save(path, tensors, 2, &metadata, 1, &error), AUG_OK);
    AugiTensorFile file;
    ck_assert_msg(augi_safetensors_load(&file, path, 4096, &error) == AUG_OK, "%s", error.message);
    ck_assert_uint_eq(file.n_tensors, 2);
    const AugTensor *read = augi_tensor_file_find(&file, "0.weight");
    ck_assert_uint_eq(read->desc.shape[1], 3);
    ck_assert_int_eq(memcmp(read->bytes, weights, sizeof(weights)), 0);
    ck_assert_uint_eq(((uintptr_t)read->bytes - (uintptr_t)file.owned) % 64, 0);
    ck_assert_uint_eq(augi_tensor_file_find(&file, "count \"quoted\"")->size, 8);
    ck_assert_str_eq(augi_tensor_file_metadata(&file, "note"), value);
    augi_tensor_file_fini(&file);
    ck_assert_int_eq(augi_safetensors_load(&file, path, 100, &error), AUG_TOO_LARGE);
    ck_assert_int_eq(augi_safetensors_load(&file, "/nowhere/x", 100, &error), AUG_NOT_FOUND);
    free(path);
}
END_TEST

/* A text of so many bytes, freed by the caller. */
static char *text_of(size_t size)
{
    char *text = malloc(size + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', size);
    text[size] = 0;
    return text;
}

/* A checkpoint of many classes has more than a batch; what nobody could read is not written. */
START_TEST(files_have_larger_headers_than_batches)
{
    char *path = test_path("%s/names.safetensors", test_folder());
    const float weight = 1;
    const AugTensor tensor = {"w", {AUG_DTYPE_F32, 1, {1}}, &weight, sizeof(weight)};
    AugError error = {0};
    char key[] = "note";
    AugiTensorFile file;
    static const size_t sizes[] = {(2u << 20) + 5, (16u << 20) - 200};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const AugiMetadata metadata = {key, text_of(sizes[i])};
        ck_assert_int_eq(augi_safetensors_save(path, &tensor, 1, &metadata, 1, &error), AUG_OK);
        ck_assert_msg(augi_safetensors_load(&file, path, SIZE_MAX, &error) == AUG_OK, "%s",
                      error.message);
        ck_assert_str_eq(augi_tensor_file_metadata(&file, key), metadata.value);
        AugiTensorFile batch;
        ck_assert_int_eq(
            augi_safetensors_parse(&batch, file.owned, file.header_size + 4, "batch", &error),
            AUG_TOO_LARGE);
        augi_tensor_file_fini(&file);
        free(metadata.value);
    }
    ck_assert_int_eq(remove(path), 0);
    const AugiMetadata metadata = {key, text_of(16u << 20)};
    ck_assert_int_eq(augi_safetensors_save(path, &tensor, 1, &metadata, 1, &error), AUG_TOO_LARGE);
    ck_assert_msg(strstr(error.message, "16777153 are allowed") != NULL, "%s", error.message);
    ck_assert_int_eq(augi_safetensors_load(&file, path, SIZE_MAX, &error), AUG_NOT_FOUND);
    free(metadata.value);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("safetensors");
    TCase *test = tcase_create("safetensors");
    tcase_add_test(test, reads_what_is_right);
    tcase_add_test(test, refuses_a_wrong_frame);
    tcase_add_test(test, refuses_wrong_entries);
    tcase_add_test(test, refuses_wrong_ranges);
    tcase_add_test(test, damage_is_refused_or_whole);
    tcase_add_test(test, writes_what_it_reads);
    tcase_add_test(test, files_have_larger_headers_than_batches);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
