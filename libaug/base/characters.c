/* A mark at every 256th character, and a short walk from it. */
#include "libaug/base/characters.h"

#include <stdlib.h>

#include "libaug/base/grow.h"
#include "libaug/base/utf8.h"

#define STEP 256

static size_t next(const AugiCharacters *characters, size_t at)
{
    int32_t code;
    const uint8_t *text = (const uint8_t *)characters->text;
    return at + augi_utf8_decode(text + at, characters->size - at, &code);
}

static bool is_ascii(const char *text, size_t size)
{
    unsigned char any = 0;
    for (size_t i = 0; i < size; i++)
        any |= (unsigned char)text[i];
    return any < 0x80;
}

AugStatus augi_characters_set(AugiCharacters *characters, const char *text, size_t size,
                              AugError *error)
{
    characters->text = text;
    characters->size = size;
    characters->n = size;
    characters->n_marks = 0;
    if (is_ascii(text, size))
        return AUG_OK;
    AUG_TRY(augi_grow(&characters->marks, &characters->capacity, size / STEP + 1,
                      sizeof(*characters->marks), UINT64_MAX, error));
    uint64_t n = 0;
    for (size_t at = 0; at < size; at = next(characters, at))
        if (n++ % STEP == 0)
            characters->marks[characters->n_marks++] = at;
    characters->n = n;
    return AUG_OK;
}

size_t augi_characters_byte(const AugiCharacters *characters, uint64_t number)
{
    if (characters->n_marks == 0)
        return (size_t)number;
    if (number == characters->n)
        return characters->size;
    size_t at = (size_t)characters->marks[number / STEP];
    for (uint64_t i = number % STEP; i > 0; i--)
        at = next(characters, at);
    return at;
}

uint64_t augi_characters_number(const AugiCharacters *characters, size_t byte)
{
    if (characters->n_marks == 0)
        return byte;
    uint64_t first = 0, end = characters->n_marks;
    while (end - first > 1) {
        const uint64_t middle = first + (end - first) / 2;
        if (characters->marks[middle] <= byte)
            first = middle;
        else
            end = middle;
    }
    uint64_t number = first * STEP;
    for (size_t at = (size_t)characters->marks[first]; at < byte; at = next(characters, at))
        number++;
    return number;
}

void augi_characters_fini(AugiCharacters *characters)
{
    free(characters->marks);
    *characters = (AugiCharacters){0};
}
