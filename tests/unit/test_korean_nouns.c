/* Nouns of a small lexicon in eojeol of both normal forms, and 10,000 film reviews whose nouns are
 * replaced: what comes out is UTF-8, and its particles agree by a check that knows nothing of ours. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "aug/text.h"
#include "tests/support/support.h"
#include "text/domain/edits.h"
#include "text/korean/nouns.h"

static const char list[] = "영화\tn\t작품|필름\n"
                           "작품\tn\t영화\n"
                           "고양이\tn\t냥이|묘공\n"
                           "고양\tn\t찬양\n"
                           "만화가\tn\t화가\n"
                           "만화\tn\t웹툰\n"
                           "배우\tn\t연기자|출연진\n"
                           "연기\tn\t열연\n"
                           "감독\tn\t연출자\n"
                           "스토리\tn\t줄거리|이야기|각본\n"
                           "내용\tn\t줄거리\n"
                           "드라마\tn\t연속극\n"
                           "평점\tn\t점수|별점\n"
                           "진짜\tr\t정말\n"
                           "TV\tn\t텔레비전\n"
                           "주인공\tn\t주역|game\n"
                           "재미\t-\t흥미\n";

static TxtLexicon *lexicon;

static void open_lexicon(void)
{
    AugError error = {0};
    char *from = test_path("%s/ko.tsv", test_folder()),
         *to = test_path("%s/ko.augx", test_folder());
    test_write_file(from, list, strlen(list));
    const AugTextBuild how = {.output = to, .language = "ko"};
    ck_assert_msg(aug_text_build_list(from, &how, NULL, &error) == AUG_OK, "%s", error.message);
    ck_assert_msg(txt_lexicon_open(&lexicon, to, &error) == AUG_OK, "%s", error.message);
    free(from);
    free(to);
}

static void close_lexicon(void)
{
    txt_lexicon_unref(lexicon);
}

#define ALL 31u

/* The eojeol with its noun replaced by the i-th other word of the synset; false if there is none. */
static bool replaced(const char *eojeol, size_t size, uint32_t parts, uint32_t i, char out[2048])
{
    TxtKoreanNoun noun;
    uint8_t made[TXT_MOST_NOUN];
    uint32_t end;
    if (!txt_korean_find(lexicon, (const uint8_t *)eojeol, size, parts, &noun))
        return false;
    const TxtSenses senses = txt_lexicon_senses(lexicon, noun.lemma, noun.pos);
    const TxtMembers members = txt_lexicon_words(lexicon, senses.items[0].synset);
    for (uint32_t k = 0; k < members.n; k++) {
        if (txt_lexicon_lemma_of(lexicon, members.items[k].word) == noun.lemma || i-- > 0)
            continue;
        const TxtSlice word = txt_lexicon_text(lexicon, members.items[k].word);
        const size_t n = txt_korean_replace(&noun, word.text, word.size, made, &end);
        snprintf(out, 2048, "%.*s%.*s", (int)n, (const char *)made, (int)(size - end),
                 eojeol + end);
        return n > 0;
    }
    return false;
}

typedef struct Case {
    const char *eojeol, *expected;
    uint32_t parts;
} Case;

/* "": nothing is done. */
static const Case cases[] = {
    {"영화", "작품", ALL},
    {"영화는", "작품은", ALL},
    {"영화에서는", "작품에서는", ALL},
    {"작품으로", "영화로", ALL},
    {"고양이", "냥이", ALL},
    {"고양이가", "냥이가", ALL},
    {"고양이나", "냥이나", ALL},
    {"고양은", "찬양은", ALL},
    {"만화가", "화가", ALL},
    {"만화가는", "화가는", ALL},
    {"만화는", "웹툰은", ALL},
    {"배우들이", "연기자들이", ALL},
    {"TV를", "텔레비전을", ALL},
    {"진짜", "정말", ALL},
    {"진짜로", "", ALL},
    {"진짜", "", 1u << TXT_POS_NOUN},
    {"재미", "흥미", ALL},
    {"재미가", "", ALL},
    {"재미", "", 1u << TXT_POS_NOUN},
    {"연기한", "", ALL},
    {"영화입니다", "", ALL},
    {"소설은", "", ALL},
    {"", "", ALL},
    {"\xea\xb0", "", ALL},
    {"영화\xff", "", ALL},
    /* In jamo: 영화는, 작품이. */
    {"\u110b\u1167\u11bc\u1112\u116a\u1102\u1173\u11ab",
     "\u110c\u1161\u11a8\u1111\u116e\u11b7\u110b\u1173\u11ab", ALL},
    {"\u110c\u1161\u11a8\u1111\u116e\u11b7\u110b\u1175",
     "\u110b\u1167\u11bc\u1112\u116a\u1100\u1161", ALL},
};

START_TEST(nouns_are_found_and_replaced)
{
    const Case *given = &cases[_i];
    char made[2048] = "";
    if (!replaced(given->eojeol, strlen(given->eojeol), given->parts, 0, made))
        made[0] = '\0';
    ck_assert_msg(strcmp(made, given->expected) == 0, "%s: \"%s\", not \"%s\"", given->eojeol, made,
                  given->expected);
}
END_TEST

START_TEST(a_form_that_cannot_be_told_is_refused)
{
    char made[2048];
    ck_assert(replaced("주인공이", strlen("주인공이"), ALL, 0, made));
    ck_assert_str_eq(made, "주역이");
    ck_assert(!replaced("주인공이", strlen("주인공이"), ALL, 1, made));
    ck_assert(replaced("주인공의", strlen("주인공의"), ALL, 1, made));
    ck_assert_str_eq(made, "game의");
}
END_TEST

START_TEST(edits_are_as_short_as_they_can_be)
{
    TxtKoreanNoun noun;
    uint8_t made[TXT_MOST_NOUN];
    uint32_t end;
    const char *eojeol = "영화는", *other = "드라마";
    ck_assert(txt_korean_find(lexicon, (const uint8_t *)eojeol, strlen(eojeol), ALL, &noun));
    ck_assert_uint_eq(txt_korean_replace(&noun, other, strlen(other), made, &end), strlen(other));
    ck_assert_uint_eq(end, strlen("영화"));
    other = "작품";
    ck_assert_uint_eq(txt_korean_replace(&noun, other, strlen(other), made, &end),
                      strlen("작품은"));
    ck_assert_uint_eq(end, strlen("영화는"));
}
END_TEST

/* A word longer than any eojeol, and the longest word of a lexicon, in jamo. */
START_TEST(long_words)
{
    char eojeol[600] = "", word[256] = "", made[2048];
    for (int i = 0; i < 85; i++)
        memcpy(word + 3 * (size_t)i, "각", 3);
    for (int i = 0; i < 90; i++)
        strncat(eojeol, "영화", sizeof(eojeol) - strlen(eojeol) - 1);
    ck_assert(!replaced(eojeol, strlen(eojeol), ALL, 0, made));
    TxtKoreanNoun noun;
    uint8_t out[TXT_MOST_NOUN];
    uint32_t end;
    const char *small = "\u110b\u1167\u11bc\u1112\u116a\u1105\u1169";
    ck_assert(txt_korean_find(lexicon, (const uint8_t *)small, strlen(small), ALL, &noun));
    const size_t n = txt_korean_replace(&noun, word, 255, out, &end);
    ck_assert_uint_eq(n, 85 * 9 + strlen("\u110b\u1173\u1105\u1169"));
    ck_assert_uint_eq(end, strlen(small));
}
END_TEST

/* The check of its own: the last syllable's final by its code, and pairs of endings. */
static int final_of(const char *text, size_t size)
{
    const uint8_t *b = (const uint8_t *)text + size - 3;
    const int code = (b[0] & 15) << 12 | (b[1] & 63) << 6 | (b[2] & 63);
    return size >= 3 && code >= 0xac00 && code <= 0xd7a3 ? (code - 0xac00) % 28 : -1;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Whether an ending may follow such a final, for endings that have two forms. */
static bool agrees(int final, const char *ending)
{
    static const char *const pairs[][2] = {
        {"은", "는"},   {"이", "가"},   {"을", "를"},       {"과", "와"},
        {"이랑", "랑"}, {"이나", "나"}, {"이라도", "라도"}, {"이든", "든"},
        {"이란", "란"}, {"이야", "야"}, {"이여", "여"},
    };
    if (begins(ending, "으로"))
        return final > 0 && final != 8;
    if (begins(ending, "로"))
        return final == 0 || final == 8;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (strcmp(ending, pairs[i][0]) == 0)
            return final > 0;
        if (strcmp(ending, pairs[i][1]) == 0)
            return final == 0;
    }
    return true;
}

static bool is_utf8(const char *text)
{
    const uint8_t *b = (const uint8_t *)text;
    while (*b) {
        const int more = *b < 0x80 ? 0 : *b < 0xc2 ? -1 : *b < 0xe0 ? 1 : *b < 0xf0 ? 2 : 3;
        if (more < 0)
            return false;
        b++;
        for (int i = 0; i < more; i++, b++)
            if ((*b & 0xc0) != 0x80)
                return false;
    }
    return true;
}

/* Checks one eojeol with each noun that may come; returns how many there were. */
static uint32_t check_eojeol(const char *eojeol, size_t size)
{
    static const char *const nouns[] = {
        "작품",   "필름",     "영화",   "연기자", "출연진", "열연", "연출자",
        "줄거리", "game",     "이야기", "각본",   "점수",   "별점", "연속극",
        "주역",   "텔레비전", "웹툰",   "냥이",   "묘공",   "찬양", "화가",
    };
    char made[2048];
    uint32_t n = 0;
    for (uint32_t i = 0; replaced(eojeol, size, 1u << TXT_POS_NOUN, i, made); i++, n++) {
        const char *ending = NULL;
        size_t stem = 0;
        for (size_t k = 0; k < sizeof(nouns) / sizeof(nouns[0]); k++)
            if (begins(made, nouns[k]) && strlen(nouns[k]) > stem) {
                stem = strlen(nouns[k]);
                ending = made + stem;
            }
        if (!ending || !is_utf8(made) || !agrees(final_of(made, stem), ending))
            ck_abort_msg("%.*s became %s", (int)size, eojeol, made);
    }
    return n;
}

START_TEST(reviews_keep_their_grammar)
{
    char *path = test_data("text/nsmc_ko_train16k.tsv.gz");
    char line[4096];
    uint32_t n_rows = 0, n_replaced = 0;
    gzFile file = path ? gzopen(path, "rb") : NULL;
    free(path);
    if (!file)
        return;
    while (n_rows < 10000 && gzgets(file, line, sizeof(line))) {
        n_rows++;
        for (char *at = strchr(line, '\t') + 1; *at;) {
            const size_t size = strcspn(at, " .,!?~\n");
            n_replaced += size > 0 ? check_eojeol(at, size) : 0;
            at += size + (at[size] != '\0');
        }
    }
    gzclose(file);
    ck_assert_uint_eq(n_rows, 10000);
    ck_assert_msg(n_replaced > 3000, "%u nouns were replaced", n_replaced);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("korean_nouns");
    TCase *group = tcase_create("korean_nouns");
    tcase_add_unchecked_fixture(group, open_lexicon, close_lexicon);
    tcase_add_loop_test(group, nouns_are_found_and_replaced, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_test(group, a_form_that_cannot_be_told_is_refused);
    tcase_add_test(group, edits_are_as_short_as_they_can_be);
    tcase_add_test(group, long_words);
    tcase_add_test(group, reviews_keep_their_grammar);
    suite_add_tcase(suite, group);
    return test_run(suite);
}
