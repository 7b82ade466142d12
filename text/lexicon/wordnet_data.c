/* The synsets of WordNet: data.noun and its like. */
#include <string.h>

#include "text/lexicon/wordnet.h"

uint32_t txt_wordnet_at(const TxtWordnet *wordnet, const TxtWordnetFiles *files, uint32_t offset)
{
    uint32_t low = files->first, high = files->end;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (wordnet->synsets[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < files->end && wordnet->synsets[low].offset == offset ? low : UINT32_MAX;
}

/* Cuts the mark of where an adjective may stand, "(p)", off a word; returns its flag. */
static uint16_t cut_mark(TxtSlice *word)
{
    static const struct {
        const char *mark;
        uint16_t flag;
    } marks[] = {{"(p)", TXT_MEMBER_PREDICATE},
                 {"(a)", TXT_MEMBER_ATTRIBUTE},
                 {"(ip)", TXT_MEMBER_POSTNOMINAL}};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const uint32_t size = (uint32_t)strlen(marks[i].mark);
        if (word->size > size && memcmp(word->text + word->size - size, marks[i].mark, size) == 0) {
            word->size -= size;
            return marks[i].flag;
        }
    }
    return 0;
}

/* A word as it is written, with blanks for underscores. */
static void add_member(TxtBuilder *builder, TxtSlice word, uint16_t flags)
{
    char text[TXT_MAX_WORD_SIZE + 1];
    const uint32_t size = word.size < sizeof(text) ? word.size : (uint32_t)sizeof(text);
    for (uint32_t i = 0; i < size; i++)
        text[i] = word.text[i] == '_' ? ' ' : word.text[i];
    txt_builder_member(builder, text, size, flags);
}

/* Number of a synset's type as sense keys have it; 0 if there is no such type. */
static uint32_t type_of(TxtSlice letter)
{
    static const char letters[] = "nvars";
    const char *found = letter.size == 1 ? strchr(letters, letter.text[0]) : NULL;
    return found && *found ? (uint32_t)(found - letters) + 1 : 0;
}

/* Takes the front of a line, up to its words: false if it is not of that form. */
static bool take_front(TxtSlice *line, TxtWordnetSynset *synset)
{
    TxtSlice letter;
    if (!txt_field_number(line, 10, &synset->offset) ||
        !txt_field_number(line, 10, &synset->file) || !txt_field_next(line, ' ', &letter))
        return false;
    synset->type = type_of(letter);
    /* A satellite's sense key names the first word of its head, so there is one. */
    return synset->type > 0 && txt_field_number(line, 16, &synset->n_words) && synset->n_words > 0;
}

static AugStatus read_words(TxtWordnet *wordnet, const TxtLines *data, TxtSlice line,
                            const TxtWordnetSynset *synset, AugError *error)
{
    AUG_TRY(augi_grow(&wordnet->words, &wordnet->word_capacity, wordnet->n_words + synset->n_words,
                      sizeof(*wordnet->words), TXT_INDEX_MAX_SIZE, error));
    for (uint32_t i = 0; i < synset->n_words; i++) {
        TxtSlice word;
        uint32_t id;
        if (!txt_field_next(&line, ' ', &word) || !txt_field_number(&line, 16, &id))
            return txt_lines_fail(data, "the synset has fewer words than it says", error);
        const uint32_t size = word.size;
        const uint16_t flags = cut_mark(&word);
        add_member(wordnet->builder, word, flags);
        wordnet->words[wordnet->n_words++] =
            (TxtWordnetWord){txt_builder_key(wordnet->builder, word.text, word.size),
                             id,
                             {word.text + word.size, size - word.size}};
    }
    return AUG_OK;
}

/* First pass over a file: its synsets and their words. */
static AugStatus read_synsets(TxtWordnet *wordnet, TxtWordnetFiles *files, AugError *error)
{
    TxtSlice line;
    files->first = (uint32_t)wordnet->n_synsets;
    while (txt_lines_next(&files->data, &line)) {
        TxtWordnetSynset synset = {.words = (uint32_t)wordnet->n_words, .head = UINT32_MAX};
        if (line.size == 0 || line.text[0] == ' ')
            continue;
        if (!take_front(&line, &synset))
            return txt_lines_fail(&files->data, "the line does not begin as that of a synset",
                                  error);
        const bool is_first = wordnet->n_synsets == files->first;
        if (!is_first && wordnet->synsets[wordnet->n_synsets - 1].offset >= synset.offset)
            return txt_lines_fail(&files->data, "the synset is out of order", error);
        AUG_TRY(augi_grow(&wordnet->synsets, &wordnet->synset_capacity, wordnet->n_synsets + 1,
                          sizeof(synset), TXT_INDEX_MAX_SIZE, error));
        (void)txt_builder_synset(wordnet->builder, files->pos);
        wordnet->synsets[wordnet->n_synsets++] = synset;
        AUG_TRY(read_words(wordnet, &files->data, line, &synset, error));
    }
    files->end = (uint32_t)wordnet->n_synsets;
    return AUG_OK;
}

static const TxtWordnetFiles *files_of(const TxtWordnet *wordnet, TxtSlice letter)
{
    const char wanted = letter.size == 1 ? letter.text[0] : 0;
    for (size_t i = 0; i < TXT_N_WORDNET_FILES; i++) {
        if (wordnet->files[i].letter == (wanted == 's' ? 'a' : wanted))
            return &wordnet->files[i];
    }
    return NULL;
}

/* One pointer from a synset: only antonyms and the heads of satellites are kept. places: numbers of
 * the words in both synsets, from 1, in the high and the low byte. */
static void keep_pointer(TxtWordnet *wordnet, uint32_t from, TxtSlice symbol, uint32_t to,
                         uint32_t places)
{
    TxtWordnetSynset *source = &wordnet->synsets[from];
    const TxtWordnetSynset *target = &wordnet->synsets[to];
    const uint32_t first = places >> 8, second = places & 0xff;
    if (txt_slice_is(symbol, "&") && source->head == UINT32_MAX)
        source->head = to;
    if (txt_slice_is(symbol, "!") && first > 0 && second > 0 && first <= source->n_words &&
        second <= target->n_words)
        txt_builder_antonym(wordnet->builder, wordnet->words[source->words + first - 1].key,
                            wordnet->words[target->words + second - 1].key);
}

/* Second pass over a line: line stands behind its words. */
static bool read_pointers(TxtWordnet *wordnet, uint32_t from, TxtSlice line)
{
    uint32_t n;
    if (!txt_field_number(&line, 10, &n))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        TxtSlice symbol, letter;
        uint32_t offset, places;
        if (!txt_field_next(&line, ' ', &symbol) || !txt_field_number(&line, 10, &offset) ||
            !txt_field_next(&line, ' ', &letter) || !txt_field_number(&line, 16, &places))
            return false;
        const TxtWordnetFiles *files = files_of(wordnet, letter);
        const uint32_t to = files ? txt_wordnet_at(wordnet, files, offset) : UINT32_MAX;
        if (to == UINT32_MAX)
            return false;
        keep_pointer(wordnet, from, symbol, to, places);
    }
    return true;
}

static AugStatus read_file_pointers(TxtWordnet *wordnet, TxtWordnetFiles *files, AugError *error)
{
    TxtSlice line, ignored;
    uint32_t synset = files->first;
    txt_lines_rewind(&files->data);
    while (txt_lines_next(&files->data, &line)) {
        if (line.size == 0 || line.text[0] == ' ')
            continue;
        for (uint32_t i = 0; i < 4 + 2 * wordnet->synsets[synset].n_words; i++)
            (void)txt_field_next(&line, ' ', &ignored);
        if (!read_pointers(wordnet, synset++, line))
            return txt_lines_fail(&files->data, "the synset points to what is not there", error);
    }
    return AUG_OK;
}

AugStatus txt_wordnet_read_data(TxtWordnet *wordnet, AugError *error)
{
    for (size_t i = 0; i < TXT_N_WORDNET_FILES; i++)
        AUG_TRY(read_synsets(wordnet, &wordnet->files[i], error));
    for (size_t i = 0; i < TXT_N_WORDNET_FILES; i++)
        AUG_TRY(read_file_pointers(wordnet, &wordnet->files[i], error));
    return AUG_OK;
}
