/* Fields of data sets in batches: ragged tensors and their offsets, values, shares of classes and
 * their mixing, alignment and the file's form, for any number of threads. Batches are read here by
 * a reader of safetensors of its own.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "libaug/base/hash.h"
#include "libaug/spec/param.h"
#include "tests/support/datasets.h"
#include "tests/support/pictures.h"

#define N_SAMPLES 10
#define BATCH 4
#define SIDE 4
#define N_CLASSES 3
#define MOST 5

enum { IMAGE, ANCHORS, NUMBERS, NOTE, VALUES, TARGET, N_FIELDS };

/* Sample i has i % (MOST + 1) anchors and numbers, a note of i letters, two values. */
static uint64_t rows_of(uint64_t i)
{
    return i % (MOST + 1);
}

/* all_full: every sample has the most rows. */
typedef struct Source {
    bool all_full;
} Source;

static const AugFieldDesc fields[N_FIELDS] = {
    {.name = "image",
     .kind = AUG_FIELD_IMAGE,
     .form = AUG_FORM_PIXELS,
     .tensor = {AUG_DTYPE_U8, 3, {SIDE, SIDE, 3}}},
    {.name = "anchors",
     .kind = AUG_FIELD_OTHER,
     .tensor = {AUG_DTYPE_F32, 2, {0, 3}},
     .most = MOST},
    {.name = "numbers",
     .kind = AUG_FIELD_OTHER,
     .tensor = {AUG_DTYPE_I64, 1, {0}},
     .most = MOST,
     .follows = "anchors"},
    {.name = "note", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}, .most = N_SAMPLES},
    {.name = "values", .kind = AUG_FIELD_VALUES, .tensor = {AUG_DTYPE_F32, 1, {2}}},
    {.name = "target", .kind = AUG_FIELD_CLASS, .tensor = {AUG_DTYPE_I64, 0, {0}}},
};

static float anchor(uint64_t i, uint64_t row, int k)
{
    return (float)(100 * i + 10 * row) + 0.25f * (float)k;
}

static void *reserve(AugBuffer *buffer, AugSample *sample, uint32_t field, size_t size)
{
    void *bytes;
    ck_assert_int_eq(aug_buffer_reserve(buffer, field, size, &bytes, NULL), AUG_OK);
    sample->fields[field] = (AugField){.bytes = bytes, .size = size};
    return bytes;
}

static AugStatus read_sample(void *user, uint64_t i, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    (void)error;
    const Source *source = user;
    const uint64_t n = source->all_full ? MOST : rows_of(i);
    const size_t note_size = source->all_full ? N_SAMPLES : (size_t)i;
    memset(reserve(buffer, sample, IMAGE, SIDE * SIDE * 3), (int)i * 9, SIDE * SIDE * 3);
    sample->fields[IMAGE].height = sample->fields[IMAGE].width = SIDE;
    sample->fields[IMAGE].channels = 3;
    float *anchors = reserve(buffer, sample, ANCHORS, n * 3 * sizeof(float));
    int64_t *numbers = reserve(buffer, sample, NUMBERS, n * sizeof(int64_t));
    for (uint64_t row = 0; row < n; row++) {
        numbers[row] = (int64_t)(1000 * i + row);
        for (int k = 0; k < 3; k++)
            anchors[row * 3 + (uint64_t)k] = anchor(i, row, k);
    }
    memset(reserve(buffer, sample, NOTE, note_size), 'a' + (int)i, note_size);
    float *values = reserve(buffer, sample, VALUES, 2 * sizeof(float));
    values[0] = (float)(i % N_CLASSES);
    values[1] = -1.5f * (float)i;
    *(int64_t *)reserve(buffer, sample, TARGET, sizeof(int64_t)) = (int64_t)(i % N_CLASSES);
    return AUG_OK;
}

static AugDataset *open_source(Source *source, const AugFieldDesc *descs, uint32_t n_classes)
{
    const AugDatasetCallbacks callbacks = {
        .fields = descs,
        .n_fields = n_classes ? N_FIELDS : TARGET,
        .n_samples = N_SAMPLES,
        .n_classes = n_classes,
        .user = source,
        .read = read_sample,
    };
    AugDataset *dataset;
    AugError error = {0};
    if (aug_dataset_from_callbacks(&dataset, &callbacks, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    return dataset;
}

/* A data set, the plan of a pipeline for it, and the first epoch. */
typedef struct Stream {
    AugSpec *spec;
    AugPlan *plan;
    AugLoader *loader;
} Stream;

static void open_stream(Stream *stream, AugDataset *dataset, const char *text, uint32_t threads)
{
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    if (aug_spec_parse(&stream->spec, text, strlen(text), "test", NULL, &problems) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    const AugPlanOptions plan_options = {.names = true};
    if (aug_plan_new(&stream->plan, stream->spec, dataset, &plan_options, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    aug_dataset_unref(dataset);
    const AugLoaderOptions options = {.threads = threads, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&stream->loader, stream->plan, &options, NULL), AUG_OK);
}

static AugBatch *next_batch(Stream *stream)
{
    AugBatch *batch;
    AugError error = {0};
    const AugStatus status = aug_loader_next(stream->loader, &batch, &error);
    if (status != AUG_OK && status != AUG_END)
        ck_abort_msg("%s: %s", error.where, error.message);
    return status == AUG_OK ? batch : NULL;
}

static void close_stream(Stream *stream)
{
    aug_loader_free(stream->loader);
    aug_plan_free(stream->plan);
    aug_spec_free(stream->spec);
}

static const char *const ordered =
    "{augd: 1, seed: 3, pipeline: [], batch: {size: 4, shuffle: false, tail: short}, "
    "output: {dtype: uint8, layout: hwc}}";

/* One tensor of a file. */
typedef struct Found {
    const void *bytes;
    size_t size;
    uint64_t shape[AUG_MAX_DIMS];
    size_t n_dims;
} Found;

/* A file as its own header describes it. */
typedef struct File {
    const uint8_t *bytes;
    size_t size, begin;
    json_t *header;
} File;

/* Reads the header and checks the rules of the format: the tensors have the sizes of their shapes,
 * and lie one behind another without a hole up to the end. */
static File open_file(const AugBatch *batch)
{
    File file = {0};
    file.bytes = aug_batch_bytes(batch, &file.size);
    uint64_t length;
    memcpy(&length, file.bytes, sizeof(length));
    ck_assert_uint_le(length, file.size - 8);
    file.begin = 8 + (size_t)length;
    file.header =
        json_loadb((const char *)file.bytes + 8, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(file.header);
    size_t end = 0;
    const char *name;
    json_t *entry;
    for (size_t n = json_object_size(file.header); n > 0; n--) {
        const size_t before = end;
        json_object_foreach(file.header, name, entry)
        {
            const json_t *offsets = json_object_get(entry, "data_offsets");
            if ((size_t)json_integer_value(json_array_get(offsets, 0)) == before &&
                (size_t)json_integer_value(json_array_get(offsets, 1)) > before)
                end = (size_t)json_integer_value(json_array_get(offsets, 1));
        }
    }
    ck_assert_uint_eq(end, file.size - file.begin);
    return file;
}

static Found find(const File *file, const char *name, const char *dtype)
{
    const json_t *entry = json_object_get(file->header, name);
    ck_assert_msg(entry, "there is no tensor '%s'", name);
    ck_assert_str_eq(json_string_value(json_object_get(entry, "dtype")), dtype);
    const json_t *shape = json_object_get(entry, "shape");
    const json_t *offsets = json_object_get(entry, "data_offsets");
    const size_t begin = (size_t)json_integer_value(json_array_get(offsets, 0));
    Found found = {
        .bytes = file->bytes + file->begin + begin,
        .size = (size_t)json_integer_value(json_array_get(offsets, 1)) - begin,
        .n_dims = json_array_size(shape),
    };
    const size_t unit = strcmp(dtype, "I64") == 0 ? 8 : strcmp(dtype, "U8") == 0 ? 1 : 4;
    size_t size = unit;
    for (size_t i = 0; i < found.n_dims; i++) {
        found.shape[i] = (uint64_t)json_integer_value(json_array_get(shape, i));
        size *= (size_t)found.shape[i];
    }
    ck_assert_msg(size == found.size, "%s has %zu bytes, its shape says %zu", name, found.size,
                  size);
    ck_assert_msg((uintptr_t)found.bytes % unit == 0, "%s is not aligned", name);
    return found;
}

/* Offsets of a ragged tensor, checked for order and end. */
static const int64_t *find_offsets(const File *file, const char *name, uint32_t n, uint64_t n_rows)
{
    char offsets_name[80];
    snprintf(offsets_name, sizeof(offsets_name), "%s.offsets", name);
    const Found found = find(file, offsets_name, "I64");
    ck_assert_uint_eq(found.n_dims, 1);
    ck_assert_uint_eq(found.shape[0], n + 1);
    const int64_t *offsets = found.bytes;
    ck_assert_int_eq(offsets[0], 0);
    ck_assert_uint_eq((uint64_t)offsets[n], n_rows);
    return offsets;
}

/* Sample number i, which is at place k of the batch. */
static void check_rows(const File *file, uint32_t n, uint32_t k, uint64_t i)
{
    const Found anchors = find(file, "anchors", "F32"), numbers = find(file, "numbers", "I64");
    const Found notes = find(file, "note", "U8"), names = find(file, "name", "U8");
    ck_assert_uint_eq(anchors.n_dims, 2);
    ck_assert_uint_eq(anchors.shape[1], 3);
    const int64_t *at = find_offsets(file, "anchors", n, anchors.shape[0]);
    ck_assert_mem_eq(at, find_offsets(file, "numbers", n, numbers.shape[0]), (n + 1) * 8);
    ck_assert_uint_eq((uint64_t)(at[k + 1] - at[k]), rows_of(i));
    for (uint64_t row = 0; row < rows_of(i); row++) {
        const size_t place = (size_t)at[k] + row;
        ck_assert_int_eq(((const int64_t *)numbers.bytes)[place], (int64_t)(1000 * i + row));
        for (int c = 0; c < 3; c++)
            ck_assert(((const float *)anchors.bytes)[place * 3 + (size_t)c] == anchor(i, row, c));
    }
    const int64_t *note = find_offsets(file, "note", n, notes.shape[0]);
    ck_assert_uint_eq((uint64_t)(note[k + 1] - note[k]), i);
    for (int64_t c = note[k]; c < note[k + 1]; c++)
        ck_assert_int_eq(((const char *)notes.bytes)[c], 'a' + (int)i);
    const int64_t *name = find_offsets(file, "name", n, names.shape[0]);
    char expected[16];
    const int size = snprintf(expected, sizeof(expected), "#%d", (int)i);
    ck_assert_int_eq(name[k + 1] - name[k], size);
    ck_assert_mem_eq((const char *)names.bytes + name[k], expected, (size_t)size);
}

START_TEST(fields_travel_through_batches)
{
    Source source = {0};
    Stream stream;
    open_stream(&stream, open_source(&source, fields, N_CLASSES), ordered, 2);
    uint64_t first = 0;
    for (AugBatch *batch; (batch = next_batch(&stream)) != NULL;) {
        const uint32_t n = first + BATCH <= N_SAMPLES ? BATCH : N_SAMPLES - (uint32_t)first;
        ck_assert_uint_eq(aug_batch_count(batch), n);
        const File file = open_file(batch);
        const Found values = find(&file, "values", "F32"), label = find(&file, "label", "I64");
        const Found data = find(&file, "data", "U8");
        ck_assert_uint_eq(values.shape[0], n);
        ck_assert_uint_eq(values.shape[1], 2);
        ck_assert_uint_eq(label.n_dims, 1);
        ck_assert_uint_eq((uintptr_t)data.bytes % 64, 0);
        ck_assert_uint_le(file.size, aug_plan_batch_bytes(stream.plan));
        for (uint32_t k = 0; k < n; k++) {
            const uint64_t i = first + k;
            check_rows(&file, n, k, i);
            ck_assert(((const float *)values.bytes)[2 * k] == (float)(i % N_CLASSES));
            ck_assert(((const float *)values.bytes)[2 * k + 1] == -1.5f * (float)i);
            ck_assert_int_eq(((const int64_t *)label.bytes)[k], (int64_t)(i % N_CLASSES));
            ck_assert_int_eq(((const uint8_t *)data.bytes)[k * SIDE * SIDE * 3], (int)i * 9);
        }
        json_decref(file.header);
        aug_batch_free(batch);
        first += n;
    }
    ck_assert_uint_eq(first, N_SAMPLES);
    close_stream(&stream);
}
END_TEST

/* What is announced as the most is reached, but for the names, which are short. */
START_TEST(full_rows_fill_what_was_announced)
{
    Source source = {.all_full = true};
    Stream stream;
    open_stream(&stream, open_source(&source, fields, N_CLASSES), ordered, 1);
    AugBatch *batch = next_batch(&stream);
    const File file = open_file(batch);
    const Found names = find(&file, "name", "U8");
    const AugTensorSpec *name = aug_plan_tensor(stream.plan, "name");
    const size_t most_names = BATCH * (size_t)name->sample.shape[0];
    const size_t most = aug_plan_batch_bytes(stream.plan) - most_names + names.size;
    /* Numbers in the header may have fewer digits, and starts are multiples of 64. */
    ck_assert_uint_le(file.size, most + 64);
    ck_assert_uint_ge(file.size + 192, most);
    const Found anchors = find(&file, "anchors", "F32");
    ck_assert_uint_eq(anchors.shape[0], BATCH * MOST);
    json_decref(file.header);
    aug_batch_free(batch);
    close_stream(&stream);
}
END_TEST

static void digest_of(Stream *stream, char hex[65])
{
    AugiHash hash = {0};
    ck_assert_int_eq(augi_hash_init(&hash, NULL), AUG_OK);
    for (AugBatch *batch; (batch = next_batch(stream)) != NULL;) {
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        augi_hash_add_u64(&hash, size);
        augi_hash_add(&hash, bytes, size);
        aug_batch_free(batch);
    }
    augi_hash_hex(&hash, hex);
}

static const char *const mixed =
    "{augd: 1, seed: 5, pipeline: [{HorizontalFlip: {p: 0.5}}], batch: {size: 5, "
    "mix: [{MixUp: {alpha: 1}}, {CutMix: {alpha: 1}}]}}";

START_TEST(bytes_do_not_depend_on_threads)
{
    static const uint32_t threads[] = {1, 2, 3, 8};
    static const char *const specs[] = {
        "{augd: 1, seed: 5, pipeline: [{HorizontalFlip: {p: 0.5}}], batch: {size: 3, tail: short}}",
        "{augd: 1, seed: 5, pipeline: [], batch: {size: 5, mix: [{MixUp: {alpha: 1}}]}}"};
    for (size_t s = 0; s < AUG_COUNT(specs); s++) {
        char hex[AUG_COUNT(threads)][65];
        for (size_t i = 0; i < AUG_COUNT(threads); i++) {
            Source source = {0};
            Stream stream;
            open_stream(&stream, open_source(&source, fields, N_CLASSES), specs[s], threads[i]);
            digest_of(&stream, hex[i]);
            close_stream(&stream);
            ck_assert_str_eq(hex[i], hex[0]);
        }
    }
}
END_TEST

/* The same samples with their class as shares. */
static AugStatus read_shares(void *user, uint64_t i, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    AUG_TRY(read_sample(user, i, buffer, sample, error));
    float *shares = reserve(buffer, sample, TARGET, N_CLASSES * sizeof(float));
    for (uint64_t k = 0; k < N_CLASSES; k++)
        shares[k] = k == i % N_CLASSES;
    return AUG_OK;
}

static AugDataset *open_shares(Source *source)
{
    AugFieldDesc descs[N_FIELDS];
    memcpy(descs, fields, sizeof(fields));
    descs[TARGET] = (AugFieldDesc){
        .name = "target", .kind = AUG_FIELD_CLASSES, .tensor = {AUG_DTYPE_F32, 1, {N_CLASSES}}};
    const AugDatasetCallbacks callbacks = {
        .fields = descs,
        .n_fields = N_FIELDS,
        .n_samples = N_SAMPLES,
        .n_classes = N_CLASSES,
        .user = source,
        .read = read_shares,
    };
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, &callbacks, NULL), AUG_OK);
    return dataset;
}

/* Shares of one class are what a class becomes when it is mixed, and real numbers are mixed with
 * the same shares. */
START_TEST(shares_and_values_are_mixed_as_classes_are)
{
    Source source = {0};
    Stream classes, shares;
    open_stream(&classes, open_source(&source, fields, N_CLASSES), mixed, 2);
    open_stream(&shares, open_shares(&source), mixed, 3);
    int n_mixed = 0;
    for (AugBatch *left; (left = next_batch(&classes)) != NULL;) {
        AugBatch *right = next_batch(&shares);
        size_t left_size, right_size;
        const void *left_bytes = aug_batch_bytes(left, &left_size);
        const void *right_bytes = aug_batch_bytes(right, &right_size);
        ck_assert_uint_eq(left_size, right_size);
        ck_assert_mem_eq(left_bytes, right_bytes, left_size);
        AugTensor label, values;
        ck_assert(aug_batch_tensor(right, "label", &label));
        ck_assert(aug_batch_tensor(right, "values", &values));
        ck_assert_uint_eq(label.desc.shape[1], N_CLASSES);
        for (uint32_t i = 0; i < aug_batch_count(right); i++) {
            const float *share = (const float *)label.bytes + i * N_CLASSES;
            const float expected = share[1] + 2 * share[2];
            const float found = ((const float *)values.bytes)[2 * i];
            /* Sums of shares rounded to float32, of numbers up to 2. */
            ck_assert_msg(fabsf(found - expected) < 1e-5f, "sample %u: %g, expected %g", i,
                          (double)found, (double)expected);
            ck_assert(fabsf(share[0] + share[1] + share[2] - 1) < 1e-5f);
            n_mixed += share[0] > 0 && share[0] < 1;
        }
        aug_batch_free(left);
        aug_batch_free(right);
    }
    ck_assert_int_gt(n_mixed, 0);
    ck_assert_ptr_null(next_batch(&shares));
    close_stream(&classes);
    close_stream(&shares);
}
END_TEST

START_TEST(a_set_of_values_only_has_no_label)
{
    Source source = {0};
    Stream stream;
    open_stream(&stream, open_source(&source, fields, 0), mixed, 2);
    ck_assert_ptr_null(aug_plan_tensor(stream.plan, "label"));
    AugBatch *batch = next_batch(&stream);
    AugTensor tensor;
    ck_assert(!aug_batch_tensor(batch, "label", &tensor));
    ck_assert(aug_batch_tensor(batch, "values", &tensor));
    aug_batch_free(batch);
    close_stream(&stream);
}
END_TEST

/* Bytes that are not what the plan was made for end the stream with the sample's name. */
static AugStatus read_too_many(void *user, uint64_t i, AugBuffer *buffer, AugSample *sample,
                               AugError *error)
{
    AUG_TRY(read_sample(user, i, buffer, sample, error));
    if (i != 7)
        return AUG_OK;
    memset(reserve(buffer, sample, ANCHORS, (MOST + 1) * 12), 0, (MOST + 1) * 12);
    return AUG_OK;
}

START_TEST(too_many_rows_end_the_stream)
{
    Source source = {0};
    const AugDatasetCallbacks callbacks = {
        .fields = fields,
        .n_fields = N_FIELDS,
        .n_samples = N_SAMPLES,
        .n_classes = N_CLASSES,
        .user = &source,
        .read = read_too_many,
    };
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, &callbacks, NULL), AUG_OK);
    Stream stream;
    open_stream(&stream, dataset, ordered, 3);
    AugBatch *batch = next_batch(&stream);
    aug_batch_free(batch);
    AugError error = {0};
    ck_assert_int_eq(aug_loader_next(stream.loader, &batch, &error), AUG_TOO_LARGE);
    ck_assert_str_eq(error.where, "#7");
    ck_assert_ptr_nonnull(strstr(error.message, "'anchors' has 6 rows; allowed are 5"));
    close_stream(&stream);
}
END_TEST

/* From a file with pictures to the batch. */
START_TEST(rows_of_a_file_travel_through_batches)
{
    uint64_t state = 1;
    AugImage image = test_noise(&state, 8, 8, 3);
    size_t size;
    uint8_t *jpeg = test_jpeg(&image, &(TestJpeg){.quality = 90}, &size);
    char *path = test_path("%s/a.jpg", test_folder());
    test_write_file(path, jpeg, size);
    free(path);
    path = test_path("%s/rows.jsonl", test_folder());
    const char *text = "{\"image\":\"a.jpg\",\"tags\":[\"b\"],\"v\":[1,2.5]}\n"
                       "{\"image\":\"a.jpg\",\"tags\":[\"a\",\"b\"],\"v\":[-1,0]}\n"
                       "{\"image\":\"a.jpg\",\"tags\":[],\"v\":[3,4]}\n";
    test_write_file(path, text, strlen(text));
    Stream stream;
    open_stream(&stream, test_open("jsonl:%s,labels=tags,values=v", path),
                "{augd: 1, seed: 3, pipeline: [{Resize: {size: [4, 4]}}], "
                "batch: {size: 3, shuffle: false}}",
                2);
    AugBatch *batch = next_batch(&stream);
    const File file = open_file(batch);
    static const float labels[] = {0, 1, 1, 1, 0, 0}, values[] = {1, 2.5f, -1, 0, 3, 4};
    const Found label = find(&file, "label", "F32"), value = find(&file, "values", "F32");
    ck_assert_uint_eq(label.size, sizeof(labels));
    ck_assert_mem_eq(label.bytes, labels, sizeof(labels));
    ck_assert_uint_eq(value.size, sizeof(values));
    ck_assert_mem_eq(value.bytes, values, sizeof(values));
    json_decref(file.header);
    aug_batch_free(batch);
    close_stream(&stream);
    free(image.pixels);
    free(jpeg);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_batches");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, fields_travel_through_batches);
    tcase_add_test(tests, full_rows_fill_what_was_announced);
    tcase_add_test(tests, bytes_do_not_depend_on_threads);
    tcase_add_test(tests, shares_and_values_are_mixed_as_classes_are);
    tcase_add_test(tests, a_set_of_values_only_has_no_label);
    tcase_add_test(tests, too_many_rows_end_the_stream);
    tcase_add_test(tests, rows_of_a_file_travel_through_batches);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
