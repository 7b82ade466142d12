/* IDX files: what is read, how the label file is found, and how every kind of damage is named. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "libaug/data/dataset.h"
#include "tests/support/datasets.h"

enum { N = 5, HEIGHT = 3, WIDTH = 4, ITEM = HEIGHT * WIDTH };

static void big_endian(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* A file of n items of so many more dimensions; item i is filled with first + i, first + i + 1, ...
 * The caller frees it. */
static uint8_t *make_idx(int n_dimensions, const uint32_t *sizes, uint8_t first, size_t *size)
{
    size_t item = 1, header = 4 + 4 * (size_t)n_dimensions;
    for (int i = 1; i < n_dimensions; i++)
        item *= sizes[i];
    *size = header + sizes[0] * item;
    uint8_t *bytes = calloc(1, *size + 1);
    bytes[2] = 8;
    bytes[3] = (uint8_t)n_dimensions;
    for (int i = 0; i < n_dimensions; i++)
        big_endian(bytes + 4 + 4 * i, sizes[i]);
    for (size_t i = 0; i < sizes[0] * item; i++)
        bytes[header + i] = (uint8_t)(first + i / item + i % item);
    return bytes;
}

static const uint32_t image_sizes[] = {N, HEIGHT, WIDTH};

/* Writes a pair of files; image i is i, i + 1, ..., label i is i. Names as MNIST's in a folder. */
static void write_pair(const char *folder, const char *prefix, bool packed)
{
    size_t size;
    uint8_t *images = make_idx(3, image_sizes, 0, &size);
    const char *ending = packed ? ".gz" : "";
    char *path = test_path("%s/%s-images-idx3-ubyte%s", folder, prefix, ending);
    (packed ? test_write_gzip : test_write_file)(path, images, size);
    free(path);
    free(images);
    uint32_t n = N;
    uint8_t *labels = make_idx(1, &n, 0, &size);
    path = test_path("%s/%s-labels-idx1-ubyte%s", folder, prefix, ending);
    (packed ? test_write_gzip : test_write_file)(path, labels, size);
    free(path);
    free(labels);
}

static void check_pair(const AugDataset *dataset)
{
    const AugDatasetInfo *info = aug_dataset_info(dataset);
    ck_assert_uint_eq(info->n_samples, N);
    ck_assert_int_ne(info->fields[0].form, AUG_FORM_ENCODED);
    ck_assert_int_eq(info->fields[0].tensor.shape[0], HEIGHT);
    ck_assert_int_eq(info->fields[0].tensor.shape[1], WIDTH);
    ck_assert_int_eq(info->fields[0].tensor.shape[2], 1);
    ck_assert_uint_eq(info->n_classes, N);
    for (uint64_t i = 0; i < N; i++) {
        uint8_t expected[ITEM];
        for (size_t k = 0; k < ITEM; k++)
            expected[k] = (uint8_t)(i + k);
        test_sample(dataset, i, NULL, (int64_t)i, expected, ITEM);
    }
}

START_TEST(plain_and_packed_files_hold_the_same)
{
    char *prints[2];
    for (int packed = 0; packed < 2; packed++) {
        char *folder = test_make_folder("%s/%d", test_folder(), packed);
        write_pair(folder, "train", packed);
        AugDataset *dataset =
            test_open("idx:%s/train-images-idx3-ubyte%s", folder, packed ? ".gz" : "");
        check_pair(dataset);
        test_read_from_threads(dataset);
        aug_dataset_unref(dataset);
        prints[packed] = test_fingerprint("idx:%s", folder);
        free(folder);
    }
    ck_assert_str_eq(prints[0], prints[1]);
    free(prints[0]);
    free(prints[1]);
}
END_TEST

START_TEST(a_folder_is_searched_by_split)
{
    write_pair(test_folder(), "train", true);
    test_refuse(AUG_NOT_FOUND, "no t10k-images-idx3-ubyte", "idx:%s,split=test", test_folder());
    write_pair(test_folder(), "t10k", false);
    for (int i = 0; i < 2; i++) {
        AugDataset *dataset = test_open("idx:%s,split=%s", test_folder(), i ? "test" : "train");
        check_pair(dataset);
        aug_dataset_unref(dataset);
    }
    test_refuse(AUG_BAD_ARGUMENT, "split chooses in a folder",
                "idx:%s/t10k-images-idx3-ubyte,split=test", test_folder());
}
END_TEST

START_TEST(labels_are_found_packed_beside_plain_images)
{
    char *folder = test_make_folder("%s/x", test_folder());
    write_pair(folder, "train", false);
    char *labels = test_path("%s/train-labels-idx1-ubyte", folder);
    size_t size;
    uint8_t *bytes = test_read_file(labels, &size);
    char *packed = test_path("%s.gz", labels);
    test_write_gzip(packed, bytes, size);
    remove(labels);
    AugDataset *dataset = test_open("idx:%s", folder);
    check_pair(dataset);
    aug_dataset_unref(dataset);
    remove(packed);
    test_refuse(AUG_NOT_FOUND, "'train-labels-idx1-ubyte' is not there", "idx:%s", folder);
    dataset = test_open("idx:%s,labels=none", folder);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 0);
    ck_assert_int_eq(aug_dataset_label(dataset, 0), -1);
    aug_dataset_unref(dataset);
    free(bytes);
    free(packed);
    free(labels);
    free(folder);
}
END_TEST

START_TEST(other_names_need_the_labels_parameter)
{
    size_t size;
    uint8_t *bytes = make_idx(3, image_sizes, 0, &size);
    char *path = test_path("%s/pictures.bin", test_folder());
    test_write_file(path, bytes, size);
    free(bytes);
    test_refuse(AUG_BAD_ARGUMENT, "does not contain 'images'", "idx:%s", path);
    uint32_t n = N;
    bytes = make_idx(1, &n, 0, &size);
    char *labels = test_path("%s/answers.bin", test_folder());
    test_write_file(labels, bytes, size);
    AugDataset *dataset = test_open("idx:%s,labels=%s,classes=9", path, labels);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 9);
    ck_assert_int_eq(aug_dataset_label(dataset, 4), 4);
    aug_dataset_unref(dataset);
    test_refuse(AUG_CORRUPT, "sample 4 has label 4; with classes 4", "idx:%s,labels=%s,classes=4",
                path, labels);
    free(bytes);
    free(labels);
    free(path);
}
END_TEST

START_TEST(four_dimensions_are_color)
{
    static const uint32_t sizes[] = {2, HEIGHT, WIDTH, 3};
    size_t size;
    uint8_t *bytes = make_idx(4, sizes, 7, &size);
    char *path = test_path("%s/c", test_folder());
    test_write_file(path, bytes, size);
    AugDataset *dataset = test_open("idx:%s,labels=none", path);
    ck_assert_int_eq(aug_dataset_info(dataset)->fields[0].tensor.shape[2], 3);
    test_sample(dataset, 1, "#1", -1, bytes + 20 + 3 * ITEM, 3 * ITEM);
    aug_dataset_unref(dataset);
    big_endian(bytes + 16, 2);
    test_write_file(path, bytes, 20 + 2 * 2 * ITEM);
    dataset = test_open("idx:%s,labels=none", path);
    test_sample(dataset, 1, "#1", -1, bytes + 20 + 2 * ITEM, 2 * ITEM);
    aug_dataset_unref(dataset);
    big_endian(bytes + 16, 17);
    test_replace_file(path, bytes, size);
    test_refuse(AUG_UNSUPPORTED, "17 channels in its last dimension; allowed are 1 to 16",
                "idx:%s,labels=none", path);
    free(bytes);
    free(path);
}
END_TEST

/* What is told to a set changes nothing of it, at its ends and beyond, with labels and without. */
START_TEST(expected_samples_are_read_as_others)
{
    static const uint32_t sizes[] = {2, HEIGHT, WIDTH};
    static const uint64_t told[] = {0, 1, 2, UINT64_MAX};
    size_t size, label_size;
    uint8_t *bytes = make_idx(3, sizes, 7, &size), *labels = make_idx(1, sizes, 1, &label_size);
    char *root = test_make_folder("%s/told", test_folder());
    char *path = test_path("%s/images", root), *label_path = test_path("%s/labels", root);
    test_write_file(path, bytes, size);
    test_write_file(label_path, labels, label_size);
    for (int has_labels = 0; has_labels < 2; has_labels++) {
        AugDataset *dataset = test_open("idx:%s,labels=%s", path, has_labels ? label_path : "none");
        for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
            augi_dataset_expect(dataset, told[i]);
        for (uint64_t i = 0; i < 2; i++)
            test_sample(dataset, i, i ? "#1" : "#0", has_labels ? labels[8 + i] : -1,
                        bytes + 16 + i * ITEM, ITEM);
        aug_dataset_unref(dataset);
    }
    free(bytes);
    free(labels);
    free(root);
    free(path);
    free(label_path);
}
END_TEST

START_TEST(floats)
{
    /* 1.5, -2, 0.1 and 1e-40, which is subnormal: big-endian, from the standard's tables. */
    static const uint8_t file[] = {0,    0,    0x0d, 4,    0,    0, 0, 2, 0,    0,    0,
                                   1,    0,    0,    0,    1,    0, 0, 0, 2, /* 2 x 1 x 1 x 2 */
                                   0x3f, 0xc0, 0,    0,    0xc0, 0, 0, 0, 0x3d, 0xcc, 0xcc,
                                   0xcd, 0,    0x01, 0x16, 0xc2};
    static const float values[] = {1.5f, -2, 0.1f, 1e-40f};
    char *path = test_path("%s/floats", test_folder());
    test_write_file(path, file, sizeof(file));
    AugDataset *dataset = test_open("idx:%s,labels=none", path);
    const AugTensorDesc *tensor = &aug_dataset_info(dataset)->fields[0].tensor;
    ck_assert_int_eq(tensor->dtype, AUG_DTYPE_F32);
    ck_assert_int_eq(tensor->shape[2], 2);
    test_sample(dataset, 0, "#0", -1, values, 2 * sizeof(float));
    test_sample(dataset, 1, "#1", -1, values + 2, 2 * sizeof(float));
    aug_dataset_unref(dataset);
    uint8_t damaged[sizeof(file)];
    memcpy(damaged, file, sizeof(file));
    damaged[28] = 0x7f;
    damaged[29] = 0xc0;
    test_replace_file(path, damaged, sizeof(damaged));
    test_refuse(AUG_CORRUPT, "infinite value or none in item 1", "idx:%s,labels=none", path);
    /* Labels are bytes. */
    damaged[3] = 1;
    test_replace_file(path, damaged, 8 + 8);
    char *images = test_path("%s/images", test_folder());
    static const uint8_t two[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 8};
    test_write_file(images, two, sizeof(two));
    test_refuse(AUG_UNSUPPORTED, "type 0x0d; allowed is 0x08, unsigned bytes", "idx:%s,labels=%s",
                images, path);
    free(images);
    free(path);
}
END_TEST

START_TEST(label_files_of_another_length_are_refused)
{
    write_pair(test_folder(), "train", false);
    uint32_t n = N - 1;
    size_t size;
    uint8_t *bytes = make_idx(1, &n, 0, &size);
    char *path = test_path("%s/train-labels-idx1-ubyte", test_folder());
    test_write_file(path, bytes, size);
    test_refuse(AUG_CORRUPT, "train-labels-idx1-ubyte: holds 4 labels, but '", "idx:%s",
                test_folder());
    test_refuse(AUG_CORRUPT, "train-images-idx3-ubyte' holds 5 images", "idx:%s", test_folder());
    free(bytes);
    free(path);
}
END_TEST

/* Writes a changed copy of an image file and expects a refusal, plain and packed. */
static void check_damage(const uint8_t *bytes, size_t size, AugStatus status, const char *words)
{
    char *path = test_path("%s/damaged", test_folder());
    test_replace_file(path, bytes, size);
    test_refuse(status, words, "idx:%s,labels=none", path);
    test_write_gzip(path, bytes, size);
    AugError error = {0};
    AugDataset *dataset;
    char *location = test_path("idx:%s,labels=none", path);
    AugStatus packed = aug_dataset_open(&dataset, location, NULL, &error);
    ck_assert_msg(packed == status, "packed: %s: %s", aug_status_name(packed), error.message);
    free(location);
    free(path);
}

START_TEST(lying_headers_are_refused)
{
    size_t size;
    uint8_t *bytes = make_idx(3, image_sizes, 0, &size);
    bytes[0] = 1;
    check_damage(bytes, size, AUG_CORRUPT, "begins with the bytes 01 00 08 03");
    bytes[0] = 0;
    bytes[2] = 12;
    check_damage(bytes, size, AUG_UNSUPPORTED,
                 "type 0x0c; allowed is 0x08, unsigned bytes, or 0x0d");
    /* As floats the items are four times as long. */
    bytes[2] = 13;
    check_damage(bytes, size, AUG_CORRUPT, "its header promises 256 bytes in all, the file has 76");
    bytes[2] = 8;
    bytes[3] = 2;
    check_damage(bytes, size, AUG_CORRUPT, "has 2 dimensions");
    bytes[3] = 1;
    check_damage(bytes, size, AUG_CORRUPT, "is this the label file?");
    bytes[3] = 3;
    big_endian(bytes + 8, 0);
    check_damage(bytes, size, AUG_CORRUPT, "dimension 2 is 0; allowed is 1 to 65535");
    big_endian(bytes + 8, 70000);
    check_damage(bytes, size, AUG_TOO_LARGE, "dimension 2 is 70000");
    big_endian(bytes + 8, 65535);
    big_endian(bytes + 12, 65535);
    check_damage(bytes, size, AUG_TOO_LARGE, "each item has 4294836225 bytes");
    big_endian(bytes + 8, HEIGHT);
    big_endian(bytes + 12, WIDTH);
    big_endian(bytes + 4, UINT32_MAX);
    check_damage(bytes, size, AUG_TOO_LARGE, "51539607540 bytes of content");
    big_endian(bytes + 4, 0);
    check_damage(bytes, 16, AUG_CORRUPT, "holds no samples");
    free(bytes);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    size_t size;
    uint8_t *bytes = make_idx(3, image_sizes, 0, &size);
    for (size_t n = 0; n < size; n++)
        check_damage(bytes, n, AUG_CORRUPT, n < 16 ? "the content ends after" : "76 bytes in all");
    check_damage(bytes, size + 1, AUG_CORRUPT, "76 bytes in all, the file has 77");
    free(bytes);
}
END_TEST

START_TEST(damaged_gzip_is_refused)
{
    write_pair(test_folder(), "train", true);
    char *path = test_path("%s/train-images-idx3-ubyte.gz", test_folder());
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    for (size_t n = 2; n < size; n++) {
        test_replace_file(path, bytes, n);
        test_refuse(AUG_CORRUPT, "cut off at byte", "idx:%s,labels=none", path);
    }
    bytes[size] = 'x';
    test_write_file(path, bytes, size + 1);
    test_refuse(AUG_CORRUPT, "other bytes follow the gzip data", "idx:%s,labels=none", path);
    /* The checksum in the trailer, eight bytes before the end. */
    bytes[size - 8] ^= 1;
    test_write_file(path, bytes, size);
    test_refuse(AUG_CORRUPT, "incorrect data check", "idx:%s,labels=none", path);
    free(bytes);
    free(path);
}
END_TEST

START_TEST(joined_gzip_members_are_one_file)
{
    size_t size, packed_size[2];
    uint8_t *bytes = make_idx(3, image_sizes, 0, &size), *packed[2];
    char *path = test_path("%s/joined", test_folder());
    for (int i = 0; i < 2; i++) {
        test_write_gzip(path, i ? bytes + 20 : bytes, i ? size - 20 : 20);
        packed[i] = test_read_file(path, &packed_size[i]);
    }
    packed[0] = realloc(packed[0], packed_size[0] + packed_size[1]);
    memcpy(packed[0] + packed_size[0], packed[1], packed_size[1]);
    test_write_file(path, packed[0], packed_size[0] + packed_size[1]);
    AugDataset *dataset = test_open("idx:%s,labels=none", path);
    test_sample(dataset, 4, "#4", -1, bytes + 16 + 4 * ITEM, ITEM);
    aug_dataset_unref(dataset);
    free(packed[0]);
    free(packed[1]);
    free(bytes);
    free(path);
}
END_TEST

START_TEST(bombs_do_not_unpack)
{
    /* A header that promises 100 bytes before 64 MiB of zeros, and one that promises 3 GiB in a
     * file of a few bytes: neither is unpacked to its end. */
    uint32_t small[] = {100, 1, 1}, large[] = {50331648, 8, 8};
    size_t bomb_size = 64u << 20;
    uint8_t *bomb = calloc(1, bomb_size);
    bomb[2] = 8;
    bomb[3] = 3;
    for (int i = 0; i < 3; i++)
        big_endian(bomb + 4 + 4 * i, small[i]);
    char *path = test_path("%s/bomb.gz", test_folder());
    test_write_gzip(path, bomb, bomb_size);
    test_refuse(AUG_CORRUPT, "more follows after the 116 bytes", "idx:%s,labels=none", path);
    for (int i = 0; i < 3; i++)
        big_endian(bomb + 4 + 4 * i, large[i]);
    test_write_gzip(path, bomb, 16);
    test_refuse(AUG_CORRUPT, "3221225488 bytes in all", "idx:%s,labels=none", path);
    free(bomb);
    free(path);
}
END_TEST

START_TEST(resident_size_is_bounded)
{
    write_pair(test_folder(), "train", true);
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_resident_size = N * ITEM - 1;
    test_refuse_under(&limits, AUG_TOO_LARGE, "60 bytes of content; 59 are allowed", "idx:%s",
                      test_folder());
    limits.max_resident_size = N * ITEM;
    limits.max_samples = 4;
    test_refuse_under(&limits, AUG_TOO_LARGE, "5 items; 4", "idx:%s", test_folder());
}
END_TEST

START_TEST(what_is_no_readable_file_is_refused)
{
    char *path = test_path("%s/pipe", test_folder());
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    test_refuse(AUG_BAD_ARGUMENT, "a pipe, socket or device", "idx:%s,labels=none", path);
    test_refuse(AUG_BAD_ARGUMENT, "a pipe, socket or device", "idx:/dev/null,labels=none");
    test_refuse(AUG_NOT_FOUND, "the folder holds no train-images", "idx:%s", test_folder());
    test_refuse(AUG_NOT_FOUND, "does not exist", "idx:%s/absent", test_folder());
    free(path);
}
END_TEST

START_TEST(a_file_that_may_not_be_read_is_named)
{
    enum { NOBODY = 65534 };
    write_pair(test_folder(), "train", false);
    char *images = test_path("%s/train-images-idx3-ubyte", test_folder());
    ck_assert_int_eq(chmod(images, 0), 0);
    /* Root may read everything. The test has a process of its own. */
    ck_assert_int_eq(chmod(test_folder(), 0755), 0);
    const bool is_root = geteuid() == 0;
    if (is_root && seteuid(NOBODY) != 0)
        test_skip("root cannot become somebody else here");
    else
        test_refuse(AUG_IO, "Permission denied", "idx:%s", test_folder());
    ck_assert(!is_root || seteuid(0) == 0);
    free(images);
}
END_TEST

START_TEST(files_may_go_once_the_set_is_open)
{
    write_pair(test_folder(), "train", false);
    AugDataset *dataset = test_open("idx:%s", test_folder());
    char *path = test_path("%s/train-images-idx3-ubyte", test_folder());
    ck_assert_int_eq(truncate(path, 0), 0);
    check_pair(dataset);
    free(path);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(fingerprints_see_each_byte_and_label_but_not_the_place)
{
    char *here = test_make_folder("%s/here", test_folder());
    char *there = test_make_folder("%s/there/deeper", test_folder());
    write_pair(here, "train", false);
    write_pair(there, "train", false);
    char *print = test_fingerprint("idx:%s", here), *moved = test_fingerprint("idx:%s", there);
    ck_assert_str_eq(print, moved);
    static const char *const names[] = {"images-idx3", "labels-idx1"};
    for (int i = 0; i < 2; i++) {
        char *path = test_path("%s/train-%s-ubyte", there, names[i]);
        size_t size;
        uint8_t *bytes = test_read_file(path, &size);
        /* A label of lower number, so that the number of classes stays. */
        size_t at = i ? size - 2 : size - 1;
        bytes[at]--;
        test_write_file(path, bytes, size);
        char *other = test_fingerprint("idx:%s", there);
        ck_assert_str_ne(print, other);
        free(other);
        bytes[at]++;
        test_write_file(path, bytes, size);
        free(bytes);
        free(path);
    }
    free(moved);
    free(print);
    free(there);
    free(here);
}
END_TEST

/* CRC-32 of all pixels in order; the unpacked files' MD5 are the published ones (see the data's
 * README), these sums were made from them with Python's zlib. */
START_TEST(mnist_is_read_whole)
{
    char *path = test_data("mnist/t10k-images-idx3-ubyte.gz");
    if (!path)
        return;
    AugDataset *dataset = test_open("idx:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 10000);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 10);
    AugBuffer buffer = {0};
    uLong pixels = 0, labels = 0;
    for (uint64_t i = 0; i < 10000; i++) {
        AugSample sample;
        ck_assert_int_eq(aug_dataset_read(dataset, i, &buffer, &sample, NULL), AUG_OK);
        pixels =
            crc32(pixels, ((const uint8_t *)sample.fields[0].bytes), (uInt)sample.fields[0].size);
        Bytef label = (Bytef)aug_sample_class(aug_dataset_info(dataset), &sample);
        labels = crc32(labels, &label, 1);
    }
    ck_assert_uint_eq(pixels, 0xe4ca5f57u);
    ck_assert_uint_eq(labels, 0xee8604d9u);
    aug_buffer_fini(&buffer);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_idx");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, plain_and_packed_files_hold_the_same);
    tcase_add_test(tests, a_folder_is_searched_by_split);
    tcase_add_test(tests, labels_are_found_packed_beside_plain_images);
    tcase_add_test(tests, other_names_need_the_labels_parameter);
    tcase_add_test(tests, four_dimensions_are_color);
    tcase_add_test(tests, expected_samples_are_read_as_others);
    tcase_add_test(tests, floats);
    tcase_add_test(tests, label_files_of_another_length_are_refused);
    tcase_add_test(tests, lying_headers_are_refused);
    tcase_add_test(tests, every_truncation_is_refused);
    tcase_add_test(tests, damaged_gzip_is_refused);
    tcase_add_test(tests, joined_gzip_members_are_one_file);
    tcase_add_test(tests, bombs_do_not_unpack);
    tcase_add_test(tests, resident_size_is_bounded);
    tcase_add_test(tests, what_is_no_readable_file_is_refused);
    tcase_add_test(tests, a_file_that_may_not_be_read_is_named);
    tcase_add_test(tests, files_may_go_once_the_set_is_open);
    tcase_add_test(tests, fingerprints_see_each_byte_and_label_but_not_the_place);
    tcase_add_test(tests, mnist_is_read_whole);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
