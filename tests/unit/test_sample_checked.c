/* Files are read to their end once: the first time that a sample is made, whoever makes it. */
#include <stdlib.h>
#include <string.h>

#include "aug/aug.h"
#include "image/codec/codec.h"
#include "libaug/data/identity.h"
#include "tests/support/datasets.h"

/* A spec that needs a corner of the picture only. */
static const char spec_text[] =
    "{augd: 1, seed: 3, pipeline: [{CenterCrop: {size: [8, 8]}}], batch: {size: 2}}";

/* A picture file of noise, 64 x 48. */
static uint8_t *make_file(const char *format, int32_t channels, size_t *size)
{
    enum { HEIGHT = 64, WIDTH = 48 };
    static uint8_t pixels[HEIGHT * WIDTH * 3];
    for (size_t i = 0; i < sizeof(pixels); i++)
        pixels[i] = channels == 1 ? (uint8_t)(i / 7 % 5) : (uint8_t)(i * 37 % 251);
    const AugImage image = {.pixels = pixels,
                            .height = HEIGHT,
                            .width = WIDTH,
                            .channels = channels,
                            .row_size = (size_t)(WIDTH * channels)};
    const ImgEncodeOptions options = {.quality = 90};
    uint8_t *bytes;
    AugError error = {0};
    if (img_encode(format, &image, &options, &bytes, size, &error) != AUG_OK)
        ck_abort_msg("%s", error.message);
    return bytes;
}

/* damaged: one byte near the end, of rows that the crop does not show, is another. */
static void put(const char *name, const char *format, int32_t channels, bool damaged)
{
    size_t size;
    uint8_t *bytes = make_file(format, channels, &size);
    /* A marker inside of a JPEG's data; in a PNG a check sum that is wrong. */
    if (damaged && strcmp(format, "jpeg") == 0)
        memcpy(bytes + size - 40, "\xff\xd3\xff\xd5", 4);
    else if (damaged)
        bytes[size - 20] ^= 1;
    char *path = test_path("%s/%s", test_folder(), name);
    test_write_file(path, bytes, size);
    free(path);
    free(bytes);
}

typedef struct Made {
    AugDataset *dataset;
    AugSpec *spec;
    AugPlan *plan;
    AugWorker *worker;
} Made;

static Made make(const char *location)
{
    Made made;
    AugError item = {0};
    AugProblems problems = {.items = &item, .capacity = 1};
    made.dataset = test_open("%s:%s", location, test_folder());
    ck_assert_msg(
        aug_spec_parse(&made.spec, spec_text, strlen(spec_text), "test", NULL, &problems) == AUG_OK,
        "%s", item.message);
    if (aug_plan_new(&made.plan, made.spec, made.dataset, NULL, &item) != AUG_OK)
        ck_abort_msg("%s: %s", item.where, item.message);
    ck_assert_int_eq(aug_worker_new(&made.worker, made.plan, NULL), AUG_OK);
    return made;
}

static void unmake(Made *made)
{
    aug_worker_free(made->worker);
    aug_plan_free(made->plan);
    aug_spec_free(made->spec);
    aug_dataset_unref(made->dataset);
}

static bool is_unchecked(const Made *made, uint64_t index)
{
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(made->dataset, index, &buffer, &sample, NULL), AUG_OK);
    const bool unchecked = augi_sample_is_unchecked(&sample);
    aug_buffer_fini(&buffer);
    return unchecked;
}

static AugStatus augment(const Made *made, uint64_t index, AugError *error)
{
    AugBuffer buffer = {0};
    AugSample sample, out;
    ck_assert_int_eq(aug_dataset_read(made->dataset, index, &buffer, &sample, NULL), AUG_OK);
    const AugStatus status =
        aug_worker_augment(made->worker, &(AugKey){.sample = index}, &sample, &out, error);
    aug_buffer_fini(&buffer);
    return status;
}

START_TEST(single_samples_are_checked_once)
{
    put("a.jpg", "jpeg", 3, false);
    put("b.png", "png", 3, false);
    put("c.jpg", "jpeg", 3, true);
    put("d.png", "png", 3, true);
    Made made = make("image_folder");
    for (uint64_t i = 0; i < 4; i++) {
        AugError error = {0};
        ck_assert(is_unchecked(&made, i));
        const AugStatus status = augment(&made, i, &error);
        ck_assert_msg(status == (i < 2 ? AUG_OK : AUG_CORRUPT), "sample %d: %s", (int)i,
                      error.message);
        ck_assert_int_eq(is_unchecked(&made, i), i >= 2);
        /* Again, the same. */
        ck_assert_int_eq(augment(&made, i, NULL), status);
    }
    unmake(&made);
}
END_TEST

/* A sample of a program's own is decoded as far as it is needed: nothing vouches for it later. */
START_TEST(samples_of_nowhere_are_not_checked)
{
    put("a.jpg", "jpeg", 3, false);
    put("c.jpg", "jpeg", 3, true);
    Made made = make("image_folder");
    AugBuffer buffer = {0};
    AugSample sample, out;
    ck_assert_int_eq(aug_dataset_read(made.dataset, 1, &buffer, &sample, NULL), AUG_OK);
    ck_assert(sample.dataset == made.dataset && sample.index == 1);
    sample.dataset = NULL;
    ck_assert(!augi_sample_is_unchecked(&sample));
    ck_assert_int_eq(aug_worker_augment(made.worker, NULL, &sample, &out, NULL), AUG_OK);
    aug_buffer_fini(&buffer);
    unmake(&made);
}
END_TEST

START_TEST(batches_check_what_they_show)
{
    put("a.jpg", "jpeg", 3, false);
    put("b.png", "png", 3, false);
    Made made = make("image_folder");
    AugLoader *loader;
    AugBatch *batch;
    const AugLoaderOptions options = {.threads = 2, .epochs = 1};
    ck_assert_int_eq(aug_loader_new(&loader, made.plan, &options, NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    ck_assert(!is_unchecked(&made, 0) && !is_unchecked(&made, 1));
    aug_batch_free(batch);
    aug_loader_free(loader);
    unmake(&made);
}
END_TEST

/* A damaged mask is found with its picture, by a crop that does not see the damage. */
START_TEST(masks_are_checked_too)
{
    free(test_make_folder("%s/images", test_folder()));
    free(test_make_folder("%s/masks", test_folder()));
    put("images/a.jpg", "jpeg", 3, false);
    put("images/b.jpg", "jpeg", 3, false);
    put("masks/a.png", "png", 1, false);
    put("masks/b.png", "png", 1, true);
    Made made = make("mask_folder");
    AugError error = {0};
    ck_assert_int_eq(augment(&made, 0, NULL), AUG_OK);
    ck_assert(!is_unchecked(&made, 0));
    ck_assert_int_eq(augment(&made, 1, &error), AUG_CORRUPT);
    ck_assert_msg(strstr(error.where, "b.jpg") && strstr(error.where, "mask"), "%s", error.where);
    ck_assert(is_unchecked(&made, 1));
    unmake(&made);
}
END_TEST

/* What one process checked the next one need not. */
START_TEST(restarts_know_what_was_checked)
{
    char *cache = test_path("%s/cache", test_folder());
    setenv("AUGD_CACHE", cache, 1);
    put("a.jpg", "jpeg", 3, false);
    put("b.png", "png", 3, false);
    Made made = make("image_folder");
    ck_assert_int_eq(augment(&made, 1, NULL), AUG_OK);
    ck_assert(is_unchecked(&made, 0));
    unmake(&made);
    made = make("image_folder");
    ck_assert(is_unchecked(&made, 0) && !is_unchecked(&made, 1));
    unmake(&made);
    free(cache);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sample_checked");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, single_samples_are_checked_once);
    tcase_add_test(tests, samples_of_nowhere_are_not_checked);
    tcase_add_test(tests, batches_check_what_they_show);
    tcase_add_test(tests, masks_are_checked_too);
    tcase_add_test(tests, restarts_know_what_was_checked);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
