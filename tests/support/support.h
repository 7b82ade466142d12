/* Help that tests share: temporary folders, files, and running a Check suite as a program. */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs one suite and returns the exit code of its program: 77, which ctest counts as skipped, where
 * nothing failed and a part was left out. */
int test_run(Suite *suite);

/* How often to do something that is drawn: n times, and under a sanitizer, where each takes about ten
 * times as long and the values are those of the release, an eighth of that, at least once. With
 * AUGD_LONG=1 in the environment always n times. */
uint64_t test_rounds(uint64_t n);

/* Says, formatted like printf, why a part of the test that runs is left out. The test goes on, or
 * returns. */
void test_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A new empty folder below $TMPDIR; removed with everything in it when the process ends. The string
 * is static per call site's process and never freed. */
const char *test_folder(void);

/* "folder/name" formatted like printf; the caller frees it. */
char *test_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes a whole file, or ends the test. */
void test_write_file(const char *path, const void *bytes, size_t size);

/* Reads a whole file, or ends the test; the caller frees it. A NUL follows the content. */
uint8_t *test_read_file(const char *path, size_t *size);

/* Path of a file of the development data set ("mnist/t10k-labels-idx1-ubyte.gz"), or NULL where
 * that data is absent, which is said (test_skip). Looked for in $AUGD_DATA, then beside the
 * project in ../shared/data. The caller frees it. */
char *test_data(const char *name);

/* A text that grows; zero-initialised it is empty. */
typedef struct TestText {
    char words[65536];
    size_t n;
} TestText;

/* Appends like printf; fails the test where there is no room. */
void test_text_add(TestText *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
