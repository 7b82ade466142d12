/* The senses of WordNet in their order, index.noun and its like, and how often each was seen,
 * cntlist.rev. That names senses by keys (senseidx(5WN)), which are made anew from the data:
 *
 *   lemma%type:file:id:head:head_id
 */
#include <stdio.h>

#include "text/lexicon/wordnet.h"

/* Room for a sense key: two words, and numbers. */
#define SENSE_KEY_SIZE (2 * TXT_MAX_WORD_SIZE + 72)

/* "key sense_number count" lines. */
AugStatus txt_wordnet_read_counts(TxtWordnet *wordnet, const char *folder, AugError *error)
{
    TxtLines lines;
    TxtSlice line, key;
    AUG_TRY(txt_lines_open(&lines, folder, "cntlist.rev", error));
    AugStatus status = AUG_OK;
    while (status == AUG_OK && txt_lines_next(&lines, &line)) {
        uint32_t sense, count, number;
        if (!txt_field_next(&line, ' ', &key))
            continue;
        if (!txt_field_number(&line, 10, &sense) || !txt_field_number(&line, 10, &count)) {
            status = txt_lines_fail(&lines, "the line is not a sense key and two numbers", error);
            break;
        }
        status = txt_words_add(&wordnet->keys, key.text, key.size, &number, error);
        if (status == AUG_OK)
            status = augi_grow(&wordnet->counts, &wordnet->count_capacity, wordnet->keys.n,
                               sizeof(*wordnet->counts), TXT_INDEX_MAX_SIZE, error);
        if (status == AUG_OK)
            wordnet->counts[number] = count;
    }
    txt_lines_close(&lines);
    return status;
}

/* A key with underscores, as the files have it. */
static int put_lemma(const TxtWordnet *wordnet, uint32_t key, char *text)
{
    const TxtNewWord *word = &wordnet->builder->words.items[key];
    const char *from = wordnet->builder->words.strings.text + word->at;
    for (uint32_t i = 0; i < word->size; i++)
        text[i] = from[i] == ' ' ? '_' : from[i];
    return (int)word->size;
}

/* How often a word of a synset was seen with this sense. */
static AugStatus find_count(TxtWordnet *wordnet, const TxtWordnetSynset *synset,
                            const TxtWordnetWord *word, uint32_t *count, AugError *error)
{
    char key[SENSE_KEY_SIZE], head[TXT_MAX_WORD_SIZE + 8] = "", head_id[4] = "";
    const uint64_t n_known = wordnet->keys.n;
    uint32_t number;
    int n = put_lemma(wordnet, word->key, key);
    if (synset->type == 5 && synset->head != UINT32_MAX) {
        const TxtWordnetWord *first = &wordnet->words[wordnet->synsets[synset->head].words];
        const int size = put_lemma(wordnet, first->key, head);
        snprintf(head + size, sizeof(head) - (size_t)size, "%.*s", (int)first->mark.size,
                 first->mark.text);
        snprintf(head_id, sizeof(head_id), "%02u", (unsigned)first->id % 100);
    }
    n += snprintf(key + n, sizeof(key) - (size_t)n, "%%%u:%02u:%02u:%s:%s", (unsigned)synset->type,
                  (unsigned)synset->file, (unsigned)word->id, head, head_id);
    *count = 0;
    AUG_TRY(txt_words_add(&wordnet->keys, key, (size_t)n, &number, error));
    if (number < n_known) {
        *count = wordnet->counts[number];
        wordnet->n_counted++;
    } else {
        /* A key that was never seen; the next one may be the same. */
        AUG_TRY(augi_grow(&wordnet->counts, &wordnet->count_capacity, wordnet->keys.n,
                          sizeof(*wordnet->counts), TXT_INDEX_MAX_SIZE, error));
        wordnet->counts[number] = 0;
    }
    return AUG_OK;
}

static AugStatus add_sense(TxtWordnet *wordnet, uint32_t key, uint32_t number, bool *found,
                           AugError *error)
{
    const TxtWordnetSynset *synset = &wordnet->synsets[number];
    *found = false;
    for (uint32_t i = 0; i < synset->n_words && !*found; i++) {
        const TxtWordnetWord *word = &wordnet->words[synset->words + i];
        uint32_t count;
        if (word->key != key)
            continue;
        AUG_TRY(find_count(wordnet, synset, word, &count, error));
        txt_builder_sense(wordnet->builder, key, number, count);
        *found = true;
    }
    return AUG_OK;
}

/* "lemma pos n_senses n_pointers pointer... n_senses n_counted offset..." */
static AugStatus read_line(TxtWordnet *wordnet, const TxtWordnetFiles *files, TxtSlice line,
                           AugError *error)
{
    TxtSlice lemma, ignored;
    uint32_t n_senses = 0, n_pointers = 0, number;
    bool fits = txt_field_next(&line, ' ', &lemma) && txt_field_next(&line, ' ', &ignored) &&
                txt_field_number(&line, 10, &n_senses) && txt_field_number(&line, 10, &n_pointers);
    for (uint32_t i = 0; fits && i < n_pointers; i++)
        fits = txt_field_next(&line, ' ', &ignored);
    fits = fits && txt_field_number(&line, 10, &number) && txt_field_number(&line, 10, &number);
    if (!fits)
        return txt_lines_fail(&files->index, "the line is not of the form of an index", error);
    const uint32_t key = txt_builder_key(wordnet->builder, lemma.text, lemma.size);
    for (uint32_t i = 0; i < n_senses; i++) {
        uint32_t offset;
        bool found = false;
        const bool is_number = txt_field_number(&line, 10, &offset);
        number = is_number ? txt_wordnet_at(wordnet, files, offset) : UINT32_MAX;
        if (number != UINT32_MAX && wordnet->builder->error.status == AUG_OK)
            AUG_TRY(add_sense(wordnet, key, number, &found, error));
        if (!found && wordnet->builder->error.status == AUG_OK)
            return txt_lines_fail(&files->index, "a sense is in no synset of the data", error);
    }
    return AUG_OK;
}

AugStatus txt_wordnet_read_index(TxtWordnet *wordnet, AugError *error)
{
    for (size_t i = 0; i < TXT_N_WORDNET_FILES; i++) {
        TxtWordnetFiles *files = &wordnet->files[i];
        TxtSlice line;
        while (txt_lines_next(&files->index, &line)) {
            if (line.size > 0 && line.text[0] != ' ')
                AUG_TRY(read_line(wordnet, files, line, error));
        }
    }
    return AUG_OK;
}
