/* Operations on whole words and sentences: cases, masks, misspellings, contractions, order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tests/support/text_case.h"
#include "text/chars/spelling.h"
#include "text/unicode/case.h"
#include "text/unicode/fold.h"
#include "text/unicode/unicode.h"

static const char sentence[] = "the quick brown foxes jumped lazily over seven sleeping dogs again";

/* Words of two texts of as many words that differ. */
static uint32_t count_changed(const char *a, const char *b)
{
    uint32_t n = 0;
    while (*a || *b) {
        const size_t first = strcspn(a, " "), second = strcspn(b, " ");
        n += first != second || memcmp(a, b, first) != 0;
        a += first + (a[first] == ' ');
        b += second + (b[second] == ' ');
    }
    return n;
}

/* The text without differences of case; the caller frees it. */
static char *folded(const char *text)
{
    TxtFolded folded = {0};
    ck_assert_int_eq(txt_fold(&folded, (const uint8_t *)text, strlen(text), true, NULL), AUG_OK);
    char *copy = calloc(1, folded.size + 1);
    memcpy(copy, folded.bytes, folded.size);
    txt_folded_fini(&folded);
    return copy;
}

static const char *const modes[] = {"lower", "upper", "title", "toggle", "mixed", "random"};

START_TEST(only_case_changes)
{
    static const char *const texts[] = {
        "The quick brown foxes jumped",
        "les \u00e9l\u00e8ves fran\u00e7ais \u00e9taient l\u00e0",
        "\u03bf\u03b9 \u03bb\u03cc\u03b3\u03bf\u03b9 \u03c4\u03bf\u03c5\u03c2 "
        "\u03ae\u03c4\u03b1\u03bd",
        "\u043e\u0447\u0435\u043d\u044c \u0445\u043e\u0440\u043e\u0448\u0438\u0439 "
        "\u0444\u0438\u043b\u044c\u043c",
        "\u0131\u015f\u0131k g\u00fczel ilk",
        "stra\u00dfe gro\u00df e\u0301te\u0301"};
    for (size_t m = 0; m < AUG_COUNT(modes); m++) {
        TextCase text_case;
        char *params = test_path("{n: 2, mode: %s}", modes[m]);
        text_case_open(&text_case, "RandomCase", params);
        for (size_t i = 0; i < AUG_COUNT(texts); i++) {
            char *before = folded(texts[i]);
            for (uint64_t sample = 0; sample < 100; sample++) {
                char *after = folded(text_case_make(&text_case, texts[i], sample));
                ck_assert_msg(strcmp(before, after) == 0, "%s: %s", modes[m], text_case.made);
                ck_assert_uint_eq(count_changed(texts[i], text_case.made), text_case.n);
                ck_assert(text_case.n == 2 || text_case.outcome != TXT_APPLIED);
                free(after);
            }
            free(before);
        }
        text_case_close(&text_case);
        free(params);
    }
}
END_TEST

/* Every letter with case, between two others. */
START_TEST(case_of_every_letter)
{
    TextCase text_case;
    text_case_open(&text_case, "RandomCase", "{n: 1, mode: toggle}");
    uint32_t n = 0;
    for (int32_t code = 0x80; code < 0x20000; code++) {
        if (txt_class(code) != TXT_CLASS_LETTER)
            continue;
        char word[8] = "x";
        const size_t size = txt_encode(code, (uint8_t *)word + 1);
        word[1 + size] = 'y';
        word[2 + size] = '\0';
        char *before = folded(word), *after = folded(text_case_make(&text_case, word, 0));
        ck_assert_msg(strcmp(before, after) == 0, "U+%04X: %s, %s", (unsigned)code, word,
                      text_case.made);
        n += text_case.n;
        free(before);
        free(after);
    }
    ck_assert_uint_gt(n, 10000);
    text_case_close(&text_case);
}
END_TEST

START_TEST(modes_are_what_they_say)
{
    text_case_expect("RandomCase", "{alpha: 1, mode: upper}", "one good film", "ONE GOOD FILM");
    text_case_expect("RandomCase", "{alpha: 1, mode: title}", "one good film", "One Good Film");
    text_case_expect("RandomCase", "{alpha: 1, mode: lower}", "One Paris film", "one Paris film");
    text_case_expect("RandomCase", "{alpha: 1, mode: toggle}", "One good film", "oNE GOOD FILM");
    text_case_expect("RandomCase", "{alpha: 1}", "\ud55c\uad6d\uc5b4 123",
                     "\ud55c\uad6d\uc5b4 123");
    text_case_expect("RandomCase", "{alpha: 0.3}", sentence,
                     "the QUICK brown foxes jumped lazily over seven Sleeping DOGS again");
    text_case_expect("RandomCase", "{alpha: 0.3, mode: mixed}", sentence,
                     "the quick brown foXes jumped lazily over seven sleEpinG DOGS again");
}
END_TEST

START_TEST(masks_stand_for_whole_words)
{
    TextCase text_case;
    text_case_open(&text_case, "TokenMask", "{n: 3}");
    for (uint64_t i = 0; i < 100; i++) {
        const char *made = text_case_make(&text_case, sentence, i);
        uint32_t n = 0;
        for (const char *at = made; (at = strstr(at, "[MASK]")); at++)
            n++;
        ck_assert_msg(n == 3 && count_changed(sentence, made) == 3, "%s", made);
    }
    text_case_close(&text_case);
    text_case_expect("TokenMask", "{alpha: 1, mask: _}", "It is not good, Anna.",
                     "_ _ not _, Anna.");
    text_case_expect("TokenMask", "{alpha: 1, mask: x}", "\u7535\u5f71\u3002", "xx\u3002");
    text_case_expect("TokenMask", "{}", sentence,
                     "the [MASK] brown foxes jumped lazily over seven sleeping dogs again");
    text_case_open(&text_case, "TokenMask", "{n: 1}");
    ck_assert_str_eq(text_case_make(&text_case, "not 12 !", 0), "not 12 !");
    ck_assert_int_eq(text_case.outcome, TXT_NOT_APPLICABLE);
    text_case_close(&text_case);
}
END_TEST

START_TEST(what_is_put_in_stands_by_itself)
{
    text_case_refused("AEDA", "{marks: \"\u0301.\"}",
                      "AEDA.marks has '\u0301', which joins the characters beside it");
    text_case_refused("AEDA", "{marks: \"\u200d.\"}", "AEDA.marks has '\u200d'");
    text_case_refused("TokenMask", "{mask: \"\u0301x\"}", "TokenMask.mask has '\u0301x'");
    text_case_expect("TokenMask", "{mask: \"e\u0301\", alpha: 1}", "one two", "e\u0301 e\u0301");
}
END_TEST

START_TEST(the_table_of_misspellings_is_in_order)
{
    size_t n = 0;
    const char *before = "";
    for (const char *const *line = txt_english_misspellings; *line; before = *line++, n++) {
        const size_t size = strcspn(*line, "\t");
        ck_assert_msg(strcmp(before, *line) < 0, "%s", *line);
        ck_assert_msg((*line)[size] == '\t', "%s", *line);
        for (const char *at = *line + size + 1;; at++) {
            const size_t wrong = strcspn(at, "|");
            ck_assert_msg(wrong > 0 && !(wrong == size && memcmp(at, *line, size) == 0), "%s",
                          *line);
            ck_assert_msg(strspn(at, "abcdefghijklmnopqrstuvwxyz'") >= wrong, "%s", *line);
            at += wrong;
            if (!*at)
                break;
        }
    }
    ck_assert_uint_ge(n, 150);
}
END_TEST

static bool is_any(const char *word, const char *list)
{
    const size_t size = strlen(word);
    for (;;) {
        const size_t one = strcspn(list, "|");
        if (one == size && memcmp(word, list, size) == 0)
            return true;
        if (!list[one])
            return false;
        list += one + 1;
    }
}

/* Every misspelling of a word comes, and nothing else. */
static void expect_any(TextCase *text_case, const char *text, const char *expected, uint32_t n)
{
    char seen[32][64];
    uint32_t n_seen = 0;
    for (uint64_t i = 0; i < 300; i++) {
        const char *made = text_case_make(text_case, text, i);
        ck_assert_msg(is_any(made, expected), "'%s' became '%s'", text, made);
        uint32_t k = 0;
        while (k < n_seen && strcmp(seen[k], made) != 0)
            k++;
        if (k == n_seen)
            snprintf(seen[n_seen++], sizeof(seen[0]), "%s", made);
    }
    ck_assert_msg(n_seen == n, "%u of '%s'", n_seen, expected);
}

START_TEST(words_are_misspelt)
{
    TextCase text_case;
    text_case_open(&text_case, "SpellingErrors", "{n: 1}");
    expect_any(&text_case, "receive", "recieve|receve", 2);
    expect_any(&text_case, "Receive", "Recieve|Receve", 2);
    expect_any(&text_case, "RECEIVE", "RECIEVE|RECEVE", 2);
    /* By rules: letters behind the first. */
    expect_any(&text_case, "lamp", "lmap|lapm|lmp|lammp", 4);
    expect_any(&text_case, "hobby", "hbobby|hobyb|hobbby|hoby|hbby|hbobby|hoybb|hboby", 4);
    text_case_close(&text_case);
    text_case_open(&text_case, "SpellingErrors", "{n: 1, rules: false}");
    ck_assert_str_eq(text_case_make(&text_case, "lamp", 0), "lamp");
    ck_assert_int_eq(text_case.outcome, TXT_NOT_APPLICABLE);
    text_case_close(&text_case);
    text_case_open(&text_case, "SpellingErrors", "{n: 1, english: false}");
    ck_assert_str_ne(text_case_make(&text_case, "receive", 0), "receve");
    text_case_close(&text_case);
    text_case_expect("SpellingErrors", "{alpha: 0.4}",
                     "i believe the character was very unique here",
                     "i believe the character was vrey uniqe herre");
}
END_TEST

static char *put_list(const char *text)
{
    char *path = test_path("%s/list.txt", test_folder());
    test_write_file(path, text, strlen(text));
    return path;
}

START_TEST(lists_of_users_are_read)
{
    char *path = put_list("# ours\n\nfilm\tflim|filmm\nreceive\trecive\n"
                          "\uad1c\ucc2e\uc544\tgot\r\nc\u00e2f\u00e9\tcaffe\n");
    char *params = test_path("{n: 1, rules: false, file: %s}", path);
    TextCase text_case;
    text_case_open(&text_case, "SpellingErrors", params);
    expect_any(&text_case, "film", "flim|filmm", 2);
    expect_any(&text_case, "receive", "recive", 1);
    expect_any(&text_case, "believe", "beleive|belive", 2);
    expect_any(&text_case, "\uad1c\ucc2e\uc544", "got", 1);
    expect_any(&text_case, "C\u00c2F\u00c9", "CAFFE", 1);
    expect_any(&text_case, "ca\u0302fe\u0301", "caffe", 1);
    text_case_close(&text_case);
    free(params);
    free(path);
}
END_TEST

static void expect_refused(const char *list, const char *where, const char *words)
{
    TxtSpelling *spelling;
    AugError error = {0};
    char *path = put_list(list);
    ck_assert_int_ne(txt_spelling_new(&spelling, path, true, &error), AUG_OK);
    ck_assert_ptr_null(spelling);
    ck_assert_msg(strstr(error.where, where) && strstr(error.message, words), "%s: %s", error.where,
                  error.message);
    free(path);
}

START_TEST(mistakes_in_lists_are_named)
{
    TxtSpelling *spelling;
    AugError error = {0};
    expect_refused("film\tflim\nfilm\n", "list.txt:2", "right TAB wrong|wrong");
    expect_refused("\tflim\n", "list.txt:1", "right TAB wrong|wrong");
    expect_refused("film\tflim||x\n", "list.txt:1", "an empty misspelling");
    expect_refused("\n\nfilm\tfilmfilmfilmfilm\n", "list.txt:3", "8 bytes longer");
    expect_refused("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\tb\n",
                   "list.txt:1", "more than 64 bytes");
    ck_assert_int_eq(txt_spelling_new(&spelling, "/no/such/list", true, &error), AUG_NOT_FOUND);
}
END_TEST

START_TEST(contractions_are_expanded)
{
    static const char *const cases[][2] = {
        {"I'm sure they'll come.", "I am sure they will come."},
        {"i'm here", "i am here"},
        {"YOU'RE RIGHT", "YOU ARE RIGHT"},
        {"You\u2019re right", "You are right"},
        {"he's here and he'd go", "he's here and he'd go"},
        {"I don't know", "I don't know"},
        {"It ain't so", "It ain't so"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        text_case_expect("Expansion", "{}", cases[i][0], cases[i][1]);
}
END_TEST

/* Makes a text with negations allowed. */
static void expect_negated(const char *op, const char *text, const char *made)
{
    TextCase text_case;
    text_case_open(&text_case, op, "{negations: true}");
    text_case.moves_all = true;
    text_case_make(&text_case, text, 0);
    ck_assert_msg(strcmp(text_case.made, made) == 0, "'%s' became '%s'", text, text_case.made);
    text_case_close(&text_case);
}

START_TEST(negations_are_expanded_on_request)
{
    expect_negated("Expansion", "I don't know", "I do not know");
    expect_negated("Expansion", "I won't, I can't", "I will not, I cannot");
    expect_negated("Expansion", "WE DON'T CARE", "WE DO NOT CARE");
    expect_negated("Expansion", "Don't go.", "Do not go.");
    expect_negated("Expansion", "we shan't", "we shall not");
    expect_negated("Expansion", "Don't you know?", "Don't you know?");
    expect_negated("Expansion", "Isn't that good?", "Isn't that good?");
    expect_negated("Expansion", "why didn't she come", "why didn't she come");
    expect_negated("Expansion", "it ain't so", "it ain't so");
}
END_TEST

START_TEST(pairs_are_contracted)
{
    static const char *const cases[][2] = {
        {"I am happy that it is here.", "I'm happy that it is here."},
        {"He is tall and she is small.", "He's tall and she's small."},
        {"Yes, I am.", "Yes, I am."},
        {"as tall as he is now", "as tall as he is now"},
        {"He is and was", "He is and was"},
        {"I could have gone; I could have a dog", "I could've gone; I could have a dog"},
        {"I AM HERE", "I'M HERE"},
        {"They\u2019ll see we are late, you are too", "They\u2019ll see we are late, you are too"},
        {"It\u2019s odd, we are late", "It\u2019s odd, we\u2019re late"},
        {"we  are late", "we  are late"},
        {"I do not know", "I do not know"},
        {"I have a dog", "I have a dog"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        text_case_expect("Contraction", "{}", cases[i][0], cases[i][1]);
    expect_negated("Contraction", "I do not know", "I don't know");
    expect_negated("Contraction", "Will not do, cannot go", "Won't do, can't go");
    expect_negated("Contraction", "I do NOT know", "I do NOT know");
    expect_negated("Contraction", "I DO NOT KNOW", "I DON'T KNOW");
    expect_negated("Contraction", "we shall not", "we shall not");
}
END_TEST

/* Contracted and expanded again, a text is what it was. */
START_TEST(expansion_undoes_contraction)
{
    static const char *const texts[] = {"I am sure that is so", "We will go and they are late",
                                        "You must not do that", "It was not bad, they did not mind",
                                        "They could have gone there"};
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        TextCase contraction, expansion;
        text_case_open(&contraction, "Contraction", "{negations: true}");
        text_case_open(&expansion, "Expansion", "{negations: true}");
        contraction.moves_all = expansion.moves_all = true;
        text_case_make(&contraction, texts[i], 0);
        ck_assert_msg(contraction.n > 0, "%s", texts[i]);
        ck_assert_str_eq(text_case_make(&expansion, contraction.made, 0), texts[i]);
        text_case_close(&contraction);
        text_case_close(&expansion);
    }
}
END_TEST

static const char story[] = " One is here. Mr. Two met Dr. Brown! Is three a (good) one?\n"
                            "Four costs $3.50. Five (not six) ends.\n";
static const char *const parts[] = {"One is here.", "Mr. Two met Dr. Brown!",
                                    "Is three a (good) one?", "Four costs $3.50.",
                                    "Five (not six) ends."};

/* Places of the parts in a text, -1 where one is not there. */
static void find_parts(const char *text, long places[5])
{
    for (size_t i = 0; i < AUG_COUNT(parts); i++) {
        const char *at = strstr(text, parts[i]);
        places[i] = at ? at - text : -1;
    }
}

START_TEST(sentences_change_places)
{
    TextCase text_case;
    long before[5], after[5];
    find_parts(story, before);
    text_case_open(&text_case, "SentenceShuffle", "{}");
    text_case.moves_all = true;
    for (uint64_t sample = 0; sample < 200; sample++) {
        const char *made = text_case_make(&text_case, story, sample);
        size_t sum = 0;
        find_parts(made, after);
        for (size_t i = 0; i < AUG_COUNT(parts); i++) {
            ck_assert_msg(after[i] >= 0 && after[i] != before[i], "%s: %s", parts[i], made);
            sum += strlen(parts[i]);
        }
        /* Each is there once, with the white space of the text. */
        ck_assert_uint_eq(text_case.size, strlen(story));
        ck_assert_uint_eq(sum + 6, text_case.size);
        ck_assert(made[0] == ' ' && made[text_case.size - 1] == '\n');
        ck_assert_int_eq(text_case.outcome, TXT_APPLIED);
    }
    text_case_close(&text_case);
    text_case_open(&text_case, "SentenceShuffle", "{n: 2, keep_first: true}");
    text_case.moves_all = true;
    for (uint64_t sample = 0; sample < 100; sample++) {
        find_parts(text_case_make(&text_case, story, sample), after);
        ck_assert_uint_eq(text_case.n, 2);
        ck_assert_int_eq(after[0], before[0]);
    }
    text_case_close(&text_case);
}
END_TEST

START_TEST(runs_of_sentences_stay)
{
    TextCase text_case;
    text_case_open(&text_case, "SentenceCrop", "{n: 3}");
    text_case.moves_all = true;
    bool seen[4] = {0};
    for (uint64_t sample = 0; sample < 200; sample++) {
        const char *made = text_case_make(&text_case, story, sample);
        long places[5];
        find_parts(made, places);
        size_t first = 0;
        while (first < 5 && places[first] < 0)
            first++;
        ck_assert_msg(first < 4 && places[first] == 1, "%s", made);
        seen[first] = true;
        for (size_t i = 0; i < 5; i++)
            ck_assert_msg((places[i] >= 0) == (i == first || i == first + 1), "%s", made);
        ck_assert_uint_eq(text_case.size, strlen(parts[first]) + strlen(parts[first + 1]) + 3);
    }
    ck_assert(seen[0] && seen[1] && seen[2] && seen[3]);
    text_case_close(&text_case);
    text_case_open(&text_case, "SentenceCrop", "{n: 100}");
    text_case.moves_all = true;
    text_case_make(&text_case, story, 0);
    ck_assert_int_eq(text_case.outcome, TXT_FEWER);
    ck_assert_uint_gt(text_case.size, 10);
    text_case_close(&text_case);
}
END_TEST

/* What must stay: a label in the second sentence, a byte that is no UTF-8 in the fourth. */
START_TEST(bound_sentences_stay)
{
    static const char text[] = "One a. Two b. Three c. Four \xff d. Five e.";
    const TxtRange label = {.start = 7, .end = 10, .flags = TXT_LABELLED};
    TextCase text_case;
    text_case_open(&text_case, "SentenceCrop", "{n: 4}");
    text_case.moves_all = true;
    text_case.ranges = &label;
    text_case.n_ranges = 1;
    for (uint64_t i = 0; i < 50; i++)
        ck_assert_str_eq(text_case_make(&text_case, text, i), "Two b. Three c. Four \xff d.");
    ck_assert_int_eq(text_case.outcome, TXT_FEWER);
    text_case_close(&text_case);
    text_case_open(&text_case, "SentenceShuffle", "{}");
    text_case.moves_all = true;
    text_case.ranges = &label;
    text_case.n_ranges = 1;
    for (uint64_t i = 0; i < 50; i++) {
        const char *made = text_case_make(&text_case, text, i);
        ck_assert_msg(strstr(made, " Two b. ") && strstr(made, "Four \xff d."), "%s", made);
        ck_assert_int_eq(text_case.outcome, TXT_FEWER);
    }
    text_case_close(&text_case);
}
END_TEST

START_TEST(single_sentences_are_said)
{
    static const char *const ops[] = {"SentenceShuffle", "SentenceCrop"};
    static const char *const texts[] = {
        "", " ", "just one", "Mr. Smith is here.", "a . b . c", "\u7535\u5f71"};
    for (size_t k = 0; k < AUG_COUNT(ops); k++) {
        TextCase text_case;
        text_case_open(&text_case, ops[k], "{}");
        text_case.moves_all = true;
        for (size_t i = 0; i < AUG_COUNT(texts); i++) {
            ck_assert_str_eq(text_case_make(&text_case, texts[i], 0), texts[i]);
            ck_assert_int_eq(text_case.outcome, TXT_NOT_APPLICABLE);
        }
        text_case_make(&text_case, "\u7535\u5f71\u597d\u3002\u5f88\u597d\u3002", 0);
        ck_assert_int_eq(text_case.outcome, TXT_APPLIED);
        text_case_close(&text_case);
    }
}
END_TEST

/* 10^5 short sentences, and 10^5 marks with a line each: in time that is proportional. */
/* Whether the text is Turkish is asked once, not for each capital. */
START_TEST(many_capitals_change_places)
{
    enum { N = 300000 };
    const AugKey key = {.seed = 1};
    TextCase text_case;
    char *text = malloc(7 * N);
    for (size_t k = 0; k < N; k++)
        memcpy(text + 7 * k, "It is. ", 7);
    text_case_open(&text_case, "RandomSwap", "{alpha: 1}");
    AugRng rng = aug_rng_make(&key);
    const TxtScanInput input = {
        .bytes = (const uint8_t *)text, .size = 7 * N, .protect = TEXT_CASE_USUAL};
    ck_assert_int_eq(txt_scan(&text_case.scanner, &input, &text_case.doc, NULL), AUG_OK);
    text_case.hooks->edit(text_case.ops.list.ops[0].params, text_case.state, &rng, &text_case.doc,
                          &text_case.edits);
    ck_assert_uint_gt(text_case.edits.n, N / 2);
    text_case_close(&text_case);
    free(text);
}
END_TEST

START_TEST(many_sentences)
{
    enum { N = 100000 };
    static const char *const pieces[] = {"Ab c. ", "!\n", "Mr. ", "a. B "};
    static const char *const ops[] = {"SentenceShuffle", "SentenceCrop", "Contraction"};
    for (size_t i = 0; i < AUG_COUNT(pieces); i++) {
        const size_t size = strlen(pieces[i]);
        char *text = malloc(N * size);
        for (size_t k = 0; k < N; k++)
            memcpy(text + k * size, pieces[i], size);
        for (size_t k = 0; k < AUG_COUNT(ops); k++) {
            const AugKey key = {.seed = 1};
            TextCase text_case;
            text_case_open(&text_case, ops[k], "{}");
            AugRng rng = aug_rng_make(&key);
            const TxtScanInput input = {.bytes = (const uint8_t *)text,
                                        .size = (uint32_t)(N * size),
                                        .protect = TEXT_CASE_USUAL};
            ck_assert_int_eq(txt_scan(&text_case.scanner, &input, &text_case.doc, NULL), AUG_OK);
            text_case.hooks->edit(text_case.ops.list.ops[0].params, text_case.state, &rng,
                                  &text_case.doc, &text_case.edits);
            ck_assert_int_eq(txt_edits_settle(&text_case.edits, &text_case.doc, ops[k], NULL),
                             AUG_OK);
            text_case_close(&text_case);
        }
        free(text);
    }
}
END_TEST

static void add_words(TCase *tests)
{
    tcase_add_test(tests, only_case_changes);
    tcase_add_test(tests, case_of_every_letter);
    tcase_add_test(tests, modes_are_what_they_say);
    tcase_add_test(tests, masks_stand_for_whole_words);
    tcase_add_test(tests, what_is_put_in_stands_by_itself);
    tcase_add_test(tests, the_table_of_misspellings_is_in_order);
    tcase_add_test(tests, words_are_misspelt);
    tcase_add_test(tests, lists_of_users_are_read);
    tcase_add_test(tests, mistakes_in_lists_are_named);
    tcase_add_test(tests, contractions_are_expanded);
    tcase_add_test(tests, negations_are_expanded_on_request);
    tcase_add_test(tests, pairs_are_contracted);
    tcase_add_test(tests, expansion_undoes_contraction);
}

int main(void)
{
    Suite *suite = suite_create("text_words");
    TCase *words = tcase_create("words"), *sentences = tcase_create("sentences");
    tcase_set_timeout(words, 60);
    tcase_set_timeout(sentences, 60);
    add_words(words);
    tcase_add_test(sentences, sentences_change_places);
    tcase_add_test(sentences, runs_of_sentences_stay);
    tcase_add_test(sentences, bound_sentences_stay);
    tcase_add_test(sentences, single_sentences_are_said);
    tcase_add_test(sentences, many_capitals_change_places);
    tcase_add_test(sentences, many_sentences);
    suite_add_tcase(suite, words);
    suite_add_tcase(suite, sentences);
    return test_run(suite);
}
