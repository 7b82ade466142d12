/* The command line of a program as one const table. The parser, --help, the manual page, completion
 * for bash, zsh and fish, and a description for programs (JSON) all come from it.
 *
 * program:  what is started: a list of commands, one of which may be nameless
 * command:  arguments, options, and the hook that does the work. A first word that is a command's
 *           name chooses it; everything else goes to the nameless command, if there is one
 * argument: a word that has its meaning by its place ("SPEC")
 * option:   "--name value" or "--name=value"; a flag is "--name" alone. A row of a parameter table
 *           (libaug/spec/param.h), whose field is named as the option is, with "_" for "-"
 * repeat:   an option that may be given any number of times
 *
 * Every command also knows -h and --help, -q and --quiet, and, if it says what that prints, --json;
 * the nameless one --version. "PROGRAM help [COMMAND]" is help, too, where commands have names.
 * Short options may stand in one word ("-qv"), with a value at its end ("-n5", "-n=5").
 *
 * What a command makes goes to standard output, or to the file that it was given; everything else,
 * remarks (cmd_say), progress, warnings and errors, goes to standard error. --quiet leaves results,
 * warnings and errors.
 *
 * For the build and for tests only, "PROGRAM --generate KIND" prints what generate.h makes.
 *
 * Texts are plain prose. In a manual page a word such as --seed becomes a marked option and one
 * such as augd(1) a reference. In a row's unit the words "file" and "path" ask for completion of
 * files, "folder" for that of folders.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "libaug/spec/param.h"

/* What completes a word. */
typedef enum CmdWords {
    CMD_WORDS_NONE,
    CMD_WORDS_FILES,
    CMD_WORDS_FOLDERS,
} CmdWords;

/* One argument. Those that are optional stand last.
 *
 * repeats: it may be given any number of times more; the last one only
 * words:   what completes it
 * name_at: names that complete it: the i-th, NULL behind the last
 */
typedef struct CmdArgument {
    const char *name;
    bool optional;
    bool repeats;
    CmdWords words;
    const char *(*name_at)(size_t i);
} CmdArgument;

/* An option that may be given any number of times; its values are texts.
 *
 * unit:    what stands for its value ("NAME=KIND:PATH")
 * missing: the sentence of the error if it is not given at all; NULL: it need not be
 * check:   refuses a value that can never be right, whether it will be used or not; may be NULL
 */
typedef struct CmdRepeat {
    const char *name;
    const char *unit;
    const char *help;
    const char *missing;
    AugStatus (*check)(const char *value, AugError *error);
} CmdRepeat;

/* Values of a repeated option, in order. Borrowed from the call. */
typedef struct CmdTexts {
    const char *const *items;
    size_t n;
} CmdTexts;

/* A documented call: what follows the names of program and command, and what it does. */
typedef struct CmdExample {
    const char *arguments;
    const char *text;
} CmdExample;

struct CmdCall;

/* A command. Members that are not named are optional.
 *
 * name:    NULL for the nameless command
 * summary: one line, no full stop
 * details: paragraphs, separated by newlines
 * json:    help of --json, "print ..."; NULL: there is no such option
 * check:   looks at options that are each allowed, and fills members that are no rows and own
 *          nothing. The arguments are complete; a repeat that must be given may be missing still
 * run:     does the work and returns the exit code
 */
typedef struct CmdCommand {
    const char *name;
    const char *summary;
    const CmdArgument *arguments;
    size_t n_arguments;
    const char *details;
    const char *json;
    AugParamTable options;
    const CmdRepeat *const *repeats;
    size_t n_repeats;
    const CmdExample *examples;
    size_t n_examples;
    AugStatus (*check)(struct CmdCall *call, AugError *error);
    int (*run)(const struct CmdCall *call);
} CmdCommand;

/* The short form of an option. A letter means the same in all commands that have the option. */
typedef struct CmdLetter {
    char letter;
    const char *option;
} CmdLetter;

/* A name with what it means: exit codes ("130, 143"), environment variables. */
typedef struct CmdTerm {
    const char *name;
    const char *text;
} CmdTerm;

/* A program. Members that are not named are optional.
 *
 * summary:  half a sentence, no full stop
 * version:  what --version prints behind the name
 * details:  paragraphs, separated by newlines
 * exit_codes: beside those that all programs have (cmd_exit_code_at)
 * see_also: pages of the manual: "augd(1), aug-spec(5)"
 */
typedef struct CmdProgram {
    const char *name;
    const char *summary;
    const char *version;
    const char *details;
    const CmdCommand *const *commands;
    size_t n_commands;
    const CmdLetter *letters;
    size_t n_letters;
    const CmdTerm *exit_codes;
    size_t n_exit_codes;
    const CmdTerm *variables;
    size_t n_variables;
    const char *see_also;
} CmdProgram;

/* What a command line asks for. CMD_HELP speaks of the call's command, or of the program if that is
 * NULL or nameless. */
typedef enum CmdWish {
    CMD_RUN,
    CMD_HELP,
    CMD_VERSION,
    CMD_GENERATE,
} CmdWish;

/* A command line, parsed. Everything is valid until cmd_call_fini; what is text points into the
 * words that were parsed.
 *
 * options:   the command's options struct, filled
 * arguments: n_arguments of them, in order
 * texts:     values of each of the command's repeats
 * given:     for each row of the options, whether it was given
 * quiet, json: --quiet, --json
 * generate:  the KIND of CMD_GENERATE
 */
typedef struct CmdCall {
    const CmdProgram *program;
    const CmdCommand *command;
    CmdWish wish;
    void *options;
    const char **arguments;
    size_t n_arguments;
    CmdTexts *texts;
    bool *given;
    bool quiet, json;
    const char *generate;
} CmdCall;

/* Parses the words behind the program's name. What is not given has its default; a value that is
 * given twice is the last one. An unknown command or option, a value out of bounds or a wrong
 * number of arguments fails with AUG_BAD_ARGUMENT and one sentence, which is all that is to be said
 * with the prefix of cmd_fail. Options are filled only for CMD_RUN. On failure the call holds only
 * program and, if known, command. words must outlive the call. */
AUG_MUST_CHECK AugStatus cmd_call_init(CmdCall *call, const CmdProgram *program,
                                       const char *const *words, size_t n_words, AugError *error);

/* Accepts a zeroed call, and zeroes it. */
void cmd_call_fini(CmdCall *call);

/* Values of a repeated option; none if the command does not have it. */
CmdTexts cmd_call_texts(const CmdCall *call, const CmdRepeat *repeat);

/* Whether an option was given; field is a member of the call's options that is a row. */
bool cmd_call_has(const CmdCall *call, const void *field);

/* Prints a text in which the names of files and what stands in them may be anything: what is no UTF-8,
 * or commands a terminal, is printed as the numbers of its bytes. */
void cmd_put_text(FILE *to, const char *text);

/* Prints "PROGRAM COMMAND: place: sentence" on standard error, behind what was printed so far, and
 * returns the exit code of the error. */
int cmd_fail(const CmdCall *call, const AugError *error);

/* Prints a remark "PROGRAM COMMAND: sentence" on standard error, unless --quiet was given. For what
 * is of no use to a script: where a result went, what was left out on purpose. */
void cmd_say(const CmdCall *call, const char *format, ...) AUG_PRINTF(2, 3);

/* The i-th exit code with its meaning: those of all programs, and among them the program's own;
 * NULL behind the last. */
const CmdTerm *cmd_exit_code_at(const CmdProgram *program, size_t i);

/* Parses the words behind the program's name and does what they ask for. Returns the exit code. */
int cmd_run(const CmdProgram *program, const char *const *words, size_t n_words);

/* The whole of main: cmd_run, and 1 with a word on standard error if standard output could not take
 * everything (a closed pipe is not worth a word). */
int cmd_main(const CmdProgram *program, int argc, char **argv);

#endif
