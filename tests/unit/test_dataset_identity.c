/* What tells data sets from each other, and that no changed byte goes by. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/identity.h"
#include "tests/support/datasets.h"

static void use_cache(void)
{
    char *folder = test_path("%s/cache", test_folder());
    ck_assert_int_eq(setenv("AUGD_CACHE", folder, 1), 0);
    free(folder);
}

/* A file of the set, with the times that it has now or had before. */
static void put(const char *name, const char *text, bool keep_times)
{
    char *path = test_path("%s/set/%s", test_folder(), name);
    struct stat before = {0};
    const bool existed = stat(path, &before) == 0;
    char *folder = strdup(path);
    *strrchr(folder, '/') = 0;
    free(test_make_folder("%s", folder));
    test_write_file(path, text, strlen(text));
    const struct timespec times[2] = {before.st_atim, before.st_mtim};
    if (existed && keep_times)
        ck_assert_int_eq(utimensat(0, path, times, 0), 0);
    free(folder);
    free(path);
}

static AugDataset *open_set(void)
{
    return test_open("image_folder:%s/set", test_folder());
}

static void make_set(void)
{
    put("cat/a.jpg", "aaaa", false);
    put("cat/b.jpg", "bbbb", false);
    put("dog/c.jpg", "cccccc", false);
}

static void content_of(const AugDataset *dataset, char hex[65])
{
    AugError error = {0};
    if (aug_dataset_content_id(dataset, hex, &error) != AUG_OK)
        ck_abort_msg("%s: %s", error.where, error.message);
}

static void read_all(const AugDataset *dataset)
{
    test_sample(dataset, 0, "cat/a.jpg", 0, "aaaa", 4);
    test_sample(dataset, 1, "cat/b.jpg", 0, "bbbb", 4);
    test_sample(dataset, 2, "dog/c.jpg", 1, "cccccc", 6);
}

/* The content is known when the last sample was read, whoever read it, and names every byte. */
START_TEST(content_is_known_once_all_was_read)
{
    char first[65], again[65], other[65];
    make_set();
    AugDataset *dataset = open_set();
    content_of(dataset, first);
    ck_assert_str_eq(first, "");
    ck_assert_uint_eq(aug_dataset_n_known(dataset), 0);
    test_sample(dataset, 1, "cat/b.jpg", 0, "bbbb", 4);
    ck_assert_uint_eq(aug_dataset_n_known(dataset), 1);
    content_of(dataset, first);
    ck_assert_str_eq(first, "");
    read_all(dataset);
    content_of(dataset, first);
    ck_assert_uint_eq(strlen(first), 64);
    aug_dataset_unref(dataset);
    /* Nothing was remembered. */
    dataset = open_set();
    content_of(dataset, again);
    ck_assert_str_eq(again, "");
    ck_assert_int_eq(aug_dataset_record(dataset, NULL, NULL), AUG_OK);
    content_of(dataset, again);
    ck_assert_str_eq(again, first);
    aug_dataset_unref(dataset);
    char *print = test_fingerprint("image_folder:%s/set", test_folder());
    put("cat/b.jpg", "bbbB", true);
    char *same = test_fingerprint("image_folder:%s/set", test_folder());
    ck_assert_str_eq(print, same);
    dataset = open_set();
    ck_assert_int_eq(aug_dataset_record(dataset, NULL, NULL), AUG_OK);
    content_of(dataset, other);
    ck_assert_str_ne(other, first);
    aug_dataset_unref(dataset);
    free(print);
    free(same);
}
END_TEST

/* A set without content beyond its manifest has an id at once. */
START_TEST(settled_sets_know_their_content)
{
    char hex[65], other[65];
    AugDataset *dataset = test_open("synthetic:count=1000000000,size=8");
    content_of(dataset, hex);
    ck_assert_uint_eq(strlen(hex), 64);
    ck_assert_uint_eq(aug_dataset_n_known(dataset), 1000000000);
    ck_assert_int_eq(aug_dataset_record(dataset, NULL, NULL), AUG_OK);
    aug_dataset_unref(dataset);
    put("rows.tsv", "0\tone\n1\ttwo\n", false);
    dataset = test_open("tsv:%s/set/rows.tsv", test_folder());
    content_of(dataset, hex);
    ck_assert_uint_eq(aug_dataset_stored_size(dataset, 0), 5);
    aug_dataset_unref(dataset);
    put("rows.tsv", "0\tone\n1\tTwo\n", false);
    dataset = test_open("tsv:%s/set/rows.tsv", test_folder());
    content_of(dataset, other);
    ck_assert_str_ne(hex, other);
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(stored_sizes_are_those_of_files)
{
    make_set();
    AugDataset *dataset = open_set();
    static const uint64_t sizes[] = {4, 4, 6, 0};
    for (uint64_t i = 0; i < 4; i++)
        ck_assert_uint_eq(aug_dataset_stored_size(dataset, i), sizes[i]);
    aug_dataset_unref(dataset);
    dataset = test_open("synthetic:count=3");
    ck_assert_uint_eq(aug_dataset_stored_size(dataset, 0), 0);
    aug_dataset_unref(dataset);
}
END_TEST

/* Other bytes of the same size under the same times: found by the time of the last change of any
 * kind before the first reading, and by the digest after it. */
START_TEST(changes_behind_a_restored_time_are_found)
{
    make_set();
    AugDataset *dataset = open_set();
    test_sample(dataset, 0, "cat/a.jpg", 0, "aaaa", 4);
    put("cat/a.jpg", "aaaA", true);
    put("cat/b.jpg", "bbbB", true);
    test_read_fails(dataset, 0, AUG_CHANGED,
                    "cat/a.jpg: the content is not what it was when it was first read; if that is "
                    "meant, 'aug fingerprint DATASET --content --renew'");
    test_read_fails(dataset, 1, AUG_CHANGED, "written to (and its time set back)");
    /* As it was: the digest says so, whatever the times. */
    put("cat/a.jpg", "aaaa", false);
    test_sample(dataset, 0, "cat/a.jpg", 0, "aaaa", 4);
    put("cat/b.jpg", "bbbb", true);
    test_read_fails(dataset, 1, AUG_CHANGED, "cat/b.jpg");
    test_sample(dataset, 2, "dog/c.jpg", 1, "cccccc", 6);
    aug_dataset_unref(dataset);
}
END_TEST

/* A file that is known may be linked, moved away and copied back, and given other rights. */
START_TEST(known_files_may_be_touched)
{
    make_set();
    AugDataset *dataset = open_set();
    read_all(dataset);
    char *path = test_path("%s/set/cat/a.jpg", test_folder());
    char *other = test_path("%s/other", test_folder());
    ck_assert_int_eq(link(path, other), 0);
    ck_assert_int_eq(chmod(path, 0600), 0);
    read_all(dataset);
    ck_assert_int_eq(unlink(path), 0);
    test_read_fails(dataset, 0, AUG_CHANGED, "the file is gone");
    test_write_file(path, "aaaa", 4);
    read_all(dataset);
    aug_dataset_unref(dataset);
    free(other);
    free(path);
}
END_TEST

/* What one process read the next one knows: also that a file is another by now. */
START_TEST(restarts_keep_digests)
{
    char first[65], again[65];
    use_cache();
    make_set();
    AugDataset *dataset = open_set();
    read_all(dataset);
    content_of(dataset, first);
    aug_dataset_unref(dataset);
    dataset = open_set();
    content_of(dataset, again);
    ck_assert_str_eq(first, again);
    aug_dataset_unref(dataset);
    put("cat/b.jpg", "bbbB", true);
    dataset = open_set();
    content_of(dataset, again);
    ck_assert_str_eq(first, again);
    test_sample(dataset, 0, "cat/a.jpg", 0, "aaaa", 4);
    test_read_fails(dataset, 1, AUG_CHANGED, "cat/b.jpg: the content is not what it was");
    /* It is too late to forget. */
    AugError error = {0};
    const AugRecordOptions renewal = {.renew = true, .threads = 2};
    ck_assert_int_eq(aug_dataset_record(dataset, &renewal, &error), AUG_BAD_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "samples were read already"));
    const AugRecordOptions crowd = {.threads = 100000};
    ck_assert_int_eq(aug_dataset_record(dataset, &crowd, &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.where, "threads");
    aug_dataset_unref(dataset);
    dataset = open_set();
    ck_assert_int_eq(aug_dataset_record(dataset, &renewal, NULL), AUG_OK);
    content_of(dataset, again);
    ck_assert_str_ne(first, again);
    aug_dataset_unref(dataset);
    dataset = open_set();
    test_sample(dataset, 1, "cat/b.jpg", 0, "bbbB", 4);
    aug_dataset_unref(dataset);
}
END_TEST

/* Equal manifests in two places do not share what is known. */
START_TEST(places_are_told_apart)
{
    use_cache();
    make_set();
    AugDataset *dataset = open_set();
    read_all(dataset);
    aug_dataset_unref(dataset);
    char *set = test_path("%s/set", test_folder()), *moved = test_path("%s/moved", test_folder());
    ck_assert_int_eq(rename(set, moved), 0);
    make_set();
    put("cat/a.jpg", "zzzz", false);
    dataset = open_set();
    test_read_fails(dataset, 0, AUG_CHANGED, "the content is not what it was");
    aug_dataset_unref(dataset);
    dataset = test_open("image_folder:%s", moved);
    ck_assert_uint_eq(aug_dataset_n_known(dataset), 0);
    read_all(dataset);
    aug_dataset_unref(dataset);
    /* However the path is written. */
    dataset = test_open("image_folder:%s/../moved/", set);
    ck_assert_uint_eq(aug_dataset_n_known(dataset), 3);
    aug_dataset_unref(dataset);
    free(moved);
    free(set);
}
END_TEST

static bool stop(void *user, uint64_t n_done)
{
    (void)n_done;
    ++*(int *)user;
    return false;
}

START_TEST(recording_can_be_stopped_and_fails_by_name)
{
    for (int i = 0; i < 500; i++) {
        char name[32];
        snprintf(name, sizeof(name), "cat/%03d.jpg", i);
        put(name, name, false);
    }
    AugDataset *dataset = open_set();
    int n_asked = 0;
    const AugRecordOptions how = {.threads = 1, .go_on = stop, .user = &n_asked};
    const AugStatus status = aug_dataset_record(dataset, &how, NULL);
    /* It may have been done before it was asked. */
    ck_assert_int_eq(status, n_asked > 0 && aug_dataset_n_known(dataset) < 500 ? AUG_END : AUG_OK);
    ck_assert_int_eq(aug_dataset_record(dataset, NULL, NULL), AUG_OK);
    ck_assert_uint_eq(aug_dataset_n_known(dataset), 500);
    aug_dataset_unref(dataset);
    dataset = open_set();
    put("cat/401.jpg", "another", false);
    put("cat/203.jpg", "another", false);
    AugError error = {0};
    ck_assert_int_eq(aug_dataset_record(dataset, &(AugRecordOptions){.threads = 1}, &error),
                     AUG_CHANGED);
    ck_assert_str_eq(error.where, "cat/203.jpg");
    aug_dataset_unref(dataset);
}
END_TEST

START_TEST(a_note_is_taken_once)
{
    char note[512];
    char *plain = test_path("%s/file", test_folder());
    test_write_file(plain, "x", 1);
    setenv("AUGD_CACHE", plain, 1);
    make_set();
    AugDataset *dataset = open_set();
    ck_assert(!aug_dataset_take_note(dataset, note));
    read_all(dataset);
    ck_assert(aug_dataset_take_note(dataset, note));
    ck_assert_msg(strstr(note, "what was read of the data is not remembered: ") != NULL, "%s",
                  note);
    ck_assert(!aug_dataset_take_note(dataset, note));
    aug_dataset_unref(dataset);
    free(plain);
}
END_TEST

/* Digests are part of what a set keeps in memory. */
START_TEST(sets_without_room_for_digests_say_so)
{
    AugLimits limits;
    aug_limits_init(&limits);
    limits.max_resident_size = 100;
    static const AugFieldDesc field = {
        .name = "text", .kind = AUG_FIELD_TEXT, .tensor = {AUG_DTYPE_U8, 1, {0}}};
    const AugDatasetCallbacks callbacks = {
        .fields = &field,
        .n_fields = 1,
        .n_samples = UINT64_C(1) << 39,
        .limits = &limits,
        .read = (AugStatus(*)(void *, uint64_t, AugBuffer *, AugSample *, AugError *))abort};
    AugDataset *dataset;
    char note[512], hex[65];
    ck_assert_int_eq(aug_dataset_from_callbacks(&dataset, &callbacks, NULL), AUG_OK);
    content_of(dataset, hex);
    ck_assert_str_eq(hex, "");
    ck_assert(aug_dataset_take_note(dataset, note));
    ck_assert_msg(strstr(note, "549755813888 samples need") != NULL, "%s", note);
    ck_assert_int_eq(aug_dataset_record(dataset, NULL, NULL), AUG_TOO_LARGE);
    aug_dataset_unref(dataset);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_identity");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, content_is_known_once_all_was_read);
    tcase_add_test(tests, settled_sets_know_their_content);
    tcase_add_test(tests, stored_sizes_are_those_of_files);
    tcase_add_test(tests, changes_behind_a_restored_time_are_found);
    tcase_add_test(tests, known_files_may_be_touched);
    tcase_add_test(tests, restarts_keep_digests);
    tcase_add_test(tests, places_are_told_apart);
    tcase_add_test(tests, recording_can_be_stopped_and_fails_by_name);
    tcase_add_test(tests, a_note_is_taken_once);
    tcase_add_test(tests, sets_without_room_for_digests_say_so);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
