/* The map of errors: both directions are whole, agree, and lead to the same exit code. */
#include <stdio.h>

#include "libaug/spec/param.h"
#include "protocol/errors.h"
#include "stream/errors.h"
#include "tests/support/support.h"

static const struct {
    AugpCode code;
    const char *name;
} codes[] = {
#define CODE_ROW(name, number, scope, retry, text) {AUGP_CODE_##name, #name},
    AUGP_CODE_MAP(CODE_ROW)
#undef CODE_ROW
};

static const AugStatus statuses[] = {
#define STATUS_ROW(name, number, text) AUG_##name,
    AUG_STATUS_MAP(STATUS_ROW)
#undef STATUS_ROW
};

START_TEST(a_code_that_a_server_says_comes_back)
{
    for (size_t i = 0; i < AUG_COUNT(statuses); i++) {
        const AugpCode said = stream_code_of(statuses[i]);
        ck_assert_msg(augp_code_info(said) != NULL, "%s has no code", aug_status_name(statuses[i]));
        const AugpCode again = stream_code_of(stream_status_of_code(said));
        ck_assert_msg(again == said, "%s: code %d comes back as %d", aug_status_name(statuses[i]),
                      said, again);
    }
}
END_TEST

START_TEST(every_code_is_a_failure_with_one_exit_code)
{
    for (size_t i = 0; i < AUG_COUNT(codes); i++) {
        const AugStatus status = stream_status_of_code(codes[i].code);
        ck_assert_msg(status != AUG_OK && status != AUG_END, "%s is no failure", codes[i].name);
        const AugpError theirs = {.status = AUGP_REFUSED, .code = codes[i].code};
        ck_assert_int_eq(stream_status_of(&theirs), status);
        ck_assert_msg(augp_error_exit_code(&theirs) == aug_status_exit_code(status),
                      "%s ends a program with %d there and %d here", codes[i].name,
                      augp_error_exit_code(&theirs), aug_status_exit_code(status));
    }
    ck_assert_int_eq(stream_status_of_code(AUGP_CODE_NONE), AUG_INTERNAL);
    ck_assert_int_eq(stream_status_of_code(9999), AUG_INTERNAL);
}
END_TEST

START_TEST(meanings_that_programs_rely_on)
{
    ck_assert_int_eq(stream_status_of_code(AUGP_CODE_NO_DATASET), AUG_NOT_FOUND);
    ck_assert_int_eq(stream_status_of_code(AUGP_CODE_BAD_SPEC), AUG_BAD_SPEC);
    ck_assert_int_eq(stream_status_of_code(AUGP_CODE_BAD_POSITION), AUG_BAD_ARGUMENT);
    ck_assert_int_eq(stream_status_of_code(AUGP_CODE_SPEC_CHANGED), AUG_CHANGED);
    ck_assert_int_eq(stream_status_of_code(AUGP_CODE_DRAINING), AUG_CLOSED);
    ck_assert_int_eq(stream_status_of_code(AUGP_CODE_DATA_IO), AUG_IO);
    ck_assert_int_eq(stream_code_of(AUG_TOO_LARGE), AUGP_CODE_BAD_SPEC);
    ck_assert_int_eq(stream_code_of(AUG_CORRUPT), AUGP_CODE_DATA_CORRUPT);
    ck_assert_int_eq(stream_code_of(AUG_CLOSED), AUGP_CODE_INTERNAL);
}
END_TEST

START_TEST(failures_of_the_client)
{
#define CLIENT_ROW(name, number, text)                                                        \
    do {                                                                                      \
        const AugpError theirs = {.status = AUGP_##name, .code = AUGP_CODE_BAD_SPEC};         \
        ck_assert_msg(                                                                        \
            augp_error_exit_code(&theirs) == aug_status_exit_code(stream_status_of(&theirs)), \
            #name " ends a program with %d there and %d here", augp_error_exit_code(&theirs), \
            aug_status_exit_code(stream_status_of(&theirs)));                                 \
    } while (0);
    AUGP_STATUS_MAP(CLIENT_ROW)
#undef CLIENT_ROW
    AugpError theirs = {.status = AUGP_TIMEOUT, .message = "nothing came"};
    AugError error = {0};
    ck_assert_int_eq(stream_fail(&theirs, "unix:/x", &error), AUG_CLOSED);
    ck_assert_int_eq(error.status, AUG_CLOSED);
    ck_assert_str_eq(error.where, "unix:/x");
    ck_assert_str_eq(error.message, "nothing came");
    snprintf(theirs.where, sizeof(theirs.where), "unix:/x: /window");
    ck_assert_int_eq(stream_fail(&theirs, "unix:/x", &error), AUG_CLOSED);
    ck_assert_str_eq(error.where, "unix:/x: /window");
    ck_assert_int_eq(stream_fail(&theirs, "unix:/x", NULL), AUG_CLOSED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stream_errors");
    TCase *test = tcase_create("map");
    tcase_add_test(test, a_code_that_a_server_says_comes_back);
    tcase_add_test(test, every_code_is_a_failure_with_one_exit_code);
    tcase_add_test(test, meanings_that_programs_rely_on);
    tcase_add_test(test, failures_of_the_client);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
