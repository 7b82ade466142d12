/* Patterns with braces, as shells write them: {000..127} and {train,val}. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/data/support/paths.h"

/* One group: "{text}" between head and tail of a pattern. */
typedef struct Group {
    const char *pattern;
    size_t head;  /* bytes before the brace */
    size_t begin; /* first byte inside */
    size_t end;   /* the closing brace */
} Group;

static bool find_group(const char *pattern, Group *group)
{
    const char *open = strchr(pattern, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    if (!close)
        return false;
    *group = (Group){.pattern = pattern, .head = (size_t)(open - pattern)};
    group->begin = group->head + 1;
    group->end = (size_t)(close - pattern);
    return true;
}

/* Expands the groups behind the first, now that it became text. */
static AugStatus expand(AugiPaths *paths, const char *pattern, AugError *error);

static AugStatus expand_with(AugiPaths *paths, const Group *group, const char *text, size_t size,
                             AugError *error)
{
    char *made;
    AUG_TRY(augi_path_make(&made, error, "%.*s%.*s%s", (int)group->head, group->pattern, (int)size,
                           text, group->pattern + group->end + 1));
    AugStatus status = expand(paths, made, error);
    free(made);
    return status;
}

/* Nine digits fit a long everywhere. */
static bool read_bounds(const char *text, size_t size, long *first, long *last, int *width)
{
    const char *dots = memmem(text, size, "..", 2);
    size_t left = dots ? (size_t)(dots - text) : 0;
    if (left == 0 || left > 9 || left + 2 >= size || size - left - 2 > 9)
        return false;
    if (strspn(text, "0123456789") != left || strspn(dots + 2, "0123456789") != size - left - 2)
        return false;
    *first = strtol(text, NULL, 10);
    *last = strtol(dots + 2, NULL, 10);
    *width = (int)left;
    return true;
}

static AugStatus expand_range(AugiPaths *paths, const Group *group, long first, long last,
                              int width, AugError *error)
{
    if (last < first)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, group->pattern,
                        "the range %ld..%ld is empty; the first number must not be the larger one",
                        first, last);
    for (long i = first; i <= last; i++) {
        char number[24];
        int length = snprintf(number, sizeof(number), "%0*ld", width, i);
        AUG_TRY(expand_with(paths, group, number, (size_t)length, error));
    }
    return AUG_OK;
}

static AugStatus expand_list(AugiPaths *paths, const Group *group, AugError *error)
{
    const char *at = group->pattern + group->begin;
    const char *end = group->pattern + group->end;
    for (;;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        AUG_TRY(expand_with(paths, group, at, (size_t)(stop - at), error));
        if (!comma)
            return AUG_OK;
        at = comma + 1;
    }
}

static AugStatus expand(AugiPaths *paths, const char *pattern, AugError *error)
{
    Group group;
    if (!find_group(pattern, &group)) {
        if (paths->n == AUGI_MAX_PATHS)
            return AUG_FAIL(error, AUG_TOO_LARGE, pattern,
                            "the pattern stands for more than %d "
                            "files",
                            AUGI_MAX_PATHS);
        return augi_paths_add(paths, error, "%s", pattern);
    }
    long first, last;
    int width;
    if (read_bounds(pattern + group.begin, group.end - group.begin, &first, &last, &width))
        return expand_range(paths, &group, first, last, width, error);
    return expand_list(paths, &group, error);
}

AugStatus augi_paths_expand(AugiPaths *paths, const char *pattern, AugError *error)
{
    if (augi_path_exists(pattern))
        return augi_paths_add(paths, error, "%s", pattern);
    return expand(paths, pattern, error);
}

/* Digits in which two names of one length differ: the place of the first and their number; false if
 * they differ in anything else. */
static bool find_number(const char *a, const char *b, size_t *begin, size_t *size)
{
    const size_t length = strlen(a);
    if (strlen(b) != length || strcmp(a, b) == 0)
        return false;
    size_t first = 0, end = length;
    while (a[first] == b[first])
        first++;
    while (a[end - 1] == b[end - 1])
        end--;
    const char digits[] = "0123456789";
    while (first > 0 && strchr(digits, a[first - 1]))
        first--;
    *begin = first;
    *size = strspn(a + first, digits);
    return first + *size >= end && *size <= 9 && strspn(b + first, digits) == *size;
}

/* The pattern of names that are sorted, numbered without a gap, and all there are. */
static bool describe_numbered(char *const *names, size_t n, char *text, size_t size)
{
    size_t begin, width;
    if (n < 2 || !find_number(names[0], names[n - 1], &begin, &width))
        return false;
    const char *first = names[0] + begin, *last = names[n - 1] + begin;
    if (strtol(last, NULL, 10) - strtol(first, NULL, 10) != (long)n - 1)
        return false;
    snprintf(text, size, "%.*s{%.*s..%.*s}%s", (int)begin, names[0], (int)width, first, (int)width,
             last, first + width);
    return true;
}

bool augi_path_unglob(const char *path, char *text, size_t size)
{
    if (!strpbrk(path, "*?"))
        return false;
    glob_t found = {0};
    const bool exists = glob(path, 0, NULL, &found) == 0;
    if (!exists || !describe_numbered(found.gl_pathv, found.gl_pathc, text, size))
        snprintf(text, size, "shard-{000..127}.tar");
    if (exists)
        globfree(&found);
    return true;
}
