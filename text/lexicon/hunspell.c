/* The words of a spelling dictionary, spelt out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/lexicon/affixes.h"
#include "text/lexicon/encoding.h"
#include "text/lexicon/sources.h"

/* Room for a form while it is made; longer ones are left out. */
#define FORM_SIZE (TXT_MAX_WORD_SIZE + 1)

/* A word as it is made; flags: those that it has. */
typedef struct Made {
    char text[FORM_SIZE];
    uint32_t size;
} Made;

/* A reading. */
typedef struct Reading {
    TxtBuilder *builder;
    TxtAffixes affixes;
    uint64_t n_forms;
} Reading;

static void add_form(Reading *reading, const Made *made)
{
    txt_builder_form(reading->builder, made->text, made->size);
    reading->n_forms++;
}

/* Uses a rule on a word; false if it does not fit. */
static bool use(const TxtAffix *affix, TxtSlice word, Made *made)
{
    if (!txt_affix_fits(affix, word))
        return false;
    const uint32_t kept = word.size - affix->strip.size;
    if (kept + affix->add.size >= FORM_SIZE)
        return false;
    const char *from = affix->is_prefix ? word.text + affix->strip.size : word.text;
    memcpy(made->text + (affix->is_prefix ? affix->add.size : 0), from, kept);
    memcpy(made->text + (affix->is_prefix ? 0 : kept), affix->add.text, affix->add.size);
    made->size = kept + affix->add.size;
    return true;
}

static bool is_possessive(const TxtAffix *affix)
{
    return affix->add.size > 0 && affix->add.text[0] == '\'';
}

/* All prefixes among flags on a word that was made with a suffix; all must cross. */
static void add_prefixes(Reading *reading, const Made *word, const TxtFlags *flags)
{
    const TxtSlice text = {word->text, word->size};
    for (uint64_t i = 0; i < reading->affixes.n; i++) {
        const TxtAffix *affix = &reading->affixes.items[i];
        Made made;
        if (affix->is_prefix && affix->crosses && txt_flags_have(flags, affix->flag) &&
            use(affix, text, &made))
            add_form(reading, &made);
    }
}

/* What a suffix allows behind it: one more suffix, and prefixes. */
static void add_more(Reading *reading, const TxtAffix *first, const Made *word)
{
    TxtFlags flags;
    if (first->more.size == 0)
        return;
    txt_affixes_flags(&reading->affixes, first->more, &flags);
    const TxtSlice text = {word->text, word->size};
    for (uint64_t i = 0; i < reading->affixes.n; i++) {
        const TxtAffix *affix = &reading->affixes.items[i];
        Made made;
        if (!affix->is_prefix && !is_possessive(affix) && txt_flags_have(&flags, affix->flag) &&
            use(affix, text, &made))
            add_form(reading, &made);
    }
    add_prefixes(reading, word, &flags);
}

static void expand(Reading *reading, TxtSlice word, const TxtFlags *flags)
{
    const TxtAffixes *affixes = &reading->affixes;
    if (txt_flags_have(flags, affixes->only_in_compound) ||
        txt_flags_have(flags, affixes->no_suggest) || txt_flags_have(flags, affixes->forbidden))
        return;
    if (!txt_flags_have(flags, affixes->need_affix)) {
        txt_builder_form(reading->builder, word.text, word.size);
        reading->n_forms++;
    }
    for (uint64_t i = 0; i < affixes->n; i++) {
        const TxtAffix *affix = &affixes->items[i];
        Made made;
        if (!txt_flags_have(flags, affix->flag) || is_possessive(affix) || !use(affix, word, &made))
            continue;
        add_form(reading, &made);
        if (!affix->is_prefix && affix->crosses)
            add_prefixes(reading, &made, flags);
        if (!affix->is_prefix)
            add_more(reading, affix, &made);
    }
}

/* "word/flags" with what may stand behind a tab or a blank; "\/" is no separator. */
static void read_entry(Reading *reading, TxtSlice line)
{
    TxtFlags flags;
    uint32_t size = 0;
    while (size < line.size && !strchr("\t/", line.text[size]) && line.text[size] != ' ')
        size += size + 1 < line.size && line.text[size] == '\\' ? 2 : 1;
    TxtSlice word = {line.text, size}, rest = {line.text + size, 0}, text = {0};
    if (size < line.size && line.text[size] == '/') {
        rest = (TxtSlice){line.text + size + 1, line.size - size - 1};
        (void)txt_field_next(&rest, ' ', &text);
    }
    txt_affixes_flags(&reading->affixes, text, &flags);
    if (word.size > 0 && word.size <= TXT_MAX_WORD_SIZE && !memchr(word.text, '\\', word.size))
        expand(reading, word, &flags);
}

static AugStatus read_words(Reading *reading, const char *stem, AugError *error)
{
    TxtLines lines;
    TxtSlice line;
    char *path = NULL;
    if (asprintf(&path, "%s.dic", stem) < 0)
        return AUG_FAIL(error, AUG_NO_MEMORY, stem, "no memory for a path");
    AugStatus status = txt_lines_open(&lines, NULL, path, error);
    free(path);
    if (status != AUG_OK)
        return status;
    status = txt_lines_decode(&lines, reading->affixes.encoding, error);
    /* The first line says about how many there are. */
    if (status == AUG_OK && !txt_lines_next(&lines, &line))
        status = txt_lines_fail(&lines, "the dictionary is empty", error);
    while (status == AUG_OK && txt_lines_next(&lines, &line))
        read_entry(reading, line);
    txt_lines_close(&lines);
    return status;
}

AugStatus txt_source_hunspell(TxtBuilder *builder, const char *stem, uint64_t *n_forms,
                              AugError *error)
{
    Reading reading = {.builder = builder};
    AugStatus status = txt_affixes_read(&reading.affixes, stem, error);
    if (status == AUG_OK)
        status = read_words(&reading, stem, error);
    txt_affixes_fini(&reading.affixes);
    *n_forms = reading.n_forms;
    return status;
}
