/* Boundaries compared with those of ICU over random texts, where its version of Unicode's data is
 * installed. Codes are drawn by what the rules tell apart, so that every pair of classes meets. */
#include <check.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aug/random.h"
#include "tests/support/segments.h"
#include "tests/support/support.h"
#include "text/unicode/properties.h"
#include "text/unicode/unicode.h"

/* ICU 72, of Unicode 15.0. */
#define LIBRARY "libicuuc.so.72"
#define NAME(function) #function "_72"

#define N_TEXTS 200000
#define MOST_CODES 14

/* UBreakIteratorType. */
enum { CHARACTERS = 0, WORDS = 1, SENTENCES = 3 };

static struct {
    void *(*open)(int kind, const char *locale, const uint16_t *text, int32_t n, int *code);
    void (*close)(void *iterator);
    void (*set_text)(void *iterator, void *text, int *code);
    int32_t (*next)(void *iterator);
    void *(*open_text)(void *text, const char *bytes, int64_t size, int *code);
    void *(*close_text)(void *text);
} icu;

static void find(void *library, const char *name, void *function)
{
    void *address = dlsym(library, name);
    ck_assert_msg(address != NULL, "there is no %s", name);
    memcpy(function, &address, sizeof(address));
}

static bool load(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_NODELETE);
    if (!library) {
        test_skip(LIBRARY " is not here");
        return false;
    }
    find(library, NAME(ubrk_open), &icu.open);
    find(library, NAME(ubrk_close), &icu.close);
    find(library, NAME(ubrk_setUText), &icu.set_text);
    find(library, NAME(ubrk_next), &icu.next);
    find(library, NAME(utext_openUTF8), &icu.open_text);
    find(library, NAME(utext_close), &icu.close_text);
    return true;
}

/* Codes of each distinct row of properties, some of each. */
typedef struct Row {
    const TxtProperties *is;
    int32_t codes[16];
    uint32_t n;
} Row;

static Row rows[256];
static uint32_t n_rows;

/* Whether ICU goes other ways than UAX #29 for the words of a code: it looks it up in a dictionary,
 * parts Hangul from other letters, joins "@" to words, and takes no colon to be one within them. */
static bool is_tailored(int32_t code)
{
    static const TxtScript scripts[] = {
        TXT_SCRIPT_HAN,   TXT_SCRIPT_KANA,    TXT_SCRIPT_THAI,   TXT_SCRIPT_LAO,
        TXT_SCRIPT_KHMER, TXT_SCRIPT_MYANMAR, TXT_SCRIPT_HANGUL, TXT_SCRIPT_OTHER,
    };
    const TxtProperties *is = txt_properties(code);
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
        if (is->script == scripts[i])
            return true;
    return is->word == TXT_WB_KATAKANA || code == '@' || code == ':' || code == 0xfe55 ||
           code == 0xff1a;
}

static void collect(bool tailored)
{
    n_rows = 0;
    for (int32_t code = 0; code < 0x110000; code++) {
        const TxtProperties *is = txt_properties(code);
        if ((code >= 0xd800 && code < 0xe000) || (!tailored && is_tailored(code)))
            continue;
        uint32_t i = 0;
        while (i < n_rows && rows[i].is != is)
            i++;
        if (i == n_rows)
            rows[n_rows++] = (Row){.is = is};
        if (rows[i].n < 16)
            rows[i].codes[rows[i].n++] = code;
    }
}

static size_t draw(AugRng *rng, uint8_t *text)
{
    const uint64_t n = 1 + aug_rng_below(rng, MOST_CODES);
    size_t size = 0;
    for (uint64_t i = 0; i < n; i++) {
        const Row *row = &rows[aug_rng_below(rng, n_rows)];
        size += txt_encode(row->codes[aug_rng_below(rng, row->n)], text + size);
    }
    return size;
}

static void compare(int kind, TestSegmentEnd *end, bool tailored)
{
    if (!load())
        return;
    collect(tailored);
    int code = 0;
    void *text = NULL, *iterator = icu.open(kind, "root", NULL, 0, &code);
    AugRng rng = aug_rng_make(&(AugKey){.seed = 9, .sample = (uint64_t)kind});
    for (int i = 0; i < N_TEXTS; i++) {
        uint8_t bytes[4 * MOST_CODES];
        const size_t size = draw(&rng, bytes);
        text = icu.open_text(text, (const char *)bytes, (int64_t)size, &code);
        icu.set_text(iterator, text, &code);
        if (code > 0)
            ck_abort_msg("ICU fails with code %d", code);
        for (size_t at = 0; at < size;) {
            const size_t start = at;
            const int32_t theirs = icu.next(iterator);
            at = end(bytes, size, at);
            if (theirs != (int32_t)at)
                ck_abort_msg("text %d, from %zu to %zu; ICU to %d: %s", i, start, at, theirs,
                             test_segments(end, bytes, size));
        }
    }
    icu.close_text(text);
    icu.close(iterator);
}

START_TEST(test_graphemes)
{
    compare(CHARACTERS, txt_grapheme_end, true);
}
END_TEST

START_TEST(test_words)
{
    compare(WORDS, txt_word_end, false);
}
END_TEST

START_TEST(test_sentences)
{
    compare(SENTENCES, txt_sentence_end, true);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("unicode_oracle");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_graphemes);
    tcase_add_test(tests, test_words);
    tcase_add_test(tests, test_sentences);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
