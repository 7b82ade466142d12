/* The extended headers of pax: records of "LENGTH KEY=VALUE\n", LENGTH counting the whole record.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/tar_reader.h"

static AugStatus fail(const AugiTarReader *reader, const char *what, AugError *error)
{
    return AUG_FAIL(error, AUG_CORRUPT, reader->path,
                    "the extended header before byte %" PRIu64 " %s", reader->offset, what);
}

/* Nineteen digits fit 64 bits. */
static bool read_decimal(const char *text, size_t size, uint64_t *value)
{
    if (size == 0 || size > 19)
        return false;
    *value = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *value = 10 * *value + (uint64_t)(text[i] - '0');
    }
    return true;
}

static AugStatus take_record(AugiTarReader *reader, const char *key, const char *value, size_t size,
                             bool global, AugError *error)
{
    bool is_path = strcmp(key, "path") == 0, is_size = strcmp(key, "size") == 0;
    if (strncmp(key, "GNU.sparse.", 11) == 0)
        return AUG_FAIL(error, AUG_UNSUPPORTED, reader->path,
                        "the member at byte %" PRIu64 " is sparse; allowed are plain files",
                        reader->offset);
    if (!is_path && !is_size)
        return AUG_OK;
    if (global)
        return fail(reader, "sets a path or size for all members; allowed is one member's", error);
    if (is_size) {
        if (!read_decimal(value, size, &reader->size))
            return fail(reader, "has a size that is not a decimal number", error);
        reader->has_size = true;
        return AUG_OK;
    }
    if (size == 0 || size > AUGI_TAR_MAX_NAME || memchr(value, 0, size))
        return fail(reader, "has a path that is empty, too long or not text", error);
    memcpy(reader->name, value, size);
    reader->name[size] = 0;
    reader->has_name = true;
    return AUG_OK;
}

AugStatus augi_tar_read_pax(AugiTarReader *reader, char *text, size_t size, bool global,
                            AugError *error)
{
    size_t at = 0;
    while (at < size) {
        const char *space = memchr(text + at, ' ', size - at);
        uint64_t length;
        size_t digits = space ? (size_t)(space - text) - at : 0;
        /* At least a space, a key of one letter, "=" and the newline. */
        if (!space || !read_decimal(text + at, digits, &length) || length > size - at ||
            length < digits + 4 || text[at + length - 1] != '\n')
            return fail(reader, "has a record whose length is wrong", error);
        char *key = text + at + digits + 1;
        char *end = text + at + length - 1;
        char *equals = memchr(key, '=', (size_t)(end - key));
        if (!equals)
            return fail(reader, "has a record without '='", error);
        *equals = 0;
        AUG_TRY(take_record(reader, key, equals + 1, (size_t)(end - equals - 1), global, error));
        at += (size_t)length;
    }
    return AUG_OK;
}
