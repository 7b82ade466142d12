/* Texts and edits as they were when they were pinned: a change of any stream of random numbers, of its
 * use, or of where words and sentences end shows here, and must come with a new AUG_ENGINE.
 *
 * text_streams.txt has a line for each pipeline: a digest, and the pipeline. Every example of every
 * operation on texts has one, but for those that need data which is not there. Where
 * AUGD_WRITE_GOLDEN is set, the program adds the lines that are missing and overwrites none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/sample.h"
#include "aug/spec.h"
#include "libaug/run/worker.h"
#include "tests/support/support.h"
#include "text/op.h"

enum { KEYS = 8 };

static const char *const rows[] = {
    "a gorgeous , witty , seductive movie that does n't overstay its welcome .",
    "We met Anna Smith in New York. She didn't say a word about the $20 ticket, did she?",
    "Read https://example.com/a?b=1 or mail me@example.org, @you! #now {name} <b>bold</b> [MASK]",
    "\uc774 \uc601\ud654\ub294 \uc815\ub9d0 \uc7ac\ubbf8\uc788\uace0 \ubc30\uc6b0\ub4e4\uc758 "
    "\uc5f0\uae30\ub3c4 \uc88b\ub2e4. \uc548 \ubcf4\uba74 \ud6c4\ud68c!",
    "\u8fd9\u90e8\u7535\u5f71\u5f88\u597d\u770b \u6211\u5f88\u559c\u6b22",
    "Le caf\u00e9 \u00e9tait tr\u00e8s bon; l'addition, moins. na\u00efve e\u0301t\u00e9",
    "bad \xff bytes \xe2\x80 here and there are more of them than one would like",
    "word",
    "",
};

typedef struct Rig {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugWorker *worker;
} Rig;

static void rig_close(Rig *rig)
{
    aug_worker_free(rig->worker);
    aug_plan_free(rig->plan);
    aug_dataset_unref(rig->dataset);
    aug_spec_free(rig->spec);
}

/* False where an operation lacks its data; anything else ends the test. */
static bool rig_open(Rig *rig, const char *pipeline)
{
    static const AugFieldDesc field = {
        .name = "text", .kind = AUG_FIELD_TEXT, .tensor = {.dtype = AUG_DTYPE_U8, .n_dims = 1}};
    const AugDatasetCallbacks callbacks = {.fields = &field, .n_fields = 1};
    const AugPlanOptions options = {.any_size = true};
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    char *text = test_path("{augd: 1, pipeline: %s}", pipeline);
    *rig = (Rig){0};
    ck_assert_msg(aug_spec_parse(&rig->spec, text, strlen(text), "s", NULL, &problems) == AUG_OK,
                  "%s: %s", pipeline, error.message);
    free(text);
    ck_assert_int_eq(aug_dataset_from_callbacks(&rig->dataset, &callbacks, &error), AUG_OK);
    if (aug_plan_new(&rig->plan, rig->spec, rig->dataset, &options, &error) != AUG_OK) {
        ck_assert_msg(strstr(error.message, "aug data"), "%s: %s", pipeline, error.message);
        rig_close(rig);
        return false;
    }
    ck_assert_int_eq(aug_worker_new(&rig->worker, rig->plan, &error), AUG_OK);
    return true;
}

static uint64_t add(uint64_t hash, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t add_row(uint64_t hash, Rig *rig, const char *row, uint64_t key_number)
{
    AugField field = {.bytes = row, .size = strlen(row), .n_rows = strlen(row)};
    const AugSample in = {.name = "row", .fields = &field};
    const AugKey key = {.seed = 7, .sample = key_number};
    AugSample out;
    AugError error = {0};
    AugChanges changes;
    ck_assert_msg(aug_worker_augment(rig->worker, &key, &in, &out, &error) == AUG_OK, "%s: %s", row,
                  error.message);
    aug_worker_changes(rig->worker, &in, &out, 0, &changes);
    hash = add(hash, out.fields[0].bytes, out.fields[0].size);
    hash = add(hash, changes.outcome, strlen(changes.outcome));
    for (uint32_t i = 0; i < changes.n; i++) {
        const AugChange *change = &changes.items[i];
        const uint32_t places[] = {change->start, change->end, change->new_start, change->new_end};
        hash = add(hash, places, sizeof(places));
    }
    return hash;
}

/* 0 where an operation lacks its data. */
static uint64_t digest_of(const char *pipeline)
{
    Rig rig;
    if (!rig_open(&rig, pipeline))
        return 0;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (uint64_t k = 0; k < KEYS; k++)
            hash = add_row(hash, &rig, rows[i], k);
    rig_close(&rig);
    return hash;
}

static char *golden_path(void)
{
    const char *source = getenv("AUGD_SOURCE");
    return test_path("%s/tests/golden/text_streams.txt", source ? source : ".");
}

START_TEST(pinned_streams)
{
    char *path = golden_path();
    size_t size;
    char *text = (char *)test_read_file(path, &size);
    int n = 0;
    for (char *next, *line = text; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (line[0] == '#')
            continue;
        char *pipeline;
        const uint64_t pinned = strtoull(line, &pipeline, 16);
        const uint64_t got = digest_of(pipeline + 1);
        ck_assert_msg(got == 0 || got == pinned, "%s: %016llx, pinned %016llx", pipeline + 1,
                      (unsigned long long)got, (unsigned long long)pinned);
        n++;
    }
    ck_assert_int_ge(n, 6);
    free(text);
    free(path);
}
END_TEST

/* Adds a line to the file, or says which one is missing and returns 1. */
static int pin(const char *pipeline, const char *golden, FILE *file)
{
    const uint64_t digest = strstr(golden, pipeline) ? 0 : digest_of(pipeline);
    if (digest == 0)
        return 0;
    fprintf(file ? file : stdout, "%016llx %s\n", (unsigned long long)digest, pipeline);
    return !file;
}

START_TEST(every_example_is_pinned)
{
    static const char *const chains[] = {
        "[RandomSwap, AEDA, RandomDeletion: {alpha: 0.3}]",
        "[OneOf: {transforms: [RandomSwap: {n: 2}, RandomDeletion: {n: 1}, AEDA: {p: 2}]}]",
    };
    char *path = golden_path();
    size_t size;
    char *text = (char *)test_read_file(path, &size);
    FILE *file = getenv("AUGD_WRITE_GOLDEN") ? fopen(path, "a") : NULL;
    int n_missing = 0;
    for (size_t i = 0; i < AUG_COUNT(chains); i++)
        n_missing += pin(chains[i], text, file);
    for (size_t i = 0; i < augi_n_ops; i++)
        for (size_t e = 0; augi_ops[i]->domain == &aug_domain_text && e < augi_ops[i]->n_examples;
             e++) {
            char *pipeline =
                test_path("[%s: %s]", augi_ops[i]->name, augi_ops[i]->examples[e].params);
            n_missing += pin(pipeline, text, file);
            free(pipeline);
        }
    ck_assert_msg(n_missing == 0, "%s lacks the %d lines above; AUGD_WRITE_GOLDEN=1 adds them",
                  path, n_missing);
    if (file)
        fclose(file);
    free(text);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text streams");
    TCase *golden = tcase_create("golden");
    tcase_set_timeout(golden, 60);
    tcase_add_test(golden, every_example_is_pinned);
    tcase_add_test(golden, pinned_streams);
    suite_add_tcase(suite, golden);
    return test_run(suite);
}
