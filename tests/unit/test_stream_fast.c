/* Streams of decode: fast: the same bytes for any number of threads, read for the first time or again,
 * and others than those of an exact one, under another id. */
#include <stdlib.h>
#include <string.h>

#include "aug/aug.h"
#include "libaug/base/hash.h"
#include "tests/support/datasets.h"
#include "tests/support/pictures.h"

#define N_PICTURES 9

static void write_pictures(void)
{
    uint64_t state = 1;
    for (int i = 0; i < N_PICTURES; i++) {
        const TestJpeg form = {.h_samp = 1 + i % 2, .v_samp = 1 + i % 2, .progressive = i == 4};
        const AugImage image =
            test_scene(&state, test_between(&state, 90, 400), test_between(&state, 90, 400), 3);
        size_t size;
        uint8_t *bytes = test_jpeg(&image, &form, &size);
        char *path = test_path("%s/%d.jpg", test_folder(), i);
        test_write_file(path, bytes, size);
        free(path);
        free(bytes);
        free(image.pixels);
    }
}

/* A plan and what it is made of. */
typedef struct Made {
    AugDataset *dataset;
    AugSpec *spec;
    AugPlan *plan;
} Made;

static Made make(const char *decode)
{
    Made made;
    AugError item = {0};
    AugProblems problems = {.items = &item, .capacity = 1};
    char text[300];
    snprintf(text, sizeof(text),
             "{augd: 1, seed: 3, pipeline: [{RandomResizedCrop: [24, 28]}, HorizontalFlip], "
             "batch: {size: 4, views: 2}, output: {decode: %s}}",
             decode);
    made.dataset = test_open("image_folder:%s", test_folder());
    ck_assert_msg(aug_spec_parse(&made.spec, text, strlen(text), "test", NULL, &problems) == AUG_OK,
                  "%s", item.message);
    if (aug_plan_new(&made.plan, made.spec, made.dataset, NULL, &item) != AUG_OK)
        ck_abort_msg("%s: %s", item.where, item.message);
    return made;
}

static void unmake(Made *made)
{
    aug_plan_free(made->plan);
    aug_spec_free(made->spec);
    aug_dataset_unref(made->dataset);
}

static void digest_of(const Made *made, uint32_t threads, char hex[65])
{
    const AugLoaderOptions options = {.threads = threads, .epochs = 2};
    AugLoader *loader;
    AugBatch *batch;
    AugError error = {0};
    AugiHash hash = {0};
    AugStatus status;
    ck_assert_int_eq(augi_hash_init(&hash, &error), AUG_OK);
    ck_assert_int_eq(aug_loader_new(&loader, made->plan, &options, &error), AUG_OK);
    while ((status = aug_loader_next(loader, &batch, &error)) == AUG_OK) {
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        augi_hash_add(&hash, bytes, size);
        aug_batch_free(batch);
    }
    ck_assert_msg(status == AUG_END, "%s", error.message);
    augi_hash_hex(&hash, hex);
    aug_loader_free(loader);
}

START_TEST(bytes_do_not_depend_on_threads_or_first_readings)
{
    write_pictures();
    char first[65], hex[65];
    Made made = make("fast");
    digest_of(&made, 1, first);
    for (uint32_t threads = 1; threads <= 3; threads++) {
        digest_of(&made, threads, hex);
        ck_assert_str_eq(hex, first);
    }
    unmake(&made);
    made = make("fast");
    digest_of(&made, 3, hex);
    ck_assert_str_eq(hex, first);
    unmake(&made);
}
END_TEST

START_TEST(streams_have_ids_of_their_own)
{
    write_pictures();
    char digests[3][65], ids[3][65];
    static const char *const words[] = {"fast", "uint8", "uint8"};
    for (int i = 0; i < 3; i++) {
        Made made = make(words[i]);
        digest_of(&made, 2, digests[i]);
        ck_assert_int_eq(aug_plan_stream_id(made.plan, ids[i], NULL), AUG_OK);
        unmake(&made);
    }
    ck_assert_str_ne(digests[0], digests[1]);
    ck_assert_str_ne(ids[0], ids[1]);
    ck_assert_str_eq(digests[1], digests[2]);
    ck_assert_str_eq(ids[1], ids[2]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stream fast");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, bytes_do_not_depend_on_threads_or_first_readings);
    tcase_add_test(tests, streams_have_ids_of_their_own);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
