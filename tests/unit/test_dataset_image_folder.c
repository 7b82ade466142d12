/* Folders of pictures: order, classes, links, what is no picture, and files that change. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "libaug/spec/param.h"
#include "tests/support/datasets.h"

/* Writes text as the file root/NAME, making its folders. */
static void put(const char *root, const char *name, const char *text)
{
    char *path = test_path("%s/%s", root, name);
    char *slash = strrchr(path, '/');
    *slash = 0;
    free(test_make_folder("%s", path));
    *slash = '/';
    test_write_file(path, text, strlen(text));
    free(path);
}

static void link_to(const char *root, const char *name, const char *target)
{
    char *path = test_path("%s/%s", root, name);
    ck_assert_int_eq(symlink(target, path), 0);
    free(path);
}

static void put_pets(const char *root)
{
    put(root, "dog/1.jpg", "dog one");
    put(root, "cat/b.PNG", "cat b");
    put(root, "cat/a.jpeg", "cat a");
    put(root, "cat/deep/er/c.jpg", "cat c");
}

START_TEST(classes_are_folders_and_order_is_by_bytes)
{
    /* With a locale, strcoll would put "Zebra" behind "ant" and ignore the hyphen. */
    setlocale(LC_ALL, "en_US.UTF-8");
    const char *root = test_folder();
    put_pets(root);
    put(root, "Zebra/x.jpg", "z");
    put(root, "\xc3\xa4ra/x.jpg", "non-ascii");
    put(root, "cat/a-b.jpg", "cat a-b");
    AugDataset *dataset = test_open("image_folder:%s", root);
    static const struct {
        const char *name;
        int label;
        const char *text;
    } expected[] = {{"Zebra/x.jpg", 0, "z"},
                    {"cat/a-b.jpg", 1, "cat a-b"},
                    {"cat/a.jpeg", 1, "cat a"},
                    {"cat/b.PNG", 1, "cat b"},
                    {"cat/deep/er/c.jpg", 1, "cat c"},
                    {"dog/1.jpg", 2, "dog one"},
                    {"\xc3\xa4ra/x.jpg", 3, "non-ascii"}};
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 7);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 4);
    ck_assert_int_eq(aug_dataset_info(dataset)->fields[0].form, AUG_FORM_ENCODED);
    ck_assert_int_eq(aug_dataset_info(dataset)->fields[0].tensor.shape[0], 0);
    for (uint64_t i = 0; i < 7; i++)
        test_sample(dataset, i, expected[i].name, expected[i].label, expected[i].text,
                    strlen(expected[i].text));
    ck_assert_str_eq(aug_dataset_class_name(dataset, 1), "cat");
    ck_assert_str_eq(aug_dataset_class_name(dataset, 3), "\xc3\xa4ra");
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(other_files_hidden_ones_and_empty_classes)
{
    const char *root = test_folder();
    put_pets(root);
    put(root, "cat/notes.txt", "no picture");
    put(root, "cat/jpg", "no picture");
    put(root, "cat/.hidden.jpg", "hidden");
    put(root, ".cache/x.jpg", "hidden");
    put(root, "README", "no picture");
    free(test_make_folder("%s/bird", root));
    AugDataset *dataset = test_open("image_folder:%s/", root);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 4);
    /* A class without pictures keeps its number: the other split may have some. */
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 3);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 0), "bird");
    aug_dataset_unref(dataset);
    dataset = test_open("image_folder:%s,extensions=txt gif", root);
    test_sample(dataset, 0, "cat/notes.txt", 1, "no picture", 10);
    aug_dataset_unref(dataset);
}
END_TEST

/* What was passed over for a reason, by its word. */
static void check_passed(const AugDataset *dataset, const char *word, uint64_t n,
                         const char *example)
{
    const AugPassedOver *list;
    const size_t n_reasons = aug_dataset_passed_over(dataset, &list);
    for (size_t i = 0; i < n_reasons; i++)
        if (strcmp(list[i].word, word) == 0) {
            ck_assert_uint_eq(list[i].n, n);
            ck_assert_str_eq(list[i].example, example);
            return;
        }
    ck_assert_msg(n == 0, "nothing is said of '%s', %d expected", word, (int)n);
}

START_TEST(what_is_passed_over_is_counted)
{
    const char *root = test_folder();
    put_pets(root);
    AugDataset *dataset = test_open("image_folder:%s", root);
    const AugPassedOver *list;
    ck_assert_uint_eq(aug_dataset_passed_over(dataset, &list), 0);
    aug_dataset_unref(dataset);
    put(root, "dog/notes.txt", "no picture");
    put(root, "cat/b.webp", "of a format that is not read");
    put(root, "cat/a.gif", "of a format that is not read");
    put(root, "cat/.hidden.jpg", "hidden");
    put(root, "cat/deep/thumbs.DB", "of Windows");
    put(root, "cat/@eaDir/a.jpeg/thumb.jpg", "of a photo station");
    dataset = test_open("image_folder:%s", root);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 4);
    ck_assert_uint_eq(aug_dataset_passed_over(dataset, &list), 3);
    check_passed(dataset, "ending", 3, "cat/a.gif");
    check_passed(dataset, "hidden", 1, "cat/.hidden.jpg");
    check_passed(dataset, "system", 2, "cat/@eaDir");
    check_passed(dataset, "part", 0, NULL);
    aug_dataset_unref(dataset);
    dataset = test_open("image_folder:%s,split={eval: 0.5},part=eval", root);
    check_passed(dataset, "ending", 3, "cat/a.gif");
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(folders_of_systems_are_no_classes)
{
    static const char *const folders[] = {
        "__MACOSX",
        "@eaDir",
        "#recycle",
        "$RECYCLE.BIN",
        "lost+found",
        ".thumbnails",
        "System Volume Information",
        "@Recycle",
        "__pycache__",
    };
    const char *root = test_folder();
    put_pets(root);
    for (size_t i = 0; i < AUG_COUNT(folders); i++) {
        char *name = test_path("%s/x.jpg", folders[i]);
        put(root, name, "no picture of the user's");
        free(name);
    }
    put(root, "Thumbs.db", "of Windows");
    put(root, ".DS_Store", "of macOS");
    AugDataset *dataset = test_open("image_folder:%s", root);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 2);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 4);
    check_passed(dataset, "system", AUG_COUNT(folders), "#recycle");
    check_passed(dataset, "hidden", 2, ".DS_Store");
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(all_endings_of_jpeg_are_pictures)
{
    static const char *const endings[] = {"JFIF", "jpe", "jpeg", "jpg", "pjp", "pjpeg"};
    for (size_t i = 0; i < AUG_COUNT(endings); i++) {
        char *name = test_path("cat/%zu.%s", i, endings[i]);
        put(test_folder(), name, endings[i]);
        free(name);
    }
    AugDataset *dataset = test_open("image_folder:%s", test_folder());
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, AUG_COUNT(endings));
    for (size_t i = 0; i < AUG_COUNT(endings); i++)
        test_sample(dataset, i, NULL, 0, endings[i], strlen(endings[i]));
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(folders_may_be_class_numbers)
{
    const char *root = test_folder();
    put(root, "10/a.jpg", "ten");
    put(root, "2/a.jpg", "two");
    put(root, "007/a.jpg", "seven");
    AugDataset *dataset = test_open("image_folder:%s", root);
    test_sample(dataset, 1, "10/a.jpg", 1, "ten", 3);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 1), "10");
    aug_dataset_unref(dataset);
    dataset = test_open("image_folder:%s,label_type=numbers", root);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 11);
    test_sample(dataset, 0, "007/a.jpg", 7, "seven", 5);
    test_sample(dataset, 1, "10/a.jpg", 10, "ten", 3);
    test_sample(dataset, 2, "2/a.jpg", 2, "two", 3);
    ck_assert_str_eq(aug_dataset_class_name(dataset, 10), "10");
    aug_dataset_unref(dataset);
    put(root, "cat/a.jpg", "cat");
    test_refuse(AUG_CORRUPT, "label_type is numbers, and a folder is called 'cat'",
                "image_folder:%s,label_type=numbers", root);
}
END_TEST

START_TEST(links_to_nothing_are_named)
{
    const char *root = test_folder();
    put_pets(root);
    link_to(root, "bird", "/not/mounted/bird");
    test_refuse(AUG_NOT_FOUND, "'bird' is a link to '/not/mounted/bird', which cannot be opened",
                "image_folder:%s", root);
    char *path = test_path("%s/bird", root);
    remove(path);
    free(path);
    /* Deeper, and in a circle of its own. */
    link_to(root, "cat/more", "more");
    test_refuse(AUG_IO, "'cat/more' is a link to 'more'", "image_folder:%s", root);
}
END_TEST

START_TEST(a_flat_folder_has_no_labels)
{
    put(test_folder(), "b.jpg", "b");
    put(test_folder(), "a.jpg", "a");
    free(test_make_folder("%s/empty", test_folder()));
    AugDataset *dataset = test_open("image_folder:%s", test_folder());
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 2);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_classes, 0);
    test_sample(dataset, 0, "a.jpg", -1, "a", 1);
    aug_dataset_unref(dataset);
    put(test_folder(), "cat/c.jpg", "c");
    test_refuse(AUG_CORRUPT, "pictures beside its class folders, such as 'a.jpg'",
                "image_folder:%s", test_folder());
}
END_TEST

START_TEST(what_cannot_be_opened_is_named)
{
    test_refuse(AUG_NOT_FOUND, "looked for names that end in one of: jpg jpeg jpe",
                "image_folder:%s", test_folder());
    put(test_folder(), "cat/a.jpg", "a");
    test_refuse(AUG_BAD_ARGUMENT, "is a file; allowed is a folder", "image_folder:%s/cat/a.jpg",
                test_folder());
    test_refuse(AUG_NOT_FOUND, "did you mean", "image_folder:%s/cta", test_folder());
    char *path = test_path("%s/cat/pipe.png", test_folder());
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    test_refuse(AUG_BAD_ARGUMENT, "'cat/pipe.png' is not a regular file", "image_folder:%s",
                test_folder());
    remove(path);
    link_to(test_folder(), "cat/gone.png", "absent");
    test_refuse(AUG_NOT_FOUND, "'cat/gone.png' cannot be opened", "image_folder:%s", test_folder());
    free(path);
}
END_TEST

START_TEST(links_are_followed_but_not_in_circles)
{
    char *root = test_make_folder("%s/root", test_folder());
    put(test_folder(), "store/1.jpg", "one");
    put(test_folder(), "store/2.jpg", "two");
    put(root, "cat/0.jpg", "zero");
    link_to(root, "cat/1.jpg", "../../store/1.jpg");
    link_to(root, "dog", "../store");
    AugDataset *dataset = test_open("image_folder:%s", root);
    ck_assert_uint_eq(aug_dataset_info(dataset)->n_samples, 4);
    test_sample(dataset, 1, "cat/1.jpg", 0, "one", 3);
    test_sample(dataset, 3, "dog/2.jpg", 1, "two", 3);
    aug_dataset_unref(dataset);
    link_to(root, "cat/up", "..");
    test_refuse(AUG_CORRUPT, "'cat/up' is reached twice", "image_folder:%s", root);
    char *path = test_path("%s/cat/up", root);
    remove(path);
    link_to(root, "elk", "../store");
    test_refuse(AUG_CORRUPT, "'elk' is reached twice", "image_folder:%s", root);
    free(path);
    path = test_path("%s/elk", root);
    remove(path);
    link_to(root, "cat/self.jpg", "self.jpg");
    test_refuse(AUG_IO, "Too many levels of symbolic links", "image_folder:%s", root);
    free(path);
    free(root);
}
END_TEST

/* Tests of change begin with an open set of two files. */
static AugDataset *open_two(void)
{
    put(test_folder(), "cat/a.jpg", "aaaa");
    put(test_folder(), "cat/b.jpg", "bbbb");
    return test_open("image_folder:%s", test_folder());
}

START_TEST(changed_files_are_refused)
{
    AugDataset *dataset = open_two();
    char *path = test_path("%s/cat/a.jpg", test_folder());
    test_write_file(path, "longer", 6);
    test_read_fails(dataset, 0, AUG_CHANGED, "cat/a.jpg: the file has 6 bytes; it had 4");
    ck_assert_int_eq(truncate(path, 1), 0);
    test_read_fails(dataset, 0, AUG_CHANGED, "the file has 1 bytes; it had 4");
    test_write_file(path, "AAAA", 4);
    struct timeval times[2] = {{1000000000, 0}, {1000000000, 0}};
    ck_assert_int_eq(utimes(path, times), 0);
    test_read_fails(dataset, 0, AUG_CHANGED, "was written to");
    remove(path);
    test_read_fails(dataset, 0, AUG_CHANGED, "the file is gone");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    test_read_fails(dataset, 0, AUG_CHANGED, "was replaced by a folder, pipe");
    remove(path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    test_read_fails(dataset, 0, AUG_CHANGED, "was replaced by a folder, pipe");
    test_sample(dataset, 1, "cat/b.jpg", 0, "bbbb", 4);
    free(path);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(replaced_files_are_refused)
{
    AugDataset *dataset = open_two();
    char *path = test_path("%s/cat/a.jpg", test_folder());
    char *other = test_path("%s/other", test_folder());
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    test_write_file(other, "AAAA", 4);
    struct timespec times[2] = {status.st_atim, status.st_mtim};
    ck_assert_int_eq(utimensat(0, other, times, 0), 0);
    ck_assert_int_eq(rename(other, path), 0);
    test_read_fails(dataset, 0, AUG_CHANGED, "was replaced");
    free(other);
    free(path);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(large_and_empty_files)
{
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_encoded_size = 4;
    put(test_folder(), "a.jpg", "");
    put(test_folder(), "b.jpg", "four");
    put(test_folder(), "c.jpg", "fives");
    char *location = test_path("image_folder:%s", test_folder());
    AugDataset *dataset;
    ck_assert_int_eq(aug_dataset_open(&dataset, location, &limits, NULL), AUG_OK);
    test_sample(dataset, 0, "a.jpg", -1, "", 0);
    test_sample(dataset, 1, "b.jpg", -1, "four", 4);
    test_read_fails(dataset, 2, AUG_TOO_LARGE, "c.jpg: the file has 5 bytes; 4 are allowed");
    aug_dataset_unref(dataset);
    limits.max_resident_size = 100;
    test_refuse_under(&limits, AUG_TOO_LARGE, "the 100 bytes allowed", "%s", location);
    free(location);
}
END_TEST

START_TEST(many_threads_read)
{
    for (int i = 0; i < 50; i++) {
        char *name = test_path("class%d/%d.png", i % 3, i);
        put(test_folder(), name, name);
        free(name);
    }
    AugDataset *dataset = test_open("image_folder:%s", test_folder());
    test_read_from_threads(dataset);
    aug_dataset_unref(dataset);
}
END_TEST

/* What is in a file shows in the content; see test_dataset_identity. */
START_TEST(fingerprints_see_names_labels_and_sizes_but_not_place_or_time)
{
    char *print = NULL;
    for (int i = 0; i < 6; i++) {
        char *root = test_make_folder("%s/%d", test_folder(), i);
        put_pets(root);
        char *path = test_path("%s/dog/1.jpg", root);
        struct timeval times[2] = {{1000000000, 0}, {1000000000, 0}};
        if (i == 1)
            ck_assert_int_eq(utimes(path, times), 0);
        if (i == 2)
            put(root, "dog/1.jpg", "dog One");
        if (i == 3)
            put(root, "dog/2.jpg", "dog one");
        if (i == 3 || i == 4)
            remove(path);
        /* Names and content in the same order, but another label. */
        if (i == 4)
            put(root, "cat/1.jpg", "dog one");
        if (i == 5)
            put(root, "dog/1.jpg", "dog ones");
        char *other = test_fingerprint("image_folder:%s", root);
        if (i == 0)
            print = strdup(other);
        ck_assert_msg((strcmp(print, other) == 0) == (i <= 2), "case %d", i);
        free(other);
        free(path);
        free(root);
    }
    free(print);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_image_folder");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, classes_are_folders_and_order_is_by_bytes);
    tcase_add_test(tests, other_files_hidden_ones_and_empty_classes);
    tcase_add_test(tests, what_is_passed_over_is_counted);
    tcase_add_test(tests, folders_of_systems_are_no_classes);
    tcase_add_test(tests, all_endings_of_jpeg_are_pictures);
    tcase_add_test(tests, folders_may_be_class_numbers);
    tcase_add_test(tests, links_to_nothing_are_named);
    tcase_add_test(tests, a_flat_folder_has_no_labels);
    tcase_add_test(tests, what_cannot_be_opened_is_named);
    tcase_add_test(tests, links_are_followed_but_not_in_circles);
    tcase_add_test(tests, changed_files_are_refused);
    tcase_add_test(tests, replaced_files_are_refused);
    tcase_add_test(tests, large_and_empty_files);
    tcase_add_test(tests, many_threads_read);
    tcase_add_test(tests, fingerprints_see_names_labels_and_sizes_but_not_place_or_time);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
