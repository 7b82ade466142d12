/* What a table is turned into: help, manual page, JSON and scripts of shells, on a program whose
 * texts have whatever could go wrong in one of them. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "command/generate.h"
#include "command/help.h"
#include "command/text.h"
#include "tests/support/support.h"

typedef struct Options {
    AugText output, target;
    int32_t n_copies, limit;
    AugChoice format;
    bool dry_run;
} Options;

static const char *const formats[] = {"png", "jpeg", NULL};

static const AugParamDesc rows[] = {
    AUG_PARAM(Options, output, .unit = "file", .help = "where it goes: a 'path' with \\ and [x]"),
    AUG_PARAM(Options, target, .optional = true, .unit = "folder", .help = "folder for $HOME"),
    AUG_PARAM(Options, n_copies, .fallback = "2", .low = 1, .high = 64, .help = "copies"),
    AUG_PARAM(Options, limit, .fallback = "0", .low = 0, .high = INT32_MAX, .help = "most of them"),
    AUG_PARAM(Options, format, .fallback = "png", .choices = formats, .help = "file format"),
    AUG_PARAM(Options, dry_run, .fallback = "false", .help = "write nothing; see --limit"),
};

static const CmdRepeat source = {
    .name = "source", .unit = "NAME=PATH", .help = "a source", .missing = "no source is given"};
static const CmdRepeat tag = {.name = "tag", .unit = "TAG", .help = "a tag"};
static const CmdRepeat *const repeats[] = {&tag, &source};

static const char *name_at(size_t i)
{
    static const char *const names[] = {"first", "second", NULL};
    return names[i];
}

static const CmdArgument make_arguments[] = {{.name = "SPEC", .words = CMD_WORDS_FILES}};
static const CmdArgument list_arguments[] = {
    {.name = "NAME", .optional = true, .name_at = name_at}};

static const CmdExample examples[] = {
    {"a.yaml --source b=c\\d -o x", "Does it"},
    {"", "Does nothing."},
};

static int run_make(const CmdCall *call)
{
    return (int)call->n_arguments + 40;
}

static const CmdCommand make_command = {
    .summary = "Make it",
    .arguments = make_arguments,
    .n_arguments = 1,
    .options = AUG_PARAM_TABLE(Options, rows),
    .repeats = repeats,
    .n_repeats = 2,
    .examples = examples,
    .n_examples = AUG_COUNT(examples),
    .run = run_make,
};

static const CmdCommand list_command = {
    .name = "list",
    .summary = "List what there is: all of it",
    .arguments = list_arguments,
    .n_arguments = 1,
    .details = "First paragraph.\n.second starts with a dot, and 'quotes' it.",
    .run = run_make,
};

static const CmdCommand *const commands[] = {&make_command, &list_command};
static const CmdCommand *const only_list[] = {&list_command};
static const CmdLetter letters[] = {{'o', "output"}};
static const CmdTerm exit_codes[] = {{"7", "made half of it"}};
static const CmdTerm variables[] = {{"MAKER_HOME", "where it lives"}};

static const CmdProgram program = {
    .name = "maker",
    .summary = "make things",
    .version = "1.2 (x)",
    .details = "maker works like make(1), see other-page(5). Without --dry-run, maker writes.",
    .commands = commands,
    .n_commands = 2,
    .letters = letters,
    .n_letters = 1,
    .exit_codes = exit_codes,
    .n_exit_codes = 1,
    .variables = variables,
    .n_variables = 1,
    .see_also = "make(1), other-page(5)",
};

static const CmdProgram named_program = {
    .name = "lister",
    .summary = "list things",
    .version = "1",
    .details = "lister lists.",
    .commands = only_list,
    .n_commands = 1,
};

/* Text of one kind; the caller frees it. */
static char *generate(const CmdProgram *of, const char *kind)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    AugError error = {0};
    ck_assert_msg(cmd_generate(file, of, kind, &error) == AUG_OK, "%s: %s", kind, error.message);
    fclose(file);
    return text;
}

/* Every part stands in the text, which is freed. */
static void contains(char *text, const char *const *parts)
{
    for (size_t i = 0; parts[i]; i++)
        ck_assert_msg(strstr(text, parts[i]) != NULL, "'%s' is not in:\n%s", parts[i], text);
    free(text);
}

#define CONTAINS(text, ...) contains(text, (const char *const[]){__VA_ARGS__, NULL})

static char *help(const CmdProgram *of, const CmdCommand *command)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (command)
        cmd_help_command(file, of, command);
    else
        cmd_help_program(file, of);
    fclose(file);
    return text;
}

START_TEST(help_of_a_program)
{
    char *text = help(&program, NULL);
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        ck_assert_msg(length <= 80, "%zu columns: %.*s", length, (int)length, line);
        line += length + 1;
    }
    CONTAINS(text, "maker: make things\n",
             "Usage: maker SPEC --source NAME=PATH... --output FILE [OPTIONS]\n"
             "       maker COMMAND ...\n",
             "\n  --source NAME=PATH      a source; must be given; may be repeated\n"
             "  -o, --output FILE       where it goes: a 'path' with \\ and [x]; must be given\n"
             "  --target FOLDER         folder for $HOME\n"
             "  --n-copies N            copies; 1 to 64, default 2\n"
             "  --limit N               most of them; default 0\n"
             "  --format png|jpeg       file format; default png\n"
             "  --dry-run               write nothing; see --limit\n"
             "  --tag TAG               a tag; may be repeated\n"
             "  -q, --quiet             print results, warnings and errors only\n"
             "  -h, --help              print this help\n"
             "  --version               print the version\n",
             "\n  list         List what there is: all of it\n",
             "\n  maker a.yaml --source b=c\\d -o x\n      Does it\n  maker\n      Does nothing.\n",
             "\n  MAKER_HOME              where it lives\n", "\nExit codes:\n0: done\n1: failed, ",
             "\n7: made half of it\n130, 143: interrupted ");
}
END_TEST

START_TEST(help_of_a_command)
{
    char *text = help(&named_program, &list_command);
    ck_assert_str_eq(
        text, "lister list: List what there is: all of it\n"
              "\nUsage: lister list [NAME] [OPTIONS]\n"
              "\nFirst paragraph.\n.second starts with a dot, and 'quotes' it.\n"
              "\nOptions:\n  -q, --quiet             print results, warnings and errors only\n"
              "  -h, --help              print this help\n");
    free(text);
    text = help(&named_program, NULL);
    ck_assert_ptr_null(strstr(text, "Options:"));
    CONTAINS(text, "Usage: lister COMMAND ...\n", "'lister COMMAND --help' explains");
}
END_TEST

START_TEST(long_words_stand_alone)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    char word[101];
    memset(word, 'x', 100);
    word[100] = 0;
    char line[120];
    snprintf(line, sizeof(line), "a %s b", word);
    cmd_print_wrapped(file, 2, line);
    fclose(file);
    char expected[140];
    snprintf(expected, sizeof(expected), "a\n  %s\n  b\n", word);
    ck_assert_str_eq(text, expected);
    free(text);
}
END_TEST

START_TEST(the_manual_page)
{
    CONTAINS(
        generate(&program, "man"), ".Dt MAKER 1\n", ".Nm maker\n.Nd make things\n",
        ".Nm maker\n.Ar SPEC\n.Fl -source Ar NAME=PATH ...\n.Fl -output Ar FILE\n"
        ".Op Fl -target Ar FOLDER\n",
        ".Nm maker\n.Cm list\n.Op Ar NAME\n",
        ".Nm\nworks like\n.Xr make 1 ,\nsee\n.Xr other-page 5 .\nWithout\n.Fl -dry-run ,\n"
        ".Nm\nwrites.\n",
        ".Ss maker list\nList what there is: all of it.\n.Pp\nFirst paragraph.\n.Pp\n"
        "\\&.second starts with a dot, and 'quotes' it.\n",
        ".It Fl o , Fl -output Ar FILE\n"
        "Where it goes: a 'path' with \\e and [x]; must be given.\n",
        ".It Fl -dry-run\nWrite nothing; see\n.Fl -limit .\n",
        ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev MAKER_HOME\nWhere it lives.\n",
        ".Sh EXIT STATUS\n.Bl -tag -width Ds\n.It 0\nDone.\n.It 1\n", ".It 7\nMade half of it.\n",
        ".It 130, 143\nInterrupted ",
        "Does it.\n.Bd -literal -offset indent\nmaker a.yaml \\-\\-source b=c\\ed \\-o x\n.Ed\n",
        ".Sh SEE ALSO\n.Xr make 1 ,\n.Xr other-page 5\n");
    char *text = generate(&named_program, "man");
    ck_assert_ptr_null(strstr(text, "ENVIRONMENT"));
    ck_assert_ptr_null(strstr(text, "EXAMPLES"));
    CONTAINS(text, ".Sh OPTIONS\nOptions of the commands stand with them.");
}
END_TEST

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

START_TEST(the_description)
{
    char *text = generate(&program, "json");
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(root != NULL, "not JSON: %s", text);
    free(text);
    ck_assert_str_eq(text_of(root, "name"), "maker");
    const json_t *list = json_object_get(root, "commands");
    ck_assert_uint_eq(json_array_size(list), 2);
    const json_t *make = json_array_get(list, 0);
    ck_assert_str_eq(text_of(make, "name"), "");
    const json_t *options = json_object_get(make, "options");
    ck_assert_uint_eq(json_array_size(options), AUG_COUNT(rows) + 5);
    const json_t *option = json_array_get(options, 0);
    ck_assert_str_eq(text_of(option, "name"), "source");
    ck_assert(json_is_true(json_object_get(option, "required")));
    ck_assert(json_is_true(json_object_get(option, "repeats")));
    option = json_array_get(options, 1);
    ck_assert_str_eq(text_of(option, "letter"), "o");
    ck_assert_str_eq(text_of(option, "words"), "files");
    ck_assert_str_eq(text_of(option, "help"), rows[0].help);
    option = json_array_get(options, 3);
    ck_assert_str_eq(text_of(option, "name"), "n-copies");
    ck_assert_str_eq(text_of(option, "default"), "2");
    option = json_array_get(options, 6);
    ck_assert_ptr_null(json_object_get(option, "default"));
    ck_assert_ptr_null(json_object_get(option, "value"));
    const json_t *arguments = json_object_get(json_array_get(list, 1), "arguments");
    const json_t *names = json_object_get(json_array_get(arguments, 0), "names");
    ck_assert_uint_eq(json_array_size(names), 2);
    ck_assert_str_eq(json_string_value(json_array_get(names, 1)), "second");
    json_decref(root);
}
END_TEST

/* That the scripts work is tests/repo/test_completion.py's matter; here: nothing of a text can end
 * a quotation or be expanded. */
START_TEST(scripts_of_shells)
{
    CONTAINS(generate(&program, "bash"), "complete -F _maker maker\n",
             "    ' --output' | ' -o') echo '@files' ;;\n", "    ' --target') echo '@folders' ;;\n",
             "    ' --format') echo 'png jpeg' ;;\n", "    'list 0') echo 'first second' ;;\n",
             "[[ ' list help ' == ");
    CONTAINS(generate(&program, "zsh"), "#compdef maker\n", "        'list:List what there is'\n",
             "'(-o --output)--output=[where it goes]:FILE:_files' \\\n",
             "'--target=[folder for HOME]:FOLDER:_files -/' \\\n",
             "'--format=[file format]:value:(png jpeg)' \\\n",
             "'*--source=[a source]:NAME=PATH: ' \\\n", "'::NAME:(first second)' \\\n");
    CONTAINS(generate(&program, "fish"), "complete -c maker -f\n",
             "-n 'not __maker_command list help' -s o -l output -r -F -d 'where it goes'\n",
             "-l format -x -a 'png jpeg' -d 'file format'\n",
             "complete -c maker -n '__maker_command list' -a 'first second'\n");
    CONTAINS(generate(&named_program, "bash"), "    '') echo '-h --help --version' ;;\n");
    CONTAINS(generate(&named_program, "zsh"), "--version[print the version]");
    CONTAINS(generate(&named_program, "fish"), "-n __lister_first -l version");
}
END_TEST

START_TEST(unknown_kinds_are_refused)
{
    AugError error = {0};
    ck_assert_int_eq(cmd_generate(stdout, &program, "troff", &error), AUG_BAD_ARGUMENT);
    ck_assert_str_eq(error.message,
                     "--generate is troff; allowed is one of man, bash, zsh, fish, json");
}
END_TEST

/* Exit code of a line; what it prints is not looked at. */
static int code_of(const CmdProgram *of, const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    return cmd_run(of, words, n);
}

#define CODE(of, ...) code_of(of, (const char *const[]){__VA_ARGS__, NULL})

/* Those of all programs come first and last, the program's own between them. */
START_TEST(exit_codes_are_everywhere_the_same)
{
    static const char *const names[] = {"0", "1", "2", "7", "130, 143"};
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        const CmdTerm *own = cmd_exit_code_at(&program, i);
        ck_assert_str_eq(own->name, names[i]);
        const CmdTerm *other = cmd_exit_code_at(&named_program, i < 3 ? i : 3);
        ck_assert_str_eq(other->name, i < 3 ? names[i] : names[4]);
        if (i != 3)
            ck_assert_str_eq(own->text, other->text);
    }
    ck_assert_ptr_null(cmd_exit_code_at(&program, AUG_COUNT(names)));
    ck_assert_ptr_null(cmd_exit_code_at(&named_program, AUG_COUNT(names) - 1));
}
END_TEST

START_TEST(exit_codes_of_lines)
{
    ck_assert_int_eq(CODE(&program, "a", "--source", "x", "-o", "y"), 41);
    ck_assert_int_eq(CODE(&program, "list"), 40);
    ck_assert_int_eq(CODE(&program, "list", "first"), 41);
    ck_assert_int_eq(CODE(&program, "--help"), 0);
    ck_assert_int_eq(CODE(&program, "help", "list"), 0);
    ck_assert_int_eq(CODE(&program, "--version"), 0);
    ck_assert_int_eq(CODE(&program, "--generate", "fish"), 0);
    ck_assert_int_eq(CODE(&program, "--generate", "troff"), 2);
    ck_assert_int_eq(CODE(&program, "list", "--nothing"), 2);
    ck_assert_int_eq(cmd_run(&program, NULL, 0), 2);
    ck_assert_int_eq(cmd_run(&named_program, NULL, 0), 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("command output");
    TCase *tests = tcase_create("output");
    tcase_add_test(tests, help_of_a_program);
    tcase_add_test(tests, help_of_a_command);
    tcase_add_test(tests, long_words_stand_alone);
    tcase_add_test(tests, the_manual_page);
    tcase_add_test(tests, the_description);
    tcase_add_test(tests, scripts_of_shells);
    tcase_add_test(tests, unknown_kinds_are_refused);
    tcase_add_test(tests, exit_codes_are_everywhere_the_same);
    tcase_add_test(tests, exit_codes_of_lines);
    suite_add_tcase(suite, tests);
    return test_run(suite);
}
