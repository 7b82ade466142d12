/* Completion for fish: a line for each thing that may be typed, with the condition for it. */
#include "command/generate.h"
#include "command/shell.h"

/* The condition of a command: its name is the first word, or, for the nameless one, no other's. */
static void print_begin(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    fprintf(file, "complete -c %s", program->name);
    if (command->name)
        fprintf(file, " -n '__%s_command %s'", program->name, command->name);
    else if (cmd_has_names(program)) {
        fprintf(file, " -n 'not __%s_command ", program->name);
        cmd_shell_print_commands(file, program);
        fputs("'", file);
    }
}

/* What completes a value or an argument. */
static void print_words(FILE *file, CmdWords words)
{
    static const char *const texts[] = {"", " -F", " -a '(__fish_complete_directories)'"};
    fputs(texts[words], file);
}

static void print_option(FILE *file, const CmdProgram *program, const CmdCommand *command,
                         const CmdOption *option)
{
    char name[CMD_NAME_SIZE];
    cmd_dashed(option->name, name);
    print_begin(file, program, command);
    if (option->letter)
        fprintf(file, " -s %c", option->letter);
    fprintf(file, " -l %s", name);
    if (!option->is_flag)
        fputs(option->words == CMD_WORDS_FILES ? " -r" : " -x", file);
    if (option->row && option->row->choices) {
        fputs(" -a '", file);
        cmd_shell_print_choices(file, option->row->choices);
        fputs("'", file);
    }
    print_words(file, option->words);
    fputs(" -d '", file);
    cmd_shell_print_brief(file, option->help);
    fputs("'\n", file);
}

static void print_argument(FILE *file, const CmdProgram *program, const CmdCommand *command,
                           const CmdArgument *argument)
{
    if (argument->words == CMD_WORDS_NONE && !argument->name_at)
        return;
    print_begin(file, program, command);
    if (argument->name_at) {
        fputs(" -a '", file);
        cmd_shell_print_names(file, argument->name_at);
        fputs("'", file);
    }
    print_words(file, argument->words);
    fputc('\n', file);
}

static void print_command(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    for (size_t i = 0; i < command->n_arguments; i++)
        print_argument(file, program, command, &command->arguments[i]);
    for (size_t i = 0; i < cmd_n_options(command); i++) {
        const CmdOption option = cmd_option_at(program, command, i);
        print_option(file, program, command, &option);
    }
}

static void print_first_words(FILE *file, const CmdProgram *program)
{
    const char *name = program->name;
    for (size_t i = 0; i < program->n_commands; i++) {
        const CmdCommand *command = program->commands[i];
        if (!command->name)
            continue;
        fprintf(file, "complete -c %s -n __%s_first -a %s -d '", name, name, command->name);
        cmd_shell_print_brief(file, command->summary);
        fputs("'\n", file);
    }
    fprintf(file, "complete -c %s -n __%s_first -a help -d 'what a command does'\n", name, name);
    fprintf(file, "complete -c %s -n '__%s_command help' -a '", name, name);
    cmd_shell_print_commands(file, program);
    fputs("'\n", file);
    if (!cmd_command_find(program, NULL))
        fprintf(file,
                "complete -c %s -n __%s_first -s h -l help -d 'print this help'\n"
                "complete -c %s -n __%s_first -l version -d 'print the version'\n",
                name, name, name, name);
}

void cmd_generate_fish(FILE *file, const CmdProgram *program)
{
    const char *name = program->name;
    cmd_shell_print_origin(file, program, "fish");
    if (cmd_has_names(program))
        fprintf(file,
                "function __%s_first\n    test (count (commandline -opc)) -eq 1\nend\n\n"
                "function __%s_command\n    set -l words (commandline -opc)\n"
                "    test (count $words) -ge 2; and contains -- $words[2] $argv\nend\n\n",
                name, name);
    fprintf(file, "complete -c %s -f\n", name);
    if (cmd_has_names(program))
        print_first_words(file, program);
    for (size_t i = 0; i < program->n_commands; i++)
        print_command(file, program, program->commands[i]);
}
