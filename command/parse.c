/* From the words of a command line to a call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/option.h"

/* Words of a message. */
#define WORD_SIZE (2 * CMD_NAME_SIZE)

/* The words that are left and what was made of those before. values and letters have an entry for
 * each row: what was given, and the letter that it was given by, 0 for its name. */
typedef struct Parser {
    CmdCall *call;
    const char *const *words;
    size_t n_words, next;
    const char **values;
    char *letters;
} Parser;

/* An option as it stands in the words. letter: of its short form; 0: its name is written out */
typedef struct Written {
    CmdOption option;
    char letter;
} Written;

static const char *command_name_at(const void *list, size_t i)
{
    const CmdProgram *program = list;
    const char *name = program->commands[i]->name;
    return name ? name : "";
}

/* What stands in front of the command: one of the options that belong behind it? */
static bool is_common_option(const char *word)
{
    static const char *const common[] = {"-q", "--quiet", "--json"};
    for (size_t i = 0; i < AUG_COUNT(common); i++) {
        if (strcmp(word, common[i]) == 0)
            return true;
    }
    return false;
}

/* What can stand in place of a command. */
#define N_ALONE 2

static const char *alone_name_at(const void *list, size_t i)
{
    static const char *const names[N_ALONE] = {"--help", "--version"};
    (void)list;
    return names[i];
}

static AugStatus refuse_command(const CmdProgram *program, const char *name, AugError *error)
{
    if (is_common_option(name))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "%s stands before the command; options stand behind it: %s COMMAND %s",
                        name, program->name, name);
    const char *near = augi_nearest_name(name, command_name_at, program, program->n_commands);
    if (near && near[0])
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%.60s' is not a command; did you mean '%s'?", name, near);
    near = name[0] == '-' ? augi_nearest_name(name, alone_name_at, NULL, N_ALONE) : NULL;
    if (near)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "%.60s is not an option of %s; did you mean %s?", name, program->name,
                        near);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "'%.60s' is not a command; see '%s --help'",
                    name, program->name);
}

/* "PROGRAM help", with or without the name of a command behind it. */
static AugStatus choose_help(Parser *parser, AugError *error)
{
    CmdCall *call = parser->call;
    call->wish = CMD_HELP;
    if (parser->n_words == 1 || !cmd_has_names(call->program))
        return AUG_OK;
    call->command = cmd_command_find(call->program, parser->words[1]);
    if (call->command || cmd_command_find(call->program, NULL))
        return AUG_OK;
    return refuse_command(call->program, parser->words[1], error);
}

static AugStatus choose_generate(Parser *parser, AugError *error)
{
    parser->call->wish = CMD_GENERATE;
    if (parser->n_words != 2)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--generate needs one value: --generate KIND");
    parser->call->generate = parser->words[1];
    return AUG_OK;
}

/* Looks at the first word: which command it is, or what else is asked for. */
static AugStatus choose(Parser *parser, AugError *error)
{
    CmdCall *call = parser->call;
    const CmdProgram *program = call->program;
    const CmdCommand *nameless = cmd_command_find(program, NULL);
    const char *first = parser->n_words > 0 ? parser->words[0] : NULL;
    if (first && (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 ||
                  (strcmp(first, "help") == 0 && cmd_has_names(program))))
        return choose_help(parser, error);
    if (first && strcmp(first, "--generate") == 0)
        return choose_generate(parser, error);
    if (first && strcmp(first, "--version") == 0) {
        call->wish = CMD_VERSION;
        return AUG_OK;
    }
    call->command = first ? cmd_command_find(program, first) : NULL;
    if (call->command) {
        parser->next = 1;
        return AUG_OK;
    }
    call->command = nameless;
    if (nameless)
        return AUG_OK;
    if (first)
        return refuse_command(program, first, error);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "a command is missing; see '%s --help'",
                    program->name);
}

/* "aug check" or "augd", for advice. */
static const char *full_label(const CmdCall *call, char text[WORD_SIZE])
{
    const char *name = call->command->name;
    snprintf(text, WORD_SIZE, "%s%s%s", call->program->name, name ? " " : "", name ? name : "");
    return text;
}

/* "-o" or "--output", as the user wrote it. */
static const char *as_written(const Written *written, char text[WORD_SIZE])
{
    char name[CMD_NAME_SIZE];
    cmd_dashed(written->option.name, name);
    if (written->letter)
        snprintf(text, WORD_SIZE, "-%c", written->letter);
    else
        snprintf(text, WORD_SIZE, "--%s", name);
    return text;
}

/* word: the option as it was written, without a value. */
static AugStatus fail_unknown(const CmdCall *call, const char *word, AugError *error)
{
    const char *label = cmd_command_label(call->program, call->command);
    const char *near = word[2] ? cmd_option_nearest(call->command, word + strspn(word, "-")) : NULL;
    char text[WORD_SIZE];
    if (!near)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is not an option of %s; see '%s --help'",
                        word, label, full_label(call, text));
    cmd_dashed(near, text);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is not an option of %s; did you mean --%s?",
                    word, label, text);
}

/* The word of an option up to "=" or its end; false if no name of ours is as long. */
static bool name_of(const char *word, char name[CMD_NAME_SIZE])
{
    const size_t length = strcspn(word, "=");
    if (length >= CMD_NAME_SIZE)
        return false;
    memcpy(name, word, length);
    name[length] = 0;
    return true;
}

static AugStatus fail_long(const CmdCall *call, const char *word, AugError *error)
{
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%.60s... is not an option of %s", word,
                    cmd_command_label(call->program, call->command));
}

/* Whether a word is an option of the command with its name written out, so that it is hardly meant
 * as the value of another. */
static bool is_option(const CmdCall *call, const char *word)
{
    char name[CMD_NAME_SIZE];
    CmdOption option;
    return strncmp(word, "--", 2) == 0 && name_of(word, name) &&
           cmd_option_find(call->program, call->command, name + 2, &option);
}

/* The option's value: what stands behind it in its own word, or the next word. */
static AugStatus take_value(Parser *parser, const Written *written, const char *inlined,
                            const char **value, AugError *error)
{
    char name[WORD_SIZE], unit[CMD_TEXT_SIZE];
    as_written(written, name);
    cmd_option_value(&written->option, unit);
    const bool is_last = parser->next == parser->n_words;
    if (!inlined && (is_last || is_option(parser->call, parser->words[parser->next])))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s needs a value: %s %.200s%s%.60s", name,
                        name, unit, is_last ? "" : "; behind it stands the option ",
                        is_last ? "" : parser->words[parser->next]);
    *value = inlined ? inlined : parser->words[parser->next++];
    if (!(*value)[0])
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is empty; it needs a value: %s %.200s",
                        name, name, unit);
    return AUG_OK;
}

/* Place of the i-th list among the call's arguments: each has room for all words, the arguments'
 * own list comes first. */
static const char **list_at(const Parser *parser, size_t i)
{
    return parser->call->arguments + i * (parser->n_words + 1);
}

static void add_text(const Parser *parser, const CmdRepeat *repeat, const char *value)
{
    const CmdCall *call = parser->call;
    for (size_t i = 0; i < call->command->n_repeats; i++) {
        if (call->command->repeats[i] == repeat)
            list_at(parser, i + 1)[call->texts[i].n++] = value;
    }
}

/* Keeps an option and its value, NULL for a flag. */
static void keep(Parser *parser, const Written *written, const char *value)
{
    CmdCall *call = parser->call;
    const CmdOption *option = &written->option;
    if (option->repeat) {
        add_text(parser, option->repeat, value);
    } else if (option->row) {
        const size_t i = (size_t)(option->row - call->command->options.rows);
        call->given[i] = true;
        parser->values[i] = value ? value : "true";
        parser->letters[i] = written->letter;
    }
    call->json = call->json || option->extra == CMD_EXTRA_JSON;
    call->quiet = call->quiet || option->extra == CMD_EXTRA_QUIET;
    if (option->extra == CMD_EXTRA_HELP)
        call->wish = CMD_HELP;
    if (option->extra == CMD_EXTRA_VERSION)
        call->wish = CMD_VERSION;
}

static AugStatus fail_flag(const Written *written, AugError *error)
{
    char name[WORD_SIZE];
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s takes no value", as_written(written, name));
}

/* "--name", "--name=value", "--name value". */
static AugStatus read_long(Parser *parser, const char *word, AugError *error)
{
    const CmdCall *call = parser->call;
    char name[CMD_NAME_SIZE];
    Written written = {0};
    if (!name_of(word, name))
        return fail_long(call, word, error);
    if (!cmd_option_find(call->program, call->command, name + 2, &written.option))
        return fail_unknown(call, name, error);
    const char *equals = strchr(word, '=');
    const char *value = NULL;
    if (written.option.is_flag && equals)
        return fail_flag(&written, error);
    if (!written.option.is_flag)
        AUG_TRY(take_value(parser, &written, equals ? equals + 1 : NULL, &value, error));
    keep(parser, &written, value);
    return AUG_OK;
}

/* A letter that is none, at the i-th place of a word. */
static AugStatus fail_letter(const CmdCall *call, const char *word, size_t i, AugError *error)
{
    char name[CMD_NAME_SIZE], text[WORD_SIZE];
    if (!name_of(word, name))
        return fail_long(call, word, error);
    if (i == 1)
        return fail_unknown(call, name, error);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "-%c, in %s, is not an option of %s; see '%s --help'", word[i], name,
                    cmd_command_label(call->program, call->command), full_label(call, text));
}

/* Letters: flags, of which the last may be an option with its value behind it. */
static AugStatus read_letters(Parser *parser, const char *word, AugError *error)
{
    const CmdCall *call = parser->call;
    char name[CMD_NAME_SIZE];
    Written written = {0};
    /* "-output" is a slip, not "-o utput". */
    if (word[2] && name_of(word, name) &&
        cmd_option_find(call->program, call->command, name + 1, &written.option))
        return fail_unknown(call, name, error);
    for (size_t i = 1; word[i]; i++) {
        written.letter = word[i];
        if (!cmd_option_find_letter(call->program, call->command, word[i], &written.option))
            return fail_letter(call, word, i, error);
        if (written.option.is_flag && word[i + 1] == '=')
            return fail_flag(&written, error);
        if (!written.option.is_flag) {
            const char *rest = word + i + 1 + (word[i + 1] == '=');
            const char *value;
            AUG_TRY(take_value(parser, &written, word[i + 1] ? rest : NULL, &value, error));
            keep(parser, &written, value);
            return AUG_OK;
        }
        keep(parser, &written, NULL);
    }
    return AUG_OK;
}

static AugStatus read_option(Parser *parser, const char *word, AugError *error)
{
    return strncmp(word, "--", 2) == 0 ? read_long(parser, word, error)
                                       : read_letters(parser, word, error);
}

static AugStatus read_words(Parser *parser, AugError *error)
{
    CmdCall *call = parser->call;
    bool options_end = false;
    while (parser->next < parser->n_words && call->wish == CMD_RUN) {
        const char *word = parser->words[parser->next++];
        if (!options_end && strcmp(word, "--") == 0)
            options_end = true;
        else if (!options_end && word[0] == '-' && word[1])
            AUG_TRY(read_option(parser, word, error));
        else
            call->arguments[call->n_arguments++] = word;
    }
    return AUG_OK;
}

/* A row that must be given and was not. */
static AugStatus fail_missing(const CmdCall *call, const char *field, AugError *error)
{
    char name[CMD_NAME_SIZE], unit[CMD_TEXT_SIZE] = "";
    CmdOption option;
    cmd_dashed(field, name);
    if (cmd_option_find(call->program, call->command, name, &option))
        cmd_option_value(&option, unit);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s is missing; give --%s %.200s", name, name,
                    unit);
}

/* The first word of a row's sentence is the field; people know it as the option. Only an allocation
 * can fail without naming a row. */
static AugStatus fail_bound(const Parser *parser, const char *sentence, AugError *error)
{
    const CmdCall *call = parser->call;
    const CmdCommand *command = call->command;
    const size_t length = strcspn(sentence, " ");
    for (size_t i = 0; i < command->options.n; i++) {
        const char *field = command->options.rows[i].name;
        if (strlen(field) != length || strncmp(field, sentence, length) != 0)
            continue;
        if (!call->given[i])
            return fail_missing(call, field, error);
        Written written = {.letter = parser->letters[i]};
        written.option.name = field;
        char name[WORD_SIZE];
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s%s", as_written(&written, name),
                        sentence + length);
    }
    return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "%s", sentence);
}

/* Lets the rows check and store the values, as they would those of a file. */
static AugStatus bind_options(const Parser *parser, AugError *error)
{
    const CmdCall *call = parser->call;
    const AugParamTable *table = &call->command->options;
    AugiTree *entries = calloc(table->n + 1, sizeof(*entries));
    if (!entries)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the command line");
    AugiTree map = {.kind = AUGI_TREE_MAP, .children = entries};
    for (size_t i = 0; i < table->n; i++) {
        if (call->given[i])
            entries[map.n_children++] = (AugiTree){
                .kind = AUGI_TREE_SCALAR, .text = parser->values[i], .key = table->rows[i].name};
    }
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    augi_params_bind(table, &map, NULL, NULL, call->options, &problems);
    free(entries);
    return problems.n > 0 ? fail_bound(parser, first.message, error) : AUG_OK;
}

/* Whether a word is, or ends in, the name of an archive. */
static bool names_archive(const char *word)
{
    const size_t length = strlen(word);
    return length > 4 && strcmp(word + length - 4, ".tar") == 0;
}

/* A shell that finds braces or stars outside quotes makes several words of them. */
static AugStatus fail_surplus(const CmdCall *call, const char *word, AugError *error)
{
    char label[WORD_SIZE];
    if (names_archive(word))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%.80s' is one argument too many; several archives are one data set when "
                        "they are written as one word, in quotes: 'tar:shard-{000..127}.tar'",
                        word);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "'%.80s' is one argument too many; see '%s --help'", word,
                    full_label(call, label));
}

static AugStatus check_arguments(const CmdCall *call, AugError *error)
{
    const CmdCommand *command = call->command;
    char label[WORD_SIZE];
    const bool repeats =
        command->n_arguments > 0 && command->arguments[command->n_arguments - 1].repeats;
    if (call->n_arguments > command->n_arguments && !repeats)
        return fail_surplus(call, call->arguments[command->n_arguments], error);
    const CmdArgument *next = command->arguments + call->n_arguments;
    if (call->n_arguments < command->n_arguments && !next->optional)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is missing; see '%s --help'", next->name,
                        full_label(call, label));
    return AUG_OK;
}

static AugStatus check_repeats(const CmdCall *call, AugError *error)
{
    for (size_t i = 0; i < call->command->n_repeats; i++) {
        const CmdRepeat *repeat = call->command->repeats[i];
        if (repeat->missing && call->texts[i].n == 0)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s", repeat->missing);
        for (size_t k = 0; repeat->check && k < call->texts[i].n; k++)
            AUG_TRY(repeat->check(call->texts[i].items[k], error));
    }
    return AUG_OK;
}

static AugStatus read_call(Parser *parser, AugError *error)
{
    CmdCall *call = parser->call;
    AUG_TRY(read_words(parser, error));
    if (call->wish != CMD_RUN)
        return AUG_OK;
    AUG_TRY(bind_options(parser, error));
    AUG_TRY(check_arguments(call, error));
    if (call->command->check)
        AUG_TRY(call->command->check(call, error));
    /* Last: what is wrong is named before what is not there. */
    return check_repeats(call, error);
}

static AugStatus allocate(Parser *parser, AugError *error)
{
    CmdCall *call = parser->call;
    const CmdCommand *command = call->command;
    call->options = calloc(1, command->options.size + 1);
    call->arguments = calloc((parser->n_words + 1) * (command->n_repeats + 1), sizeof(char *));
    call->texts = calloc(command->n_repeats + 1, sizeof(*call->texts));
    call->given = calloc(command->options.n + 1, sizeof(*call->given));
    parser->values = calloc(command->options.n + 1, sizeof(char *));
    parser->letters = calloc(command->options.n + 1, 1);
    if (!call->options || !call->arguments || !call->texts || !call->given || !parser->values ||
        !parser->letters)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the command line");
    for (size_t i = 0; i < command->n_repeats; i++)
        call->texts[i].items = list_at(parser, i + 1);
    return AUG_OK;
}

static AugStatus parse(Parser *parser, AugError *error)
{
    AUG_TRY(choose(parser, error));
    if (parser->call->wish != CMD_RUN)
        return AUG_OK;
    AUG_TRY(allocate(parser, error));
    return read_call(parser, error);
}

AugStatus cmd_call_init(CmdCall *call, const CmdProgram *program, const char *const *words,
                        size_t n_words, AugError *error)
{
    *call = (CmdCall){.program = program};
    Parser parser = {.call = call, .words = words, .n_words = n_words};
    const AugStatus status = parse(&parser, error);
    free(parser.values);
    free(parser.letters);
    if (status == AUG_OK)
        return AUG_OK;
    const CmdCommand *command = call->command;
    cmd_call_fini(call);
    *call = (CmdCall){.program = program, .command = command};
    return status;
}

void cmd_call_fini(CmdCall *call)
{
    if (call->options)
        augi_params_fini(&call->command->options, call->options);
    free(call->options);
    free(call->arguments);
    free(call->texts);
    free(call->given);
    *call = (CmdCall){0};
}

CmdTexts cmd_call_texts(const CmdCall *call, const CmdRepeat *repeat)
{
    for (size_t i = 0; i < call->command->n_repeats; i++) {
        if (call->command->repeats[i] == repeat)
            return call->texts[i];
    }
    return (CmdTexts){0};
}

bool cmd_call_has(const CmdCall *call, const void *field)
{
    const size_t offset = (size_t)((const char *)field - (const char *)call->options);
    for (size_t i = 0; i < call->command->options.n; i++) {
        if (call->command->options.rows[i].offset == offset)
            return call->given[i];
    }
    return false;
}
