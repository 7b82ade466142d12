/* A domain that the engine has never heard of, through spec, plan, loader and single samples. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/aug.h"
#include "libaug/run/worker.h"
#include "tests/support/ranks.h"
#include "tests/support/support.h"
#include "tests/toy/toy_domain.h"

/* A compiled spec for some toys. */
typedef struct Toys {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
} Toys;

static void toys_open(Toys *toys, const char *sections, const AugPlanOptions *options)
{
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    char *text = test_path("{augd: 1, seed: 11, %s}", sections);
    ck_assert_msg(aug_spec_parse(&toys->spec, text, strlen(text), "toys", NULL, &problems) ==
                      AUG_OK,
                  "%s: %s", first.where, first.message);
    free(text);
    ck_assert_int_eq(aug_dataset_open(&toys->dataset, "toy_pairs:count=23", NULL, &first), AUG_OK);
    ck_assert_msg(aug_plan_new(&toys->plan, toys->spec, toys->dataset, options, &first) == AUG_OK,
                  "%s: %s", first.where, first.message);
}

static void toys_close(Toys *toys)
{
    aug_plan_free(toys->plan);
    aug_dataset_unref(toys->dataset);
    aug_spec_free(toys->spec);
}

static AugLoader *load(const Toys *toys, const AugLoaderOptions *options)
{
    AugLoader *loader;
    ck_assert_int_eq(aug_loader_new(&loader, toys->plan, options, NULL), AUG_OK);
    return loader;
}

static AugTensor tensor(const AugBatch *batch, const char *name)
{
    AugTensor found = {0};
    ck_assert_msg(aug_batch_tensor(batch, name, &found), "no tensor %s", name);
    return found;
}

START_TEST(tensors_are_those_of_the_domain)
{
    Toys toys;
    toys_open(&toys, "pipeline: [ToyTurn], batch: {size: 4}", NULL);
    static const char *const names[] = {"data", "boxes", "ids", "turn", "label", "index"};
    static const bool ragged[] = {false, true, true, false, false, false};
    uint32_t n;
    const AugTensorSpec *tensors = aug_plan_tensors(toys.plan, &n);
    ck_assert_uint_eq(n, AUG_COUNT(names));
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_str_eq(tensors[i].name, names[i]);
        ck_assert_int_eq(tensors[i].ragged, ragged[i]);
    }
    toys_close(&toys);
}
END_TEST

/* Without operations and shuffling every value is known. */
static void check_plain(const AugBatch *batch, uint64_t first)
{
    const AugTensor boxes = tensor(batch, "boxes"), offsets = tensor(batch, "boxes.offsets");
    const AugTensor ids = tensor(batch, "ids"), ends = tensor(batch, "ids.offsets");
    const int64_t *box_at = offsets.bytes, *id_at = ends.bytes;
    const uint32_t n = aug_batch_count(batch);
    ck_assert_uint_eq(offsets.desc.shape[0], n + 1);
    ck_assert_uint_eq(boxes.desc.shape[0], (uint64_t)box_at[n]);
    ck_assert_uint_eq(ids.desc.shape[0], (uint64_t)id_at[n]);
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t index = first + i;
        ck_assert_int_eq(box_at[i + 1] - box_at[i], (int64_t)(index % 6));
        for (int64_t b = box_at[i]; b < box_at[i + 1]; b++) {
            const float *box = (const float *)boxes.bytes + 4 * b;
            ck_assert_double_eq((double)box[0], (double)(b - box_at[i]) + 0.25);
            ck_assert_double_eq((double)box[3], (double)(b - box_at[i]) + 1.5);
        }
        char text[TOY_MOST_TEXT];
        const int length = snprintf(text, sizeof(text), "toy number %d", (int)index);
        ck_assert_int_eq(id_at[i + 1] - id_at[i], length);
        for (int k = 0; k < length; k++)
            ck_assert_int_eq(((const int32_t *)ids.bytes)[id_at[i] + k], text[k]);
        const uint8_t *pixels = (const uint8_t *)tensor(batch, "data").bytes + 32 * (size_t)i;
        for (int p = 0; p < 32; p++)
            ck_assert_uint_eq(pixels[p], (uint8_t)(index * 7 + (uint64_t)p + 3));
        ck_assert_int_eq(((const int64_t *)tensor(batch, "label").bytes)[i], (int64_t)index % 3);
        ck_assert_int_eq(((const int64_t *)tensor(batch, "index").bytes)[i], (int64_t)index);
    }
}

/* The pipeline is empty: the data set chooses the domain, though another one knows its pictures. */
START_TEST(values_arrive_where_the_list_says)
{
    Toys toys;
    toys_open(&toys, "batch: {size: 5, shuffle: false}, output: {add: 3}", NULL);
    AugLoader *loader = load(&toys, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    AugBatch *batch;
    for (uint64_t first = 0; aug_loader_next(loader, &batch, NULL) == AUG_OK; first += 5) {
        check_plain(batch, first);
        size_t size;
        ck_assert_uint_eq((uintptr_t)aug_batch_bytes(batch, &size) % 64, 0);
        ck_assert_uint_eq((uintptr_t)tensor(batch, "data").bytes % 64, 0);
        ck_assert_uint_eq((uintptr_t)tensor(batch, "boxes").bytes % sizeof(float), 0);
        ck_assert_uint_eq((uintptr_t)tensor(batch, "boxes.offsets").bytes % sizeof(int64_t), 0);
        ck_assert_uint_le(size, aug_plan_batch_bytes(toys.plan));
        aug_batch_free(batch);
    }
    aug_loader_free(loader);
    toys_close(&toys);
}
END_TEST

#define ALL_OF_IT                                                                                \
    "pipeline: [ToyShift: {p: 0.7}, ToyTurn, OneOf: {transforms: [ToyBorrow, ToyShift: {limit: " \
    "1}]}], batch: {size: 4, mix: [ToyAverage: {p: 0.5}]}"

START_TEST(bytes_do_not_depend_on_threads_or_the_first_step)
{
    Toys toys;
    toys_open(&toys, ALL_OF_IT, NULL);
    AugLoader *one = load(&toys, &(AugLoaderOptions){.threads = 1, .epochs = 2});
    for (uint64_t k = 0; k < 2 * aug_plan_steps_per_epoch(toys.plan); k++) {
        static const uint32_t threads[] = {1, 2, 3, 8};
        const AugLoaderOptions there = {
            .threads = threads[k % 4], .epoch = (uint32_t)(k / 6), .step = k % 6, .epochs = 1};
        AugLoader *other = load(&toys, &there);
        AugBatch *a, *b;
        ck_assert_int_eq(aug_loader_next(one, &a, NULL), AUG_OK);
        ck_assert_int_eq(aug_loader_next(other, &b, NULL), AUG_OK);
        size_t size, other_size;
        const void *bytes = aug_batch_bytes(a, &size);
        const void *other_bytes = aug_batch_bytes(b, &other_size);
        ck_assert_uint_eq(size, other_size);
        ck_assert_mem_eq(bytes, other_bytes, size);
        aug_batch_free(a);
        aug_batch_free(b);
        aug_loader_free(other);
    }
    aug_loader_free(one);
    toys_close(&toys);
}
END_TEST

/* Rows that a rank makes for others lose their boxes and texts, and take their partners along. */
START_TEST(parts_of_all_ranks_are_the_batch)
{
    static const uint32_t worlds[] = {2, 3, 4};
    Toys toys;
    toys_open(&toys, ALL_OF_IT, &(AugPlanOptions){.names = true});
    ck_assert_uint_gt(test_ranks_agree(toys.plan, 2, worlds, AUG_COUNT(worlds)), 0);
    toys_close(&toys);
}
END_TEST

/* A turn of the text is undone with the label that the operation made. */
START_TEST(operations_make_labels)
{
    Toys toys;
    toys_open(&toys, "pipeline: [ToyTurn: {most: 8}], batch: {size: 23, shuffle: false}", NULL);
    AugLoader *loader = load(&toys, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    const int64_t *turns = tensor(batch, "turn").bytes, *at = tensor(batch, "ids.offsets").bytes;
    const int32_t *ids = tensor(batch, "ids").bytes;
    int n_turned = 0;
    for (int i = 0; i < 23; i++) {
        char text[TOY_MOST_TEXT];
        const int length = snprintf(text, sizeof(text), "toy number %d", i);
        for (int k = 0; k < length; k++)
            ck_assert_int_eq(ids[at[i] + k], text[(k + turns[i]) % length]);
        n_turned += turns[i] != 0;
    }
    ck_assert_int_gt(n_turned, 10);
    aug_batch_free(batch);
    aug_loader_free(loader);
    toys_close(&toys);
}
END_TEST

/* The second picture is that of one other sample, which is drawn by the key. */
START_TEST(partners_are_read)
{
    Toys toys;
    toys_open(&toys, "pipeline: [ToyBorrow], batch: {size: 23, shuffle: false}", NULL);
    AugLoader *loader = load(&toys, &(AugLoaderOptions){.threads = 3, .epochs = 1});
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    const uint8_t *data = tensor(batch, "data").bytes;
    int n_others = 0;
    for (int i = 0; i < 23; i++) {
        const uint8_t *second = data + 32 * (ptrdiff_t)i + 16;
        int partner = -1;
        for (int k = 0; k < 23; k++)
            if (second[0] == (uint8_t)(7 * k + 16))
                partner = k;
        ck_assert_int_ge(partner, 0);
        ck_assert_uint_eq(second[15], (uint8_t)(7 * partner + 31));
        n_others += partner != i;
    }
    ck_assert_int_gt(n_others, 15);
    aug_batch_free(batch);
    aug_loader_free(loader);
    toys_close(&toys);
}
END_TEST

/* The first view is that of a stream of one view; the second has draws of its own. */
START_TEST(views_have_draws_of_their_own)
{
    Toys one, two;
    toys_open(&one, "pipeline: [ToyShift], batch: {size: 23}", NULL);
    toys_open(&two, "pipeline: [ToyShift], batch: {size: 23, views: 2}", NULL);
    AugLoader *single = load(&one, &(AugLoaderOptions){.threads = 1, .epochs = 1});
    AugLoader *twice = load(&two, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    AugBatch *a, *b;
    ck_assert_int_eq(aug_loader_next(single, &a, NULL), AUG_OK);
    ck_assert_int_eq(aug_loader_next(twice, &b, NULL), AUG_OK);
    const void *first = tensor(b, "data").bytes, *second = tensor(b, "data.1").bytes;
    ck_assert_mem_eq(tensor(a, "data").bytes, first, 23 * 32);
    ck_assert_mem_ne(first, second, 23 * 32);
    aug_batch_free(a);
    aug_batch_free(b);
    aug_loader_free(single);
    aug_loader_free(twice);
    toys_close(&one);
    toys_close(&two);
}
END_TEST

START_TEST(mixing_takes_labels_along)
{
    Toys toys;
    toys_open(&toys, "batch: {size: 4, shuffle: false, mix: [ToyAverage]}", NULL);
    AugLoader *loader = load(&toys, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    const float *label = tensor(batch, "label").bytes;
    const uint8_t *data = tensor(batch, "data").bytes;
    for (int i = 0; i < 4; i++) {
        const int next = (i + 1) % 4;
        float wanted[3] = {0};
        wanted[i % 3] += 0.5f;
        wanted[next % 3] += 0.5f;
        for (int c = 0; c < 3; c++)
            ck_assert_double_eq((double)label[3 * i + c], (double)wanted[c]);
        ck_assert_uint_eq(data[32 * i], (7 * i + 7 * next) / 2);
    }
    aug_batch_free(batch);
    aug_loader_free(loader);
    toys_close(&toys);
}
END_TEST

START_TEST(names_on_request)
{
    Toys toys;
    toys_open(&toys, "batch: {size: 23, shuffle: false}",
              &(AugPlanOptions){.names = true, .class_names = true});
    AugLoader *loader = load(&toys, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    const int64_t *at = tensor(batch, "name.offsets").bytes;
    const char *names = tensor(batch, "name").bytes;
    for (int i = 0; i < 23; i++) {
        char wanted[16];
        const int length = snprintf(wanted, sizeof(wanted), "#%d", i);
        ck_assert_int_eq(at[i + 1] - at[i], length);
        ck_assert_mem_eq(names + at[i], wanted, (size_t)length);
    }
    size_t size;
    const char *header = (const char *)aug_batch_bytes(batch, &size) + 8;
    static const char metadata[] =
        "{\"__metadata__\":{\"class_names\":\"[\\\"0\\\",\\\"1\\\",\\\"2\\\"]\"},";
    ck_assert_mem_eq(header, metadata, strlen(metadata));
    aug_batch_free(batch);
    aug_loader_free(loader);
    toys_close(&toys);
}
END_TEST

/* One sample in memory gives what the stream gives. */
START_TEST(single_samples_are_those_of_the_stream)
{
    Toys toys;
    toys_open(&toys, "pipeline: [ToyShift: {p: 0.7}, ToyBorrow], batch: {size: 23, shuffle: false}",
              NULL);
    AugLoader *loader = load(&toys, &(AugLoaderOptions){.threads = 2, .epochs = 1});
    AugBatch *batch;
    ck_assert_int_eq(aug_loader_next(loader, &batch, NULL), AUG_OK);
    const uint8_t *data = tensor(batch, "data").bytes;
    const float *boxes = tensor(batch, "boxes").bytes;
    const int64_t *at = tensor(batch, "boxes.offsets").bytes;
    AugWorker *worker;
    AugBuffer buffer = {0};
    ck_assert_int_eq(aug_worker_new(&worker, toys.plan, NULL), AUG_OK);
    for (uint64_t i = 0; i < 23; i++) {
        AugSample in, out;
        ck_assert_int_eq(aug_dataset_read(toys.dataset, i, &buffer, &in, NULL), AUG_OK);
        /* Counted keys begin with sample 0 of epoch 0, too. */
        ck_assert_int_eq(aug_worker_augment(worker,
                                            i % 2 ? &(AugKey){.seed = 11, .sample = i} : NULL, &in,
                                            &out, NULL),
                         AUG_OK);
        if (i % 2 == 0 && i > 0)
            continue;
        ck_assert_mem_eq(out.fields[0].bytes, data + 32 * i, 16);
        ck_assert_mem_eq(out.fields[1].bytes, data + 32 * i + 16, 16);
        ck_assert_uint_eq(out.fields[2].n_rows, (uint64_t)(at[i + 1] - at[i]));
        ck_assert_mem_eq(out.fields[2].bytes, boxes + 4 * at[i], out.fields[2].size);
        ck_assert_int_eq(aug_worker_decode(worker, &in, &out, NULL), AUG_OK);
        ck_assert_mem_eq(out.fields[0].bytes, in.fields[0].bytes, 16);
    }
    aug_buffer_fini(&buffer);
    aug_worker_free(worker);
    aug_batch_free(batch);
    aug_loader_free(loader);
    toys_close(&toys);
}
END_TEST

/* The fields of toys without any toys: one sample in memory, and no others to borrow from. */
START_TEST(fields_alone_lend_nothing)
{
    AugDataset *toys, *alone;
    AugBuffer buffer = {0};
    AugSample in, out;
    AugError error = {0};
    ck_assert_int_eq(aug_dataset_open(&toys, "toy_pairs:count=9", NULL, NULL), AUG_OK);
    const AugDatasetInfo *info = aug_dataset_info(toys);
    const AugDatasetCallbacks fields = {
        .fields = info->fields, .n_fields = info->n_fields, .n_classes = 3};
    ck_assert_int_eq(aug_dataset_from_callbacks(&alone, &fields, &error), AUG_OK);
    ck_assert_int_eq(aug_dataset_read(toys, 8, &buffer, &in, NULL), AUG_OK);
    static const char *const pipelines[] = {"ToyTurn: {most: 1}", "ToyBorrow"};
    for (int i = 0; i < 2; i++) {
        AugSpec *spec;
        AugPlan *plan;
        AugWorker *worker;
        AugProblems problems = {0};
        char *text = test_path("{augd: 1, pipeline: [%s]}", pipelines[i]);
        ck_assert_int_eq(aug_spec_parse(&spec, text, strlen(text), "spec", NULL, &problems),
                         AUG_OK);
        free(text);
        ck_assert_int_eq(
            aug_plan_new(&plan, spec, alone, &(AugPlanOptions){.any_size = true}, NULL), AUG_OK);
        ck_assert_int_eq(aug_worker_new(&worker, plan, NULL), AUG_OK);
        const AugStatus status = aug_worker_augment(worker, NULL, &in, &out, &error);
        ck_assert_int_eq(status, i ? AUG_BAD_SPEC : AUG_OK);
        if (i)
            ck_assert_ptr_nonnull(
                strstr(error.message, "other samples, and the data set has none"));
        else
            ck_assert_mem_eq(out.fields[0].bytes, in.fields[0].bytes, TOY_PIXELS);
        aug_worker_free(worker);
        aug_plan_free(plan);
        aug_spec_free(spec);
    }
    aug_buffer_fini(&buffer);
    aug_dataset_unref(alone);
    aug_dataset_unref(toys);
}
END_TEST

/* The toys say nothing of their changes, so both texts are compared. */
START_TEST(changes_are_found_where_the_domain_names_none)
{
    Toys toys;
    toys_open(&toys, "pipeline: [ToyTurn: {most: 1}]", &(AugPlanOptions){.any_size = true});
    AugWorker *worker;
    AugBuffer buffer = {0};
    ck_assert_int_eq(aug_worker_new(&worker, toys.plan, NULL), AUG_OK);
    const int text = aug_dataset_field(aug_dataset_info(toys.dataset), AUG_FIELD_TEXT);
    int n_changed = 0;
    for (uint64_t i = 0; i < 23; i++) {
        AugSample in, out;
        AugChanges changes;
        const AugKey key = {.seed = 11, .sample = i};
        ck_assert_int_eq(aug_dataset_read(toys.dataset, i, &buffer, &in, NULL), AUG_OK);
        ck_assert_int_eq(aug_worker_augment(worker, &key, &in, &out, NULL), AUG_OK);
        aug_worker_changes(worker, &in, &out, (uint32_t)text, &changes);
        const AugField *old = &in.fields[text], *new = &out.fields[text];
        const bool same = memcmp(old->bytes, new->bytes, old->size) == 0;
        ck_assert_uint_eq(changes.n, same ? 0 : 1);
        ck_assert_str_eq(changes.outcome, same ? "unchanged" : "applied");
        if (same)
            continue;
        n_changed++;
        /* A text that turned by one letter differs from the first to the last. */
        const AugChange *change = &changes.items[0];
        ck_assert_uint_eq(change->start, 0);
        ck_assert_uint_eq(change->new_start, 0);
        ck_assert_uint_eq(change->end, old->size);
        ck_assert_uint_eq(change->new_end, new->size);
    }
    ck_assert(n_changed > 3 && n_changed < 20);
    aug_buffer_fini(&buffer);
    aug_worker_free(worker);
    toys_close(&toys);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("toys");
    TCase *streams = tcase_create("streams");
    tcase_add_test(streams, tensors_are_those_of_the_domain);
    tcase_add_test(streams, values_arrive_where_the_list_says);
    tcase_add_test(streams, bytes_do_not_depend_on_threads_or_the_first_step);
    tcase_add_test(streams, parts_of_all_ranks_are_the_batch);
    tcase_add_test(streams, operations_make_labels);
    tcase_add_test(streams, partners_are_read);
    tcase_add_test(streams, views_have_draws_of_their_own);
    tcase_add_test(streams, mixing_takes_labels_along);
    tcase_add_test(streams, names_on_request);
    tcase_add_test(streams, single_samples_are_those_of_the_stream);
    tcase_add_test(streams, fields_alone_lend_nothing);
    tcase_add_test(streams, changes_are_found_where_the_domain_names_none);
    suite_add_tcase(suite, streams);
    return test_run(suite);
}
