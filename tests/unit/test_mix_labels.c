/* Mixing of labels where some samples have none: refused by name, before a batch is made where that
 * can be known. */
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "aug/plan.h"
#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

/* An archive of pictures of which only the second has no label; the caller frees the path. */
static char *make_archive(void)
{
    static const char *const members[][2] = {
        {"0.png", "a"}, {"0.cls", "0"}, {"odd.png", "b"}, {"2.png", "c"}, {"2.cls", "1"}};
    char *path = test_path("%s/m.tar", test_folder());
    FILE *tar = fopen(path, "wb");
    for (size_t i = 0; i < AUG_COUNT(members); i++)
        test_tar_add(tar, members[i][0], '0', members[i][1], strlen(members[i][1]));
    test_tar_end(tar);
    return path;
}

/* Makes a plan that mixes as said ("" for not at all), and gives its error. */
static AugStatus make_plan(AugDataset *dataset, const char *mix, AugPlan **plan, AugSpec **spec,
                           AugError *error)
{
    char text[400];
    snprintf(text, sizeof(text),
             "augd: 1\n"
             "pipeline: [{Resize: {size: [4, 4]}}]\n"
             "batch: {size: 2, shuffle: false%s%s}\n"
             "output: {normalize: none}\n",
             mix[0] ? ", mix: " : "", mix);
    AugError first;
    AugProblems problems = {.items = &first, .capacity = 1};
    ck_assert_int_eq(aug_spec_parse(spec, text, strlen(text), "spec.yaml", NULL, &problems),
                     AUG_OK);
    return aug_plan_new(plan, *spec, dataset, NULL, error);
}

static void check_refused(AugDataset *dataset, const char *mix, const char *words)
{
    AugPlan *plan;
    AugSpec *spec;
    AugError error = {0};
    ck_assert_int_eq(make_plan(dataset, mix, &plan, &spec, &error), AUG_BAD_SPEC);
    ck_assert_msg(strstr(error.message, words) && strstr(error.where, "spec.yaml"),
                  "%s: '%s' does not say '%s'", error.where, error.message, words);
    aug_spec_free(spec);
}

static void check_accepted(AugDataset *dataset, const char *mix)
{
    AugPlan *plan;
    AugSpec *spec;
    AugError error = {0};
    const AugStatus status = make_plan(dataset, mix, &plan, &spec, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", error.where, error.message);
    aug_plan_free(plan);
    aug_spec_free(spec);
}

START_TEST(a_sample_without_label_is_named)
{
    char *path = make_archive();
    AugDataset *dataset = test_open("tar:%s", path);
    check_refused(dataset, "[MixUp]", "MixUp mixes labels, and the sample 'odd.png' has none");
    check_refused(dataset, "[CutMix]", "CutMix mixes labels, and the sample 'odd.png' has none");
    check_accepted(dataset, "");
    aug_dataset_unref(dataset);
    /* Seeds of which the sample is in one part. */
    uint64_t n_refused = 0;
    for (int seed = 0; seed < 20; seed++) {
        AugDataset *part = NULL;
        char *location = test_path("tar:%s,split={eval: 0.5, seed: %d},part=eval", path, seed);
        if (aug_dataset_open(&part, location, NULL, NULL) == AUG_OK) {
            bool has_odd = false;
            for (uint64_t i = 0; i < aug_dataset_info(part)->n_samples; i++)
                has_odd = has_odd || aug_dataset_label(part, i) < 0;
            n_refused += has_odd;
            if (has_odd)
                check_refused(part, "[MixUp]", "the sample 'odd.png' has none");
            else
                check_accepted(part, "[MixUp]");
        }
        aug_dataset_unref(part);
        free(location);
    }
    ck_assert_uint_gt(n_refused, 0);
    free(path);
}
END_TEST

/* Sample i is one pixel; its class is i, and sample 1 has none. */
static int64_t give_label(void *user, uint64_t index)
{
    (void)user;
    return index == 1 ? -1 : (int64_t)index;
}

static AugStatus read_pixel(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                            AugError *error)
{
    (void)user;
    static const uint8_t pixel[3] = {1, 2, 3};
    static const int64_t labels[3] = {0, -1, 2};
    (void)buffer;
    (void)error;
    sample->fields[0] =
        (AugField){.bytes = pixel, .size = 3, .height = 1, .width = 1, .channels = 3};
    /* Only the second set below has a field of classes. */
    sample->fields[1] = (AugField){.bytes = &labels[index], .size = sizeof(labels[0])};
    return AUG_OK;
}

static const AugFieldDesc pixel_fields[] = {
    {.name = "image",
     .kind = AUG_FIELD_IMAGE,
     .form = AUG_FORM_PIXELS,
     .tensor = {AUG_DTYPE_U8, 3, {1, 1, 3}}},
    {.name = "class", .kind = AUG_FIELD_CLASS, .tensor = {AUG_DTYPE_I64, 0, {0}}},
};

START_TEST(labels_of_a_program_are_asked_for)
{
    const AugDatasetCallbacks callbacks = {.fields = pixel_fields,
                                           .n_fields = 1,
                                           .n_samples = 3,
                                           .n_classes = 3,
                                           .read = read_pixel,
                                           .label = give_label};
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, &callbacks, NULL), AUG_OK);
    check_refused(dataset, "[MixUp]", "the sample '#1' has none");
    check_accepted(dataset, "");
    aug_dataset_unref(dataset);
}
END_TEST

/* Classes that stand in a field are seen when samples are read. */
START_TEST(a_class_that_reading_shows_is_missed_then)
{
    const AugDatasetCallbacks callbacks = {
        .fields = pixel_fields, .n_fields = 2, .n_samples = 3, .n_classes = 3, .read = read_pixel};
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, &callbacks, NULL), AUG_OK);
    AugPlan *plan;
    AugSpec *spec;
    AugError error = {0};
    ck_assert_int_eq(make_plan(dataset, "[MixUp]", &plan, &spec, &error), AUG_OK);
    const AugLoaderOptions options = {.threads = 1, .epochs = 1};
    AugLoader *loader;
    ck_assert_int_eq(aug_loader_new(&loader, plan, &options, NULL), AUG_OK);
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_next(loader, &batch, &error), AUG_BAD_SPEC);
    ck_assert_msg(strstr(error.message, "the sample '#1' has none"), "%s", error.message);
    aug_loader_free(loader);
    aug_plan_free(plan);
    aug_spec_free(spec);
    aug_dataset_unref(dataset);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mix_labels");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, a_sample_without_label_is_named);
    tcase_add_test(tests, labels_of_a_program_are_asked_for);
    tcase_add_test(tests, a_class_that_reading_shows_is_missed_then);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
