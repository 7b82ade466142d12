/* Noise in characters: what may come of a letter, how many, where, and in which scripts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tests/support/text_case.h"
#include "text/chars/alphabet.h"
#include "text/chars/confusions.h"
#include "text/chars/layout.h"
#include "text/unicode/unicode.h"

/* One change in one word. */
#define ONE "n: 1, char_p: 0, min_length: 1"

/* Codes of a string without marks. */
static uint32_t codes_of(const char *text, int32_t codes[64])
{
    const uint8_t *bytes = (const uint8_t *)text;
    const size_t size = strlen(text);
    uint32_t n = 0;
    for (size_t at = 0; at < size;)
        at += txt_decode(bytes + at, size - at, &codes[n++]);
    return n;
}

static bool is_in(const char *text, int32_t code)
{
    int32_t codes[64];
    const uint32_t n = codes_of(text, codes);
    for (uint32_t i = 0; i < n; i++)
        if (codes[i] == code)
            return true;
    return false;
}

/* Neighbours as one reads them off a keyboard, clockwise from the left. */
static const struct {
    TxtLayoutName layout;
    const char *key, *near;
} keyboards[] = {
    {TXT_QWERTY, "q", "12wa"},
    {TXT_QWERTY, "a", "qwsz"},
    {TXT_QWERTY, "g", "ftyhbv"},
    {TXT_QWERTY, "m", "njk,"},
    {TXT_QWERTY, "p", "o0-[;l"},
    {TXT_QWERTY, "z", "asx"},
    {TXT_QWERTY, "l", "kop;.,"},
    {TXT_QWERTY, "t", "r56ygf"},
    {TXT_QWERTY, "G", "FTYHBV"},
    {TXT_QWERTZ, "z", "t67uhg"},
    {TXT_QWERTZ, "y", "<asx"},
    {TXT_QWERTZ, "\u00f6", "lp\u00fc\u00e4-."},
    {TXT_QWERTZ, "\u00d6", "LP\u00dc\u00c4-."},
    {TXT_QWERTZ, "p", "o0\u00df\u00fc\u00f6l"},
    {TXT_AZERTY, "a", "&\u00e9zq"},
    {TXT_AZERTY, "q", "azs<w"},
    {TXT_AZERTY, "m", "lp^\u00f9!:"},
    {TXT_DUBEOLSIK, "\u3147", "\u3134\u3137\u3131\u3139\u314a\u314c"},
    {TXT_DUBEOLSIK, "\u3157", "\u314e\u315b\u3155\u3153\u315c\u3160"},
    {TXT_DUBEOLSIK, "q", "12wa"},
};

START_TEST(neighbours_are_those_of_the_keyboard)
{
    for (size_t i = 0; i < AUG_COUNT(keyboards); i++) {
        TxtLayout layout;
        int32_t key[64], near[64];
        txt_layout_init(&layout, keyboards[i].layout, true, true);
        codes_of(keyboards[i].key, key);
        const uint32_t n = codes_of(keyboards[i].near, near);
        const TxtKeys *keys = txt_layout_near(&layout, key[0]);
        ck_assert_msg(keys && keys->n == n, "%s: %u neighbours, expected %u", keyboards[i].key,
                      keys ? keys->n : 0, n);
        for (uint32_t k = 0; k < n; k++)
            ck_assert_msg(is_in(keyboards[i].near, keys->near[k]), "%s: U+%04X", keyboards[i].key,
                          keys->near[k]);
    }
}
END_TEST

START_TEST(neighbours_are_mutual)
{
    for (int name = 0; name < TXT_N_LAYOUTS; name++) {
        TxtLayout layout;
        txt_layout_init(&layout, (TxtLayoutName)name, true, true);
        for (int32_t code = 0; code < 0x3200; code++) {
            const TxtKeys *keys = txt_layout_near(&layout, code);
            for (uint32_t i = 0; keys && i < keys->n; i++) {
                const TxtKeys *back = txt_layout_near(&layout, keys->near[i]);
                bool found = false;
                for (uint32_t k = 0; back && k < back->n; k++)
                    found |= back->near[k] == code || (code < 0x80 && back->near[k] == (code | 32));
                /* A mark between capitals knows the small letters. */
                ck_assert_msg(found || code > 0x80, "%s: U+%04X and U+%04X", txt_layout_names[name],
                              (unsigned)code, keys->near[i]);
            }
        }
    }
}
END_TEST

/* All that comes of one letter, in the order of codes. */
static void collect(const char *op, const char *params, const char *letter, bool seen[0x300])
{
    TextCase text_case;
    text_case_open(&text_case, op, params);
    memset(seen, 0, 0x300);
    for (uint64_t i = 0; i < 2000; i++) {
        int32_t codes[64];
        codes_of(text_case_make(&text_case, letter, i), codes);
        ck_assert_int_eq(text_case.outcome, TXT_APPLIED);
        ck_assert_int_lt(codes[0], 0x300);
        seen[codes[0]] = true;
    }
    text_case_close(&text_case);
}

static void check_seen(const char *what, const bool seen[0x300], const char *expected)
{
    for (int32_t code = 0; code < 0x300; code++)
        ck_assert_msg(seen[code] == is_in(expected, code), "%s: U+%04X %s", what, (unsigned)code,
                      seen[code] ? "came" : "never came");
}

START_TEST(each_neighbour_comes_and_nothing_else)
{
    bool seen[0x300];
    collect("KeyboardNoise", "{" ONE "}", "g", seen);
    check_seen("g", seen, "ftyhbv");
    collect("KeyboardNoise", "{" ONE "}", "p", seen);
    check_seen("p", seen, "o0-[;l");
    collect("KeyboardNoise", "{" ONE ", include_numeric: false}", "p", seen);
    check_seen("p without digits", seen, "o-[;l");
    collect("KeyboardNoise", "{" ONE ", include_special_char: false}", "p", seen);
    check_seen("p without marks", seen, "o0l");
    collect("OcrNoise", "{" ONE "}", "l", seen);
    check_seen("l", seen, "1Ii");
    collect("CharSubstitute", "{" ONE "}", "e", seen);
    check_seen("e", seen, "abcdfghijklmnopqrstuvwxyz");
    collect("CharSubstitute", "{" ONE ", alphabet: \"xe*\"}", "e", seen);
    check_seen("e of three", seen, "x*");
}
END_TEST

/* Numbers of Damerau and Levenshtein: edits and swaps of neighbours, each letter once. */
static int distance(const char *a, const char *b)
{
    enum { MOST = 128 };
    static int d[MOST + 1][MOST + 1];
    const int n = (int)strlen(a), m = (int)strlen(b);
    ck_assert(n <= MOST && m <= MOST);
    for (int i = 0; i <= n; i++)
        for (int k = 0; k <= m; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = i + k;
                continue;
            }
            int best = d[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
            best = d[i - 1][k] + 1 < best ? d[i - 1][k] + 1 : best;
            best = d[i][k - 1] + 1 < best ? d[i][k - 1] + 1 : best;
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
                d[i - 2][k - 2] + 1 < best)
                best = d[i - 2][k - 2] + 1;
            d[i][k] = best;
        }
    return d[n][m];
}

static const char *const noises[] = {"KeyboardNoise", "CharInsert", "CharDelete", "CharSwap",
                                     "CharSubstitute"};

static const char sentence[] = "the quick brown foxes jumped lazily over seven sleeping dogs again";

START_TEST(as_many_words_as_asked)
{
    for (size_t op = 0; op < AUG_COUNT(noises); op++) {
        for (uint32_t n = 1; n <= 4; n++) {
            TextCase text_case;
            char *params = test_path("{n: %u, char_p: 0}", n);
            text_case_open(&text_case, noises[op], params);
            for (uint64_t i = 0; i < 200; i++) {
                text_case_make(&text_case, sentence, i);
                ck_assert_int_eq(text_case.outcome, TXT_APPLIED);
                ck_assert_uint_eq(text_case.n, n);
                ck_assert_msg(distance(sentence, text_case.made) == (int)n, "%s: %s", noises[op],
                              text_case.made);
            }
            text_case_close(&text_case);
            free(params);
        }
    }
}
END_TEST

START_TEST(as_many_letters_as_asked)
{
    for (size_t op = 0; op < AUG_COUNT(noises); op++) {
        TextCase text_case;
        /* floor(0.4 * 9) letters of one word. */
        text_case_open(&text_case, noises[op], "{n: 1, char_p: 0.4}");
        for (uint64_t i = 0; i < 200; i++) {
            text_case_make(&text_case, "the abcdefghi or", i);
            ck_assert_msg(text_case.outcome == TXT_APPLIED && text_case.n == 3, "%s: %u, %s",
                          noises[op], text_case.n, text_case.made);
        }
        text_case_close(&text_case);
    }
}
END_TEST

START_TEST(too_few_words_are_said)
{
    for (size_t op = 0; op < AUG_COUNT(noises); op++) {
        TextCase text_case;
        text_case_open(&text_case, noises[op], "{n: 3}");
        text_case_make(&text_case, "the only words here", 0);
        ck_assert_int_eq(text_case.outcome, TXT_APPLIED);
        text_case_make(&text_case, "the two long words", 0);
        ck_assert_int_eq(text_case.outcome, TXT_FEWER);
        ck_assert_str_eq(text_case_make(&text_case, "it is not so 1234", 0), "it is not so 1234");
        ck_assert_int_eq(text_case.outcome, TXT_NOT_APPLICABLE);
        text_case_make(&text_case, "", 0);
        ck_assert_int_eq(text_case.outcome, TXT_NOT_APPLICABLE);
        text_case_close(&text_case);
        text_case_open(&text_case, noises[op], "{alpha: 0}");
        text_case_make(&text_case, sentence, 0);
        ck_assert_int_eq(text_case.outcome, TXT_UNCHANGED);
        text_case_close(&text_case);
    }
}
END_TEST

START_TEST(ends_of_words_are_kept)
{
    for (size_t op = 0; op < AUG_COUNT(noises); op++) {
        TextCase text_case;
        text_case_open(&text_case, noises[op],
                       "{n: 1, char_p: 1, keep_first: true, keep_last: true}");
        for (uint64_t i = 0; i < 200; i++) {
            text_case_make(&text_case, "weather", i);
            ck_assert_int_eq(text_case.outcome, TXT_APPLIED);
            ck_assert_msg(text_case.made[0] == 'w' && text_case.made[text_case.size - 1] == 'r',
                          "%s: %s", noises[op], text_case.made);
        }
        text_case_close(&text_case);
    }
}
END_TEST

START_TEST(a_word_never_vanishes)
{
    TextCase text_case;
    text_case_open(&text_case, "CharDelete", "{alpha: 1, char_p: 1, min_length: 1}");
    for (uint64_t i = 0; i < 100; i++) {
        text_case_make(&text_case, "ab a xyz", i);
        ck_assert_uint_eq(text_case.size, 5);
        ck_assert(text_case.made[1] == ' ' && text_case.made[2] == 'a' && text_case.made[3] == ' ');
        ck_assert_int_eq(text_case.outcome, TXT_FEWER);
    }
    text_case_close(&text_case);
}
END_TEST

/* Letters of a script become letters of the script; marks go with their letter. */
START_TEST(scripts_stay_themselves)
{
    static const struct {
        const char *text;
        TxtScript script;
    } words[] = {
        {"\u043f\u0440\u0438\u0432\u0435\u0442", TXT_SCRIPT_CYRILLIC},
        {"\u03ba\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1", TXT_SCRIPT_GREEK},
        {"\u05e9\u05dc\u05d5\u05dd\u05d9\u05dd", TXT_SCRIPT_HEBREW},
        {"\u0645\u0631\u062d\u0628\u0627", TXT_SCRIPT_ARABIC},
        {"\ud55c\uad6d\uc5b4\uc870\uc544", TXT_SCRIPT_HANGUL},
        {"\u3072\u3089\u304c\u306a\u3067\u3059", TXT_SCRIPT_KANA},
        {"\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", TXT_SCRIPT_THAI},
        {"\u0570\u0561\u0575\u0565\u0580\u0565\u0576", TXT_SCRIPT_ARMENIAN},
        {"\u10d2\u10d0\u10db\u10d0\u10e0\u10ef", TXT_SCRIPT_GEORGIAN},
        {"\u0928\u092e\u0938\u094d\u0924\u0947", TXT_SCRIPT_DEVANAGARI},
        {"e\u0301te\u0301s nai\u0308ve", TXT_SCRIPT_LATIN},
    };
    static const char *const ops[] = {"CharInsert", "CharSubstitute", "CharDelete", "CharSwap"};
    for (size_t k = 0; k < AUG_COUNT(ops); k++) {
        TextCase text_case;
        text_case_open(&text_case, ops[k], "{alpha: 1, min_length: 3}");
        for (size_t i = 0; i < AUG_COUNT(words); i++) {
            for (uint64_t sample = 0; sample < 50; sample++) {
                const char *made = text_case_make(&text_case, words[i].text, sample);
                const size_t size = text_case.size;
                ck_assert_msg(text_case.n > 0, "%s: %s", ops[k], words[i].text);
                for (size_t at = 0; at < size;) {
                    int32_t code;
                    at += txt_decode((const uint8_t *)made + at, size - at, &code);
                    ck_assert_msg(txt_script(code) == words[i].script || txt_script(code) == 0,
                                  "%s: '%s' became '%s'", ops[k], words[i].text, made);
                }
            }
        }
        text_case_close(&text_case);
    }
}
END_TEST

/* Nothing is known of these: no letters to draw from, no keys, no shapes. */
START_TEST(what_is_not_known_stays)
{
    static const char chinese[] = "\u8fd9\u90e8\u7535\u5f71\u5f88\u597d\u770b";
    static const char *const ops[] = {"CharSubstitute", "CharInsert", "KeyboardNoise", "OcrNoise"};
    TextCase text_case;
    for (size_t i = 0; i < AUG_COUNT(ops); i++) {
        text_case_open(&text_case, ops[i], "{n: 1}");
        ck_assert_str_eq(text_case_make(&text_case, chinese, 0), chinese);
        ck_assert_int_eq(text_case.outcome, TXT_NOT_APPLICABLE);
        text_case_close(&text_case);
    }
    /* Seven characters are two pieces; one character of each goes. */
    text_case_open(&text_case, "CharDelete", "{alpha: 1}");
    text_case_make(&text_case, chinese, 0);
    ck_assert_uint_eq(text_case.size, strlen(chinese) - 6);
    ck_assert_int_eq(text_case.outcome, TXT_APPLIED);
    text_case_close(&text_case);
}
END_TEST

START_TEST(slips_in_syllables_are_slips_of_one_letter)
{
    TxtLayout layout;
    TextCase text_case;
    txt_layout_init(&layout, TXT_DUBEOLSIK, true, true);
    text_case_open(&text_case, "KeyboardNoise", "{" ONE ", layout: dubeolsik}");
    /* ㅎ has ㄹ, ㅅ and ㅍ beside it, ㅏ has ㅓ, ㅣ, ㅑ, ㅐ and ㅡ, ㄴ has ㅁ, ㅇ, ㅈ, ㄷ, ㅋ, ㅌ. */
    static const char expected[] = "란산판헌힌햔핸흔함항핮핟핰핱";
    int32_t codes[64];
    bool seen[64] = {0};
    const uint32_t n = codes_of(expected, codes);
    for (uint64_t i = 0; i < 2000; i++) {
        int32_t made[64];
        ck_assert_uint_eq(codes_of(text_case_make(&text_case, "\ud55c", i), made), 1);
        uint32_t k = 0;
        while (k < n && codes[k] != made[0])
            k++;
        ck_assert_msg(k < n, "%s", text_case.made);
        seen[k] = true;
    }
    for (uint32_t k = 0; k < n; k++)
        ck_assert_msg(seen[k], "U+%04X never came", (unsigned)codes[k]);
    text_case_close(&text_case);
}
END_TEST

START_TEST(the_table_of_shapes_is_in_order)
{
    for (uint32_t i = 0; i < txt_n_confusions; i++) {
        const TxtConfusion *shape = &txt_confusion_list[i];
        int32_t codes[64];
        ck_assert_uint_eq(strlen(shape->shape), shape->size);
        ck_assert_uint_eq(codes_of(shape->shape, codes), shape->n_shape);
        ck_assert(i == 0 || strcmp(shape[-1].shape, shape->shape) < 0);
        ck_assert_uint_ge(shape->n_read, 1);
        for (uint32_t k = 0; k < shape->n_read; k++) {
            ck_assert_str_ne(shape->read[k], shape->shape);
            ck_assert_uint_le(strlen(shape->read[k]), 2);
            ck_assert_uint_le(strlen(shape->read[k]), shape->size + TXT_CONFUSION_GROWS);
        }
    }
}
END_TEST

START_TEST(shapes_of_two_letters_are_read)
{
    bool has_m = false, has_d = false;
    TextCase text_case;
    text_case_open(&text_case, "OcrNoise", "{" ONE "}");
    for (uint64_t i = 0; i < 500; i++) {
        has_m |= strcmp(text_case_make(&text_case, "burn", i), "bum") == 0;
        has_d |= strcmp(text_case_make(&text_case, "close", i), "dose") == 0;
    }
    ck_assert(has_m && has_d);
    ck_assert_str_eq(text_case_make(&text_case, "\u00f1", 0), "n");
    text_case_close(&text_case);
}
END_TEST

/* A label's text stays the label's: nothing is put beside it. */
START_TEST(labels_take_in_what_is_inserted)
{
    TextCase text_case;
    const TxtRange label = {.start = 4, .end = 8, .flags = TXT_LABELLED};
    text_case_open(&text_case, "CharInsert", "{n: 1}");
    text_case.ranges = &label;
    text_case.n_ranges = 1;
    for (uint64_t i = 0; i < 200; i++) {
        const char *made = text_case_make(&text_case, "the rome of", i);
        ck_assert_msg(made[4] == 'r' && made[8] == 'e' && text_case.size == 12, "%s", made);
    }
    text_case_close(&text_case);
}
END_TEST

START_TEST(exact_results)
{
    text_case_expect("KeyboardNoise", "{}", sentence,
                     "the quick br9wn foxes jumped lazily over seven xleepijg dogs aga9n");
    text_case_expect("OcrNoise", "{}", sentence,
                     "the qulck brown foxes jumped lazily over seven Sleepirig dogs agam");
    text_case_expect("CharInsert", "{}", sentence,
                     "the quick brodwn foxes jumped lazily over seven zsleepinjg dogs agaihn");
    text_case_expect("CharDelete", "{}", sentence,
                     "the quick brwn foxes jumped lazily over seven leepig dgs again");
    text_case_expect("CharSwap", "{}", sentence,
                     "the quick brwon foxes jumped lazily over seven lseepnig dgos again");
    text_case_expect("CharSubstitute", "{}", sentence,
                     "the quick brcwn foxes jumped lazily over seven zleepiig dogs agahn");
}
END_TEST

static void expect_refused(const char *op, const char *alphabet, const char *words)
{
    TxtAlphabet *made;
    AugError error = {0};
    ck_assert_int_eq(txt_alphabet_read(alphabet, op, &made, &error), AUG_BAD_SPEC);
    ck_assert_ptr_null(made);
    ck_assert_msg(strstr(error.message, words), "%s", error.message);
}

START_TEST(wrong_alphabets_are_refused)
{
    expect_refused("CharInsert", "x", "CharInsert.alphabet has 1 characters; allowed are at least");
    expect_refused("CharInsert", "ae\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
                   "one of more than 16 bytes");
    expect_refused("CharInsert", "\u0301a",
                   "CharInsert.alphabet has '\u0301', which joins the characters beside it");
    expect_refused("CharSubstitute", "\u200dab",
                   "CharSubstitute.alphabet has '\u200d', which joins");
    expect_refused("CharInsert", "a🇦", "CharInsert.alphabet has '🇦', which joins");
}
END_TEST

START_TEST(hostile_words)
{
    /* 100,000 letters, then marks upon one letter. */
    enum { N = 100000 };
    char *text = malloc(2 * N + 2);
    memset(text, 'a', N);
    text[N] = ' ';
    text[N + 1] = 'e';
    for (int i = 1; i < N / 2; i++)
        memcpy(text + N + 2 * i, "\u0301", 2);
    static const char *const ops[] = {"KeyboardNoise", "OcrNoise", "CharInsert",
                                      "CharDelete",    "CharSwap", "CharSubstitute",
                                      "SpellingErrors"};
    for (size_t i = 0; i < AUG_COUNT(ops); i++) {
        TextCase text_case;
        text_case_open(&text_case, ops[i], "{alpha: 1}");
        text_case_run(&text_case, text, 2 * N, 0);
        ck_assert_int_eq(text_case.outcome, TXT_NOT_APPLICABLE);
        text_case_close(&text_case);
    }
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_noise");
    TCase *tests = tcase_create("noise");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, neighbours_are_those_of_the_keyboard);
    tcase_add_test(tests, neighbours_are_mutual);
    tcase_add_test(tests, each_neighbour_comes_and_nothing_else);
    tcase_add_test(tests, as_many_words_as_asked);
    tcase_add_test(tests, as_many_letters_as_asked);
    tcase_add_test(tests, too_few_words_are_said);
    tcase_add_test(tests, ends_of_words_are_kept);
    tcase_add_test(tests, a_word_never_vanishes);
    tcase_add_test(tests, scripts_stay_themselves);
    tcase_add_test(tests, what_is_not_known_stays);
    tcase_add_test(tests, slips_in_syllables_are_slips_of_one_letter);
    tcase_add_test(tests, the_table_of_shapes_is_in_order);
    tcase_add_test(tests, shapes_of_two_letters_are_read);
    tcase_add_test(tests, labels_take_in_what_is_inserted);
    tcase_add_test(tests, exact_results);
    tcase_add_test(tests, wrong_alphabets_are_refused);
    tcase_add_test(tests, hostile_words);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
