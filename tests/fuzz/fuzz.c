/* Reading inputs, a file in memory, and the end of a target that found something. */
#include "tests/fuzz/fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Between two parts of an input. Three letters in a line of their own: mutations keep them together
 * often enough, and people can read and write them. */
static const char separator[] = "\n%%\n";

void fuzz_fail(const char *file, int line, const char *condition, const char *format, ...)
{
    fprintf(stderr, "%s:%d: not true: %s\n  ", file, line, condition);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}

void fuzz_check_failure(AugStatus status, const AugError *error)
{
    FUZZ_CHECK(status != AUG_OK && status != AUG_INTERNAL, "%s: %s", error->where, error->message);
    FUZZ_CHECK(error->message[0] != 0, "status %s without a sentence", aug_status_name(status));
}

uint8_t fuzz_byte(FuzzInput *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

uint32_t fuzz_number(FuzzInput *input, uint32_t n)
{
    const uint32_t low = fuzz_byte(input);
    return (low | (uint32_t)fuzz_byte(input) << 8) % n;
}

static uint8_t *copy(const uint8_t *bytes, size_t size)
{
    uint8_t *result = malloc(size ? size : 1);
    FUZZ_CHECK(result != NULL, "no memory for %zu bytes of an input", size);
    if (size)
        memcpy(result, bytes, size);
    return result;
}

uint8_t *fuzz_take(FuzzInput *input, size_t *size)
{
    if (*size > input->left)
        *size = input->left;
    uint8_t *result = copy(input->at, *size);
    input->at += *size;
    input->left -= *size;
    return result;
}

/* Bytes up to the next separator; passed says how many it takes with the separator. */
static size_t part_size(const FuzzInput *input, size_t *passed)
{
    const size_t length = sizeof(separator) - 1;
    const uint8_t *found = input->left ? memmem(input->at, input->left, separator, length) : NULL;
    const size_t size = found ? (size_t)(found - input->at) : input->left;
    *passed = found ? size + length : size;
    return size;
}

uint8_t *fuzz_part(FuzzInput *input, size_t *size)
{
    size_t passed;
    *size = part_size(input, &passed);
    uint8_t *result = copy(input->at, *size);
    input->at += passed;
    input->left -= passed;
    return result;
}

char *fuzz_part_text(FuzzInput *input)
{
    size_t size;
    uint8_t *part = fuzz_part(input, &size);
    char *text = realloc(part, size + 1);
    FUZZ_CHECK(text != NULL, "no memory for a text");
    text[size] = 0;
    return text;
}

const char *fuzz_file(const void *bytes, size_t size)
{
    static int file = -1;
    static char path[64];
    if (file < 0) {
        file = memfd_create("input", MFD_CLOEXEC);
        FUZZ_CHECK(file >= 0, "no file in memory");
        snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    }
    FUZZ_CHECK(ftruncate(file, 0) == 0 && pwrite(file, bytes, size, 0) == (ssize_t)size,
               "the file in memory cannot be written");
    return path;
}
