/* Every operation of the registry with each of its examples, and every kind of data set: opened,
 * compiled and run with one allocation failing, for each allocation that it makes. The run ends
 * with "no memory", or its bytes are right; afterwards the same run gives the same bytes. Nothing
 * crashes and, under the address sanitizer, nothing leaks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/loader.h"
#include "aug/spec.h"
#include "libaug/base/hash.h"
#include "libaug/data/dataset.h"
#include "libaug/spec/domain.h"
#include "tests/faults/failing.h"
#include "tests/support/datasets.h"
#include "tests/support/lexicon_case.h"
#include "tests/support/pictures.h"
#include "text/op.h"

/* Failing allocations that are tried in one case: all of nearly every case, and every n-th where
 * there are more, so that the whole ends within half a minute. */
#define MAX_TRIES 400

/* The same where each run reads all of the English lexicon; a small one gets all of them. */
#define FEW_TRIES 40

/* One run: a spec for a data set; most_tries: 0 is MAX_TRIES. */
typedef struct Case {
    const char *location;
    const char *spec;
    AugPlanOptions options;
    long most_tries;
} Case;

static AugStatus add_batches(AugLoader *loader, AugiHash *hash, AugError *error)
{
    for (;;) {
        AugBatch *batch;
        AUG_TRY(aug_loader_next(loader, &batch, error));
        size_t size;
        const void *bytes = aug_batch_bytes(batch, &size);
        augi_hash_add(hash, bytes, size);
        aug_batch_free(batch);
    }
}

static AugStatus run_plan(const AugPlan *plan, char hex[65], AugError *error)
{
    AugiHash hash = {0};
    AugLoader *loader;
    const AugLoaderOptions options = {.threads = 1, .depth = 2, .epochs = 1};
    AUG_TRY(aug_loader_new(&loader, plan, &options, error));
    AugStatus status = augi_hash_init(&hash, error);
    if (status == AUG_OK)
        status = add_batches(loader, &hash, error);
    aug_loader_free(loader);
    if (status == AUG_END) {
        augi_hash_hex(&hash, hex);
        status = AUG_OK;
    }
    augi_hash_fini(&hash);
    return status;
}

/* The whole way from text to the digest of an epoch. Asserts nothing: Check allocates, too. */
static AugStatus run(const Case *one, char hex[65], AugError *error)
{
    AugProblems problems = {.items = error, .capacity = 1};
    AugSpec *spec;
    AugDataset *dataset = NULL;
    AugPlan *plan = NULL;
    AUG_TRY(aug_spec_parse(&spec, one->spec, strlen(one->spec), "s", NULL, &problems));
    AugStatus status = aug_dataset_open(&dataset, one->location, NULL, error);
    if (status == AUG_OK)
        status = aug_plan_new(&plan, spec, dataset, &one->options, error);
    if (status == AUG_OK)
        status = run_plan(plan, hex, error);
    aug_plan_free(plan);
    aug_dataset_unref(dataset);
    aug_spec_free(spec);
    return status;
}

/* A parameter that cannot be copied is a problem of the spec. */
static bool lacks_memory(AugStatus status, const AugError *error)
{
    return status == AUG_NO_MEMORY || strstr(error->message, "memory");
}

static void expect_again(const Case *one, const char *right)
{
    char hex[65];
    AugError error = {0};
    const AugStatus status = run(one, hex, &error);
    ck_assert_msg(status == AUG_OK && strcmp(hex, right) == 0, "%s\n%s: afterwards: %s", one->spec,
                  one->location, error.message);
}

/* Lets allocations of a run fail in turn. */
static void fail_each(const Case *one)
{
    char right[65], hex[65];
    AugError error = {0};
    failing_begin(0, false);
    const AugStatus first = run(one, right, &error);
    const long n = failing_end();
    ck_assert_msg(first == AUG_OK, "%s\n%s: %s: %s", one->spec, one->location, error.where,
                  error.message);
    const long most = one->most_tries > 0 ? one->most_tries : MAX_TRIES;
    long n_failed = 0, n_tried = 0;
    for (long at = 1; at <= n; at += 1 + n / most) {
        error = (AugError){0};
        failing_begin(at, false);
        const AugStatus status = run(one, hex, &error);
        failing_end();
        n_tried++;
        n_failed += status != AUG_OK;
        ck_assert_msg(status != AUG_OK || strcmp(hex, right) == 0,
                      "%s\n%s: other bytes after allocation %ld of %ld", one->spec, one->location,
                      at, n);
        ck_assert_msg(status == AUG_OK || (lacks_memory(status, &error) && error.message[0]),
                      "%s\n%s: allocation %ld of %ld: %s: %s: %s", one->spec, one->location, at, n,
                      aug_status_name(status), error.where, error.message);
    }
    /* Some make room ahead, and find less of it without harm. */
    ck_assert_msg(n_failed > n_tried / 4, "%s: %ld of %ld", one->spec, n_failed, n_tried);
    expect_again(one, right);
}

/* Small pictures; some examples are for larger ones. */
static const char *location_for(const char *spec)
{
    static const char *const locations[] = {"synthetic:count=3,size=40,classes=3",
                                            "synthetic:count=3,size=300,classes=3"};
    char hex[65];
    const Case small = {.location = locations[0], .spec = spec};
    return locations[run(&small, hex, NULL) == AUG_OK ? 0 : 1];
}

static void put_text(const char *name, const char *text)
{
    test_replace_file(name, text, strlen(text));
}

/* Rows for operations on texts, two sentences each. */
static const char *put_texts(void)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    put_text("texts.tsv", "a good film about two very old friends . it does n't end well .\t1\n"
                          "the cast is fine , and yet nothing here is worth a second look\t0\n"
                          "\uc601\ud654\uac00 \uc815\ub9d0 \uc88b\uc558\ub2e4\t1\n");
    return "tsv:texts.tsv";
}

static bool is_for_text(const AugOpDesc *desc)
{
    return desc->domain && strcmp(desc->domain->name, "text") == 0;
}

static char *spec_of(const AugOpDesc *desc, const char *params)
{
    if (desc->scope == AUG_OP_BATCH)
        return test_path("augd: 1\nbatch: {size: 2, mix: [%s: %s]}\n", desc->name, params);
    if (is_for_text(desc))
        return test_path("augd: 1\npipeline:\n  - %s: %s\nbatch: {size: 2}\n"
                         "output: {edits: true, allow_label_change: true, max_bytes: 1024}\n",
                         desc->name, params);
    return test_path("augd: 1\npipeline:\n  - %s: %s\n  - CenterCrop: 8\nbatch: {size: 2}\n",
                     desc->name, params);
}

/* Operations of texts whose results hang on files are those with a lexicon; a group may bring one of
 * them. */
static bool has_lexicon(const AugOpDesc *desc)
{
    return is_for_text(desc) && (desc->scope == AUG_OP_GROUP || txt_op_hooks(desc)->identify);
}

/* A run with the English lexicon of the build; from then on one of ten synsets takes its place. */
static void shrink_lexicon(const AugOpDesc *desc)
{
    char *path, *spec = spec_of(desc, desc->examples[0].params);
    fail_each(&(Case){.location = put_texts(), .spec = spec, .most_tries = FEW_TRIES});
    txt_lexicon_unref(test_lexicon(&path));
    *strrchr(path, '/') = '\0';
    ck_assert_int_eq(setenv("AUG_TEXT_DATA", path, 1), 0);
    free(path);
    free(spec);
}

START_TEST(each_operation)
{
    const AugOpDesc *desc = augi_ops[_i];
    ck_assert_uint_gt(desc->n_examples, 0);
    if (has_lexicon(desc))
        shrink_lexicon(desc);
    for (size_t i = 0; i < desc->n_examples; i++) {
        char *spec = spec_of(desc, desc->examples[i].params);
        const char *location = is_for_text(desc) ? put_texts() : location_for(spec);
        fail_each(&(Case){.location = location, .spec = spec});
        free(spec);
    }
}
END_TEST

/* A set of each kind, in the test's folder, which is the current one. */
static const char *const sets[] = {
    "synthetic:count=3,size=12",
    "idx:idx,labels=labels",
    "cifar:cifar",
    "tar:a.tar",
    "image_folder:photos",
    "picture:photos/cat/1.png",
    "mask_folder:pairs",
    "csv:list.csv",
    "csv:tags.csv,labels=tags,values=[v, w]",
    "jsonl:boxes.jsonl,mask=m,boxes=b,box_labels=l,keypoints=k,values=[v, w]",
    "jsonl:soft.jsonl,soft_labels=p",
    "tsv:rows.tsv,image=2,label=1",
    "tsv:texts.tsv",
    "lines:texts.tsv",
};

static void put_picture(const char *name, const char *format, int32_t channels)
{
    uint64_t state = 3;
    uint8_t *bytes;
    size_t size;
    AugError error = {0};
    const AugImage image = test_scene(&state, 23, 17, channels);
    ck_assert_msg(aug_image_encode(format, &image, 90, &bytes, &size, &error) == AUG_OK, "%s",
                  error.message);
    test_replace_file(name, bytes, size);
    free(bytes);
    free(image.pixels);
}

static void put_tar(const char *name)
{
    size_t size;
    uint8_t *picture = test_read_file("photos/cat/2.jpg", &size);
    FILE *tar = fopen(name, "wb");
    ck_assert_ptr_nonnull(tar);
    test_tar_add(tar, "1.jpg", '0', picture, size);
    test_tar_add(tar, "1.cls", '0', "1", 1);
    test_tar_add(tar, "2.jpg", '0', picture, size);
    test_tar_add(tar, "2.cls", '0', "0", 1);
    test_tar_end(tar);
    free(picture);
}

static void make_files(void)
{
    static const uint8_t idx[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,
                                  0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 1, 0};
    static const uint8_t cifar[2 * 3073] = {9};
    ck_assert_int_eq(chdir(test_folder()), 0);
    static const char *const folders[] = {"photos/cat", "photos/dog", "pairs/images",
                                          "pairs/masks"};
    for (size_t i = 0; i < AUG_COUNT(folders); i++)
        free(test_make_folder("%s", folders[i]));
    test_replace_file("idx", idx, sizeof(idx));
    test_replace_file("labels", labels, sizeof(labels));
    test_replace_file("cifar", cifar, sizeof(cifar));
    put_picture("photos/cat/1.png", "png", 3);
    put_picture("photos/cat/2.jpg", "jpeg", 3);
    put_picture("photos/dog/1.jpg", "jpeg", 1);
    put_picture("pairs/images/1.jpg", "jpeg", 3);
    put_picture("pairs/masks/1.png", "png", 1);
    put_tar("a.tar");
    put_texts();
    put_text("list.csv", "image,label\nphotos/cat/1.png,3\n\"photos/dog/1.jpg\",0\n");
    put_text("boxes.jsonl",
             "{\"image\":\"pairs/images/1.jpg\",\"m\":\"pairs/masks/1.png\",\"b\":[[0,1,20,13]],"
             "\"l\":[\"x\"],\"k\":[[1,2]],\"v\":[1,2],\"w\":0.5}\n"
             "{\"image\":\"pairs/images/1.jpg\",\"m\":\"pairs/masks/1.png\",\"b\":[],"
             "\"l\":[],\"k\":[],\"v\":[1,2],\"w\":1e9}\n");
    put_text("soft.jsonl", "{\"image\":\"photos/cat/1.png\",\"p\":{\"x\":0.5,\"y\":0.5}}\n"
                           "{\"image\":\"photos/cat/2.jpg\",\"p\":{\"y\":1}}\n");
    put_text("tags.csv", "image,tags,v,w\nphotos/cat/1.png,x;y,1,2\nphotos/cat/2.jpg,,3,-4\n");
    put_text("rows.tsv", "pos\tphotos/cat/1.png\nneg\tphotos/cat/2.jpg\n");
}

static bool is_of(const char *location, const char *kind)
{
    const size_t length = strlen(kind);
    return strncmp(location, kind, length) == 0 && location[length] == ':';
}

START_TEST(each_kind_of_data_set)
{
    const char *kind = augi_dataset_kinds[_i]->name;
    size_t n = 0;
    make_files();
    for (size_t i = 0; i < AUG_COUNT(sets); i++) {
        static const char pictures[] = "augd: 1\npipeline: [HorizontalFlip, RandomResizedCrop: 8]\n"
                                       "batch: {size: 2}\n";
        static const char texts[] = "augd: 1\npipeline: [RandomSwap, AEDA]\nbatch: {size: 2}\n";
        if (!is_of(sets[i], kind))
            continue;
        const Case one = {.location = sets[i],
                          .spec = strstr(sets[i], "texts") ? texts : pictures,
                          .options = {.names = true, .class_names = true}};
        fail_each(&one);
        n++;
    }
    ck_assert_msg(n > 0, "%s: no set of this kind is tried; add one to the list", kind);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alloc_every");
    TCase *tests = tcase_create("alloc_every");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, each_operation, 0, (int)augi_n_ops);
    tcase_add_loop_test(tests, each_kind_of_data_set, 0, (int)augi_n_dataset_kinds);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
