/* Ids of texts in plans: their tensors, and what the id of a stream depends on. */
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "aug/plan.h"
#include "aug/spec.h"
#include "tests/support/support.h"

/* A plan and what it is made of. */
typedef struct Rig {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
} Rig;

static char *own_file(const char *name, const char *text)
{
    char *path = test_path("%s/%s", test_folder(), name);
    test_write_file(path, text, strlen(text));
    return path;
}

static Rig rig_open(const char *output)
{
    Rig rig;
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    char *rows = own_file("rows.tsv", "0\tthe dog\n1\tthe cat\n");
    char *location = test_path("tsv:%s", rows);
    char *text =
        test_path("{augd: 1, pipeline: [], batch: {size: 2, views: 2}, output: {%s}}", output);
    ck_assert_msg(aug_spec_parse(&rig.spec, text, strlen(text), "s", NULL, &problems) == AUG_OK,
                  "%s", error.message);
    ck_assert_int_eq(aug_dataset_open(&rig.dataset, location, NULL, &error), AUG_OK);
    ck_assert_msg(aug_plan_new(&rig.plan, rig.spec, rig.dataset, NULL, &error) == AUG_OK, "%s",
                  error.message);
    free(text);
    free(location);
    free(rows);
    return rig;
}

static void rig_close(Rig *rig)
{
    aug_plan_free(rig->plan);
    aug_dataset_unref(rig->dataset);
    aug_spec_free(rig->spec);
}

static void stream_id(const char *vocabulary, char hex[65])
{
    char *path = own_file("words.txt", vocabulary);
    char *output = test_path("ids: {tokenizer: words, vocabulary: %s}", path);
    Rig rig = rig_open(output);
    ck_assert_int_eq(aug_plan_stream_id(rig.plan, hex, NULL), AUG_OK);
    rig_close(&rig);
    free(output);
    free(path);
}

START_TEST(a_vocabulary_belongs_to_the_stream)
{
    char first[65], second[65], third[65];
    stream_id("[UNK]\nthe\n", first);
    stream_id("[UNK]\ndog\n", second);
    stream_id("[UNK]\nthe\n", third);
    ck_assert_str_ne(first, second);
    ck_assert_str_eq(first, third);
}
END_TEST

static const char *library_version = "1.0.0";

/* Stands in place of the library's own. */
const char *utf8proc_version(void)
{
    return library_version;
}

START_TEST(the_unicode_library_belongs_to_the_stream)
{
    char first[65], second[65];
    stream_id("[UNK]\nthe\n", first);
    library_version = "1.0.1";
    stream_id("[UNK]\nthe\n", second);
    ck_assert_str_ne(first, second);
}
END_TEST

static void check_tensor(const Rig *rig, const char *name, uint32_t n_dims, uint64_t size,
                         bool ragged)
{
    const AugTensorSpec *spec = aug_plan_tensor(rig->plan, name);
    ck_assert_msg(spec != NULL, "there is no tensor %s", name);
    ck_assert_int_eq(spec->sample.dtype, AUG_DTYPE_I32);
    ck_assert_uint_eq(spec->sample.n_dims, n_dims);
    if (n_dims > 0)
        ck_assert_uint_eq(spec->sample.shape[0], size);
    ck_assert_int_eq(spec->ragged, ragged);
}

START_TEST(tensors_of_ids)
{
    Rig rig = rig_open("text: false, ids: {tokenizer: bytes, max_length: 7}");
    check_tensor(&rig, "ids", 1, 7, false);
    check_tensor(&rig, "ids.1", 1, 7, false);
    check_tensor(&rig, "length", 0, 0, false);
    check_tensor(&rig, "length.1", 0, 0, false);
    ck_assert_ptr_null(aug_plan_tensor(rig.plan, "text"));
    rig_close(&rig);
    rig = rig_open("ids: {tokenizer: bytes, max_length: 9, padding: false}");
    check_tensor(&rig, "ids", 1, 9, true);
    ck_assert_ptr_null(aug_plan_tensor(rig.plan, "length"));
    ck_assert_ptr_nonnull(aug_plan_tensor(rig.plan, "text"));
    rig_close(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_ids");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, a_vocabulary_belongs_to_the_stream);
    tcase_add_test(tests, the_unicode_library_belongs_to_the_stream);
    tcase_add_test(tests, tensors_of_ids);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
