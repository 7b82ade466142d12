/* Counting units in a hash table that grows, then sorting them. */
#include "text/tokens/vocabulary_build.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/grow.h"
#include "libaug/base/output_file.h"
#include "text/tokens/bytes_hash.h"

/* A unit and how often it was seen. */
typedef struct Counted {
    uint64_t offset, count;
    uint64_t hash;
    uint32_t size;
} Counted;

/* slots: number of an item plus 1, by hash; 0: free. Half full at most. */
struct TxtVocabularyBuild {
    TxtUnits units;
    TxtTokenScratch *scratch;
    AugiStrings strings;
    Counted *items;
    uint64_t items_room;
    uint32_t n;
    uint32_t *slots;
    uint64_t mask;
};

AugStatus txt_vocabulary_build_new(TxtVocabularyBuild **out, TxtUnit unit, bool lower,
                                   AugError *error)
{
    *out = NULL;
    TxtVocabularyBuild *build = calloc(1, sizeof(*build));
    if (!build)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a vocabulary");
    AugStatus status = txt_units_init(&build->units, unit, lower, error);
    if (status == AUG_OK)
        status = txt_token_scratch_new(&build->scratch, NULL, error);
    if (status == AUG_OK)
        *out = build;
    else
        txt_vocabulary_build_free(build);
    return status;
}

void txt_vocabulary_build_free(TxtVocabularyBuild *build)
{
    if (!build)
        return;
    txt_units_fini(&build->units);
    txt_token_scratch_free(build->scratch);
    augi_strings_fini(&build->strings);
    free(build->items);
    free(build->slots);
    free(build);
}

/* The slot of a unit, or the free one that it would get. */
static uint32_t *find_slot(const TxtVocabularyBuild *build, const uint8_t *unit, size_t size,
                           uint64_t hash)
{
    for (uint64_t i = hash;; i++) {
        uint32_t *slot = &build->slots[i & build->mask];
        if (*slot == 0)
            return slot;
        const Counted *item = &build->items[*slot - 1];
        if (item->hash == hash && item->size == size &&
            memcmp(build->strings.text + item->offset, unit, size) == 0)
            return slot;
    }
}

/* Twice as many slots, once half of them are taken. */
static AugStatus grow_slots(TxtVocabularyBuild *build, AugError *error)
{
    if (build->slots && 2 * ((uint64_t)build->n + 1) <= build->mask)
        return AUG_OK;
    const uint64_t n = build->slots ? 2 * (build->mask + 1) : 4096;
    uint32_t *slots = calloc(n, sizeof(*slots));
    if (!slots)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to count words in");
    free(build->slots);
    build->slots = slots;
    build->mask = n - 1;
    for (uint32_t i = 0; i < build->n; i++) {
        uint64_t at = build->items[i].hash;
        while (slots[at & build->mask])
            at++;
        slots[at & build->mask] = i + 1;
    }
    return AUG_OK;
}

static AugStatus count(TxtVocabularyBuild *build, const uint8_t *unit, size_t size, AugError *error)
{
    AUG_TRY(grow_slots(build, error));
    const uint64_t hash = txt_hash_bytes(unit, size);
    uint32_t *slot = find_slot(build, unit, size, hash);
    if (*slot) {
        build->items[*slot - 1].count++;
        return AUG_OK;
    }
    if (build->n == TXT_MAX_COUNTED)
        return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                        "more than %d different units of text; fewer texts are needed",
                        TXT_MAX_COUNTED);
    AUG_TRY(augi_grow(&build->items, &build->items_room, (uint64_t)build->n + 1, sizeof(Counted),
                      TXT_MAX_COUNTED * sizeof(Counted), error));
    Counted *item = &build->items[build->n];
    *item = (Counted){.count = 1, .hash = hash, .size = (uint32_t)size};
    AUG_TRY(augi_strings_add(&build->strings, (const char *)unit, size, TXT_MAX_COUNTED_SIZE,
                             &item->offset, error));
    *slot = ++build->n;
    return AUG_OK;
}

AugStatus txt_vocabulary_build_add(TxtVocabularyBuild *build, const void *text, size_t size,
                                   AugError *error)
{
    build->scratch->failed = false;
    const uint8_t *normal = txt_units_text(&build->units, build->scratch, text, &size);
    if (!normal)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a text of %zu bytes", size);
    const uint8_t *unit;
    size_t n;
    for (size_t at = 0; (n = txt_units_next(&build->units, normal, size, &at, &unit)) > 0;)
        if (n <= TXT_MAX_ENTRY_BYTES)
            AUG_TRY(count(build, unit, n, error));
    return AUG_OK;
}

/* qsort has no context, so what is compared lies beside the item. */
typedef struct Sorted {
    uint64_t count;
    const char *unit;
    size_t size;
} Sorted;

static int compare(const void *a, const void *b)
{
    const Sorted *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    const size_t shorter = x->size < y->size ? x->size : y->size;
    const int order = memcmp(x->unit, y->unit, shorter);
    return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

static const char *const special[] = {"[PAD]", "[UNK]"};
enum { N_SPECIAL = sizeof(special) / sizeof(special[0]) };

/* Whether a unit may stand in a line. */
static bool fits_line(const Sorted *item)
{
    if (memchr(item->unit, '\n', item->size) || item->unit[item->size - 1] == '\r')
        return false;
    for (size_t i = 0; i < N_SPECIAL; i++)
        if (item->size == strlen(special[i]) && memcmp(item->unit, special[i], item->size) == 0)
            return false;
    return true;
}

/* Copies a line to where it belongs, and returns what is behind it. */
static char *put_line(char *to, const char *unit, size_t size)
{
    memcpy(to, unit, size);
    to[size] = '\n';
    return to + size + 1;
}

/* The file's text, which the caller frees; NULL: memory is out. */
static char *make_text(const TxtVocabularyBuild *build, const Sorted *sorted, uint32_t n_sorted,
                       uint32_t max_size, uint32_t *n, size_t *size)
{
    /* Each string has a NUL behind it there, and a line end here. */
    char *const text = malloc(build->strings.size + N_SPECIAL * 8);
    if (!text)
        return NULL;
    char *to = text;
    for (*n = 0; *n < N_SPECIAL; ++*n)
        to = put_line(to, special[*n], strlen(special[*n]));
    for (uint32_t i = 0; i < n_sorted && (max_size == 0 || *n < max_size); i++) {
        if (!fits_line(&sorted[i]))
            continue;
        to = put_line(to, sorted[i].unit, sorted[i].size);
        ++*n;
    }
    *size = (size_t)(to - text);
    return text;
}

AugStatus txt_vocabulary_build_save(TxtVocabularyBuild *build, const char *path, uint64_t min_count,
                                    uint32_t max_size, uint32_t *n, AugError *error)
{
    Sorted *sorted = malloc(((size_t)build->n + 1) * sizeof(*sorted));
    if (!sorted)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to sort words in");
    uint32_t n_sorted = 0;
    for (uint32_t i = 0; i < build->n; i++)
        if (build->items[i].count >= min_count)
            sorted[n_sorted++] =
                (Sorted){build->items[i].count, build->strings.text + build->items[i].offset,
                         build->items[i].size};
    qsort(sorted, n_sorted, sizeof(*sorted), compare);
    size_t size;
    char *text = make_text(build, sorted, n_sorted, max_size, n, &size);
    free(sorted);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a vocabulary's text");
    const AugStatus status =
        augi_output_file_save(path, text, size, (AugiOutputOptions){0}, NULL, error);
    free(text);
    return status;
}
