/* What is said for a name that is not known: the nearest one, or all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libaug/spec/param.h"

/* Longer words are not names of ours. */
#define MAX_NAME 64

static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '-' ? '_' : c;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance: insertion, deletion, change, swap of neighbours; case and
 * "-" against "_" cost nothing. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][MAX_NAME + 1];
    size_t n = strlen(b);
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= n; j++)
        last[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t change = last[j - 1] + (fold(a[i - 1]) != fold(b[j - 1]));
            now[j] = smaller(change, 1 + smaller(last[j], now[j - 1]));
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
                fold(a[i - 2]) == fold(b[j - 1]))
                now[j] = smaller(now[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[n];
}

const char *augi_nearest_name(const char *wrong, const char *(*name_at)(const void *list, size_t i),
                              const void *list, size_t n)
{
    size_t length = strlen(wrong);
    if (length > MAX_NAME)
        return NULL;
    const char *nearest = NULL;
    size_t best = length / 3 + 1;
    for (size_t i = 0; i < n; i++) {
        const char *name = name_at(list, i);
        if (strlen(name) > MAX_NAME)
            continue;
        size_t d = distance(wrong, name);
        /* Someone who writes RandomFlip means a flip: a name within the other is near, too. */
        if (d > best && length >= 4 && (strcasestr(name, wrong) || strcasestr(wrong, name)))
            d = best;
        /* Two changes make another word of four letters, unless it begins alike. */
        const bool is_other = d >= length || (d > 1 && length <= 4 && fold(*wrong) != fold(*name));
        if (!is_other && (d < best || (d == best && !nearest))) {
            best = d;
            nearest = name;
        }
    }
    return nearest;
}

bool augi_name_is_among(const char *names, const char *word, size_t size)
{
    while (*names) {
        const size_t length = strcspn(names, " ");
        if (length == size && strncasecmp(names, word, size) == 0)
            return true;
        names += length;
        names += *names == ' ';
    }
    return false;
}

void augi_known_names(const char *(*name_at)(const void *list, size_t i), const void *list,
                      size_t n, char *text, size_t size)
{
    if (n == 0) {
        snprintf(text, size, "none is known");
        return;
    }
    size_t used = (size_t)snprintf(text, size, n == 1 ? "known is only " : "known are: ");
    for (size_t i = 0; i < n; i++) {
        const char *name = name_at(list, i);
        /* Room for a comma, the name, and what stands for those that are left out. */
        if (used + strlen(name) + sizeof(", , ...") > size) {
            snprintf(text + used, size - used, i ? ", ..." : "...");
            return;
        }
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", name);
    }
}
