/* Keys of words. */
#include "text/lexicon/key.h"

#include <stdbool.h>
#include <stdint.h>

#include "text/unicode/fold.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '_' || c == '\t';
}

/* Makes one blank of each run of them, none at either end, and small letters of those of ASCII. */
static size_t put_key(const char *text, size_t size, char key[TXT_KEY_SIZE])
{
    size_t n = 0;
    for (size_t i = 0; i < size && n < TXT_KEY_SIZE; i++) {
        if (is_blank(text[i]) && (n == 0 || key[n - 1] == ' '))
            continue;
        const bool is_capital = text[i] >= 'A' && text[i] <= 'Z';
        key[n++] = is_blank(text[i]) ? ' ' : (char)(is_capital ? text[i] | 0x20 : text[i]);
    }
    return n > 0 && key[n - 1] == ' ' ? n - 1 : n;
}

AugStatus txt_key_make(const char *text, size_t size, char key[TXT_KEY_SIZE], size_t *key_size,
                       AugError *error)
{
    bool is_ascii = true;
    for (size_t i = 0; i < size; i++)
        is_ascii &= (uint8_t)text[i] < 0x80;
    if (is_ascii) {
        *key_size = put_key(text, size, key);
        return AUG_OK;
    }
    TxtFolded folded = {0};
    /* More would not fit anyway, even if each character became shorter. */
    const size_t most = 4 * TXT_KEY_SIZE;
    *key_size = 0;
    AUG_TRY(txt_fold(&folded, (const uint8_t *)text, size < most ? size : most, true, error));
    *key_size = put_key((const char *)folded.bytes, folded.size, key);
    txt_folded_fini(&folded);
    return AUG_OK;
}
