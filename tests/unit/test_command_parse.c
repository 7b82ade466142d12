/* The parser of command lines, on a program of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "tests/support/support.h"

typedef struct Options {
    AugText output, address;
    int32_t threads;
    uint64_t step;
    double seconds;
    AugChoice format;
    bool rate_only;
} Options;

static const char *const formats[] = {"png", "jpeg", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(Options, output, .help = "out"),
    AUG_PARAM(Options, address, .optional = true, .help = "address"),
    AUG_PARAM(Options, threads, .fallback = "2", .low = 0, .high = 64, .help = "threads"),
    AUG_PARAM(Options, step, .fallback = "0", .help = "step"),
    AUG_PARAM(Options, seconds, .fallback = "0.5", .low = 0.1, .high = 9, .help = "seconds"),
    AUG_PARAM(Options, format, .fallback = "png", .choices = formats, .help = "format"),
    AUG_PARAM(Options, rate_only, .fallback = "false", .help = "rate"),
};

static const CmdRepeat dataset = {.name = "dataset", .unit = "NAME=KIND:PATH", .help = "data"};
static const CmdRepeat listen = {
    .name = "listen", .unit = "ADDRESS", .help = "address", .missing = "nothing to listen on"};

static const CmdRepeat *const test_repeats[] = {&dataset};
static const CmdRepeat *const serve_repeats[] = {&dataset, &listen};

static const CmdArgument arguments[] = {
    {.name = "SPEC", .words = CMD_WORDS_FILES},
    {.name = "OTHER", .optional = true},
};

static const CmdCommand test_command = {
    .name = "test",
    .json = "print JSON",
    .arguments = arguments,
    .n_arguments = AUG_COUNT(arguments),
    .options = AUG_PARAM_TABLE(Options, rows),
    .repeats = test_repeats,
    .n_repeats = AUG_COUNT(test_repeats),
};

typedef struct ServeOptions {
    int32_t depth;
    bool depth_given;
    CmdTexts listen;
} ServeOptions;

static const AugParamDesc serve_rows[] = {
    AUG_PARAM(ServeOptions, depth, .fallback = "4", .low = 1, .high = 64, .help = "depth"),
};

static AugStatus check_serve(CmdCall *call, AugError *error)
{
    ServeOptions *options = call->options;
    options->depth_given = cmd_call_has(call, &options->depth);
    options->listen = cmd_call_texts(call, &listen);
    return options->depth == 13 ? AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--depth is unlucky")
                                : AUG_OK;
}

static const CmdCommand serve_command = {
    .options = AUG_PARAM_TABLE(ServeOptions, serve_rows),
    .repeats = serve_repeats,
    .n_repeats = AUG_COUNT(serve_repeats),
    .check = check_serve,
};

static const CmdLetter letters[] = {{'o', "output"}, {'n', "threads"}, {'j', "rate_only"}};
static const CmdCommand *const named[] = {&test_command};
static const CmdCommand *const mixed[] = {&serve_command, &test_command};
static const CmdCommand *const nameless[] = {&serve_command};

/* One program with names only, one with both, one with none. */
static const CmdProgram named_program = {
    .name = "prog", .commands = named, .n_commands = 1, .letters = letters, .n_letters = 3};
static const CmdProgram mixed_program = {
    .name = "both", .commands = mixed, .n_commands = 2, .letters = letters, .n_letters = 3};
static const CmdProgram nameless_program = {.name = "serve", .commands = nameless, .n_commands = 1};

/* Splits at spaces; the words live in text. */
static size_t split(char *text, const char *words[16])
{
    size_t n = 0;
    while (text && *text && n < 16)
        words[n++] = strsep(&text, " ");
    return n;
}

static void accept(const CmdProgram *program, char *text, CmdCall *call)
{
    const char *words[16];
    AugError error = {0};
    const size_t n = split(text, words);
    if (cmd_call_init(call, program, words, n, &error) != AUG_OK)
        ck_abort_msg("refused: %s", error.message);
}

static void refuse(const CmdProgram *program, const char *line, const char *sentence)
{
    char text[200];
    snprintf(text, sizeof(text), "%s", line);
    const char *words[16];
    const size_t n = split(text, words);
    CmdCall call;
    AugError error = {0};
    ck_assert_msg(cmd_call_init(&call, program, words, n, &error) == AUG_BAD_ARGUMENT,
                  "'%s' was accepted", line);
    ck_assert_msg(strstr(error.message, sentence), "'%s': '%s' does not say '%s'", line,
                  error.message, sentence);
    ck_assert_str_eq(error.where, "");
    ck_assert_ptr_null(call.options);
    ck_assert_ptr_eq(call.program, program);
    cmd_call_fini(&call);
    cmd_call_fini(&call);
}

START_TEST(what_is_not_given_has_its_default)
{
    char text[] = "test spec.yaml -o out";
    CmdCall call;
    accept(&named_program, text, &call);
    const Options *options = call.options;
    ck_assert_str_eq(options->output, "out");
    ck_assert_ptr_null(options->address);
    ck_assert_int_eq(options->threads, 2);
    ck_assert(options->seconds == 0.5);
    ck_assert_int_eq(options->format.value, 0);
    ck_assert(!call.json && !call.quiet && !options->rate_only);
    ck_assert_uint_eq(call.n_arguments, 1);
    ck_assert_str_eq(call.arguments[0], "spec.yaml");
    ck_assert_uint_eq(cmd_call_texts(&call, &dataset).n, 0);
    cmd_call_fini(&call);
}
END_TEST

START_TEST(every_form_of_an_option_is_read)
{
    char text[] = "test --threads=0 a --json --step 18446744073709551615 --output=x=y --rate-only "
                  "--dataset t=idx:a --format jpeg --dataset=v=tar:b --seconds 2.25 b";
    CmdCall call;
    accept(&named_program, text, &call);
    const Options *options = call.options;
    ck_assert_int_eq(options->threads, 0);
    ck_assert(options->step == UINT64_MAX);
    ck_assert_str_eq(options->output, "x=y");
    ck_assert(call.json && options->rate_only);
    ck_assert_int_eq(options->format.value, 1);
    ck_assert(options->seconds == 2.25);
    ck_assert_uint_eq(call.n_arguments, 2);
    ck_assert_str_eq(call.arguments[1], "b");
    ck_assert_uint_eq(cmd_call_texts(&call, &dataset).n, 2);
    ck_assert_str_eq(cmd_call_texts(&call, &dataset).items[0], "t=idx:a");
    ck_assert_str_eq(cmd_call_texts(&call, &dataset).items[1], "v=tar:b");
    cmd_call_fini(&call);
}
END_TEST

START_TEST(letters_share_a_word)
{
    char text[] = "test -qjn5 a -ox=y";
    CmdCall call;
    accept(&named_program, text, &call);
    const Options *options = call.options;
    ck_assert(call.quiet && options->rate_only);
    ck_assert_int_eq(options->threads, 5);
    ck_assert_str_eq(options->output, "x=y");
    cmd_call_fini(&call);
    char other[] = "test a -n=7 -jo z";
    accept(&named_program, other, &call);
    options = call.options;
    ck_assert(!call.quiet && options->rate_only);
    ck_assert_int_eq(options->threads, 7);
    ck_assert_str_eq(options->output, "z");
    cmd_call_fini(&call);
}
END_TEST

START_TEST(dashes_can_be_arguments)
{
    char text[] = "test -o x - -- --json";
    CmdCall call;
    accept(&named_program, text, &call);
    ck_assert_uint_eq(call.n_arguments, 2);
    ck_assert_str_eq(call.arguments[0], "-");
    ck_assert_str_eq(call.arguments[1], "--json");
    ck_assert(!call.json);
    cmd_call_fini(&call);
}
END_TEST

START_TEST(help_needs_nothing_else)
{
    char text[] = "test --help --nonsense";
    CmdCall call;
    accept(&named_program, text, &call);
    ck_assert_int_eq(call.wish, CMD_HELP);
    ck_assert_ptr_eq(call.command, &test_command);
    cmd_call_fini(&call);
}
END_TEST

/* What the first words ask for, and which command the call is about. */
static const struct {
    const CmdProgram *program;
    const char *line;
    CmdWish wish;
    const CmdCommand *command;
} wishes[] = {
    {&named_program, "--help", CMD_HELP, NULL},
    {&named_program, "-h", CMD_HELP, NULL},
    {&named_program, "help", CMD_HELP, NULL},
    {&named_program, "help test", CMD_HELP, &test_command},
    {&named_program, "--help test", CMD_HELP, &test_command},
    {&named_program, "--version --nonsense", CMD_VERSION, NULL},
    {&named_program, "--generate man", CMD_GENERATE, NULL},
    {&named_program, "test a -o x", CMD_RUN, &test_command},
    {&mixed_program, "--listen a", CMD_RUN, &serve_command},
    {&mixed_program, "test a -o x", CMD_RUN, &test_command},
    {&mixed_program, "help", CMD_HELP, NULL},
    {&mixed_program, "--help something", CMD_HELP, NULL},
    {&nameless_program, "--help", CMD_HELP, NULL},
    {&nameless_program, "--quiet --help", CMD_HELP, &serve_command},
    {&nameless_program, "--quiet -h", CMD_HELP, &serve_command},
    {&nameless_program, "--quiet --version", CMD_VERSION, &serve_command},
};

START_TEST(first_words_choose)
{
    char text[80];
    snprintf(text, sizeof(text), "%s", wishes[_i].line);
    CmdCall call;
    accept(wishes[_i].program, text, &call);
    ck_assert_int_eq(call.wish, wishes[_i].wish);
    ck_assert_ptr_eq(call.command, wishes[_i].command);
    cmd_call_fini(&call);
}
END_TEST

START_TEST(a_nameless_command_has_everything)
{
    char text[] = "--quiet --listen=a --depth 7 --listen b --depth=9";
    CmdCall call;
    accept(&nameless_program, text, &call);
    const ServeOptions *options = call.options;
    ck_assert_int_eq(options->depth, 9);
    ck_assert(call.quiet && options->depth_given);
    ck_assert_uint_eq(options->listen.n, 2);
    ck_assert_str_eq(options->listen.items[0], "a");
    ck_assert_str_eq(options->listen.items[1], "b");
    ck_assert_uint_eq(cmd_call_texts(&call, &dataset).n, 0);
    cmd_call_fini(&call);
    char plain[] = "--listen c";
    accept(&nameless_program, plain, &call);
    ck_assert(!((const ServeOptions *)call.options)->depth_given);
    ck_assert_int_eq(((const ServeOptions *)call.options)->depth, 4);
    /* A repeat of other commands has no values here. */
    static const CmdRepeat strange = {.name = "listen"};
    ck_assert_uint_eq(cmd_call_texts(&call, &strange).n, 0);
    cmd_call_fini(&call);
}
END_TEST

/* A line, and what the refusal says. */
typedef struct Mistake {
    const char *line, *sentence;
} Mistake;

static const Mistake mistakes[] = {
    {"test spec", "--output is missing; give --output TEXT"},
    {"--versoin", "--versoin is not an option of prog; did you mean --version?"},
    {"test -o x", "SPEC is missing; see 'prog test --help'"},
    {"test a b c -o x", "'c' is one argument too many; see 'prog test --help'"},
    {"test a -o", "-o needs a value: -o TEXT"},
    {"test a --output", "--output needs a value: --output TEXT"},
    {"test a -o --threads 3", "-o needs a value: -o TEXT; behind it stands the option --threads"},
    {"test a -o=", "-o is empty; it needs a value: -o TEXT"},
    {"test a -o x -n65", "-n is 65; allowed is integer from 0 to 64"},
    {"test a -qn", "-n needs a value: -n N"},
    {"test a -o x -q=1", "-q takes no value"},
    {"test a -o x -jq=1", "-q takes no value"},
    {"test a -o x -qz", "-z, in -qz, is not an option of test; see 'prog test --help'"},
    {"test a -output x", "-output is not an option of test; did you mean --output?"},
    {"-q test a", "-q stands before the command; options stand behind it: prog COMMAND -q"},
    {"test spec b shard-01.tar -o x", "'tar:shard-{000..127}.tar'"},
    {"test a -o x --threads 65", "--threads is 65; allowed is integer from 0 to 64"},
    {"test a -o x --threads 1.5", "--threads is 1.5"},
    {"test a -o x --threads", "--threads needs a value: --threads N"},
    {"test a -o x --threads=", "--threads is empty"},
    {"test a -o x --seconds 0", "--seconds is 0"},
    {"test a -o x --step -1", "--step is -1"},
    {"test a -o x --format gif", "one of png, jpeg"},
    {"test a -o x --format jpg", "did you mean 'jpeg'?"},
    {"test a -o x --format", "--format needs a value: --format png|jpeg"},
    {"test a -o x --json=perhaps", "--json takes no value"},
    {"test a -o x --rate-only=true", "--rate-only takes no value"},
    {"test a -o x --help=1", "--help takes no value"},
    {"test a -o x --thread 3", "--thread is not an option of test; did you mean --threads?"},
    {"test a -o x --rateonly", "did you mean --rate-only?"},
    {"test a -o x --rate_only", "did you mean --rate-only?"},
    {"test a -o x -z", "-z is not an option of test; see 'prog test --help'"},
    {"test a -zx", "-zx is not an option of test"},
    {"test a -o x --=", "-- is not an option of test"},
    {"test a -o x --version", "--version is not an option of test"},
    {"test a -o x --dataset", "--dataset needs a value: --dataset NAME=KIND:PATH"},
    {"test a -o x --aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "is not an option of test"},
    {"tset", "'tset' is not a command; did you mean 'test'?"},
    {"--jsno", "'--jsno' is not a command; see 'prog --help'"},
    {"help tset", "'tset' is not a command; did you mean 'test'?"},
    {"--help zzzzzz", "'zzzzzz' is not a command; see 'prog --help'"},
    {"--generate", "--generate needs one value"},
    {"--generate man bash", "--generate needs one value"},
    {"", "a command is missing; see 'prog --help'"},
};

START_TEST(mistakes_are_named)
{
    refuse(&named_program, mistakes[_i].line, mistakes[_i].sentence);
}
END_TEST

START_TEST(mistakes_without_a_command_are_named)
{
    refuse(&nameless_program, "", "nothing to listen on");
    refuse(&nameless_program, "help", "'help' is one argument too many; see 'serve --help'");
    refuse(&nameless_program, "--listen a -- --depth", "'--depth' is one argument too many");
    refuse(&nameless_program, "--dept 3",
           "--dept is not an option of serve; did you mean --depth?");
    refuse(&nameless_program, "--xyzzy", "--xyzzy is not an option of serve; see 'serve --help'");
    refuse(&nameless_program, "--listen a --depth 13", "--depth is unlucky");
    refuse(&nameless_program, "--listen", "--listen needs a value: --listen ADDRESS");
    refuse(&mixed_program, "tset --listen a", "'tset' is one argument too many; see 'both --help'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("command parse");
    TCase *tests = tcase_create("parse");
    tcase_add_test(tests, what_is_not_given_has_its_default);
    tcase_add_test(tests, every_form_of_an_option_is_read);
    tcase_add_test(tests, letters_share_a_word);
    tcase_add_test(tests, dashes_can_be_arguments);
    tcase_add_test(tests, help_needs_nothing_else);
    tcase_add_loop_test(tests, first_words_choose, 0, AUG_COUNT(wishes));
    tcase_add_test(tests, a_nameless_command_has_everything);
    tcase_add_loop_test(tests, mistakes_are_named, 0, AUG_COUNT(mistakes));
    tcase_add_test(tests, mistakes_without_a_command_are_named);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
