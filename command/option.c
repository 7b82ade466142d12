/* An option of a command, whether it comes from a parameter row, a repeat or a letter, in one form.
 */
#include "command/option.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Higher bounds are those of a type, which nobody needs to be told. */
#define HIGHEST_TOLD 1e9

/* In the order in which people read them; --json and --version are not everywhere. */
static const CmdOption extras[] = {
    {.name = "json", .is_flag = true, .extra = CMD_EXTRA_JSON},
    {.name = "quiet",
     .letter = 'q',
     .is_flag = true,
     .extra = CMD_EXTRA_QUIET,
     .help = "print results, warnings and errors only"},
    {.name = "help",
     .letter = 'h',
     .is_flag = true,
     .extra = CMD_EXTRA_HELP,
     .help = "print this help"},
    {.name = "version", .is_flag = true, .extra = CMD_EXTRA_VERSION, .help = "print the version"},
};

static size_t n_extra(const CmdCommand *command)
{
    return CMD_N_COMMON + (command->json != NULL) + (command->name == NULL);
}

static CmdOption extra_at(const CmdCommand *command, size_t i)
{
    CmdOption option = extras[i + (command->json == NULL)];
    if (option.extra == CMD_EXTRA_JSON)
        option.help = command->json;
    return option;
}

static size_t count_required(const CmdCommand *command)
{
    size_t n = 0;
    for (size_t i = 0; i < command->n_repeats; i++)
        n += command->repeats[i]->missing != NULL;
    return n;
}

/* The i-th repeat of those that must be given, or of the others. */
static const CmdRepeat *repeat_at(const CmdCommand *command, bool required, size_t i)
{
    for (size_t k = 0; k < command->n_repeats; k++) {
        const CmdRepeat *repeat = command->repeats[k];
        if ((repeat->missing != NULL) == required && i-- == 0)
            return repeat;
    }
    return NULL;
}

size_t cmd_n_options(const CmdCommand *command)
{
    return command->options.n + command->n_repeats + n_extra(command);
}

static CmdWords words_of(const AugParamDesc *row)
{
    if (!row->unit)
        return CMD_WORDS_NONE;
    if (strcasestr(row->unit, "folder"))
        return CMD_WORDS_FOLDERS;
    return strcasestr(row->unit, "file") || strcasestr(row->unit, "path") ? CMD_WORDS_FILES
                                                                          : CMD_WORDS_NONE;
}

static CmdOption from_row(const AugParamDesc *row)
{
    return (CmdOption){.name = row->name,
                       .is_flag = row->kind == &aug_kind_bool,
                       .required = !row->fallback && !row->optional,
                       .row = row,
                       .help = row->help,
                       .words = words_of(row)};
}

static CmdOption from_repeat(const CmdRepeat *repeat)
{
    return (CmdOption){.name = repeat->name,
                       .required = repeat->missing != NULL,
                       .repeat = repeat,
                       .help = repeat->help};
}

/* Without the letter. */
static CmdOption plain_at(const CmdCommand *command, size_t i)
{
    const size_t n_required = count_required(command);
    if (i < n_required)
        return from_repeat(repeat_at(command, true, i));
    i -= n_required;
    if (i < command->options.n)
        return from_row(&command->options.rows[i]);
    i -= command->options.n;
    if (i < command->n_repeats - n_required)
        return from_repeat(repeat_at(command, false, i));
    return extra_at(command, i - (command->n_repeats - n_required));
}

CmdOption cmd_option_at(const CmdProgram *program, const CmdCommand *command, size_t i)
{
    CmdOption option = plain_at(command, i);
    for (size_t k = 0; k < program->n_letters; k++) {
        if (strcmp(program->letters[k].option, option.name) == 0)
            option.letter = program->letters[k].letter;
    }
    return option;
}

bool cmd_option_find(const CmdProgram *program, const CmdCommand *command, const char *name,
                     CmdOption *option)
{
    for (size_t i = 0; i < cmd_n_options(command); i++) {
        *option = cmd_option_at(program, command, i);
        char dashed[CMD_NAME_SIZE];
        cmd_dashed(option->name, dashed);
        if (strcmp(dashed, name) == 0)
            return true;
    }
    return false;
}

bool cmd_option_find_letter(const CmdProgram *program, const CmdCommand *command, char letter,
                            CmdOption *option)
{
    for (size_t i = 0; i < cmd_n_options(command); i++) {
        *option = cmd_option_at(program, command, i);
        if (option->letter == letter)
            return true;
    }
    return false;
}

static const char *option_name_at(const void *list, size_t i)
{
    return plain_at(list, i).name;
}

const char *cmd_option_nearest(const CmdCommand *command, const char *wrong)
{
    return augi_nearest_name(wrong, option_name_at, command, cmd_n_options(command));
}

void cmd_dashed(const char *name, char dashed[CMD_NAME_SIZE])
{
    size_t i = 0;
    for (; name[i] && i < CMD_NAME_SIZE - 1; i++)
        dashed[i] = name[i] == '_' ? '-' : name[i];
    dashed[i] = 0;
}

/* Appends as much as there is room for. */
static size_t append(char text[CMD_TEXT_SIZE], size_t used, const char *piece)
{
    const int n = snprintf(text + used, CMD_TEXT_SIZE - used, "%s", piece);
    const size_t now = used + (size_t)(n > 0 ? n : 0);
    return now < CMD_TEXT_SIZE ? now : CMD_TEXT_SIZE - 1;
}

void cmd_option_value(const CmdOption *option, char text[CMD_TEXT_SIZE])
{
    text[0] = 0;
    if (option->is_flag)
        return;
    const AugParamDesc *row = option->row;
    if (!row) {
        append(text, 0, option->repeat->unit);
        return;
    }
    size_t used = 0;
    for (size_t i = 0; row->choices && row->choices[i]; i++) {
        used = append(text, used, i ? "|" : "");
        used = append(text, used, row->choices[i]);
    }
    if (row->choices)
        return;
    append(text, 0, row->unit ? row->unit : row->kind == &aug_kind_text ? "TEXT" : "N");
    for (char *c = text; *c; c++)
        *c = (char)toupper((unsigned char)*c);
}

/* "; 1 to 64, default 4", or as much of it as there is. */
static size_t append_allowed(char text[CMD_TEXT_SIZE], size_t used, const AugParamDesc *row)
{
    const bool is_bound = (row->low != 0 || row->high != 0) && row->high <= HIGHEST_TOLD;
    char low[32], high[32], allowed[160] = "";
    augi_format_double(row->low, low);
    augi_format_double(row->high, high);
    if (is_bound)
        snprintf(allowed, sizeof(allowed), "; %s to %s", low, high);
    used = append(text, used, allowed);
    if (!row->fallback)
        return used;
    used = append(text, used, is_bound ? ", default " : "; default ");
    return append(text, used, row->fallback);
}

void cmd_option_text(const CmdOption *option, char text[CMD_TEXT_SIZE])
{
    size_t used = append(text, 0, option->help);
    if (option->row && !option->is_flag)
        used = append_allowed(text, used, option->row);
    if (option->required)
        used = append(text, used, "; must be given");
    if (option->repeat)
        append(text, used, "; may be repeated");
}

const CmdCommand *cmd_command_find(const CmdProgram *program, const char *name)
{
    for (size_t i = 0; i < program->n_commands; i++) {
        const char *known = program->commands[i]->name;
        if (name && known ? strcmp(name, known) == 0 : !name && !known)
            return program->commands[i];
    }
    return NULL;
}

const char *cmd_command_label(const CmdProgram *program, const CmdCommand *command)
{
    return command && command->name ? command->name : program->name;
}

bool cmd_has_names(const CmdProgram *program)
{
    for (size_t i = 0; i < program->n_commands; i++) {
        if (program->commands[i]->name)
            return true;
    }
    return false;
}
