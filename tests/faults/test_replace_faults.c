/* batch.on_error: replace, while memory runs out and the disk fails: a stream ends with that error,
 * or its bytes are right. It never shows another sample for a reason that is not the sample's.
 *
 * The program is linked with --wrap, so each allocation and each read of our own code passes
 * through here; libpng takes its memory from ours.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/loader.h"
#include "aug/spec.h"
#include "image/codec/codec.h"
#include "libaug/base/hash.h"
#include "tests/faults/failing.h"
#include "tests/support/datasets.h"
#include "tests/support/pictures.h"

#define N_SAMPLES 12

/* Reads so far, and the one that fails; 0: none. */
static atomic_long reads, failing_read;

ssize_t __real_pread(int file, void *bytes, size_t size, off_t at);
ssize_t __wrap_pread(int file, void *bytes, size_t size, off_t at);

ssize_t __wrap_pread(int file, void *bytes, size_t size, off_t at)
{
    if (atomic_fetch_add(&reads, 1) + 1 == atomic_load(&failing_read)) {
        errno = EIO;
        return -1;
    }
    return __real_pread(file, bytes, size, at);
}

static void begin_read(long n, bool all_further)
{
    (void)all_further;
    atomic_store(&reads, 0);
    atomic_store(&failing_read, n);
}

static long end_read(void)
{
    atomic_store(&failing_read, 0);
    return atomic_load(&reads);
}

/* One kind of call of which one fails, and the status that it may lead to. */
typedef struct Faults {
    void (*begin)(long n, bool all_further);
    long (*end)(void);
    AugStatus allowed;
} Faults;

/* Rows with pictures, JPEG and PNG by turns, of which two are damaged. */
static AugDataset *make_data(void)
{
    char *rows = test_path("%s/rows.jsonl", test_folder());
    FILE *lines = fopen(rows, "we");
    ck_assert_ptr_nonnull(lines);
    uint64_t state = 3;
    for (int i = 0; i < N_SAMPLES; i++) {
        const AugImage scene = test_scene(&state, 20, 16, 3);
        uint8_t *bytes = NULL;
        size_t size = 0;
        if (i % 2)
            ck_assert_int_eq(img_encode("png", &scene, &(ImgEncodeOptions){0}, &bytes, &size, NULL),
                             AUG_OK);
        else
            bytes = test_jpeg(&scene, &(TestJpeg){0}, &size);
        if (i == 4 || i == 7)
            size /= 2;
        char *path = test_path("%s/%d.%s", test_folder(), i, i % 2 ? "png" : "jpg");
        test_write_file(path, bytes, size);
        fprintf(lines, "{\"image\": \"%s\", \"label\": %d}\n", strrchr(path, '/') + 1, i % 3);
        free(path);
        free(bytes);
        free(scene.pixels);
    }
    fclose(lines);
    AugDataset *dataset = test_open("jsonl:%s", rows);
    free(rows);
    return dataset;
}

static const char spec_text[] =
    "{augd: 1, pipeline: [RandomResizedCrop: {size: [8, 8]}], batch: {size: 5, on_error: replace}}";

static AugStatus add_batches(AugLoader *loader, AugiHash *hash, uint32_t *n_replaced,
                             AugError *error)
{
    AugStatus status;
    *n_replaced = 0;
    for (AugBatch *batch; (status = aug_loader_next(loader, &batch, error)) == AUG_OK;) {
        size_t size;
        uint32_t n;
        const void *bytes = aug_batch_bytes(batch, &size);
        augi_hash_add(hash, bytes, size);
        aug_batch_replaced(batch, &n);
        *n_replaced += n;
        aug_batch_free(batch);
    }
    return status;
}

/* The digest of an epoch. Asserts nothing, for Check would need memory. */
static AugStatus run(const AugPlan *plan, char hex[65], uint32_t *n_replaced, AugError *error)
{
    AugiHash hash = {0};
    AUG_TRY(augi_hash_init(&hash, error));
    AugLoader *loader;
    const AugLoaderOptions options = {.threads = 1, .depth = 2, .epochs = 1};
    AugStatus status = aug_loader_new(&loader, plan, &options, error);
    if (status == AUG_OK) {
        status = add_batches(loader, &hash, n_replaced, error);
        aug_loader_free(loader);
    }
    if (status == AUG_END)
        augi_hash_hex(&hash, hex);
    augi_hash_fini(&hash);
    return status;
}

/* Each call of one kind fails once. */
static void fail_each(const Faults *faults)
{
    AugDataset *dataset = make_data();
    AugSpec *spec;
    AugPlan *plan;
    AugError error = {0};
    AugProblems problems = {.items = &error, .capacity = 1};
    char expected[65], hex[65];
    uint32_t n_replaced;
    ck_assert_int_eq(aug_spec_parse(&spec, spec_text, strlen(spec_text), "test", NULL, &problems),
                     AUG_OK);
    ck_assert_int_eq(aug_plan_new(&plan, spec, dataset, NULL, &error), AUG_OK);
    faults->begin(0, false);
    const AugStatus whole = run(plan, expected, &n_replaced, &error);
    const long total = faults->end();
    ck_assert_msg(whole == AUG_END, "%s: %s", error.where, error.message);
    ck_assert_uint_eq(n_replaced, 2);
    ck_assert_int_ge(total, N_SAMPLES);
    long n_failed = 0;
    for (long n = 1; n <= total; n++) {
        faults->begin(n, false);
        const AugStatus status = run(plan, hex, &n_replaced, &error);
        faults->end();
        if (status == AUG_END) {
            ck_assert_str_eq(hex, expected);
            continue;
        }
        n_failed++;
        ck_assert_msg(status == faults->allowed, "call %ld of %ld: %s: %s", n, total,
                      aug_status_name(status), error.message);
    }
    printf("%ld of %ld runs ended with %s\n", n_failed, total, aug_status_name(faults->allowed));
    ck_assert_int_gt(n_failed, total / 4);
    aug_plan_free(plan);
    aug_spec_free(spec);
    aug_dataset_unref(dataset);
}

START_TEST(memory_is_no_verdict)
{
    fail_each(&(Faults){failing_begin, failing_end, AUG_NO_MEMORY});
}
END_TEST

START_TEST(a_disk_is_no_verdict)
{
    fail_each(&(Faults){begin_read, end_read, AUG_IO});
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replace_faults");
    TCase *tests = tcase_create("faults");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, memory_is_no_verdict);
    tcase_add_test(tests, a_disk_is_no_verdict);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
