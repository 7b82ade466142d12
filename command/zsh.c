/* Completion for zsh: one function that finds the command and leaves the rest to _arguments. */
#include "command/generate.h"
#include "command/shell.h"

static void print_action(FILE *file, CmdWords words)
{
    static const char *const actions[] = {" ", "_files", "_files -/"};
    fputs(actions[words], file);
}

/* What stands for a value, in which a colon would end it. */
static void print_message(FILE *file, const char *text)
{
    for (const char *c = text; *c; c++)
        fprintf(file, *c == ':' ? "\\%c" : "%c", *c);
}

static void print_value(FILE *file, const CmdOption *option)
{
    char value[CMD_TEXT_SIZE];
    if (option->is_flag)
        return;
    cmd_option_value(option, value);
    if (option->row && option->row->choices) {
        fputs(":value:(", file);
        cmd_shell_print_choices(file, option->row->choices);
        fputc(')', file);
        return;
    }
    fputc(':', file);
    print_message(file, value);
    fputc(':', file);
    print_action(file, option->words);
}

/* One specification of _arguments: exclusions, name, explanation, value. */
static void print_spec(FILE *file, const CmdOption *option, bool is_short)
{
    char name[CMD_NAME_SIZE];
    cmd_dashed(option->name, name);
    fputs("            '", file);
    if (option->repeat)
        fputc('*', file);
    else if (option->letter)
        fprintf(file, "(-%c --%s)", option->letter, name);
    if (is_short)
        fprintf(file, "-%c", option->letter);
    else
        fprintf(file, "--%s%s", name, option->is_flag ? "" : "=");
    fputc('[', file);
    cmd_shell_print_brief(file, option->help);
    fputc(']', file);
    print_value(file, option);
    fputs("' \\\n", file);
}

static void print_arguments(FILE *file, const CmdCommand *command)
{
    for (size_t i = 0; i < command->n_arguments; i++) {
        const CmdArgument *argument = &command->arguments[i];
        fprintf(file, "            '%s", argument->repeats ? "*" : argument->optional ? ":" : "");
        fprintf(file, ":%s:", argument->name);
        if (argument->name_at) {
            fputc('(', file);
            cmd_shell_print_names(file, argument->name_at);
            fputc(')', file);
        } else {
            print_action(file, argument->words);
        }
        fputs("' \\\n", file);
    }
}

/* The command's case. What _arguments is told ends with nothing, so that every line can end alike.
 */
static void print_command(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    fprintf(file, "    %s)\n        _arguments -S \\\n", command->name ? command->name : "*");
    for (size_t i = 0; i < cmd_n_options(command); i++) {
        const CmdOption option = cmd_option_at(program, command, i);
        if (option.letter)
            print_spec(file, &option, true);
        print_spec(file, &option, false);
    }
    print_arguments(file, command);
    fputs("            && result=0\n        ;;\n", file);
}

static void print_commands(FILE *file, const CmdProgram *program)
{
    fputs("    commands=(\n", file);
    for (size_t i = 0; i < program->n_commands; i++) {
        const CmdCommand *command = program->commands[i];
        if (!command->name)
            continue;
        fprintf(file, "        '%s:", command->name);
        cmd_shell_print_brief(file, command->summary);
        fputs("'\n", file);
    }
    fputs("        'help:what a command does'\n    )\n", file);
}

/* Finding the command: the second word, which is then dropped. */
static void print_search(FILE *file, const CmdProgram *program)
{
    print_commands(file, program);
    fputs("    if ((CURRENT == 2)); then\n"
          "        _describe command commands && result=0\n"
          "    elif ((${commands[(I)$words[2]:*]})); then\n"
          "        command=$words[2]\n"
          "        shift words\n"
          "        ((CURRENT--))\n"
          "    fi\n",
          file);
}

void cmd_generate_zsh(FILE *file, const CmdProgram *program)
{
    const bool has_names = cmd_has_names(program);
    fprintf(file, "#compdef %s\n", program->name);
    cmd_shell_print_origin(file, program, "zsh");
    fprintf(file, "_%s() {\n    local command='' result=1\n    local -a commands\n", program->name);
    if (has_names)
        print_search(file, program);
    fputs("    case $command in\n", file);
    if (has_names)
        fputs("    help)\n        ((CURRENT == 2)) && _describe command commands && result=0\n"
              "        ;;\n",
              file);
    const CmdCommand *nameless = cmd_command_find(program, NULL);
    for (size_t i = 0; i < program->n_commands; i++) {
        if (program->commands[i]->name)
            print_command(file, program, program->commands[i]);
    }
    if (nameless)
        print_command(file, program, nameless);
    else
        fputs("    *)\n        ((CURRENT == 2)) && _arguments -S '(- *)'{-h,--help}'[print this "
              "help]' \\\n"
              "            '(- *)--version[print the version]' && result=0\n        ;;\n",
              file);
    fprintf(file, "    esac\n    return result\n}\n\n_%s \"$@\"\n", program->name);
}
