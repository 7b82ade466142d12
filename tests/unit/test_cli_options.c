/* The command line's parser, on a command of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "tests/support/support.h"

typedef struct Options {
    AugText output, address;
    int32_t threads;
    uint64_t step;
    double seconds;
    AugChoice format;
    bool json, rate_only;
} Options;

static const char *const formats[] = {"png", "jpeg", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(Options, output, .help = "out"),
    AUG_PARAM(Options, address, .optional = true, .help = "address"),
    AUG_PARAM(Options, threads, .fallback = "2", .low = 0, .high = 64, .help = "threads"),
    AUG_PARAM(Options, step, .fallback = "0", .help = "step"),
    AUG_PARAM(Options, seconds, .fallback = "0.5", .low = 0.1, .high = 9, .help = "seconds"),
    AUG_PARAM(Options, format, .fallback = "png", .choices = formats, .help = "format"),
    AUG_PARAM(Options, json, .fallback = "false", .help = "json"),
    AUG_PARAM(Options, rate_only, .fallback = "false", .help = "rate"),
};

static const CliCommand command = {
    .name = "test",
    .arguments = "SPEC",
    .min_arguments = 1,
    .max_arguments = 2,
    .takes_datasets = true,
    .options = AUG_PARAM_TABLE(Options, rows),
};

/* Splits at spaces; the words live in text. */
static size_t split(char *text, const char *words[16])
{
    size_t n = 0;
    while (text && n < 16)
        words[n++] = strsep(&text, " ");
    return n;
}

static void accept(char *text, CliCall *call)
{
    const char *words[16];
    AugError error = {0};
    const size_t n = split(text, words);
    if (cli_call_init(call, &command, words, n, &error) != AUG_OK)
        ck_abort_msg("refused: %s", error.message);
}

static void refuse(const char *line, const char *sentence)
{
    char text[200];
    snprintf(text, sizeof(text), "%s", line);
    const char *words[16];
    const size_t n = split(text, words);
    CliCall call;
    AugError error = {0};
    ck_assert_msg(cli_call_init(&call, &command, words, n, &error) == AUG_BAD_ARGUMENT,
                  "'%s' was accepted", line);
    ck_assert_msg(strstr(error.message, sentence), "'%s': '%s' does not say '%s'", line,
                  error.message, sentence);
    ck_assert_ptr_null(call.options);
    cli_call_fini(&call);
}

START_TEST(what_is_not_given_has_its_default)
{
    char text[] = "spec.yaml -o out";
    CliCall call;
    accept(text, &call);
    const Options *options = call.options;
    ck_assert_str_eq(options->output, "out");
    ck_assert_ptr_null(options->address);
    ck_assert_int_eq(options->threads, 2);
    ck_assert(options->seconds == 0.5);
    ck_assert_int_eq(options->format.value, 0);
    ck_assert(!options->json && !options->rate_only);
    ck_assert_uint_eq(call.n_arguments, 1);
    ck_assert_str_eq(call.arguments[0], "spec.yaml");
    ck_assert_uint_eq(call.n_datasets, 0);
    cli_call_fini(&call);
}
END_TEST

START_TEST(every_form_of_an_option_is_read)
{
    char text[] = "--threads=0 a --json --step 18446744073709551615 --output=x=y --rate-only "
                  "--dataset t=idx:a --format jpeg --dataset=v=tar:b --seconds 2.25 b";
    CliCall call;
    accept(text, &call);
    const Options *options = call.options;
    ck_assert_int_eq(options->threads, 0);
    ck_assert(options->step == UINT64_MAX);
    ck_assert_str_eq(options->output, "x=y");
    ck_assert(options->json && options->rate_only);
    ck_assert_int_eq(options->format.value, 1);
    ck_assert(options->seconds == 2.25);
    ck_assert_uint_eq(call.n_arguments, 2);
    ck_assert_str_eq(call.arguments[1], "b");
    ck_assert_uint_eq(call.n_datasets, 2);
    ck_assert_str_eq(call.datasets[0], "t=idx:a");
    ck_assert_str_eq(call.datasets[1], "v=tar:b");
    cli_call_fini(&call);
}
END_TEST

START_TEST(dashes_can_be_arguments)
{
    char text[] = "-o x - -- --json";
    CliCall call;
    accept(text, &call);
    ck_assert_uint_eq(call.n_arguments, 2);
    ck_assert_str_eq(call.arguments[0], "-");
    ck_assert_str_eq(call.arguments[1], "--json");
    ck_assert(!((const Options *)call.options)->json);
    cli_call_fini(&call);
}
END_TEST

START_TEST(help_needs_nothing_else)
{
    char text[] = "--help --nonsense";
    CliCall call;
    accept(text, &call);
    ck_assert(call.wants_help);
    cli_call_fini(&call);
}
END_TEST

START_TEST(mistakes_are_named)
{
    refuse("spec", "--output is missing");
    refuse("-o x", "SPEC is missing");
    refuse("a b c -o x", "'c' is one argument too many");
    refuse("a -o", "--output needs a value");
    refuse("a -o x --threads 65", "--threads is 65; allowed is integer from 0 to 64");
    refuse("a -o x --threads 1.5", "--threads is 1.5");
    refuse("a -o x --threads", "--threads needs a value");
    refuse("a -o x --seconds 0", "--seconds is 0");
    refuse("a -o x --step -1", "--step is -1");
    refuse("a -o x --format gif", "one of png, jpeg");
    refuse("a -o x --json=perhaps", "--json is perhaps");
    refuse("a -o x --thread 3", "did you mean --threads?");
    refuse("a -o x --rateonly", "did you mean --rate-only?");
    refuse("a -o x -q", "--q is not an option of test");
    refuse("a -o x --dataset", "--dataset needs a value");
    refuse("a -o x --aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
           "is not an option of test");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli options");
    TCase *tests = tcase_create("options");
    tcase_add_test(tests, what_is_not_given_has_its_default);
    tcase_add_test(tests, every_form_of_an_option_is_read);
    tcase_add_test(tests, dashes_can_be_arguments);
    tcase_add_test(tests, help_needs_nothing_else);
    tcase_add_test(tests, mistakes_are_named);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
