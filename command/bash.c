/* Completion for bash: three functions with the table, and one that looks where the cursor is. It
 * needs bash 4 and nothing else. */
#include <string.h>

#include "command/generate.h"
#include "command/shell.h"

static void print_options(FILE *file, const CmdProgram *program)
{
    fprintf(file, "# Options of command $1.\n_%s_options() {\n    case $1 in\n", program->name);
    for (size_t i = 0; i < program->n_commands; i++) {
        const CmdCommand *command = program->commands[i];
        fprintf(file, "    '%s') echo '", cmd_shell_command(command));
        for (size_t k = 0; k < cmd_n_options(command); k++) {
            const CmdOption option = cmd_option_at(program, command, k);
            fputs(k ? " " : "", file);
            cmd_shell_print_option(file, &option);
        }
        fputs("' ;;\n", file);
    }
    if (!cmd_command_find(program, NULL))
        fputs("    '') echo '-h --help --version' ;;\n", file);
    fputs("    esac\n}\n\n", file);
}

static const char *place(CmdWords words)
{
    static const char *const places[] = {"@none", "@files", "@folders"};
    return places[words];
}

static void print_value(FILE *file, const CmdCommand *command, const CmdOption *option)
{
    char name[CMD_NAME_SIZE];
    cmd_dashed(option->name, name);
    fprintf(file, "    '%s --%s'", cmd_shell_command(command), name);
    if (option->letter)
        fprintf(file, " | '%s -%c'", cmd_shell_command(command), option->letter);
    fputs(") echo '", file);
    if (option->row && option->row->choices)
        cmd_shell_print_choices(file, option->row->choices);
    else
        fputs(place(option->words), file);
    fputs("' ;;\n", file);
}

static void print_values(FILE *file, const CmdProgram *program)
{
    fprintf(file,
            "# What completes the value of option $2 of command $1: words, or a place to look.\n"
            "# Fails if that is no option with a value.\n"
            "_%s_value() {\n    case \"$1 $2\" in\n",
            program->name);
    for (size_t i = 0; i < program->n_commands; i++) {
        const CmdCommand *command = program->commands[i];
        for (size_t k = 0; k < cmd_n_options(command); k++) {
            const CmdOption option = cmd_option_at(program, command, k);
            if (!option.is_flag)
                print_value(file, command, &option);
        }
    }
    fputs("    *) return 1 ;;\n    esac\n}\n\n", file);
}

static void print_arguments(FILE *file, const CmdProgram *program)
{
    fprintf(file,
            "# What completes argument $2 (from 0) of command $1.\n_%s_argument() {\n"
            "    case \"$1 $2\" in\n",
            program->name);
    if (cmd_has_names(program)) {
        fputs("    'help 0') echo '", file);
        cmd_shell_print_commands(file, program);
        fputs("' ;;\n", file);
    }
    for (size_t i = 0; i < program->n_commands; i++) {
        const CmdCommand *command = program->commands[i];
        for (size_t k = 0; k < command->n_arguments; k++) {
            const CmdArgument *argument = &command->arguments[k];
            if (argument->repeats)
                fprintf(file, "    '%s '*) echo '", cmd_shell_command(command));
            else
                fprintf(file, "    '%s %zu') echo '", cmd_shell_command(command), k);
            if (argument->name_at)
                cmd_shell_print_names(file, argument->name_at);
            else
                fputs(place(argument->words), file);
            fputs("' ;;\n", file);
        }
    }
    fputs("    *) echo @none ;;\n    esac\n}\n\n", file);
}

/* In these texts PROGRAM stands for its name, COMMANDS for those of its commands. */
static const char *const look =
    "# Looks at the words before the cursor: command, number of arguments, whether \"--\" has "
    "ended\n"
    "# the options, the option whose value comes next. Readline breaks words at \"=\" and \":\"; "
    "joined\n"
    "# is the beginning of the cursor's word if that was broken.\n"
    "_PROGRAM_look() {\n"
    "    local i=1 word\n"
    "    command='' option='' n_arguments=0 ended='' joined=''\n"
    "    if ((COMP_CWORD > 1)) && [[ ' COMMANDS ' == *\" ${COMP_WORDS[1]} \"* ]]; then\n"
    "        command=${COMP_WORDS[1]} i=2\n"
    "    fi\n"
    "    for (( ; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]} joined=''\n"
    "        while ((i < COMP_CWORD)) && [[ ${COMP_WORDS[i + 1]} == [=:] ]]; do\n"
    "            joined=$word\n"
    "            ((i += 2))\n"
    "        done\n"
    "        if [[ $option ]]; then\n"
    "            option=''\n"
    "        elif [[ $ended || $word != -?* ]]; then\n"
    "            ((n_arguments += 1))\n"
    "        elif [[ $word == -- ]]; then\n"
    "            ended=yes\n"
    "        elif [[ ! $joined ]] && _PROGRAM_value \"$command\" \"$word\" >/dev/null; then\n"
    "            option=$word\n"
    "        fi\n"
    "    done\n"
    "    ((i > COMP_CWORD)) || joined=''\n"
    "}\n\n";

static const char *const reply =
    "_PROGRAM() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local command option n_arguments ended joined prefix='' words=@none\n"
    "    local -a how=()\n"
    "    COMPREPLY=()\n"
    "    _PROGRAM_look\n"
    "    if [[ $joined ]]; then\n"
    "        if [[ $current == : || $before == : ]]; then\n"
    "            words=@files\n"
    "        elif [[ $joined == -* ]]; then\n"
    "            words=$(_PROGRAM_value \"$command\" \"$joined\")\n"
    "        fi\n"
    "        [[ $current == [=:] ]] && current=''\n"
    "    elif [[ $option ]]; then\n"
    "        words=$(_PROGRAM_value \"$command\" \"$option\")\n"
    "    elif [[ ! $ended && $current == --*=* ]]; then\n"
    "        words=$(_PROGRAM_value \"$command\" \"${current%%=*}\")\n"
    "        prefix=${current%%=*}= current=${current#*=}\n"
    "    elif [[ ! $ended && $current == -* ]]; then\n"
    "        words=$(_PROGRAM_options \"$command\")\n"
    "    else\n"
    "        words=$(_PROGRAM_argument \"$command\" \"$n_arguments\")\n"
    "        ((COMP_CWORD == 1)) && how=(-W 'COMMANDS')\n"
    "    fi\n"
    "    case $words in\n"
    "    '' | @none) ;;\n"
    "    @files) how+=(-f) ;;\n"
    "    @folders) how+=(-d) ;;\n"
    "    *) how+=(-W \"$words\") ;;\n"
    "    esac\n"
    "    ((${#how[@]})) || return 0\n"
    "    [[ $words == @* && ! $prefix ]] && compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -P \"$prefix\" \"${how[@]}\" -- \"$current\")\n"
    "}\n"
    "complete -F _PROGRAM PROGRAM\n";

static void print_text(FILE *file, const CmdProgram *program, const char *text)
{
    while (*text) {
        if (strncmp(text, "PROGRAM", 7) == 0) {
            fputs(program->name, file);
            text += 7;
        } else if (strncmp(text, "COMMANDS", 8) == 0) {
            cmd_shell_print_commands(file, program);
            text += 8;
        } else {
            fputc(*text++, file);
        }
    }
}

void cmd_generate_bash(FILE *file, const CmdProgram *program)
{
    cmd_shell_print_origin(file, program, "bash");
    print_options(file, program);
    print_values(file, program);
    print_arguments(file, program);
    print_text(file, program, look);
    print_text(file, program, reply);
}
