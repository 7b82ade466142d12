/* From the words of a command line to a call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/option.h"

/* The words that are left and what was made of those before. values has an entry for each row that
 * was given, in the order of the rows. */
typedef struct Parser {
    CmdCall *call;
    const char *const *words;
    size_t n_words, next;
    const char **values;
} Parser;

static const char *command_name_at(const void *list, size_t i)
{
    const CmdProgram *program = list;
    const char *name = program->commands[i]->name;
    return name ? name : "";
}

static AugStatus refuse_command(const CmdProgram *program, const char *name, AugError *error)
{
    const char *near = augi_nearest_name(name, command_name_at, program, program->n_commands);
    if (near && near[0])
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%.60s' is not a command; did you mean '%s'?", name, near);
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
static const char *full_label(const CmdCall *call, char text[2 * CMD_NAME_SIZE])
{
    const char *name = call->command->name;
    snprintf(text, 2 * CMD_NAME_SIZE, "%s%s%s", call->program->name, name ? " " : "",
             name ? name : "");
    return text;
}

/* word: the option as it was written, without a value. */
static AugStatus fail_unknown(const CmdCall *call, const char *word, AugError *error)
{
    const char *label = cmd_command_label(call->program, call->command);
    const char *near = cmd_option_nearest(call->command, word + strspn(word, "-"));
    char text[2 * CMD_NAME_SIZE];
    if (!near)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is not an option of %s; see '%s --help'",
                        word, label, full_label(call, text));
    cmd_dashed(near, text);
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is not an option of %s; did you mean --%s?",
                    word, label, text);
}

static bool find_letter(const CmdCall *call, char letter, CmdOption *option)
{
    for (size_t i = 0; i < cmd_n_options(call->command); i++) {
        *option = cmd_option_at(call->program, call->command, i);
        if (option->letter == letter)
            return true;
    }
    return false;
}

/* Finds the option that begins a word: "--name" or "-n", up to "=" or the end. */
static AugStatus find_option(const CmdCall *call, const char *word, CmdOption *option,
                             AugError *error)
{
    char name[CMD_NAME_SIZE];
    const size_t length = strcspn(word, "=");
    if (length >= sizeof(name))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%.60s... is not an option of %s", word,
                        cmd_command_label(call->program, call->command));
    memcpy(name, word, length);
    name[length] = 0;
    const bool is_long = strncmp(name, "--", 2) == 0;
    if (is_long ? cmd_option_find(call->program, call->command, name + 2, option)
                : length == 2 && find_letter(call, name[1], option))
        return AUG_OK;
    return fail_unknown(call, name, error);
}

/* The option's value: behind "=", or the next word. */
static AugStatus take_value(Parser *parser, const CmdOption *option, const char *inlined,
                            const char **value, AugError *error)
{
    char name[CMD_NAME_SIZE], unit[CMD_TEXT_SIZE];
    cmd_dashed(option->name, name);
    if (option->is_flag && inlined)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s takes no value", name);
    *value = inlined;
    if (option->is_flag || inlined)
        return AUG_OK;
    if (parser->next == parser->n_words) {
        cmd_option_value(option, unit);
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s needs a value: --%s %.200s", name,
                        name, unit);
    }
    *value = parser->words[parser->next++];
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

static AugStatus read_option(Parser *parser, const char *word, AugError *error)
{
    CmdCall *call = parser->call;
    CmdOption option;
    AUG_TRY(find_option(call, word, &option, error));
    const char *equals = strchr(word, '=');
    const char *value = NULL;
    AUG_TRY(take_value(parser, &option, equals ? equals + 1 : NULL, &value, error));
    if (option.repeat) {
        add_text(parser, option.repeat, value);
    } else if (option.row) {
        const size_t i = (size_t)(option.row - call->command->options.rows);
        call->given[i] = true;
        parser->values[i] = option.is_flag ? "true" : value;
    } else {
        call->wish = strcmp(option.name, "help") == 0 ? CMD_HELP : CMD_VERSION;
    }
    return AUG_OK;
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

/* The first word of a row's sentence is the field; people know it as the option. Only an allocation
 * can fail without naming a row. */
static AugStatus fail_bound(const CmdCommand *command, const char *sentence, AugError *error)
{
    const size_t length = strcspn(sentence, " ");
    for (size_t i = 0; i < command->options.n; i++) {
        const char *field = command->options.rows[i].name;
        if (strlen(field) != length || strncmp(field, sentence, length) != 0)
            continue;
        char name[CMD_NAME_SIZE];
        cmd_dashed(field, name);
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s%s", name, sentence + length);
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
    return problems.n > 0 ? fail_bound(call->command, first.message, error) : AUG_OK;
}

static AugStatus check_arguments(const CmdCall *call, AugError *error)
{
    const CmdCommand *command = call->command;
    char label[2 * CMD_NAME_SIZE];
    if (call->n_arguments > command->n_arguments)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%.80s' is one argument too many; see '%s --help'",
                        call->arguments[command->n_arguments], full_label(call, label));
    const CmdArgument *next = command->arguments + call->n_arguments;
    if (call->n_arguments < command->n_arguments && !next->optional)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is missing; see '%s --help'", next->name,
                        full_label(call, label));
    return AUG_OK;
}

static AugStatus check_repeats(const CmdCall *call, AugError *error)
{
    for (size_t i = 0; i < call->command->n_repeats; i++) {
        const char *missing = call->command->repeats[i]->missing;
        if (missing && call->texts[i].n == 0)
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s", missing);
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
    if (!call->options || !call->arguments || !call->texts || !call->given || !parser->values)
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
