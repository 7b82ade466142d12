/* Rows a second of the text domain, called from C: every row of a file through the public interface of
 * single samples on one thread or, with a number of threads, through a loader's batches.
 *
 *   bench_text PIPELINE ROWS [SECONDS [THREADS]]
 *
 * PIPELINE is a spec's list ("RandomSwap", "{RandomDeletion: {alpha: 0.2}}, AEDA"), ROWS a file of
 * one text a line. The last line is rows a second; before it stands how many rows came out changed
 * (not of batches), how long the preparation took, and the processor's time for each row.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aug/loader.h"
#include "aug/sample.h"

typedef struct Row {
    const char *text;
    size_t size;
} Row;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Seconds of the processor that this program took: the same on a machine that others use, too. */
static double taken(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int fail(const char *what)
{
    fprintf(stderr, "bench_text: %s\n", what);
    return 2;
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        return NULL;
    *size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*size + 1);
    if (text && fread(text, 1, *size, file) != *size) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

/* Places of the lines of a text; n receives how many. */
static Row *find_rows(const char *text, size_t size, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < size; i++)
        *n += text[i] == '\n';
    Row *rows = calloc(*n + 1, sizeof(*rows));
    const char *at = text;
    for (size_t i = 0; rows && i < *n; i++) {
        const char *end = memchr(at, '\n', size - (size_t)(at - text));
        rows[i] = (Row){.text = at, .size = (size_t)(end - at)};
        at = end + 1;
    }
    return rows;
}

/* Rows that went through, and how many of them changed. */
typedef struct Count {
    uint64_t done, changed;
} Count;

/* Works for some seconds; rows a second, or a negative number after a failure. */
static double measure(AugWorker *worker, const Row *rows, size_t n, double seconds, Count *count,
                      AugError *error)
{
    const double start = now();
    double elapsed;
    do {
        for (size_t i = 0; i < n; i++, count->done++) {
            AugField field = {.bytes = rows[i].text, .size = rows[i].size, .n_rows = rows[i].size};
            const AugSample in = {.name = "row", .fields = &field};
            const AugKey key = {.seed = 1, .epoch = (uint32_t)(count->done / n), .sample = i};
            AugSample out;
            if (aug_worker_augment(worker, &key, &in, &out, error) != AUG_OK)
                return -1;
            count->changed += out.fields[0].size != field.size ||
                              memcmp(out.fields[0].bytes, field.bytes, field.size) != 0;
        }
        elapsed = now() - start;
    } while (elapsed < seconds);
    return (double)count->done / elapsed;
}

/* Rows of a batch: so many that handing it over costs little. */
#define BATCH 512

/* The rows as a data set has them. */
typedef struct Rows {
    const Row *items;
    size_t n, longest;
} Rows;

static AugStatus read_row(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                          AugError *error)
{
    const Row *row = &((const Rows *)user)->items[index];
    (void)buffer;
    (void)error;
    sample->fields[0] = (AugField){.bytes = row->text, .size = row->size, .n_rows = row->size};
    return AUG_OK;
}

/* What is measured. preparing: seconds that compiling the spec took */
typedef struct Bench {
    Rows rows;
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    double seconds, preparing;
} Bench;

/* Batches of a loader with so many threads. */
static double measure_loader(const Bench *bench, uint32_t threads, Count *count, AugError *error)
{
    const AugLoaderOptions options = {.threads = threads, .depth = 4 * threads};
    AugLoader *loader;
    if (aug_loader_new(&loader, bench->plan, &options, error) != AUG_OK)
        return -1;
    const double start = now();
    double elapsed = 0;
    AugStatus status = AUG_OK;
    while (elapsed < bench->seconds && status == AUG_OK) {
        AugBatch *batch;
        status = aug_loader_next(loader, &batch, error);
        if (status == AUG_OK) {
            count->done += aug_batch_count(batch);
            aug_batch_free(batch);
        }
        elapsed = now() - start;
    }
    aug_loader_free(loader);
    return status == AUG_OK ? (double)count->done / elapsed : -1;
}

static double measure_samples(const Bench *bench, Count *count, AugError *error)
{
    AugWorker *worker;
    if (aug_worker_new(&worker, bench->plan, error) != AUG_OK)
        return -1;
    const double speed =
        measure(worker, bench->rows.items, bench->rows.n, bench->seconds, count, error);
    aug_worker_free(worker);
    return speed;
}

static int report(const Bench *bench, uint32_t threads)
{
    AugError error = {0};
    Count count = {0};
    const double before = taken();
    const double speed = threads > 0 ? measure_loader(bench, threads, &count, &error)
                                     : measure_samples(bench, &count, &error);
    if (speed < 0)
        return fail(error.message);
    printf("%zu rows, %.1f %% changed, prepared in %.1f ms, %.0f ns of a processor for each\n",
           bench->rows.n, 100 * (double)count.changed / (double)count.done, 1e3 * bench->preparing,
           1e9 * (taken() - before) / (double)count.done);
    printf("%.0f\n", speed);
    return 0;
}

/* Compiles the pipeline for the rows; with threads a batch has room for texts three times as long. */
static AugStatus open_bench(Bench *bench, const char *pipeline, uint32_t threads, AugError *error)
{
    static const AugFieldDesc field = {
        .name = "text", .kind = AUG_FIELD_TEXT, .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 1}};
    char text[4096];
    snprintf(text, sizeof(text),
             "{augd: 1, pipeline: [%s], batch: {size: %d}, output: {max_bytes: %zu}}", pipeline,
             BATCH, threads > 0 ? 3 * bench->rows.longest + 64 : 1000000);
    AugProblems problems = {.items = error, .capacity = 1};
    const AugDatasetCallbacks callbacks = {.fields = &field,
                                           .n_fields = 1,
                                           .n_samples = threads > 0 ? bench->rows.n : 0,
                                           .user = &bench->rows,
                                           .read = threads > 0 ? read_row : NULL};
    const AugPlanOptions options = {.any_size = threads == 0};
    AugStatus status = aug_spec_parse(&bench->spec, text, strlen(text), "spec", NULL, &problems);
    if (status == AUG_OK)
        status = aug_dataset_from_callbacks(&bench->dataset, &callbacks, error);
    const double before = taken();
    if (status == AUG_OK)
        status = aug_plan_new(&bench->plan, bench->spec, bench->dataset, &options, error);
    bench->preparing = taken() - before;
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return fail("bench_text PIPELINE ROWS [SECONDS [THREADS]]");
    size_t size;
    Bench bench = {.seconds = argc > 3 ? strtod(argv[3], NULL) : 1};
    char *text = read_file(argv[2], &size);
    Row *rows = text ? find_rows(text, size, &bench.rows.n) : NULL;
    if (!rows || bench.rows.n == 0)
        return fail("cannot read rows");
    bench.rows.items = rows;
    for (size_t i = 0; i < bench.rows.n; i++)
        bench.rows.longest = rows[i].size > bench.rows.longest ? rows[i].size : bench.rows.longest;
    const uint32_t threads = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0;
    AugError error = {0};
    const int status = open_bench(&bench, argv[1], threads, &error) == AUG_OK
                           ? report(&bench, threads)
                           : fail(error.message);
    aug_plan_free(bench.plan);
    aug_dataset_unref(bench.dataset);
    aug_spec_free(bench.spec);
    free(rows);
    free(text);
    return status;
}
