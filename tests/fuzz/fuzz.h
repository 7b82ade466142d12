/* What fuzz targets share. A target is a file fuzz_NAME.c with one LLVMFuzzerTestOneInput, which
 * turns any bytes into calls and checks what they give. libFuzzer feeds it where the compiler has
 * that; elsewhere run.c does, with the files it is given.
 *
 * A target ends its process by FUZZ_CHECK where a promise is broken, and leaves nothing behind that
 * the next input could see.
 */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* The target: one input. Returns 0, or -1 for one that is not worth to be kept. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Ends the process with a sentence made like printf unless the condition holds. */
#define FUZZ_CHECK(condition, ...) \
    ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, __VA_ARGS__))

/* Says where and why, and aborts. */
_Noreturn void fuzz_fail(const char *file, int line, const char *condition, const char *format, ...)
    AUG_PRINTF(4, 5);

/* Checks that a failure can be shown to people: a status that is no mistake of ours, and a
 * sentence. */
void fuzz_check_failure(AugStatus status, const AugError *error);

/* What is left of an input. */
typedef struct FuzzInput {
    const uint8_t *at;
    size_t left;
} FuzzInput;

/* The next byte; 0 behind the end. */
uint8_t fuzz_byte(FuzzInput *input);

/* A number from 0 to n - 1 of the next two bytes; n from 1 to 65536. */
uint32_t fuzz_number(FuzzInput *input, uint32_t n);

/* A copy of the next size bytes (fewer if the input ends), in memory of exactly that size, so that
 * a sanitizer sees every byte too far; the caller frees it. *size is set to what there was. */
uint8_t *fuzz_take(FuzzInput *input, size_t *size);

/* Such a copy of all up to a line "%%", which is passed over, or up to the end. *size receives its
 * size. */
uint8_t *fuzz_part(FuzzInput *input, size_t *size);

/* The same with a NUL behind it. A NUL among the bytes ends the text early. */
char *fuzz_part_text(FuzzInput *input);

/* A path of a file in memory with this content, valid until the next call. */
const char *fuzz_file(const void *bytes, size_t size);

#endif
