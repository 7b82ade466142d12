/* The options of a command in the order in which people read them, whatever they are made of; for
 * the parser and for everything that is printed. */
#ifndef CMD_OPTION_H
#define CMD_OPTION_H

#include "command/command.h"

/* Room for the name of an option; longer words are not names of ours. */
#define CMD_NAME_SIZE 64
/* Room for what is said about an option. */
#define CMD_TEXT_SIZE 800

/* Options that are not in a command's tables. */
typedef enum CmdExtra {
    CMD_EXTRA_NONE,
    CMD_EXTRA_JSON,
    CMD_EXTRA_QUIET,
    CMD_EXTRA_HELP,
    CMD_EXTRA_VERSION,
} CmdExtra;

/* Of these the two that every command has. */
#define CMD_N_COMMON 2

/* One option. row is set for a row of the parameter table, repeat for a repeated one, extra for the
 * others. name has "_" for "-". */
typedef struct CmdOption {
    const char *name;
    char letter; /* 0: none */
    bool is_flag;
    bool required;
    const AugParamDesc *row;
    const CmdRepeat *repeat;
    CmdExtra extra;
    const char *help;
    CmdWords words;
} CmdOption;

/* Number of options, those that are in no table included. */
size_t cmd_n_options(const CmdCommand *command);

/* The i-th: repeats that must be given, rows, other repeats, json, quiet, help, version. */
CmdOption cmd_option_at(const CmdProgram *program, const CmdCommand *command, size_t i);

/* Finds an option by its name with dashes; false if there is none. */
bool cmd_option_find(const CmdProgram *program, const CmdCommand *command, const char *name,
                     CmdOption *option);

/* Finds an option by its letter; false if there is none. */
bool cmd_option_find_letter(const CmdProgram *program, const CmdCommand *command, char letter,
                            CmdOption *option);

/* Name of the nearest option to a wrong one, or NULL. */
const char *cmd_option_nearest(const CmdCommand *command, const char *wrong);

/* A name with dashes. */
void cmd_dashed(const char *name, char dashed[CMD_NAME_SIZE]);

/* What stands for the value: its choices, its unit in capitals, or N. Empty for a flag. */
void cmd_option_value(const CmdOption *option, char text[CMD_TEXT_SIZE]);

/* The help, with bounds, default, and whether it must be given. */
void cmd_option_text(const CmdOption *option, char text[CMD_TEXT_SIZE]);

/* The program's command by name (NULL: the nameless one), or NULL. */
const CmdCommand *cmd_command_find(const CmdProgram *program, const char *name);

/* The name that messages call a command by: its own or the program's. */
const char *cmd_command_label(const CmdProgram *program, const CmdCommand *command);

/* Whether the program has commands with names. */
bool cmd_has_names(const CmdProgram *program);

#endif
