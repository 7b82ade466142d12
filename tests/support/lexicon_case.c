/* The small WordNet: offsets only have to rise, words are those of no dictionary. */
#include "tests/support/lexicon_case.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aug/text.h"
#include "tests/support/support.h"

/* A file of a case. */
typedef struct CaseFile {
    const char *name, *text;
} CaseFile;

static const CaseFile wordnet[] = {
    {"data.noun", "  1 Of use to anybody.  \n  2   \n  3 Keep this notice.  \n"
                  "00000010 05 n 02 cat 0 house_cat 0 001 @ 00000020 n 0000 | it purrs  \n"
                  "00000020 05 n 01 animal 0 000 | it lives  \n"
                  "00000030 06 n 01 cat 1 000 | a whip  \n"
                  "00000040 15 n 02 Nairobi 0 capital_of_Kenya 0 000 | a town  \n"},
    {"data.verb", "00000010 38 v 02 walk 0 stroll 0 001 ! 00000020 v 0201 01 + 02 00 | on foot  \n"
                  "00000020 38 v 01 ride 0 001 ! 00000010 v 0102 00 | not on foot  \n"},
    {"data.adj", "00000010 00 a 01 quick(a) 0 001 & 00000020 a 0000 | in little time  \n"
                 "00000020 00 s 02 speedy 0 rapid 0 001 & 00000010 a 0000 | the same  \n"
                 "00000030 00 s 02 swift 0 rapid 1 001 & 00000010 a 0000 | of rivers  \n"},
    {"data.adv", "00000010 02 r 01 quickly 0 000 | in a quick way  \n"},
    {"index.noun", "  1 Of use to anybody.  \n"
                   "animal n 1 0 1 0 00000020  \ncapital_of_kenya n 1 0 1 0 00000040  \n"
                   "cat n 2 1 @ 2 2 00000010 00000030  \nhouse_cat n 1 1 @ 1 0 00000010  \n"
                   "nairobi n 1 0 1 0 00000040  \n"},
    {"index.verb", "ride v 1 1 ! 1 1 00000020  \nstroll v 1 1 ! 1 0 00000010  \n"
                   "walk v 1 0 1 1 00000010  \n"},
    {"index.adj", "quick a 1 1 & 1 0 00000010  \nrapid a 2 1 & 2 1 00000030 00000020  \n"
                  "speedy a 1 1 & 1 0 00000020  \nswift a 1 1 & 1 0 00000030  \n"},
    {"index.adv", "quickly r 1 0 1 0 00000010  \n"},
    {"cntlist.rev", "cat%1:05:00:: 1 30\ncat%1:06:01:: 2 10\nrapid%5:00:01:quick(a):00 1 7\n"
                    "gone%1:00:00:: 1 5\n"},
    {"noun.exc", "catte cat\n"},
    {"verb.exc", "strode stroll walk\nstrodden stroll\n"},
    {"adj.exc", ""},
    {"adv.exc", ""},
};

static const CaseFile hunspell[] = {
    {"small.aff", "SET UTF-8\nNOSUGGEST !\nONLYINCOMPOUND c\n\nPFX U Y 1\nPFX U 0 un .\n\n"
                  "SFX S Y 3\nSFX S y ies [^aeiou]y\nSFX S 0 es [sx]\nSFX S 0 s [^sxy]\n\n"
                  "SFX M N 1\nSFX M 0 's .\n\nSFX L Y 1\nSFX L 0 ly/S [^y]\n"},
    {"small.dic", "9\ncat/SM\nfly/S\nbox/S\nlock/US\nrude/!S\nth/c\nquick/L\nNairobi\n"
                  "caf\xc3\xa9/S\n"},
};

static char *write_files(const CaseFile *files, size_t n, const char *what)
{
    static int number;
    char *folder = test_path("%s/%s%d", test_folder(), what, number++);
    ck_assert_int_eq(mkdir(folder, 0777), 0);
    for (size_t i = 0; i < n; i++) {
        char *path = test_path("%s/%s", folder, files[i].name);
        test_write_file(path, files[i].text, strlen(files[i].text));
        free(path);
    }
    return folder;
}

char *test_wordnet_folder(void)
{
    return write_files(wordnet, sizeof(wordnet) / sizeof(wordnet[0]), "wordnet");
}

char *test_hunspell_stem(void)
{
    char *folder = write_files(hunspell, sizeof(hunspell) / sizeof(hunspell[0]), "hunspell");
    char *stem = test_path("%s/small", folder);
    free(folder);
    return stem;
}

TxtLexicon *test_lexicon(char **path)
{
    TxtLexicon *lexicon = NULL;
    AugError error = {0};
    char *folder = test_wordnet_folder(), *stem = test_hunspell_stem();
    *path = test_path("%s/en.augx", folder);
    const AugTextBuild how = {.output = *path, .forms = stem};
    ck_assert_msg(aug_text_build_wordnet(folder, &how, NULL, &error) == AUG_OK, "%s: %s",
                  error.where, error.message);
    ck_assert_msg(txt_lexicon_open(&lexicon, *path, &error) == AUG_OK, "%s: %s", error.where,
                  error.message);
    free(folder);
    free(stem);
    return lexicon;
}

/* Sum of the bytes of a text, so that each is read. */
static uint64_t read_text(TxtSlice text)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < text.size; i++)
        sum += (uint8_t)text.text[i];
    return sum;
}

static uint64_t walk_senses(const TxtLexicon *lexicon, uint32_t lemma)
{
    uint64_t seen = 0;
    for (int pos = 0; pos < TXT_N_POS; pos++) {
        const TxtSenses senses = txt_lexicon_senses(lexicon, lemma, (TxtPos)pos);
        for (uint32_t i = 0; i < senses.n; i++) {
            const TxtMembers members = txt_lexicon_words(lexicon, senses.items[i].synset);
            seen += (uint64_t)txt_lexicon_pos(lexicon, senses.items[i].synset);
            for (uint32_t k = 0; k < members.n && k < 64; k++)
                seen += read_text(txt_lexicon_text(lexicon, members.items[k].word)) +
                        txt_lexicon_lemma_of(lexicon, members.items[k].word);
        }
    }
    return seen;
}

static uint64_t walk_exceptions(const TxtLexicon *lexicon, TxtSlice text)
{
    uint64_t seen = 0;
    for (int pos = 0; pos < TXT_N_POS; pos++) {
        size_t n;
        const TxtException *bases =
            txt_lexicon_bases(lexicon, text.text, text.size, (TxtPos)pos, &n);
        for (size_t i = 0; i < n; i++)
            seen += read_text(txt_lexicon_text(lexicon, bases[i].base));
        const TxtException *form;
        for (size_t i = 0;
             (form = txt_lexicon_irregular(lexicon, text.text, text.size, (TxtPos)pos, i)); i++)
            seen += read_text(txt_lexicon_text(lexicon, form->form));
    }
    return seen;
}

uint64_t test_lexicon_walk(const TxtLexicon *lexicon)
{
    TxtLexiconCounts counts;
    txt_lexicon_count(lexicon, &counts);
    uint64_t seen = read_text(txt_lexicon_about(lexicon)) + read_text(txt_lexicon_notices(lexicon));
    for (uint32_t i = 0; i < counts.n_words; i++) {
        const TxtSlice text = txt_lexicon_text(lexicon, i);
        const uint32_t lemma = txt_lexicon_lemma(lexicon, text.text, text.size);
        seen += txt_lexicon_is_form(lexicon, text.text, text.size);
        seen += walk_exceptions(lexicon, text);
        if (lemma == TXT_NO_LEMMA)
            continue;
        size_t n;
        const TxtPair *pairs = txt_lexicon_antonyms(lexicon, lemma, &n);
        for (size_t k = 0; k < n; k++)
            seen += read_text(
                txt_lexicon_text(lexicon, txt_lexicon_lemma_word(lexicon, pairs[k].second)));
        seen += walk_senses(lexicon, lemma);
    }
    return seen;
}
