/* Searching with PCRE2. */
#include "text/domain/patterns.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "libaug/base/utf8.h"

/* Steps that all expressions together may take on a text: so many, and more for each of its bytes. A
 * step is an item of an expression that is tried at a place, some tens of nanoseconds, or as many
 * bytes that one passes over; so a text of 65536 bytes takes less than a second. */
#define STEPS_A_TEXT 200000
#define STEPS_A_BYTE 200
#define BYTES_A_STEP 16

/* Steps after which is asked whether anybody waits for the text. */
#define STEPS_A_LOOK 4096

/* PCRE2's own bounds, which its builds set differently: returns from one place, and KiB of memory. */
#define MOST_RETURNS 10000000
#define MOST_KIB 4096

/* Bytes that an item may look at before it fails, which nothing else tells.
 *
 * longest:    of an item that is repeated so often at least, as x{1000}
 * looks_back: whether one compares with what a group has matched
 */
typedef struct Pattern {
    pcre2_code *code;
    uint32_t longest;
    bool looks_back;
} Pattern;

struct TxtPatterns {
    uint32_t n;
    Pattern items[AUG_MAX_TEXTS];
};

/* pattern: the one in work, which was last at a place of the text; left: steps; n_tried: items */
struct TxtSearch {
    pcre2_match_context *limits;
    pcre2_match_data *match;
    const AugiAllowance *allowance;
    const Pattern *pattern;
    PCRE2_SIZE at;
    uint64_t left;
    uint32_t n_tried;
};

/* Whether an escape such as \x{20ac} takes braces that count nothing. */
static bool has_braces(char letter)
{
    return letter && strchr("xopPNgku", letter);
}

/* The largest number of times that an item must be there. */
static uint32_t longest_of(const char *text)
{
    unsigned long longest = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '\\' && at[1]) {
            at++;
            if (has_braces(*at) && at[1] == '{')
                at++;
        } else if (*at == '{') {
            const unsigned long n = strtoul(at + 1, NULL, 10);
            longest = n > longest ? n : longest;
        }
    }
    return longest < UINT16_MAX ? (uint32_t)longest : UINT16_MAX;
}

static AugStatus compile(const char *text, Pattern *pattern, AugError *error)
{
    int number;
    PCRE2_SIZE at;
    pattern->code = pcre2_compile(
        (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
        PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT, &number, &at, NULL);
    if (pattern->code) {
        uint32_t last_group = 0;
        pcre2_pattern_info(pattern->code, PCRE2_INFO_BACKREFMAX, &last_group);
        pattern->looks_back = last_group > 0;
        pattern->longest = longest_of(text);
        return AUG_OK;
    }
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
        const AugStatus status = compile(texts->values[i], &patterns->items[patterns->n++], error);
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
    for (uint32_t i = 0; patterns && i < patterns->n; i++)
        pcre2_code_free(patterns->items[i].code);
    free(patterns);
}

static PCRE2_SIZE distance(PCRE2_SIZE a, PCRE2_SIZE b)
{
    return a < b ? b - a : a - b;
}

/* Before each item of an expression that is tried. */
static int count(pcre2_callout_block *block, void *context)
{
    TxtSearch *search = context;
    const Pattern *pattern = search->pattern;
    const PCRE2_SIZE at = block->current_position;
    const PCRE2_SIZE back = pattern->looks_back ? distance(at, block->start_match) : 0;
    const uint64_t steps = 1 + (distance(at, search->at) + back + pattern->longest) / BYTES_A_STEP;
    search->at = at;
    if (++search->n_tried % STEPS_A_LOOK == 0 && augi_allowance_stopped(search->allowance))
        return PCRE2_ERROR_CALLOUT;
    if (steps > search->left)
        return PCRE2_ERROR_CALLOUT;
    search->left -= steps;
    return 0;
}

AugStatus txt_search_new(TxtSearch **out, const AugiAllowance *allowance, AugError *error)
{
    TxtSearch *search = calloc(1, sizeof(*search));
    *out = search;
    if (search) {
        search->limits = pcre2_match_context_create(NULL);
        search->match = pcre2_match_data_create(1, NULL);
    }
    if (search && search->limits && search->match) {
        search->allowance = allowance;
        pcre2_set_callout(search->limits, count, search);
        pcre2_set_match_limit(search->limits, MOST_RETURNS);
        pcre2_set_depth_limit(search->limits, MOST_RETURNS);
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

static AugStatus add(TxtRangeList *list, uint32_t start, uint32_t end, AugError *error)
{
    AUG_TRY(txt_memory_reserve(list->memory, 2 * (list->n + (size_t)1) * sizeof(TxtRange), error));
    ((TxtRange *)list->memory->bytes)[list->n++] =
        (TxtRange){.start = start, .end = end, .reason = TXT_PATTERN};
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

/* Steps of one call before it tries anything: it may look for a first character to the end. */
static bool begin(TxtSearch *search, PCRE2_SIZE left)
{
    const uint64_t steps = 1 + left / UINT16_MAX;
    if (steps > search->left)
        return false;
    search->left -= steps;
    return true;
}

/* Searches bytes start to end - 1, which are UTF-8; with damage or an end of the text at either end. */
static AugStatus find(TxtSearch *search, const uint8_t *text, TxtRange part, uint32_t options,
                      TxtRangeList *list, AugError *error)
{
    const PCRE2_SIZE *place = pcre2_get_ovector_pointer(search->match);
    const PCRE2_SIZE size = part.end - part.start;
    const uint8_t *bytes = text + part.start;
    search->at = 0;
    for (PCRE2_SIZE at = 0; at <= size;) {
        AUG_TRY(augi_allowance_go_on(search->allowance, error));
        const int found =
            !begin(search, size - at)
                ? PCRE2_ERROR_CALLOUT
                : pcre2_match(search->pattern->code, bytes, size, at, options | PCRE2_NO_UTF_CHECK,
                              search->match, search->limits);
        if (found == PCRE2_ERROR_NOMATCH)
            return AUG_OK;
        if (found == PCRE2_ERROR_NOMEMORY)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a search");
        if (found < 0) {
            list->gave_up = true;
            return augi_allowance_go_on(search->allowance, error);
        }
        if (place[1] > place[0])
            AUG_TRY(
                add(list, part.start + (uint32_t)place[0], part.start + (uint32_t)place[1], error));
        at = place[1] > at ? place[1] : at + 1;
        while (at < size && (bytes[at] & 0xc0) == 0x80)
            at++;
    }
    return AUG_OK;
}

/* What is UTF-8 between two places of damage is searched by itself. */
static AugStatus find_all(TxtSearch *search, const uint8_t *text, uint32_t size, TxtRangeList *list,
                          AugError *error)
{
    for (uint32_t at = 0; at <= size && !list->gave_up;) {
        const uint32_t n = (uint32_t)augi_utf8_invalid((const char *)text + at, size - at);
        const TxtRange part = {.start = at, .end = at + n};
        const uint32_t options = (at > 0 ? PCRE2_NOTBOL : 0) | (part.end < size ? PCRE2_NOTEOL : 0);
        if (n > 0 || size == 0)
            AUG_TRY(find(search, text, part, options, list, error));
        at = part.end + 1;
    }
    return AUG_OK;
}

AugStatus txt_patterns_find(const TxtPatterns *patterns, TxtSearch *search, const uint8_t *text,
                            uint32_t size, TxtRangeList *list, AugError *error)
{
    search->left = STEPS_A_TEXT + STEPS_A_BYTE * (uint64_t)size;
    for (uint32_t i = 0; i < patterns->n && !list->gave_up; i++) {
        search->pattern = &patterns->items[i];
        AUG_TRY(find_all(search, size > 0 ? text : (const uint8_t *)"", size, list, error));
    }
    return AUG_OK;
}
