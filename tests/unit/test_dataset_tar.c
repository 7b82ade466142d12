/* Tar shards: what forms a sample, where labels come from, every header form, and damage. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

/* A member of an archive to be made. */
typedef struct Member {
    const char *name;
    const char *text;
    char type; /* 0: a file */
} Member;

/* Path of a new archive with these members, up to one without a name; the caller frees it. */
static char *make_tar(const char *base, const Member *members)
{
    char *path = test_path("%s/%s", test_folder(), base);
    remove(path);
    FILE *tar = fopen(path, "wb");
    for (; members->name; members++)
        test_tar_add(tar, members->name, members->type ? members->type : '0', members->text,
                     strlen(members->text));
    test_tar_end(tar);
    return path;
}

/* The archive of these members is refused. */
static void check_refused(const Member *members, AugStatus status, const char *words)
{
    char *path = make_tar("refused.tar", members);
    test_refuse(status, words, "tar:%s", path);
    free(path);
}

static const Member three[] = {{"a/1.jpg", "one", 0},           {"a/1.cls", "7", 0},
                               {"a/2.cls", " 0\n", 0},          {"a/2.png", "two", 0},
                               {"index.tsv", "x", 0},           {"b.JPEG", "three", 0},
                               {"b.json", "{\"label\": 3}", 0}, {NULL, NULL, 0}};

static void check_three(const AugDataset *dataset)
{
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 3);
    ck_assert_int_eq(aug_dataset_info(dataset)->fields[0].form, AUG_FORM_ENCODED);
    test_sample(dataset, 0, "a/1.jpg", 7, "one", 3);
    test_sample(dataset, 1, "a/2.png", 0, "two", 3);
    test_sample(dataset, 2, "b.JPEG", 3, "three", 5);
}

START_TEST(members_with_one_key_form_a_sample)
{
    char *path = make_tar("x.tar", three);
    AugDataset *dataset = test_open("tar:%s", path);
    check_three(dataset);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 8);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 7), "7");
    aug_dataset_unref(dataset);
    dataset = test_open("tar:%s,classes=10", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 10);
    aug_dataset_unref(dataset);
    test_refuse(AUG_CORRUPT, "sample 0 has label 7; with classes 5", "tar:%s,classes=5", path);
    free(path);
}
END_TEST

START_TEST(the_ending_ends_the_key)
{
    static const Member members[] = {{"a.1.png", "one", 0},
                                     {"a.1.cls", "1", 0},
                                     {"22.05.png", "may", 0},
                                     {"22.05.json", "{\"label\": 0}", 0},
                                     {"22.06.JPG", "june", 0},
                                     {"22.06.cls", "2", 0},
                                     {"c.v2.0.png", "last", 0},
                                     {"c.v2.0.cls", "0", 0},
                                     {NULL, NULL, 0}};
    static const char *const keys[] = {"auto", "ending"};
    char *path = make_tar("x.tar", members);
    for (size_t i = 0; i < AUG_COUNT(keys); i++) {
        AugDataset *dataset = test_open("tar:%s,key=%s", path, keys[i]);
        ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 4);
        test_sample(dataset, 0, "a.1.png", 1, "one", 3);
        test_sample(dataset, 1, "22.05.png", 0, "may", 3);
        test_sample(dataset, 2, "22.06.JPG", 2, "june", 4);
        test_sample(dataset, 3, "c.v2.0.png", 0, "last", 4);
        aug_dataset_unref(dataset);
    }
    test_refuse(AUG_NOT_FOUND, "no pictures were found", "tar:%s,key=first_dot", path);
    free(path);
}
END_TEST

/* Where what is refused may be a further part, as in shards of WebDataset, the refusal says so. */
START_TEST(a_further_part_is_told_from_a_mistake)
{
    static const Member labels[] = {
        {"7.png", "seven", 0}, {"7.coarse.cls", "1", 0}, {NULL, NULL, 0}};
    static const Member texts[] = {
        {"7.png", "seven", 0}, {"7.coarse.cls", "cat", 0}, {NULL, NULL, 0}};
    static const Member packed[] = {
        {"7.png", "seven", 0}, {"7.meta.json.gz", "x", 0}, {NULL, NULL, 0}};
    const Member *const archives[] = {labels, texts, packed};
    static const char *const sentences[] = {
        "the label '7.coarse.cls' has no picture beside it whose key is '7.coarse'; it is a part "
        "of '7.png' if keys end at the first dot, as WebDataset's do: allowed is key: first_dot",
        "the member '7.coarse.cls' holds no label; allowed is 0 to 1048575 in digits, or key: "
        "first_dot if it is a further part of '7'",
        "the member '7.meta.json.gz' is compressed; allowed are plain members, or key: first_dot "
        "if it is a further part of '7'",
    };
    for (size_t i = 0; i < AUG_COUNT(archives); i++) {
        char *path = make_tar("x.tar", archives[i]);
        test_refuse(i == 2 ? AUG_UNSUPPORTED : AUG_CORRUPT, sentences[i], "tar:%s", path);
        AugDataset *dataset = test_open("tar:%s,key=first_dot", path);
        ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 1);
        test_sample(dataset, 0, "7.png", -1, "seven", 5);
        aug_dataset_unref(dataset);
        free(path);
    }
}
END_TEST

/* The number and the example of what was passed over for a reason; none: 0 and "". */
static void check_passed(const AugDataset *dataset, const char *word, uint64_t n,
                         const char *example)
{
    const AugPassedOver *list;
    const size_t n_reasons = aug_dataset_passed_over(dataset, &list);
    AugPassedOver found = {.example = ""};
    for (size_t i = 0; i < n_reasons; i++)
        if (strcmp(list[i].word, word) == 0)
            found = list[i];
    ck_assert_uint_eq(found.n, n);
    ck_assert_str_eq(found.example, example);
}

START_TEST(a_key_that_two_rules_split_is_named)
{
    static const Member members[] = {{"./x.y/1.png", "picture", 0},
                                     {"x.y/1.mask.png", "mask", 0},
                                     {"x.y/._1.png", "resource", 0},
                                     {"x.y/none", "no extension", 0},
                                     {"x.y/1.json", "{\"a\": []}", 0},
                                     {"__MACOSX/x.y/1.png", "resource", 0},
                                     {NULL, NULL, 0}};
    char *path = make_tar("x.tar", members);
    test_refuse(AUG_CORRUPT,
                "the member 'x.y/1.mask.png' is a picture of its own if keys end before the "
                "ending, and a part of 'x.y/1.png' if they end at the first dot",
                "tar:%s", path);
    AugDataset *dataset = test_open("tar:%s,key=first_dot", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 1);
    test_sample(dataset, 0, "x.y/1.png", 0, "picture", 7);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 0), "x.y");
    check_passed(dataset, "part", 1, "x.y/1.mask.png");
    check_passed(dataset, "hidden", 1, "x.y/._1.png");
    check_passed(dataset, "ending", 1, "x.y/none");
    check_passed(dataset, "system", 1, "__MACOSX/x.y/1.png");
    aug_dataset_unref(dataset);
    dataset = test_open("tar:%s,key=ending", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 2);
    test_sample(dataset, 1, "x.y/1.mask.png", 0, "mask", 4);
    check_passed(dataset, "part", 0, "");
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

START_TEST(descriptions_of_nothing_are_counted)
{
    static const Member members[] = {{"1.jpg", "a", 0},
                                     {"1.jpg.json", "{}", 0},
                                     {"1.meta.json", "{}", 0},
                                     {"1.txt", "a", 0},
                                     {NULL, NULL, 0}};
    char *path = make_tar("x.tar", members);
    AugDataset *dataset = test_open("tar:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 1);
    check_passed(dataset, "part", 2, "1.jpg.json");
    check_passed(dataset, "ending", 1, "1.txt");
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

START_TEST(folders_are_classes_where_nothing_else_says)
{
    static const Member members[] = {{"train/dog/2.jpg", "d", 0},
                                     {"train/cat/1.jpg", "c", 0},
                                     {"train/10/1.jpg", "n", 0},
                                     {"train/dog/1.jpg", "e", 0},
                                     {NULL, NULL, 0}};
    char *path = make_tar("x.tar", members);
    AugDataset *dataset = test_open("tar:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 3);
    test_sample(dataset, 0, "train/dog/2.jpg", 2, "d", 1);
    test_sample(dataset, 1, "train/cat/1.jpg", 1, "c", 1);
    test_sample(dataset, 2, "train/10/1.jpg", 0, "n", 1);
    test_sample(dataset, 3, "train/dog/1.jpg", 2, "e", 1);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 0), "10");
    aug_dataset_unref(dataset);
    free(path);
    static const Member mixed[] = {{"cat/1.jpg", "c", 0}, {"2.jpg", "d", 0}, {NULL, NULL, 0}};
    path = make_tar("y.tar", mixed);
    dataset = test_open("tar:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 0);
    ck_assert_int_eq(aug_dataset_label(dataset, 0), -1);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

START_TEST(folders_may_be_class_numbers)
{
    static const Member members[] = {
        {"2/1.jpg", "two", 0}, {"10/1.jpg", "ten", 0}, {NULL, NULL, 0}};
    char *path = make_tar("x.tar", members);
    AugDataset *dataset = test_open("tar:%s", path);
    test_sample(dataset, 0, "2/1.jpg", 1, "two", 3);
    aug_dataset_unref(dataset);
    dataset = test_open("tar:%s,label_type=numbers", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 11);
    test_sample(dataset, 0, "2/1.jpg", 2, "two", 3);
    test_sample(dataset, 1, "10/1.jpg", 10, "ten", 3);
    aug_dataset_unref(dataset);
    free(path);
    static const Member named[] = {{"cat/1.jpg", "c", 0}, {NULL, NULL, 0}};
    path = make_tar("y.tar", named);
    test_refuse(AUG_CORRUPT, "a folder is called 'cat'", "tar:%s,label_type=numbers", path);
    free(path);
}
END_TEST

START_TEST(a_label_says_more_than_a_description)
{
    static const Member members[] = {
        {"1.json", "{\"label\": 5}", 0},    {"1.cls", "2", 0}, {"1.jpg", "a", 0},
        {"2.json", "{\"label\": null}", 0}, {"2.jpg", "b", 0}, {NULL, NULL, 0}};
    char *path = make_tar("x.tar", members);
    AugDataset *dataset = test_open("tar:%s", path);
    ck_assert_int_eq(aug_dataset_label(dataset, 0), 2);
    ck_assert_int_eq(aug_dataset_label(dataset, 1), -1);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

START_TEST(shards_are_read_one_after_another)
{
    static const Member first[] = {{"1.jpg", "a", 0}, {"1.cls", "0", 0}, {NULL, NULL, 0}};
    static const Member second[] = {{"1.jpg", "b", 0}, {"1.cls", "1", 0}, {NULL, NULL, 0}};
    char *paths[] = {make_tar("s-09.tar", first), make_tar("s-10.tar", second)};
    for (int i = 0; i < 2; i++) {
        AugDataset *dataset = i ? test_open("tar:%s", test_folder())
                                : test_open("tar:%s/s-{09..10}.tar", test_folder());
        ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 2);
        test_sample(dataset, 0, "s-09.tar/1.jpg", 0, "a", 1);
        test_sample(dataset, 1, "s-10.tar/1.jpg", 1, "b", 1);
        test_read_from_threads(dataset);
        aug_dataset_unref(dataset);
    }
    test_refuse(AUG_NOT_FOUND, "s-11.tar: does not exist", "tar:%s/s-{09..11}.tar", test_folder());
    remove(paths[0]);
    remove(paths[1]);
    test_refuse(AUG_NOT_FOUND, "holds no file *.tar", "tar:%s", test_folder());
    test_refuse(AUG_TOO_LARGE, "more than 100000 files", "tar:%s/{0..99}{0..999}{0..9}",
                test_folder());
    free(paths[0]);
    free(paths[1]);
}
END_TEST

START_TEST(members_that_mean_trouble_are_named)
{
    static const struct {
        Member members[4];
        AugStatus status;
        const char *words;
    } cases[] = {
        {{{"1.jpg", "a", 0}, {"1.png", "b", 0}}, AUG_CORRUPT, "'1.jpg' and '1.png' (at byte 1024)"},
        {{{"1.jpg", "a", 0}, {"1.jpg", "b", 0}}, AUG_CORRUPT, "have the same key"},
        {{{"1.jpg", "a", 0}, {"1.cls", "x", 0}}, AUG_CORRUPT, "'1.cls' holds no label"},
        {{{"1.jpg", "a", 0}, {"1.cls", "-1", 0}}, AUG_CORRUPT, "'1.cls' holds no label"},
        {{{"1.jpg", "a", 0}, {"1.cls", "", 0}}, AUG_CORRUPT, "'1.cls' is no label"},
        {{{"1.jpg", "a", 0}, {"1.cls", "1048576", 0}}, AUG_CORRUPT, "allowed is 0 to 1048575"},
        {{{"1.jpg", "a", 0}, {"1.cls", "99999999999999999999", 0}}, AUG_CORRUPT, "holds no label"},
        {{{"1.jpg", "a", 0}, {"1.cls", "1", 0}, {"1.cls", "2", 0}}, AUG_CORRUPT, "second label"},
        {{{"1.jpg", "a", 0}, {"2.cls", "1", 0}}, AUG_CORRUPT, "'2.cls' has no picture beside it"},
        {{{"1.jpg", "a", 0}, {"1.json", "{", 0}}, AUG_CORRUPT, ".json beside '1.jpg' is not valid"},
        {{{"1.jpg", "a", 0}, {"1.json", "{\"label\": \"x\"}", 0}},
         AUG_CORRUPT,
         "not a whole number"},
        {{{"1.jpg", "a", 0}, {"1.json", "{\"label\": -2}", 0}}, AUG_CORRUPT, "not a whole number"},
        {{{"1.jpg", "a", 0}, {"1.2.cls", "1", 0}}, AUG_CORRUPT, "beside it whose key is '1.2'"},
        {{{"1.2.jpg", "a", 0}, {"1.cls", "1", 0}}, AUG_CORRUPT, "'1.cls' has no picture beside it"},
        {{{"1.jpg", "a", 0}, {"1.json", "{}", 0}, {"1.JSON", "{}", 0}},
         AUG_CORRUPT,
         "'1.JSON' is the second description"},
        {{{"1.2.jpg.gz", "a", 0}}, AUG_UNSUPPORTED, "'1.2.jpg.gz' is compressed"},
        {{{"1.jpg.gz", "a", 0}}, AUG_UNSUPPORTED, "'1.jpg.gz' is compressed"},
        {{{"1.jpg", "", '2'}}, AUG_UNSUPPORTED, "'1.jpg' is a link"},
        {{{"1.jpg", "", 'S'}}, AUG_UNSUPPORTED, "'1.jpg' at byte 0 is sparse"},
        {{{"1.jpg", "", 'M'}}, AUG_UNSUPPORTED, "of an unknown kind (type 0x4d)"},
        {{{"../1.jpg", "a", 0}}, AUG_CORRUPT, "leads out of its folder"},
        {{{"a/../../1.jpg", "a", 0}}, AUG_CORRUPT, "leads out of its folder"},
        {{{"a/..", "a", 0}}, AUG_CORRUPT, "leads out of its folder"},
        {{{"1.txt", "a", 0}}, AUG_NOT_FOUND, "no pictures were found"},
        {{{NULL, NULL, 0}}, AUG_NOT_FOUND, "no pictures were found"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_refused(cases[i].members, cases[i].status, cases[i].words);
}
END_TEST

START_TEST(folders_links_and_devices_without_pictures_are_passed)
{
    static const Member members[] = {
        {"d.jpg/", "", '5'}, {"link", "", '2'}, {"null", "", '3'}, {"/d.jpg/1.jpg", "a", 0},
        {"old.jpg/", "", 0}, {"pipe", "", '6'}, {NULL, NULL, 0}};
    char *path = make_tar("x.tar", members);
    AugDataset *dataset = test_open("tar:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 1);
    test_sample(dataset, 0, "d.jpg/1.jpg", 0, "a", 1);
    aug_dataset_unref(dataset);
    free(path);
}
END_TEST

/* Writes bytes as an archive and opens it; NULL if it is refused, with the error filled. */
static AugDataset *open_bytes(const void *bytes, size_t size, AugError *error)
{
    char *path = test_path("%s/bytes.tar", test_folder());
    test_replace_file(path, bytes, size);
    char *location = test_path("tar:%s", path);
    AugDataset *dataset;
    AugStatus status = aug_dataset_open(&dataset, location, NULL, error);
    ck_assert((status == AUG_OK) == (dataset != NULL));
    free(location);
    free(path);
    return dataset;
}

static void refuse_bytes(const void *bytes, size_t size, AugStatus status, const char *words)
{
    AugError error = {0};
    AugDataset *dataset = open_bytes(bytes, size, &error);
    ck_assert_msg(!dataset, "accepted, expected '%s'", words);
    ck_assert_msg(error.status == status && strstr(error.message, words),
                  "%s: '%s' does not say '%s'", aug_status_name(error.status), error.message,
                  words);
}

START_TEST(every_truncation_is_named_or_harmless)
{
    char *path = make_tar("x.tar", three);
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    size_t end = size - 1024; /* of the members */
    for (size_t n = 0; n < size; n += n < end ? 61 : 1) {
        AugError error = {0};
        AugDataset *dataset = open_bytes(bytes, n, &error);
        /* One block of the end marker is enough. */
        ck_assert_msg((dataset != NULL) == (n >= end + 512), "%zu of %zu bytes", n, size);
        if (dataset)
            check_three(dataset);
        else
            ck_assert_msg(strstr(error.message, "cut off at byte") ||
                              strstr(error.message, "claims") || strstr(error.message, "ends"),
                          "%zu: %s", n, error.message);
        aug_dataset_unref(dataset);
    }
    free(bytes);
    free(path);
}
END_TEST

START_TEST(every_changed_header_byte_is_noticed)
{
    char *path = make_tar("x.tar", three);
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    for (size_t i = 0; i < 512; i++) {
        /* Space and NUL end the checksum's digits alike. */
        if (i >= 148 + 6 && i < 148 + 8)
            continue;
        bytes[1024 + i] ^= 0x15;
        refuse_bytes(bytes, size, AUG_CORRUPT, "the header at byte 1024 is damaged");
        bytes[1024 + i] ^= 0x15;
    }
    bytes[0]++;
    refuse_bytes(bytes, size, AUG_CORRUPT, "is no tar archive");
    free(bytes);
    free(path);
}
END_TEST

START_TEST(lying_sizes_are_refused)
{
    uint8_t bytes[2048] = {0};
    static const struct {
        uint8_t size[12];
        const char *words;
    } cases[] = {
        {"00000002001", "claims 1025 bytes; the file ends after 1024"}, /* 1025 in octal */
        {"77777777777", "claims 8589934591 bytes"},
        {{0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "claims 9223372036854"},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "not a number"},
        {"1x", "not a number"},
        {"-1", "not a number"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_tar_header(bytes, "1.jpg", '0', 0);
        memcpy(bytes + 124, cases[i].size, 12);
        test_tar_seal(bytes);
        refuse_bytes(bytes, 1536, AUG_CORRUPT, cases[i].words);
    }
}
END_TEST

START_TEST(sizes_in_base_256_and_spaces_are_read)
{
    static const uint8_t sizes[][12] = {
        {0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}, "          3", "3", "00000000003", "3 "};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint8_t bytes[2048] = {0};
        test_tar_header(bytes, "1.jpg", '0', 0);
        memcpy(bytes + 124, sizes[i], 12);
        test_tar_seal(bytes);
        memcpy(bytes + 512, "abc", 3);
        AugError error = {0};
        AugDataset *dataset = open_bytes(bytes, sizeof(bytes), &error);
        ck_assert_msg(dataset, "case %zu: %s", i, error.message);
        test_sample(dataset, 0, "1.jpg", -1, "abc", 3);
        aug_dataset_unref(dataset);
    }
}
END_TEST

START_TEST(long_names_of_each_kind_are_read)
{
    char name[301];
    memset(name, 'n', 300);
    memcpy(name + 296, ".jpg", 5);
    char record[400];
    snprintf(record, sizeof(record), "310 path=%s\n", name);
    ck_assert_uint_eq(strlen(record), 310);
    const Member gnu[] = {{"././@LongLink", name, 'L'}, {"cut", "a", 0}, {NULL, NULL, 0}};
    const Member link[] = {{"././@LongLink", name, 'K'}, {"1.jpg", "a", 0}, {NULL, NULL, 0}};
    const Member pax[] = {{"PaxHeaders/x", record, 'x'}, {"cut", "a", 0}, {NULL, NULL, 0}};
    const Member size[] = {
        {"x", "10 size=1\n19 comment=a=b c d\n", 'x'}, {"1.jpg", "a", 0}, {NULL, NULL, 0}};
    const Member global[] = {
        {"x", "20 comment=a=b c d\n\n", 'g'}, {"1.jpg", "a", 0}, {NULL, NULL, 0}};
    const struct {
        const Member *members;
        const char *name;
    } cases[] = {{gnu, name}, {link, "1.jpg"}, {pax, name}, {size, "1.jpg"}, {global, "1.jpg"}};
    for (size_t i = 0; i < 5; i++) {
        char *path = make_tar("x.tar", cases[i].members);
        AugDataset *dataset = test_open("tar:%s", path);
        test_sample(dataset, 0, cases[i].name, -1, "a", 1);
        aug_dataset_unref(dataset);
        free(path);
    }
    uint8_t bytes[2048] = {0};
    test_tar_header(bytes, "1.jpg", '0', 1);
    memcpy(bytes + 345, "some/folder", 11);
    test_tar_seal(bytes);
    AugDataset *dataset = open_bytes(bytes, sizeof(bytes), NULL);
    test_sample(dataset, 0, "some/folder/1.jpg", 0, "", 1);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(extended_headers_that_lie_are_refused)
{
    static const struct {
        char type;
        const char *text, *words;
    } cases[] = {
        {'x', "11 path=a\n", "length is wrong"},
        {'x', "9 path=a\n\n", "length is wrong"},
        {'x', "99999999999999999999 path=a\n", "length is wrong"},
        {'x', "path=a\n", "length is wrong"},
        {'x', "3 \n", "length is wrong"},
        {'x', "7 patha\n", "length is wrong"},
        {'x', "8 patha\n", "without '='"},
        {'x', "8 path=\n", "a path that is empty"},
        {'x', "11 size=-1\n", "not a decimal number"},
        {'x', "9 size=1\n10 size=x\n", "not a decimal number"},
        {'g', "10 path=a\n", "for all members"},
        {'x', "20 size=99999999999\n", "claims 99999999999 bytes"},
        {'x', "22 GNU.sparse.major=1\n", "is sparse"},
        {'L', "", "no pictures"},
        {'x', "", "no pictures"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const Member members[] = {
            {"h", cases[i].text, cases[i].type}, {"1.x", "a", 0}, {NULL, NULL, 0}};
        char *path = make_tar("x.tar", members);
        size_t size;
        uint8_t *bytes = test_read_file(path, &size);
        AugError error = {0};
        ck_assert_ptr_null(open_bytes(bytes, size, &error));
        ck_assert_msg(strstr(error.message, cases[i].words), "case %zu: '%s' does not say '%s'", i,
                      error.message, cases[i].words);
        free(bytes);
        free(path);
    }
}
END_TEST

START_TEST(compressed_and_joined_archives_are_refused)
{
    char *path = make_tar("x.tar", three);
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    char *packed = test_path("%s/x.tar.gz", test_folder());
    test_write_gzip(packed, bytes, size);
    test_refuse(AUG_UNSUPPORTED, "is compressed with gzip", "tar:%s", packed);
    test_write_file(packed, "\x28\xb5\x2f\xfd....", 8);
    test_refuse(AUG_UNSUPPORTED, "is compressed with zstd", "tar:%s", packed);
    test_write_file(packed, "\xfd\x37zXZ...", 8);
    test_refuse(AUG_UNSUPPORTED, "is compressed with xz", "tar:%s", packed);
    test_write_file(packed, "BZh9....", 8);
    test_refuse(AUG_UNSUPPORTED, "is compressed with bzip2", "tar:%s", packed);
    uint8_t *joined = calloc(2, size);
    memcpy(joined, bytes, size);
    memcpy(joined + size, bytes, size);
    refuse_bytes(joined, 2 * size, AUG_CORRUPT, "were two archives joined?");
    free(joined);
    free(packed);
    free(bytes);
    free(path);
}
END_TEST

START_TEST(a_changed_archive_is_refused)
{
    char *path = make_tar("x.tar", three);
    AugDataset *dataset = test_open("tar:%s", path);
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    ck_assert_int_eq(truncate(path, 600), 0);
    test_read_fails(dataset, 2, AUG_CHANGED, "b.JPEG: the file ends at byte");
    test_read_fails(dataset, 0, AUG_CHANGED, "a/1.jpg: the file has 600 bytes");
    test_write_file(path, bytes, size + 1);
    test_read_fails(dataset, 0, AUG_CHANGED, "it had");
    /* Replaced by rename, the open archive stays what it was. */
    aug_dataset_unref(dataset);
    test_write_file(path, bytes, size);
    dataset = test_open("tar:%s", path);
    char *other = test_path("%s/other", test_folder());
    test_write_file(other, "x", 1);
    ck_assert_int_eq(rename(other, path), 0);
    check_three(dataset);
    aug_dataset_unref(dataset);
    free(other);
    free(bytes);
    free(path);
}
END_TEST

START_TEST(limits_hold)
{
    char *path = make_tar("x.tar", three);
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_encoded_size = 4;
    char *location = test_path("tar:%s", path);
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_open(&dataset, location, &limits, NULL), AUG_OK);
    test_read_fails(dataset, 2, AUG_TOO_LARGE, "b.JPEG: the member has 5 bytes; 4 are allowed");
    aug_dataset_unref(dataset);
    limits.max_classes = 7;
    test_refuse_under(&limits, AUG_CORRUPT, "allowed is 0 to 6", "%s", location);
    limits.max_resident_size = 100;
    test_refuse_under(&limits, AUG_TOO_LARGE, "100 bytes allowed", "%s", location);
    free(location);
    free(path);
}
END_TEST

START_TEST(fingerprints_see_names_labels_and_sizes)
{
    static const Member sets[][3] = {{{"a.jpg", "x", 0}, {"a.cls", "0", 0}},
                                     {{"a.cls", "0", 0}, {"a.jpg", "x", 0}},
                                     {{"b.jpg", "x", 0}, {"b.cls", "0", 0}},
                                     {{"a.jpg", "xy", 0}, {"a.cls", "0", 0}},
                                     {{"a.jpg", "x", 0}, {"a.cls", "1", 0}}};
    char *prints[5];
    for (size_t i = 0; i < 5; i++) {
        char *path = make_tar(i % 2 ? "one.tar" : "two.tar", sets[i]);
        prints[i] = test_fingerprint("tar:%s", path);
        free(path);
    }
    ck_assert_str_eq(prints[0], prints[1]);
    for (size_t i = 1; i < 5; i++)
        for (size_t k = i + 1; k < 5; k++)
            ck_assert_str_ne(prints[i], prints[k]);
    for (size_t i = 0; i < 5; i++)
        free(prints[i]);
}
END_TEST

START_TEST(real_archives_are_read_whole)
{
    char *path = test_data("imagenet-sample-300.tar");
    if (!path)
        return;
    AugDataset *dataset = test_open("tar:%s", path);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 300);
    char *index_path = test_data("imagenet-sample-300.index.tsv");
    size_t size;
    char *text = (char *)test_read_file(index_path, &size);
    char *line = strchr(text, '\n') + 1;
    for (uint64_t i = 0; i < 300; i++) {
        /* key, class, name, width, height, mode, bytes */
        char key[32];
        int label, n_bytes;
        ck_assert_int_eq(sscanf(line, "%31s %d %*s %*d %*d %*s %d", key, &label, &n_bytes), 3);
        AugBuffer buffer = {0};
        AugSample sample;
        ck_assert_int_eq(aug_dataset_read(dataset, i, &buffer, &sample, NULL), AUG_OK);
        ck_assert_int_eq(aug_sample_class(aug_dataset_info(dataset), &sample), label);
        ck_assert_uint_eq(sample.fields[0].size, (size_t)n_bytes);
        ck_assert_mem_eq(sample.name, key, strlen(key));
        ck_assert_int_eq(((const uint8_t *)sample.fields[0].bytes)[0], 0xff);
        ck_assert_int_eq(((const uint8_t *)sample.fields[0].bytes)[1], 0xd8);
        aug_buffer_fini(&buffer);
        line = strchr(line, '\n') + 1;
    }
    test_read_from_threads(dataset);
    aug_dataset_unref(dataset);
    free(text);
    free(index_path);
    free(path);
}
END_TEST

#define HEAD ".augd-pack.json"
#define HEAD_OF(classes) "{\"augd_pack\": 1, \"key\": \"first_dot\", \"classes\": " classes "}"

START_TEST(a_first_member_names_classes_and_ends_keys)
{
    const Member members[] = {{HEAD, HEAD_OF("[\"bird\", \"cat\", \"dog\"]"), 0},
                              {"1.jpg", "one", 0},
                              {"1.cls", "1", 0},
                              {"1.mask.png", "mask", 0},
                              {".augd-index.tsv.gz", "places", 0},
                              {NULL, NULL, 0}};
    char *path = make_tar("packed.tar", members);
    AugDataset *dataset = test_open("tar:%s", path);
    const AugPassedOver *passed;
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 1);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 3);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 2), "dog");
    test_sample(dataset, 0, "1.jpg", 1, "one", 3);
    ck_assert_uint_eq(aug_dataset_passed_over(dataset, &passed), 1);
    ck_assert_str_eq(passed[0].example, "1.mask.png");
    aug_dataset_unref(dataset);
    test_refuse(AUG_CORRUPT, "names 3 classes", "tar:%s,classes=4", path);
    free(path);
}
END_TEST

START_TEST(first_members_that_lie_are_refused)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"{", "is no JSON"},
        {"{}", "is of no version that is known"},
        {"{\"augd_pack\": 2}", "is of no version that is known"},
        {"{\"augd_pack\": 1}", "does not say where keys end"},
        {"{\"augd_pack\": 1, \"key\": \"ending\"}", "does not say where keys end"},
        {HEAD_OF("3"), "has no list of classes"},
        {HEAD_OF("[]"), "has no list of classes"},
        {HEAD_OF("[\"a\", \"\"]"), "has a class without a name"},
        {HEAD_OF("[\"a\", 3]"), "has a class without a name"},
        {HEAD_OF("[\"a\", \"b\", \"a\"]"), "has two classes of one name"},
        {HEAD_OF("[\"a\"]"), "sample 0 has label 1; with classes 1"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        const Member members[] = {
            {HEAD, cases[i].text, 0}, {"1.jpg", "one", 0}, {"1.cls", "1", 0}, {NULL, NULL, 0}};
        check_refused(members, AUG_CORRUPT, cases[i].words);
    }
}
END_TEST

START_TEST(first_members_of_shards_agree)
{
    const Member one[] = {{HEAD, HEAD_OF("[\"a\", \"b\"]"), 0},
                          {"1.jpg", "one", 0},
                          {"1.cls", "0", 0},
                          {NULL, NULL, 0}};
    const Member two[] = {{HEAD, HEAD_OF("[\"b\", \"a\"]"), 0},
                          {"2.jpg", "two", 0},
                          {"2.cls", "0", 0},
                          {NULL, NULL, 0}};
    char *first = make_tar("shard-0.tar", one), *second = make_tar("shard-1.tar", two);
    test_refuse(AUG_CORRUPT, "its classes are not those of", "tar:%s/shard-{0..1}.tar",
                test_folder());
    free(second);
    second = make_tar("shard-1.tar", one);
    AugDataset *dataset = test_open("tar:%s/shard-{0..1}.tar", test_folder());
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 2);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 1), "b");
    aug_dataset_unref(dataset);
    free(first);
    free(second);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_tar");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, members_with_one_key_form_a_sample);
    tcase_add_test(tests, the_ending_ends_the_key);
    tcase_add_test(tests, a_key_that_two_rules_split_is_named);
    tcase_add_test(tests, a_further_part_is_told_from_a_mistake);
    tcase_add_test(tests, descriptions_of_nothing_are_counted);
    tcase_add_test(tests, folders_are_classes_where_nothing_else_says);
    tcase_add_test(tests, folders_may_be_class_numbers);
    tcase_add_test(tests, a_label_says_more_than_a_description);
    tcase_add_test(tests, shards_are_read_one_after_another);
    tcase_add_test(tests, members_that_mean_trouble_are_named);
    tcase_add_test(tests, folders_links_and_devices_without_pictures_are_passed);
    tcase_add_test(tests, every_truncation_is_named_or_harmless);
    tcase_add_test(tests, every_changed_header_byte_is_noticed);
    tcase_add_test(tests, lying_sizes_are_refused);
    tcase_add_test(tests, sizes_in_base_256_and_spaces_are_read);
    tcase_add_test(tests, long_names_of_each_kind_are_read);
    tcase_add_test(tests, extended_headers_that_lie_are_refused);
    tcase_add_test(tests, compressed_and_joined_archives_are_refused);
    tcase_add_test(tests, a_changed_archive_is_refused);
    tcase_add_test(tests, limits_hold);
    tcase_add_test(tests, fingerprints_see_names_labels_and_sizes);
    tcase_add_test(tests, a_first_member_names_classes_and_ends_keys);
    tcase_add_test(tests, first_members_that_lie_are_refused);
    tcase_add_test(tests, first_members_of_shards_agree);
    tcase_add_test(tests, real_archives_are_read_whole);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
