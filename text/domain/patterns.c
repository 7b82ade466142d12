/* Searching with PCRE2. */
#include "text/domain/patterns.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "libaug/base/utf8.h"

/* Steps that a search may take from one place of a text, and KiB of its memory. Texts have 65536 bytes
 * by default, so that the worst expression on the worst of them takes some seconds. */
#define MOST_STEPS 10000
#define MOST_KIB 4096

/* codes: for texts of UTF-8 alone; careful: the same for others, which look for damage up to the end of
 * the text at each match. */
struct TxtPatterns {
    uint32_t n;
    pcre2_code *codes[AUG_MAX_TEXTS], *careful[AUG_MAX_TEXTS];
};

/* options: of the text in work. */
struct TxtSearch {
    uint32_t options;
    pcre2_match_context *limits;
    pcre2_match_data *match;
};

static AugStatus compile(const char *text, uint32_t options, pcre2_code **code, AugError *error)
{
    int number;
    PCRE2_SIZE at;
    *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                          options | PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &number, &at,
                          NULL);
    if (*code)
        return AUG_OK;
    PCRE2_UCHAR message[160];
    if (number == PCRE2_ERROR_HEAP_FAILED)
        return AUG_FAIL(error, AUG_NO_MEMORY, "output.protect", "no memory for an expression");
    pcre2_get_error_message(number, message, sizeof(message));
    return AUG_FAIL(error, AUG_BAD_SPEC, "output.protect",
                    "'%.200s' is no regular expression: %s at its character %zu", text,
                    (const char *)message, (size_t)at + 1);
}

AugStatus txt_patterns_new(TxtPatterns **out, const AugTexts *texts, AugError *error)
{
    *out = NULL;
    if (texts->n == 0)
        return AUG_OK;
    TxtPatterns *patterns = calloc(1, sizeof(*patterns));
    if (!patterns)
        return AUG_FAIL(error, AUG_NO_MEMORY, "output.protect", "no memory for expressions");
    for (int32_t i = 0; i < texts->n; i++) {
        const uint32_t n = patterns->n++;
        AugStatus status = compile(texts->values[i], 0, &patterns->codes[n], error);
        if (status == AUG_OK)
            status =
                compile(texts->values[i], PCRE2_MATCH_INVALID_UTF, &patterns->careful[n], error);
        if (status != AUG_OK) {
            txt_patterns_free(patterns);
            return status;
        }
    }
    *out = patterns;
    return AUG_OK;
}

void txt_patterns_free(TxtPatterns *patterns)
{
    for (uint32_t i = 0; patterns && i < patterns->n; i++) {
        pcre2_code_free(patterns->codes[i]);
        pcre2_code_free(patterns->careful[i]);
    }
    free(patterns);
}

AugStatus txt_search_new(TxtSearch **out, AugError *error)
{
    TxtSearch *search = calloc(1, sizeof(*search));
    *out = search;
    if (search) {
        search->limits = pcre2_match_context_create(NULL);
        search->match = pcre2_match_data_create(1, NULL);
    }
    if (search && search->limits && search->match) {
        pcre2_set_match_limit(search->limits, MOST_STEPS);
        pcre2_set_heap_limit(search->limits, MOST_KIB);
        return AUG_OK;
    }
    txt_search_free(search);
    *out = NULL;
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a search");
}

void txt_search_free(TxtSearch *search)
{
    if (!search)
        return;
    pcre2_match_context_free(search->limits);
    pcre2_match_data_free(search->match);
    free(search);
}

static AugStatus add(TxtRangeList *list, const PCRE2_SIZE *place, AugError *error)
{
    AUG_TRY(txt_memory_reserve(list->memory, 2 * (list->n + (size_t)1) * sizeof(TxtRange), error));
    ((TxtRange *)list->memory->bytes)[list->n++] =
        (TxtRange){.start = (uint32_t)place[0], .end = (uint32_t)place[1], .reason = TXT_PATTERN};
    return AUG_OK;
}

void txt_patterns_identify(AugiHash *hash)
{
    char version[64] = "";
    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof(version))
        pcre2_config(PCRE2_CONFIG_VERSION, version);
    augi_hash_add_text(hash, "pcre2");
    augi_hash_add_text(hash, version);
}

static AugStatus find(const pcre2_code *code, TxtSearch *search, const uint8_t *text, uint32_t size,
                      TxtRangeList *list, AugError *error)
{
    const PCRE2_SIZE *place = pcre2_get_ovector_pointer(search->match);
    for (PCRE2_SIZE at = 0; at <= size;) {
        const int found = pcre2_match(code, size > 0 ? text : (PCRE2_SPTR) "", size, at,
                                      search->options, search->match, search->limits);
        if (found == PCRE2_ERROR_NOMATCH)
            return AUG_OK;
        if (found == PCRE2_ERROR_NOMEMORY)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a search");
        if (found < 0)
            return AUG_FAIL(error, AUG_TOO_LARGE, NULL,
                            "an expression of output.protect needs more than %d steps on this text",
                            MOST_STEPS);
        if (place[1] > place[0])
            AUG_TRY(add(list, place, error));
        at = place[1] > at ? place[1] : at + 1;
        while (at < size && (text[at] & 0xc0) == 0x80)
            at++;
    }
    return AUG_OK;
}

AugStatus txt_patterns_find(const TxtPatterns *patterns, TxtSearch *search, const uint8_t *text,
                            uint32_t size, TxtRangeList *list, AugError *error)
{
    const bool is_damaged = augi_utf8_invalid((const char *)text, size) < size;
    search->options = is_damaged ? 0 : PCRE2_NO_UTF_CHECK;
    for (uint32_t i = 0; i < patterns->n; i++)
        AUG_TRY(find(is_damaged ? patterns->careful[i] : patterns->codes[i], search, text, size,
                     list, error));
    return AUG_OK;
}
