/* Spans of a row through operations: they stay on their text, in single samples and in batches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "aug/sample.h"
#include "aug/spec.h"
#include "tests/support/support.h"

static const char text[] = "the film with Anna Smith is a very good film from San Marino indeed";

/* "Anna Smith", "San Marino" and "good", not in order; "very good" is protected in a way of its own. */
static const int64_t spans[][2] = {{50, 60}, {14, 24}, {37, 41}};
static const int64_t labels[] = {2, 1, 7};
static const int64_t protected_rows[][2] = {{32, 41}};

static AugStatus read_row(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                          AugError *error)
{
    (void)user;
    (void)index;
    (void)buffer;
    (void)error;
    sample->fields[0] =
        (AugField){.bytes = text, .size = sizeof(text) - 1, .n_rows = sizeof(text) - 1};
    sample->fields[1] = (AugField){.bytes = spans, .size = sizeof(spans), .n_rows = 3};
    sample->fields[2] = (AugField){.bytes = labels, .size = sizeof(labels), .n_rows = 3};
    sample->fields[3] =
        (AugField){.bytes = protected_rows, .size = sizeof(protected_rows), .n_rows = 1};
    return AUG_OK;
}

typedef struct Rig {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
    AugWorker *worker;
} Rig;

static void rig_open(Rig *rig, const char *pipeline, const char *output, bool any_size)
{
    static const AugFieldDesc fields[] = {
        {.name = "text", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}, .most = 100},
        {.name = "spans", .kind = AUG_FIELD_SPANS, .tensor = {AUG_DTYPE_I64, 2, {0, 2}}, .most = 3},
        {.name = "names",
         .kind = AUG_FIELD_OTHER,
         .tensor = {AUG_DTYPE_I64, 1, {0}},
         .most = 3,
         .follows = "spans"},
        {.name = "protected",
         .kind = AUG_FIELD_SPANS,
         .tensor = {AUG_DTYPE_I64, 2, {0, 2}},
         .most = 1},
    };
    const AugDatasetCallbacks callbacks = {
        .fields = fields, .n_fields = 4, .n_samples = 50, .read = read_row};
    char *words = test_path("{augd: 1, pipeline: [%s], batch: {size: 5, shuffle: false}, output: "
                            "{%s}}",
                            pipeline, output);
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    const AugPlanOptions options = {.any_size = any_size};
    ck_assert_msg(aug_spec_parse(&rig->spec, words, strlen(words), "s", NULL, &problems) == AUG_OK,
                  "%s", error.message);
    ck_assert_msg(aug_dataset_from_callbacks(&rig->dataset, &callbacks, &error) == AUG_OK, "%s",
                  error.message);
    ck_assert_msg(aug_plan_new(&rig->plan, rig->spec, rig->dataset, &options, &error) == AUG_OK,
                  "%s", error.message);
    ck_assert_int_eq(aug_worker_new(&rig->worker, rig->plan, &error), AUG_OK);
    free(words);
}

static void rig_close(Rig *rig)
{
    aug_worker_free(rig->worker);
    aug_plan_free(rig->plan);
    aug_dataset_unref(rig->dataset);
    aug_spec_free(rig->spec);
}

static void make(Rig *rig, uint64_t index, AugSample *out)
{
    AugBuffer buffer = {0};
    AugSample in;
    AugError error = {0};
    const AugKey key = {.seed = 3, .sample = index};
    ck_assert_int_eq(aug_dataset_read(rig->dataset, index, &buffer, &in, &error), AUG_OK);
    ck_assert_msg(aug_worker_augment(rig->worker, &key, &in, out, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    aug_buffer_fini(&buffer);
}

/* All three spans are there, on the same words, with their numbers. */
static void check_spans(const AugField *made, const AugField *rows, const AugField *names)
{
    ck_assert_uint_eq(rows->n_rows, 3);
    ck_assert_uint_eq(names->n_rows, 3);
    ck_assert_int_eq(memcmp(names->bytes, labels, sizeof(labels)), 0);
    const int64_t *now = rows->bytes;
    for (int i = 0; i < 3; i++) {
        const int64_t size = spans[i][1] - spans[i][0];
        ck_assert_int_eq(now[2 * i + 1] - now[2 * i], size);
        ck_assert_msg(
            memcmp((const char *)made->bytes + now[2 * i], text + spans[i][0], (size_t)size) == 0,
            "span %d of '%.*s'", i, (int)made->size, (const char *)made->bytes);
    }
}

static const char *const pipeline =
    "RandomSwap: {n: 3}, AEDA: {ratio: 1}, RandomDeletion: {n: 3}, RandomSwap: {n: 2}";
static const char *const outputs[] = {"spans: protect", "spans: move"};

START_TEST(spans_stay_on_their_words)
{
    Rig rig;
    bool moved = false;
    rig_open(&rig, pipeline, outputs[_i], true);
    for (uint64_t i = 0; i < 50; i++) {
        AugSample out;
        make(&rig, i, &out);
        check_spans(&out.fields[0], &out.fields[1], &out.fields[2]);
        ck_assert_ptr_nonnull(
            memmem(out.fields[0].bytes, out.fields[0].size, "very good", strlen("very good")));
        moved = moved || memcmp(out.fields[1].bytes, spans, sizeof(spans)) != 0;
    }
    ck_assert(moved);
    rig_close(&rig);
}
END_TEST

/* What an operation leaves out it leaves out of no span, whichever ran before. */
START_TEST(labelled_words_stay_through_all_operations)
{
    static const int64_t indeed[][2] = {{61, 67}, {4, 8}, {45, 49}};
    Rig rig;
    rig_open(&rig, "AEDA, RandomDeletion: {alpha: 1}, RandomDeletion: {alpha: 1}", "spans: move",
             true);
    for (uint64_t i = 0; i < 50; i++) {
        const AugKey key = {.seed = 3, .sample = i};
        AugField fields[4] = {{0}};
        AugSample in = {.name = "row", .fields = fields}, out;
        AugBuffer buffer = {0};
        AugError error = {0};
        ck_assert_int_eq(read_row(NULL, i, &buffer, &in, &error), AUG_OK);
        fields[1].bytes = indeed;
        ck_assert_int_eq(aug_worker_augment(rig.worker, &key, &in, &out, &error), AUG_OK);
        ck_assert_uint_eq(out.fields[1].n_rows, 3);
    }
    rig_close(&rig);
}
END_TEST

START_TEST(batches_have_them)
{
    Rig rig;
    AugLoader *loader;
    AugBatch *batch;
    AugError error = {0};
    rig_open(&rig, pipeline, outputs[0], false);
    uint32_t n;
    const AugTensorSpec *tensors = aug_plan_tensors(rig.plan, &n);
    for (uint32_t i = 0; i < n; i++)
        ck_assert_str_ne(tensors[i].name, "protected");
    const AugLoaderOptions options = {.threads = 1, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&loader, rig.plan, &options, &error), AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_OK);
    AugTensor texts, at, rows, names;
    ck_assert(aug_batch_tensor(batch, "text", &texts));
    ck_assert(aug_batch_tensor(batch, "text.offsets", &at));
    ck_assert(aug_batch_tensor(batch, "spans", &rows));
    ck_assert(aug_batch_tensor(batch, "names", &names));
    for (uint32_t i = 0; i < 5; i++) {
        const int64_t *offsets = (const int64_t *)at.bytes + i;
        const AugField made = {.bytes = (const uint8_t *)texts.bytes + offsets[0],
                               .size = (size_t)(offsets[1] - offsets[0])};
        const AugField row = {.bytes = (const int64_t *)rows.bytes + 6 * (size_t)i, .n_rows = 3};
        const AugField name = {.bytes = (const int64_t *)names.bytes + 3 * (size_t)i, .n_rows = 3};
        check_spans(&made, &row, &name);
    }
    aug_batch_free(batch);
    aug_loader_free(loader);
    rig_close(&rig);
}
END_TEST

/* 24 bytes: one span is left, and its number with it. */
START_TEST(what_is_cut_off_is_dropped)
{
    Rig rig;
    AugSample out;
    rig_open(&rig, "", "max_bytes: 24, truncation: true", true);
    make(&rig, 0, &out);
    ck_assert_uint_eq(out.fields[0].size, 24);
    ck_assert_uint_eq(out.fields[1].n_rows, 1);
    ck_assert_int_eq(((const int64_t *)out.fields[1].bytes)[0], 14);
    ck_assert_int_eq(((const int64_t *)out.fields[1].bytes)[1], 24);
    ck_assert_uint_eq(out.fields[2].n_rows, 1);
    ck_assert_int_eq(((const int64_t *)out.fields[2].bytes)[0], 1);
    rig_close(&rig);
}
END_TEST

START_TEST(texts_that_are_too_long_are_refused)
{
    Rig rig;
    AugSample in = {.name = "row"}, out;
    AugField fields[4] = {{0}};
    AugBuffer buffer = {0};
    AugError error = {0};
    rig_open(&rig, "AEDA", "max_bytes: 24", true);
    in.fields = fields;
    ck_assert_int_eq(read_row(NULL, 0, &buffer, &in, &error), AUG_OK);
    ck_assert_int_eq(aug_worker_augment(rig.worker, NULL, &in, &out, &error), AUG_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(error.message, "the text has 67 bytes; allowed are 24"));
    ck_assert_str_eq(error.where, "row");
    rig_close(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_spans");
    TCase *tests = tcase_create("all");
    tcase_add_loop_test(tests, spans_stay_on_their_words, 0, 2);
    tcase_add_test(tests, labelled_words_stay_through_all_operations);
    tcase_add_test(tests, batches_have_them);
    tcase_add_test(tests, what_is_cut_off_is_dropped);
    tcase_add_test(tests, texts_that_are_too_long_are_refused);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
