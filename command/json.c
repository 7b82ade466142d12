/* The table as JSON, for tests of documents and for other programs. */
#include <stdlib.h>

#include "command/generate.h"
#include "command/option.h"

static void put_text(AugiJsonWriter *json, const char *key, const char *text)
{
    if (!text)
        return;
    augi_json_key(json, key);
    augi_json_string(json, text);
}

static void put_bool(AugiJsonWriter *json, const char *key, bool value)
{
    augi_json_key(json, key);
    augi_json_bool(json, value);
}

static const char *words_text(CmdWords words)
{
    static const char *const texts[] = {NULL, "files", "folders"};
    return texts[words];
}

static void put_names(AugiJsonWriter *json, const char *(*name_at)(size_t i))
{
    augi_json_key(json, "names");
    augi_json_list(json);
    for (size_t i = 0; name_at(i); i++)
        augi_json_string(json, name_at(i));
    augi_json_list_end(json);
}

static void put_argument(AugiJsonWriter *json, const CmdArgument *argument)
{
    augi_json_object(json);
    put_text(json, "name", argument->name);
    put_bool(json, "optional", argument->optional);
    put_bool(json, "repeats", argument->repeats);
    put_text(json, "words", words_text(argument->words));
    if (argument->name_at)
        put_names(json, argument->name_at);
    augi_json_object_end(json);
}

static void put_choices(AugiJsonWriter *json, const char *const *choices)
{
    augi_json_key(json, "choices");
    augi_json_list(json);
    for (size_t i = 0; choices[i]; i++)
        augi_json_string(json, choices[i]);
    augi_json_list_end(json);
}

static void put_option(AugiJsonWriter *json, const CmdOption *option)
{
    char name[CMD_NAME_SIZE], value[CMD_TEXT_SIZE];
    cmd_dashed(option->name, name);
    cmd_option_value(option, value);
    const char letter[] = {option->letter, 0};
    augi_json_object(json);
    put_text(json, "name", name);
    put_text(json, "letter", letter[0] ? letter : NULL);
    put_text(json, "value", option->is_flag ? NULL : value);
    put_bool(json, "required", option->required);
    put_bool(json, "repeats", option->repeat != NULL);
    put_text(json, "help", option->help);
    put_text(json, "words", words_text(option->words));
    if (option->row && !option->is_flag)
        put_text(json, "default", option->row->fallback);
    if (option->row && option->row->choices)
        put_choices(json, option->row->choices);
    augi_json_object_end(json);
}

static void put_examples(AugiJsonWriter *json, const CmdCommand *command)
{
    augi_json_key(json, "examples");
    augi_json_list(json);
    for (size_t i = 0; i < command->n_examples; i++) {
        augi_json_object(json);
        put_text(json, "arguments", command->examples[i].arguments);
        put_text(json, "text", command->examples[i].text);
        augi_json_object_end(json);
    }
    augi_json_list_end(json);
}

static void put_command(AugiJsonWriter *json, const CmdProgram *program, const CmdCommand *command)
{
    augi_json_object(json);
    put_text(json, "name", command->name ? command->name : "");
    put_text(json, "summary", command->summary);
    put_text(json, "details", command->details);
    augi_json_key(json, "arguments");
    augi_json_list(json);
    for (size_t i = 0; i < command->n_arguments; i++)
        put_argument(json, &command->arguments[i]);
    augi_json_list_end(json);
    augi_json_key(json, "options");
    augi_json_list(json);
    for (size_t i = 0; i < cmd_n_options(command); i++) {
        const CmdOption option = cmd_option_at(program, command, i);
        put_option(json, &option);
    }
    augi_json_list_end(json);
    put_examples(json, command);
    augi_json_object_end(json);
}

static void put_term(AugiJsonWriter *json, const CmdTerm *term)
{
    augi_json_object(json);
    put_text(json, "name", term->name);
    put_text(json, "text", term->text);
    augi_json_object_end(json);
}

static void put_variables(AugiJsonWriter *json, const CmdProgram *program)
{
    augi_json_key(json, "variables");
    augi_json_list(json);
    for (size_t i = 0; i < program->n_variables; i++)
        put_term(json, &program->variables[i]);
    augi_json_list_end(json);
}

static void put_exit_codes(AugiJsonWriter *json, const CmdProgram *program)
{
    const CmdTerm *term;
    augi_json_key(json, "exit_codes");
    augi_json_list(json);
    for (size_t i = 0; (term = cmd_exit_code_at(program, i)); i++)
        put_term(json, term);
    augi_json_list_end(json);
}

AugStatus cmd_generate_json(FILE *file, const CmdProgram *program, AugError *error)
{
    AugiJsonWriter json = {.indent = 2};
    augi_json_object(&json);
    put_text(&json, "name", program->name);
    put_text(&json, "summary", program->summary);
    put_text(&json, "details", program->details);
    augi_json_key(&json, "commands");
    augi_json_list(&json);
    for (size_t i = 0; i < program->n_commands; i++)
        put_command(&json, program, program->commands[i]);
    augi_json_list_end(&json);
    put_exit_codes(&json, program);
    put_variables(&json, program);
    put_text(&json, "see_also", program->see_also);
    augi_json_object_end(&json);
    char *text = augi_json_take(&json);
    if (!text)
        return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for the description");
    fprintf(file, "%s\n", text);
    free(text);
    return AUG_OK;
}
