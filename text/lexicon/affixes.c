/* Reading an affix file. */
#include "text/lexicon/affixes.h"

#include <stdlib.h>
#include <string.h>

#include "libaug/base/grow.h"
#include "text/lexicon/encoding.h"
#include "text/lexicon/format.h"

/* Bytes of the character that begins with this byte, in UTF-8 that was checked. */
static uint32_t character_size(char first)
{
    const uint8_t byte = (uint8_t)first;
    return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/* Takes a flag off the front of a text; false where none is left. */
static bool take_flag(TxtFlagForm form, TxtSlice *text, uint32_t *flag)
{
    if (text->size == 0)
        return false;
    if (form == TXT_FLAGS_NUMBERS) {
        TxtSlice number = {0};
        (void)txt_field_next(text, ',', &number);
        return txt_field_number(&number, 10, flag);
    }
    uint32_t size = character_size(text->text[0]);
    if (form == TXT_FLAGS_PAIRS && size < text->size)
        size += character_size(text->text[size]);
    *flag = 0;
    for (uint32_t i = 0; i < size && i < text->size; i++)
        *flag = *flag << 8 | (uint8_t)text->text[i];
    size = size < text->size ? size : text->size;
    *text = (TxtSlice){text->text + size, text->size - size};
    return true;
}

void txt_affixes_flags(const TxtAffixes *affixes, TxtSlice text, TxtFlags *flags)
{
    flags->n = 0;
    while (flags->n < TXT_MAX_FLAGS && take_flag(affixes->form, &text, &flags->items[flags->n]))
        flags->n++;
}

bool txt_flags_have(const TxtFlags *flags, uint32_t flag)
{
    for (uint32_t i = 0; flag && i < flags->n; i++) {
        if (flags->items[i] == flag)
            return true;
    }
    return false;
}

/* Takes one place of a condition off its front: a character, ".", "[abc]" or "[^abc]". */
static TxtSlice take_place(TxtSlice *condition)
{
    uint32_t size = character_size(condition->text[0]);
    if (condition->text[0] == '[') {
        const char *end = memchr(condition->text, ']', condition->size);
        size = end ? (uint32_t)(end - condition->text) + 1 : condition->size;
    }
    size = size < condition->size ? size : condition->size;
    const TxtSlice place = {condition->text, size};
    *condition = (TxtSlice){condition->text + size, condition->size - size};
    return place;
}

/* Whether a character of a word meets a place. */
static bool meets(TxtSlice place, const char *character, uint32_t size)
{
    if (place.text[0] == '.')
        return true;
    if (place.text[0] != '[')
        return place.size == size && memcmp(place.text, character, size) == 0;
    const bool negated = place.size > 1 && place.text[1] == '^';
    for (uint32_t i = negated ? 2 : 1; i < place.size && place.text[i] != ']';) {
        const uint32_t n = character_size(place.text[i]);
        if (n == size && i + n <= place.size && memcmp(place.text + i, character, n) == 0)
            return !negated;
        i += n;
    }
    return negated;
}

/* Places of a condition. */
static uint32_t count_places(TxtSlice condition)
{
    uint32_t n = 0;
    for (; condition.size > 0; n++)
        (void)take_place(&condition);
    return n;
}

/* Where the last n characters of a word begin; its size + 1 if there are fewer. */
static uint32_t last_characters(TxtSlice word, uint32_t n)
{
    uint32_t at = word.size;
    for (; n > 0; n--) {
        if (at == 0)
            return word.size + 1;
        do
            at--;
        while (at > 0 && ((uint8_t)word.text[at] & 0xc0) == 0x80);
    }
    return at;
}

bool txt_affix_fits(const TxtAffix *affix, TxtSlice word)
{
    const TxtSlice strip = affix->strip;
    if (strip.size >= word.size ||
        memcmp(word.text + (affix->is_prefix ? 0 : word.size - strip.size), strip.text,
               strip.size) != 0)
        return false;
    TxtSlice condition = affix->condition;
    uint32_t at = affix->is_prefix ? 0 : last_characters(word, count_places(condition));
    if (at > word.size)
        return false;
    while (condition.size > 0) {
        const TxtSlice place = take_place(&condition);
        if (at == word.size)
            return false;
        const uint32_t n = character_size(word.text[at]);
        if (at + n > word.size || !meets(place, word.text + at, n))
            return false;
        at += n;
    }
    return true;
}

static TxtSlice zero_is_empty(TxtSlice text)
{
    return txt_slice_is(text, "0") ? (TxtSlice){text.text, 0} : text;
}

/* "SFX flag strip add/more condition": a rule; the first line of a flag, "SFX flag Y 4", says
 * whether its rules cross. */
static AugStatus read_rules(TxtAffixes *affixes, bool is_prefix, TxtSlice rest, AugError *error)
{
    TxtSlice flag, crosses, line;
    uint32_t n, number = 0;
    if (!txt_field_next(&rest, ' ', &flag) || !txt_field_next(&rest, ' ', &crosses) ||
        !txt_field_number(&rest, 10, &n) || !take_flag(affixes->form, &flag, &number))
        return txt_lines_fail(&affixes->lines, "the affix does not say how many rules it has",
                              error);
    for (uint32_t i = 0; i < n; i++) {
        TxtAffix rule = {
            .is_prefix = is_prefix, .crosses = txt_slice_is(crosses, "Y"), .flag = number};
        TxtSlice word, whole;
        if (!txt_lines_next(&affixes->lines, &line) || !txt_field_next(&line, ' ', &word) ||
            !txt_field_next(&line, ' ', &flag) || !txt_field_next(&line, ' ', &rule.strip) ||
            !txt_field_next(&line, ' ', &whole))
            return txt_lines_fail(&affixes->lines, "the affix has fewer rules than it says", error);
        if (!txt_field_next(&line, ' ', &rule.condition))
            rule.condition = (TxtSlice){".", 1};
        rule.add = (TxtSlice){whole.text, 0};
        (void)txt_field_next(&whole, '/', &rule.add);
        rule.more = whole;
        rule.strip = zero_is_empty(rule.strip);
        rule.add = zero_is_empty(rule.add);
        AUG_TRY(augi_grow(&affixes->items, &affixes->capacity, affixes->n + 1, sizeof(rule),
                          TXT_INDEX_MAX_SIZE, error));
        affixes->items[affixes->n++] = rule;
    }
    return AUG_OK;
}

static AugStatus read_form(TxtAffixes *affixes, TxtSlice value, AugError *error)
{
    if (txt_slice_is(value, "long"))
        affixes->form = TXT_FLAGS_PAIRS;
    else if (txt_slice_is(value, "num"))
        affixes->form = TXT_FLAGS_NUMBERS;
    else if (!txt_slice_is(value, "UTF-8"))
        return txt_lines_fail(&affixes->lines, "the form of flags is none of UTF-8, long and num",
                              error);
    return AUG_OK;
}

/* The line of a flag that keeps a word out. */
static void read_special(TxtAffixes *affixes, TxtSlice name, TxtSlice value)
{
    if (txt_slice_is(name, "ONLYINCOMPOUND"))
        (void)take_flag(affixes->form, &value, &affixes->only_in_compound);
    if (txt_slice_is(name, "NOSUGGEST"))
        (void)take_flag(affixes->form, &value, &affixes->no_suggest);
    if (txt_slice_is(name, "FORBIDDENWORD"))
        (void)take_flag(affixes->form, &value, &affixes->forbidden);
    if (txt_slice_is(name, "NEEDAFFIX") || txt_slice_is(name, "PSEUDOROOT"))
        (void)take_flag(affixes->form, &value, &affixes->need_affix);
}

static AugStatus read_line(TxtAffixes *affixes, TxtSlice line, AugError *error)
{
    TxtSlice name, rest, value = {0};
    if (!txt_field_next(&line, ' ', &name))
        return AUG_OK;
    if (txt_slice_is(name, "SFX") || txt_slice_is(name, "PFX"))
        return read_rules(affixes, name.text[0] == 'P', line, error);
    rest = line;
    if (!txt_field_next(&rest, ' ', &value))
        return AUG_OK;
    if (txt_slice_is(name, "FLAG"))
        return read_form(affixes, value, error);
    if (txt_slice_is(name, "AF"))
        return txt_lines_fail(&affixes->lines, "numbers in place of flags (AF) are not supported",
                              error);
    if (txt_slice_is(name, "SET") && affixes->encoding.size == 0) {
        affixes->encoding = value;
        return AUG_OK;
    }
    read_special(affixes, name, value);
    return AUG_OK;
}

/* The encoding is that of the SET line, or Latin 1. */
static AugStatus find_encoding(TxtAffixes *affixes, AugError *error)
{
    /* Names a few characters of ASCII, so that it can be kept while the file is turned. */
    static const char *const known[] = {
        "UTF-8",       "ISO8859-1",       "ISO8859-2", "ISO8859-3",  "ISO8859-4",
        "ISO8859-5",   "ISO8859-7",       "ISO8859-9", "ISO8859-10", "ISO8859-13",
        "ISO8859-14",  "ISO8859-15",      "KOI8-R",    "KOI8-U",     "ISCII-DEVANAGARI",
        "TIS620-2533", "microsoft-cp1251"};
    TxtSlice line, name, value;
    const char *encoding = "ISO8859-1";
    while (txt_lines_next(&affixes->lines, &line)) {
        if (!txt_field_next(&line, ' ', &name) || !txt_slice_is(name, "SET") ||
            !txt_field_next(&line, ' ', &value))
            continue;
        encoding = NULL;
        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
            if (txt_slice_is(value, known[i]))
                encoding = known[i];
        }
        break;
    }
    if (!encoding)
        return txt_lines_fail(&affixes->lines, "SET names an encoding that is not known; UTF-8 is",
                              error);
    txt_lines_rewind(&affixes->lines);
    affixes->encoding = (TxtSlice){encoding, (uint32_t)strlen(encoding)};
    return txt_lines_decode(&affixes->lines, affixes->encoding, error);
}

AugStatus txt_affixes_read(TxtAffixes *affixes, const char *stem, AugError *error)
{
    *affixes = (TxtAffixes){0};
    char *path = malloc(strlen(stem) + sizeof(".aff"));
    if (!path)
        return AUG_FAIL(error, AUG_NO_MEMORY, stem, "no memory for a path");
    memcpy(path, stem, strlen(stem));
    memcpy(path + strlen(stem), ".aff", sizeof(".aff"));
    AugStatus status = txt_lines_open(&affixes->lines, NULL, path, error);
    free(path);
    if (status == AUG_OK)
        status = find_encoding(affixes, error);
    TxtSlice line;
    while (status == AUG_OK && txt_lines_next(&affixes->lines, &line))
        status = read_line(affixes, line, error);
    return status;
}

void txt_affixes_fini(TxtAffixes *affixes)
{
    txt_lines_close(&affixes->lines);
    free(affixes->items);
    *affixes = (TxtAffixes){0};
}
