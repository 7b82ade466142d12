/* Every allocation of a whole run fails once, alone and with all after it: the run ends with a
 * status, or its bytes are right; nothing crashes and, under the address sanitizer, nothing leaks.
 * What each operation and each kind of data set allocates is in test_alloc_every.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/loader.h"
#include "aug/spec.h"
#include "libaug/base/hash.h"
#include "libaug/spec/ops_parse.h"
#include "tests/faults/failing.h"
#include "tests/support/support.h"

static const char spec_text[] = "augd: 1\n"
                                "dataset: {kind: synthetic, count: 12, size: 12, classes: 3}\n"
                                "pipeline:\n"
                                "  - RandomResizedCrop: {size: [8, 10]}\n"
                                "  - OneOf: {transforms: [Rotate, VerticalFlip]}\n"
                                "  - SomeOf: {n: 2, replace: true, transforms: [Rotate, "
                                "Sequential: {transforms: [VerticalFlip]}]}\n"
                                "  - Cutout: 3\n"
                                "batch: {size: 5, mix: [MixUp, CutMix]}\n";

static AugStatus add_batches(AugLoader *loader, AugiHash *hash, AugError *error)
{
    for (;;) {
        AugBatch *batch;
        AugStatus status = aug_loader_next(loader, &batch, error);
        if (status != AUG_OK)
            return status;
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        augi_hash_add(hash, bytes, size);
        aug_batch_free(batch);
    }
}

static AugStatus run_plan(const AugPlan *plan, char hex[65], AugError *error)
{
    AugiHash hash = {0};
    AUG_TRY(augi_hash_init(&hash, error));
    AugLoader *loader;
    const AugLoaderOptions options = {.threads = 2, .depth = 2, .epochs = 1};
    AugStatus status = aug_loader_new(&loader, plan, &options, error);
    if (status == AUG_OK) {
        status = add_batches(loader, &hash, error);
        aug_loader_free(loader);
    }
    if (status == AUG_END)
        augi_hash_hex(&hash, hex);
    augi_hash_fini(&hash);
    return status;
}

/* The whole way from text to the digest of an epoch. */
static AugStatus run(char hex[65], AugError *error)
{
    AugProblems problems = {.items = error, .capacity = 1};
    AugSpec *spec;
    AugDataset *dataset = NULL;
    AugPlan *plan = NULL;
    AUG_TRY(aug_spec_parse(&spec, spec_text, strlen(spec_text), "s.yaml", NULL, &problems));
    AugStatus status = aug_spec_open_dataset(spec, &dataset, error);
    if (status == AUG_OK)
        status = aug_plan_new(&plan, spec, dataset, NULL, error);
    if (status == AUG_OK)
        status = run_plan(plan, hex, error);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
    return status;
}

static void fail_each(bool all)
{
    char expected[65], hex[65];
    AugError error;
    failing_begin(0, false);
    const AugStatus first = run(expected, &error);
    const long total = failing_end();
    ck_assert_int_eq(first, AUG_END);
    ck_assert_int_gt(total, 50);
    long failed = 0;
    for (long n = 1; n <= total; n++) {
        memset(&error, 0, sizeof(error));
        failing_begin(n, all);
        const AugStatus status = run(hex, &error);
        failing_end();
        if (status == AUG_END) {
            ck_assert_str_eq(hex, expected);
            continue;
        }
        failed++;
        ck_assert_msg(error.message[0] != 0, "allocation %ld of %ld: status %s and no message", n,
                      total, aug_status_name(status));
        ck_assert_msg(status != AUG_BAD_SPEC, "allocation %ld of %ld: nothing is wrong with: %s", n,
                      total, error.message);
    }
    printf("%ld of %ld runs ended with an error\n", failed, total);
    ck_assert_int_gt(failed, total / 4);
}

START_TEST(each_allocation_fails_once)
{
    fail_each(false);
}
END_TEST

START_TEST(each_allocation_fails_and_all_after_it)
{
    fail_each(true);
}
END_TEST

static AugPicks pick_one(const void *params, size_t n)
{
    (void)params;
    (void)n;
    return (AugPicks){.least = 1, .most = 1, .distinct = true};
}

static AugStatus bring_two(const void *params, AugPolicy *policy, AugError *error)
{
    (void)params;
    AUG_TRY(augi_policy_add(policy, augi_op_find("Rotate"), "{limit: 3}", error));
    return augi_policy_add(policy, augi_op_find("OneOf"), "{transforms: [Transpose]}", error);
}

static const AugOpDesc policy = {
    .name = "Policy",
    AUG_GROUP(.picks = pick_one, .expand = bring_two),
};

/* Binds a policy with allocation n failing; returns whether there was one. */
static bool bind_policy(long n)
{
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1, .source_name = "s"};
    size_t n_ops = 0;
    const AugiOpsParse parse = {false, &n_ops, &problems};
    const AugiTree place = {.place = {.line = 1, .column = 1}};
    AugOpList list = {.ops = calloc(1, sizeof(*list.ops))};
    ck_assert_ptr_nonnull(list.ops);
    failing_begin(n, false);
    augi_op_bind(&parse, AUG_P_PROBABILITY, &policy, &place, NULL, &list);
    const bool failed = failing_end() >= n;
    ck_assert_msg((problems.n > 0) == failed, "allocation %ld: %zu mistakes", n, problems.n);
    ck_assert(!failed || strstr(error.message, "memory"));
    augi_ops_free(&list);
    return failed;
}

START_TEST(policies_lack_memory)
{
    long n = 1;
    while (bind_policy(n))
        n++;
    /* The policy's parameters and operations; for each of those a text, a tree and parameters. */
    ck_assert_int_gt(n, 8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alloc");
    TCase *tests = tcase_create("alloc");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, each_allocation_fails_once);
    tcase_add_test(tests, each_allocation_fails_and_all_after_it);
    tcase_add_test(tests, policies_lack_memory);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
