/* A lexicon from a thesaurus of MyThes:
 *
 *   encoding
 *   head|n
 *   (part of speech)|synonym|synonym (mark)|...      n such lines
 */
#include <stdlib.h>
#include <string.h>

#include "text/lexicon/encoding.h"
#include "text/lexicon/meanings.h"
#include "text/lexicon/sources.h"

/* What a word in a meaning is by the marks behind it. */
typedef enum Relation {
    SYNONYM,
    MARKED,
    ANTONYM,
    OTHER,
} Relation;

/* A mark, in the languages of the thesauri that have it. */
typedef struct Mark {
    const char *text;
    Relation relation;
} Mark;

static const Mark marks[] = {
    {"antonym", ANTONYM},    {"Antonym", ANTONYM},    {"antónimo", ANTONYM},
    {"Antónimo", ANTONYM},   {"antonyme", ANTONYM},   {"contrario", ANTONYM},
    {"generic term", OTHER}, {"similar term", OTHER}, {"related term", OTHER},
    {"Oberbegriff", OTHER},  {"Unterbegriff", OTHER}, {"Assoziation", OTHER},
    {"Hauptform", SYNONYM},
};

static Relation relation_of(TxtSlice mark)
{
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (txt_slice_is(mark, marks[i].text))
            return marks[i].relation;
    }
    return MARKED;
}

/* Cuts "(mark)" off the end of a word, if it has one. */
static bool cut_mark(TxtSlice *word, TxtSlice *mark)
{
    if (word->size < 3 || word->text[word->size - 1] != ')')
        return false;
    uint32_t at = word->size - 1;
    while (at > 0 && word->text[at] != '(')
        at--;
    if (at == 0 || word->text[at] != '(')
        return false;
    *mark = (TxtSlice){word->text + at + 1, word->size - at - 2};
    *word = txt_slice_trim((TxtSlice){word->text, at});
    return word->size > 0;
}

/* The strongest of all marks at the end of a word, which are cut off. */
static Relation cut_marks(TxtSlice *word)
{
    Relation relation = SYNONYM;
    TxtSlice mark;
    while (cut_mark(word, &mark)) {
        const Relation found = relation_of(mark);
        relation = found > relation ? found : relation;
    }
    return relation;
}

/* Whether what is left is words alone, so that it can stand in a text. */
static bool is_plain(TxtSlice word)
{
    if (!txt_slice_fits(word))
        return false;
    for (uint32_t i = 0; i < word.size; i++) {
        if (strchr("()[]{}", word.text[i]) ||
            (i > 0 && word.text[i] == '.' && word.text[i - 1] == '.'))
            return false;
    }
    return true;
}

/* One word of a meaning. */
static void add_word(TxtBuilder *builder, TxtMeaning *meaning, TxtSlice word)
{
    word = txt_slice_trim(word);
    const Relation relation = cut_marks(&word);
    if (word.size == 0)
        return;
    if (relation == OTHER || !is_plain(word)) {
        txt_builder_leave_out(builder);
    } else if (relation == ANTONYM) {
        txt_builder_antonym(builder,
                            txt_builder_key(builder, meaning->head.text, meaning->head.size),
                            txt_builder_key(builder, word.text, word.size));
    } else if (!txt_meaning_add(meaning, word, relation == MARKED ? TXT_MEMBER_MARKED : 0)) {
        txt_builder_leave_out(builder);
    }
}

/* The first field of a meaning; what is no part of speech that is known is as none. */
static TxtPos read_pos(TxtSlice field)
{
    field = txt_slice_trim(field);
    if (field.size > 2 && field.text[0] == '(' && field.text[field.size - 1] == ')')
        field = (TxtSlice){field.text + 1, field.size - 2};
    const int pos = txt_pos_of(field.text, field.size);
    return pos < 0 ? TXT_POS_NONE : (TxtPos)pos;
}

/* The number behind the last "|" of a head's line. */
static bool split_head(TxtSlice line, TxtSlice *head, uint32_t *n)
{
    uint32_t at = line.size;
    while (at > 0 && line.text[at - 1] != '|')
        at--;
    TxtSlice number = {line.text + at, line.size - at};
    if (at == 0 || !txt_field_number(&number, 10, n))
        return false;
    *head = txt_slice_trim((TxtSlice){line.text, at - 1});
    return true;
}

static AugStatus read_entries(TxtBuilder *builder, TxtLines *lines, TxtMeanings *meanings,
                              TxtMeaning *meaning, AugError *error)
{
    TxtSlice line, field;
    while (txt_lines_next(lines, &line)) {
        TxtSlice head;
        uint32_t n;
        if (txt_slice_trim(line).size == 0)
            continue;
        if (!split_head(line, &head, &n))
            return txt_lines_fail(lines, "the line is not 'head|number of meanings'", error);
        const bool is_kept = is_plain(head);
        for (uint32_t i = 0; i < n; i++) {
            if (!txt_lines_next(lines, &line))
                return txt_lines_fail(lines, "the file ends within the meanings of a head", error);
            if (!is_kept || !txt_field_next(&line, '|', &field)) {
                txt_builder_leave_out(builder);
                continue;
            }
            meaning->head = head;
            meaning->pos = read_pos(field);
            meaning->n = 0;
            while (txt_field_next(&line, '|', &field))
                add_word(builder, meaning, field);
            AUG_TRY(txt_meanings_add(meanings, builder, meaning, error));
        }
    }
    return AUG_OK;
}

AugStatus txt_source_mythes(TxtBuilder *builder, const char *path, AugError *error)
{
    TxtLines lines;
    TxtSlice encoding;
    TxtMeanings meanings = {0};
    TxtMeaning *meaning = malloc(sizeof(*meaning));
    if (!meaning)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a thesaurus");
    AugStatus status = txt_lines_open(&lines, NULL, path, error);
    if (status == AUG_OK && !txt_lines_next(&lines, &encoding))
        status = txt_lines_fail(&lines, "the first line names no encoding", error);
    if (status == AUG_OK)
        status = txt_lines_decode(&lines, txt_slice_trim(encoding), error);
    if (status == AUG_OK)
        status = read_entries(builder, &lines, &meanings, meaning, error);
    txt_lines_close(&lines);
    txt_meanings_fini(&meanings);
    free(meaning);
    return status;
}
