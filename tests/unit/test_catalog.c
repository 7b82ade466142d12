/* The catalog of named data sets: names, order, references, and what is said about wrong ones. */
#include <stdlib.h>
#include <string.h>

#include "aug/catalog.h"
#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

static void add(AugCatalog *catalog, const char *definition)
{
    AugError error = {0};
    if (aug_catalog_add(catalog, definition, NULL, &error) != AUG_OK)
        ck_abort_msg("%s: %s: %s", definition, error.where, error.message);
}

static void refuse(AugCatalog *catalog, const char *definition, AugStatus status, const char *words)
{
    AugError error = {0};
    AugStatus found = aug_catalog_add(catalog, definition, NULL, &error);
    ck_assert_msg(found == status, "%s: %s, expected %s", definition, aug_status_name(found),
                  aug_status_name(status));
    ck_assert_msg(strstr(error.message, words), "'%s' does not say '%s'", error.message, words);
}

START_TEST(names_are_found_and_listed_in_order)
{
    AugCatalog *catalog = aug_catalog_new();
    ck_assert_uint_eq(aug_catalog_count(catalog), 0);
    add(catalog, "val=synthetic:count=2");
    add(catalog, "Train-2.0_x=synthetic:count=3");
    add(catalog, "9=synthetic:count=4");
    ck_assert_uint_eq(aug_catalog_count(catalog), 3);
    static const char *const names[] = {"9", "Train-2.0_x", "val"};
    static const uint64_t counts[] = {4, 3, 2};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(aug_catalog_name(catalog, i), names[i]);
        AugDataset *dataset;
        ck_assert_int_eq(aug_catalog_find(catalog, names[i], &dataset, NULL), AUG_OK);
        ck_assert_ptr_eq(dataset, aug_catalog_dataset(catalog, i));
        ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, counts[i]);
    }
    aug_catalog_free(catalog);
    aug_catalog_free(NULL);
}
END_TEST

START_TEST(paths_keep_their_equal_signs_and_colons)
{
    char *path = test_path("%s/a=b:c.tsv", test_folder());
    test_write_file(path, "0\tx\n", 4);
    char *definition = test_path("t=tsv:%s,header=no", path);
    AugCatalog *catalog = aug_catalog_new();
    add(catalog, definition);
    test_sample(aug_catalog_dataset(catalog, 0), 0, "#0", 0, "x", 1);
    aug_catalog_free(catalog);
    free(definition);
    free(path);
}
END_TEST

START_TEST(wrong_definitions_are_refused)
{
    AugCatalog *catalog = aug_catalog_new();
    add(catalog, "a=synthetic:count=2");
    refuse(catalog, "", AUG_BAD_ARGUMENT, "has no name");
    refuse(catalog, "synthetic:count=2", AUG_BAD_ARGUMENT, "allowed is NAME=KIND:PATH");
    refuse(catalog, "=synthetic:count=2", AUG_BAD_ARGUMENT, "'' cannot name a data set");
    refuse(catalog, ".a=synthetic:count=2", AUG_BAD_ARGUMENT, "'.a' cannot name");
    refuse(catalog, "a b=synthetic:count=2", AUG_BAD_ARGUMENT, "'a b' cannot name");
    refuse(catalog, "a/b=synthetic:count=2", AUG_BAD_ARGUMENT, "'a/b' cannot name");
    refuse(catalog, "\xc3\xa9=synthetic:count=2", AUG_BAD_ARGUMENT, "cannot name");
    refuse(catalog, "a=synthetic:count=3", AUG_BAD_ARGUMENT, "'a' is given twice");
    refuse(catalog, "b=synthetic", AUG_BAD_SPEC, "no colon");
    refuse(catalog, "b=sinthetic:count=2", AUG_BAD_SPEC, "did you mean 'synthetic'?");
    refuse(catalog, "b=idx:/absent", AUG_NOT_FOUND, "does not exist");
    char name[80] = {0};
    memset(name, 'n', 64);
    char *definition = test_path("%s=synthetic:count=2", name);
    add(catalog, definition);
    free(definition);
    definition = test_path("%sn=synthetic:count=2", name);
    refuse(catalog, definition, AUG_BAD_ARGUMENT, "1 to 64 letters");
    free(definition);
    ck_assert_uint_eq(aug_catalog_count(catalog), 2);
    aug_catalog_free(catalog);
}
END_TEST

START_TEST(a_wrong_name_names_the_nearest)
{
    AugCatalog *catalog = aug_catalog_new();
    AugError error = {0};
    AugDataset *dataset;
    ck_assert_int_eq(aug_catalog_find(catalog, "train", &dataset, &error), AUG_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.message, "--dataset NAME=KIND:PATH"));
    add(catalog, "train=synthetic:count=2");
    add(catalog, "validation=synthetic:count=2");
    ck_assert_int_eq(aug_catalog_find(catalog, "tarin", &dataset, &error), AUG_NOT_FOUND);
    ck_assert_ptr_null(dataset);
    ck_assert_ptr_nonnull(strstr(error.message, "did you mean 'train'?"));
    ck_assert_int_eq(aug_catalog_find(catalog, "zzzzzzzz", &dataset, &error), AUG_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.message, "known are: train, validation"));
    aug_catalog_free(catalog);
}
END_TEST

START_TEST(a_definition_is_checked_without_opening)
{
    static const struct {
        const char *definition, *message;
    } wrong[] = {
        {"synthetic:count=5", "has no name"},
        {"=synthetic:count=5", "'' cannot name a data set"},
        {"a=synthetic", "no colon"},
        {"a=idx:", "the path is empty"},
        {"a=synthetic:count=0", "count is 0; allowed is integer from 1"},
        {"a=idx:none,split=[", "not valid YAML"},
        {"a=idx:none,split=testing", "split is 'testing'"},
    };
    for (size_t i = 0; i < AUG_COUNT(wrong); i++) {
        AugError error = {0};
        ck_assert_int_ne(aug_catalog_check(wrong[i].definition, &error), AUG_OK);
        ck_assert_msg(strstr(error.message, wrong[i].message) != NULL, "%s", error.message);
    }
    ck_assert_int_eq(aug_catalog_check("a=idx:none,split=test", NULL), AUG_OK);
}
END_TEST

START_TEST(open_data_sets_are_shared_by_reference)
{
    AugDataset *dataset = test_open("synthetic:count=5");
    AugCatalog *catalog = aug_catalog_new();
    ck_assert_int_eq(aug_catalog_add_dataset(catalog, "x", dataset, NULL), AUG_OK);
    AugError error = {0};
    ck_assert_int_eq(aug_catalog_add_dataset(catalog, "x", dataset, &error), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(aug_catalog_add_dataset(catalog, "", dataset, &error), AUG_BAD_ARGUMENT);
    aug_dataset_unref(dataset);
    AugDataset *found;
    ck_assert_int_eq(aug_catalog_find(catalog, "x", &found, NULL), AUG_OK);
    aug_dataset_ref(found);
    aug_catalog_free(catalog);
    ck_assert_uint_eq(aug_dataset_info(found)->n_samples, 5);
    aug_dataset_unref(found);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("catalog");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, names_are_found_and_listed_in_order);
    tcase_add_test(tests, paths_keep_their_equal_signs_and_colons);
    tcase_add_test(tests, wrong_definitions_are_refused);
    tcase_add_test(tests, a_wrong_name_names_the_nearest);
    tcase_add_test(tests, a_definition_is_checked_without_opening);
    tcase_add_test(tests, open_data_sets_are_shared_by_reference);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
