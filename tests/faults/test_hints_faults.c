/* The store of hints under failure: every allocation, read, write, open and renaming fails once, reads
 * come short, and the disk is full from some point on. What is found is right all the same, nothing
 * crashes, and a later process finds nothing wrong; under the address sanitizer, nothing leaks.
 *
 * The program is linked with --wrap for the functions below, too, so that each call from our own code
 * passes through here.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/data/hints.h"
#include "tests/faults/failing.h"
#include "tests/support/support.h"

#define N_SAMPLES 36

/* Failures that are tried of one kind; where there are more, every n-th. */
#define MAX_TRIES 100

/* What fails: the n-th call of the kind; FULL: all writes from the n-th on; SHORT_READS: none, but each
 * gives one to seven bytes. Check forks a process a test. */
typedef enum Fault {
    ALLOCATION = FAILING_ALLOCATION,
    READ,
    WRITE,
    FULL,
    OPEN,
    RENAME,
    LISTING,
    SHORT_READS,
    N_FAULTS
} Fault;

ssize_t __real_pread(int file, void *to, size_t size, off_t offset);
ssize_t __real_write(int file, const void *bytes, size_t size);
int __real_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __real_renameat(int from_folder, const char *from, int to_folder, const char *to);
DIR *__real_opendir(const char *path);
ssize_t __wrap_pread(int file, void *to, size_t size, off_t offset);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to);
DIR *__wrap_opendir(const char *path);

ssize_t __wrap_pread(int file, void *to, size_t size, off_t offset)
{
    if (failing_call(READ)) {
        errno = EIO;
        return -1;
    }
    const long n = size > 1 ? failing_count(SHORT_READS) : 0;
    if (n > 0)
        size = 1 + (size_t)n % 7 % size;
    return __real_pread(file, to, size, offset);
}

ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    if (failing_call(WRITE) || failing_call(FULL)) {
        errno = ENOSPC;
        return -1;
    }
    return __real_write(file, bytes, size);
}

int __wrap_open(const char *path, int flags, ...)
{
    if (failing_call(OPEN)) {
        errno = EMFILE;
        return -1;
    }
    return __real_open(path, flags);
}

int __wrap_openat(int folder, const char *path, int flags, ...)
{
    if (failing_call(OPEN)) {
        errno = EMFILE;
        return -1;
    }
    return __real_openat(folder, path, flags, 0600);
}

int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    if (failing_call(RENAME)) {
        errno = EACCES;
        return -1;
    }
    return __real_renameat(from_folder, from, to_folder, to);
}

DIR *__wrap_opendir(const char *path)
{
    if (failing_call(LISTING)) {
        errno = EMFILE;
        return NULL;
    }
    return __real_opendir(path);
}

static const char *folder(void)
{
    static char path[512];
    snprintf(path, sizeof(path), "%s/hints", test_folder());
    (void)mkdir(path, 0700);
    return path;
}

/* NULL if memory is out. */
static AugiHints *open_hints(const char *in)
{
    AugiHintSet set = {.key = "0123456789abcdef0123456789abcdef01234567",
                       .word = "toy1",
                       .n = N_SAMPLES,
                       .folder = strdup(in)};
    return set.folder ? augi_hints_new(&set, UINT64_C(1) << 22) : NULL;
}

static AugiHint hint_of(uint64_t index, uint8_t bytes[64])
{
    memset(bytes, (int)index, 64);
    return (AugiHint){.index = index,
                      .digest = {.low = index, .high = ~index},
                      .bytes = bytes,
                      .size = index % 64};
}

/* How many are known; -1 if one is wrong. */
static int count_known(AugiHints *hints)
{
    AugBuffer buffer = {0};
    int n = 0;
    for (uint64_t i = 0; i < N_SAMPLES && n >= 0; i++) {
        uint8_t bytes[64];
        const AugiHint expected = hint_of(i, bytes);
        AugiHint found = {.index = i, .digest = expected.digest};
        if (!augi_hints_find(hints, &found, 64, &buffer, 0))
            continue;
        /* Known, but there was no memory for it, is size 0. */
        const bool good = found.size == 0 || (found.size == expected.size &&
                                              memcmp(found.bytes, bytes, found.size) == 0);
        n = good ? n + 1 : -1;
    }
    aug_buffer_fini(&buffer);
    return n;
}

/* Two processes that take turns, often enough for files to be merged; false if a hint is wrong.
 * Asserts nothing: Check allocates, too. */
static bool run(const char *in)
{
    AugiHints *processes[2] = {open_hints(in), open_hints(in)};
    bool good = true;
    for (uint64_t i = 0; i < N_SAMPLES; i += 4) {
        AugiHints *hints = processes[i / 4 % 2];
        for (uint64_t k = i; hints && k < i + 4; k++) {
            uint8_t bytes[64];
            const AugiHint hint = hint_of(k, bytes);
            augi_hints_add(hints, &hint);
        }
        if (hints) {
            augi_hints_flush(hints);
            good = good && count_known(hints) >= 0;
        }
    }
    augi_hints_free(processes[0]);
    augi_hints_free(processes[1]);
    return good;
}

static void clear_folder(const char *in)
{
    DIR *listing = opendir(in);
    for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing))
        if (entry->d_name[0] != '.')
            ck_assert_int_eq(unlinkat(dirfd(listing), entry->d_name, 0), 0);
    closedir(listing);
}

START_TEST(each_call_fails_once)
{
    const Fault kind = (Fault)_i;
    const char *in = folder();
    failing_begin_kind(kind, 0, false);
    const bool is_right = run(in);
    const long n_calls = failing_end();
    ck_assert(is_right);
    const long n = kind == SHORT_READS ? 1 : n_calls;
    ck_assert_int_gt(n, 0);
    for (long at = 1; at <= n; at += 1 + n / MAX_TRIES) {
        clear_folder(in);
        failing_begin_kind(kind, at, kind == FULL);
        const bool good = run(in);
        failing_end();
        ck_assert_msg(good, "fault %d of kind %d gives a wrong hint", (int)at, (int)kind);
        AugiHints *later = open_hints(in);
        ck_assert_int_ge(count_known(later), 0);
        for (uint64_t i = 0; i < N_SAMPLES; i++) {
            uint8_t bytes[64];
            const AugiHint hint = hint_of(i, bytes);
            augi_hints_add(later, &hint);
        }
        augi_hints_free(later);
        later = open_hints(in);
        ck_assert_int_eq(count_known(later), N_SAMPLES);
        augi_hints_free(later);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hints faults");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, each_call_fails_once, ALLOCATION, N_FAULTS);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
