/* A lexicon from a user's own list: "word TAB part of speech TAB synonym|synonym". */
#include <stdlib.h>
#include <string.h>

#include "text/lexicon/encoding.h"
#include "text/lexicon/meanings.h"
#include "text/lexicon/sources.h"

static AugStatus read_line(TxtLines *lines, TxtSlice line, TxtMeaning *meaning, AugError *error)
{
    TxtSlice head = {0}, pos = {0}, synonym;
    (void)txt_field_next(&line, '\t', &head);
    (void)txt_field_next(&line, '\t', &pos);
    meaning->head = txt_slice_trim(head);
    meaning->n = 0;
    pos = txt_slice_trim(pos);
    const int found = txt_pos_of(pos.text ? pos.text : "", pos.size);
    if (!txt_slice_fits(meaning->head) || txt_slice_trim(line).size == 0)
        return txt_lines_fail(
            lines, "the line is not 'word TAB part of speech TAB synonym|synonym'", error);
    if (found < 0)
        return txt_lines_fail(
            lines, "the part of speech is none of n, v, a, r, noun, verb, adj, adv and '-'", error);
    meaning->pos = (TxtPos)found;
    while (txt_field_next(&line, '|', &synonym)) {
        synonym = txt_slice_trim(synonym);
        if (!txt_slice_fits(synonym))
            return txt_lines_fail(lines, "a synonym is empty or longer than 255 bytes", error);
        if (!txt_meaning_add(meaning, synonym, 0))
            return txt_lines_fail(lines, "the word has more than 1022 synonyms", error);
    }
    return AUG_OK;
}

static AugStatus read_lines(TxtBuilder *builder, TxtLines *lines, TxtMeanings *meanings,
                            TxtMeaning *meaning, AugError *error)
{
    TxtSlice line;
    while (txt_lines_next(lines, &line)) {
        if (txt_slice_trim(line).size == 0 || line.text[0] == '#')
            continue;
        AUG_TRY(read_line(lines, line, meaning, error));
        AUG_TRY(txt_meanings_add(meanings, builder, meaning, error));
    }
    return AUG_OK;
}

AugStatus txt_source_list(TxtBuilder *builder, const char *path, AugError *error)
{
    TxtLines lines;
    TxtMeanings meanings = {0};
    TxtMeaning *meaning = malloc(sizeof(*meaning));
    if (!meaning)
        return AUG_FAIL(error, AUG_NO_MEMORY, path, "no memory for a list");
    AugStatus status = txt_lines_open(&lines, NULL, path, error);
    if (status == AUG_OK)
        status = txt_lines_decode(&lines, (TxtSlice){"UTF-8", 5}, error);
    if (status == AUG_OK)
        status = read_lines(builder, &lines, &meanings, meaning, error);
    txt_lines_close(&lines);
    txt_meanings_fini(&meanings);
    free(meaning);
    return status;
}
