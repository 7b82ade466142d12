/* How texts are cut: words, what is protected and why, sentences, hostile bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/domain/scan.h"

/* All that a spec protects by default. */
#define USUAL (((1u << TXT_N_REASONS) - 1) & ~(1u << TXT_FREE) & ~(1u << TXT_QUOTE))

static const char *const reasons[] = {
#define NAME(code, name) #code,
    TXT_REASONS(NAME)
#undef NAME
};

/* A doc as text: words as they are, (marks), {REASON protected}, <invalid>, ^ before the first word
 * of a sentence, ~ before a word of a script without spaces. The caller frees it. */
static char *show(const TxtDoc *doc)
{
    static const char *const before[] = {"", "", "(", "{", "<"};
    static const char *const behind[] = {"", "", ")", "}", ">"};
    TestText out = {0};
    test_text_add(&out, "%s", "");
    for (uint32_t i = 0; i < doc->n_spans; i++) {
        const TxtSpan *span = &doc->spans[i];
        const bool is_protected = span->kind == TXT_PROTECTED;
        test_text_add(&out, "%s%s%s%s%s%.*s%s", span->flags & TXT_SENTENCE_START ? "^" : "",
                      span->flags & TXT_UNSEGMENTED ? "~" : "", before[span->kind],
                      is_protected ? reasons[span->reason] : "", is_protected ? " " : "",
                      (int)(span->end - span->start), (const char *)doc->bytes + span->start,
                      behind[span->kind]);
    }
    return strdup(out.words);
}

/* Cuts a text and checks what every doc must hold. */
static TxtDoc cut(TxtScanner *scanner, const TxtScanInput *input)
{
    TxtDoc doc;
    AugError error = {0};
    ck_assert_msg(txt_scan(scanner, input, &doc, &error) == AUG_OK, "%s", error.message);
    uint32_t at = 0, words = 0;
    for (uint32_t i = 0; i < doc.n_spans; i++) {
        const TxtSpan *span = &doc.spans[i];
        ck_assert_uint_eq(span->start, at);
        ck_assert_uint_gt(span->end, at);
        while (at < span->end)
            ck_assert(input->bytes[at++] < 0x80 || !(span->flags & TXT_ASCII));
        if (span->kind != TXT_WORD || (span->flags & TXT_UNSEGMENTED))
            continue;
        ck_assert_uint_lt(words, doc.n_words);
        ck_assert_uint_eq(doc.words[words++], i);
    }
    ck_assert_uint_eq(at, input->size);
    ck_assert_uint_eq(words, doc.n_words);
    return doc;
}

static void expect_under(uint32_t protect, const char *text, const char *expected)
{
    TxtScanner scanner = {0};
    const TxtScanInput input = {
        .bytes = (const uint8_t *)text, .size = (uint32_t)strlen(text), .protect = protect};
    const TxtDoc doc = cut(&scanner, &input);
    char *shown = show(&doc);
    ck_assert_msg(strcmp(shown, expected) == 0, "'%s' became\n  %s\nexpected\n  %s", text, shown,
                  expected);
    free(shown);
    txt_scanner_fini(&scanner);
}

static void expect(const char *text, const char *expected)
{
    expect_under(USUAL, text, expected);
}

START_TEST(words_and_marks)
{
    expect("", "");
    expect("a", "^a");
    expect("a good , film .", "^a good (,) film (.)");
    expect("well-known actors", "^well-known actors");
    expect("rock'n'roll  it's\tfine", "^rock'n'roll  it's\tfine");
    expect("\"(wow)\"!!", "(\"()^wow()\"!!)");
    expect("end.  ", "^end(.)  ");
    expect("this--or that", "^this(--)or that");
    expect("dogs' toys", "^dogs(') toys");
    expect("and/or", "^and(/)or");
}
END_TEST

START_TEST(sentences_and_names)
{
    expect("We met Anna. She left.", "^We met {NAME Anna}(.) ^She left(.)");
    expect("Mr. Smith came", "^Mr(.) {NAME Smith} came");
    expect("by J. Smith", "^by {NAME J}(.) {NAME Smith}");
    expect("I think I'm here", "^I think I'm here");
    expect("the iPhone and McDonald", "^the {NAME iPhone} and {NAME McDonald}");
    expect("the NATO", "^the {ACRONYM NATO}");
    expect("the U.S. economy", "^the {ACRONYM U.S.} economy");
    expect("THIS IS GREAT", "^THIS IS GREAT");
    expect("what? Yes! Fine", "^what(?) ^Yes(!) ^Fine");
    expect("one\nTwo", "^one\n^Two");
    expect("\u00c9lan ist \u00c4rger", "^\u00c9lan ist {NAME \u00c4rger}");
    expect_under(USUAL & ~(1u << TXT_NAME), "in Berlin", "^in Berlin");
}
END_TEST

START_TEST(addresses)
{
    expect("see https://a.com/b?c=d, ok", "^see {URL https://a.com/b?c=d}(,) ok");
    expect("see www.example.org.", "^see {URL www.example.org}(.)");
    expect("open example.com/path now", "^open {URL example.com/path} now");
    expect("mail a.b+c@x-y.co.uk!", "^mail {EMAIL a.b+c@x-y.co.uk}(!)");
    expect("hi @user_1 and #tag, #1", "^hi {USER @user_1} and {TAG #tag}(,) {NUMBER #1}");
    expect("#\ud0dc\uadf8", "^{TAG #\ud0dc\uadf8}");
    expect("a @ b", "^a (@) b");
}
END_TEST

START_TEST(numbers)
{
    expect("paid $3.50 or 1,200 on 12/05/2020 at 10:30",
           "^paid {NUMBER $3.50} or {NUMBER 1,200} on {NUMBER 12/05/2020} at {NUMBER 10:30}");
    expect("50% of 5 kg and 5 dogs", "^{NUMBER 50%} of {NUMBER 5} {NUMBER kg} and {NUMBER 5} dogs");
    expect("the 2nd mp3 at -3", "^the {NUMBER 2nd} {NUMBER mp3} at {NUMBER -3}");
    expect("covid-19.", "^{NUMBER covid-19}(.)");
    expect("2024\ub144", "^{NUMBER 2024\ub144}");
}
END_TEST

START_TEST(placeholders_and_code)
{
    expect("hi {name} and ${x} {{ y }}",
           "^hi {PLACEHOLDER {name}} and {PLACEHOLDER ${x}} {PLACEHOLDER {{ y }}}");
    expect("%s is %(what)s 5 % of",
           "^{PLACEHOLDER %s} is {PLACEHOLDER %(what)s} {NUMBER 5} (%) of");
    expect("<br /> <a href=\"x y\">go</a> i <3 u",
           "^{MARKUP <br />} {MARKUP <a href=\"x y\">}go{MARKUP </a>} i (<){NUMBER 3} u");
    expect("a &amp; b & c", "^a {MARKUP &amp;} b (&) c");
    expect("[MASK] [COL] [a]", "^{TOKEN [MASK]} {TOKEN [COL]} ([)a(])");
    expect("use `a b` or snake_case", "^use {CODE `a b`} or {CODE snake_case}");
    expect("`` quoted '' `open", "(``) ^quoted ('') (`)open");
    expect("{ open", "({) ^open");
}
END_TEST

START_TEST(negations)
{
    expect("not good", "^{NEGATED not} good");
    expect("Never mind", "^{NEGATED Never} mind");
    expect("it does n't work", "^it {NEGATED does} {NEGATED n't} work");
    expect("can't , cannot , hardly", "^{NEGATED can't} (,) {NEGATED cannot} (,) {NEGATED hardly}");
    expect("don\u2019t go", "^{NEGATED don\u2019t} go");
    expect("nothing notable", "^{NEGATED nothing} notable");
    expect("non-trivial", "^{NEGATED non-trivial}");
    expect("it 's", "^it {CLITIC 's}");
    expect("\uc548 \uc88b\ub2e4 \uc548\ub155",
           "^{NEGATED \uc548} {NEGATED \uc88b\ub2e4} \uc548\ub155");
    expect("\uc88b\uc9c0 \uc54a\ub2e4 \uc5c6\ub2e4",
           "^{NEGATED \uc88b\uc9c0} {NEGATED \uc54a\ub2e4} {NEGATED \uc5c6\ub2e4}");
    expect_under(USUAL & ~(1u << TXT_NEGATED), "not good", "^not good");
}
END_TEST

START_TEST(scripts)
{
    expect("\uc601\ud654\uac00 \uc88b\ub2e4.", "^\uc601\ud654\uac00 \uc88b\ub2e4(.)");
    expect("\u7535\u5f71 ok", "^~\u7535~\u5f71 ok");
    expect("caf\u00e9-bar na\u00efve", "^caf\u00e9-bar na\u00efve");
    expect("\u201cHi\u201d \u2026 a\u00a0b", "(\u201c)^Hi(\u201d) (\u2026) ^a\u00a0b");
    expect("ok \U0001f468\u200d\U0001f469\u200d\U0001f467 yes",
           "^ok (\U0001f468\u200d\U0001f469\u200d\U0001f467) yes");
    /* e and an accent as two codes; an accent on a space; one at the start. */
    expect("cafe\u0301 a", "^cafe\u0301 a");
    expect("a \u0301b", "^a( \u0301)b");
    expect("\u0301a", "(\u0301)^a");
    /* A vowel of Thai goes with any letter before it. */
    expect("so ab\u0e33 it", "^so ab\u0e33 it");
}
END_TEST

START_TEST(invalid_bytes)
{
    expect("a\xff\xfe"
           "b c",
           "^{DAMAGED a}<\xff\xfe>{DAMAGED b} c");
    expect("a \xc3", "^a <\xc3>");
    expect("x\xe2\x80 y", "^{DAMAGED x}<\xe2\x80> y");
    expect("caf\xe9 bar", "^{DAMAGED caf}<\xe9> bar");
    expect("a\u00a0\u0301b", "^a(\u00a0\u0301)b");
    expect("\xef\xbb\xbfone", "(\xef\xbb\xbf)^one");
}
END_TEST

/* What is protected by its form may go on over white space, and over damage behind that. */
START_TEST(damage_inside_of_what_is_not_protected)
{
    const uint32_t none = USUAL & ~(1u << TXT_MARKUP) & ~(1u << TXT_PLACEHOLDER);
    expect_under(none, "so <b \xff> it", "^so {DAMAGED <b \xff>} it");
    expect_under(none, "so{x \xff} it", "^so{DAMAGED {x \xff}} it");
    expect_under(none, "so <b c> it", "^so <b c> it");
}
END_TEST

START_TEST(a_nul_is_a_mark)
{
    TxtScanner scanner = {0};
    const TxtScanInput input = {.bytes = (const uint8_t *)"a\0b", .size = 3, .protect = USUAL};
    const TxtDoc doc = cut(&scanner, &input);
    ck_assert_uint_eq(doc.n_spans, 3);
    ck_assert_int_eq(doc.spans[1].kind, TXT_PUNCTUATION);
    txt_scanner_fini(&scanner);
}
END_TEST

START_TEST(quotes)
{
    expect_under(USUAL | 1u << TXT_QUOTE, "he said \"go home\" and left",
                 "^he said (\"){QUOTE go} {QUOTE home}(\") and left");
    expect_under(USUAL | 1u << TXT_QUOTE, "five \" is long", "^five (\") is long");
    expect_under(USUAL | 1u << TXT_QUOTE, "\u201cgo home\u201d",
                 "(\u201c)^{QUOTE go} {QUOTE "
                 "home}(\u201d)");
}
END_TEST

START_TEST(ranges)
{
    static const char text[] = "one two three four";
    /* What is given stays given, whatever else it is. */
    const TxtRange given[] = {{.start = 5, .end = 9, .reason = TXT_GIVEN},
                              {.start = 5, .end = 9, .reason = TXT_DAMAGED},
                              {.start = 14, .end = 18, .flags = TXT_LABELLED}};
    TxtScanner scanner = {0};
    const TxtScanInput input = {.bytes = (const uint8_t *)text,
                                .size = sizeof(text) - 1,
                                .protect = USUAL,
                                .ranges = given,
                                .n_ranges = 3};
    const TxtDoc doc = cut(&scanner, &input);
    char *shown = show(&doc);
    ck_assert_str_eq(shown, "^one {GIVEN two}{GIVEN  }{GIVEN three} four");
    ck_assert_uint_eq(doc.n_words, 2);
    ck_assert_int_ne(txt_word(&doc, 1)->flags & TXT_LABELLED, 0);
    ck_assert_int_eq(txt_word(&doc, 0)->flags & TXT_LABELLED, 0);
    free(shown);
    txt_scanner_fini(&scanner);
}
END_TEST

/* Marks that UAX #29 has inside of a word end one of Hangul: with a look to the end of the word for each,
 * this would take minutes. */
START_TEST(many_words_of_hangul_in_one)
{
    static const char unit[] = "\uac00.";
    const size_t n = 250000, size = n * (sizeof(unit) - 1);
    TxtScanner scanner = {0};
    char *text = malloc(size);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * (sizeof(unit) - 1), unit, sizeof(unit) - 1);
    const TxtScanInput input = {
        .bytes = (const uint8_t *)text, .size = (uint32_t)size, .protect = USUAL};
    const TxtDoc doc = cut(&scanner, &input);
    ck_assert_uint_eq(doc.n_words, n);
    free(text);
    txt_scanner_fini(&scanner);
}
END_TEST

/* Ranges that lie on one another, each over most of the text. */
START_TEST(many_ranges_in_one)
{
    const uint32_t n = 200000;
    TxtScanner scanner = {0};
    char *text = malloc(4 * n);
    TxtRange *given = malloc(n * sizeof(*given));
    for (uint32_t i = 0; i < 4 * n; i++)
        text[i] = i % 2 ? ' ' : 'a';
    for (uint32_t i = 0; i < n; i++)
        given[i] = (TxtRange){i, 3 * n + i, TXT_GIVEN, 0};
    const TxtScanInput input = {.bytes = (const uint8_t *)text,
                                .size = 4 * n,
                                .protect = USUAL,
                                .ranges = given,
                                .n_ranges = n};
    const TxtDoc doc = cut(&scanner, &input);
    ck_assert_uint_eq(doc.n_words, 0);
    ck_assert_int_eq(doc.spans[0].reason, TXT_GIVEN);
    free(given);
    free(text);
    txt_scanner_fini(&scanner);
}
END_TEST

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

/* Any bytes: spans cover them, and no time that grows faster than they do. */
START_TEST(any_bytes)
{
    TxtScanner scanner = {0};
    static const char *const units[] = {"{",  "<",  "`",       "[A",       "@",      "a@",   "x.",
                                        "'",  "\"", "http://", "\xcc\x81", "\xff",   "not ", "a-",
                                        "%(", "&",  "a+",      "a.1.",     "\uc548", "1,"};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        const size_t unit = strlen(units[i]), size = 200000 / unit * unit;
        char *text = malloc(size);
        for (size_t at = 0; at < size; at += unit)
            memcpy(text + at, units[i], unit);
        const TxtScanInput input = {.bytes = (const uint8_t *)text,
                                    .size = (uint32_t)size,
                                    .protect = USUAL | 1u << TXT_QUOTE};
        cut(&scanner, &input);
        free(text);
    }
    uint8_t bytes[64];
    uint64_t state = 1;
    for (int i = 0; i < 40000; i++) {
        const uint32_t size = (uint32_t)(next_random(&state) % sizeof(bytes));
        for (uint32_t k = 0; k < size; k++) {
            static const uint8_t some[] = "aB1 .'-@#{}<>[]`%&$\"\n\xc3\xa9\xcc\x81\xec\x95\x88\xff";
            bytes[k] = some[next_random(&state) % (sizeof(some) - 1)];
        }
        const TxtScanInput input = {.bytes = bytes, .size = size, .protect = USUAL};
        cut(&scanner, &input);
    }
    txt_scanner_fini(&scanner);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_scan");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, words_and_marks);
    tcase_add_test(tests, sentences_and_names);
    tcase_add_test(tests, addresses);
    tcase_add_test(tests, numbers);
    tcase_add_test(tests, placeholders_and_code);
    tcase_add_test(tests, negations);
    tcase_add_test(tests, scripts);
    tcase_add_test(tests, invalid_bytes);
    tcase_add_test(tests, damage_inside_of_what_is_not_protected);
    tcase_add_test(tests, many_words_of_hangul_in_one);
    tcase_add_test(tests, many_ranges_in_one);
    tcase_add_test(tests, a_nul_is_a_mark);
    tcase_add_test(tests, quotes);
    tcase_add_test(tests, ranges);
    tcase_add_test(tests, any_bytes);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
