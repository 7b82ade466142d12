/* --help of a program and of a command: the columns, and the lines that both share. */
#include "command/help.h"

#include <string.h>

#include "command/option.h"
#include "command/text.h"

/* Where the explanations of options begin, and width of the names of commands. */
#define OPTION_COLUMN 26
#define NAME_WIDTH 11

/* The text in its own column: on the same line if there is room behind what stands there. */
static void print_explanation(FILE *file, int used, int column, const char *text)
{
    if (used + 2 > column)
        fprintf(file, "\n%*s", column, "");
    else
        fprintf(file, "%*s", column - used, "");
    cmd_print_wrapped(file, column, text);
}

static void print_option(FILE *file, const CmdOption *option)
{
    char name[CMD_NAME_SIZE], value[CMD_TEXT_SIZE], text[CMD_TEXT_SIZE];
    cmd_dashed(option->name, name);
    cmd_option_value(option, value);
    cmd_option_text(option, text);
    int used = fprintf(file, "  ");
    if (option->letter)
        used += fprintf(file, "-%c, ", option->letter);
    used += fprintf(file, "--%s%s%s", name, value[0] ? " " : "", value);
    print_explanation(file, used, OPTION_COLUMN, text);
}

static void print_options(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    fputs("\nOptions:\n", file);
    for (size_t i = 0; i < cmd_n_options(command); i++) {
        const CmdOption option = cmd_option_at(program, command, i);
        print_option(file, &option);
    }
}

/* "aug check SPEC [OPTIONS]", with the options that must be given. */
static void print_usage(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    fprintf(file, "%s%s%s", program->name, command->name ? " " : "",
            command->name ? command->name : "");
    for (size_t i = 0; i < command->n_arguments; i++) {
        const CmdArgument *argument = &command->arguments[i];
        fprintf(file, argument->optional ? " [%s%s]" : " %s%s", argument->name,
                argument->repeats ? "..." : "");
    }
    for (size_t i = 0; i < cmd_n_options(command); i++) {
        const CmdOption option = cmd_option_at(program, command, i);
        char name[CMD_NAME_SIZE], value[CMD_TEXT_SIZE];
        cmd_dashed(option.name, name);
        cmd_option_value(&option, value);
        if (option.required)
            fprintf(file, " --%s %s%s", name, value, option.repeat ? "..." : "");
    }
    fputs(" [OPTIONS]\n", file);
}

static void print_examples(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    if (command->n_examples > 0)
        fputs("\nExamples:\n", file);
    for (size_t i = 0; i < command->n_examples; i++) {
        const CmdExample *example = &command->examples[i];
        fprintf(file, "  %s%s%s%s%s\n      ", program->name, command->name ? " " : "",
                command->name ? command->name : "", example->arguments[0] ? " " : "",
                example->arguments);
        cmd_print_wrapped(file, 6, example->text);
    }
}

void cmd_help_command(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    const int used = fprintf(file, "%s %s: ", program->name, command->name);
    cmd_print_wrapped(file, used, command->summary);
    fputs("\nUsage: ", file);
    print_usage(file, program, command);
    if (command->details) {
        fputc('\n', file);
        cmd_print_wrapped(file, 0, command->details);
    }
    print_options(file, program, command);
    print_examples(file, program, command);
}

static void print_usages(FILE *file, const CmdProgram *program, const CmdCommand *nameless)
{
    fputs("\nUsage: ", file);
    if (nameless)
        print_usage(file, program, nameless);
    if (cmd_has_names(program))
        fprintf(file, "%s%s COMMAND ...\n", nameless ? "       " : "", program->name);
}

static void print_commands(FILE *file, const CmdProgram *program)
{
    fputs("\nCommands:\n", file);
    for (size_t i = 0; i < program->n_commands; i++) {
        const CmdCommand *command = program->commands[i];
        if (!command->name)
            continue;
        const int used = fprintf(file, "  %-*s", NAME_WIDTH, command->name);
        print_explanation(file, used, NAME_WIDTH + 4, command->summary);
    }
    char text[CMD_TEXT_SIZE];
    snprintf(text, sizeof(text),
             "'%s COMMAND --help' explains a command and shows examples; '%s --version' prints the "
             "version.",
             program->name, program->name);
    fputc('\n', file);
    cmd_print_wrapped(file, 0, text);
}

static void print_variables(FILE *file, const CmdProgram *program)
{
    if (program->n_variables > 0)
        fputs("\nEnvironment:\n", file);
    for (size_t i = 0; i < program->n_variables; i++) {
        const int used = fprintf(file, "  %s", program->variables[i].name);
        print_explanation(file, used, OPTION_COLUMN, program->variables[i].text);
    }
}

static void print_exit_codes(FILE *file, const CmdProgram *program)
{
    /* One paragraph, made whole so that it can be wrapped. */
    char text[CMD_TEXT_SIZE] = "Exit codes:";
    size_t used = strlen(text);
    const CmdTerm *term;
    for (size_t i = 0; (term = cmd_exit_code_at(program, i)) && used < sizeof(text); i++) {
        const int n =
            snprintf(text + used, sizeof(text) - used, "\n%s: %s", term->name, term->text);
        used += (size_t)(n > 0 ? n : 0);
    }
    fputc('\n', file);
    cmd_print_wrapped(file, 0, text);
}

void cmd_help_program(FILE *file, const CmdProgram *program)
{
    const CmdCommand *nameless = cmd_command_find(program, NULL);
    const int used = fprintf(file, "%s: ", program->name);
    cmd_print_wrapped(file, used, program->summary);
    print_usages(file, program, nameless);
    if (program->details) {
        fputc('\n', file);
        cmd_print_wrapped(file, 0, program->details);
    }
    if (nameless)
        print_options(file, program, nameless);
    if (cmd_has_names(program))
        print_commands(file, program);
    if (nameless)
        print_examples(file, program, nameless);
    print_variables(file, program);
    print_exit_codes(file, program);
}
