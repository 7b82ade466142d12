/* Reading lines and fields. */
#include "text/lexicon/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/input_file.h"
#include "text/lexicon/format.h"

AugStatus txt_lines_open(TxtLines *lines, const char *folder, const char *name, AugError *error)
{
    *lines = (TxtLines){0};
    size_t size = 0;
    char *path = NULL;
    if (asprintf(&path, "%s%s%s", folder ? folder : "", folder ? "/" : "", name) < 0)
        return AUG_FAIL(error, AUG_NO_MEMORY, name, "no memory for a path");
    const AugStatus status =
        augi_input_file_load(path, TXT_MAX_SOURCE_SIZE, &lines->bytes, &size, error);
    if (status != AUG_OK) {
        free(path);
        return status;
    }
    lines->path = path;
    lines->end = (const char *)lines->bytes + size;
    txt_lines_rewind(lines);
    return AUG_OK;
}

void txt_lines_rewind(TxtLines *lines)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t size = sizeof(mark) - 1;
    lines->at = (const char *)lines->bytes;
    lines->number = 0;
    if ((size_t)(lines->end - lines->at) >= size && memcmp(lines->at, mark, size) == 0)
        lines->at += size;
}

void txt_lines_close(TxtLines *lines)
{
    free(lines->path);
    free(lines->bytes);
    *lines = (TxtLines){0};
}

bool txt_lines_next(TxtLines *lines, TxtSlice *line)
{
    if (lines->at == lines->end)
        return false;
    const size_t left = (size_t)(lines->end - lines->at);
    const char *stop = memchr(lines->at, '\n', left);
    size_t size = stop ? (size_t)(stop - lines->at) : left;
    *line = (TxtSlice){lines->at, (uint32_t)size};
    lines->at += size + (stop != NULL);
    lines->number++;
    if (size > 0 && line->text[size - 1] == '\r')
        line->size--;
    return true;
}

AugStatus txt_lines_fail(const TxtLines *lines, const char *what, AugError *error)
{
    char where[256];
    snprintf(where, sizeof(where), "%.200s:%u", lines->path, (unsigned)lines->number);
    return AUG_FAIL(error, AUG_CORRUPT, where, "%s", what);
}

static void skip(TxtSlice *rest, uint32_t n)
{
    rest->text += n;
    rest->size -= n;
}

bool txt_field_next(TxtSlice *rest, char separator, TxtSlice *field)
{
    while (separator == ' ' && rest->size > 0 && (rest->text[0] == ' ' || rest->text[0] == '\t'))
        skip(rest, 1);
    if (rest->size == 0)
        return false;
    uint32_t n = 0;
    while (n < rest->size && rest->text[n] != separator &&
           !(separator == ' ' && rest->text[n] == '\t'))
        n++;
    *field = (TxtSlice){rest->text, n};
    skip(rest, n < rest->size ? n + 1 : n);
    return true;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

bool txt_field_number(TxtSlice *rest, int base, uint32_t *number)
{
    TxtSlice field;
    uint64_t value = 0;
    if (!txt_field_next(rest, ' ', &field))
        return false;
    for (uint32_t i = 0; i < field.size; i++) {
        const int digit = digit_of(field.text[i]);
        value = value * (uint64_t)base + (uint64_t)digit;
        if (digit >= base || value > UINT32_MAX)
            return false;
    }
    *number = (uint32_t)value;
    return true;
}

bool txt_slice_is(TxtSlice slice, const char *text)
{
    return strlen(text) == slice.size && memcmp(slice.text, text, slice.size) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

bool txt_slice_fits(TxtSlice word)
{
    uint32_t n_blanks = 0;
    while (n_blanks < word.size && strchr("_ \t", word.text[n_blanks]) && word.text[n_blanks])
        n_blanks++;
    return word.size > n_blanks && word.size <= TXT_MAX_WORD_SIZE;
}

TxtSlice txt_slice_trim(TxtSlice slice)
{
    while (slice.size > 0 && is_blank(slice.text[0]))
        skip(&slice, 1);
    while (slice.size > 0 && is_blank(slice.text[slice.size - 1]))
        slice.size--;
    return slice;
}
