/* What lexicons are built from: thesauri of MyThes, lists, spelling dictionaries; and how mistakes in
 * them are named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aug/text.h"
#include "tests/support/lexicon_case.h"
#include "tests/support/support.h"
#include "text/lexicon/builder.h"
#include "text/lexicon/sources.h"

typedef AugStatus (*Build)(const char *path, const AugTextBuild *how, AugTextLexicon *made,
                           AugError *error);

static AugTextLexicon made;

/* Builds a lexicon from a text. */
static TxtLexicon *build(Build from, const char *text, size_t size)
{
    AugError error = {0};
    TxtLexicon *lexicon = NULL;
    char *source = test_path("%s/source", test_folder());
    char *path = test_path("%s/made.augx", test_folder());
    const AugTextBuild how = {.output = path, .language = "de", .forms = ""};
    test_write_file(source, text, size);
    ck_assert_msg(from(source, &how, &made, &error) == AUG_OK, "%s: %s", error.where,
                  error.message);
    ck_assert_int_eq(txt_lexicon_open(&lexicon, path, &error), AUG_OK);
    free(source);
    free(path);
    return lexicon;
}

/* A text is refused at a place with a sentence that holds some words. */
static void check_refused(Build from, const char *text, const char *where, const char *words)
{
    AugError error = {0};
    char *source = test_path("%s/wrong", test_folder());
    char *path = test_path("%s/none.augx", test_folder());
    const AugTextBuild how = {.output = path, .forms = ""};
    test_write_file(source, text, strlen(text));
    ck_assert_msg(from(source, &how, NULL, &error) != AUG_OK, "accepted: %s", text);
    ck_assert_msg(strstr(error.where, where), "'%s' is not '%s'", error.where, where);
    ck_assert_msg(strstr(error.message, words), "'%s' does not say '%s'", error.message, words);
    ck_assert_msg(access(path, F_OK) != 0, "a file was left");
    free(source);
    free(path);
}

/* "one|two" of the i-th sense of a key, each with its rank if it has one. */
static const char *sense(const TxtLexicon *lexicon, const char *key, TxtPos pos, uint32_t i)
{
    static char text[512];
    const TxtSenses senses = txt_lexicon_find(lexicon, key, strlen(key), pos);
    if (i >= senses.n)
        return "none";
    const TxtMembers members = txt_lexicon_words(lexicon, senses.items[i].synset);
    size_t n = 0;
    for (uint32_t k = 0; k < members.n; k++) {
        const TxtSlice word = txt_lexicon_text(lexicon, members.items[k].word);
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s%s", k ? "|" : "", (int)word.size,
                              word.text, members.items[k].flags & TXT_MEMBER_MARKED ? "!" : "");
        if (members.items[k].rank != TXT_NO_RANK)
            n += (size_t)snprintf(text + n, sizeof(text) - n, ":%d", (int)members.items[k].rank);
    }
    return text;
}

static const char german[] =
    "UTF-8\n"
    "auto|1\n"
    "-|Auto|Wagen|Karre (ugs.)|Fahrzeug (Oberbegriff)|(das) Gef\xc3\xa4hrt\n"
    "karre|1\n"
    "-|Karre|Wagen|Auto\n"
    "wagen|2\n"
    "-|trauen|riskieren|z\xc3\xb6gern (Antonym)\n"
    "-|Karre (ugs., abwertend)|Auto|Wagen|...\n"
    "z\xc3\xb6gern|1\n"
    "-|zaudern\n";

START_TEST(a_thesaurus_becomes_synsets)
{
    TxtLexicon *lexicon = build(aug_text_build_mythes, german, sizeof(german) - 1);
    /* One synset, given three times, and the second sense of its third word. */
    ck_assert_str_eq(sense(lexicon, "auto", TXT_POS_NONE, 0), "Auto:0|Wagen:1|Karre!:0");
    ck_assert_str_eq(sense(lexicon, "wagen", TXT_POS_NONE, 1), "Auto:0|Wagen:1|Karre!:0");
    ck_assert_str_eq(sense(lexicon, "wagen", TXT_POS_NONE, 0), "wagen:0|trauen|riskieren");
    ck_assert_str_eq(sense(lexicon, "auto", TXT_POS_NOUN, 0), "none");
    ck_assert(txt_lexicon_are_antonyms(lexicon, txt_lexicon_lemma(lexicon, "z\xc3\xb6gern", 7),
                                       txt_lexicon_lemma(lexicon, "wagen", 5)));
    ck_assert_uint_eq(made.n_synsets, 3);
    ck_assert_uint_eq(made.n_senses, 5);
    /* Fahrzeug, Gefährt and "...". */
    ck_assert_uint_eq(made.n_left_out, 3);
    ck_assert_str_eq(made.language, "de");
    ck_assert_str_eq(made.source, "mythes");
    txt_lexicon_unref(lexicon);
}
END_TEST

START_TEST(other_encodings_are_read)
{
    static const char spanish[] = "ISO8859-1\nni\xf1o|1\n(m.)|ni\xf1"
                                  "a|chico|adulto (Ant\xf3nimo)\n"
                                  "adulto|1\n(adj.)|maduro\n";
    TxtLexicon *lexicon = build(aug_text_build_mythes, spanish, sizeof(spanish) - 1);
    ck_assert_str_eq(sense(lexicon, "ni\xc3\xb1o", TXT_POS_NOUN, 0), "ni\xc3\xb1o:0|ni\xc3\xb1"
                                                                     "a|chico");
    ck_assert_str_eq(sense(lexicon, "adulto", TXT_POS_ADJECTIVE, 0), "adulto:0|maduro");
    ck_assert(txt_lexicon_are_antonyms(lexicon, txt_lexicon_lemma(lexicon, "ni\xc3\xb1o", 5),
                                       txt_lexicon_lemma(lexicon, "adulto", 6)));
    txt_lexicon_unref(lexicon);
}
END_TEST

START_TEST(mistakes_in_thesauri_are_named)
{
    check_refused(aug_text_build_mythes, "", "wrong", "the first line names no encoding");
    check_refused(aug_text_build_mythes, "EBCDIC-77\na|1\n-|b\n", "wrong",
                  "its encoding 'EBCDIC-77' is not known");
    check_refused(aug_text_build_mythes, "UTF-8\nauto\n", "wrong:2", "'head|number of meanings'");
    check_refused(aug_text_build_mythes, "UTF-8\nauto|two\n", "wrong:2", "number of meanings");
    check_refused(aug_text_build_mythes, "UTF-8\nauto|2\n-|a|b\n", "wrong:3", "ends within");
    check_refused(aug_text_build_mythes, "UTF-8\nok|1\n-|a\nau\xfft|1\n-|b\n", "wrong:4",
                  "is not UTF-8");
    check_refused(aug_text_build_mythes, "ASCII\nau\xfft|1\n-|b\n", "wrong", "not ASCII");
}
END_TEST

static const char list[] = "# my words\n\n"
                           "movie\tn\tfilm|motion picture\n"
                           "film\tn\tmovie | motion picture\r\n"
                           "\xec\x98\x81\xed\x99\x94\t-\t\xec\x9e\x91\xed\x92\x88\n"
                           "film\tv\tshoot";

START_TEST(a_list_becomes_synsets)
{
    TxtLexicon *lexicon = build(aug_text_build_list, list, sizeof(list) - 1);
    ck_assert_str_eq(sense(lexicon, "movie", TXT_POS_NOUN, 0), "movie:0|film:0|motion picture");
    ck_assert_str_eq(sense(lexicon, "film", TXT_POS_NOUN, 0), "movie:0|film:0|motion picture");
    ck_assert_str_eq(sense(lexicon, "film", TXT_POS_VERB, 0), "film:0|shoot");
    ck_assert_str_eq(sense(lexicon, "\xec\x98\x81\xed\x99\x94", TXT_POS_NONE, 0),
                     "\xec\x98\x81\xed\x99\x94:0|\xec\x9e\x91\xed\x92\x88");
    ck_assert_str_eq(sense(lexicon, "shoot", TXT_POS_VERB, 0), "none");
    ck_assert(!txt_lexicon_has_forms(lexicon));
    ck_assert(!txt_lexicon_is_form(lexicon, "movie", 5));
    txt_lexicon_unref(lexicon);
}
END_TEST

/* What is written in capitals, decomposed or with a sharp s has one key. */
START_TEST(keys_are_folded)
{
    static const char streets[] = "STRA\xc3\x9f"
                                  "E\tn\tGasse\nu\xcc\x88"
                                  "ber\t-\to\xcc\x88\n";
    TxtLexicon *lexicon = build(aug_text_build_list, streets, sizeof(streets) - 1);
    ck_assert_str_eq(sense(lexicon, "strasse", TXT_POS_NOUN, 0), "STRA\xc3\x9f"
                                                                 "E:0|Gasse");
    ck_assert_str_eq(sense(lexicon,
                           "\xc3\xbc"
                           "ber",
                           TXT_POS_NONE, 0),
                     "u\xcc\x88"
                     "ber:0|o\xcc\x88");
    txt_lexicon_unref(lexicon);
}
END_TEST

START_TEST(mistakes_in_lists_are_named)
{
    check_refused(aug_text_build_list, "movie\tn\n", "wrong:1", "word TAB part of speech TAB");
    check_refused(aug_text_build_list, "a\tn\tb\n\tn\tfilm\n", "wrong:2", "word TAB");
    check_refused(aug_text_build_list, "movie\tx\tfilm\n", "wrong:1",
                  "the part of speech is none of");
    check_refused(aug_text_build_list, "movie\tn\tfilm||b\n", "wrong:1", "a synonym is empty");
    check_refused(aug_text_build_list, "movie\tn\tfilm\n_\tn\tb\n", "wrong:2", "word TAB");
    check_refused(aug_text_build_list, "movie\tn\tfilm|_ _\n", "wrong:1", "a synonym is empty");
    check_refused(aug_text_build_list, "movie\tn\tfi\xfflm\n", "wrong:1", "is not UTF-8");
    char text[1200];
    memset(text, 'w', sizeof(text));
    memcpy(text + 300, "\tn\tx", 5);
    check_refused(aug_text_build_list, text, "wrong:1", "word TAB");
}
END_TEST

START_TEST(a_source_without_a_word_is_refused)
{
    check_refused(aug_text_build_list, "", "wrong", "so the lexicon would be empty");
    check_refused(aug_text_build_list, "# a remark\n\n", "wrong", "so the lexicon would be empty");
    check_refused(aug_text_build_mythes, "UTF-8\n", "wrong", "so the lexicon would be empty");
    check_refused(aug_text_build_mythes, "UTF-8\n_|1\n(noun)|film\n", "wrong",
                  "so the lexicon would be empty");
    check_refused(aug_text_build_mythes, "UTF-8\nfilm|1\n(noun)|_\n", "wrong",
                  "so the lexicon would be empty");
}
END_TEST

/* Some editors begin files with a mark of their encoding. */
START_TEST(a_byte_order_mark_is_no_text)
{
    static const char marked[] = "\xef\xbb\xbfmovie\tn\tfilm\n";
    static const char thesaurus[] = "\xef\xbb\xbfUTF-8\nmovie|1\n(noun)|film\n";
    TxtLexicon *lexicon = build(aug_text_build_list, marked, sizeof(marked) - 1);
    ck_assert_str_eq(sense(lexicon, "movie", TXT_POS_NOUN, 0), "movie:0|film");
    txt_lexicon_unref(lexicon);
    lexicon = build(aug_text_build_mythes, thesaurus, sizeof(thesaurus) - 1);
    ck_assert_uint_eq(txt_lexicon_find(lexicon, "movie", 5, TXT_POS_NOUN).n, 1);
    txt_lexicon_unref(lexicon);
    char *affixes = test_path("%s/marked.aff", test_folder());
    char *words = test_path("%s/marked.dic", test_folder());
    char *stem = test_path("%s/marked", test_folder());
    static const char rules[] = "\xef\xbb\xbfSET UTF-8\nSFX S Y 1\nSFX S 0 s .\n";
    test_write_file(affixes, rules, sizeof(rules) - 1);
    test_write_file(words, "1\ncaf\u00e9/S\n", 10);
    TxtBuilder *builder = txt_builder_new();
    uint64_t n_forms;
    AugError error = {0};
    ck_assert_msg(txt_source_hunspell(builder, stem, &n_forms, &error) == AUG_OK, "%s",
                  error.message);
    ck_assert_uint_eq(n_forms, 2);
    txt_builder_free(builder);
    free(stem);
    free(words);
    free(affixes);
}
END_TEST

/* Each of the senses of a word with very many knows its place. */
START_TEST(a_word_may_have_many_senses)
{
    enum { N = 20000 };
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    for (int i = 0; i < N; i++)
        fprintf(file, "a\tn\tb%d\n", i);
    fclose(file);
    TxtLexicon *lexicon = build(aug_text_build_list, text, size);
    free(text);
    const TxtSenses senses = txt_lexicon_find(lexicon, "a", 1, TXT_POS_NOUN);
    ck_assert_uint_eq(senses.n, N);
    for (uint32_t i = 0; i < N; i++) {
        const TxtMembers members = txt_lexicon_words(lexicon, senses.items[i].synset);
        ck_assert_uint_eq(members.items[0].rank, i);
    }
    txt_lexicon_unref(lexicon);
}
END_TEST

START_TEST(mistakes_in_calls_are_named)
{
    AugError error = {0};
    AugTextBuild how = {.output = "/nonexistent/made.augx", .forms = ""};
    char *folder = test_wordnet_folder();
    ck_assert_int_eq(aug_text_build_wordnet("/nonexistent", &how, NULL, &error), AUG_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.where, "/nonexistent/data.noun"));
    ck_assert_int_eq(aug_text_build_wordnet(folder, &how, NULL, &error), AUG_IO);
    how.language = "../x";
    ck_assert_int_eq(aug_text_build_wordnet(folder, &how, NULL, &error), AUG_BAD_ARGUMENT);
    how.language = "en";
    how.forms = "/nonexistent/en";
    ck_assert_int_eq(aug_text_build_wordnet(folder, &how, NULL, &error), AUG_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.where, "/nonexistent/en.aff"));
    how.forms = "";
    how.notice = "/nonexistent/notice";
    ck_assert_int_eq(aug_text_build_wordnet(folder, &how, NULL, &error), AUG_NOT_FOUND);
    free(folder);
}
END_TEST

/* A word in an error ends where it ends, whatever stands behind it in memory. */
START_TEST(a_bad_word_is_quoted_alone)
{
    TxtBuilder *builder = txt_builder_new();
    AugError error = {0};
    ck_assert_ptr_nonnull(builder);
    (void)txt_builder_word(builder, "ab\xff and more", 3);
    ck_assert_int_eq(txt_builder_save(builder, "/nonexistent/x.augx", &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message, "'ab\xff' is not a word of 1 to 255 bytes of UTF-8");
    txt_builder_free(builder);
}
END_TEST

/* Each file of WordNet, cut or changed, is refused with file and line, or built. */
START_TEST(mistakes_in_wordnet_are_named)
{
    static const char *const wrong[][3] = {
        {"data.noun", "00000010 05 n 02 cat 0 0 000 | too few\n", "data.noun:1"},
        {"data.noun", "cat\n", "data.noun:1"},
        {"data.adj", "00000010 00 a 00 000 | no word\n", "data.adj:1"},
        {"data.noun", "00000010 05 n 01 cat 0 001 @ 00000099 n 0000 | nowhere\n", "data.noun:1"},
        {"data.noun", "00000020 05 n 01 cat 0 000 |\n00000010 05 n 01 x 0 000 |\n", "data.noun:2"},
        {"index.noun", "cat n x\n", "index.noun:1"},
        {"index.noun", "cat n 1 0 1 0 00000099\n", "index.noun:1"},
        {"index.noun", "dog n 1 0 1 0 00000010\n", "index.noun:1"},
        {"cntlist.rev", "cat%1:05:00:: one\n", "cntlist.rev:1"},
        {"noun.exc", "cats\n", "noun.exc:1"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        AugError error = {0};
        char *folder = test_wordnet_folder();
        char *path = test_path("%s/%s", folder, wrong[i][0]);
        const AugTextBuild how = {.output = "/nonexistent/x.augx", .forms = ""};
        test_write_file(path, wrong[i][1], strlen(wrong[i][1]));
        ck_assert_msg(aug_text_build_wordnet(folder, &how, NULL, &error) == AUG_CORRUPT, "%zu: %s",
                      i, error.message);
        ck_assert_msg(strstr(error.where, wrong[i][2]), "'%s' is not %s", error.where, wrong[i][2]);
        free(path);
        free(folder);
    }
}
END_TEST

/* Debian's German and Spanish thesauri, where they are installed. */
START_TEST(thesauri_of_debian_are_read)
{
    static const struct {
        const char *path, *language, *word;
        uint64_t n_lemmas;
    } known[] = {
        {"/usr/share/mythes/th_de_DE_v2.dat", "de", "haustier", 100000},
        {"/usr/share/mythes/th_es_ES_v2.dat", "es", "contento", 20000},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (access(known[i].path, R_OK) != 0) {
            test_skip("the package mythes-%s is not installed", known[i].language);
            continue;
        }
        AugError error = {0};
        TxtLexicon *lexicon;
        char *path = test_path("%s/%s.augx", test_folder(), known[i].language);
        const AugTextBuild how = {.output = path, .language = known[i].language};
        ck_assert_msg(aug_text_build_mythes(known[i].path, &how, &made, &error) == AUG_OK, "%s: %s",
                      error.where, error.message);
        ck_assert_uint_gt(made.n_lemmas, known[i].n_lemmas);
        ck_assert_int_eq(txt_lexicon_open(&lexicon, path, &error), AUG_OK);
        ck_assert_uint_gt(test_lexicon_walk(lexicon), 0);
        ck_assert_uint_ne(txt_lexicon_lemma(lexicon, known[i].word, strlen(known[i].word)),
                          TXT_NO_LEMMA);
        txt_lexicon_unref(lexicon);
        free(path);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_sources");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, a_thesaurus_becomes_synsets);
    tcase_add_test(tcase, other_encodings_are_read);
    tcase_add_test(tcase, mistakes_in_thesauri_are_named);
    tcase_add_test(tcase, a_list_becomes_synsets);
    tcase_add_test(tcase, keys_are_folded);
    tcase_add_test(tcase, mistakes_in_lists_are_named);
    tcase_add_test(tcase, a_source_without_a_word_is_refused);
    tcase_add_test(tcase, a_byte_order_mark_is_no_text);
    tcase_add_test(tcase, a_word_may_have_many_senses);
    tcase_add_test(tcase, mistakes_in_calls_are_named);
    tcase_add_test(tcase, a_bad_word_is_quoted_alone);
    tcase_add_test(tcase, mistakes_in_wordnet_are_named);
    tcase_add_test(tcase, thesauri_of_debian_are_read);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return test_run(suite);
}
