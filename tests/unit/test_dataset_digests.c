/* The table of digests and the file in which they outlive a process, damaged in every way. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/digest_file.h"
#include "tests/support/support.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_KEY "00000000000000000123456789abcdef0123456789abcdef0123456789abcdef"

#define HEADER_SIZE 64
#define ENTRY_SIZE 32

static AugiDigest digest_of(uint64_t index)
{
    return (AugiDigest){.low = 1000 + index, .high = 2000 + index};
}

/* A table with a file; a process of its own would have the same. */
typedef struct Table {
    AugiDigests *digests;
    AugiDigestFile *file;
} Table;

static Table open_table(const char *key, uint64_t n)
{
    Table table = {.digests = augi_digests_new(n), .file = augi_digest_file_new(key, n)};
    ck_assert(table.digests && table.file);
    augi_digest_file_load(table.file, table.digests);
    table.digests->file = table.file;
    return table;
}

static void close_table(Table *table)
{
    augi_digests_flush(table->digests);
    augi_digests_free(table->digests);
    augi_digest_file_free(table->file);
}

/* Fills [begin, end); every third one is whole. */
static void fill(const Table *table, uint64_t begin, uint64_t end)
{
    for (uint64_t i = begin; i < end; i++) {
        ck_assert(augi_digests_compare(table->digests, i, digest_of(i), NULL));
        if (i % 3 == 0)
            augi_digests_set_whole(table->digests, i);
    }
}

/* How many are known; each must be what fill made. */
static uint64_t count_known(const Table *table)
{
    uint64_t n = 0;
    for (uint64_t i = 0; i < table->digests->n; i++) {
        AugiDigest found;
        if (!augi_digests_get(table->digests, i, &found))
            continue;
        n++;
        ck_assert_uint_eq(found.low, digest_of(i).low);
        ck_assert_uint_eq(found.high, digest_of(i).high);
        ck_assert_int_eq(augi_digests_is_whole(table->digests, i), i % 3 == 0);
    }
    ck_assert_uint_eq(n, atomic_load(&table->digests->n_known));
    return n;
}

/* What a new process would know. */
static uint64_t reopened(uint64_t n)
{
    Table table = open_table(KEY, n);
    const uint64_t n_known = count_known(&table);
    close_table(&table);
    return n_known;
}

static void make_file(uint64_t n)
{
    Table table = open_table(KEY, n);
    fill(&table, 0, n);
    close_table(&table);
}

static char *file_path(void)
{
    return test_path("%s/cache/%.40s.digests", test_folder(), KEY);
}

static void use_folder(void)
{
    char *folder = test_path("%s/cache", test_folder());
    ck_assert_int_eq(setenv("AUGD_CACHE", folder, 1), 0);
    free(folder);
}

START_TEST(a_digest_is_set_once)
{
    AugiDigests *digests = augi_digests_new(3);
    AugiDigest found;
    ck_assert(!augi_digests_get(digests, 1, &found));
    ck_assert(augi_digests_compare(digests, 1, (AugiDigest){5, 6}, NULL));
    ck_assert(augi_digests_compare(digests, 1, (AugiDigest){5, 6}, NULL));
    ck_assert(!augi_digests_compare(digests, 1, (AugiDigest){5, 7}, NULL));
    ck_assert(!augi_digests_compare(digests, 1, (AugiDigest){4, 6}, NULL));
    ck_assert(augi_digests_get(digests, 1, &found) && found.low == 5 && found.high == 6);
    ck_assert(!augi_digests_get(digests, 0, &found) && !augi_digests_get(digests, 2, &found));
    ck_assert_uint_eq(atomic_load(&digests->n_known), 1);
    /* Zeroes are digests like others. */
    ck_assert(augi_digests_compare(digests, 0, (AugiDigest){0, 0}, NULL));
    ck_assert(augi_digests_get(digests, 0, &found));
    ck_assert(!augi_digests_compare(digests, 0, (AugiDigest){0, 9}, NULL));
    ck_assert(!augi_digests_is_whole(digests, 1));
    augi_digests_set_whole(digests, 1);
    augi_digests_set_whole(digests, 1);
    ck_assert(augi_digests_is_whole(digests, 1));
    ck_assert_uint_eq(atomic_load(&digests->n_whole), 1);
    augi_digests_free(digests);
}
END_TEST

typedef struct Racer {
    AugiDigests *digests;
    uint64_t high;
    uint64_t n_equal;
} Racer;

static void *race(void *argument)
{
    Racer *racer = argument;
    for (uint64_t i = 0; i < racer->digests->n; i++)
        racer->n_equal += augi_digests_compare(racer->digests, i,
                                               (AugiDigest){.low = 7, .high = racer->high}, NULL);
    return NULL;
}

/* Of two contents that are read at once, one is found out, for every sample. */
START_TEST(of_two_contents_one_is_refused)
{
    enum { N = 200000, N_THREADS = 4 };
    AugiDigests *digests = augi_digests_new(N);
    pthread_t threads[N_THREADS];
    Racer racers[N_THREADS];
    for (uint64_t t = 0; t < N_THREADS; t++) {
        racers[t] = (Racer){.digests = digests, .high = 1 + t % 2};
        ck_assert_int_eq(pthread_create(&threads[t], NULL, race, &racers[t]), 0);
    }
    uint64_t sums[2] = {0};
    for (uint64_t t = 0; t < N_THREADS; t++) {
        pthread_join(threads[t], NULL);
        sums[t % 2] += racers[t].n_equal;
    }
    /* Two threads agree on each sample, two do not. */
    ck_assert_uint_eq(sums[0] + sums[1], 2 * N);
    ck_assert_uint_eq(atomic_load(&digests->n_known), N);
    augi_digests_free(digests);
}
END_TEST

START_TEST(the_file_keeps_what_was_known)
{
    use_folder();
    Table table = open_table(KEY, 5000);
    ck_assert_uint_eq(count_known(&table), 0);
    fill(&table, 100, 4000);
    close_table(&table);
    char *path = file_path();
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    /* Each once, though it became known and then whole. A block may end in between. */
    ck_assert_int_ge(status.st_size, HEADER_SIZE + 3900 * ENTRY_SIZE);
    ck_assert_int_le(status.st_size, HEADER_SIZE + 3904 * ENTRY_SIZE);
    table = open_table(KEY, 5000);
    ck_assert_uint_eq(count_known(&table), 3900);
    ck_assert(!augi_digests_compare(table.digests, 100, digest_of(101), NULL));
    fill(&table, 0, 100);
    close_table(&table);
    ck_assert_uint_eq(reopened(5000), 4000);
    char note[512];
    table = open_table(KEY, 5000);
    augi_digest_file_note(table.file, note);
    ck_assert_str_eq(note, "");
    augi_digest_file_remove(table.file);
    close_table(&table);
    ck_assert_uint_eq(reopened(5000), 0);
    free(path);
}
END_TEST

/* Two processes that began together know different halves, and some both. */
START_TEST(two_write_at_once)
{
    use_folder();
    Table a = open_table(KEY, 9000), b = open_table(KEY, 9000);
    for (uint64_t i = 0; i < 6000; i += 100) {
        fill(&a, i, i + 100);
        fill(&b, i + 3000, i + 3100);
        augi_digests_flush(a.digests);
        augi_digests_flush(b.digests);
    }
    close_table(&a);
    close_table(&b);
    ck_assert_uint_eq(reopened(9000), 9000);
}
END_TEST

/* A sample for which two processes wrote different digests: the first one counts. */
START_TEST(the_first_of_two_entries_counts)
{
    use_folder();
    Table a = open_table(KEY, 2), b = open_table(KEY, 2);
    ck_assert(augi_digests_compare(a.digests, 1, (AugiDigest){1, 1}, NULL));
    ck_assert(augi_digests_compare(b.digests, 1, (AugiDigest){2, 2}, NULL));
    augi_digests_set_whole(b.digests, 1);
    close_table(&a);
    close_table(&b);
    a = open_table(KEY, 2);
    AugiDigest found;
    ck_assert(augi_digests_get(a.digests, 1, &found));
    ck_assert_uint_eq(found.low, 1);
    ck_assert(!augi_digests_is_whole(a.digests, 1));
    close_table(&a);
}
END_TEST

START_TEST(a_long_file_is_written_anew)
{
    use_folder();
    for (int i = 0; i < 12; i++) {
        Table tables[4];
        for (int t = 0; t < 4; t++) {
            tables[t] =
                (Table){.digests = augi_digests_new(1000), .file = augi_digest_file_new(KEY, 1000)};
            tables[t].digests->file = tables[t].file;
            fill(&tables[t], 0, 1000);
        }
        for (int t = 0; t < 4; t++)
            close_table(&tables[t]);
    }
    char *path = file_path();
    struct stat status;
    ck_assert_uint_eq(reopened(1000), 1000);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_size, HEADER_SIZE + 1000 * ENTRY_SIZE);
    ck_assert_uint_eq(reopened(1000), 1000);
    free(path);
}
END_TEST

/* Wherever a file ends, what is complete before counts, and what is written afterwards too. */
START_TEST(cut_off_files)
{
    enum { N = 6 };
    use_folder();
    char *path = file_path();
    make_file(N);
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    ck_assert_uint_eq(size, HEADER_SIZE + N * ENTRY_SIZE);
    for (size_t cut = 0; cut <= size; cut++) {
        const uint64_t n_left = cut < HEADER_SIZE ? 0 : (cut - HEADER_SIZE) / ENTRY_SIZE;
        test_write_file(path, bytes, cut);
        ck_assert_uint_eq(reopened(N), n_left);
        test_write_file(path, bytes, cut);
        Table table = open_table(KEY, N);
        fill(&table, 0, N);
        close_table(&table);
        ck_assert_uint_eq(reopened(N), N);
    }
    free(bytes);
    free(path);
}
END_TEST

/* Any byte may be any other: an entry that is hit is not known, the others are. */
START_TEST(damaged_files)
{
    enum { N = 5 };
    use_folder();
    char *path = file_path();
    make_file(N);
    size_t size;
    uint8_t *bytes = test_read_file(path, &size);
    for (size_t at = 0; at < size; at++) {
        bytes[at] ^= 1u << at % 8;
        test_write_file(path, bytes, size);
        ck_assert_uint_eq(reopened(N), at < HEADER_SIZE ? 0 : N - 1);
        bytes[at] ^= 1u << at % 8;
    }
    free(bytes);
    free(path);
}
END_TEST

static void write_entry(FILE *file, uint64_t index, uint32_t whole)
{
    struct {
        uint64_t index, low, high;
        uint32_t whole, check;
    } entry = {
        .index = index, .low = digest_of(index).low, .high = digest_of(index).high, .whole = whole};
    entry.check = augi_digest_check(&entry, 28);
    ck_assert_uint_eq(fwrite(&entry, sizeof(entry), 1, file), 1);
}

/* Entries that are sound but cannot be: of samples that do not exist, with other flags. */
START_TEST(foreign_entries_do_not_count)
{
    use_folder();
    char *path = file_path();
    make_file(4);
    FILE *file = fopen(path, "ab");
    write_entry(file, 4, 0);
    write_entry(file, UINT64_MAX, 0);
    write_entry(file, UINT64_C(1) << 63, 1);
    write_entry(file, 1, 2);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_uint_eq(reopened(4), 4);
    /* A file of another set, or of more samples, is none. */
    char *other = test_path("%s/cache/%.40s.digests", test_folder(), OTHER_KEY);
    ck_assert_int_eq(rename(path, other), 0);
    Table table = open_table(OTHER_KEY, 4);
    ck_assert_uint_eq(count_known(&table), 0);
    close_table(&table);
    make_file(4);
    ck_assert_uint_eq(reopened(5), 0);
    free(other);
    free(path);
}
END_TEST

/* A file of a terabyte of holes is not read. */
START_TEST(a_huge_file_is_none)
{
    use_folder();
    char *path = file_path();
    make_file(4);
    ck_assert_int_eq(truncate(path, (off_t)1 << 40), 0);
    ck_assert_uint_eq(reopened(4), 0);
    ck_assert_int_ne(access(path, F_OK), 0);
    free(path);
}
END_TEST

static void expect_note(const char *words)
{
    Table table = open_table(KEY, 2);
    fill(&table, 0, 2);
    augi_digests_flush(table.digests);
    char note[512];
    augi_digest_file_note(table.file, note);
    ck_assert_msg(words[0] ? strstr(note, words) != NULL : !note[0], "'%s' does not say '%s'", note,
                  words);
    close_table(&table);
}

START_TEST(what_cannot_be_kept_is_said)
{
    char *plain = test_path("%s/file", test_folder()), *below = test_path("%s/below", plain);
    test_write_file(plain, "x", 1);
    setenv("AUGD_CACHE", below, 1);
    expect_note("/file/below cannot be made: Not a directory; allowed is a folder in AUGD_CACHE");
    setenv("AUGD_CACHE", "off", 1);
    expect_note("");
    use_folder();
    char *path = file_path();
    make_file(2);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(symlink(plain, path), 0);
    expect_note(".digests cannot be read: ");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    expect_note(".digests cannot be");
    ck_assert_int_eq(unlink(path), 0);
    unsetenv("AUGD_CACHE");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    expect_note("HOME gives no path");
    free(path);
    free(below);
    free(plain);
}
END_TEST

START_TEST(folders_are_found)
{
    unsetenv("AUGD_CACHE");
    char *caches = test_path("%s/xdg", test_folder()), *home = test_path("%s/home", test_folder());
    setenv("XDG_CACHE_HOME", caches, 1);
    setenv("HOME", home, 1);
    make_file(2);
    /* The specification of these folders has relative paths passed over. */
    setenv("XDG_CACHE_HOME", "relative", 1);
    make_file(2);
    char *paths[] = {test_path("%s/augd/%.40s.digests", caches, KEY),
                     test_path("%s/.cache/augd/%.40s.digests", home, KEY)};
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(access(paths[i], F_OK) == 0, "%s: %s", paths[i], strerror(errno));
        free(paths[i]);
    }
    free(home);
    free(caches);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dataset_digests");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, a_digest_is_set_once);
    tcase_add_test(tests, of_two_contents_one_is_refused);
    tcase_add_test(tests, the_file_keeps_what_was_known);
    tcase_add_test(tests, two_write_at_once);
    tcase_add_test(tests, the_first_of_two_entries_counts);
    tcase_add_test(tests, a_long_file_is_written_anew);
    tcase_add_test(tests, cut_off_files);
    tcase_add_test(tests, damaged_files);
    tcase_add_test(tests, foreign_entries_do_not_count);
    tcase_add_test(tests, a_huge_file_is_none);
    tcase_add_test(tests, what_cannot_be_kept_is_said);
    tcase_add_test(tests, folders_are_found);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
