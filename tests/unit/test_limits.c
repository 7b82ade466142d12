/* Limits that a caller gives: which can be used, and that samples per batch are bounded by them. */
#include <stdlib.h>
#include <string.h>

#include "aug/dataset.h"
#include "aug/spec.h"
#include "libaug/base/limits.h"
#include "tests/support/support.h"

static const char text[] = "augd: 1\nbatch:\n  size: 65\n";
static const char data[] = "synthetic:count=3";

/* Parses the text under limits and expects a status and, on failure, place and words. */
static void parse(const AugLimits *limits, AugStatus status, const char *where, const char *words)
{
    AugError item = {0};
    AugProblems problems = {.items = &item, .capacity = 1};
    AugSpec *spec;
    const AugStatus found = aug_spec_parse(&spec, text, strlen(text), "s.yaml", limits, &problems);
    ck_assert_msg(found == status, "%s, expected %s: %s", aug_status_name(found),
                  aug_status_name(status), item.message);
    ck_assert_str_eq(item.where, where);
    ck_assert_msg(strstr(item.message, words) != NULL, "'%s' lacks '%s'", item.message, words);
    aug_spec_free(spec);
}

START_TEST(a_version_that_is_not_known_is_refused)
{
    static const uint32_t versions[] = {0, AUG_LIMITS_VERSION - 1, AUG_LIMITS_VERSION + 1,
                                        UINT32_MAX};
    char *path = test_path("%s/s.yaml", test_folder());
    test_write_file(path, text, strlen(text));
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        AugLimits limits;
        aug_limits_init(&limits);
        limits.version = versions[i];
        parse(&limits, AUG_BAD_ARGUMENT, "limits", "allowed is 3");
        AugSpec *spec;
        AugError error = {0};
        AugProblems problems = {.items = &error, .capacity = 1};
        ck_assert_int_eq(aug_spec_load(&spec, path, &limits, &problems), AUG_BAD_ARGUMENT);
        ck_assert_ptr_null(spec);
        AugDataset *dataset;
        ck_assert_int_eq(aug_dataset_open(&dataset, data, &limits, &error), AUG_BAD_ARGUMENT);
        ck_assert_ptr_null(dataset);
        ck_assert_msg(strstr(error.message, "version") != NULL, "%s", error.message);
    }
    free(path);
}
END_TEST

START_TEST(details_of_hints_are_known)
{
    AugLimits limits;
    aug_limits_init(&limits);
    ck_assert_int_eq(limits.hints, AUG_HINTS_FEW);
    limits.hints = (AugHintDetail)(AUG_HINTS_NONE + 1);
    AugError error = {0};
    ck_assert_int_eq(augi_limits_check(&limits, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message, "hints is 4; allowed are 0 to 3 (AugHintDetail)");
    for (int i = 0; i <= AUG_HINTS_NONE; i++) {
        limits.hints = (AugHintDetail)i;
        ck_assert_int_eq(augi_limits_check(&limits, NULL), AUG_OK);
        ck_assert_ptr_nonnull(augi_hint_names[i]);
    }
    ck_assert_ptr_null(augi_hint_names[AUG_HINTS_NONE + 1]);
}
END_TEST

START_TEST(a_batch_has_the_samples_that_are_allowed)
{
    AugLimits limits;
    aug_limits_init(&limits);
    ck_assert_uint_eq(limits.max_batch, AUG_MAX_BATCH);
    parse(NULL, AUG_OK, "", "");
    limits.max_batch = 65;
    parse(&limits, AUG_OK, "", "");
    limits.max_batch = 64;
    parse(&limits, AUG_BAD_SPEC, "s.yaml:3:3", "batch.size: 65 samples; 64 are allowed here");
    limits.max_batch = 0;
    parse(&limits, AUG_BAD_ARGUMENT, "limits", "max_batch is 0; allowed are 1 to 65536");
    limits.max_batch = AUG_MAX_BATCH + 1;
    parse(&limits, AUG_BAD_ARGUMENT, "limits", "max_batch is 65537");
    ck_assert_int_eq(augi_limits_check(&limits, NULL), AUG_BAD_ARGUMENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("limits");
    TCase *test = tcase_create("limits");
    tcase_add_test(test, a_version_that_is_not_known_is_refused);
    tcase_add_test(test, details_of_hints_are_known);
    tcase_add_test(test, a_batch_has_the_samples_that_are_allowed);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
