/* Words by ICU, where it is installed: those of Chinese, Japanese and Thai, and around them what
 * UAX #29 finds; damage, graphemes, threads and memory. */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/segments.h"
#include "tests/support/support.h"
#include "text/unicode/icu.h"
#include "text/unicode/unicode.h"

static TxtIcu *icu;
static TxtIcuWords *words;

/* Whether ICU is here; says so if not. */
static bool setup(AugiAllowance *allowance)
{
    AugError error = {0};
    const AugStatus status = txt_icu_open(&icu, &error);
    if (status != AUG_OK) {
        ck_assert_int_eq(status, AUG_UNSUPPORTED);
        ck_assert_ptr_nonnull(strstr(error.message, "libicuuc.so"));
        test_skip("%s", error.message);
        return false;
    }
    ck_assert_msg(txt_icu_words_new(&words, icu, allowance, &error) == AUG_OK, "%s", error.message);
    return true;
}

static void cleanup(void)
{
    txt_icu_words_free(words);
    txt_icu_free(icu);
}

/* txt_icu_find in the shape of the functions of unicode.h. */
static size_t icu_end(const uint8_t *text, size_t size, size_t start)
{
    const uint32_t *ends;
    size_t n;
    AugError error = {0};
    if (txt_icu_find(words, text, size, &ends, &n, &error) != AUG_OK)
        ck_abort_msg("%s", error.message);
    for (size_t i = 0; i < n; i++)
        if (ends[i] > start)
            return ends[i];
    ck_abort_msg("nothing ends behind %zu of %zu", start, size);
}

START_TEST(test_words)
{
    static const char *const cases[][2] = {
        {"电影真的很好", "电影|真的|很好"},
        {"この映画を見た。", "この|映画|を|見|た|。"},
        {"หนังเรื่องนี้ดีมาก", "หนัง|เรื่อง|นี้|ดี|มาก"},
        {"I don't know, 3.14", "I| |don't| |know|,| |3.14"},
        {"영화를 봤다.", "영화를| |봤다|."},
        {"电影\xff真的", "电影|\xff|真的"},
        {"\xe2\x82", "\xe2\x82"},
        {"", ""},
    };
    if (!setup(NULL))
        return;
    ck_assert_msg(strspn(txt_icu_version(icu), "0123456789.") >= 4, "%s", txt_icu_version(icu));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        test_segments_are(icu_end, cases[i][0], cases[i][1]);
    cleanup();
}
END_TEST

/* Where words have spaces or signs around them, both ways agree. */
START_TEST(test_agreement)
{
    static const char *const texts[] = {
        "The U.S.A.'s  e.g. 3,14 and_so on\r\n\r\n\tcan't \"go\"",
        "naïve café — “quoted” ¿qué? Straße №5 ½",
        "привет, мир! Ελληνικά; עברית \"א\"ב\" العربية",
        "한국어 영화를 봤다. 정말!",
        "हिन्दी में लिखा है",
        "👨‍👩‍👧👍🏽🇰🇷🇩🇪 e\u0301\u0302x",
    };
    if (!setup(NULL))
        return;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char *ours = test_segments(txt_word_end, texts[i], strlen(texts[i]));
        char *theirs = test_segments(icu_end, texts[i], strlen(texts[i]));
        ck_assert_str_eq(ours, theirs);
        free(ours);
        free(theirs);
    }
    cleanup();
}
END_TEST

/* Marks that no dictionary has stay with their letters. */
START_TEST(test_graphemes)
{
    static const char text[] = "电\u0301影\u200d真ดี\u0e31\u0e31\u0e48มา\u0301กか\u3099き";
    if (!setup(NULL))
        return;
    const size_t size = strlen(text);
    size_t grapheme = 0;
    for (size_t at = 0; at < size;) {
        at = icu_end((const uint8_t *)text, size, at);
        while (grapheme < at)
            grapheme = txt_grapheme_end((const uint8_t *)text, size, grapheme);
        ck_assert_uint_eq(grapheme, at);
    }
    cleanup();
}
END_TEST

/* A row of the greatest size that is allowed by default, in one script without spaces. */
START_TEST(test_bounded)
{
    static const char *const pieces[] = {"电",
                                         "ก",
                                         "かな",
                                         "ေ",
                                         "ក្",
                                         "\xff"
                                         "ก",
                                         "a",
                                         "\u0301"};
    const size_t size = 65536;
    uint8_t *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    if (!setup(NULL)) {
        free(text);
        return;
    }
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        const size_t n = strlen(pieces[i]);
        size_t at = 0;
        for (; at + n <= size; at += n)
            memcpy(text + at, pieces[i], n);
        const clock_t begin = clock();
        ck_assert_uint_gt(icu_end(text, at, at - 1), 0);
        const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
        ck_assert_msg(seconds < 3, "case %zu: %.1f s", i, seconds);
    }
    free(text);
    cleanup();
}
END_TEST

START_TEST(test_memory)
{
    AugiAllowance allowance = {.most = 8192};
    AugError error = {0};
    const uint32_t *ends;
    size_t n;
    static uint8_t text[4096];
    if (!setup(&allowance))
        return;
    memset(text, ' ', sizeof(text));
    ck_assert_int_eq(txt_icu_find(words, text, 1000, &ends, &n, &error), AUG_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_gt(allowance.held, 0);
    ck_assert_int_eq(txt_icu_find(words, text, sizeof(text), &ends, &n, &error), AUG_NO_MEMORY);
    cleanup();
    ck_assert_uint_eq(allowance.held, 0);
    txt_icu_free(NULL);
    txt_icu_words_free(NULL);
}
END_TEST

/* Finds the same words again and again. */
static void *work(void *result)
{
    static const char text[] = "电影真的很好หนังเรื่องนี้";
    TxtIcuWords *mine;
    uint64_t *sum = result;
    if (txt_icu_words_new(&mine, icu, NULL, NULL) != AUG_OK)
        return NULL;
    for (int i = 0; i < 1000; i++) {
        const uint32_t *ends;
        size_t n;
        if (txt_icu_find(mine, (const uint8_t *)text, sizeof(text) - 1, &ends, &n, NULL) != AUG_OK)
            break;
        for (size_t k = 0; k < n; k++)
            *sum += ends[k] * (k + 1);
    }
    txt_icu_words_free(mine);
    return NULL;
}

START_TEST(test_threads)
{
    pthread_t threads[4];
    uint64_t sums[4] = {0};
    if (!setup(NULL))
        return;
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &sums[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_gt(sums[0], 0);
    for (int i = 1; i < 4; i++)
        ck_assert_uint_eq(sums[i], sums[0]);
    cleanup();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("unicode_icu");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_words);
    tcase_add_test(tests, test_agreement);
    tcase_add_test(tests, test_graphemes);
    tcase_add_test(tests, test_bounded);
    tcase_add_test(tests, test_memory);
    tcase_add_test(tests, test_threads);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
