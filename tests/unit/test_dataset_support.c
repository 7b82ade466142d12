/* What data sets are made of: patterns, paths, growing tables, sets of names, streams, labels. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/support/folders.h"
#include "libaug/data/support/labels.h"
#include "libaug/data/support/pictures.h"
#include "libaug/data/support/records.h"
#include "tests/support/datasets.h"

/* In place of a shell's star: the braces that stand for the same files, where these are numbered
 * without a gap, else an example. */
START_TEST(stars_become_braces)
{
    static const char *const names[] = {"s-08.tar", "s-09.tar", "s-10.tar",
                                        "t-1.tar",  "t-3.tar",  "u.tar"};
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        char *path = test_path("%s/%s", test_folder(), names[i]);
        test_write_file(path, "", 0);
        free(path);
    }
    static const char *const cases[][2] = {
        {"s-*.tar", "s-{08..10}.tar"},
        {"s-??.tar", "s-{08..10}.tar"},
        {"s-0*.tar", "s-{08..09}.tar"},
        {"t-*.tar", NULL},
        {"u*.tar", NULL},
        {"*.tar", NULL},
        {"none-*", NULL},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        char text[4096];
        char *path = test_path("%s/%s", test_folder(), cases[i][0]);
        char *expected = test_path("%s/%s", test_folder(), cases[i][1] ? cases[i][1] : "");
        ck_assert(augi_path_unglob(path, text, sizeof(text)));
        ck_assert_str_eq(text, cases[i][1] ? expected : "shard-{000..127}.tar");
        free(expected);
        free(path);
    }
    char text[64];
    ck_assert(!augi_path_unglob("plain.tar", text, sizeof(text)));
}
END_TEST

START_TEST(patterns_stand_for_paths)
{
    static const struct {
        const char *pattern;
        const char *paths; /* separated by spaces */
    } cases[] = {
        {"a.tar", "a.tar"},
        {"s-{0..2}.tar", "s-0.tar s-1.tar s-2.tar"},
        {"s-{008..011}.tar", "s-008.tar s-009.tar s-010.tar s-011.tar"},
        {"s-{8..11}", "s-8 s-9 s-10 s-11"},
        {"{a,b}/{1..2}", "a/1 a/2 b/1 b/2"},
        {"x{,.gz}", "x x.gz"},
        {"{one}", "one"},
        {"open{brace", "open{brace"},
        {"close}brace", "close}brace"},
        {"{5..5}", "5"},
        {"{a..c}", "a..c"},
        {"{1..}", "1.."},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        AugiPaths paths = {0};
        AugError error = {0};
        ck_assert_int_eq(augi_paths_expand(&paths, cases[i].pattern, &error), AUG_OK);
        char joined[200] = "";
        for (size_t k = 0; k < paths.n; k++) {
            strncat(joined, k ? " " : "", 2);
            strncat(joined, paths.items[k], 100);
        }
        ck_assert_str_eq(joined, cases[i].paths);
        augi_paths_fini(&paths);
    }
}
END_TEST

START_TEST(patterns_that_stand_for_nothing_or_too_much)
{
    AugiPaths paths = {0};
    AugError error = {0};
    ck_assert_int_eq(augi_paths_expand(&paths, "{2..1}", &error), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(augi_paths_expand(&paths, "{0..999999999}", &error), AUG_TOO_LARGE);
    ck_assert_uint_eq(paths.n, AUGI_MAX_PATHS);
    augi_paths_fini(&paths);
    /* Ten digits are no range, but a list of one word. */
    ck_assert_int_eq(augi_paths_expand(&paths, "{0..9999999999}", &error), AUG_OK);
    ck_assert_str_eq(paths.items[0], "0..9999999999");
    augi_paths_fini(&paths);
}
END_TEST

START_TEST(a_path_that_exists_is_no_pattern)
{
    char *path = test_path("%s/{1..2}", test_folder());
    test_write_file(path, "x", 1);
    AugiPaths paths = {0};
    ck_assert_int_eq(augi_paths_expand(&paths, path, NULL), AUG_OK);
    ck_assert_uint_eq(paths.n, 1);
    ck_assert_str_eq(paths.items[0], path);
    augi_paths_fini(&paths);
    free(path);
}
END_TEST

START_TEST(parts_of_paths)
{
    ck_assert_str_eq(augi_path_base("a/b/c.d"), "c.d");
    ck_assert_str_eq(augi_path_base("c"), "c");
    ck_assert_str_eq(augi_path_base("a/"), "");
    ck_assert_uint_eq(augi_path_folder_size("a/b/c"), 4);
    ck_assert_uint_eq(augi_path_folder_size("c"), 0);
    ck_assert(augi_path_has_suffix("x.TAR", ".tar"));
    ck_assert(!augi_path_has_suffix("tar", ".tar"));
    ck_assert_str_eq(augi_picture_suffix("a.b/c.tar.Gz"), "Gz");
    ck_assert_str_eq(augi_picture_suffix("a.b/c"), "");
    ck_assert_str_eq(augi_picture_suffix("c."), "");
    ck_assert(augi_picture_extension("JPG", " png  jpg "));
    ck_assert(!augi_picture_extension("jp", "png jpg"));
    ck_assert(!augi_picture_extension("jpgx", "png jpg"));
    ck_assert(!augi_picture_extension("", "png jpg "));
    ck_assert(!augi_picture_extension("png", ""));
}
END_TEST

START_TEST(tables_grow_up_to_their_bound)
{
    uint32_t *items = NULL;
    uint64_t capacity = 0, largest = 0;
    for (uint64_t n = 1; n <= 1000; n++) {
        ck_assert_int_eq(augi_grow(&items, &capacity, n, sizeof(*items), 4000, NULL), AUG_OK);
        items[n - 1] = (uint32_t)n;
        ck_assert_uint_ge(capacity, n);
        ck_assert_uint_le(capacity, 1000);
        largest = capacity > largest ? capacity : largest;
    }
    AugError error = {0};
    ck_assert_int_eq(augi_grow(&items, &capacity, 1001, sizeof(*items), 4000, &error),
                     AUG_TOO_LARGE);
    ck_assert_int_eq(augi_grow(&items, &capacity, UINT64_MAX, sizeof(*items), 4000, &error),
                     AUG_TOO_LARGE);
    for (uint32_t n = 1; n <= 1000; n++)
        ck_assert_uint_eq(items[n - 1], n);
    free(items);
}
END_TEST

START_TEST(strings_are_kept_with_their_zeros)
{
    AugiStrings strings = {0};
    uint64_t offsets[3];
    ck_assert_int_eq(augi_strings_add(&strings, "one", 3, 100, &offsets[0], NULL), AUG_OK);
    ck_assert_int_eq(augi_strings_add(&strings, NULL, 0, 100, &offsets[1], NULL), AUG_OK);
    ck_assert_int_eq(augi_strings_add(&strings, "t\0o", 3, 100, &offsets[2], NULL), AUG_OK);
    ck_assert_str_eq(strings.text + offsets[0], "one");
    ck_assert_str_eq(strings.text + offsets[1], "");
    ck_assert_mem_eq(strings.text + offsets[2], "t\0o", 4);
    ck_assert_int_eq(augi_strings_add(&strings, "too long", 95, 100, &offsets[0], NULL),
                     AUG_TOO_LARGE);
    augi_strings_fini(&strings);
}
END_TEST

START_TEST(sets_number_strings_in_order_of_appearance)
{
    /* Two sets, because each has a hash key of its own and the numbers must not depend on it. */
    for (int round = 0; round < 2; round++) {
        AugiIntern set = {0};
        uint32_t number;
        for (uint32_t pass = 0; pass < 2; pass++)
            for (uint32_t i = 0; i < 5000; i++) {
                char text[32];
                int size = snprintf(text, sizeof(text), "%u", i * 7919);
                ck_assert_int_eq(augi_intern_add(&set, text, (size_t)size, 1u << 20, &number, NULL),
                                 AUG_OK);
                ck_assert_uint_eq(number, i);
                ck_assert_str_eq(augi_intern_text(&set, i), text);
            }
        ck_assert_uint_eq(set.n, 5000);
        /* A string with its end inside another, an empty one and one with a zero are all new. */
        ck_assert_int_eq(augi_intern_add(&set, "79", 2, 1u << 20, &number, NULL), AUG_OK);
        ck_assert_uint_eq(number, 5000);
        ck_assert_int_eq(augi_intern_add(&set, "", 0, 1u << 20, &number, NULL), AUG_OK);
        ck_assert_uint_eq(number, 5001);
        ck_assert_int_eq(augi_intern_add(&set, "\0", 1, 1u << 20, &number, NULL), AUG_OK);
        ck_assert_uint_eq(number, 5002);
        augi_intern_clear(&set);
        ck_assert_int_eq(augi_intern_add(&set, "79", 2, 1u << 20, &number, NULL), AUG_OK);
        ck_assert_uint_eq(number, 0);
        augi_intern_fini(&set);
    }
}
END_TEST

START_TEST(class_numbers_are_digits_below_the_limit)
{
    static const struct {
        const char *text;
        int32_t value; /* -1: refused */
    } cases[] = {{"0", 0},    {"7", 7},   {"007", 7},         {"99", 99},
                 {"100", -1}, {"", -1},   {"-1", -1},         {"+1", -1},
                 {" 1", -1},  {"1 ", -1}, {"1.0", -1},        {"1e1", -1},
                 {"0x1", -1}, {"a", -1},  {"4294967297", -1}, {"18446744073709551617", -1}};
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_classes = 100;
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        int32_t value = -1;
        bool valid = augi_label_parse(cases[i].text, strlen(cases[i].text), &limits, &value);
        ck_assert_msg(valid == (cases[i].value >= 0), "'%s'", cases[i].text);
        if (valid)
            ck_assert_int_eq(value, cases[i].value);
    }
}
END_TEST

/* Opens a stream on bytes that are written to a file of this name. */
static AugiReader *open_stream(const char *path, const void *bytes, size_t size, bool packed)
{
    (packed ? test_write_gzip : test_write_file)(path, bytes, size);
    AugiReader *stream;
    AugError error = {0};
    if (augi_reader_open(&stream, path, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
    ck_assert(augi_reader_is_gzip(stream) == packed);
    return stream;
}

START_TEST(streams_give_the_same_for_every_size_of_read)
{
    enum { SIZE = 200000 };
    uint8_t *bytes = malloc(SIZE), *got = malloc(SIZE + 1000);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i * i >> 7);
    char *path = test_path("%s/x", test_folder());
    static const size_t steps[] = {1, 7, 4096, 65536, 65537, SIZE, SIZE + 1000};
    for (size_t i = 0; i < 2 * AUG_COUNT(steps); i++) {
        AugiReader *stream = open_stream(path, bytes, SIZE, i % 2);
        size_t step = steps[i / 2], total = 0, n = step;
        while (n == step && total <= SIZE) {
            ck_assert_int_eq(augi_reader_read(stream, got + total, step, &n, NULL), AUG_OK);
            total += n;
        }
        ck_assert_uint_eq(total, SIZE);
        ck_assert_uint_eq(augi_reader_position(stream), SIZE);
        ck_assert_mem_eq(got, bytes, SIZE);
        ck_assert_int_eq(augi_reader_end(stream, NULL), AUG_OK);
        augi_reader_close(stream);
    }
    free(path);
    free(got);
    free(bytes);
}
END_TEST

START_TEST(streams_notice_that_their_file_changed)
{
    uint8_t bytes[1000] = {1}, got[1000];
    char *path = test_path("%s/x", test_folder());
    AugError error = {0};
    AugiReader *stream = open_stream(path, bytes, sizeof(bytes), false);
    ck_assert_int_eq(truncate(path, 500), 0);
    ck_assert_int_eq(augi_reader_read_all(stream, got, 1000, &error), AUG_CHANGED);
    augi_reader_close(stream);
    stream = open_stream(path, bytes, sizeof(bytes), false);
    ck_assert_int_eq(augi_reader_read_all(stream, got, 1000, &error), AUG_OK);
    ck_assert_int_eq(truncate(path, 2000), 0);
    ck_assert_int_eq(augi_reader_end(stream, &error), AUG_CHANGED);
    ck_assert_ptr_nonnull(strstr(error.message, "has 2000 bytes; it had 1000"));
    augi_reader_close(stream);
    augi_reader_close(NULL);
    free(path);
}
END_TEST

START_TEST(streams_know_what_a_file_can_hold)
{
    static uint8_t bytes[5000];
    char *path = test_path("%s/x", test_folder());
    AugiReader *stream = open_stream(path, bytes, sizeof(bytes), false);
    ck_assert(augi_reader_can_hold(stream, 5000));
    ck_assert(!augi_reader_can_hold(stream, 4999));
    ck_assert(!augi_reader_can_hold(stream, 5001));
    augi_reader_close(stream);
    stream = open_stream(path, bytes, sizeof(bytes), true);
    uint64_t packed = augi_reader_file(stream)->stamp.size;
    ck_assert(augi_reader_can_hold(stream, 5000));
    ck_assert(augi_reader_can_hold(stream, packed * 1032));
    ck_assert(!augi_reader_can_hold(stream, (packed + 1) * 1032));
    ck_assert(!augi_reader_can_hold(stream, UINT64_MAX));
    augi_reader_close(stream);
    free(path);
}
END_TEST

/* Fields of a record joined with "|". */
static void check_fields(AugiRecordFormat format, const char *record, const char *expected)
{
    char text[100], joined[100] = "";
    size_t used = 0, size, n = 0;
    snprintf(text, sizeof(text), "%s", record);
    AugiFields fields = {.text = text, .size = strlen(text), .format = format};
    char *field;
    while (augi_fields_next(&fields, &field, &size))
        used += (size_t)snprintf(joined + used, sizeof(joined) - used, "%s%.*s", n++ ? "|" : "",
                                 (int)size, field);
    ck_assert_str_eq(joined, expected);
}

START_TEST(fields_are_separated)
{
    const AugiRecordFormat csv = {',', true}, tsv = {'\t', false}, line = {0, false};
    check_fields(csv, "a,b,c", "a|b|c");
    check_fields(csv, "", "");
    check_fields(csv, ",", "|");
    check_fields(csv, "a,,", "a||");
    check_fields(csv, "\"a,b\",c", "a,b|c");
    check_fields(csv, "\"\",\"\"\"\"", "|\"");
    check_fields(csv, "\"a\"\"b\"\"\",\"c\"", "a\"b\"|c");
    check_fields(csv, "a\"b\",c", "a\"b\"|c");
    check_fields(tsv, "\"a\tb\",c", "\"a|b\",c");
    check_fields(line, "a,b\tc", "a,b\tc");
}
END_TEST

START_TEST(a_neighbour_is_found_only_if_it_is_near)
{
    char *path = test_path("%s/photographs.tar", test_folder());
    test_write_file(path, "x", 1);
    char near[256];
    char *wrong = test_path("%s/photogrphs.tar", test_folder());
    ck_assert(augi_path_similar(wrong, near, sizeof(near)));
    ck_assert_str_eq(near, path);
    free(wrong);
    wrong = test_path("%s/zzz", test_folder());
    ck_assert(!augi_path_similar(wrong, near, sizeof(near)));
    free(wrong);
    ck_assert(!augi_path_similar("/absent/folder/x", near, sizeof(near)));
    ck_assert(!augi_path_similar("", near, sizeof(near)));
    AugError error = {0};
    ck_assert_int_eq(augi_file_failed(EACCES, path, "w", &error), AUG_IO);
    ck_assert_str_eq(error.message, "cannot be opened: Permission denied");
    free(path);
}
END_TEST

START_TEST(deep_folders_are_walked)
{
    char *deep = test_path("%s/c", test_folder());
    for (int i = 0; i < 200; i++) {
        free(test_make_folder("%s", deep));
        char *deeper = test_path("%s/%d", deep, i);
        free(deep);
        deep = deeper;
    }
    free(test_make_folder("%s", deep));
    char *path = test_path("%s/x.jpg", deep);
    test_write_file(path, "x", 1);
    AugDataset *dataset = test_open("image_folder:%s", test_folder());
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 1);
    test_sample(dataset, 0, path + strlen(test_folder()) + 1, 0, "x", 1);
    aug_dataset_unref(dataset);
    free(path);
    free(deep);
}
END_TEST

START_TEST(one_picture_is_a_set_of_one)
{
    char *path = test_path("%s/x.jpg", test_folder());
    test_write_file(path, "abc", 3);
    AugDataset *dataset = test_open("picture:%s", path);
    test_sample(dataset, 0, "x.jpg", -1, "abc", 3);
    ck_assert_int_eq(truncate(path, 1), 0);
    test_read_fails(dataset, 0, AUG_CHANGED, "x.jpg: the file has 1 bytes; it had 3");
    aug_dataset_unref(dataset);
    test_refuse(AUG_BAD_ARGUMENT, "is not a regular file", "picture:%s", test_folder());
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_support");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, stars_become_braces);
    tcase_add_test(tests, patterns_stand_for_paths);
    tcase_add_test(tests, patterns_that_stand_for_nothing_or_too_much);
    tcase_add_test(tests, a_path_that_exists_is_no_pattern);
    tcase_add_test(tests, parts_of_paths);
    tcase_add_test(tests, tables_grow_up_to_their_bound);
    tcase_add_test(tests, strings_are_kept_with_their_zeros);
    tcase_add_test(tests, sets_number_strings_in_order_of_appearance);
    tcase_add_test(tests, class_numbers_are_digits_below_the_limit);
    tcase_add_test(tests, streams_give_the_same_for_every_size_of_read);
    tcase_add_test(tests, streams_notice_that_their_file_changed);
    tcase_add_test(tests, streams_know_what_a_file_can_hold);
    tcase_add_test(tests, fields_are_separated);
    tcase_add_test(tests, a_neighbour_is_found_only_if_it_is_near);
    tcase_add_test(tests, deep_folders_are_walked);
    tcase_add_test(tests, one_picture_is_a_set_of_one);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
