/* Whether a text joins what it is put between. */
#include "text/domain/alone.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text/unicode/unicode.h"

AugStatus txt_check_alone(const void *bytes, size_t size, const char *where, AugError *error)
{
    /* A letter, the text twice, a letter. */
    const size_t all = 2 * size + 2;
    uint8_t *around = malloc(all);
    if (!around)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for %s", where);
    memset(around, 'a', all);
    memcpy(around + 1, bytes, size);
    memcpy(around + 1 + size, bytes, size);
    bool is_alone = true;
    for (size_t at = 1; at < all && size > 0; at += size)
        is_alone = is_alone && txt_grapheme_begins(around, all, at);
    free(around);
    if (is_alone)
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "%s has '%.*s', which joins the characters beside it; allowed is what stands "
                    "by itself",
                    where, (int)(size < 64 ? size : 64), (const char *)bytes);
}
