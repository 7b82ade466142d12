/* Whole files, read into memory or mapped: the bound, and what is no file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libaug/base/input_file.h"
#include "tests/support/support.h"

/* Expects a refusal whose sentence holds words, and nothing to free. */
static void refuse(const char *path, size_t limit, AugStatus status, const char *words)
{
    uint8_t other;
    uint8_t *bytes = &other;
    size_t size = 1;
    AugError error = {0};
    const AugStatus found = augi_input_file_load(path, limit, &bytes, &size, &error);
    ck_assert_msg(found == status, "%s: %s, expected %s: %s", path, aug_status_name(found),
                  aug_status_name(status), error.message);
    ck_assert_msg(strstr(error.message, words) != NULL, "'%s' lacks '%s'", error.message, words);
    ck_assert_str_eq(error.where, path);
    ck_assert_ptr_null(bytes);
    ck_assert_uint_eq(size, 0);
    const uint8_t *mapped = &other;
    AugError again = {0};
    ck_assert_int_eq(augi_input_file_map(path, limit, &mapped, &size, &again), status);
    ck_assert_str_eq(again.message, error.message);
    ck_assert_ptr_null(mapped);
}

START_TEST(a_file_is_read_whole)
{
    char *path = test_path("%s/input", test_folder());
    uint8_t *bytes = NULL;
    size_t size = 0;
    test_write_file(path, "12\0 5", 5);
    ck_assert_int_eq(augi_input_file_load(path, 5, &bytes, &size, NULL), AUG_OK);
    ck_assert_uint_eq(size, 5);
    ck_assert_mem_eq(bytes, "12\0 5\0", 6);
    free(bytes);
    refuse(path, 4, AUG_TOO_LARGE, "the file has 5 bytes; 4 are allowed");
    test_write_file(path, "", 0);
    ck_assert_int_eq(augi_input_file_load(path, 0, &bytes, &size, NULL), AUG_OK);
    ck_assert_uint_eq(size, 0);
    ck_assert_uint_eq(bytes[0], 0);
    free(bytes);
    free(path);
}
END_TEST

/* What is mapped lies in the memory of the file itself, and outlives its name. */
START_TEST(a_file_is_mapped_whole)
{
    char *path = test_path("%s/mapped", test_folder());
    const uint8_t *bytes = NULL, *again = NULL;
    size_t size = 0;
    AugError error = {0};
    test_write_file(path, "12\0 5", 5);
    ck_assert_int_eq(augi_input_file_map(path, 5, &bytes, &size, NULL), AUG_OK);
    ck_assert_uint_eq(size, 5);
    FILE *file = fopen(path, "r+");
    ck_assert_int_eq(fputc('2', file), '2');
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_mem_eq(bytes, "22\0 5", 5);
    augi_input_file_unmap(bytes, size);
    augi_input_file_unmap(NULL, 0);
    test_write_file(path, "", 0);
    ck_assert_int_eq(augi_input_file_map(path, 5, &again, &size, &error), AUG_CORRUPT);
    ck_assert_str_eq(error.message, "the file is empty");
    ck_assert_ptr_null(again);
    free(path);
}
END_TEST

/* A text may come from a pipe, whose size nobody knows before its end. */
START_TEST(a_text_is_read_from_a_pipe)
{
    enum { SIZE = 30000 };
    static char text[SIZE];
    memset(text, 'x', SIZE);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, SIZE), SIZE);
    close(ends[1]);
    ck_assert_int_ge(dup2(ends[0], STDIN_FILENO), 0);
    close(ends[0]);
    uint8_t *bytes;
    size_t size;
    ck_assert_int_eq(augi_input_text_load("-", SIZE, &bytes, &size, NULL), AUG_OK);
    ck_assert_uint_eq(size, SIZE);
    ck_assert_mem_eq(bytes, text, SIZE);
    ck_assert_uint_eq(bytes[SIZE], 0);
    free(bytes);
    char *path = test_path("%s/long", test_folder());
    test_write_file(path, text, SIZE);
    AugError error = {0};
    ck_assert_int_eq(augi_input_text_load(path, SIZE - 1, &bytes, &size, &error), AUG_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(error.message, "29999"));
    ck_assert_ptr_null(bytes);
    ck_assert_int_eq(augi_input_text_load(test_folder(), SIZE, &bytes, &size, &error),
                     AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message, "is a folder; allowed is a file");
    ck_assert_int_eq(augi_input_text_load("none", SIZE, &bytes, &size, &error), AUG_NOT_FOUND);
    free(path);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    refuse("/nowhere/x", 4096, AUG_NOT_FOUND, "there is no such file");
    refuse(test_folder(), 4096, AUG_BAD_ARGUMENT, "is a folder; allowed is a file");
    refuse("/dev/null", 4096, AUG_BAD_ARGUMENT, "allowed is a regular file");
    char *path = test_path("%s/file", test_folder());
    test_write_file(path, "1", 1);
    char *below = test_path("%s/below", path);
    refuse(below, 4096, AUG_NOT_FOUND, "cannot open it: Not a directory");
    /* Nobody writes to this pipe: a reader that waited would never come back. */
    char *pipe = test_path("%s/pipe", test_folder());
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    refuse(pipe, 4096, AUG_BAD_ARGUMENT, "allowed is a regular file");
    free(pipe);
    free(below);
    free(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("input_file");
    TCase *test = tcase_create("load");
    tcase_add_test(test, a_file_is_read_whole);
    tcase_add_test(test, a_file_is_mapped_whole);
    tcase_add_test(test, what_is_no_file_is_refused);
    tcase_add_test(test, a_text_is_read_from_a_pipe);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
