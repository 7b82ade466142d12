/* Data sets under failure: every allocation, every read and every open fails once, reads are
 * interrupted and come short, and files have any byte changed. A set then opens and reads right, or
 * says in a sentence why not; nothing crashes and, under the address sanitizer, nothing leaks.
 *
 * The program is linked with --wrap for the functions below, too, so that each call from our own code
 * passes through here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "libaug/spec/param.h"
#include "tests/faults/failing.h"
#include "tests/support/datasets.h"

/* What fails: the n-th call of the kind that is counted. Check forks a process a test. */
typedef enum Fault {
    ALLOCATION = FAILING_ALLOCATION,
    READ,
    OPEN,
    INTERRUPTED_READS,
    SHORT_READS
} Fault;

ssize_t __real_pread(int file, void *to, size_t size, off_t offset);
int __real_openat(int folder, const char *path, int flags, ...);
ssize_t __wrap_pread(int file, void *to, size_t size, off_t offset);
int __wrap_openat(int folder, const char *path, int flags, ...);

ssize_t __wrap_pread(int file, void *to, size_t size, off_t offset)
{
    if (failing_call(READ)) {
        errno = EIO;
        return -1;
    }
    if (failing_count(INTERRUPTED_READS) % 2) {
        errno = EINTR;
        return -1;
    }
    const long n = size > 1 ? failing_count(SHORT_READS) : 0;
    if (n > 0)
        size = 1 + (size_t)n % 7 % size;
    return __real_pread(file, to, size, offset);
}

int __wrap_openat(int folder, const char *path, int flags, ...)
{
    if (failing_call(OPEN)) {
        errno = EMFILE;
        return -1;
    }
    return __real_openat(folder, path, flags);
}

/* A set of each kind, in the test's folder, which is the current one. */
static const char *const locations[] = {
    "idx:idx,labels=labels",
    "idx:idx.gz,labels=labels",
    "cifar:cifar",
    "tar:{a,b}.tar",
    "image_folder:photos",
    "tsv:rows.tsv",
    "csv:list.csv",
    "jsonl:rows.jsonl.gz",
    "mask_folder:pairs",
    "jsonl:boxes.jsonl,mask=m,boxes=b,box_labels=l,keypoints=k,values=[v, w]",
    "csv:tags.csv,labels=tags,values=[v, w]",
    "jsonl:soft.jsonl.gz,soft_labels=p",
    "tsv:soft.tsv,text=1,soft_labels=[no, ay]",
};

/* Files whose bytes are changed, and the index of the location that reads each. Of the archive,
 * whose headers have a test of their own, every eleventh byte is enough. */
static const struct {
    const char *name;
    size_t location, step;
} files[] = {
    {"idx", 0, 1},       {"labels", 0, 1},         {"idx.gz", 1, 1},        {"a.tar", 3, 11},
    {"rows.tsv", 5, 1},  {"list.csv", 6, 1},       {"rows.jsonl.gz", 7, 1}, {"boxes.jsonl", 9, 1},
    {"tags.csv", 10, 1}, {"soft.jsonl.gz", 11, 1}, {"soft.tsv", 12, 1}};

static void put(const char *name, const void *bytes, size_t size)
{
    (strstr(name, ".gz") ? test_write_gzip : test_replace_file)(name, bytes, size);
}

static void put_text(const char *name, const char *text)
{
    put(name, text, strlen(text));
}

static void put_tar(const char *name)
{
    FILE *tar = fopen(name, "wb");
    test_tar_add(tar, "x", 'x', "19 comment=a=b c d\n", 19);
    test_tar_add(tar, "1.jpg", '0', "one", 3);
    test_tar_add(tar, "1.cls", '0', "1", 1);
    test_tar_add(tar, "././@LongLink", 'L', "cat/2.png", 9);
    test_tar_add(tar, "cut", '0', "two", 3);
    test_tar_add(tar, "cat/2.json", '0', "{\"label\": 0}", 12);
    test_tar_end(tar);
}

static void make_fields(void)
{
    free(test_make_folder("pairs/images"));
    free(test_make_folder("pairs/masks"));
    put_text("pairs/images/1.jpg", "one");
    put_text("pairs/images/2.jpg", "two");
    put_text("pairs/masks/1.png", "first");
    put_text("pairs/masks/2.png", "second");
    put_text("boxes.jsonl",
             "{\"image\":\"pairs/images/1.jpg\",\"m\":\"pairs/masks/1.png\",\"b\":[[0,1,2,3]],"
             "\"l\":[\"x\"],\"k\":[[1,2]],\"v\":[1,2],\"w\":0.5}\n"
             "{\"image\":\"pairs/images/2.jpg\",\"m\":\"pairs/masks/2.png\",\"b\":[],"
             "\"l\":[],\"k\":[],\"v\":[1,2],\"w\":1e9}\n");
    put_text("tags.csv", "text,tags,v,w\na,x;y,1,2\nb,,3,-4\n");
    put_text("soft.jsonl.gz", "{\"text\":\"a\",\"p\":{\"x\":0.5,\"y\":0.5}}\n"
                              "{\"text\":\"b\",\"p\":{\"y\":1}}\n");
    put_text("soft.tsv", "t\tno\tay\na\t0.5\t0.25\nb\t1\t0\n");
}

static void make_files(void)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    static const uint8_t idx[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,
                                  0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 1, 0};
    static uint8_t cifar[2 * 3073] = {9};
    put("idx", idx, sizeof(idx));
    put("idx.gz", idx, sizeof(idx));
    put("labels", labels, sizeof(labels));
    put("cifar", cifar, sizeof(cifar));
    put_tar("a.tar");
    put_tar("b.tar");
    free(test_make_folder("photos/cat/deep"));
    free(test_make_folder("photos/dog"));
    put_text("photos/cat/1.jpg", "one");
    put_text("photos/cat/deep/2.jpg", "two");
    put_text("photos/dog/1.png", "three");
    put_text("rows.tsv", "pos\tone\nneg\ttwo\n");
    put_text("list.csv", "image,label\nphotos/cat/1.jpg,3\n\"photos/dog/1.png\",0\n");
    put_text("rows.jsonl.gz",
             "{\"text\": \"\\u00e9\", \"label\": \"x\"}\n{\"text\":\"\",\"label\":\"y\"}");
    make_fields();
}

/* Reads all samples and takes the id of their content. */
static AugStatus read_all(const AugDataset *dataset, char hex[65], AugError *error)
{
    AugBuffer buffer = {0};
    AugStatus status = AUG_OK;
    for (uint64_t i = 0; i < aug_dataset_info(dataset)->n_samples && status == AUG_OK; i++) {
        AugSample sample;
        status = aug_dataset_read(dataset, i, &buffer, &sample, error);
    }
    aug_buffer_fini(&buffer);
    return status == AUG_OK ? aug_dataset_content_id(dataset, hex, error) : status;
}

/* Opens and reads all. */
static AugStatus use(const char *location, char hex[65], AugError *error)
{
    AugDataset *dataset;
    AUG_TRY(aug_dataset_open(&dataset, location, NULL, error));
    AugStatus status = read_all(dataset, hex, error);
    aug_dataset_unref(dataset);
    return status;
}

/* Lets each call of a kind fail in turn, for each location. expected: the status of a failure that
 * is reported; some failures change nothing (a neighbour's name is not found). */
static void fail_each(Fault kind, AugStatus expected, long n_least)
{
    make_files();
    for (size_t i = 0; i < AUG_COUNT(locations); i++) {
        char right[65], hex[65];
        AugError error = {0};
        failing_begin_kind(kind, 0, false);
        const AugStatus first = use(locations[i], right, &error);
        const long n = failing_end();
        if (first != AUG_OK)
            ck_abort_msg("%s: %s: %s", locations[i], error.where, error.message);
        long n_failed = 0;
        for (long at = 1; at <= n; at++) {
            memset(&error, 0, sizeof(error));
            failing_begin_kind(kind, at, false);
            AugStatus status = use(locations[i], hex, &error);
            failing_end();
            if (status == AUG_OK) {
                ck_assert_str_eq(hex, right);
                continue;
            }
            n_failed++;
            /* A parameter that cannot be copied is a problem of the map. */
            bool is_expected = status == expected || strstr(error.message, "memory is exhausted");
            ck_assert_msg(is_expected, "%s, call %ld of %ld: %s: %s: %s", locations[i], at, n,
                          aug_status_name(status), error.where, error.message);
            ck_assert_msg(error.message[0], "%s, call %ld of %ld: no message", locations[i], at, n);
        }
        ck_assert_msg(n_failed >= n_least, "%s: %ld of %ld calls failed", locations[i], n_failed,
                      n);
    }
}

START_TEST(each_allocation_fails)
{
    fail_each(ALLOCATION, AUG_NO_MEMORY, 8);
}
END_TEST

static AugStatus give_sample(void *user, uint64_t index, AugBuffer *buffer, AugSample *sample,
                             AugError *error)
{
    (void)user;
    void *bytes;
    AUG_TRY(aug_buffer_reserve(buffer, 0, 5, &bytes, error));
    memcpy(bytes, "hello", 5);
    sample->fields[0] = (AugField){.bytes = bytes, .size = 5};
    return index ? aug_buffer_set_name(buffer, sample, "second", error) : AUG_OK;
}

static void count_release(void *user)
{
    ++*(int *)user;
}

/* Makes a set of callbacks and reads all. *made: whether there was a set to
 * release. Asserts nothing: Check allocates, too. */
static AugStatus use_callbacks(char hex[65], int *n_releases, bool *made, AugError *error)
{
    static const AugFieldDesc fields[] = {
        {.name = "text", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}},
        {.name = "more", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}}};
    static const char *const names[] = {"x", "y"};
    const AugDatasetCallbacks callbacks = {
        .fields = fields,
        .n_fields = 2,
        .n_samples = 2,
        .n_classes = 2,
        .class_names = names,
        .user = n_releases,
        .read = give_sample,
        .release = count_release,
    };
    AugDataset *dataset;
    *n_releases = 0;
    AugStatus status = aug_dataset_from_callbacks(&dataset, &callbacks, error);
    *made = status == AUG_OK;
    if (*made)
        status = read_all(dataset, hex, error);
    aug_dataset_unref(dataset);
    return status;
}

START_TEST(each_allocation_of_callbacks_fails)
{
    char right[65], hex[65];
    int n_releases;
    bool made;
    failing_begin(0, false);
    const AugStatus first = use_callbacks(right, &n_releases, &made, NULL);
    const long n = failing_end();
    ck_assert_int_eq(first, AUG_OK);
    ck_assert_int_gt(n, 8);
    for (long at = 1; at <= n; at++) {
        AugError error = {0};
        failing_begin(at, false);
        const AugStatus status = use_callbacks(hex, &n_releases, &made, &error);
        failing_end();
        ck_assert_msg(status == AUG_NO_MEMORY, "call %ld of %ld: status %s", at, n,
                      aug_status_name(status));
        ck_assert_msg(error.message[0] && error.where[0], "call %ld of %ld", at, n);
        ck_assert_int_eq(n_releases, made);
    }
}
END_TEST

START_TEST(each_read_fails)
{
    fail_each(READ, AUG_IO, 2);
}
END_TEST

START_TEST(each_open_fails)
{
    fail_each(OPEN, AUG_IO, 1);
}
END_TEST

START_TEST(interrupted_and_short_reads_change_nothing)
{
    make_files();
    for (size_t i = 0; i < AUG_COUNT(locations); i++) {
        char right[65], hex[65];
        ck_assert_int_eq(use(locations[i], right, NULL), AUG_OK);
        for (int kind = INTERRUPTED_READS; kind <= SHORT_READS; kind++) {
            failing_begin_kind(kind, 0, false);
            const AugStatus status = use(locations[i], hex, NULL);
            ck_assert_int_gt(failing_end(), 0);
            ck_assert_int_eq(status, AUG_OK);
            ck_assert_str_eq(hex, right);
        }
    }
}
END_TEST

/* Opens and reads what a damaged file gives; either works or says why not. */
static void use_damaged(size_t location)
{
    char hex[65];
    AugError error = {0};
    AugStatus status = use(locations[location], hex, &error);
    ck_assert_msg(status == AUG_OK || (error.message[0] && error.where[0]), "%s: status %s",
                  locations[location], aug_status_name(status));
    ck_assert_msg(status != AUG_INTERNAL && status != AUG_NO_MEMORY, "%s: %s", locations[location],
                  error.message);
}

START_TEST(any_byte_may_be_any_other)
{
    make_files();
    static const uint8_t flips[] = {0x01, 0x80, 0xff, 0x20};
    for (size_t i = 0; i < AUG_COUNT(files); i++) {
        const char *path = files[i].name;
        size_t size;
        uint8_t *bytes = test_read_file(path, &size);
        for (size_t at = 0; at < size; at += files[i].step)
            for (size_t k = 0; k < AUG_COUNT(flips); k++) {
                bytes[at] ^= flips[k];
                test_replace_file(path, bytes, size);
                use_damaged(files[i].location);
                bytes[at] ^= flips[k];
            }
        test_replace_file(path, bytes, size);
        free(bytes);
    }
}
END_TEST

/* Tar headers guard themselves with a checksum, so that damage behind it is reached only by
 * headers that are sealed anew. */
START_TEST(any_byte_of_a_sealed_tar_header_may_be_any_other)
{
    make_files();
    const char *path = "a.tar";
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    static const uint8_t values[] = {0xff, 0, ' ', '/', '.', '7', '9', 0x80};
    for (size_t block = 0; block + 512 <= size; block += 512) {
        if (memcmp(bytes + block + 257, "ustar", 5) != 0)
            continue;
        for (size_t at = 0; at < 512; at++) {
            /* All values where the name begins, in the size and in the type. */
            bool is_field = at < 4 || (at >= 124 && at < 136) || at == 156;
            for (size_t k = 0; k < (is_field ? AUG_COUNT(values) : 1); k++) {
                uint8_t header[512];
                memcpy(header, bytes + block, 512);
                bytes[block + at] = values[k];
                test_tar_seal(bytes + block);
                test_replace_file(path, bytes, size);
                use_damaged(3);
                memcpy(bytes + block, header, 512);
            }
        }
    }
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_faults");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, each_allocation_fails);
    tcase_add_test(tests, each_allocation_of_callbacks_fails);
    tcase_add_test(tests, each_read_fails);
    tcase_add_test(tests, each_open_fails);
    tcase_add_test(tests, interrupted_and_short_reads_change_nothing);
    tcase_add_test(tests, any_byte_may_be_any_other);
    tcase_add_test(tests, any_byte_of_a_sealed_tar_header_may_be_any_other);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
