/* Where tensors lie in a batch: random lists of tensors, rows and batch sizes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/random.h"
#include "libaug/run/layout.h"
#include "tests/support/support.h"

/* A random list of up to ten tensors. */
static void make_list(AugRng *rng, AugTensorSpec *specs, uint32_t *n, char names[][16])
{
    static const AugDtype types[] = {AUG_DTYPE_U8, AUG_DTYPE_U16, AUG_DTYPE_I32, AUG_DTYPE_I64,
                                     AUG_DTYPE_F32};
    *n = 1 + (uint32_t)aug_rng_below(rng, 10);
    for (uint32_t t = 0; t < *n; t++) {
        snprintf(names[t], sizeof(names[t]), "t%u", t);
        specs[t] =
            (AugTensorSpec){.name = names[t], .ragged = aug_rng_below(rng, 3) == 0, .axes = ""};
        specs[t].sample = (AugTensorDesc){
            .dtype = types[aug_rng_below(rng, 5)],
            .n_dims = 1,
            .shape = {1 + aug_rng_below(rng, 7)},
        };
    }
}

static void check(const AugiLayoutPlan *plan, const AugiBatchLayout *layout, const char *header)
{
    size_t at = layout->placed[0].offset;
    ck_assert_uint_eq(layout->start % 64, 0);
    ck_assert_uint_ge(at, layout->start + 8 + strlen(header));
    for (uint32_t i = 0; i < layout->n_placed; i++) {
        const AugiPlaced *placed = &layout->placed[i];
        ck_assert_msg(placed->offset == at, "%s lies at %zu; without a hole it would at %zu",
                      placed->tensor.name, placed->offset, at);
        at += placed->tensor.size;
        if (placed->number == 0 && !plan->tensors[0].ragged)
            ck_assert_uint_eq(placed->offset, plan->anchor);
        /* Two bytes behind an odd number of single ones are the exception that batch.h names. */
        const size_t element = aug_dtype_size(placed->tensor.desc.dtype);
        if (placed->offset <= plan->anchor)
            ck_assert_msg(placed->offset % element == 0, "%s of %zu bytes lies at %zu",
                          placed->tensor.name, element, placed->offset);
    }
    ck_assert_uint_eq(layout->start + layout->size, at);
    ck_assert_uint_le(at, plan->capacity);
}

static void try_list(uint64_t seed)
{
    AugRng rng = aug_rng_make(&(AugKey){.seed = seed});
    AugTensorSpec specs[10];
    char names[10][16];
    AugiLayoutPlan plan = {.tensors = specs, .batch_size = 1 + (uint32_t)aug_rng_below(&rng, 9)};
    make_list(&rng, specs, &plan.n_tensors, names);
    ck_assert(augi_layout_plan(&plan));
    char *header = calloc(1, plan.header_capacity + 1);
    const size_t most = augi_layout_most(&plan, header);
    for (uint32_t n = 0; n <= plan.batch_size; n++) {
        AugiBatchLayout layout;
        uint64_t rows[10];
        for (uint32_t t = 0; t < plan.n_tensors; t++)
            rows[t] = aug_rng_below(&rng, n * specs[t].sample.shape[0] + 1);
        augi_layout_begin(&plan, n, &layout);
        memset(header, 0, plan.header_capacity);
        augi_layout_end(&plan, rows, &(AugiReplacedList){0}, &layout, header);
        check(&plan, &layout, header);
        ck_assert_uint_le(layout.size, most);
    }
    free(header);
}

START_TEST(tensors_are_aligned_and_without_holes)
{
    const uint64_t n_lists = test_rounds(2000);
    for (uint64_t seed = 0; seed < n_lists; seed++)
        try_list(seed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layout");
    TCase *places = tcase_create("places");
    tcase_add_test(places, tensors_are_aligned_and_without_holes);
    suite_add_tcase(suite, places);
    return test_run(suite);
}
