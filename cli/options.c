#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

/* Longest name of an option that is looked at. */
#define MAX_NAME 64

/* The words that are left and what was made of those before. values are the children of map. */
typedef struct Parser {
    CliCall *call;
    const char *const *words;
    size_t n_words, next;
    AugiTree *values;
    size_t n_values;
} Parser;

/* Names that every command, or many, know beside their table. */
static const char *const common_names[] = {"help", "dataset"};

static const char *option_name_at(const void *list, size_t i)
{
    const CliCommand *command = list;
    return i < command->options.n ? command->options.rows[i].name
                                  : common_names[i - command->options.n];
}

static size_t count_names(const CliCommand *command)
{
    return command->options.n + (command->takes_datasets ? 2 : 1);
}

static AugStatus fail_unknown(const Parser *parser, const char *name, AugError *error)
{
    const CliCommand *command = parser->call->command;
    const char *near = augi_nearest_name(name, option_name_at, command, count_names(command));
    if (!near)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--%s is not an option of %s; see 'aug %s --help'", name, command->name,
                        command->name);
    char dashed[MAX_NAME];
    size_t i = 0;
    for (; near[i] && i < sizeof(dashed) - 1; i++)
        dashed[i] = near[i] == '_' ? '-' : near[i];
    dashed[i] = 0;
    return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                    "--%s is not an option of %s; did you mean --%s?", name, command->name, dashed);
}

/* The row of an option; its name is the field's with "-" for "_". */
static const AugParamDesc *find_row(const CliCommand *command, const char *name)
{
    for (size_t i = 0; i < command->options.n; i++) {
        const char *field = command->options.rows[i].name;
        size_t at = 0;
        while (name[at] && (name[at] == field[at] || (name[at] == '-' && field[at] == '_')))
            at++;
        if (!name[at] && !field[at])
            return &command->options.rows[i];
    }
    return NULL;
}

/* The option's value: behind "=", or the next word. */
static AugStatus take_value(Parser *parser, const char *name, const char *inlined,
                            const char **value, AugError *error)
{
    if (inlined) {
        *value = inlined;
        return AUG_OK;
    }
    if (parser->next == parser->n_words)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s needs a value", name);
    *value = parser->words[parser->next++];
    return AUG_OK;
}

static AugStatus read_known(Parser *parser, const AugParamDesc *row, const char *name,
                            const char *inlined, AugError *error)
{
    const char *value = inlined ? inlined : "true";
    if (row->kind != AUG_PARAM_BOOL)
        AUG_TRY(take_value(parser, name, inlined, &value, error));
    parser->values[parser->n_values++] =
        (AugiTree){.kind = AUGI_TREE_SCALAR, .text = value, .key = row->name};
    return AUG_OK;
}

static const char *full_name(const char *name)
{
    if (strcmp(name, "-o") == 0)
        return "output";
    if (strcmp(name, "-h") == 0)
        return "help";
    return name + strspn(name, "-");
}

/* "--name", "--name=value", and their short forms. */
static AugStatus read_option(Parser *parser, const char *word, AugError *error)
{
    CliCall *call = parser->call;
    const char *equals = strchr(word, '=');
    const size_t length = equals ? (size_t)(equals - word) : strlen(word);
    const char *inlined = equals ? equals + 1 : NULL;
    char name[MAX_NAME] = "";
    if (length >= sizeof(name))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%.60s... is not an option of %s", word,
                        call->command->name);
    memcpy(name, word, length);
    const char *full = full_name(name);
    if (strcmp(full, "help") == 0) {
        call->wants_help = true;
        return AUG_OK;
    }
    if (call->command->takes_datasets && strcmp(full, "dataset") == 0)
        return take_value(parser, full, inlined, &call->datasets[call->n_datasets++], error);
    const AugParamDesc *row = find_row(call->command, full);
    if (!row)
        return fail_unknown(parser, full, error);
    return read_known(parser, row, full, inlined, error);
}

static AugStatus read_words(Parser *parser, AugError *error)
{
    CliCall *call = parser->call;
    bool options_end = false;
    while (parser->next < parser->n_words && !call->wants_help) {
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

static AugStatus check_arguments(const CliCall *call, AugError *error)
{
    const CliCommand *command = call->command;
    if (call->n_arguments < command->min_arguments)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "%s is missing; see 'aug %s --help'",
                        command->arguments, command->name);
    if (call->n_arguments > command->max_arguments)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "'%s' is one argument too many; see 'aug %s --help'",
                        call->arguments[command->max_arguments], command->name);
    return AUG_OK;
}

static AugStatus bind_options(const Parser *parser, AugError *error)
{
    const CliCall *call = parser->call;
    const AugiTree map = {
        .kind = AUGI_TREE_MAP, .children = parser->values, .n_children = parser->n_values};
    AugError first = {0};
    AugProblems problems = {.items = &first, .capacity = 1};
    augi_params_bind(&call->command->options, &map, NULL, NULL, call->options, &problems);
    if (problems.n > 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL, "--%s", first.message);
    return AUG_OK;
}

static AugStatus read_call(Parser *parser, AugError *error)
{
    AUG_TRY(read_words(parser, error));
    if (parser->call->wants_help)
        return AUG_OK;
    AUG_TRY(bind_options(parser, error));
    return check_arguments(parser->call, error);
}

AugStatus cli_call_init(CliCall *call, const CliCommand *command, const char *const *words,
                        size_t n_words, AugError *error)
{
    *call = (CliCall){.command = command,
                      .options = calloc(1, command->options.size + 1),
                      .arguments = calloc(n_words + 1, sizeof(char *)),
                      .datasets = calloc(n_words + 1, sizeof(char *))};
    Parser parser = {.call = call,
                     .words = words,
                     .n_words = n_words,
                     .values = calloc(n_words + 1, sizeof(AugiTree))};
    AugStatus status = AUG_OK;
    if (!call->options || !call->arguments || !call->datasets || !parser.values)
        status = AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the command line");
    else
        status = read_call(&parser, error);
    free(parser.values);
    if (status != AUG_OK)
        cli_call_fini(call);
    return status;
}

void cli_call_fini(CliCall *call)
{
    if (call->options)
        augi_params_fini(&call->command->options, call->options);
    free(call->options);
    free(call->arguments);
    free(call->datasets);
    *call = (CliCall){0};
}
