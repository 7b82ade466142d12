/* A lexicon from the files of WordNet, whose form is that of wndb(5WN). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/lexicon/sources.h"
#include "text/lexicon/wordnet.h"

/* The notice stands before the data, each line behind its number and a blank. */
static void take_notice(TxtWordnet *wordnet, char *text, size_t room)
{
    TxtLines *data = &wordnet->files[0].data;
    TxtSlice line;
    size_t n = 0;
    while (txt_lines_next(data, &line) && line.size > 0 && line.text[0] == ' ') {
        uint32_t skipped = 0;
        while (skipped < line.size && strchr(" 0123456789", line.text[skipped]) && skipped < 5)
            skipped++;
        TxtSlice rest = {line.text + skipped, line.size - skipped};
        rest = txt_slice_trim(rest);
        if (n + rest.size + 1 > room)
            break;
        memcpy(text + n, rest.text, rest.size);
        n += rest.size;
        text[n++] = '\n';
    }
    txt_lines_rewind(data);
    if (n > 0)
        txt_builder_notice(wordnet->builder, "WordNet", text, n);
}

/* "form base base" lines. */
static AugStatus read_exceptions(TxtWordnet *wordnet, TxtWordnetFiles *files, AugError *error)
{
    TxtSlice line, form, base;
    while (txt_lines_next(&files->exceptions, &line)) {
        if (!txt_field_next(&line, ' ', &form))
            continue;
        const uint32_t key = txt_builder_key(wordnet->builder, form.text, form.size);
        if (line.size == 0)
            return txt_lines_fail(&files->exceptions, "a form stands without its base", error);
        while (txt_field_next(&line, ' ', &base))
            txt_builder_exception(wordnet->builder, key,
                                  txt_builder_key(wordnet->builder, base.text, base.size),
                                  files->pos);
    }
    return AUG_OK;
}

static AugStatus open_files(TxtWordnet *wordnet, const char *folder, AugError *error)
{
    for (size_t i = 0; i < TXT_N_WORDNET_FILES; i++) {
        TxtWordnetFiles *files = &wordnet->files[i];
        char name[32];
        snprintf(name, sizeof(name), "data.%s", files->ending);
        AUG_TRY(txt_lines_open(&files->data, folder, name, error));
        snprintf(name, sizeof(name), "index.%s", files->ending);
        AUG_TRY(txt_lines_open(&files->index, folder, name, error));
        snprintf(name, sizeof(name), "%s.exc", files->ending);
        AUG_TRY(txt_lines_open(&files->exceptions, folder, name, error));
    }
    return AUG_OK;
}

static AugStatus read_all(TxtWordnet *wordnet, const char *folder, AugError *error)
{
    /* More than the notice of any version. */
    char notice[8192];
    AUG_TRY(open_files(wordnet, folder, error));
    take_notice(wordnet, notice, sizeof(notice));
    AUG_TRY(txt_wordnet_read_data(wordnet, error));
    AUG_TRY(txt_wordnet_read_counts(wordnet, folder, error));
    AUG_TRY(txt_wordnet_read_index(wordnet, error));
    for (size_t i = 0; i < TXT_N_WORDNET_FILES; i++)
        AUG_TRY(read_exceptions(wordnet, &wordnet->files[i], error));
    return AUG_OK;
}

AugStatus txt_source_wordnet(TxtBuilder *builder, const char *folder, uint64_t *n_counts,
                             AugError *error)
{
    TxtWordnet wordnet = {
        .builder = builder,
        .files = {{.pos = TXT_POS_NOUN, .letter = 'n', .ending = "noun"},
                  {.pos = TXT_POS_VERB, .letter = 'v', .ending = "verb"},
                  {.pos = TXT_POS_ADJECTIVE, .letter = 'a', .ending = "adj"},
                  {.pos = TXT_POS_ADVERB, .letter = 'r', .ending = "adv"}},
    };
    const AugStatus status = read_all(&wordnet, folder, error);
    *n_counts = wordnet.n_counted;
    for (size_t i = 0; i < TXT_N_WORDNET_FILES; i++) {
        txt_lines_close(&wordnet.files[i].data);
        txt_lines_close(&wordnet.files[i].index);
        txt_lines_close(&wordnet.files[i].exceptions);
    }
    free(wordnet.synsets);
    free(wordnet.words);
    free(wordnet.counts);
    txt_words_fini(&wordnet.keys);
    return status;
}
