/* Help for tests of data sets: opening, refusals, files made on the spot. */
#ifndef TEST_DATASETS_H
#define TEST_DATASETS_H

#include <stdio.h>

#include "aug/dataset.h"
#include "tests/support/support.h"

/* Opens a short form made like printf, or ends the test with the error. */
AugDataset *test_open(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Opens it under limits and expects a refusal with this status, whose "where: message" holds words.
 * limits NULL: the defaults. */
void test_refuse_under(const AugLimits *limits, AugStatus status, const char *words,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same under the default limits. */
#define test_refuse(status, words, ...) test_refuse_under(NULL, status, words, __VA_ARGS__)

/* Reads a sample and compares all of it; name NULL: any. Ends the test on a difference. */
void test_sample(const AugDataset *dataset, uint64_t index, const char *name, int64_t label,
                 const void *bytes, size_t size);

/* Expects a read to fail with this status and words. */
void test_read_fails(const AugDataset *dataset, uint64_t index, AugStatus status,
                     const char *words);

/* Fingerprint of what a short form opens; the caller frees it. */
char *test_fingerprint(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads every sample from several threads at once and compares each with a first reading. */
void test_read_from_threads(const AugDataset *dataset);

/* Makes folder/NAME (like printf) with its parents; the caller frees the path. */
char *test_make_folder(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes a file anew. Overwriting one makes ext4 wait for the disk; loops of many files need not.
 */
void test_replace_file(const char *path, const void *bytes, size_t size);

/* The same as a gzip file. */
void test_write_gzip(const char *path, const void *bytes, size_t size);

/* Adds a member to a tar file that is open for writing: a ustar header with the right checksum,
 * then the content, padded. type: '0' for a file. */
void test_tar_add(FILE *tar, const char *name, char type, const void *bytes, size_t size);

/* Writes the end marker and closes. */
void test_tar_end(FILE *tar);

/* A header block as test_tar_add writes it, for tests that damage one; test_tar_seal computes its
 * checksum anew. */
void test_tar_header(uint8_t block[512], const char *name, char type, size_t size);
void test_tar_seal(uint8_t block[512]);

#endif
