/* Places as text. */
#include "libaug/base/place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Text that ends early where a whole step no longer fits. */
typedef struct PointerText {
    char *text;
    size_t size, used;
} PointerText;

static bool needs_escape(char c)
{
    return c == '~' || c == '/';
}

/* Appends "/key", in which "~" and "/" are written "~0" and "~1"; false if it does not fit. */
static bool put_token(PointerText *out, const char *token)
{
    size_t needed = 1;
    for (const char *c = token; *c; c++)
        needed += needs_escape(*c) ? 2 : 1;
    if (needed >= out->size - out->used)
        return false;
    out->text[out->used++] = '/';
    for (const char *c = token; *c; c++) {
        const bool is_special = needs_escape(*c);
        out->text[out->used++] = is_special ? '~' : *c;
        if (is_special)
            out->text[out->used++] = *c == '~' ? '0' : '1';
    }
    out->text[out->used] = 0;
    return true;
}

/* As deep as the limits let a tree be. */
static bool put_path(PointerText *out, const AugiPath *path)
{
    if (!path->parent)
        return true;
    if (!put_path(out, path->parent))
        return false;
    if (path->key)
        return put_token(out, path->key);
    char index[32];
    snprintf(index, sizeof(index), "%zu", path->index);
    return put_token(out, index);
}

void augi_place_text(const AugiPlace *place, char *text, size_t size)
{
    if (!place->path) {
        snprintf(text, size, "%d:%d", place->line, place->column);
        return;
    }
    PointerText out = {.text = text, .size = size};
    text[0] = 0;
    (void)put_path(&out, place->path);
}

void augi_place_where(const AugiPlace *place, const char *name, char *where, size_t size)
{
    char text[200];
    augi_place_text(place, text, sizeof(text));
    const bool is_root = place->path && !text[0];
    snprintf(where, size, "%s", is_root ? "/" : "");
    augi_place_join(name, text, where + strlen(where), size - strlen(where));
}

void augi_place_join(const char *name, const char *place_text, char *where, size_t size)
{
    const bool is_pointer = place_text[0] == '/';
    snprintf(where, size, "%s%s%s%s", is_pointer ? "/" : "", name ? name : "spec",
             place_text[0] && !is_pointer ? ":" : "", place_text);
}
