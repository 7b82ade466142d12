/* CIFAR's binary records: both forms, several files, class names, damage. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/datasets.h"

enum { PICTURE = 3072 };

/* n records with so many label bytes; record i of the file has label first + i and pixels that
 * begin with first + i, the next one higher by one. The caller frees it. */
static uint8_t *make_records(int n, int n_labels, int first, size_t *size)
{
    size_t record = PICTURE + (size_t)n_labels;
    *size = (size_t)n * record;
    uint8_t *bytes = calloc(1, *size + 1);
    for (int i = 0; i < n; i++) {
        uint8_t *at = bytes + (size_t)i * record;
        /* The coarse label, which stands first, is not used. */
        at[0] = 19;
        at[n_labels - 1] = (uint8_t)(first + i);
        for (int k = 0; k < PICTURE; k++)
            at[n_labels + k] = (uint8_t)(first + i + k);
    }
    return bytes;
}

static void write_records(const char *folder, const char *name, int n, int n_labels, int first)
{
    size_t size;
    uint8_t *bytes = make_records(n, n_labels, first, &size);
    char *path = test_path("%s/%s", folder, name);
    (strstr(name, ".gz") ? test_write_gzip : test_write_file)(path, bytes, size);
    free(path);
    free(bytes);
}

static void check_record(const AugDataset *dataset, uint64_t index, int first)
{
    uint8_t expected[PICTURE];
    for (int k = 0; k < PICTURE; k++)
        expected[k] = (uint8_t)(first + k);
    test_sample(dataset, index, NULL, first, expected, PICTURE);
}

START_TEST(records_are_planar_pictures)
{
    write_records(test_folder(), "x.bin", 10, 1, 0);
    AugDataset *dataset = test_open("cifar:%s/x.bin", test_folder());
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    ck_assert_uint_eq(info->n_samples, 10);
    ck_assert_int_ne(info->fields[0].form, AUG_FORM_ENCODED);
    ck_assert_int_eq(info->fields[0].tensor.shape[0], 32);
    ck_assert_int_eq(info->fields[0].tensor.shape[1], 32);
    ck_assert_int_eq(info->fields[0].tensor.shape[2], 3);
    ck_assert_uint_eq(info->n_classes, 10);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 0), "airplane");
    ck_assert_str_eq(aug_dataset_class_name(dataset, 9), "truck");
    for (int i = 0; i < 10; i++)
        check_record(dataset, (uint64_t)i, i);
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(dataset, 3, &buffer, &sample, NULL), AUG_OK);
    ck_assert_int_eq(aug_dataset_info(dataset)->fields[0].form, AUG_FORM_PLANES);
    ck_assert_str_eq(sample.name, "#3");
    aug_buffer_fini(&buffer);
    test_read_from_threads(dataset);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(folders_are_read_in_order_by_split)
{
    char *folder = test_make_folder("%s/ten", test_folder());
    write_records(folder, "data_batch_2.bin.gz", 2, 1, 5);
    write_records(folder, "data_batch_1.bin", 3, 1, 1);
    write_records(folder, "test_batch.bin", 1, 1, 9);
    write_records(folder, "readme.html", 1, 1, 0);
    AugDataset *dataset = test_open("cifar:%s", folder);
    static const int labels[] = {1, 2, 3, 5, 6};
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 5);
    for (int i = 0; i < 5; i++)
        check_record(dataset, (uint64_t)i, labels[i]);
    aug_dataset_unref(dataset);
    dataset = test_open("cifar:%s,split=test", folder);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 1);
    check_record(dataset, 0, 9);
    aug_dataset_unref(dataset);
    test_refuse(AUG_NOT_FOUND, "no train.bin", "cifar:%s,classes=100", folder);
    test_refuse(AUG_BAD_ARGUMENT, "not a folder in which to choose",
                "cifar:%s/test_batch.bin,split=test", folder);
    free(folder);
}
END_TEST

START_TEST(patterns_name_several_files)
{
    write_records(test_folder(), "data_batch_1.bin", 1, 1, 1);
    write_records(test_folder(), "data_batch_2.bin", 1, 1, 2);
    AugDataset *dataset = test_open("cifar:%s/data_batch_{2,1}.bin", test_folder());
    check_record(dataset, 0, 2);
    check_record(dataset, 1, 1);
    aug_dataset_unref(dataset);
    test_refuse(AUG_NOT_FOUND, "data_batch_3.bin: does not exist", "cifar:%s/data_batch_{1..3}.bin",
                test_folder());
    test_refuse(AUG_BAD_ARGUMENT, "the range 3..1 is empty", "cifar:%s/data_batch_{3..1}.bin",
                test_folder());
}
END_TEST

START_TEST(a_hundred_classes_use_the_fine_label)
{
    char *folder = test_make_folder("%s/hundred", test_folder());
    write_records(folder, "train.bin", 2, 2, 98);
    AugDataset *dataset = test_open("cifar:%s,classes=100", folder);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 100);
    check_record(dataset, 0, 98);
    check_record(dataset, 1, 99);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 99), "99");
    aug_dataset_unref(dataset);
    /* Two records of CIFAR-100 are two bytes longer than two of CIFAR-10. */
    test_refuse(AUG_CORRUPT, "2 bytes are left over", "cifar:%s/train.bin", folder);
    test_refuse(AUG_BAD_ARGUMENT, "classes is 20; allowed are 10 and 100",
                "cifar:%s/train.bin,classes=20", folder);
    free(folder);
}
END_TEST

START_TEST(names_come_from_the_file_beside)
{
    write_records(test_folder(), "data_batch_1.bin", 1, 1, 1);
    char *path = test_path("%s/batches.meta.txt", test_folder());
    const char *names = "a\nb\r\nc\nd\ne\nf\ng\nh\ni\nlast\n\n";
    test_write_file(path, names, strlen(names));
    AugDataset *dataset = test_open("cifar:%s", test_folder());
    ck_assert_str_eq(aug_dataset_class_name(dataset, 1), "b");
    ck_assert_str_eq(aug_dataset_class_name(dataset, 9), "last");
    aug_dataset_unref(dataset);
    test_write_file(path, names, 6);
    test_refuse(AUG_CORRUPT, "holds 3 class names; 10 are needed", "cifar:%s", test_folder());
    char *many = calloc(1, 200);
    memset(many, '\n', 200);
    for (int i = 0; i < 22; i += 2)
        many[i] = 'x';
    test_write_file(path, many, 200);
    test_refuse(AUG_CORRUPT, "holds 11 class names", "cifar:%s", test_folder());
    free(many);
    free(path);
}
END_TEST

START_TEST(damage_is_named)
{
    size_t size;
    uint8_t *bytes = make_records(400, 1, 0, &size);
    for (size_t i = 0; i < 400; i++)
        bytes[i * (PICTURE + 1)] = 3;
    char *path = test_path("%s/x.bin", test_folder());
    test_write_file(path, bytes, 0);
    test_refuse(AUG_CORRUPT, "holds no samples", "cifar:%s", path);
    for (int packed = 0; packed < 2; packed++) {
        (packed ? test_write_gzip : test_write_file)(path, bytes, size - 1);
        test_refuse(AUG_CORRUPT, "holds 1229199 bytes; records have 3073, so 3072 bytes are left",
                    "cifar:%s", path);
        (packed ? test_write_gzip : test_write_file)(path, bytes, size + 1);
        test_refuse(AUG_CORRUPT, "so 1 bytes are left", "cifar:%s", path);
    }
    bytes[350 * (PICTURE + 1)] = 10;
    test_write_file(path, bytes, size);
    test_refuse(AUG_CORRUPT, "label 10; allowed is 0 to 9", "cifar:%s", path);
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_resident_size = 100 * PICTURE;
    bytes[350 * (PICTURE + 1)] = 0;
    test_write_gzip(path, bytes, size);
    test_refuse_under(&limits, AUG_TOO_LARGE, "more memory than the 307200 bytes", "cifar:%s",
                      path);
    free(bytes);
    free(path);
}
END_TEST

START_TEST(fingerprints_see_each_byte_but_not_the_packing)
{
    write_records(test_folder(), "x.bin", 3, 1, 1);
    write_records(test_folder(), "y.bin.gz", 3, 1, 1);
    write_records(test_folder(), "z.bin", 3, 1, 2);
    char *x = test_fingerprint("cifar:%s/x.bin", test_folder());
    char *y = test_fingerprint("cifar:%s/y.bin.gz", test_folder());
    char *z = test_fingerprint("cifar:%s/z.bin", test_folder());
    ck_assert_str_eq(x, y);
    ck_assert_str_ne(x, z);
    free(x);
    free(y);
    free(z);
}
END_TEST

START_TEST(real_records_have_the_published_labels)
{
    char *path = test_data("cifar10/lossless_train_3000.bin.gz");
    if (!path)
        return;
    /* The first ten labels of data_batch_1, as CIFAR-10's page shows its pictures. */
    static const int labels[] = {6, 9, 9, 4, 1, 1, 2, 7, 8, 3};
    AugDataset *dataset = test_open("cifar:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 3000);
    for (uint64_t i = 0; i < 10; i++)
        ck_assert_int_eq(aug_dataset_label(dataset, i), labels[i]);
    /* The first picture begins with these reds: the published 59, 43, 50, 68. */
    AugBuffer buffer = {0};
    AugSample sample;
    ck_assert_int_eq(aug_dataset_read(dataset, 0, &buffer, &sample, NULL), AUG_OK);
    static const uint8_t reds[] = {59, 43, 50, 68};
    ck_assert_mem_eq(((const uint8_t *)sample.fields[0].bytes), reds, 4);
    aug_buffer_fini(&buffer);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_cifar");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, records_are_planar_pictures);
    tcase_add_test(tests, folders_are_read_in_order_by_split);
    tcase_add_test(tests, patterns_name_several_files);
    tcase_add_test(tests, a_hundred_classes_use_the_fine_label);
    tcase_add_test(tests, names_come_from_the_file_beside);
    tcase_add_test(tests, damage_is_named);
    tcase_add_test(tests, fingerprints_see_each_byte_but_not_the_packing);
    tcase_add_test(tests, real_records_have_the_published_labels);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
