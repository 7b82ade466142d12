/* Opens data sets with the checks that every kind's test makes, and builds files for them byte by
 * byte. */
#include "tests/support/datasets.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "libaug/data/dataset.h"

static char *format_text(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        ck_abort_msg("out of memory");
    return text;
}

AugDataset *test_open(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *location = format_text(format, arguments);
    va_end(arguments);
    AugError error = {0};
    AugDataset *dataset;
    if (aug_dataset_open(&dataset, location, NULL, &error) != AUG_OK)
        ck_abort_msg("%s: refused: %s: %s", location, error.where, error.message);
    free(location);
    return dataset;
}

static void check_error(const char *what, const AugError *error, AugStatus found,
                        AugStatus expected, const char *words)
{
    char sentence[800];
    snprintf(sentence, sizeof(sentence), "%s: %s", error->where, error->message);
    ck_assert_msg(found == expected, "%s: status %s, expected %s; %s", what, aug_status_name(found),
                  aug_status_name(expected), sentence);
    ck_assert_msg(error->status == found, "%s: the error says %s", what,
                  aug_status_name(error->status));
    ck_assert_msg(strstr(sentence, words), "%s: '%s' does not say '%s'", what, sentence, words);
    ck_assert_msg(error->where[0], "%s: no place in '%s'", what, sentence);
}

void test_refuse_under(const AugLimits *limits, AugStatus status, const char *words,
                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *location = format_text(format, arguments);
    va_end(arguments);
    AugError error = {0};
    AugDataset *dataset;
    AugStatus found = aug_dataset_open(&dataset, location, limits, &error);
    ck_assert_msg(found != AUG_OK && !dataset, "%s: accepted, expected '%s'", location, words);
    check_error(location, &error, found, status, words);
    free(location);
}

/* The name that a sample has without reading it, which is less the name of a tar's shard. */
static void check_sample_name(const AugDataset *dataset, uint64_t index, const char *read_name)
{
    AugBuffer buffer = {0};
    const char *name = augi_dataset_sample_name(dataset, index, &buffer);
    const size_t size = strlen(name), read_size = strlen(read_name);
    ck_assert_msg(0 < size && size <= read_size && strcmp(read_name + read_size - size, name) == 0,
                  "sample %d is '%s', and '%s' when it is read", (int)index, name, read_name);
    aug_buffer_fini(&buffer);
}

void test_sample(const AugDataset *dataset, uint64_t index, const char *name, int64_t label,
                 const void *bytes, size_t size)
{
    AugBuffer buffer = {0};
    AugSample sample;
    AugError error = {0};
    if (aug_dataset_read(dataset, index, &buffer, &sample, &error) != AUG_OK)
        ck_abort_msg("sample %d: %s: %s", (int)index, error.where, error.message);
    if (name)
        ck_assert_str_eq(sample.name, name);
    ck_assert_msg(aug_sample_class(aug_dataset_info(dataset), &sample) == label,
                  "sample %d (%s): label %d, expected %d", (int)index, sample.name,
                  (int)aug_sample_class(aug_dataset_info(dataset), &sample), (int)label);
    ck_assert_int_eq(aug_dataset_label(dataset, index), label);
    ck_assert_msg(sample.fields[0].size == size, "sample %d (%s): %zu bytes, expected %zu",
                  (int)index, sample.name, sample.fields[0].size, size);
    for (size_t i = 0; i < size; i++)
        ck_assert_msg(((const uint8_t *)sample.fields[0].bytes)[i] == ((const uint8_t *)bytes)[i],
                      "sample %d (%s): byte %zu is %d, expected %d", (int)index, sample.name, i,
                      ((const uint8_t *)sample.fields[0].bytes)[i], ((const uint8_t *)bytes)[i]);
    check_sample_name(dataset, index, sample.name);
    aug_buffer_fini(&buffer);
}

void test_read_fails(const AugDataset *dataset, uint64_t index, AugStatus status, const char *words)
{
    AugBuffer buffer = {0};
    AugSample sample;
    AugError error = {0};
    AugStatus found = aug_dataset_read(dataset, index, &buffer, &sample, &error);
    check_error("read", &error, found, status, words);
    aug_buffer_fini(&buffer);
}

char *test_fingerprint(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *location = format_text(format, arguments);
    va_end(arguments);
    AugDataset *dataset = test_open("%s", location);
    char hex[65];
    AugError error = {0};
    if (aug_dataset_fingerprint(dataset, hex, &error) != AUG_OK)
        ck_abort_msg("%s: %s: %s", location, error.where, error.message);
    ck_assert_uint_eq(strlen(hex), 64);
    aug_dataset_unref(dataset);
    free(location);
    return strdup(hex);
}

/* A short sum of a sample is enough: equal data gives equal sums, torn data hardly ever. */
static uint32_t sum_sample(const AugDataset *dataset, uint64_t index, AugBuffer *buffer)
{
    AugSample sample;
    if (aug_dataset_read(dataset, index, buffer, &sample, NULL) != AUG_OK)
        return 0;
    uLong sum = crc32(0, ((const uint8_t *)sample.fields[0].bytes), (uInt)sample.fields[0].size);
    sum = crc32(sum, (const Bytef *)sample.name, (uInt)strlen(sample.name));
    return (uint32_t)sum ^ (uint32_t)aug_sample_class(aug_dataset_info(dataset), &sample);
}

typedef struct Reader {
    const AugDataset *dataset;
    const uint32_t *expected;
    uint64_t first;
    int n_wrong;
} Reader;

static void *read_all(void *argument)
{
    Reader *reader = argument;
    uint64_t n = aug_dataset_info(reader->dataset)->n_samples;
    AugBuffer buffer = {0};
    for (uint64_t i = 0; i < n; i++) {
        uint64_t index = (i + reader->first) % n;
        if (sum_sample(reader->dataset, index, &buffer) != reader->expected[index])
            reader->n_wrong++;
    }
    aug_buffer_fini(&buffer);
    return NULL;
}

void test_read_from_threads(const AugDataset *dataset)
{
    enum { N_THREADS = 4 };
    uint64_t n = aug_dataset_info(dataset)->n_samples;
    uint32_t *expected = calloc(n, sizeof(*expected));
    AugBuffer buffer = {0};
    for (uint64_t i = 0; i < n; i++)
        expected[i] = sum_sample(dataset, i, &buffer);
    aug_buffer_fini(&buffer);
    pthread_t threads[N_THREADS];
    Reader readers[N_THREADS];
    for (uint64_t t = 0; t < N_THREADS; t++) {
        readers[t] = (Reader){dataset, expected, t * n / N_THREADS, 0};
        ck_assert_int_eq(pthread_create(&threads[t], NULL, read_all, &readers[t]), 0);
    }
    for (int t = 0; t < N_THREADS; t++) {
        pthread_join(threads[t], NULL);
        ck_assert_int_eq(readers[t].n_wrong, 0);
    }
    free(expected);
}

char *test_make_folder(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *path = format_text(format, arguments);
    va_end(arguments);
    for (size_t i = 1; path[i]; i++) {
        if (path[i] != '/')
            continue;
        path[i] = 0;
        mkdir(path, 0777);
        path[i] = '/';
    }
    mkdir(path, 0777);
    return path;
}

void test_replace_file(const char *path, const void *bytes, size_t size)
{
    remove(path);
    test_write_file(path, bytes, size);
}

void test_write_gzip(const char *path, const void *bytes, size_t size)
{
    remove(path);
    gzFile file = gzopen(path, "wb");
    if (!file || (size && gzwrite(file, bytes, (unsigned)size) != (int)size) ||
        gzclose(file) != Z_OK)
        ck_abort_msg("cannot write %s", path);
}

void test_tar_seal(uint8_t block[512])
{
    memset(block + 148, ' ', 8);
    unsigned sum = 0;
    for (int i = 0; i < 512; i++)
        sum += block[i];
    snprintf((char *)block + 148, 8, "%06o", sum);
}

void test_tar_header(uint8_t block[512], const char *name, char type, size_t size)
{
    memset(block, 0, 512);
    memcpy(block, name, strnlen(name, 100));
    memcpy(block + 100, "0000644", 8);
    snprintf((char *)block + 124, 12, "%011zo", size);
    block[156] = (uint8_t)type;
    memcpy(block + 257, "ustar\00000", 8);
    test_tar_seal(block);
}

void test_tar_add(FILE *tar, const char *name, char type, const void *bytes, size_t size)
{
    uint8_t block[512];
    test_tar_header(block, name, type, size);
    static const uint8_t zeros[512];
    if (fwrite(block, 1, 512, tar) != 512 || (size && fwrite(bytes, 1, size, tar) != size) ||
        fwrite(zeros, 1, (512 - size % 512) % 512, tar) != (512 - size % 512) % 512)
        ck_abort_msg("cannot write a tar member");
}

void test_tar_end(FILE *tar)
{
    static const uint8_t zeros[1024];
    if (fwrite(zeros, 1, sizeof(zeros), tar) != sizeof(zeros) || fclose(tar) != 0)
        ck_abort_msg("cannot end a tar file");
}
