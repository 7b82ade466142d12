/* The store of hints and its files: by several threads and processes at once, damaged, cut off,
 * foreign and hostile. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libaug/data/hints.h"
#include "tests/support/support.h"

#define KEY "0123456789abcdef0123456789abcdef01234567"
#define PREFIX KEY ".toy1-0."

/* Of a file, as hint_file.c writes it. */
#define HEADER_SIZE 80
#define ROW_SIZE 24

/* More than any hint here has. */
#define MOST 5000

static const char *folder(void)
{
    static char path[512];
    snprintf(path, sizeof(path), "%s/hints", test_folder());
    if (mkdir(path, 0700) != 0)
        ck_assert_int_eq(errno, EEXIST);
    return path;
}

static AugiHints *open_set(const char *in, const char *word, uint32_t detail, uint64_t n)
{
    AugiHintSet set = {.key = KEY, .detail = detail, .n = n, .folder = in ? strdup(in) : NULL};
    snprintf(set.word, sizeof(set.word), "%s", word);
    AugiHints *hints = augi_hints_new(&set, UINT64_C(1) << 26);
    ck_assert_ptr_nonnull(hints);
    return hints;
}

/* As a new process would have it. */
static AugiHints *open_hints(uint64_t n)
{
    return open_set(folder(), "toy1", 0, n);
}

static AugiDigest digest_of(uint64_t index)
{
    return (AugiDigest){.low = 1000 + index, .high = 2000 * index + 1};
}

static size_t size_of(uint64_t index)
{
    return index % 7 * 13;
}

/* Bytes of the hint of a sample; salt: of another version of it. */
static AugiHint hint_of(uint64_t index, uint8_t salt, uint8_t bytes[MOST])
{
    AugiHint hint = {.index = index, .digest = digest_of(index), .bytes = bytes};
    hint.size = size_of(index);
    for (size_t i = 0; i < hint.size; i++)
        bytes[i] = (uint8_t)(index * 31 + i * 7 + salt);
    return hint;
}

static void fill(AugiHints *hints, uint64_t begin, uint64_t end)
{
    uint8_t bytes[MOST];
    for (uint64_t i = begin; i < end; i++) {
        const AugiHint hint = hint_of(i, 0, bytes);
        augi_hints_add(hints, &hint);
    }
}

/* Whether a hint is known; if it is, it must be the one that was added. */
static bool is_known(AugiHints *hints, uint64_t index, AugBuffer *buffer)
{
    uint8_t bytes[MOST];
    const AugiHint expected = hint_of(index, 0, bytes);
    AugiHint found = {.index = index, .digest = digest_of(index)};
    if (!augi_hints_find(hints, &found, MOST, buffer, 3))
        return false;
    ck_assert_uint_eq(found.size, expected.size);
    ck_assert_mem_eq(found.bytes, expected.bytes, expected.size);
    return true;
}

static uint64_t count_known(AugiHints *hints)
{
    AugBuffer buffer = {0};
    uint64_t n = 0;
    for (uint64_t i = 0; i < hints->set.n; i++)
        n += is_known(hints, i, &buffer);
    aug_buffer_fini(&buffer);
    ck_assert_uint_eq(n, atomic_load(&hints->n_known));
    return n;
}

static uint64_t reopened(uint64_t n)
{
    AugiHints *hints = open_hints(n);
    const uint64_t n_known = count_known(hints);
    augi_hints_free(hints);
    return n_known;
}

static void make_file(uint64_t n)
{
    AugiHints *hints = open_hints(n);
    fill(hints, 0, n);
    augi_hints_free(hints);
}

/* Files of the set, and their bytes. */
static size_t count_files(uint64_t *size, char path[600])
{
    size_t n = 0;
    *size = 0;
    DIR *listing = opendir(folder());
    for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        struct stat status;
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
            continue;
        snprintf(path, 600, "%s/%.80s", folder(), entry->d_name);
        ck_assert_int_eq(stat(path, &status), 0);
        *size += (uint64_t)status.st_size;
        n++;
    }
    closedir(listing);
    return n;
}

/* The only one. */
static uint8_t *read_only_file(char path[600], size_t *size)
{
    uint64_t sum;
    ck_assert_uint_eq(count_files(&sum, path), 1);
    return test_read_file(path, size);
}

START_TEST(what_is_added_is_found)
{
    AugiHints *hints = open_hints(3000);
    ck_assert_uint_eq(count_known(hints), 0);
    fill(hints, 100, 2900);
    ck_assert_uint_eq(count_known(hints), 2800);
    augi_hints_flush(hints);
    ck_assert_uint_eq(count_known(hints), 2800);
    /* What is known is not added again. */
    fill(hints, 0, 200);
    augi_hints_free(hints);
    ck_assert_uint_eq(reopened(3000), 2900);
    char path[600], note[512];
    uint64_t size;
    ck_assert_uint_eq(count_files(&size, path), 2);
    uint64_t expected = 2 * HEADER_SIZE;
    for (uint64_t i = 0; i < 2900; i++)
        expected += ROW_SIZE + AUGI_HINT_HEAD + size_of(i);
    ck_assert_uint_eq(size, expected);
    hints = open_hints(3000);
    augi_hints_note(hints, note);
    ck_assert_str_eq(note, "");
    augi_hints_free(hints);
}
END_TEST

/* A hint is of the bytes that it was made of, and another one may take its place. */
START_TEST(another_digest_is_another_sample)
{
    make_file(10);
    AugiHints *hints = open_hints(10);
    AugBuffer buffer = {0};
    AugiHint other = {.index = 6, .digest = {.low = digest_of(6).low, .high = 9}};
    ck_assert(!augi_hints_find(hints, &other, MOST, &buffer, 3));
    ck_assert_uint_eq(atomic_load(&hints->n_known), 9);
    other.bytes = (const uint8_t *)"other";
    other.size = 5;
    augi_hints_add(hints, &other);
    augi_hints_free(hints);
    /* Two files know of it now, of which the newer one counts. */
    hints = open_hints(10);
    AugiHint found = {.index = 6, .digest = other.digest};
    ck_assert(augi_hints_find(hints, &found, MOST, &buffer, 3));
    ck_assert_uint_eq(found.size, 5);
    ck_assert_mem_eq(found.bytes, "other", 5);
    augi_hints_free(hints);
    aug_buffer_fini(&buffer);
}
END_TEST

/* One that is larger than its sample allows does not count, whoever wrote it. */
START_TEST(no_hint_is_larger_than_allowed)
{
    make_file(14);
    AugiHints *hints = open_hints(14);
    AugBuffer buffer = {0};
    AugiHint found = {.index = 6, .digest = digest_of(6)};
    ck_assert(!augi_hints_find(hints, &found, size_of(6) - 1, &buffer, 3));
    found.index = 13;
    found.digest = digest_of(13);
    ck_assert(augi_hints_find(hints, &found, size_of(13), &buffer, 3));
    static uint8_t large[AUGI_HINT_MAX_SIZE + 1];
    AugiHint added = {.index = 6, .digest = digest_of(6), .bytes = large, .size = sizeof(large)};
    augi_hints_add(hints, &added);
    ck_assert(!augi_hints_find(hints, &(AugiHint){.index = 6, .digest = digest_of(6)},
                               sizeof(large), &buffer, 3));
    added.size--;
    augi_hints_add(hints, &added);
    augi_hints_free(hints);
    hints = open_hints(14);
    found = (AugiHint){.index = 6, .digest = digest_of(6)};
    ck_assert(augi_hints_find(hints, &found, sizeof(large), &buffer, 3));
    ck_assert_uint_eq(found.size, sizeof(large) - 1);
    aug_buffer_fini(&buffer);
    augi_hints_free(hints);
}
END_TEST

START_TEST(the_share_of_a_sample)
{
    static const struct {
        AugHintDetail detail;
        uint64_t size;
        size_t most;
    } cases[] = {
        {AUG_HINTS_FEW, 100000, 500},
        {AUG_HINTS_MORE, 100000, 1500},
        {AUG_HINTS_MANY, 100000, 3000},
        {AUG_HINTS_NONE, 100000, 0},
        {AUG_HINTS_FEW, 0, 64},
        {AUG_HINTS_FEW, 12999, 64},
        {AUG_HINTS_FEW, 13000, 65},
        {AUG_HINTS_MANY, UINT64_MAX, AUGI_HINT_MAX_SIZE},
        {AUG_HINTS_MORE, 123456789, AUGI_HINT_MAX_SIZE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_uint_eq(augi_hints_most(cases[i].detail, cases[i].size), cases[i].most);
}
END_TEST

/* Two processes that take turns know what the other one has written. */
START_TEST(two_write_in_turns)
{
    AugiHints *a = open_hints(9000), *b = open_hints(9000);
    for (uint64_t i = 0; i < 6000; i += 500) {
        fill(a, i, i + 500);
        fill(b, i + 3000, i + 3500);
        augi_hints_flush(a);
        augi_hints_flush(b);
    }
    augi_hints_flush(a);
    ck_assert_uint_eq(count_known(a), 9000);
    ck_assert_uint_eq(count_known(b), 9000);
    augi_hints_free(a);
    augi_hints_free(b);
    ck_assert_uint_eq(reopened(9000), 9000);
}
END_TEST

/* Four at once, each with a part that others have, too; in small blocks, so that they merge. */
START_TEST(four_processes_write_at_once)
{
    enum { N = 4000, N_PROCESSES = 4, STEP = 50 };
    pid_t processes[N_PROCESSES];
    /* A child would have a folder of its own. */
    const char *shared = folder();
    for (uint64_t p = 0; p < N_PROCESSES; p++) {
        processes[p] = fork();
        if (processes[p] == 0) {
            AugiHints *hints = open_set(shared, "toy1", 0, N);
            for (uint64_t i = 0; i < N / 2; i += STEP) {
                const uint64_t at = (i + p * N / N_PROCESSES) % N;
                fill(hints, at, at + STEP);
                augi_hints_flush(hints);
            }
            augi_hints_free(hints);
            _exit(0);
        }
    }
    for (int p = 0; p < N_PROCESSES; p++) {
        int result;
        ck_assert_int_eq(waitpid(processes[p], &result, 0), processes[p]);
        ck_assert_int_eq(result, 0);
    }
    ck_assert_uint_eq(reopened(N), N);
    ck_assert_uint_eq(reopened(N), N);
    uint64_t size, once = 0;
    char path[600];
    ck_assert_uint_lt(count_files(&size, path), 16);
    for (uint64_t i = 0; i < N; i++)
        once += ROW_SIZE + AUGI_HINT_HEAD + size_of(i);
    ck_assert_uint_lt(size, 2 * once + 16 * HEADER_SIZE);
}
END_TEST

/* Blocks of one hint each would be as many files. */
START_TEST(files_stay_few)
{
    enum { N = 300 };
    AugiHints *hints = open_hints(N);
    uint64_t size, once = 0;
    char path[600];
    for (uint64_t i = 0; i < N; i++) {
        fill(hints, i, i + 1);
        augi_hints_flush(hints);
        ck_assert_uint_le(count_files(&size, path), 8);
        once += ROW_SIZE + AUGI_HINT_HEAD + size_of(i);
    }
    ck_assert_uint_le(size, once + 8 * HEADER_SIZE);
    ck_assert_uint_eq(count_known(hints), N);
    augi_hints_free(hints);
    ck_assert_uint_eq(reopened(N), N);
}
END_TEST

/* Processes that know nothing of each other write all of it again and again. */
START_TEST(repetition_is_deleted)
{
    enum { N = 100, N_AT_ONCE = 5 };
    uint64_t size, once = HEADER_SIZE;
    char path[600];
    for (uint64_t i = 0; i < N; i++)
        once += ROW_SIZE + AUGI_HINT_HEAD + size_of(i);
    for (int round = 0; round < 10; round++) {
        AugiHints *processes[N_AT_ONCE];
        for (int p = 0; p < N_AT_ONCE; p++) {
            processes[p] = open_set(NULL, "toy1", 0, N);
            fill(processes[p], 0, N);
            processes[p]->set.folder = strdup(folder());
            atomic_store(&processes[p]->is_kept, true);
        }
        for (int p = 0; p < N_AT_ONCE; p++)
            augi_hints_free(processes[p]);
        ck_assert_uint_eq(reopened(N), N);
        ck_assert_uint_eq(count_files(&size, path), 1);
        ck_assert_uint_eq(size, once);
    }
}
END_TEST

/* More than a chunk: all of it is found all the time, and little of it stays in memory. */
START_TEST(chunks_are_written_when_they_are_full)
{
    enum { N = 4000, SIZE = 1000 };
    AugiHints *hints = open_hints(N);
    AugBuffer buffer = {0};
    uint8_t bytes[SIZE] = {0};
    for (uint64_t i = 0; i < N; i++) {
        memcpy(bytes, &i, sizeof(i));
        augi_hints_add(
            hints, &(AugiHint){.index = i, .digest = digest_of(i), .bytes = bytes, .size = SIZE});
        uint32_t n_chunks = 0;
        for (uint32_t slot = 0; slot < AUGI_HINT_CHUNKS; slot++)
            n_chunks += hints->chunks[slot] != NULL;
        ck_assert_uint_le(n_chunks, 2);
        for (uint64_t k = i % 97; k <= i; k += 97 * 16) {
            AugiHint found = {.index = k, .digest = digest_of(k)};
            ck_assert(augi_hints_find(hints, &found, SIZE, &buffer, 0));
            ck_assert_mem_eq(found.bytes, &k, sizeof(k));
        }
    }
    ck_assert_uint_eq(atomic_load(&hints->n_known), N);
    augi_hints_free(hints);
    aug_buffer_fini(&buffer);
}
END_TEST

/* Any byte may be any other: a hint that is hit is not known, the others are. */
START_TEST(damaged_files)
{
    enum { N = 5 };
    char path[600];
    size_t size;
    make_file(N);
    uint8_t *bytes = read_only_file(path, &size);
    for (size_t at = 0; at < size; at++) {
        bytes[at] ^= 1u << at % 8;
        test_write_file(path, bytes, size);
        AugiHints *hints = open_hints(N);
        ck_assert_uint_eq(count_known(hints), at < HEADER_SIZE ? 0 : N - 1);
        ck_assert_int_eq(access(path, F_OK), at < HEADER_SIZE ? -1 : 0);
        /* It is made again, and then known. */
        fill(hints, 0, N);
        ck_assert_uint_eq(count_known(hints), N);
        augi_hints_free(hints);
        ck_assert_uint_ge(reopened(N), N - 1);
        bytes[at] ^= 1u << at % 8;
        uint64_t sum;
        for (char other[600]; count_files(&sum, other) > 0;)
            ck_assert_int_eq(unlink(other), 0);
    }
    free(bytes);
}
END_TEST

/* Wherever a file ends, what is complete before counts. Rows and bodies are in one order. */
START_TEST(cut_off_files)
{
    enum { N = 6 };
    char path[600];
    size_t size;
    make_file(N);
    uint8_t *bytes = read_only_file(path, &size);
    for (size_t cut = 0; cut <= size; cut++) {
        uint64_t n_left = 0;
        for (size_t end = HEADER_SIZE + N * ROW_SIZE; n_left < N; n_left++) {
            end += AUGI_HINT_HEAD + size_of(n_left);
            if (end > cut)
                break;
        }
        test_write_file(path, bytes, cut);
        ck_assert_uint_eq(reopened(N), n_left);
        uint64_t sum;
        for (char other[600]; count_files(&sum, other) > 0;)
            ck_assert_int_eq(unlink(other), 0);
    }
    free(bytes);
}
END_TEST

/* Somebody shortens a file that is open. */
START_TEST(files_that_shrink)
{
    enum { N = 500 };
    char path[600];
    size_t size;
    make_file(N);
    free(read_only_file(path, &size));
    AugiHints *hints = open_hints(N);
    ck_assert_int_eq(truncate(path, (off_t)size / 2), 0);
    const uint64_t n = count_known(hints);
    ck_assert(n > 0 && n < N);
    ck_assert_int_eq(truncate(path, 0), 0);
    ck_assert_uint_eq(count_known(hints), 0);
    fill(hints, 0, N);
    augi_hints_free(hints);
    ck_assert_uint_eq(reopened(N), N);
}
END_TEST

START_TEST(foreign_files_do_not_count)
{
    make_file(4);
    AugiHints *others[] = {
        open_set(folder(), "toy2", 0, 4),
        open_set(folder(), "toy1", 1, 4),
    };
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(count_known(others[i]), 0);
        augi_hints_free(others[i]);
    }
    /* Of the same name, but of more samples: it is deleted. */
    ck_assert_uint_eq(reopened(5), 0);
    ck_assert_uint_eq(reopened(4), 0);
    /* Not what it seems. */
    char *plain = test_path("%s/plain", test_folder());
    char *names[] = {
        test_path("%s/" PREFIX "0000000000000001.hints", folder()),
        test_path("%s/" PREFIX "0000000000000002.hints", folder()),
        test_path("%s/" PREFIX "0000000000000003.hints", folder()),
        test_path("%s/" PREFIX "000000000000000g.hints", folder()),
        test_path("%s/" PREFIX "0000000000000004.hint", folder()),
    };
    test_write_file(plain, "x", 1);
    ck_assert_int_eq(symlink(plain, names[0]), 0);
    ck_assert_int_eq(mkfifo(names[1], 0600), 0);
    ck_assert_int_eq(mkdir(names[2], 0700), 0);
    test_write_file(names[3], "x", 1);
    test_write_file(names[4], "x", 1);
    make_file(4);
    ck_assert_uint_eq(reopened(4), 4);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(access(names[i], F_OK), 0);
        free(names[i]);
    }
    free(plain);
}
END_TEST

/* Rows whose checks are right and that cannot be: of samples that do not exist, outside of the file,
 * larger than a hint, and many that lie on one body. */
START_TEST(hostile_rows)
{
    enum { N = 8, N_ROWS = 6 };
    char path[600];
    size_t size;
    AugiHints *hints = open_hints(N);
    fill(hints, 0, N_ROWS);
    augi_hints_free(hints);
    uint8_t *bytes = read_only_file(path, &size);
    AugiHintRow rows[N_ROWS], good;
    memcpy(rows, bytes + HEADER_SIZE, sizeof(rows));
    good = rows[5];
    rows[0].index = N;
    rows[1].offset = size - AUGI_HINT_HEAD + 1;
    rows[2].size = AUGI_HINT_MAX_SIZE + 1;
    rows[3].offset = UINT64_MAX - 8;
    rows[4] = good;
    rows[5] = good;
    for (int i = 0; i < N_ROWS; i++)
        rows[i].check = augi_digest_check(&rows[i], ROW_SIZE - sizeof(rows[i].check));
    memcpy(bytes + HEADER_SIZE, rows, sizeof(rows));
    test_write_file(path, bytes, size);
    /* Less than half of it counts, so it is merged, and what counts is kept. */
    ck_assert_uint_eq(reopened(N), 1);
    ck_assert_uint_eq(reopened(N), 1);
    ck_assert_int_ne(access(path, F_OK), 0);
    free(bytes);
}
END_TEST

/* A file of a terabyte of holes is not read, nor one with more rows than any has. */
START_TEST(a_huge_file_is_none)
{
    char path[600];
    size_t size;
    make_file(4);
    free(read_only_file(path, &size));
    ck_assert_int_eq(truncate(path, (off_t)1 << 40), 0);
    ck_assert_uint_eq(reopened(4), 0);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

/* What killed writers left goes after an hour; what is being written stays. */
START_TEST(what_is_left_aside_goes)
{
    char *old = test_path("%s/" PREFIX "0123456789abcdef.hints.tmp-1", folder());
    char *new = test_path("%s/" PREFIX "0123456789abcdee.hints.tmp-2", folder());
    const struct timespec before = {.tv_sec = time(NULL) - 7200}, times[2] = {before, before};
    test_write_file(old, "x", 1);
    test_write_file(new, "x", 1);
    ck_assert_int_eq(utimensat(AT_FDCWD, old, times, 0), 0);
    make_file(3);
    ck_assert_int_ne(access(old, F_OK), 0);
    ck_assert_int_eq(access(new, F_OK), 0);
    free(old);
    free(new);
}
END_TEST

/* Where nothing can be written that is said, and hints stay in memory, up to a bound. */
START_TEST(what_cannot_be_kept_is_said)
{
    enum { N = 40000 };
    char note[512];
    AugiHints *hints = open_set("/nowhere/at/all", "toy1", 0, 100);
    fill(hints, 0, 100);
    augi_hints_flush(hints);
    ck_assert_uint_eq(count_known(hints), 100);
    ck_assert(!atomic_load(&hints->is_kept));
    augi_hints_note(hints, note);
    ck_assert_msg(strstr(note,
                         "writing to /nowhere/at/all failed: creating the file failed: No such "
                         "file or directory; allowed is a folder in AUGD_CACHE"),
                  "%s", note);
    augi_hints_free(hints);
    /* No folder is wanted: that needs no sentence. */
    AugiHintSet set = {.key = KEY, .word = "toy1", .n = N};
    hints = augi_hints_new(&set, 3 * sizeof(AugiHintChunk));
    fill(hints, 0, N);
    const uint64_t n = count_known(hints);
    ck_assert_uint_eq(n, UINT64_C(3) * AUGI_HINT_CHUNK_ROWS);
    augi_hints_note(hints, note);
    ck_assert_str_eq(note, "");
    augi_hints_free(hints);
}
END_TEST

typedef struct Racer {
    AugiHints *hints;
    uint64_t first;
    uint64_t n_found;
} Racer;

static void *race(void *argument)
{
    Racer *racer = argument;
    AugBuffer buffer = {0};
    const uint64_t n = racer->hints->set.n;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t index = (racer->first + i) % n;
        racer->n_found += is_known(racer->hints, index, &buffer);
        fill(racer->hints, index, index + 1);
        racer->n_found += is_known(racer->hints, (index * 7919) % n, &buffer);
        if (i % 256 == 0)
            augi_hints_flush(racer->hints);
    }
    aug_buffer_fini(&buffer);
    return NULL;
}

/* Threads of two processes' stores find, add, write and merge at once. */
START_TEST(threads_find_and_add)
{
    enum { N_THREADS = 4 };
    const uint64_t n = test_rounds(8000);
    pthread_t threads[N_THREADS];
    Racer racers[N_THREADS];
    AugiHints *stores[2] = {open_hints(n), open_hints(n)};
    for (uint64_t t = 0; t < N_THREADS; t++) {
        racers[t] = (Racer){.hints = stores[t % 2], .first = t * n / N_THREADS};
        ck_assert_int_eq(pthread_create(&threads[t], NULL, race, &racers[t]), 0);
    }
    for (int t = 0; t < N_THREADS; t++) {
        ck_assert_int_eq(pthread_join(threads[t], NULL), 0);
        ck_assert_uint_gt(racers[t].n_found, 0);
    }
    for (int s = 0; s < 2; s++) {
        ck_assert_uint_eq(count_known(stores[s]), n);
        augi_hints_free(stores[s]);
    }
    ck_assert_uint_eq(reopened(n), n);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hints");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_is_added_is_found);
    tcase_add_test(tests, another_digest_is_another_sample);
    tcase_add_test(tests, no_hint_is_larger_than_allowed);
    tcase_add_test(tests, the_share_of_a_sample);
    tcase_add_test(tests, two_write_in_turns);
    tcase_add_test(tests, four_processes_write_at_once);
    tcase_add_test(tests, files_stay_few);
    tcase_add_test(tests, repetition_is_deleted);
    tcase_add_test(tests, chunks_are_written_when_they_are_full);
    tcase_add_test(tests, damaged_files);
    tcase_add_test(tests, cut_off_files);
    tcase_add_test(tests, files_that_shrink);
    tcase_add_test(tests, foreign_files_do_not_count);
    tcase_add_test(tests, hostile_rows);
    tcase_add_test(tests, a_huge_file_is_none);
    tcase_add_test(tests, what_is_left_aside_goes);
    tcase_add_test(tests, what_cannot_be_kept_is_said);
    tcase_add_test(tests, threads_find_and_add);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
