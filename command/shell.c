/* Pieces of completion scripts that bash, zsh and fish have in common. */
#include "command/shell.h"

#include <string.h>

const char *cmd_shell_command(const CmdCommand *command)
{
    return command->name ? command->name : "";
}

void cmd_shell_print_brief(FILE *file, const char *text)
{
    for (const char *c = text; *c && !strchr(":;\n", *c); c++) {
        if (*c == '.' && (c[1] == ' ' || c[1] == 0))
            break;
        if (!strchr("'[]\\`$", *c))
            fputc(*c, file);
    }
}

void cmd_shell_print_commands(FILE *file, const CmdProgram *program)
{
    for (size_t i = 0; i < program->n_commands; i++) {
        if (program->commands[i]->name)
            fprintf(file, "%s ", program->commands[i]->name);
    }
    if (cmd_has_names(program))
        fputs("help", file);
}

void cmd_shell_print_option(FILE *file, const CmdOption *option)
{
    char name[CMD_NAME_SIZE];
    cmd_dashed(option->name, name);
    if (option->letter)
        fprintf(file, "-%c ", option->letter);
    fprintf(file, "--%s", name);
}

void cmd_shell_print_names(FILE *file, const char *(*name_at)(size_t i))
{
    for (size_t i = 0; name_at(i); i++)
        fprintf(file, "%s%s", i ? " " : "", name_at(i));
}

void cmd_shell_print_choices(FILE *file, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++)
        fprintf(file, "%s%s", i ? " " : "", choices[i]);
}

void cmd_shell_print_origin(FILE *file, const CmdProgram *program, const char *shell)
{
    fprintf(file, "# Completion for %s in %s. Made by \"%s --generate %s\"; do not edit.\n\n",
            program->name, shell, program->name, shell);
}
