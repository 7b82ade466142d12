/* What every operation on pictures must do when it runs: be a pure function of its key, on any
 * worker, on any picture; do nothing for p = 0; keep to the size that it states; take along what
 * lies on the picture. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/image_case.h"
#include "tests/support/support.h"
#include "tests/support/targets_case.h"

/* Ordinary, tiny, thin and long; odd sides, so that nothing is symmetric by chance. */
static const AugSize sizes[] = {
    {.height = 24, .width = 31}, {.height = 1, .width = 1},    {.height = 1, .width = 37},
    {.height = 40, .width = 1},  {.height = 2, .width = 3000}, {.height = 33, .width = 33},
};

enum { KEYS = 6 };

static const AugOpDesc *image_op(int i)
{
    const AugOpDesc *desc = augi_ops[i];
    return desc->domain == NULL || desc->domain == &aug_domain_image ? desc : NULL;
}

/* Opens one example, always running; false for operations that mix or belong to other domains. */
static bool open_example(ImageCase *image_case, int i, size_t example, int32_t channels)
{
    const AugOpDesc *desc = image_op(i);
    if (!desc || desc->scope == AUG_OP_BATCH)
        return false;
    char *pipeline = test_path("[%s: %s]", desc->name, desc->examples[example].params);
    AugError error = {0};
    const AugStatus status = image_case_open_any_size(image_case, pipeline, channels, &error);
    ck_assert_msg(status == AUG_OK, "%s: %s", pipeline, error.message);
    image_case->ops.ops[0].p = 1;
    free(pipeline);
    return true;
}

/* Runs one key. An operation may refuse a picture that is too small for it, by its name; then the
 * result has no pixels. */
static AugImage run_key(ImageCase *image_case, const AugSample *sample, uint64_t index)
{
    const AugKey key = {.seed = 99, .epoch = 2, .sample = index};
    AugError error = {0};
    AugImage image = {0};
    const AugStatus status = img_augment(image_case->worker, &key, sample, &image, &error);
    if (status == AUG_OK)
        return image;
    const char *name = image_case->ops.ops[0].desc->name;
    ck_assert_msg(status == AUG_BAD_SPEC && strstr(error.message, name), "%s: %s: %s", name,
                  aug_status_name(status), error.message);
    ck_assert_msg(sample->fields[0].height < 40 || sample->fields[0].width < 40,
                  "%s refuses %d x %d: %s", name, sample->fields[0].height, sample->fields[0].width,
                  error.message);
    return (AugImage){0};
}

/* FNV-1a over size and pixels. */
static uint64_t digest(const AugImage *image)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const int32_t head[3] = {image->height, image->width, image->channels};
    for (size_t i = 0; i < sizeof(head); i++)
        hash = (hash ^ ((const uint8_t *)head)[i]) * UINT64_C(0x100000001b3);
    for (int32_t y = 0; y < image->height; y++)
        for (int32_t x = 0; x < image->width * image->channels; x++)
            hash = (hash ^ image->pixels[(size_t)y * image->row_size + (size_t)x]) *
                   UINT64_C(0x100000001b3);
    return hash;
}

/* All keys in order, and again from the last to the first: nothing may be left over between calls.
 */
static void check_pure(ImageCase *image_case, const AugSample *sample)
{
    uint64_t digests[KEYS];
    for (int k = 0; k < KEYS; k++) {
        const AugImage image = run_key(image_case, sample, (uint64_t)k);
        digests[k] = digest(&image);
    }
    for (int k = KEYS - 1; k >= 0; k--) {
        const AugImage image = run_key(image_case, sample, (uint64_t)k);
        ck_assert_msg(digest(&image) == digests[k],
                      "%s: key %d of %d x %d x %d gives other bytes the second time",
                      image_case->ops.ops[0].desc->name, k, sample->fields[0].height,
                      sample->fields[0].width, sample->fields[0].channels);
    }
}

START_TEST(same_key_same_bytes)
{
    const AugOpDesc *desc = augi_ops[_i];
    for (size_t e = 0; e < desc->n_examples; e++)
        for (int32_t channels = 1; channels <= 3; channels += 2) {
            ImageCase image_case;
            if (!open_example(&image_case, _i, e, channels))
                return;
            for (size_t s = 0; s < AUG_COUNT(sizes); s++) {
                const AugSize size = sizes[s];
                uint8_t *pixels = image_pixels(size.height, size.width, channels, 1);
                const AugSample sample = image_sample(pixels, size.height, size.width, channels);
                check_pure(&image_case, &sample);
                free(pixels);
            }
            image_case_close(&image_case);
        }
}
END_TEST

/* One thread: its own worker for a plan that it shares, its keys from another start. */
typedef struct Thread {
    pthread_t id;
    const ImgPlan *plan;
    const AugSample *sample;
    int start;
    uint64_t digests[KEYS];
    bool failed;
} Thread;

static void *run_thread(void *context)
{
    Thread *thread = context;
    ImgWorker *worker;
    thread->failed = img_worker_make(&worker, NULL, NULL) != AUG_OK ||
                     img_worker_set_plan(worker, thread->plan, NULL) != AUG_OK;
    for (int i = 0; !thread->failed && i < KEYS; i++) {
        const int k = (thread->start + i) % KEYS;
        const AugKey key = {.seed = 1, .sample = (uint64_t)k};
        AugImage image = {0};
        thread->failed = img_augment(worker, &key, thread->sample, &image, NULL) != AUG_OK;
        thread->digests[k] = digest(&image);
    }
    img_worker_free(worker);
    return NULL;
}

START_TEST(several_workers_agree)
{
    ImageCase image_case;
    if (!open_example(&image_case, _i, 0, 3))
        return;
    /* Large enough for the crop of every example. */
    uint8_t *pixels = image_pixels(240, 250, 3, 1);
    const AugSample sample = image_sample(pixels, 240, 250, 3);
    Thread threads[3] = {{0}};
    for (int i = 0; i < 3; i++) {
        threads[i] = (Thread){.plan = image_case.plan, .sample = &sample, .start = 2 * i};
        ck_assert_int_eq(pthread_create(&threads[i].id, NULL, run_thread, &threads[i]), 0);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i].id, NULL);
    for (int i = 0; i < 3; i++) {
        ck_assert_msg(!threads[i].failed, "%s: a worker failed", augi_ops[_i]->name);
        ck_assert_msg(memcmp(threads[i].digests, threads[0].digests, sizeof(threads[i].digests)) ==
                          0,
                      "%s: workers differ", augi_ops[_i]->name);
    }
    free(pixels);
    image_case_close(&image_case);
}
END_TEST

START_TEST(never_is_identity)
{
    const AugOpDesc *desc = augi_ops[_i];
    for (size_t e = 0; e < desc->n_examples; e++) {
        ImageCase image_case;
        if (!open_example(&image_case, _i, e, 3))
            return;
        image_case.ops.ops[0].p = 0;
        uint8_t *pixels = image_pixels(24, 31, 3, 1);
        const AugSample sample = image_sample(pixels, 24, 31, 3);
        const AugImage same = {pixels, 24, 31, 3, 31 * 3, AUG_DTYPE_U8};
        for (uint64_t k = 0; k < KEYS; k++) {
            const AugImage image = run_key(&image_case, &sample, k);
            image_assert_equal(&image, &same, desc->name);
        }
        free(pixels);
        image_case_close(&image_case);
    }
}
END_TEST

/* The size that an operation states without a picture is the one it makes. */
START_TEST(stated_sizes_hold)
{
    const AugOpDesc *desc = augi_ops[_i];
    for (size_t e = 0; e < desc->n_examples; e++) {
        ImageCase image_case;
        if (!open_example(&image_case, _i, e, 3))
            return;
        for (size_t s = 0; s < AUG_COUNT(sizes); s++) {
            const AugSize size = sizes[s];
            const AugOp *culprit;
            const AugSize stated = img_extent(&image_case.ops, size, &culprit);
            uint8_t *pixels = image_pixels(size.height, size.width, 3, 1);
            const AugSample sample = image_sample(pixels, size.height, size.width, 3);
            for (uint64_t k = 0; k < KEYS; k++) {
                const AugImage image = run_key(&image_case, &sample, k);
                const bool height_holds = !stated.height || stated.height == image.height;
                const bool width_holds = !stated.width || stated.width == image.width;
                ck_assert_msg(!image.pixels || (height_holds && width_holds),
                              "%s states %d x %d and makes %d x %d", desc->name, stated.height,
                              stated.width, image.height, image.width);
            }
            free(pixels);
        }
        image_case_close(&image_case);
    }
}
END_TEST

START_TEST(empty_inputs_are_refused)
{
    ImageCase image_case;
    if (!open_example(&image_case, _i, 0, 3))
        return;
    static const uint8_t nothing[1];
    const AugSample samples[] = {
        image_sample(nothing, 0, 0, 3),
        image_sample(nothing, 0, 5, 3),
        image_sample_encoded(nothing, 0, "empty.jpg"),
    };
    for (size_t i = 0; i < AUG_COUNT(samples); i++) {
        AugImage image;
        AugError error = {0};
        const AugStatus status =
            img_augment(image_case.worker, &(AugKey){0}, &samples[i], &image, &error);
        ck_assert_msg(status != AUG_OK && error.message[0], "%s: empty input %zu is accepted",
                      augi_ops[_i]->name, i);
        ck_assert_str_eq(error.where, samples[i].name);
    }
    image_case_close(&image_case);
}
END_TEST

/* A picture with a mask, a net of boxes and points, and their numbers. */
typedef struct Scene {
    uint8_t *pixels, *mask;
    float boxes[16][4], points[16][2];
    int64_t tags[16];
    uint8_t marks[16][2];
    AugField in[TARGETS_FIELDS];
} Scene;

static void scene_make(Scene *scene, AugSize size)
{
    scene->pixels = image_pixels(size.height, size.width, 3, 1);
    scene->mask = image_pixels(size.height, size.width, 1, 2);
    for (int i = 0; i < 16; i++) {
        const float x = (float)(size.width * (i % 4)) / 4, y = (float)(size.height * (i / 4)) / 4;
        memcpy(scene->boxes[i], (float[4]){x, y, x + 40, y + 30}, sizeof(scene->boxes[i]));
        memcpy(scene->points[i], (float[2]){x, y + 11}, sizeof(scene->points[i]));
        scene->tags[i] = i;
        scene->marks[i][0] = scene->marks[i][1] = (uint8_t)i;
    }
    scene->in[TARGETS_IMAGE] = targets_pixels(scene->pixels, size, 3);
    scene->in[TARGETS_MASK] = targets_pixels(scene->mask, size, 1);
    scene->in[TARGETS_BOXES] = targets_rows(scene->boxes, 16, sizeof(scene->boxes[0]));
    scene->in[TARGETS_TAGS] = targets_rows(scene->tags, 16, sizeof(scene->tags[0]));
    scene->in[TARGETS_POINTS] = targets_rows(scene->points, 16, sizeof(scene->points[0]));
    scene->in[TARGETS_MARKS] = targets_rows(scene->marks, 16, sizeof(scene->marks[0]));
}

static uint64_t digest_fields(const AugField fields[TARGETS_FIELDS])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int f = 0; f < TARGETS_FIELDS; f++)
        for (size_t i = 0; i < fields[f].size; i++)
            hash = (hash ^ ((const uint8_t *)fields[f].bytes)[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Rows inside the result, in step with their companions; a mask of the picture's size. */
static void check_targets(const char *name, const AugField out[TARGETS_FIELDS])
{
    const AugField *image = &out[TARGETS_IMAGE], *mask = &out[TARGETS_MASK];
    const float width = (float)image->width, height = (float)image->height;
    ck_assert_msg(mask->height == image->height && mask->width == image->width,
                  "%s: a mask of %d x %d for a picture of %d x %d", name, mask->height, mask->width,
                  image->height, image->width);
    ck_assert_uint_eq(out[TARGETS_TAGS].n_rows, out[TARGETS_BOXES].n_rows);
    ck_assert_uint_eq(out[TARGETS_MARKS].n_rows, out[TARGETS_POINTS].n_rows);
    const float *box = out[TARGETS_BOXES].bytes, *point = out[TARGETS_POINTS].bytes;
    for (uint64_t i = 0; i < out[TARGETS_BOXES].n_rows; i++, box += 4)
        ck_assert_msg(0 <= box[0] && box[0] < box[2] && box[2] <= width && 0 <= box[1] &&
                          box[1] < box[3] && box[3] <= height,
                      "%s: a box %g, %g, %g, %g in %g x %g", name, (double)box[0], (double)box[1],
                      (double)box[2], (double)box[3], (double)height, (double)width);
    for (uint64_t i = 0; i < out[TARGETS_POINTS].n_rows; i++, point += 2)
        ck_assert_msg(-1e-5f <= point[0] && point[0] <= width + 1e-5f && -1e-5f <= point[1] &&
                          point[1] <= height + 1e-5f,
                      "%s: a point %g, %g in %g x %g", name, (double)point[0], (double)point[1],
                      (double)height, (double)width);
}

/* The picture is that of a data set which has nothing else; all of it depends on the key alone. */
START_TEST(targets_go_along)
{
    const AugSize size = {.height = 240, .width = 251};
    const AugOpDesc *desc = augi_ops[_i];
    Scene scene;
    scene_make(&scene, size);
    const AugSample sample = image_sample(scene.pixels, size.height, size.width, 3);
    const AugDatasetInfo info = targets_info(size, 3);
    for (size_t e = 0; e < desc->n_examples; e++) {
        ImageCase bare, image_case;
        if (!open_example(&bare, _i, e, 3))
            break;
        char *pipeline = test_path("[%s: %s]", desc->name, desc->examples[e].params);
        targets_open_any_size(&image_case, pipeline, &info);
        free(pipeline);
        image_case.ops.ops[0].p = 1;
        uint64_t digests[KEYS];
        AugField out[TARGETS_FIELDS];
        for (uint64_t k = 0; k < KEYS; k++) {
            targets_augment(&image_case, k, scene.in, out);
            check_targets(desc->name, out);
            digests[k] = digest_fields(out);
            const AugField *image = &out[TARGETS_IMAGE];
            const AugImage got = {.pixels = (uint8_t *)(uintptr_t)image->bytes,
                                  .height = image->height,
                                  .width = image->width,
                                  .channels = 3,
                                  .row_size = (size_t)image->width * 3};
            const AugImage wanted = image_case_picture(&bare, k, &sample);
            image_assert_equal(&got, &wanted, desc->name);
        }
        for (uint64_t k = KEYS; k-- > 0;) {
            targets_augment(&image_case, k, scene.in, out);
            ck_assert_msg(digest_fields(out) == digests[k],
                          "%s: key %d gives other targets the second time", desc->name, (int)k);
        }
        image_case_close(&image_case);
        image_case_close(&bare);
    }
    free(scene.pixels);
    free(scene.mask);
}
END_TEST

/* Draws a batch of n; items are preset as the engine does it. */
static void draw_batch(const AugOp *op, uint64_t number, uint32_t n, ImgMixItem *items)
{
    uint32_t scratch[16];
    AugRng rng = aug_rng_make(
        &(AugKey){.seed = 1, .sample = number, .position = (uint16_t)AUG_POSITION_BATCH});
    ImgMix mix = {.n = n, .extent = {.height = 5, .width = 9}, .items = items, .scratch = scratch};
    for (uint32_t i = 0; i < n; i++)
        items[i] = (ImgMixItem){.base = {.partner = i, .share = 1}};
    img_op_hooks(op->desc)->mix(op->params, &rng, &mix);
}

static void check_items(const char *name, const ImgMixItem *items, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const ImgMixItem *item = &items[i];
        ck_assert_msg(item->base.partner < n && item->base.share >= 0 && item->base.share <= 1,
                      "%s: item %u of %u has partner %u and share %g", name, i, n,
                      item->base.partner, item->base.share);
        ck_assert_msg(item->kind != IMG_MIX_PASTE ||
                          (0 <= item->y0 && item->y0 < item->y1 && item->y1 <= 5 && 0 <= item->x0 &&
                           item->x0 < item->x1 && item->x1 <= 9),
                      "%s: box %d %d %d %d is not inside 5 x 9", name, item->y0, item->x0, item->y1,
                      item->x1);
    }
}

START_TEST(mixing_is_pure_and_inside)
{
    const AugOpDesc *desc = image_op(_i);
    if (!desc || desc->scope != AUG_OP_BATCH)
        return;
    for (size_t e = 0; e < desc->n_examples; e++) {
        ImageCase image_case;
        AugError error = {0};
        char *list = test_path("[%s: %s]", desc->name, desc->examples[e].params);
        ck_assert_int_eq(image_case_open_mix(&image_case, list, &error), AUG_OK);
        free(list);
        for (uint32_t n = 1; n <= 16; n++) {
            ImgMixItem first[16], other[16], again[16];
            memset(first, 0, sizeof(first));
            memset(again, 0, sizeof(again));
            draw_batch(&image_case.ops.ops[0], 3, n, first);
            draw_batch(&image_case.ops.ops[0], 4, n, other);
            draw_batch(&image_case.ops.ops[0], 3, n, again);
            ck_assert_msg(memcmp(first, again, sizeof(first)) == 0,
                          "%s: a batch of %u is mixed otherwise the second time", desc->name, n);
            check_items(desc->name, first, n);
        }
        image_case_close(&image_case);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("operations on pictures");
    TCase *every = tcase_create("every operation");
    tcase_set_timeout(every, 60);
    const int n = (int)augi_n_ops;
    tcase_add_loop_test(every, same_key_same_bytes, 0, n);
    tcase_add_loop_test(every, several_workers_agree, 0, n);
    tcase_add_loop_test(every, never_is_identity, 0, n);
    tcase_add_loop_test(every, stated_sizes_hold, 0, n);
    tcase_add_loop_test(every, empty_inputs_are_refused, 0, n);
    tcase_add_loop_test(every, targets_go_along, 0, n);
    tcase_add_loop_test(every, mixing_is_pure_and_inside, 0, n);
    suite_add_tcase(suite, every);
    return test_run(suite);
}
