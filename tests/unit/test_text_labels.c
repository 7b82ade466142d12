/* Labels of texts: smoothed where a text was edited, and kept from operations that would make them
 * wrong. */
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "aug/spec.h"
#include "tests/support/support.h"

enum { N_CLASSES = 4, N_ROWS = 12 };

/* Every third text is one word, which a swap cannot change. */
static AugStatus read_row(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                          AugError *error)
{
    static const char *const texts[] = {"one two three", "word", "a longer text of some words"};
    const int64_t *labels = user;
    (void)buffer;
    (void)error;
    const char *text = texts[index % 3];
    for (uint32_t f = 0; f < 2; f++)
        sample->fields[f] = (AugField){.bytes = text, .size = strlen(text), .n_rows = strlen(text)};
    sample->fields[2] = (AugField){.bytes = &labels[index], .size = sizeof(labels[index])};
    return AUG_OK;
}

/* A plan of a spec's members for rows with these labels; n_texts: fields of text, 1 or 2. On failure
 * *plan is NULL and error says why. */
static AugStatus open_plan(const char *spec_text, const int64_t *labels, bool is_pair,
                           AugSpec **spec, AugPlan **plan, AugError *error)
{
    AugFieldDesc fields[] = {
        {.name = "text", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}, .most = 40},
        {.name = "other", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}, .most = 40},
        {.name = "label", .kind = AUG_FIELD_CLASS, .tensor = {AUG_DTYPE_I64, 0, {0}}},
    };
    if (!is_pair)
        fields[1].kind = AUG_FIELD_OTHER;
    const AugDatasetCallbacks callbacks = {.fields = fields,
                                           .n_fields = 3,
                                           .n_samples = N_ROWS,
                                           .n_classes = N_CLASSES,
                                           .user = (void *)(uintptr_t)labels,
                                           .read = read_row};
    AugProblems problems = {.items = error, .capacity = 1};
    AugDataset *dataset;
    *plan = NULL;
    ck_assert_msg(aug_spec_parse(spec, spec_text, strlen(spec_text), "s", NULL, &problems) ==
                      AUG_OK,
                  "%s", error->message);
    ck_assert_msg(aug_dataset_from_callbacks(&dataset, &callbacks, error) == AUG_OK, "%s",
                  error->message);
    const AugStatus status = aug_plan_new(plan, *spec, dataset, NULL, error);
    aug_dataset_unref(dataset);
    return status;
}

static const int64_t labels[N_ROWS] = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};

START_TEST(edited_texts_have_smooth_labels)
{
    AugSpec *spec;
    AugPlan *plan;
    AugLoader *loader;
    AugBatch *batch;
    AugError error = {0};
    ck_assert_msg(open_plan("{augd: 1, pipeline: [RandomSwap], batch: {size: 12, shuffle: false}, "
                            "output: {label_smoothing: 0.2}}",
                            labels, false, &spec, &plan, &error) == AUG_OK,
                  "%s", error.message);
    const AugLoaderOptions options = {.threads = 1, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&loader, plan, &options, &error), AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_OK);
    AugTensor label;
    ck_assert(aug_batch_tensor(batch, "label", &label));
    ck_assert_int_eq(label.desc.dtype, AUG_DTYPE_F32);
    ck_assert_uint_eq(label.desc.shape[1], N_CLASSES);
    const float *shares = label.bytes;
    for (int64_t i = 0; i < N_ROWS; i++)
        for (int64_t c = 0; c < N_CLASSES; c++) {
            const double part = i % 3 == 1 ? 0 : 0.2;
            const double expected = (c == labels[i] ? 1 - part : 0) + part / N_CLASSES;
            /* Rounded to float once. */
            ck_assert_double_eq_tol((double)shares[i * N_CLASSES + c], expected, 1e-7);
        }
    aug_batch_free(batch);
    aug_loader_free(loader);
    aug_plan_free(plan);
    aug_spec_free(spec);
}
END_TEST

/* Of twelve texts four are one word, in each step anew. */
START_TEST(batches_count_what_became_of_texts)
{
    AugSpec *spec;
    AugPlan *plan;
    AugLoader *loader;
    AugError error = {0};
    ck_assert_msg(open_plan("{augd: 1, pipeline: [RandomSwap], batch: {size: 6, shuffle: false}}",
                            labels, false, &spec, &plan, &error) == AUG_OK,
                  "%s", error.message);
    const AugLoaderOptions options = {.threads = 2, .epochs = 4};
    ck_assert_int_eq(aug_loader_new(&loader, plan, &options, &error), AUG_OK);
    for (int step = 0; step < 8; step++) {
        AugBatch *batch;
        AugOutcomes outcomes;
        ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_OK);
        aug_batch_outcomes(batch, &outcomes);
        ck_assert_uint_gt(outcomes.n, 3);
        for (uint32_t i = 0; i < outcomes.n; i++) {
            const bool is_applied = strcmp(outcomes.words[i], "applied") == 0;
            const bool is_alone = strcmp(outcomes.words[i], "not_applicable") == 0;
            ck_assert_uint_eq(outcomes.n_of[i], is_applied ? 4 : is_alone ? 2 : 0);
        }
        aug_batch_free(batch);
    }
    aug_loader_free(loader);
    aug_plan_free(plan);
    aug_spec_free(spec);
}
END_TEST

START_TEST(a_sample_without_a_label_is_named)
{
    int64_t some[N_ROWS];
    AugSpec *spec;
    AugPlan *plan;
    AugLoader *loader;
    AugBatch *batch;
    AugError error = {0};
    memcpy(some, labels, sizeof(some));
    some[5] = -1;
    AugStatus status = open_plan("{augd: 1, pipeline: [RandomSwap], batch: {size: 12, shuffle: "
                                 "false}, output: {label_smoothing: 0.2}}",
                                 some, false, &spec, &plan, &error);
    if (status == AUG_OK) {
        const AugLoaderOptions options = {.threads = 1, .epochs = 1};
        ck_assert_int_eq(aug_loader_new(&loader, plan, &options, &error), AUG_OK);
        status = aug_loader_next(loader, &batch, &error);
        aug_loader_free(loader);
    }
    ck_assert_int_eq(status, AUG_BAD_SPEC);
    ck_assert_msg(strstr(error.message, "smooths labels, and the sample '#5' has none"), "%s",
                  error.message);
    aug_plan_free(plan);
    aug_spec_free(spec);
}
END_TEST

/* Output, whether rows are pairs, and the words of the refusal; NULL: allowed. */
static const struct {
    const char *output;
    bool is_pair;
    const char *words;
} effects[] = {
    {"{}", false, NULL},
    {"{}", true, "RandomSwap changes how the texts of pairs relate, so labels would be wrong"},
    {"{task: pairs}", false, "RandomSwap changes how the texts of pairs relate"},
    {"{task: sentiment}", true, NULL},
    {"{allow_label_change: true}", true, NULL},
};

START_TEST(operations_that_change_labels_must_be_allowed)
{
    AugSpec *spec;
    AugPlan *plan;
    AugError error = {0};
    char *text = test_path("{augd: 1, pipeline: [{OneOf: {transforms: [AEDA, RandomSwap]}}], "
                           "batch: {size: 2}, output: %s}",
                           effects[_i].output);
    const AugStatus status = open_plan(text, labels, effects[_i].is_pair, &spec, &plan, &error);
    if (effects[_i].words) {
        ck_assert_int_eq(status, AUG_BAD_SPEC);
        ck_assert_msg(strstr(error.message, effects[_i].words), "%s", error.message);
        ck_assert_msg(strncmp(error.where, "s:1:", 4) == 0, "%s", error.where);
    } else {
        ck_assert_msg(status == AUG_OK, "%s", error.message);
    }
    free(text);
    aug_plan_free(plan);
    aug_spec_free(spec);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_labels");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, edited_texts_have_smooth_labels);
    tcase_add_test(tests, batches_count_what_became_of_texts);
    tcase_add_test(tests, a_sample_without_a_label_is_named);
    tcase_add_loop_test(tests, operations_that_change_labels_must_be_allowed, 0,
                        (int)(sizeof(effects) / sizeof(effects[0])));
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
