/* Doubles its memory when it is full. */
#include "cli/bytes.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 4096

char *cli_bytes_reserve(CliBytes *bytes, size_t size)
{
    if (bytes->failed)
        return NULL;
    if (bytes->capacity - bytes->size >= size)
        return bytes->bytes + bytes->size;
    size_t capacity = bytes->capacity ? bytes->capacity : FIRST_CAPACITY;
    while (capacity - bytes->size < size)
        capacity *= 2;
    char *grown = realloc(bytes->bytes, capacity);
    if (!grown) {
        bytes->failed = true;
        return NULL;
    }
    bytes->bytes = grown;
    bytes->capacity = capacity;
    return grown + bytes->size;
}

void cli_bytes_add(CliBytes *bytes, const void *more, size_t size)
{
    char *to = cli_bytes_reserve(bytes, size);
    if (!to || size == 0)
        return;
    memcpy(to, more, size);
    bytes->size += size;
}

void cli_bytes_add_byte(CliBytes *bytes, char byte)
{
    cli_bytes_add(bytes, &byte, 1);
}

void cli_bytes_add_text(CliBytes *bytes, const char *text)
{
    cli_bytes_add(bytes, text, strlen(text));
}

void cli_bytes_add_number(CliBytes *bytes, uint64_t number)
{
    /* Digits of the largest number. */
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    cli_bytes_add(bytes, digits + at, sizeof(digits) - at);
}

void cli_bytes_fini(CliBytes *bytes)
{
    free(bytes->bytes);
    *bytes = (CliBytes){0};
}
