/* ICU by its C interface, found while the program runs. Its functions carry the number of their
 * version in their names, as does its file; so whatever version is there can be used, and no header
 * of it is needed: the few types are opaque, or numbers.
 */
#include "text/unicode/icu.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/unicode/unicode.h"

/* Versions that are tried, from the newest. 60 is of 2017; there are two or so a year. */
#define NEWEST 99
#define OLDEST 60

/* UBRK_WORD and UBRK_DONE of unicode/ubrk.h. */
#define KIND_WORD 1
#define NO_MORE (-1)

typedef struct UBreakIterator UBreakIterator;
typedef struct UText UText;
/* UErrorCode: above zero for errors, of which 7 is U_MEMORY_ALLOCATION_ERROR. */
typedef int UErrorCode;
#define NO_MEMORY 7

struct TxtIcu {
    char version[16];
    void (*get_version)(uint8_t *version);
    UBreakIterator *(*open)(int kind, const char *locale, const uint16_t *text, int32_t n,
                            UErrorCode *code);
    void (*close)(UBreakIterator *iterator);
    void (*set_text)(UBreakIterator *iterator, UText *text, UErrorCode *code);
    int32_t (*next)(UBreakIterator *iterator);
    UText *(*open_text)(UText *text, const char *bytes, int64_t size, UErrorCode *code);
    UText *(*close_text)(UText *text);
};

/* The functions, and where their addresses go. */
static const struct {
    const char *name;
    size_t offset;
} functions[] = {
    {"u_getVersion", offsetof(TxtIcu, get_version)},
    {"ubrk_open", offsetof(TxtIcu, open)},
    {"ubrk_close", offsetof(TxtIcu, close)},
    {"ubrk_setUText", offsetof(TxtIcu, set_text)},
    {"ubrk_next", offsetof(TxtIcu, next)},
    {"utext_openUTF8", offsetof(TxtIcu, open_text)},
    {"utext_close", offsetof(TxtIcu, close_text)},
};

struct TxtIcuWords {
    TxtIcu icu;
    UBreakIterator *iterator;
    UText *text;
    TxtMemory ends;
    size_t n_ends;
};

/* Finds all functions of a version in a library. */
static bool load(TxtIcu *icu, void *library, int version)
{
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        char name[32];
        snprintf(name, sizeof(name), "%s_%d", functions[i].name, version);
        void *address = dlsym(library, name);
        if (!address)
            return false;
        /* POSIX lets an address stand for a function; C has no conversion for it. */
        memcpy((char *)icu + functions[i].offset, &address, sizeof(address));
    }
    uint8_t numbers[4];
    icu->get_version(numbers);
    snprintf(icu->version, sizeof(icu->version), "%d.%d", numbers[0], numbers[1]);
    return true;
}

AugStatus txt_icu_open(TxtIcu **icu, AugError *error)
{
    *icu = calloc(1, sizeof(**icu));
    if (!*icu)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for ICU");
    for (int version = NEWEST; version >= OLDEST; version--) {
        char name[32];
        snprintf(name, sizeof(name), "libicuuc.so.%d", version);
        /* It keeps what it has read of its data, so it is not unloaded. */
        void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (library && load(*icu, library, version))
            return AUG_OK;
    }
    free(*icu);
    *icu = NULL;
    return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                    "ICU is not installed: there is no libicuuc.so of the versions %d to %d "
                    "(Debian's package of it is libicu72)",
                    OLDEST, NEWEST);
}

void txt_icu_free(TxtIcu *icu)
{
    free(icu);
}

const char *txt_icu_version(const TxtIcu *icu)
{
    return icu->version;
}

static AugStatus fail(const TxtIcu *icu, UErrorCode code, AugError *error)
{
    if (code == NO_MEMORY)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for words by ICU");
    return AUG_FAIL(error, AUG_INTERNAL, NULL, "ICU %s fails with code %d", icu->version, code);
}

AugStatus txt_icu_words_new(TxtIcuWords **words, const TxtIcu *icu, AugiAllowance *allowance,
                            AugError *error)
{
    *words = calloc(1, sizeof(**words));
    if (!*words)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for words by ICU");
    (*words)->icu = *icu;
    (*words)->ends.allowance = allowance;
    UErrorCode code = 0;
    /* The root locale: the user's must not change what is found. */
    (*words)->iterator = icu->open(KIND_WORD, "root", NULL, 0, &code);
    if (code <= 0)
        return AUG_OK;
    txt_icu_words_free(*words);
    *words = NULL;
    return fail(icu, code, error);
}

void txt_icu_words_free(TxtIcuWords *words)
{
    if (!words)
        return;
    if (words->iterator)
        words->icu.close(words->iterator);
    if (words->text)
        words->icu.close_text(words->text);
    txt_memory_fini(&words->ends);
    free(words);
}

/* Adds the ends of the words of a valid piece of the text. */
static AugStatus find_valid(TxtIcuWords *words, const uint8_t *text, size_t start, size_t end,
                            AugError *error)
{
    uint32_t *ends = words->ends.bytes;
    const TxtIcu *icu = &words->icu;
    UErrorCode code = 0;
    words->text =
        icu->open_text(words->text, (const char *)text + start, (int64_t)(end - start), &code);
    if (code <= 0)
        icu->set_text(words->iterator, words->text, &code);
    if (code > 0)
        return fail(icu, code, error);
    size_t grapheme = start;
    for (int32_t next = icu->next(words->iterator); next != NO_MORE;
         next = icu->next(words->iterator)) {
        const size_t at = start + (size_t)next;
        while (grapheme < at)
            grapheme = txt_grapheme_end(text, end, grapheme);
        if (grapheme == at)
            ends[words->n_ends++] = (uint32_t)at;
    }
    if (words->n_ends == 0 || ends[words->n_ends - 1] < end)
        ends[words->n_ends++] = (uint32_t)end;
    return AUG_OK;
}

AugStatus txt_icu_find(TxtIcuWords *words, const uint8_t *text, size_t size, const uint32_t **ends,
                       size_t *n_ends, AugError *error)
{
    /* A segment has a byte at least. */
    AUG_TRY(txt_memory_reserve(&words->ends, size * sizeof(uint32_t), error));
    words->n_ends = 0;
    for (size_t at = 0; at < size;) {
        const size_t end = at + augi_utf8_invalid((const char *)text + at, size - at);
        if (end > at) {
            AUG_TRY(find_valid(words, text, at, end, error));
            at = end;
        } else {
            int32_t code;
            at += txt_decode(text + at, size - at, &code);
            ((uint32_t *)words->ends.bytes)[words->n_ends++] = (uint32_t)at;
        }
    }
    *ends = words->ends.bytes;
    *n_ends = words->n_ends;
    return AUG_OK;
}
