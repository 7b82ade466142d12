/* batch.on_error where an operation takes part of another sample: a damaged partner is replaced as
 * a damaged sample is, and the list says which of both it was. */
#include <stdlib.h>
#include <string.h>

#include "aug/aug.h"
#include "libaug/spec/param.h"
#include "tests/support/streams.h"
#include "tests/support/support.h"
#include "tests/toy/toy_domain.h"

#define N_TOYS 90

/* A compiled spec for some toys. */
typedef struct Toys {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
} Toys;

#define BORROWING(on_error)                                                            \
    "{augd: 1, seed: 11, pipeline: [ToyBorrow, ToyShift: {p: 0.5}], batch: {size: 8, " \
    "on_error: " on_error "}}"

static void toys_open(Toys *toys, const char *text, const char *dataset)
{
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    ck_assert_msg(aug_spec_parse(&toys->spec, text, strlen(text), "toys", NULL, &problems) ==
                      AUG_OK,
                  "%s: %s", first.where, first.message);
    ck_assert_int_eq(aug_dataset_open(&toys->dataset, dataset, NULL, &first), AUG_OK);
    ck_assert_msg(aug_plan_new(&toys->plan, toys->spec, toys->dataset, NULL, &first) == AUG_OK,
                  "%s: %s", first.where, first.message);
}

static void toys_close(Toys *toys)
{
    aug_plan_free(toys->plan);
    aug_dataset_unref(toys->dataset);
    aug_spec_free(toys->spec);
}

static AugTensor tensor(const AugBatch *batch, const char *name)
{
    AugTensor found = {0};
    ck_assert_msg(aug_batch_tensor(batch, name, &found), "no tensor %s", name);
    return found;
}

/* Whether the data set below gives this toy. Of 90, the 10th, 20th ... cannot be read, and the 7th,
 * 14th ... are no toys. */
static bool is_good(int64_t index)
{
    return index % 10 != 9 && index % 7 != 6;
}
static const char *const damaged_toys = "toy_pairs:count=90,damaged=10,spoiled=7";

/* The second picture of a row: that of its partner, which only an undamaged toy has. */
static int64_t partner_of(const AugBatch *batch, uint32_t row)
{
    const uint8_t *second = (const uint8_t *)tensor(batch, "data").bytes + 32 * (size_t)row + 16;
    for (int64_t k = 0; k < N_TOYS; k++)
        if (second[0] == (uint8_t)(7 * k + 16))
            return k;
    return -1;
}

START_TEST(damaged_partners_are_replaced)
{
    Toys toys, whole;
    /* Shifts would hide whose pixels they are. */
    static const char *const text = "{augd: 1, seed: 11, pipeline: [ToyBorrow], batch: {size: 8, "
                                    "on_error: replace}}";
    toys_open(&toys, text, damaged_toys);
    toys_open(&whole, text, "toy_pairs:count=90");
    AugLoader *loader, *other;
    const AugLoaderOptions options = {.threads = 2, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&loader, toys.plan, &options, NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_new(&other, whole.plan, &options, NULL), AUG_OK);
    uint32_t n_own = 0, n_partners = 0;
    for (AugBatch *batch, *due; aug_loader_next(loader, &batch, NULL) == AUG_OK;) {
        ck_assert_int_eq(aug_loader_next(other, &due, NULL), AUG_OK);
        uint32_t n, next = 0;
        const AugReplaced *replaced = aug_batch_replaced(batch, &n);
        for (uint32_t row = 0; row < aug_batch_count(batch); row++) {
            const int64_t drawn[] = {((const int64_t *)tensor(due, "index").bytes)[row],
                                     partner_of(due, row)};
            const int64_t shown[] = {((const int64_t *)tensor(batch, "index").bytes)[row],
                                     partner_of(batch, row)};
            for (int k = 0; k < 2; k++) {
                ck_assert(is_good(shown[k]));
                if (is_good(drawn[k])) {
                    ck_assert_int_eq(shown[k], drawn[k]);
                    continue;
                }
                ck_assert_uint_lt(next, n);
                ck_assert_uint_eq(replaced[next].row, row);
                ck_assert_int_eq(replaced[next].of_partner, k == 1);
                ck_assert_int_eq((int64_t)replaced[next].index, drawn[k]);
                ck_assert_int_eq((int64_t)replaced[next].replacement, shown[k]);
                const char *why = drawn[k] % 10 == 9 ? "damaged" : "no toy";
                ck_assert_ptr_nonnull(strstr(replaced[next++].reason, why));
                *(k ? &n_partners : &n_own) += 1;
            }
        }
        ck_assert_uint_eq(next, n);
        aug_batch_free(batch);
        aug_batch_free(due);
    }
    ck_assert_uint_eq(n_own, 20);
    ck_assert_uint_gt(n_partners, 8);
    aug_loader_free(loader);
    aug_loader_free(other);
    toys_close(&toys);
    toys_close(&whole);
}
END_TEST

START_TEST(bytes_do_not_depend_on_threads_or_the_first_step)
{
    Toys toys;
    toys_open(&toys, BORROWING("replace"), damaged_toys);
    const uint64_t steps = aug_plan_steps_per_epoch(toys.plan);
    AugLoader *one;
    const AugLoaderOptions whole = {.threads = 1, .epochs = 2};
    ck_assert_int_eq(aug_loader_new(&one, toys.plan, &whole, NULL), AUG_OK);
    for (uint64_t k = 0; k < 2 * steps; k++) {
        static const uint32_t threads[] = {1, 2, 3, 8};
        const AugLoaderOptions there = {.threads = threads[k % 4],
                                        .epoch = (uint32_t)(k / steps),
                                        .step = k % steps,
                                        .epochs = 1};
        AugLoader *other;
        AugBatch *a, *b;
        ck_assert_int_eq(aug_loader_new(&other, toys.plan, &there, NULL), AUG_OK);
        ck_assert_int_eq(aug_loader_next(one, &a, NULL), AUG_OK);
        ck_assert_int_eq(aug_loader_next(other, &b, NULL), AUG_OK);
        size_t size, other_size;
        const void *bytes = aug_batch_bytes(a, &size), *others = aug_batch_bytes(b, &other_size);
        ck_assert_uint_eq(size, other_size);
        ck_assert_uint_le(size, aug_plan_batch_bytes(toys.plan));
        ck_assert_mem_eq(bytes, others, size);
        aug_batch_free(a);
        aug_batch_free(b);
        aug_loader_free(other);
    }
    aug_loader_free(one);
    toys_close(&toys);
}
END_TEST

START_TEST(streams_hand_both_lists_on)
{
    Toys toys;
    toys_open(&toys, BORROWING("replace"), damaged_toys);
    ck_assert_uint_eq(test_streams_agree(toys.plan, 2, 0, 1),
                      2 * aug_plan_steps_per_epoch(toys.plan));
    toys_close(&toys);
}
END_TEST

START_TEST(a_partner_ends_a_stream_that_does_not_replace)
{
    Toys toys;
    AugLoader *loader;
    AugError error = {0};
    toys_open(&toys, BORROWING("fail"), "toy_pairs:count=90,spoiled=7");
    ck_assert_int_eq(
        aug_loader_new(&loader, toys.plan, &(AugLoaderOptions){.threads = 2, .epochs = 1}, NULL),
        AUG_OK);
    for (AugBatch *batch; aug_loader_next(loader, &batch, &error) == AUG_OK;)
        aug_batch_free(batch);
    ck_assert_int_eq(error.status, AUG_CORRUPT);
    ck_assert_str_eq(error.message, "this is no toy");
    aug_loader_free(loader);
    toys_close(&toys);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("toy_replace");
    TCase *partners = tcase_create("partners");
    tcase_add_test(partners, damaged_partners_are_replaced);
    tcase_add_test(partners, bytes_do_not_depend_on_threads_or_the_first_step);
    tcase_add_test(partners, streams_hand_both_lists_on);
    tcase_add_test(partners, a_partner_ends_a_stream_that_does_not_replace);
    suite_add_tcase(suite, partners);
    return test_run(suite);
}
