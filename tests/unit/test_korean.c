/* Korean: particles behind nouns and other nouns, how words end, jamo, and negation. The expected
 * forms are written by hand. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/domain/scan.h"
#include "text/korean/korean.h"
#include "text/unicode/fold.h"

static const uint8_t *bytes_of(const char *text)
{
    return (const uint8_t *)text;
}

/* What an eojeol becomes when the noun is replaced, by the reading whose stem it is; "" if there is no
 * such reading, "?" if the form cannot be told. */
static void replace(const char *eojeol, const char *noun, const char *other, char out[256])
{
    TxtSplit splits[TXT_MOST_SPLITS];
    const size_t size = strlen(eojeol);
    const size_t n = txt_korean_split(bytes_of(eojeol), size, splits);
    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        if (splits[i].stem_size != strlen(noun) || memcmp(eojeol, noun, strlen(noun)) != 0)
            continue;
        const char *form = txt_korean_form(&splits[i], bytes_of(other), strlen(other));
        if (form)
            snprintf(out, 256, "%s%s%s", other, form,
                     eojeol + splits[i].stem_size + splits[i].form_size);
        else
            snprintf(out, 256, "?");
    }
}

typedef struct Case {
    const char *eojeol, *noun, *other, *expected;
} Case;

static const Case cases[] = {
    /* Two forms: from a vowel to a consonant, back, and within each. */
    {"영화는", "영화", "작품", "작품은"},
    {"작품은", "작품", "영화", "영화는"},
    {"영화는", "영화", "드라마", "드라마는"},
    {"작품은", "작품", "필름", "필름은"},
    {"영화가", "영화", "작품", "작품이"},
    {"작품이", "작품", "영화", "영화가"},
    {"영화를", "영화", "작품", "작품을"},
    {"작품을", "작품", "영화", "영화를"},
    {"영화와", "영화", "작품", "작품과"},
    {"작품과", "작품", "영화", "영화와"},
    {"친구랑", "친구", "사람", "사람이랑"},
    {"사람이랑", "사람", "친구", "친구랑"},
    {"영화나", "영화", "작품", "작품이나"},
    {"작품이나", "작품", "영화", "영화나"},
    {"영화라도", "영화", "작품", "작품이라도"},
    {"작품이라도", "작품", "영화", "영화라도"},
    {"영화든", "영화", "작품", "작품이든"},
    {"작품이든지", "작품", "영화", "영화든지"},
    {"영화란", "영화", "작품", "작품이란"},
    {"작품이야말로", "작품", "영화", "영화야말로"},
    {"친구여", "친구", "사람", "사람이여"},
    {"사람아", "사람", "친구", "친구야"},
    {"작품이야", "작품", "영화", "영화야"},
    {"친구야", "친구", "동무", "동무야"},
    {"친구야", "친구", "사람", "?"},
    {"작품은커녕", "작품", "영화", "영화는커녕"},
    /* 으로 and 로: ㄹ counts as a vowel. */
    {"영화로", "영화", "작품", "작품으로"},
    {"작품으로", "작품", "영화", "영화로"},
    {"작품으로", "작품", "소설", "소설로"},
    {"소설로", "소설", "영화", "영화로"},
    {"소설로", "소설", "작품", "작품으로"},
    {"소설은", "소설", "영화", "영화는"},
    {"소설과", "소설", "작품", "작품과"},
    {"배우로서", "배우", "감독", "감독으로서"},
    {"감독으로서", "감독", "배우", "배우로서"},
    {"연기로써", "연기", "연출", "연출로써"},
    /* One form. */
    {"영화의", "영화", "작품", "작품의"},
    {"영화에", "영화", "작품", "작품에"},
    {"영화에서", "영화", "작품", "작품에서"},
    {"영화도", "영화", "작품", "작품도"},
    {"영화만", "영화", "작품", "작품만"},
    {"영화까지", "영화", "작품", "작품까지"},
    {"영화부터", "영화", "작품", "작품부터"},
    {"선생님께서", "선생님", "교사", "교사께서"},
    {"친구한테", "친구", "사람", "사람한테"},
    {"친구에게", "친구", "사람", "사람에게"},
    {"친구에게서", "친구", "사람", "사람에게서"},
    {"영화처럼", "영화", "작품", "작품처럼"},
    {"영화보다", "영화", "작품", "작품보다"},
    {"영화마다", "영화", "작품", "작품마다"},
    {"영화밖에", "영화", "작품", "작품밖에"},
    {"영화조차", "영화", "작품", "작품조차"},
    {"영화만큼", "영화", "작품", "작품만큼"},
    {"영화뿐", "영화", "작품", "작품뿐"},
    /* Several behind each other: those behind the first stay. */
    {"영화에서는", "영화", "작품", "작품에서는"},
    {"영화로는", "영화", "작품", "작품으로는"},
    {"작품으로도", "작품", "영화", "영화로도"},
    {"영화와는", "영화", "작품", "작품과는"},
    {"작품과의", "작품", "영화", "영화와의"},
    {"영화로부터", "영화", "작품", "작품으로부터"},
    {"영화만이", "영화", "작품", "작품만이"},
    {"영화까지도", "영화", "작품", "작품까지도"},
    {"배우들이", "배우", "사람", "사람들이"},
    {"사람들과는", "사람", "배우", "배우들과는"},
    {"배우들에게까지는", "배우", "사람", "사람들에게까지는"},
    {"영화만으로는", "영화", "작품", "작품만으로는"},
    /* The whole word, and what may be its end as well. */
    {"고양이", "고양이", "강아지", "강아지"},
    {"고양이가", "고양이", "개", "개가"},
    {"고양이", "고양", "찬양", "찬양이"},
    {"고양이는", "고양이", "말", "말은"},
    {"나이가", "나이", "연령", "연령이"},
    {"나이", "나", "너", ""},
    {"수도", "수", "숫자", ""},
    {"회의를", "회", "편", ""},
    {"불만을", "불", "화염", ""},
    {"도로", "도", "길", ""},
    {"아들이", "아", "나", ""},
    {"완성도", "완성", "마무리", ""},
    {"만화가", "만화", "웹툰", ""},
    {"만화가", "만화가", "작가", "작가"},
    {"만화를", "만화", "웹툰", "웹툰을"},
    {"나를", "나", "남", "남을"},
    {"집에", "집", "방", "방에"},
    {"집에서도", "집", "학교", "학교에서도"},
    {"길을", "길", "도로", ""},
    /* Particles that do not agree are none. */
    {"영화은", "영화", "작품", ""},
    {"작품가", "작품", "영화", ""},
    {"작품로", "작품", "영화", ""},
    {"소설으로", "소설", "영화", ""},
    {"사과", "사", "산", ""},
    {"영화보다가", "영화", "작품", ""},
    {"영화에서가", "영화", "작품", ""},
    /* Verbs, the copula and polite forms. */
    {"사랑하는", "사랑", "애정", ""},
    {"사랑해요", "사랑", "애정", ""},
    {"사랑하고", "사랑", "애정", ""},
    {"영화입니다", "영화", "작품", ""},
    {"영화예요", "영화", "작품", ""},
    {"영화다", "영화", "작품", ""},
    {"작품이다", "작품", "영화", ""},
    {"작품이고", "작품", "영화", ""},
    {"영화요", "영화", "작품", ""},
    {"영화였다", "영화", "작품", ""},
    {"연기한", "연기", "연출", ""},
    /* Digits and Latin letters as they are read. */
    {"영화는", "영화", "TV", "TV는"},
    {"영화는", "영화", "CG", "CG는"},
    {"영화는", "영화", "film", "film은"},
    {"영화로", "영화", "URL", "URL로"},
    {"영화가", "영화", "GIM", "GIM이"},
    {"영화가", "영화", "game", "?"},
    {"영화에서", "영화", "game", "game에서"},
    {"TV를", "TV", "텔레비전", "텔레비전을"},
    {"CD로", "CD", "음반", "음반으로"},
    {"PC을", "PC", "컴퓨터", ""},
    {"007과", "007", "첩보원", "첩보원과"},
    {"1은", "1", "2", "2는"},
    {"2은", "2", "1", ""},
};

START_TEST(particles_follow_the_noun)
{
    const Case *given = &cases[_i];
    char made[256];
    replace(given->eojeol, given->noun, given->other, made);
    ck_assert_msg(strcmp(made, given->expected) == 0, "%s, %s to %s: \"%s\", not \"%s\"",
                  given->eojeol, given->noun, given->other, made, given->expected);
}
END_TEST

START_TEST(longest_stem_first)
{
    TxtSplit splits[TXT_MOST_SPLITS];
    static const char word[] = "배우들에게까지는";
    static const char *const stems[] = {"배우들에게까지는", "배우들에게까지", "배우들에게",
                                        "배우들", "배우"};
    const size_t n = txt_korean_split(bytes_of(word), strlen(word), splits);
    ck_assert_uint_eq(n, 5);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_eq(splits[i].stem_size, strlen(stems[i]));
    ck_assert_ptr_null(splits[0].particle);
}
END_TEST

typedef struct Reading {
    const char *text;
    TxtFinal final;
} Reading;

static const Reading readings[] = {
    {"가", TXT_FINAL_VOWEL},
    {"갈", TXT_FINAL_RIEUL},
    {"각", TXT_FINAL_CONSONANT},
    {"힣", TXT_FINAL_CONSONANT},
    {"\u1100\u1161", TXT_FINAL_VOWEL},
    {"\u1100\u1161\u11af", TXT_FINAL_RIEUL},
    {"\u1100\u1161\u11a8", TXT_FINAL_CONSONANT},
    {"\u1100", TXT_FINAL_UNKNOWN},
    {"ㅋ", TXT_FINAL_UNKNOWN},
    {"", TXT_FINAL_UNKNOWN},
    {"!", TXT_FINAL_UNKNOWN},
    {"人", TXT_FINAL_UNKNOWN},
    {"\xea\xb0", TXT_FINAL_UNKNOWN},
    {"0", TXT_FINAL_CONSONANT},
    {"1", TXT_FINAL_RIEUL},
    {"2", TXT_FINAL_VOWEL},
    {"3", TXT_FINAL_CONSONANT},
    {"4", TXT_FINAL_VOWEL},
    {"5", TXT_FINAL_VOWEL},
    {"6", TXT_FINAL_CONSONANT},
    {"7", TXT_FINAL_RIEUL},
    {"8", TXT_FINAL_RIEUL},
    {"9", TXT_FINAL_VOWEL},
    {"10", TXT_FINAL_CONSONANT},
    {"100", TXT_FINAL_CONSONANT},
    {"1,000", TXT_FINAL_CONSONANT},
    {"100000000", TXT_FINAL_CONSONANT},
    {"1000000000000", TXT_FINAL_VOWEL},
    {"10000000000000000", TXT_FINAL_CONSONANT},
    {"100000000000000000000", TXT_FINAL_UNKNOWN},
    {"A", TXT_FINAL_VOWEL},
    {"l", TXT_FINAL_RIEUL},
    {"M", TXT_FINAL_CONSONANT},
    {"R", TXT_FINAL_UNKNOWN},
    {"DVD", TXT_FINAL_VOWEL},
    {"BTS", TXT_FINAL_VOWEL},
    {"ktn", TXT_FINAL_CONSONANT},
    {"hotel", TXT_FINAL_RIEUL},
    {"king", TXT_FINAL_CONSONANT},
    {"music", TXT_FINAL_CONSONANT},
    {"star", TXT_FINAL_VOWEL},
    {"book", TXT_FINAL_UNKNOWN},
    {"Netflix", TXT_FINAL_VOWEL},
    {"caf\u00e9l", TXT_FINAL_UNKNOWN},
};

START_TEST(words_end_as_they_are_read)
{
    const Reading *given = &readings[_i];
    const TxtFinal final = txt_korean_final(bytes_of(given->text), strlen(given->text));
    ck_assert_msg(final == given->final, "%s: %d, not %d", given->text, final, given->final);
}
END_TEST

/* Every syllable: decomposed as normal form D has it, and back by normal form C. */
START_TEST(jamo_of_all_syllables)
{
    TxtFolded folded = {0};
    for (int32_t code = 0xac00; code <= 0xd7a3; code++) {
        uint8_t text[3] = {(uint8_t)(0xe0 | code >> 12), (uint8_t)(0x80 | (code >> 6 & 63)),
                           (uint8_t)(0x80 | (code & 63))};
        uint8_t jamo[9];
        const size_t size = txt_korean_decompose(text, 3, jamo, sizeof(jamo));
        if (size != 6 + 3 * ((code - 0xac00) % 28 > 0) || !txt_korean_has_jamo(jamo, size) ||
            txt_korean_has_jamo(text, 3) ||
            txt_korean_final(jamo, size) != txt_korean_final(text, 3))
            ck_abort_msg("U+%04X: %zu bytes", code, size);
        if (txt_fold(&folded, jamo, size, false, NULL) != AUG_OK || folded.size != 3 ||
            memcmp(folded.bytes, text, 3) != 0)
            ck_abort_msg("U+%04X does not come back", code);
    }
    txt_folded_fini(&folded);
}
END_TEST

START_TEST(decomposing_keeps_the_rest_and_its_room)
{
    uint8_t out[16];
    memset(out, '.', sizeof(out));
    ck_assert_uint_eq(txt_korean_decompose(bytes_of("a가\xff각"), 8, out, 12), 17);
    ck_assert_mem_eq(out, "a\xe1\x84\x80\xe1\x85\xa1\xff........", 16);
}
END_TEST

static const char *const negations[] = {
    "안",
    "못",
    "않는다",
    "없다",
    "재미없다",
    "아니다",
    "아닌",
    "아닙니다",
    "아님",
    "안되는",
    "안하고",
    "못하다",
    "하지마",
    "보지마라",
    "마세요",
    "마라",
    "말고",
    "말아야",
    "말라고",
    "하지말자",
    "별로",
    "전혀",
    "결코",
    "재미없는",
    "안나옴",
    "말길",
    "마시길",
    "\u110b\u1161\u11ab",
    "\u110b\u1165\u11b9\u1103\u1161",
    "좋지않은",
    "도저히",
    "절대",
    "절대로",
    "마요",
    "마십시오",
    "마시고",
    "말구",
    "말든",
    "말기를",
    "말지",
    "말았어야",
    "말아요",
    "아닐",
    "아녔다",
    "아냐",
    "아뇨",
    "마",
    "안봤다",
};

static const char *const others[] = {
    "안녕하세요", "안에", "안경을", "안내",     "말이", "말은", "말을",
    "말도",       "마음", "마지막", "하지만",   "엄마", "정말", "아이가",
    "마무리",     "영화", "있다",   "안타깝다", "모두", "",
};

START_TEST(negations_are_known)
{
    for (size_t i = 0; i < sizeof(negations) / sizeof(negations[0]); i++)
        ck_assert_msg(txt_korean_is_negation(bytes_of(negations[i]), strlen(negations[i])), "%s",
                      negations[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ck_assert_msg(!txt_korean_is_negation(bytes_of(others[i]), strlen(others[i])), "%s",
                      others[i]);
}
END_TEST

START_TEST(verbs_before_a_negation_are_known)
{
    static const char *const turned[] = {
        "보지", "지나지", "보지는", "좋지도", "보질", "하진", "\u1107\u1169\u110c\u1175"};
    static const char *const not_turned[] = {"지", "하지만", "지는", "영화", "", "사람은", "a"};
    for (size_t i = 0; i < sizeof(turned) / sizeof(turned[0]); i++)
        ck_assert_msg(txt_korean_is_turned(bytes_of(turned[i]), strlen(turned[i])), "%s",
                      turned[i]);
    for (size_t i = 0; i < sizeof(not_turned) / sizeof(not_turned[0]); i++)
        ck_assert_msg(!txt_korean_is_turned(bytes_of(not_turned[i]), strlen(not_turned[i])), "%s",
                      not_turned[i]);
}
END_TEST

/* Words of a text that may be edited, a space between two. */
static void expect_words(const char *text, const char *expected)
{
    char words[256];
    size_t n = 0;
    TxtDoc doc;
    TxtScanner scanner = {0};
    const TxtScanInput input = {
        .bytes = bytes_of(text), .size = (uint32_t)strlen(text), .protect = ~1u};
    ck_assert_int_eq(txt_scan(&scanner, &input, &doc, NULL), AUG_OK);
    for (uint32_t i = 0; i < doc.n_words; i++)
        n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%.*s", i > 0 ? " " : "",
                              (int)txt_span_size(txt_word(&doc, i)),
                              text + txt_word(&doc, i)->start);
    ck_assert_str_eq(n > 0 ? words : "", expected);
    txt_scanner_fini(&scanner);
}

START_TEST(what_belongs_together_stays)
{
    expect_words("이 영화는 정말 재미있다.", "이 영화는 정말 재미있다");
    expect_words("오래 지나지 않은 이야기", "오래 이야기");
    expect_words("이건 안 보는 게 낫다", "이건 게 낫다");
    expect_words("절대 보지 마세요", "");
    expect_words("보지 그래 없다", "보지 그래");
    expect_words("50%지만 100%네요 좋다", "좋다");
    expect_words("‘살인의 추억’은 명작", "살인의 명작");
    expect_words("'기생충'은 명작", "명작");
    expect_words("영화(2010)는 좋다", "좋다");
    expect_words("‘영화’ 작품", "영화 작품");
    expect_words("좋다.그리고 (부록) 끝", "좋다 그리고 부록 끝");
    expect_words("@user님 'good' 영화", "good 영화");
}
END_TEST

/* Damaged and long eojeol. */
START_TEST(any_bytes_may_be_given)
{
    TxtSplit splits[TXT_MOST_SPLITS];
    uint8_t text[300];
    uint32_t state = 1;
    for (int i = 0; i < 200000; i++) {
        static const char *const pieces[] = {"들",     "에", "은",   "으로", "까지",
                                             "a",      "7",  "\xff", "\xea", "\xb0\x80",
                                             "\u1161", "영", "물",   "만"};
        size_t size = 0;
        for (int k = i % 30; k >= 0; k--) {
            state = state * 1664525 + 1013904223;
            const char *piece = pieces[(state >> 16) % 14];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        const size_t n = txt_korean_split(text, size, splits);
        if (n < 1 || n > TXT_MOST_SPLITS || splits[0].stem_size != size)
            ck_abort_msg("%zu splits of %zu bytes", n, size);
        for (size_t k = 1; k < n; k++)
            if (splits[k].stem_size >= splits[k - 1].stem_size || splits[k].stem_size == 0 ||
                splits[k].stem_size + splits[k].form_size > size)
                ck_abort_msg("split %zu", k);
        (void)txt_korean_is_negation(text, size);
    }
    ck_assert_uint_eq(txt_korean_split(text, 0, splits), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("korean");
    TCase *group = tcase_create("korean");
    tcase_add_loop_test(group, particles_follow_the_noun, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_test(group, longest_stem_first);
    tcase_add_loop_test(group, words_end_as_they_are_read, 0,
                        sizeof(readings) / sizeof(readings[0]));
    tcase_add_test(group, jamo_of_all_syllables);
    tcase_add_test(group, decomposing_keeps_the_rest_and_its_room);
    tcase_add_test(group, negations_are_known);
    tcase_add_test(group, verbs_before_a_negation_are_known);
    tcase_add_test(group, what_belongs_together_stays);
    tcase_add_test(group, any_bytes_may_be_given);
    suite_add_tcase(suite, group);
    return test_run(suite);
}
