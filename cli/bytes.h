/* Bytes that are put together piece by piece. */
#ifndef CLI_BYTES_H
#define CLI_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised it is empty. A failed allocation is remembered in failed, and turns every later
 * call into nothing. */
typedef struct CliBytes {
    char *bytes;
    size_t size, capacity;
    bool failed;
} CliBytes;

/* Adds a copy of size bytes. */
void cli_bytes_add(CliBytes *bytes, const void *more, size_t size);

/* Adds a byte. */
void cli_bytes_add_byte(CliBytes *bytes, char byte);

/* Adds a text that ends with NUL, without the NUL. */
void cli_bytes_add_text(CliBytes *bytes, const char *text);

/* Adds a whole number in decimal digits. */
void cli_bytes_add_number(CliBytes *bytes, uint64_t number);

/* Room for size more bytes, which the caller writes and then counts; NULL if memory is out. */
char *cli_bytes_reserve(CliBytes *bytes, size_t size);

/* Frees the memory and zeroes the struct. */
void cli_bytes_fini(CliBytes *bytes);

#endif
