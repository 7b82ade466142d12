/* MixUp and CutMix: what they draw for a batch, and what that does to pixels and shares. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"

enum { MOST = 1001 };

/* One mixing operation and a batch for it. */
typedef struct Batch {
    ImageCase image_case;
    ImgMixItem items[MOST];
    uint32_t scratch[MOST];
    ImgMix mix;
} Batch;

static void batch_open(Batch *batch, const char *list)
{
    AugError error = {0};
    const AugStatus status = image_case_open_mix(&batch->image_case, list, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", list, error.message);
}

static void batch_close(Batch *batch)
{
    image_case_close(&batch->image_case);
}

/* As the engine calls it: items preset to themselves. */
static void batch_draw(Batch *batch, uint64_t number, uint32_t n, AugSize extent)
{
    AugRng rng = aug_rng_make(
        &(AugKey){.seed = 4, .sample = number, .position = (uint16_t)AUG_POSITION_BATCH});
    batch->mix =
        (ImgMix){.n = n, .extent = extent, .items = batch->items, .scratch = batch->scratch};
    for (uint32_t i = 0; i < n; i++)
        batch->items[i] = (ImgMixItem){.base = {.partner = i, .share = 1}};
    const AugOp *op = &batch->image_case.ops.ops[0];
    img_op_hooks(op->desc)->mix(op->params, &rng, &batch->mix);
}

/* Large, so that rounding a side to whole pixels moves the mean share by less than 1e-3; not square
 * and not even. */
static const AugSize large = {.height = 2001, .width = 3000};

/* E[1 - clipped area] = 1/2 + 1/5 - 1/48 = 0.67917 for alpha 1; without the correction of the
 * share it would be 0.5. The deviation of the mean of 1e5 draws is 0.0009. */
START_TEST(cut_mix_mean_share)
{
    Batch batch;
    batch_open(&batch, "[CutMix: {alpha: 1, scope: sample}]");
    double sum = 0;
    int n = 0;
    for (uint64_t number = 0; number < 101; number++) {
        batch_draw(&batch, number, MOST, large);
        for (uint32_t i = 0; i < MOST; i++) {
            /* Without a partner nothing says what was drawn. */
            if (batch.scratch[i] == i)
                continue;
            sum += batch.items[i].base.share;
            n++;
        }
    }
    ck_assert_int_gt(n, 100000);
    ck_assert_msg(fabs(sum / n - .679) <= .003, "mean share %.5f, wanted .679 +- .003", sum / n);
    batch_close(&batch);
}
END_TEST

/* Pastes a picture of ones into one of zeros with a compiled plan and counts them. */
static double pasted_share(const char *output, const ImgMixItem *item, const AugDatasetInfo *info)
{
    ImageCase image_case;
    AugError error = {0};
    ck_assert_int_eq(image_case_open(&image_case, "[]", output, info, &error), AUG_OK);
    const size_t size = aug_tensor_size(&image_case.desc.tensors[0].sample);
    const bool real = image_case.desc.tensors[0].sample.dtype == AUG_DTYPE_F32;
    const size_t n = real ? size / sizeof(float) : size;
    void *own = calloc(1, size), *partner = calloc(1, size), *slot = calloc(1, size);
    ck_assert(own && partner && slot);
    for (size_t i = 0; i < n; i++)
        if (real)
            ((float *)partner)[i] = 1;
        else
            ((uint8_t *)partner)[i] = 1;
    image_case_mix(image_case.plan, item, own, partner, slot);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += real ? (double)((float *)slot)[i] : ((uint8_t *)slot)[i];
    free(own);
    free(partner);
    free(slot);
    image_case_close(&image_case);
    return 1 - sum / (double)n;
}

START_TEST(cut_mix_share_is_that_of_the_pixels)
{
    static const char *const outputs[] = {
        "{layout: chw, dtype: float32}",
        "{layout: hwc, dtype: float32}",
        "{layout: chw, dtype: uint8}",
        "{layout: hwc, dtype: uint8}",
    };
    const AugDatasetInfo infos[] = {image_info(17, 29, 3), image_info(28, 28, 1)};
    Batch batch;
    batch_open(&batch, "[CutMix: {scope: sample}]");
    for (size_t k = 0; k < 2 * AUG_COUNT(outputs); k++) {
        const AugDatasetInfo *info = &infos[k % 2];
        batch_draw(&batch, k, 41,
                   (AugSize){.height = (int32_t)info->fields[0].tensor.shape[0],
                             .width = (int32_t)info->fields[0].tensor.shape[1]});
        for (uint32_t i = 0; i < 41; i++) {
            const ImgMixItem *item = &batch.items[i];
            if (item->kind == IMG_MIX_NONE)
                continue;
            const double share = pasted_share(outputs[k / 2], item, info);
            ck_assert_double_eq_tol(item->base.share, share, 1e-12);
        }
    }
    batch_close(&batch);
}
END_TEST

/* Inside the box the partner's values, outside the own ones, position by position. */
START_TEST(cut_mix_moves_no_pixel)
{
    const AugDatasetInfo info = image_info(9, 7, 3);
    const ImgMixItem item = {.kind = IMG_MIX_PASTE, .y0 = 2, .x0 = 3, .y1 = 9, .x1 = 7};
    uint8_t *own = image_pixels(9, 7, 3, 1), *partner = image_pixels(9, 7, 3, 2);
    for (int planar = 0; planar < 2; planar++) {
        ImageCase image_case;
        AugError error = {0};
        ck_assert_int_eq(image_case_open(&image_case, "[]",
                                         planar ? "{dtype: uint8}" : "{dtype: uint8, layout: hwc}",
                                         &info, &error),
                         AUG_OK);
        uint8_t slot[9 * 7 * 3];
        image_case_mix(image_case.plan, &item, own, partner, slot);
        for (int i = 0; i < 9 * 7 * 3; i++) {
            const int y = planar ? i / 7 % 9 : i / 21;
            const int x = planar ? i % 7 : i / 3 % 7;
            ck_assert_int_eq(slot[i], y >= 2 && x >= 3 ? partner[i] : own[i]);
        }
        image_case_close(&image_case);
    }
    free(own);
    free(partner);
}
END_TEST

START_TEST(cut_mix_reaches_the_last_row_and_column)
{
    Batch batch;
    batch_open(&batch, "[CutMix: {scope: sample}]");
    bool first = false, last = false, different = false;
    batch_draw(&batch, 0, MOST, (AugSize){.height = 31, .width = 40});
    for (uint32_t i = 0; i < MOST; i++) {
        const ImgMixItem *item = &batch.items[i];
        if (item->kind == IMG_MIX_NONE)
            continue;
        ck_assert(0 <= item->y0 && item->y0 < item->y1 && item->y1 <= 31);
        ck_assert(0 <= item->x0 && item->x0 < item->x1 && item->x1 <= 40);
        first = first || (item->y0 == 0 && item->x0 == 0);
        last = last || (item->y1 == 31 && item->x1 == 40);
        different = different || item->y0 != batch.items[0].y0;
    }
    ck_assert(first && last && different);
    batch_close(&batch);
}
END_TEST

/* One box for all in scope batch; every sample is a partner exactly once; odd batches too. */
static void check_partners(const char *list, uint32_t n)
{
    Batch batch;
    batch_open(&batch, list);
    for (uint64_t number = 0; number < 50; number++) {
        batch_draw(&batch, number, n, (AugSize){.height = 8, .width = 8});
        uint32_t seen[MOST] = {0};
        const ImgMixItem *mixed = NULL;
        for (uint32_t i = 0; i < n; i++) {
            const ImgMixItem *item = &batch.items[i];
            seen[item->base.partner]++;
            if (item->kind == IMG_MIX_NONE) {
                ck_assert(item->base.partner == i);
                continue;
            }
            ck_assert_uint_ne(item->base.partner, i);
            if (mixed)
                ck_assert_double_eq(item->base.share, mixed->base.share);
            mixed = item;
        }
        for (uint32_t i = 0; mixed && i < n; i++)
            ck_assert_uint_eq(seen[i], 1);
    }
    batch_close(&batch);
}

START_TEST(partners_are_a_permutation)
{
    check_partners("[MixUp]", 7);
    check_partners("[CutMix]", 7);
    check_partners("[MixUp]", 2);
    check_partners("[CutMix]", 64);
}
END_TEST

START_TEST(a_batch_of_one_stays)
{
    static const char *const lists[] = {"[MixUp]", "[CutMix]", "[MixUp: {scope: sample}]"};
    for (size_t i = 0; i < AUG_COUNT(lists); i++) {
        Batch batch;
        batch_open(&batch, lists[i]);
        for (uint64_t number = 0; number < 20; number++) {
            batch_draw(&batch, number, 1, (AugSize){.height = 8, .width = 8});
            ck_assert_int_eq(batch.items[0].kind, IMG_MIX_NONE);
            ck_assert_double_eq(batch.items[0].base.share, 1);
        }
        batch_close(&batch);
    }
}
END_TEST

/* Moments of the shares of 200 batches, about 200,000 draws. */
static void share_moments(double alpha, double *mean, double *variance)
{
    char list[64];
    snprintf(list, sizeof(list), "[MixUp: {alpha: %g, scope: sample}]", alpha);
    Batch batch;
    batch_open(&batch, list);
    double sum = 0, squares = 0;
    int n = 0;
    for (uint64_t number = 0; number < 200; number++) {
        batch_draw(&batch, number, MOST, large);
        for (uint32_t i = 0; i < MOST; i++) {
            if (batch.items[i].kind == IMG_MIX_NONE)
                continue;
            sum += batch.items[i].base.share;
            squares += batch.items[i].base.share * batch.items[i].base.share;
            n++;
        }
    }
    *mean = sum / n;
    *variance = squares / n - *mean * *mean;
    batch_close(&batch);
}

/* Var = 1 / (4 (2 alpha + 1)); the deviation of the estimate from 2e5 draws is below 0.0003. */
START_TEST(mix_up_variance)
{
    static const double alphas[] = {.2, .4, 1, 8};
    for (size_t i = 0; i < AUG_COUNT(alphas); i++) {
        double mean, variance;
        share_moments(alphas[i], &mean, &variance);
        const double wanted = 1 / (4 * (2 * alphas[i] + 1));
        ck_assert_msg(fabs(variance - wanted) < .0015, "alpha %g: variance %.5f, wanted %.5f",
                      alphas[i], variance, wanted);
        ck_assert_msg(fabs(mean - .5) < .005, "alpha %g: mean %.5f", alphas[i], mean);
    }
}
END_TEST

START_TEST(mix_up_of_a_tiny_alpha_takes_one_or_the_other)
{
    Batch batch;
    batch_open(&batch, "[MixUp: {alpha: 0.0001, scope: sample}]");
    batch_draw(&batch, 0, MOST, large);
    int own = 0, other = 0;
    for (uint32_t i = 0; i < MOST; i++) {
        own += batch.items[i].base.share > .999;
        other += batch.items[i].base.share < .001;
    }
    ck_assert_int_ge(own + other, MOST - 5);
    ck_assert_int_gt(own, 400);
    ck_assert_int_gt(other, 400);
    batch_close(&batch);
}
END_TEST

/* Every pair of bytes at many shares: the float is exact up to its rounding, the byte within half a
 * step and the 2^-17 of the share. */
START_TEST(blend_of_bytes_and_floats_agrees)
{
    const AugDatasetInfo info = image_info(256, 256, 1);
    ImageCase bytes, floats;
    AugError error = {0};
    ck_assert_int_eq(image_case_open(&bytes, "[]", "{dtype: uint8}", &info, &error), AUG_OK);
    ck_assert_int_eq(image_case_open(&floats, "[]", NULL, &info, &error), AUG_OK);
    enum { N = 256 * 256 };
    static uint8_t own[N], partner[N], slot[N];
    static float real_own[N], real_partner[N], real_slot[N];
    for (int i = 0; i < N; i++) {
        own[i] = (uint8_t)(i / 256);
        partner[i] = (uint8_t)(i % 256);
        real_own[i] = own[i];
        real_partner[i] = partner[i];
    }
    static const double shares[] = {0, 1, .5, .25, .3, 1.0 / 3, .999999, 1e-7, .123456789};
    for (size_t k = 0; k < AUG_COUNT(shares); k++) {
        const double share = shares[k];
        const ImgMixItem item = {.base = {.partner = 1, .share = share}, .kind = IMG_MIX_BLEND};
        image_case_mix(bytes.plan, &item, own, partner, slot);
        image_case_mix(floats.plan, &item, real_own, real_partner, real_slot);
        for (int i = 0; i < N; i++) {
            const double exact = share * own[i] + (1 - share) * partner[i];
            if (fabs(slot[i] - exact) > .502)
                ck_abort_msg("%d and %d at %g: %d, exactly %.4f", own[i], partner[i], share,
                             slot[i], exact);
            /* Three roundings of numbers up to 255. */
            if (fabs((double)real_slot[i] - exact) > 5e-5)
                ck_abort_msg("%d and %d at %g: %.7f, exactly %.7f", own[i], partner[i], share,
                             (double)real_slot[i], exact);
        }
    }
    image_case_close(&bytes);
    image_case_close(&floats);
}
END_TEST

/* uint16 in its whole range: the exact blend, rounded half up, and boxes in both layouts. */
START_TEST(words_are_mixed_as_bytes_are)
{
    uint16_t own[12], partner[12], slot[12] = {0};
    const AugOut one = {.bytes = own}, other = {.bytes = partner}, out = {.bytes = slot};
    for (int i = 0; i < 12; i++) {
        own[i] = (uint16_t)(65535 - 5003 * i);
        partner[i] = (uint16_t)(i % 2 ? 65535 : 7 * i);
    }
    ImgPlan plan = {.extent = {.height = 2, .width = 3}, .input.channels = 2, .n_views = 1};
    plan.output.out = AUG_DTYPE_U16;
    const ImgMixItem blend = {.base.share = 0.3125, .kind = IMG_MIX_BLEND};
    img_mix(&plan, &blend.base, &one, &other, &out);
    for (int i = 0; i < 12; i++)
        ck_assert_uint_eq(slot[i], (5u * own[i] + 11u * partner[i] + 8) / 16);
    const ImgMixItem box = {.kind = IMG_MIX_PASTE, .y0 = 1, .x0 = 1, .y1 = 2, .x1 = 3};
    for (int planar = 0; planar < 2; planar++) {
        plan.output.planar = planar;
        img_mix(&plan, &box.base, &one, &other, &out);
        for (int i = 0; i < 12; i++) {
            const int at = planar ? i % 6 : i / 2;
            ck_assert_uint_eq(slot[i], at >= 4 ? partner[i] : own[i]);
        }
    }
}
END_TEST

START_TEST(parameters_are_checked)
{
    static const char *const wrong[] = {"[MixUp: {alpha: 0}]", "[CutMix: {alpha: -1}]",
                                        "[CutMix: {scope: pair}]", "[MixUp: {beta: 1}]"};
    for (size_t i = 0; i < AUG_COUNT(wrong); i++) {
        ImageCase image_case;
        AugError error = {0};
        ck_assert_msg(image_case_open_mix(&image_case, wrong[i], &error) == AUG_BAD_SPEC, "%s",
                      wrong[i]);
        image_case_close(&image_case);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mixing operations");
    TCase *cut = tcase_create("cutmix");
    tcase_set_timeout(cut, 60);
    tcase_add_test(cut, cut_mix_mean_share);
    tcase_add_test(cut, cut_mix_share_is_that_of_the_pixels);
    tcase_add_test(cut, cut_mix_moves_no_pixel);
    tcase_add_test(cut, cut_mix_reaches_the_last_row_and_column);
    suite_add_tcase(suite, cut);
    TCase *mix = tcase_create("mixup");
    tcase_set_timeout(mix, 60);
    tcase_add_test(mix, partners_are_a_permutation);
    tcase_add_test(mix, a_batch_of_one_stays);
    tcase_add_test(mix, mix_up_variance);
    tcase_add_test(mix, mix_up_of_a_tiny_alpha_takes_one_or_the_other);
    tcase_add_test(mix, blend_of_bytes_and_floats_agrees);
    tcase_add_test(mix, words_are_mixed_as_bytes_are);
    tcase_add_test(mix, parameters_are_checked);
    suite_add_tcase(suite, mix);
    return test_run(suite);
}
