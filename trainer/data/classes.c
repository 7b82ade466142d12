/* Compares the names of classes, and renumbers labels. */
#include "trainer/data/classes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libaug/spec/param.h"

/* Names that are listed in a note; more are counted. */
#define MAX_LISTED 5

bool train_classes_have_names(const TrainClassNames *classes)
{
    bool says_more = false;
    for (uint32_t i = 0; i < classes->n; i++) {
        char number[16];
        snprintf(number, sizeof(number), "%u", i);
        if (!classes->names[i])
            return false;
        says_more = says_more || strcmp(classes->names[i], number) != 0;
    }
    return says_more;
}

/* A class by its name. */
typedef struct Named {
    const char *name;
    uint32_t number;
} Named;

static int by_name(const void *a, const void *b)
{
    const Named *left = a, *right = b;
    const int order = strcmp(left->name, right->name);
    return order ? order : (left->number > right->number) - (left->number < right->number);
}

/* Classes in the order of their names: data sets have tens of thousands of them. The caller frees
 * *sorted. */
static AugStatus sort(const TrainClassNames *classes, Named **sorted, AugError *error)
{
    *sorted = calloc((size_t)classes->n + 1, sizeof(**sorted));
    if (!*sorted)
        return AUG_FAIL(error, AUG_NO_MEMORY, classes->owner, "no memory for its classes");
    for (uint32_t i = 0; i < classes->n; i++)
        (*sorted)[i] = (Named){classes->names[i], i};
    if (classes->n > 1)
        qsort(*sorted, classes->n, sizeof(**sorted), by_name);
    return AUG_OK;
}

/* Number of a name among classes that are sorted, too, the first of equals; n: it is none of them. Where
 * the guess has the name it is that. */
static uint32_t find(const TrainClassNames *classes, const Named *sorted, const char *name,
                     uint32_t guess)
{
    const uint32_t n = classes->n;
    uint32_t first = 0, end = n;
    if (guess < n && strcmp(classes->names[guess], name) == 0)
        return guess;
    while (first < end) {
        const uint32_t middle = first + (end - first) / 2;
        if (strcmp(sorted[middle].name, name) < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return first < n && strcmp(sorted[first].name, name) == 0 ? sorted[first].number : n;
}

/* The numbers that the names of from have in to, to->n: none; and how many have one. */
static AugStatus find_all(TrainClassMap *map, const TrainClassNames *from,
                          const TrainClassNames *to, uint32_t *n_known, AugError *error)
{
    Named *sorted;
    *n_known = 0;
    AUG_TRY(sort(to, &sorted, error));
    for (uint32_t i = 0; i < from->n; i++) {
        map->numbers[i] = find(to, sorted, from->names[i], i);
        *n_known += map->numbers[i] < to->n;
    }
    free(sorted);
    return AUG_OK;
}

static const char *name_at(const void *names, size_t i)
{
    return ((const char *const *)names)[i];
}

static AugStatus refuse(const TrainClassNames *from, const TrainClassNames *to, const char *name,
                        AugError *error)
{
    const char *nearest = augi_nearest_name(name, name_at, to->names, to->n);
    return AUG_FAIL(error, AUG_BAD_SPEC, from->owner,
                    "its class '%.80s' is none of the %u classes of %s%s%.80s%s; allowed are their "
                    "names",
                    name, to->n, to->owner, nearest ? ", of which '" : "", nearest ? nearest : "",
                    nearest ? "' comes nearest" : "");
}

/* Classes of `to` that `from` does not have. */
static AugStatus note_missing(const TrainClassNames *from, const TrainClassNames *to,
                              TrainNotes *notes, AugError *error)
{
    char listed[512] = "";
    uint32_t n = 0;
    Named *sorted;
    AUG_TRY(sort(from, &sorted, error));
    for (uint32_t i = 0; i < to->n; i++) {
        const size_t used = strlen(listed);
        if (find(from, sorted, to->names[i], i) < from->n)
            continue;
        if (n++ < MAX_LISTED)
            snprintf(listed + used, sizeof(listed) - used, "%s'%.80s'", used ? ", " : "",
                     to->names[i]);
    }
    if (n > 0)
        train_notes_add(notes, "%s lacks %u of the %u classes of %s: %s%s", from->owner, n, to->n,
                        to->owner, listed, n > MAX_LISTED ? ", ..." : "");
    free(sorted);
    return AUG_OK;
}

/* The map has the numbers already. */
static AugStatus match_names(const TrainClassMap *map, const TrainClassNames *from,
                             const TrainClassNames *to, TrainNotes *notes, AugError *error)
{
    bool moved = false;
    for (uint32_t i = 0; i < from->n; i++) {
        if (map->numbers[i] == to->n)
            return refuse(from, to, from->names[i], error);
        moved = moved || map->numbers[i] != i;
    }
    if (moved)
        train_notes_add(notes,
                        "%s numbers its classes otherwise than %s; they are matched by their names",
                        from->owner, to->owner);
    return note_missing(from, to, notes, error);
}

/* one_has_names: and the other has only numbers. */
static AugStatus match_numbers(const TrainClassNames *from, const TrainClassNames *to,
                               bool one_has_names, TrainNotes *notes, AugError *error)
{
    if (from->n > to->n)
        return AUG_FAIL(error, AUG_BAD_SPEC, from->owner, "it has %u classes; %s has %u", from->n,
                        to->owner, to->n);
    if (one_has_names)
        train_notes_add(notes,
                        "the classes of %s and %s are matched by their numbers, as only one of "
                        "them has names",
                        from->owner, to->owner);
    if (from->n < to->n)
        train_notes_add(notes, "%s has %u classes, %s has %u", from->owner, from->n, to->owner,
                        to->n);
    return AUG_OK;
}

static AugStatus match(TrainClassMap *map, const TrainClassNames *from, const TrainClassNames *to,
                       bool renames, TrainNotes *notes, AugError *error)
{
    const bool from_names = train_classes_have_names(from), to_names = train_classes_have_names(to);
    for (uint32_t i = 0; i < from->n; i++)
        map->numbers[i] = i;
    if (!from_names || !to_names)
        return match_numbers(from, to, from_names != to_names && !renames, notes, error);
    uint32_t n_known;
    AUG_TRY(find_all(map, from, to, &n_known, error));
    if (!renames || n_known > 0)
        return match_names(map, from, to, notes, error);
    for (uint32_t i = 0; i < from->n; i++)
        map->numbers[i] = i;
    train_notes_add(notes, "%s calls the classes of %s by other names; they keep their numbers",
                    to->owner, from->owner);
    return match_numbers(from, to, false, notes, error);
}

AugStatus train_class_map_init(TrainClassMap *out, const TrainClassNames *from,
                               const TrainClassNames *to, TrainClassRule rule, TrainNotes *notes,
                               AugError *error)
{
    *out = (TrainClassMap){.n_from = from->n};
    out->numbers = calloc((size_t)from->n + 1, sizeof(*out->numbers));
    const AugStatus status =
        out->numbers ? match(out, from, to, rule.renames, notes, error)
                     : AUG_FAIL(error, AUG_NO_MEMORY, from->owner, "no memory for its classes");
    /* Shares of fewer classes are to be laid out anew, too. */
    out->moved = from->n != to->n || (rule.via && rule.via->moved);
    for (uint32_t i = 0; status == AUG_OK && i < from->n; i++) {
        if (rule.via && out->numbers[i] < rule.via->n_from)
            out->numbers[i] = rule.via->numbers[out->numbers[i]];
        out->moved = out->moved || out->numbers[i] != i;
    }
    if (status != AUG_OK)
        train_class_map_fini(out);
    return status;
}

AugStatus train_class_map_reserve(TrainClassMap *map, uint32_t n_batch, uint32_t n_classes,
                                  AugError *error)
{
    if (!map->moved)
        return AUG_OK;
    map->n_to = n_classes;
    map->labels = calloc(n_batch, sizeof(*map->labels));
    map->shares = calloc((size_t)n_batch * n_classes, sizeof(*map->shares));
    return map->labels && map->shares ? AUG_OK
                                      : AUG_FAIL(error, AUG_NO_MEMORY, NULL,
                                                 "no memory for the labels of %u samples", n_batch);
}

int64_t train_class_map_number(const TrainClassMap *map, int64_t label)
{
    const bool is_class = label >= 0 && label < (int64_t)map->n_from;
    return map->moved && is_class ? (int64_t)map->numbers[label] : label;
}

uint32_t train_class_map_end(const TrainClassMap *map)
{
    uint32_t end = 0;
    for (uint32_t i = 0; map->moved && i < map->n_from; i++)
        end = map->numbers[i] >= end ? map->numbers[i] + 1 : end;
    return end;
}

/* Shares of the classes of one sample; those that the data set lacks have none. */
static void apply_shares(const TrainClassMap *map, const float *from, float *to)
{
    memset(to, 0, map->n_to * sizeof(*to));
    for (uint32_t k = 0; k < map->n_from; k++)
        to[map->numbers[k]] = from[k];
}

void train_class_map_apply(const TrainClassMap *map, NnBatch *batch)
{
    if (!map->moved)
        return;
    for (uint32_t i = 0; batch->labels && i < batch->n; i++)
        map->labels[i] = train_class_map_number(map, batch->labels[i]);
    for (uint32_t i = 0; batch->soft && i < batch->n; i++)
        apply_shares(map, batch->soft + (size_t)i * map->n_from,
                     map->shares + (size_t)i * map->n_to);
    batch->labels = batch->labels ? map->labels : NULL;
    batch->soft = batch->soft ? map->shares : NULL;
}

void train_class_map_fini(TrainClassMap *map)
{
    free(map->numbers);
    free(map->labels);
    free(map->shares);
    *map = (TrainClassMap){0};
}
