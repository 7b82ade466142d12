/* Samples that a report shows: which mistakes are the worst, which pictures are kept and how they are
 * reduced, and the address that a page has them in. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/nn_fixture.h"
#include "tests/support/train_case.h"
#include "trainer/report/html.h"
#include "trainer/run/samples.h"

/* A source of grey pictures of 4 classes, and what it needs. */
typedef struct Opened {
    AugSpec *spec;
    AugPool *pool;
    AugDataset *dataset;
    TrainSource *source;
} Opened;

static Opened open_source(NnShape input)
{
    Opened o = {0};
    AugProblems problems = {0};
    static const char name[] = "eval.yaml";
    char *path = test_path("%s/%s", test_folder(), name);
    ck_assert_int_eq(aug_spec_load(&o.spec, path, NULL, &problems), AUG_OK);
    ck_assert_int_eq(aug_pool_new(&o.pool, 1, NULL), AUG_OK);
    ck_assert_int_eq(aug_spec_open_dataset(o.spec, &o.dataset, NULL), AUG_OK);
    const TrainSourceOptions options = {
        .spec = o.spec, .name = name, .text = "", .epochs = 3, .prefetch = 1};
    ck_assert_int_eq(train_source_open_loader(&o.source, &options, o.dataset, o.pool, NULL),
                     AUG_OK);
    ck_assert_int_eq(train_source_fit(o.source, input, 0, 4, NULL), AUG_OK);
    free(path);
    return o;
}

static const NnShape small = {12, 12, 1, false};

static void close_source(Opened *o)
{
    train_source_free(o->source);
    aug_dataset_unref(o->dataset);
    aug_pool_free(o->pool);
    aug_spec_free(o->spec);
}

/* Predictions of which sample i gives its class a logit of value[i] and the next class 0. */
static void fill_logits(const TrainSourceBatch *batch, const NnReal *values, NnReal *logits)
{
    for (uint32_t i = 0; i < batch->batch.n; i++)
        for (int64_t k = 0; k < 4; k++)
            logits[4 * i + (uint32_t)k] = k == batch->batch.labels[i]             ? values[i]
                                          : k == (batch->batch.labels[i] + 1) % 4 ? 0
                                                                                  : -20;
}

START_TEST(the_worst_mistakes_are_kept)
{
    enum { N = 30 };
    train_case_write();
    Opened o = open_source(small);
    TrainWorst worst = {0};
    TrainSourceBatch batch;
    NnReal values[N], logits[4 * N];
    ck_assert_int_eq(train_source_next(o.source, &batch, NULL), AUG_OK);
    /* Right, then 29 mistakes of which the later ones are worse, but for the last. */
    for (int i = 0; i < N; i++)
        values[i] = i == 0 ? 1 : i == N - 1 ? (NnReal)-0.5 : (NnReal)-i;
    fill_logits(&batch, values, logits);
    train_worst_add(&worst, o.source, &batch, logits, NULL, 4);
    ck_assert_uint_eq(worst.n, TRAIN_N_WORST);
    for (size_t i = 0; i < worst.n; i++) {
        const TrainMistake *mistake = &worst.items[i];
        const uint32_t row = N - 2 - (uint32_t)i;
        ck_assert_int_eq(mistake->index, batch.index[row]);
        ck_assert_uint_eq(mistake->truth, (uint32_t)batch.batch.labels[row]);
        ck_assert_uint_eq(mistake->given, ((uint32_t)batch.batch.labels[row] + 1) % 4);
        ck_assert_double_gt(mistake->share_given, mistake->share_truth);
        /* Small pictures are kept as they are. */
        ck_assert_int_eq(mistake->picture.height, 12);
        ck_assert_int_eq(mistake->picture.channels, 1);
        const float *data = (const float *)batch.batch.data + (size_t)row * 144;
        ck_assert_mem_eq(mistake->picture.values, data, 144 * sizeof(float));
    }
    train_worst_fini(&worst);
    close_source(&o);
}
END_TEST

/* Ignored labels may be classes, or none: -1 is far from any output. */
START_TEST(ignored_samples_are_no_mistakes)
{
    static const char *const losses[] = {"cross_entropy: {ignore_index: -1}",
                                         "cross_entropy: {ignore_index: 2}"};
    const int64_t labels[] = {_i == 0 ? -1 : 2, 3};
    const NnChoice loss = nn_fixture_choice(NN_MODULE_LOSS, losses[_i]);
    const NnReal logits[4 * AUG_COUNT(labels)] = {0};
    train_case_write();
    Opened o = open_source(small);
    TrainWorst worst = {0};
    TrainSourceBatch batch;
    ck_assert_int_eq(train_source_next(o.source, &batch, NULL), AUG_OK);
    batch.batch.labels = labels;
    batch.batch.n = AUG_COUNT(labels);
    train_worst_add(&worst, o.source, &batch, logits, &loss, 4);
    ck_assert_uint_eq(worst.n, 1);
    ck_assert_uint_eq(worst.items[0].truth, 3);
    train_worst_fini(&worst);
    close_source(&o);
}
END_TEST

START_TEST(the_sheet_finds_its_samples_again)
{
    train_case_write();
    Opened plain = open_source(small), o = open_source(small);
    TrainSheet sheet = {0};
    TrainSourceBatch batch;
    ck_assert_int_eq(train_source_next(plain.source, &batch, NULL), AUG_OK);
    train_sheet_choose(&sheet, plain.source, &batch);
    ck_assert_uint_eq(sheet.n, TRAIN_N_SHEET);
    ck_assert_ptr_nonnull(sheet.rows[0].plain.values);
    while (train_source_next(o.source, &batch, NULL) == AUG_OK)
        train_sheet_see(&sheet, o.source, &batch);
    for (size_t i = 0; i < sheet.n; i++) {
        const TrainSheetRow *row = &sheet.rows[i];
        /* Of three epochs. */
        ck_assert_uint_eq(row->n_seen, 3);
        ck_assert_int_eq(row->index, (int64_t)i);
        ck_assert_mem_eq(row->seen[2].values, row->plain.values, 144 * sizeof(float));
    }
    train_sheet_fini(&sheet);
    close_source(&plain);
    close_source(&o);
}
END_TEST

/* 20 times as large in each direction: 240 pixels are cut into squares of 3. */
START_TEST(large_pictures_are_reduced)
{
    train_case_write();
    train_case_replace("eval.yaml", "batch:", "pipeline: [Resize: {size: [240, 180]}]\nbatch:");
    train_case_replace("eval.yaml", "layout: hwc, normalize: fashion_mnist", "dtype: uint8");
    train_case_replace("eval.yaml", "size: 30", "size: 2");
    Opened o = open_source((NnShape){240, 180, 1, false});
    TrainSheet sheet = {0};
    TrainSourceBatch batch;
    ck_assert_int_eq(train_source_next(o.source, &batch, NULL), AUG_OK);
    train_sheet_choose(&sheet, o.source, &batch);
    const TrainPicture *picture = &sheet.rows[1].plain;
    ck_assert_int_eq(picture->height, 80);
    ck_assert_int_eq(picture->width, 60);
    ck_assert(picture->is_bytes);
    const uint8_t *data = (const uint8_t *)batch.batch.data + 240 * 180;
    double sum = 0;
    for (size_t y = 0; y < 3; y++)
        for (size_t x = 0; x < 3; x++)
            sum += data[(3 * 7 + y) * 180 + 3 * 11 + x];
    ck_assert_double_eq_tol((double)picture->values[7 * 60 + 11], sum / 9, 1e-4);
    train_sheet_fini(&sheet);
    close_source(&o);
}
END_TEST

/* RFC 4648, section 10. */
START_TEST(bytes_in_an_address)
{
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        TrainHtml html;
        size_t size;
        train_html_begin(&html);
        train_html_base64(&html, cases[i][0], strlen(cases[i][0]));
        char *text = train_html_take(&html, &size);
        ck_assert_str_eq(text, cases[i][1]);
        free(text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train_samples");
    TCase *tests = tcase_create("samples");
    tcase_add_test(tests, the_worst_mistakes_are_kept);
    tcase_add_loop_test(tests, ignored_samples_are_no_mistakes, 0, 2);
    tcase_add_test(tests, the_sheet_finds_its_samples_again);
    tcase_add_test(tests, large_pictures_are_reduced);
    tcase_add_test(tests, bytes_in_an_address);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
