/* Contractions: each row is found by what it is made of and by what it makes, in any case. */
#include <string.h>

#include "tests/support/support.h"
#include "text/english/contractions.h"

static const TxtContraction *expand(const char *word)
{
    return txt_contraction_of((const uint8_t *)word, strlen(word));
}

static const TxtContraction *contract(const char *first, const char *second)
{
    return txt_contraction_for((const uint8_t *)first, strlen(first), (const uint8_t *)second,
                               strlen(second));
}

START_TEST(each_row_is_found_from_both_sides)
{
    const TxtContraction *row;
    size_t n = 0;
    for (size_t i = 0; (row = txt_contraction_at(i)) != NULL; i++, n++) {
        ck_assert_msg(row->contracts || row->expands, "%s does nothing", row->together);
        ck_assert_msg(!row->expands || expand(row->together) == row, "%s stands twice",
                      row->together);
        ck_assert_msg(!row->contracts || contract(row->first, row->second) == row, "%s %s",
                      row->first, row->second);
    }
    ck_assert_uint_ge(n, 60);
}
END_TEST

START_TEST(case_and_apostrophes_do_not_matter)
{
    ck_assert_str_eq(expand("Don't")->first, "do");
    ck_assert_str_eq(expand("DON'T")->second, "not");
    ck_assert_str_eq(expand("don\xe2\x80\x99t")->first, "do");
    ck_assert_str_eq(expand("i'm")->first, "I");
    ck_assert_str_eq(expand("can't")->first, "cannot");
    ck_assert_str_eq(contract("Do", "NOT")->together, "don't");
    ck_assert_str_eq(contract("cannot", "")->together, "can't");
    ck_assert_str_eq(contract("can", "not")->together, "can't");
    ck_assert(contract("he", "is")->needs_more);
}
END_TEST

START_TEST(what_may_mean_two_things_stays)
{
    ck_assert_ptr_null(expand("he's"));
    ck_assert_ptr_null(expand("dog's"));
    ck_assert_ptr_null(expand("he'd"));
    ck_assert_ptr_null(expand(""));
    ck_assert_ptr_null(expand("don'"));
    ck_assert_ptr_null(expand("don't "));
    ck_assert_ptr_null(contract("I", "have"));
    ck_assert_ptr_null(contract("let", "us"));
    ck_assert_ptr_null(contract("do", ""));
    ck_assert_ptr_null(contract("dog", "is"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_contractions");
    TCase *tests = tcase_create("contractions");
    tcase_add_test(tests, each_row_is_found_from_both_sides);
    tcase_add_test(tests, case_and_apostrophes_do_not_matter);
    tcase_add_test(tests, what_may_mean_two_things_stays);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
