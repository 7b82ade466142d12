/* Looking at YAML as bytes: what its parser must not be given, and what a mistake looks like. */
#include "libaug/base/yaml_text.h"

#include <stdio.h>
#include <string.h>

/* Blanks and line breaks in a row. People align columns and leave pages free; 1,024 is more. With
 * it a text of 1 MiB makes the parser clear 1 GiB at most, in a tenth of a second. */
#define MAX_BLANKS 1024

/* Bytes of a blank or a line break of YAML 1.1 at the beginning of a text; 0 if there is none. */
static size_t blank_size(const char *text, size_t size)
{
    switch ((unsigned char)text[0]) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return 1;
    case 0xc2:
        return size > 1 && text[1] == '\x85' ? 2 : 0;
    case 0xe2:
        return size > 2 && text[1] == '\x80' && (text[2] == '\xa8' || text[2] == '\xa9') ? 3 : 0;
    default:
        return 0;
    }
}

static int line_of(const AugiYamlText *text, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text->bytes[i] == '\n';
    return line;
}

static AugStatus refuse_line(const AugiYamlText *text, size_t offset, const char *message,
                             AugProblems *problems)
{
    const AugiTree at = {.place = {.line = line_of(text, offset), .column = 1}};
    augi_tree_problem(problems, &at, NULL, "%s", message);
    return AUG_BAD_SPEC;
}

static AugStatus check_blanks(const AugiYamlText *text, AugProblems *problems)
{
    size_t n = 0;
    for (size_t i = 0; i < text->size;) {
        const size_t size = blank_size(text->bytes + i, text->size - i);
        n = size ? n + 1 : 0;
        if (n > MAX_BLANKS)
            return refuse_line(text, i, "more than 1024 blanks and line breaks stand in a row here",
                               problems);
        i += size ? size : 1;
    }
    return AUG_OK;
}

/* Directives stand before everything but comments and empty lines. */
static AugStatus check_directives(const AugiYamlText *text, AugProblems *problems)
{
    const char *bytes = text->bytes;
    size_t i = text->size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < text->size) {
        size_t first = i;
        while (first < text->size && memchr(" \t\r", bytes[first], 3))
            first++;
        if (first < text->size && !memchr("%#\n", bytes[first], 3))
            return AUG_OK;
        const bool is_version = text->size - i > 6 && memcmp(bytes + i, "%YAML ", 6) == 0;
        if (i < text->size && bytes[i] == '%' && !is_version)
            return refuse_line(text, i,
                               "a line that begins with '%' is a directive; only %YAML is allowed",
                               problems);
        const char *end = memchr(bytes + i, '\n', text->size - i);
        i = end ? (size_t)(end - bytes) + 1 : text->size;
    }
    return AUG_OK;
}

AugStatus augi_yaml_check(const AugiYamlText *text, AugProblems *problems)
{
    if (text->size >= 2 &&
        (memcmp(text->bytes, "\xff\xfe", 2) == 0 || memcmp(text->bytes, "\xfe\xff", 2) == 0)) {
        aug_problems_add(problems, AUG_BAD_SPEC, problems->source_name,
                         "the text is UTF-16; save it as UTF-8");
        return AUG_BAD_SPEC;
    }
    AUG_TRY(check_directives(text, problems));
    return check_blanks(text, problems);
}

/* Character of a place, 0 at the end of the text. A byte order mark is no character. */
static char char_at(const AugiYamlText *text, size_t index)
{
    size_t i = text->size >= 3 && memcmp(text->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (; i < text->size; i++) {
        const bool is_first = ((unsigned char)text->bytes[i] & 0xc0) != 0x80;
        if (is_first && index-- == 0)
            return text->bytes[i];
    }
    return 0;
}

/* One of libyaml's sentences and ours. context NULL: any. is_begin: the mistake is better seen
 * where the value begins that it is in. In ours, {line} and {column} are those of that beginning,
 * {char} is the character of the place. */
typedef struct Sentence {
    const char *problem, *context;
    bool is_begin;
    const char *ours;
} Sentence;

#define TAB_SENTENCE "a tab stands here; lines are indented with spaces"
#define SAME_COLUMN "begin in the same column, here column {column}"

static const Sentence sentences[] = {
    {"found character that cannot start any token", NULL, false,
     "a text that begins with '{char}' must stand in quotes"},
    {"found a tab character that violates indentation", NULL, false, TAB_SENTENCE},
    {"found a tab character where an indentation space is expected", NULL, false, TAB_SENTENCE},
    {"did not find expected alphabetic or numeric character", "while scanning an alias", true,
     "a text that begins with '*' must stand in quotes"},
    {"did not find expected alphabetic or numeric character", "while scanning an anchor", true,
     "a text that begins with '&' must stand in quotes"},
    {"mapping values are not allowed in this context", NULL, false,
     "no key can end at this ':'; the keys of one map begin in the same column, and a text with "
     "': ' in it must stand in quotes"},
    {"block sequence entries are not allowed in this context", NULL, false,
     "a list cannot begin here; begin it on a line of its own"},
    {"could not find expected ':'", "while scanning a simple key", true,
     "a key and a value stand in this map as 'key: value', with a colon and a space; here they do "
     "not"},
    {"did not find expected key", "while parsing a block mapping", false,
     "this fits neither the map that began on line {line}, whose keys " SAME_COLUMN
     ", nor what is around it"},
    {"did not find expected '-' indicator", "while parsing a block collection", false,
     "this fits neither the list that began on line {line}, whose '-' " SAME_COLUMN
     ", nor what is around it"},
    {"did not find expected ',' or '}'", NULL, false,
     "',' or '}' is missing before this; the map began on line {line}"},
    {"did not find expected ',' or ']'", NULL, false,
     "',' or ']' is missing before this; the list began on line {line}"},
    {"did not find expected node content", NULL, false, "a value is missing before this"},
    {"found unexpected end of stream", "while scanning a quoted scalar", true,
     "this quotation mark has no other that closes the text"},
    {"found unknown escape character", NULL, false,
     "this is no escape of a text in double quotes; write a backslash twice, or use single "
     "quotes"},
    {"did not find expected <document start>", NULL, false,
     "this fits nothing that began above it; the keys of one map begin in the same column"},
};

static const Sentence *find_sentence(const AugiYamlFault *fault)
{
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        const Sentence *sentence = &sentences[i];
        if (strcmp(sentence->problem, fault->problem) == 0 &&
            (!sentence->context ||
             (fault->context && strcmp(sentence->context, fault->context) == 0)))
            return sentence;
    }
    return NULL;
}

/* Puts the values of the names in braces. text has room for size bytes. */
static void fill_sentence(const char *ours, const AugiYamlFault *fault, char at, char *text,
                          size_t size)
{
    size_t used = 0;
    while (*ours && used + 32 < size) {
        int n = 0;
        if (strncmp(ours, "{line}", 6) == 0)
            n = snprintf(text + used, size - used, "%d", fault->begin.line);
        else if (strncmp(ours, "{column}", 8) == 0)
            n = snprintf(text + used, size - used, "%d", fault->begin.column);
        else if (strncmp(ours, "{char}", 6) == 0)
            n = snprintf(text + used, size - used, "%c", at);
        if (n > 0)
            ours = strchr(ours, '}') + 1;
        else
            text[used++] = *ours++;
        used += (size_t)n;
    }
    text[used] = 0;
}

AugStatus augi_yaml_refuse(const AugiYamlText *text, const AugiYamlFault *fault,
                           AugProblems *problems)
{
    char message[320];
    const Sentence *sentence = find_sentence(fault);
    const char at = char_at(text, fault->at.index);
    AugiYamlMark mark = fault->at;
    if (!sentence)
        snprintf(message, sizeof(message), "%s%s%s", fault->problem, fault->context ? " " : "",
                 fault->context ? fault->context : "");
    else
        fill_sentence(at == '\t' ? TAB_SENTENCE : sentence->ours, fault, at, message,
                      sizeof(message));
    if (sentence && sentence->is_begin && fault->context)
        mark = fault->begin;
    const AugiTree place = {.place = {.line = mark.line, .column = mark.column}};
    augi_tree_problem(problems, &place, NULL, "not valid YAML: %s", message);
    return AUG_BAD_SPEC;
}
