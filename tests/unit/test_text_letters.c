/* Small letters many at a time against one at a time, and negations by their place. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "text/domain/letters.h"
#include "text/domain/scanning.h"

/* Longest text: some times what is looked at together. */
#define MOST 70

/* Bytes of which about three of four are small letters, the neighbours of a and z among the others. */
static void fill(uint8_t *bytes, uint32_t n, uint32_t *state)
{
    static const uint8_t others[] = {'`', '{', ' ', 'A', 'Z', 0, 0x7f, 0x80, 0xe1, 0xff, '\'', '@'};
    for (uint32_t i = 0; i < n; i++) {
        *state = *state * 1664525u + 1013904223u;
        const uint32_t draw = *state >> 8;
        bytes[i] = draw % 4 ? (uint8_t)('a' + draw / 4 % 26) : others[draw / 4 % sizeof(others)];
    }
}

START_TEST(vector_says_what_plain_says)
{
    uint8_t bytes[2 * TXT_AT_ONCE];
    uint32_t state = 1;
    for (int round = 0; round < 20000; round++) {
        fill(bytes, sizeof(bytes), &state);
        for (uint32_t at = 0; at <= TXT_AT_ONCE; at++)
            ck_assert_uint_eq(txt_no_letters(bytes + at), txt_no_letters_plain(bytes + at));
    }
    for (uint32_t byte = 0; byte < 256; byte++) {
        memset(bytes, (int)byte, sizeof(bytes));
        ck_assert_uint_eq(txt_no_letters(bytes), byte >= 'a' && byte <= 'z' ? 0 : 0xffff);
    }
}
END_TEST

/* In memory of just the text's size: no byte behind it is read. */
START_TEST(bits_are_those_of_a_loop)
{
    uint32_t state = 4;
    for (int round = 0; round < 1000; round++) {
        const uint32_t size = 1 + (uint32_t)round % MOST;
        uint8_t *text = malloc(size);
        ck_assert_ptr_nonnull(text);
        fill(text, size, &state);
        for (uint32_t at = 0; at < size; at++)
            for (uint32_t n = 1; n <= TXT_AT_ONCE && at + n <= size; n += 1 + n / 3) {
                uint32_t letters = 0, same = 0;
                for (uint32_t i = 0; i < n; i++) {
                    const uint8_t byte = text[at + i];
                    letters |=
                        (uint32_t)((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'))
                        << i;
                    same |= (uint32_t)(i + 1 < n && byte == text[at + i + 1]) << i;
                }
                const TxtLetterBits bits = txt_word_bits(text, size, at, n);
                ck_assert_uint_eq(bits.letters, letters);
                ck_assert_uint_eq(bits.same, same);
            }
        free(text);
    }
}
END_TEST

START_TEST(vector_bits_are_the_plain_ones)
{
    uint8_t bytes[TXT_AT_ONCE];
    uint32_t state = 5;
    for (int round = 0; round < 20000; round++) {
        fill(bytes, sizeof(bytes), &state);
        const TxtLetterBits plain = txt_letter_bits_plain(bytes), bits = txt_letter_bits(bytes);
        ck_assert_uint_eq(bits.letters, plain.letters);
        ck_assert_uint_eq(bits.same, plain.same);
    }
}
END_TEST

/* In memory of just the text's size, so that the address sanitizer sees a byte read behind it. */
START_TEST(ends_are_those_of_a_loop)
{
    uint32_t state = 2;
    for (int round = 0; round < 4000; round++) {
        const uint32_t size = 1 + (uint32_t)round % MOST;
        uint8_t *text = malloc(size);
        ck_assert_ptr_nonnull(text);
        fill(text, size, &state);
        if (round % 3 == 0)
            memset(text, 'x', size);
        for (uint32_t at = 0; at <= size; at++) {
            uint32_t end = at;
            while (end < size && text[end] >= 'a' && text[end] <= 'z')
                end++;
            ck_assert_uint_eq(txt_letters_end(text, size, at), end);
        }
        free(text);
    }
}
END_TEST

START_TEST(words_are_read_whole)
{
    uint32_t state = 3;
    for (uint32_t size = 1; size <= 24; size++) {
        uint8_t *text = malloc(size);
        ck_assert_ptr_nonnull(text);
        fill(text, size, &state);
        for (uint32_t at = 0; at < size; at++)
            for (uint32_t end = at + 1; end <= size; end++) {
                uint64_t expected = 0;
                for (uint32_t i = at; i < end && end - at <= 8; i++)
                    expected |= (uint64_t)text[i] << 8 * (i - at);
                ck_assert_uint_eq(txt_read_word(text, size, at, end), expected);
            }
        free(text);
    }
}
END_TEST

/* A table with a word at another's place would miss it. */
START_TEST(negations_are_found_where_they_stand)
{
    static const char words[] =
        "aint arent barely cannot couldnt dont didnt doesnt few hasnt hadnt hardly havent isnt no "
        "not nor none never nobody nothing neither nowhere rarely seldom scarcely shouldnt wasnt "
        "werent without wouldnt";
    const uint8_t *text = (const uint8_t *)words;
    uint32_t n = 0, n_listed = 0;
    for (uint32_t at = 0, end; at < sizeof(words); at = end + 1, n++) {
        end = txt_letters_end(text, sizeof(words), at);
        const uint64_t word = txt_read_word(text, sizeof(words), at, end);
        ck_assert_msg(txt_is_cue(word), "%.*s belongs to place %u", (int)(end - at), words + at,
                      txt_cue_place(word));
        ck_assert(txt_is_negation(text + at, end - at));
        ck_assert(!txt_is_cue(word << 8 | 'x'));
    }
    for (uint32_t i = 0; i < 64; i++)
        n_listed += txt_negations[i][0] != '\0';
    ck_assert_uint_eq(n, n_listed);
    ck_assert(!txt_is_cue(0));
    ck_assert(txt_is_negation((const uint8_t *)"NoThing", 7));
    ck_assert(!txt_is_negation((const uint8_t *)"nothings", 8));
    ck_assert(!txt_is_negation((const uint8_t *)"scarcelys", 9));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_letters");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, vector_says_what_plain_says);
    tcase_add_test(tests, ends_are_those_of_a_loop);
    tcase_add_test(tests, bits_are_those_of_a_loop);
    tcase_add_test(tests, vector_bits_are_the_plain_ones);
    tcase_add_test(tests, words_are_read_whole);
    tcase_add_test(tests, negations_are_found_where_they_stand);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
