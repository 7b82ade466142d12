#include "cli/help.h"

#include <ctype.h>
#include <string.h>

#define LINE_WIDTH 80
/* Where the explanations of options and commands begin. */
#define OPTION_COLUMN 26
#define COMMAND_COLUMN 12

void cli_help_print_wrapped(FILE *file, int column, const char *text)
{
    int used = column;
    while (*text) {
        const int length = (int)strcspn(text, " \n");
        if (used > column && used + 1 + length > LINE_WIDTH) {
            fprintf(file, "\n%*s", column, "");
            used = column;
        }
        const bool follows = used > column;
        fprintf(file, "%s%.*s", follows ? " " : "", length, text);
        used += length + follows;
        text += length;
        if (*text == '\n') {
            fprintf(file, "\n%*s", column, "");
            used = column;
        }
        text += *text != 0;
    }
    fputc('\n', file);
}

void cli_help_print(FILE *file)
{
    fputs("aug: data augmentation at the terminal\n\nUsage: aug COMMAND ...\n\nCommands:\n", file);
    for (size_t i = 0; i < cli_n_commands; i++) {
        fprintf(file, "  %-*s", COMMAND_COLUMN - 2, cli_commands[i]->name);
        cli_help_print_wrapped(file, COMMAND_COLUMN, cli_commands[i]->summary);
    }
    fputs("\n'aug COMMAND --help' explains a command and shows examples; 'aug --version' prints\n"
          "the version. Exit codes: 0 done, 1 failed, 2 a mistake in the call, the specification\n"
          "or a path.\n",
          file);
}

/* What stands for an option's value: its unit, its choices, or N. */
static void print_placeholder(FILE *file, const AugParamDesc *row, int *used)
{
    if (row->kind == AUG_PARAM_BOOL)
        return;
    *used += fprintf(file, " ");
    if (row->kind == AUG_PARAM_CHOICE) {
        for (size_t i = 0; row->choices[i]; i++)
            *used += fprintf(file, "%s%s", i ? "|" : "", row->choices[i]);
        return;
    }
    if (row->kind != AUG_PARAM_TEXT) {
        *used += fprintf(file, "N");
        return;
    }
    for (const char *c = row->unit ? row->unit : "text"; *c; c++)
        *used += fprintf(file, "%c", toupper((unsigned char)*c));
}

static void print_explanation(FILE *file, int used, const char *text)
{
    if (used + 2 > OPTION_COLUMN)
        fprintf(file, "\n%*s", OPTION_COLUMN, "");
    else
        fprintf(file, "%*s", OPTION_COLUMN - used, "");
    cli_help_print_wrapped(file, OPTION_COLUMN, text);
}

static void print_option(FILE *file, const AugParamDesc *row)
{
    int used = fprintf(file, "  %s", strcmp(row->name, "output") == 0 ? "-o, --" : "--");
    for (const char *c = row->name; *c; c++)
        used += fprintf(file, "%c", *c == '_' ? '-' : *c);
    print_placeholder(file, row, &used);
    char text[600];
    const bool has_default = row->fallback && row->kind != AUG_PARAM_BOOL;
    const bool is_required = !row->fallback && !row->optional;
    snprintf(text, sizeof(text), "%s%s%s%s", row->help, has_default ? "; default " : "",
             has_default ? row->fallback : "", is_required ? "; must be given" : "");
    print_explanation(file, used, text);
}

static void print_options(FILE *file, const CliCommand *command)
{
    fputs("\nOptions:\n", file);
    for (size_t i = 0; i < command->options.n; i++)
        print_option(file, &command->options.rows[i]);
    if (command->takes_datasets) {
        const int used = fprintf(file, "  --dataset NAME=KIND:PATH");
        print_explanation(file, used,
                          "the data set that a name in the specification stands for, as in "
                          "train=image_folder:data/train; may be given several times");
    }
    print_explanation(file, fprintf(file, "  -h, --help"), "this text");
}

void cli_help_print_command(FILE *file, const CliCommand *command)
{
    fprintf(file, "aug %s: ", command->name);
    cli_help_print_wrapped(file, (int)strlen(command->name) + 6, command->summary);
    fprintf(file, "\nUsage: aug %s%s%s [OPTIONS]\n", command->name, command->arguments ? " " : "",
            command->arguments ? command->arguments : "");
    if (command->details) {
        fputc('\n', file);
        cli_help_print_wrapped(file, 0, command->details);
    }
    print_options(file, command);
    if (command->n_examples > 0)
        fputs("\nExamples:\n", file);
    for (size_t i = 0; i < command->n_examples; i++) {
        const CliExample *example = &command->examples[i];
        fprintf(file, "  aug %s%s%s\n      ", command->name, example->arguments[0] ? " " : "",
                example->arguments);
        cli_help_print_wrapped(file, 6, example->text);
    }
}
