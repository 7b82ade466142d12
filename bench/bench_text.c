/* Rows a second of the text domain on one thread, called from C: every row of a file through the
 * public interface of single samples.
 *
 *   bench_text PIPELINE ROWS [SECONDS]
 *
 * PIPELINE is a spec's list ("RandomSwap", "{RandomDeletion: {alpha: 0.2}}, AEDA"), ROWS a file of
 * one text a line. The last line is rows a second; before it stands how many rows came out changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static int report(AugWorker *worker, const Row *rows, size_t n, double seconds)
{
    AugError error = {0};
    Count count = {0};
    const double before = taken();
    const double speed = measure(worker, rows, n, seconds, &count, &error);
    if (speed < 0)
        return fail(error.message);
    printf("%zu rows, %.1f %% changed, %.0f ns of a processor for each\n", n,
           100 * (double)count.changed / (double)count.done,
           1e9 * (taken() - before) / (double)count.done);
    printf("%.0f\n", speed);
    return 0;
}

int main(int argc, char **argv)
{
    static const AugFieldDesc field = {
        .name = "text", .kind = AUG_FIELD_TEXT, .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 1}};
    if (argc < 3)
        return fail("bench_text PIPELINE ROWS [SECONDS]");
    size_t size, n;
    char *text = read_file(argv[2], &size);
    Row *rows = text ? find_rows(text, size, &n) : NULL;
    if (!rows || n == 0)
        return fail("cannot read rows");
    char spec_text[4096];
    snprintf(spec_text, sizeof(spec_text),
             "{augd: 1, pipeline: [%s], output: {max_bytes: 1000000}}", argv[1]);
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugWorker *worker;
    const AugDatasetCallbacks callbacks = {.fields = &field, .n_fields = 1};
    const AugPlanOptions options = {.any_size = true};
    if (aug_spec_parse(&spec, spec_text, strlen(spec_text), "spec", NULL, &problems) != AUG_OK ||
        aug_dataset_from_callbacks(&dataset, &callbacks, &error) != AUG_OK ||
        aug_plan_new(&plan, spec, dataset, &options, &error) != AUG_OK ||
        aug_worker_new(&worker, plan, &error) != AUG_OK)
        return fail(error.message);
    const int status = report(worker, rows, n, argc > 3 ? strtod(argv[3], NULL) : 1);
    aug_worker_free(worker);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
    free(rows);
    free(text);
    return status;
}
