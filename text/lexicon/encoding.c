/* Encodings are the C library's; names of them are written in several ways. */
#include "text/lexicon/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/base/utf8.h"

/* Room for the name of an encoding. */
#define NAME_SIZE 64

static void encoding_name(TxtSlice encoding, char name[NAME_SIZE])
{
    static const char vendor[] = "microsoft-";
    const uint32_t length = sizeof(vendor) - 1;
    if (encoding.size > length && strncmp(encoding.text, vendor, length) == 0)
        encoding = (TxtSlice){encoding.text + length, encoding.size - length};
    snprintf(name, NAME_SIZE, "%.*s", encoding.size < NAME_SIZE ? (int)encoding.size : NAME_SIZE,
             encoding.text);
}

static AugStatus check_utf8(const TxtLines *lines, AugError *error)
{
    const size_t left = (size_t)(lines->end - lines->at);
    const size_t bad = augi_utf8_invalid(lines->at, left);
    if (bad == left)
        return AUG_OK;
    unsigned line = lines->number + 1;
    for (size_t i = 0; i < bad; i++)
        line += lines->at[i] == '\n';
    char where[256];
    snprintf(where, sizeof(where), "%.200s:%u", lines->path, line);
    return AUG_FAIL(error, AUG_CORRUPT, where, "the line is not UTF-8");
}

/* A byte of a small character set is at most three in UTF-8. */
static AugStatus convert(TxtLines *lines, iconv_t converter, const char *name, AugError *error)
{
    const size_t left = (size_t)(lines->end - lines->at), room = 3 * left + 1;
    char *text = malloc(room);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, lines->path, "no memory for %zu bytes", room);
    char *from = (char *)lines->bytes + (lines->at - (const char *)lines->bytes), *to = text;
    size_t from_left = left, to_left = room;
    if (iconv(converter, &from, &from_left, &to, &to_left) == (size_t)-1) {
        free(text);
        return AUG_FAIL(error, AUG_CORRUPT, lines->path, "its bytes are not %s", name);
    }
    free(lines->bytes);
    lines->bytes = (uint8_t *)text;
    lines->at = text;
    lines->end = to;
    return AUG_OK;
}

AugStatus txt_lines_decode(TxtLines *lines, TxtSlice encoding, AugError *error)
{
    char name[NAME_SIZE];
    encoding_name(encoding, name);
    if (strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "UTF8") == 0)
        return check_utf8(lines, error);
    const iconv_t converter = iconv_open("UTF-8", name);
    if (converter == (iconv_t)-1)
        return AUG_FAIL(error, errno == EINVAL ? AUG_UNSUPPORTED : AUG_NO_MEMORY, lines->path,
                        "its encoding '%s' is not known here", name);
    const AugStatus status = convert(lines, converter, name, error);
    iconv_close(converter);
    return status;
}
