/* CIFAR-10 and CIFAR-100 in their binary form: records of one or two label bytes and 3072 bytes of
 * pixels (1024 red, 1024 green, 1024 blue, each 32 rows of 32), plain or .gz. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/paths.h"
#include "libaug/data/support/pixels.h"
#include "libaug/data/support/reader.h"

#define SIDE 32
#define PICTURE_SIZE (3 * SIDE * SIDE)

/* Records read at a time: about a megabyte. */
#define RECORDS_PER_READ 340

typedef struct CifarParams {
    AugText path;
    AugChoice split;
    int32_t classes;
} CifarParams;

static const char *const splits[] = {"train", "test", NULL};

static const AugParamDesc params[] = {
    AUG_PARAM(CifarParams, path,
              .help = "file, pattern such as data_batch_{1..5}.bin, or the folder of all files"),
    AUG_PARAM(CifarParams, split, .choices = splits, .fallback = "train",
              .help = "which files of a folder"),
    AUG_PARAM(CifarParams, classes, .fallback = "10", .low = 10, .high = 100,
              .help = "10, or 100 for CIFAR-100 with its fine labels"),
};

static bool is_part(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0 &&
           (augi_path_has_suffix(name, ".bin") || augi_path_has_suffix(name, ".bin.gz"));
}

static bool is_train_ten(const char *name)
{
    return is_part(name, "data_batch_");
}

static bool is_test_ten(const char *name)
{
    return is_part(name, "test_batch.");
}

static bool is_train_hundred(const char *name)
{
    return is_part(name, "train.");
}

static bool is_test_hundred(const char *name)
{
    return is_part(name, "test.");
}

static AugStatus find_files(const CifarParams *p, AugiPaths *files, AugError *error)
{
    bool test = p->split.value == 1, hundred = p->classes == 100;
    if (!augi_path_is_folder(p->path)) {
        if (test)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, p->path,
                            "split is test, but the path is not a folder in which to choose");
        return augi_paths_expand(files, p->path, error);
    }
    AUG_TRY(augi_paths_list(files, p->path,
                            hundred ? (test ? is_test_hundred : is_train_hundred)
                                    : (test ? is_test_ten : is_train_ten),
                            NULL, error));
    if (files->n == 0)
        return AUG_FAIL(error, AUG_NOT_FOUND, p->path,
                        "the folder holds no %s, with or without .gz",
                        hundred ? (test ? "test.bin" : "train.bin")
                                : (test ? "test_batch.bin" : "data_batch_*.bin"));
    return AUG_OK;
}

/* What is filled while files are read. */
typedef struct Reading {
    AugDataset *dataset;
    AugiPixels *pixels;
    const AugLimits *limits;
    size_t record_size;
    uint64_t capacity; /* bytes */
} Reading;

static AugStatus add_record(Reading *reading, const uint8_t *record, const char *path,
                            AugError *error)
{
    uint64_t n = reading->dataset->info.n_samples;
    const CifarParams *p = reading->dataset->params;
    int32_t label = record[reading->record_size - PICTURE_SIZE - 1];
    if (label >= p->classes)
        return AUG_FAIL(error, AUG_CORRUPT, path,
                        "a record has label %" PRId32 "; allowed is 0 to %" PRId32
                        " (is classes right?)",
                        label, p->classes - 1);
    AUG_TRY(augi_grow(&reading->pixels->bytes, &reading->capacity, (n + 1) * PICTURE_SIZE, 1,
                      reading->limits->max_resident_size, error));
    memcpy(reading->pixels->bytes + n * PICTURE_SIZE, record + reading->record_size - PICTURE_SIZE,
           PICTURE_SIZE);
    reading->dataset->info.n_samples++;
    return augi_labels_add(&reading->pixels->labels, label, reading->limits, error);
}

static AugStatus read_records(Reading *reading, AugiReader *stream, const char *path,
                              uint8_t *chunk, AugError *error)
{
    size_t chunk_size = RECORDS_PER_READ * reading->record_size;
    size_t n = chunk_size;
    while (n == chunk_size) {
        AUG_TRY(augi_reader_read(stream, chunk, chunk_size, &n, error));
        if (n % reading->record_size)
            return AUG_FAIL(error, AUG_CORRUPT, path,
                            "holds %" PRIu64 " bytes; records have %zu, so %zu bytes are left over",
                            augi_reader_position(stream), reading->record_size,
                            n % reading->record_size);
        for (size_t at = 0; at < n; at += reading->record_size)
            AUG_TRY(add_record(reading, chunk + at, path, error));
    }
    return augi_reader_end(stream, error);
}

static AugStatus read_file(Reading *reading, const char *path, AugError *error)
{
    AugiReader *stream;
    AUG_TRY(augi_reader_open(&stream, path, error));
    uint8_t *chunk = malloc(RECORDS_PER_READ * reading->record_size);
    AugStatus status = chunk ? read_records(reading, stream, path, chunk, error)
                             : AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory to read it");
    free(chunk);
    augi_reader_close(stream);
    return status;
}

static AugStatus read_files(AugDataset *dataset, const AugiPaths *files, const AugLimits *limits,
                            AugError *error)
{
    const CifarParams *p = dataset->params;
    Reading reading = {.dataset = dataset, .pixels = dataset->state, .limits = limits};
    reading.record_size = PICTURE_SIZE + (p->classes == 100 ? 2 : 1);
    for (size_t i = 0; i < files->n; i++)
        AUG_TRY(read_file(&reading, files->items[i], error));
    return AUG_OK;
}

static AugStatus take_name(AugDataset *dataset, const char *name, AugError *error)
{
    const CifarParams *p = dataset->params;
    if (!dataset->class_names)
        dataset->class_names = calloc((size_t)p->classes, sizeof(*dataset->class_names));
    if (!dataset->class_names)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
    char **place = dataset->class_names;
    while (*place)
        place++;
    *place = strdup(name);
    return *place ? AUG_OK : AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for class names");
}

/* One name a line, as batches.meta.txt and fine_label_names.txt have them; empty lines count for
 * nothing. */
static AugStatus read_names(AugDataset *dataset, const char *path, AugError *error)
{
    const CifarParams *p = dataset->params;
    char text[8192];
    size_t size;
    AugiReader *stream;
    AUG_TRY(augi_reader_open(&stream, path, error));
    AugStatus status = augi_reader_read(stream, text, sizeof(text) - 1, &size, error);
    augi_reader_close(stream);
    if (status != AUG_OK)
        return status;
    text[size] = 0;
    int32_t n = 0;
    for (char *line = text; *line;) {
        size_t length = strcspn(line, "\r\n");
        char *next = line + length + (line[length] != 0);
        line[length] = 0;
        if (length > 0 && n++ < p->classes)
            AUG_TRY(take_name(dataset, line, error));
        line = next;
    }
    if (n != p->classes)
        return AUG_FAIL(error, AUG_CORRUPT, path,
                        "holds %" PRId32 " class names; %" PRId32 " are needed", n, p->classes);
    return AUG_OK;
}

static AugStatus name_classes(AugDataset *dataset, const char *first_file, AugError *error)
{
    static const char *const ten[] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                      "dog",      "frog",       "horse", "ship", "truck"};
    const CifarParams *p = dataset->params;
    dataset->info.n_classes = (uint32_t)p->classes;
    char path[4096];
    snprintf(path, sizeof(path), "%.*s%s", (int)augi_path_folder_size(first_file), first_file,
             p->classes == 100 ? "fine_label_names.txt" : "batches.meta.txt");
    if (augi_path_exists(path))
        return read_names(dataset, path, error);
    for (size_t i = 0; p->classes == 10 && i < AUG_COUNT(ten); i++)
        AUG_TRY(take_name(dataset, ten[i], error));
    return AUG_OK;
}

static AugStatus cifar_open(AugDataset *dataset, const AugLimits *limits, AugError *error)
{
    const CifarParams *p = dataset->params;
    if (p->classes != 10 && p->classes != 100)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, p->path,
                        "classes is %" PRId32 "; allowed are 10 and 100", p->classes);
    AugiPixels *pixels = calloc(1, sizeof(*pixels));
    if (!pixels)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a data set");
    pixels->stride = PICTURE_SIZE;
    dataset->state = pixels;
    dataset->is_settled = true;
    const AugFieldDesc image = augi_field_pixels((AugSize){.height = SIDE, .width = SIDE}, 3, true);
    AUG_TRY(augi_dataset_add_field(dataset, &image, error));
    AugiPaths files = {0};
    AugStatus status = find_files(p, &files, error);
    if (status == AUG_OK)
        status = read_files(dataset, &files, limits, error);
    if (status == AUG_OK)
        status = name_classes(dataset, files.items[0], error);
    augi_paths_fini(&files);
    return status;
}

const AugDatasetKind aug_dataset_cifar = {
    .name = "cifar",
    .summary = "CIFAR-10 and CIFAR-100 in their binary form, plain or .gz",
    .example = "cifar:cifar-10-batches-bin,split=train",
    .aka = "cifar10 cifar100 cifar-10 cifar-100",
    .params = AUG_PARAM_TABLE(CifarParams, params),
    .open = cifar_open,
    .close = augi_pixels_close,
    .read = augi_pixels_read,
    .expect = augi_pixels_expect,
    .label = augi_pixels_label,
    .manifest = augi_pixels_manifest,
};
