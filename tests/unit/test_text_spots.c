/* Noise in words of ASCII takes a short way; it does what the long one does. And pieces are copied and
 * put in order whatever their number. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tests/support/text_case.h"

static const struct {
    const char *op, *params;
} cases[] = {
    {"CharSwap", "{}"},
    {"CharSwap", "{alpha: 1, char_p: 1, min_length: 1}"},
    {"CharSwap", "{alpha: 1, char_p: 1, min_length: 1, keep_first: true, keep_last: true}"},
    {"CharDelete", "{alpha: 1, char_p: 1, min_length: 1}"},
    {"CharDelete", "{alpha: 1, char_p: 0.5, keep_first: true, keep_last: true}"},
    {"CharInsert", "{alpha: 1, char_p: 1, min_length: 1}"},
    {"CharInsert", "{alpha: 1, char_p: 0.5, keep_first: true, keep_last: true}"},
    {"CharInsert", "{alpha: 1, char_p: 1, min_length: 1, alphabet: 'xy\xc3\xa9'}"},
    {"CharSubstitute", "{alpha: 1, char_p: 1, min_length: 1}"},
    {"CharSubstitute", "{alpha: 1, char_p: 0.5, keep_first: true, alphabet: 'xy\xc3\xa9'}"},
    {"KeyboardNoise", "{alpha: 1, char_p: 1, min_length: 1}"},
    {"KeyboardNoise", "{alpha: 1, layout: azerty, include_special_char: false, keep_last: true}"},
    {"KeyboardNoise", "{alpha: 1, layout: dubeolsik, include_numeric: false}"},
};

/* Words of one to twenty characters, with marks inside and letters doubled. */
static const char text[] =
    "a it bee Loop good-bye sheep's rock'n'roll letters bookkeeping o'clock mother-in-law ABCD "
    "sixteen-letter-is seventeen-letters counterrevolution incomprehensibility x-y-z zz aaaa A";

START_TEST(short_way_does_what_the_long_one_does)
{
    TextCase fast, slow;
    text_case_open(&fast, cases[_i].op, cases[_i].params);
    text_case_open(&slow, cases[_i].op, cases[_i].params);
    fast.protect = slow.protect = 0;
    slow.hides_ascii = true;
    for (size_t from = 0; from < sizeof(text) - 1; from += 7)
        for (uint64_t sample = 0; sample < 2; sample++) {
            const size_t size = sizeof(text) - 1 - from;
            text_case_run(&fast, text + from, size, sample);
            text_case_run(&slow, text + from, size, sample);
            ck_assert_str_eq(fast.made, slow.made);
            ck_assert_uint_eq(fast.n, slow.n);
            ck_assert_int_eq(fast.outcome, slow.outcome);
        }
    text_case_close(&fast);
    text_case_close(&slow);
}
END_TEST

START_TEST(pieces_are_copied_whole)
{
    uint8_t from[64], to[66];
    for (uint8_t i = 0; i < sizeof(from); i++)
        from[i] = i + 1;
    for (size_t size = 0; size <= sizeof(from); size++) {
        memset(to, 0xee, sizeof(to));
        txt_copy(to + 1, from, size);
        ck_assert_uint_eq(to[0], 0xee);
        ck_assert_int_eq(memcmp(to + 1, from, size), 0);
        ck_assert_uint_eq(to[size + 1], 0xee);
    }
    txt_copy(NULL, NULL, 0);
}
END_TEST

/* Numbers of edits around those that are sorted by counting; each place has two insertions, which stay in
 * the order in which they were stated. */
START_TEST(edits_are_in_order_whatever_their_number)
{
    const uint32_t n = (uint32_t)_i;
    TxtSpan span = {.end = 100, .kind = TXT_WORD};
    const TxtDoc doc = {.bytes = (const uint8_t *)memset(malloc(100), 'x', 100),
                        .size = 100,
                        .spans = &span,
                        .n_spans = 1};
    TxtEdits edits = {0};
    AugError error = {0};
    txt_edits_clear(&edits);
    for (uint32_t i = 0; i < 2 * n; i++)
        txt_edit(&edits, 7 * (i / 2) % 97, 7 * (i / 2) % 97, i % 2 ? "b" : "a", 1);
    ck_assert_int_eq(txt_edits_settle(&edits, &doc, "Test", &error), AUG_OK);
    const TxtEdit *items = edits.items.bytes;
    for (uint32_t i = 0; i < 2 * n; i++) {
        ck_assert_uint_eq(*txt_edit_bytes(&edits, &items[i]), i % 2 ? 'b' : 'a');
        ck_assert(i == 0 || (i % 2 ? items[i - 1].start == items[i].start
                                   : items[i - 1].start < items[i].start));
    }
    txt_edits_fini(&edits);
    free((void *)(uintptr_t)doc.bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_spots");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, short_way_does_what_the_long_one_does, 0, AUG_COUNT(cases));
    tcase_add_test(tests, pieces_are_copied_whole);
    tcase_add_loop_test(tests, edits_are_in_order_whatever_their_number, 0, 40);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
