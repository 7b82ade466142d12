/* The manual page, in the semantic macros of mdoc(7). */
#include <ctype.h>
#include <string.h>

#include "command/generate.h"
#include "command/option.h"

/* Of the texts; a page says when it was written, not when it was made. */
#define PAGE_DATE "November 24, 2026"
/* Where lines of prose are broken; troff fills them anew. */
#define LINE_WIDTH 80

/* Where the page is within a line of prose. */
typedef struct Prose {
    FILE *file;
    const CmdProgram *program;
    int used; /* 0: at the start of a line */
} Prose;

static void put_raw(FILE *file, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\')
            fputs("\\e", file);
        else
            fputc(text[i], file);
    }
}

static void put_plain(Prose *prose, const char *word, size_t length)
{
    if (prose->used > 0 && prose->used + (int)length >= LINE_WIDTH) {
        fputc('\n', prose->file);
        prose->used = 0;
    }
    if (prose->used > 0)
        fputc(' ', prose->file);
    else if (word[0] == '.' || word[0] == '\'')
        fputs("\\&", prose->file);
    put_raw(prose->file, word, length);
    prose->used += (int)length + 1;
}

static void end_line(Prose *prose)
{
    if (prose->used > 0)
        fputc('\n', prose->file);
    prose->used = 0;
}

/* A macro on a line of its own, then the punctuation that belongs to it. */
static void put_macro(Prose *prose, const char *macro, const char *marks, size_t n_marks)
{
    end_line(prose);
    fprintf(prose->file, ".%s", macro);
    for (size_t i = 0; i < n_marks; i++)
        fprintf(prose->file, " %c", marks[i]);
    fputc('\n', prose->file);
}

/* "augd(1)": length of the name; 0 if the word is no such reference. */
static size_t reference_length(const char *word, size_t length)
{
    const bool closes = length >= 4 && word[length - 1] == ')' && word[length - 3] == '(' &&
                        isdigit((unsigned char)word[length - 2]);
    if (!closes)
        return 0;
    for (size_t i = 0; i < length - 3; i++) {
        if (!isalnum((unsigned char)word[i]) && word[i] != '-')
            return 0;
    }
    return length - 3;
}

/* The word is "--name" and nothing else. */
static bool is_option(const char *word, size_t length)
{
    if (length < 3 || word[0] != '-' || word[1] != '-')
        return false;
    for (size_t i = 2; i < length; i++) {
        if (!islower((unsigned char)word[i]) && word[i] != '-')
            return false;
    }
    return true;
}

static void put_word(Prose *prose, const char *word, size_t length)
{
    size_t core = length;
    while (core > 0 && strchr(".,;:", word[core - 1]))
        core--;
    const size_t name = reference_length(word, core);
    char macro[2 * CMD_NAME_SIZE];
    const char *marks = word + core;
    const size_t n_marks = length - core;
    if (core >= CMD_NAME_SIZE) {
        put_plain(prose, word, length);
    } else if (name > 0) {
        snprintf(macro, sizeof(macro), "Xr %.*s %c", (int)name, word, word[core - 2]);
        put_macro(prose, macro, marks, n_marks);
    } else if (is_option(word, core)) {
        snprintf(macro, sizeof(macro), "Fl %.*s", (int)core - 1, word + 1);
        put_macro(prose, macro, marks, n_marks);
    } else if (strlen(prose->program->name) == core &&
               strncmp(word, prose->program->name, core) == 0) {
        put_macro(prose, "Nm", marks, n_marks);
    } else {
        put_plain(prose, word, length);
        if (word[length - 1] == '.')
            end_line(prose);
    }
}

/* Paragraphs separated by newlines, as filled text that ends with a line. */
static void put_prose(FILE *file, const CmdProgram *program, const char *text)
{
    Prose prose = {.file = file, .program = program};
    while (*text) {
        const size_t length = strcspn(text, " \n");
        if (length > 0)
            put_word(&prose, text, length);
        text += length;
        if (*text == '\n') {
            end_line(&prose);
            fputs(".Pp\n", file);
        }
        text += *text != 0;
    }
    end_line(&prose);
}

/* A text that is no sentence, as one: with a capital and a full stop. */
static void put_sentence(FILE *file, const CmdProgram *program, const char *text)
{
    char sentence[CMD_TEXT_SIZE + 2];
    const size_t length = strlen(text);
    const bool ends = length > 0 && strchr(".!?", text[length - 1]);
    snprintf(sentence, sizeof(sentence), "%s%s", text, ends ? "" : ".");
    sentence[0] = (char)toupper((unsigned char)sentence[0]);
    put_prose(file, program, sentence);
}

/* "Fl o , Fl -output Ar FILE". */
static void put_option_name(FILE *file, const CmdOption *option, bool with_letter)
{
    char name[CMD_NAME_SIZE], value[CMD_TEXT_SIZE];
    cmd_dashed(option->name, name);
    cmd_option_value(option, value);
    if (with_letter && option->letter)
        fprintf(file, "Fl %c , ", option->letter);
    fprintf(file, "Fl -%s", name);
    if (value[0])
        fputs(" Ar ", file);
    /* A line may end behind one of several choices. */
    for (const char *c = value; *c; c++)
        fprintf(file, *c == '|' ? "%c\\:" : "%c", *c);
}

static bool is_own(const CmdOption *option)
{
    return option->row || option->repeat || option->extra == CMD_EXTRA_JSON;
}

static void put_synopsis(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    fprintf(file, ".Nm %s\n", program->name);
    if (command->name)
        fprintf(file, ".Cm %s\n", command->name);
    for (size_t i = 0; i < command->n_arguments; i++) {
        const CmdArgument *argument = &command->arguments[i];
        fprintf(file, ".%s %s%s\n", argument->optional ? "Op Ar" : "Ar", argument->name,
                argument->repeats ? " ..." : "");
    }
    for (size_t i = 0; i < cmd_n_options(command); i++) {
        const CmdOption option = cmd_option_at(program, command, i);
        if (!is_own(&option))
            continue;
        fputs(option.required ? "." : ".Op ", file);
        put_option_name(file, &option, false);
        fputs(option.repeat ? " ...\n" : "\n", file);
    }
}

static void put_options(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    const size_t n_common = command->name ? CMD_N_COMMON : 0;
    const size_t n = cmd_n_options(command) - n_common;
    if (n == 0)
        return;
    fputs(".Bl -tag -width Ds\n", file);
    for (size_t i = 0; i < n; i++) {
        const CmdOption option = cmd_option_at(program, command, i);
        char text[CMD_TEXT_SIZE];
        cmd_option_text(&option, text);
        fputs(".It ", file);
        put_option_name(file, &option, true);
        fputc('\n', file);
        put_sentence(file, program, text);
    }
    fputs(".El\n", file);
}

static void put_command(FILE *file, const CmdProgram *program, const CmdCommand *command)
{
    fprintf(file, ".Ss %s %s\n", program->name, command->name);
    put_sentence(file, program, command->summary);
    if (command->details) {
        fputs(".Pp\n", file);
        put_prose(file, program, command->details);
    }
    put_options(file, program, command);
}

static void put_commands(FILE *file, const CmdProgram *program)
{
    if (!cmd_has_names(program))
        return;
    fputs(".Sh COMMANDS\n", file);
    for (size_t i = 0; i < program->n_commands; i++) {
        if (program->commands[i]->name)
            put_command(file, program, program->commands[i]);
    }
}

static void put_options_section(FILE *file, const CmdProgram *program)
{
    const CmdCommand *nameless = cmd_command_find(program, NULL);
    fputs(".Sh OPTIONS\n", file);
    if (nameless) {
        put_options(file, program, nameless);
        return;
    }
    fputs("Options of the commands stand with them. Besides:\n"
          ".Bl -tag -width Ds\n"
          ".It Fl h , Fl -help\n"
          "Behind a command: what it does, its options with their ranges, and examples.\n"
          "Alone: the commands.\n"
          ".It Fl q , Fl -quiet\n"
          "Behind a command: print results, warnings and errors only.\n"
          ".It Fl -version\n"
          "Print the version and the numeric engine.\n"
          ".El\n",
          file);
}

static void put_term(FILE *file, const CmdProgram *program, const char *macro, const CmdTerm *term)
{
    fprintf(file, ".It %s%s\n", macro, term->name);
    put_sentence(file, program, term->text);
}

static void put_variables(FILE *file, const CmdProgram *program)
{
    if (program->n_variables == 0)
        return;
    fputs(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n", file);
    for (size_t i = 0; i < program->n_variables; i++)
        put_term(file, program, "Ev ", &program->variables[i]);
    fputs(".El\n", file);
}

static void put_exit_codes(FILE *file, const CmdProgram *program)
{
    fputs(".Sh EXIT STATUS\n.Bl -tag -width Ds\n", file);
    const CmdTerm *term;
    for (size_t i = 0; (term = cmd_exit_code_at(program, i)); i++)
        put_term(file, program, "", term);
    fputs(".El\n", file);
}

static void put_example(FILE *file, const CmdProgram *program, const CmdCommand *command,
                        const CmdExample *example)
{
    put_sentence(file, program, example->text);
    fprintf(file, ".Bd -literal -offset indent\n%s%s%s%s", program->name, command->name ? " " : "",
            command->name ? command->name : "", example->arguments[0] ? " " : "");
    /* What is typed has plain dashes, not hyphens. */
    for (const char *c = example->arguments; *c; c++) {
        if (*c == '-')
            fputc('\\', file);
        put_raw(file, c, 1);
    }
    fputs("\n.Ed\n", file);
}

static void put_examples(FILE *file, const CmdProgram *program)
{
    bool begun = false;
    for (size_t i = 0; i < program->n_commands; i++) {
        const CmdCommand *command = program->commands[i];
        for (size_t k = 0; k < command->n_examples; k++) {
            fputs(begun ? ".Pp\n" : ".Sh EXAMPLES\n", file);
            begun = true;
            put_example(file, program, command, &command->examples[k]);
        }
    }
}

/* "augd(1), aug-spec(5)": a reference to a line, with its comma. */
static void put_see_also(FILE *file, const CmdProgram *program)
{
    if (!program->see_also)
        return;
    fputs(".Sh SEE ALSO\n", file);
    put_prose(file, program, program->see_also);
}

void cmd_generate_man(FILE *file, const CmdProgram *program)
{
    fprintf(file, ".\\\" Made by \"%s --generate man\"; do not edit.\n.Dd %s\n.Dt ", program->name,
            PAGE_DATE);
    for (const char *c = program->name; *c; c++)
        fputc(toupper((unsigned char)*c), file);
    fprintf(file, " 1\n.Os augd\n.Sh NAME\n.Nm %s\n.Nd %s\n.Sh SYNOPSIS\n", program->name,
            program->summary);
    for (size_t i = 0; i < program->n_commands; i++)
        put_synopsis(file, program, program->commands[i]);
    fputs(".Sh DESCRIPTION\n", file);
    put_prose(file, program, program->details);
    put_commands(file, program);
    put_options_section(file, program);
    put_variables(file, program);
    put_exit_codes(file, program);
    put_examples(file, program);
    put_see_also(file, program);
}
