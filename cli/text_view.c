/* Pieces of text between changes, each made visible and marked as its form does. */
#include "cli/text_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libaug/base/utf8.h"

/* What a piece of text is. */
typedef enum Sort { KEPT, GONE, NEW } Sort;

/* Marks of a piece, by form and sort. */
static const struct {
    const char *before, *behind;
} marks[][3] = {
    [CLI_TEXT_PLAIN] = {{"", ""}, {"[-", "-]"}, {"{+", "+}"}},
    [CLI_TEXT_COLOURS] = {{"", ""}, {"\x1b[31;9m", "\x1b[0m"}, {"\x1b[32m", "\x1b[0m"}},
    [CLI_TEXT_PAGE] = {{"", ""}, {"<del>", "</del>"}, {"<ins>", "</ins>"}},
};

CliTextForm cli_text_form(void)
{
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    const bool can = isatty(STDOUT_FILENO) && (!terminal || strcmp(terminal, "dumb") != 0);
    return can && !(no_colour && no_colour[0]) ? CLI_TEXT_COLOURS : CLI_TEXT_PLAIN;
}

/* Characters that nobody sees, but that change how others are seen: controls, and marks of
 * direction. */
static bool is_hidden(int32_t code)
{
    return code < ' ' || (code >= 0x7f && code < 0xa0) || (code >= 0x200e && code <= 0x200f) ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/* A character that means something on a page; NULL: it means itself. */
static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void add_hidden(CliBytes *out, int32_t code)
{
    char text[16];
    if (code == '\n' || code == '\t' || code == '\r')
        snprintf(text, sizeof(text), "\\%c", code == '\n' ? 'n' : code == '\t' ? 't' : 'r');
    else
        snprintf(text, sizeof(text), code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
    cli_bytes_add_text(out, text);
}

static void add_visible(CliBytes *out, CliTextForm form, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        int32_t code;
        const size_t n = augi_utf8_decode((const uint8_t *)bytes + at, size - at, &code);
        const char *entity = form == CLI_TEXT_PAGE ? entity_of(bytes[at]) : NULL;
        if (code < 0)
            cli_bytes_add_text(out, "\xef\xbf\xbd");
        else if (is_hidden(code))
            add_hidden(out, code);
        else if (entity)
            cli_bytes_add_text(out, entity);
        else
            cli_bytes_add(out, bytes + at, n);
        at += n;
    }
}

static void add_piece(CliBytes *out, CliTextForm form, Sort sort, const char *bytes, size_t size)
{
    if (size == 0)
        return;
    cli_bytes_add_text(out, marks[form][sort].before);
    add_visible(out, form, bytes, size);
    cli_bytes_add_text(out, marks[form][sort].behind);
}

static void add_words(CliBytes *out, CliTextForm form, const char *text)
{
    add_visible(out, form, text, strlen(text));
}

void cli_text_begin(CliTextView *view, const char *title, const char *note)
{
    CliBytes *out = &view->out;
    const CliTextForm form = view->form;
    static const char head[] =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
        ":root { color-scheme: light dark; }\n"
        "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; "
        "padding: 0 1em; }\n"
        "section { border-top: 1px solid #8888; padding: .8em 0; }\n"
        "h2 { font-size: 1em; margin: 0; }\n"
        "p { margin: .3em 0; overflow-wrap: anywhere; white-space: pre-wrap; }\n"
        "small { display: block; opacity: .7; margin-top: .6em; }\n"
        "del { background: #d003; color: #c33; }\n"
        "ins { background: #0a03; color: #282; text-decoration: none; }\n"
        "b { color: #c33; }\n</style>\n<title>";
    if (form != CLI_TEXT_PAGE)
        return;
    cli_bytes_add_text(out, head);
    add_words(out, form, title);
    cli_bytes_add_text(out, "</title>\n<h1>");
    add_words(out, form, title);
    cli_bytes_add_text(out, "</h1>\n<p>");
    add_words(out, form, note);
    cli_bytes_add_text(out, "</p>\n");
}

void cli_text_end(CliTextView *view)
{
    if (view->form == CLI_TEXT_PAGE)
        cli_bytes_add_text(&view->out, view->n ? "</section>\n</html>\n" : "</html>\n");
}

/* Around the text of a line. */
static void open_line(CliTextView *view)
{
    cli_bytes_add_text(&view->out, view->form == CLI_TEXT_PAGE ? "<p dir=\"auto\">" : "  ");
}

static void close_line(CliTextView *view)
{
    cli_bytes_add_text(&view->out, view->form == CLI_TEXT_PAGE ? "</p>\n" : "\n");
}

void cli_text_original(CliTextView *view, const char *heading, const char *field,
                       const AugField *text)
{
    CliBytes *out = &view->out;
    const CliTextForm form = view->form;
    static const char *const before[] = {"", "\x1b[1m", "<section>\n<h2>"};
    static const char *const behind[] = {"\n", "\x1b[0m\n", "</h2>\n"};
    if (view->n++ > 0)
        cli_bytes_add_text(out, form == CLI_TEXT_PAGE ? "</section>\n" : "\n");
    cli_bytes_add_text(out, before[form]);
    add_words(out, form, heading);
    if (field) {
        cli_bytes_add_text(out, ", ");
        add_words(out, form, field);
    }
    cli_bytes_add_text(out, behind[form]);
    open_line(view);
    add_piece(out, form, KEPT, text->bytes, text->size);
    close_line(view);
}

static void add_heading(CliTextView *view, const char *heading)
{
    CliBytes *out = &view->out;
    const CliTextForm form = view->form;
    static const char *const before[] = {"", "\x1b[2m", "<small>"};
    static const char *const behind[] = {"\n", "\x1b[0m\n", "</small>\n"};
    cli_bytes_add_text(out, before[form]);
    add_words(out, form, heading);
    cli_bytes_add_text(out, behind[form]);
}

void cli_text_changed(CliTextView *view, const char *heading, const AugField *given,
                      const AugField *made, const AugChanges *changes)
{
    CliBytes *out = &view->out;
    const CliTextForm form = view->form;
    const char *old = given->bytes, *new = made->bytes;
    add_heading(view, heading);
    open_line(view);
    uint32_t at = 0;
    for (uint32_t i = 0; i < changes->n; i++) {
        const AugChange *change = &changes->items[i];
        add_piece(out, form, KEPT, old + at, change->start - at);
        add_piece(out, form, GONE, old + change->start, change->end - change->start);
        add_piece(out, form, NEW, new + change->new_start, change->new_end - change->new_start);
        at = change->end;
    }
    add_piece(out, form, KEPT, old + at, given->size - at);
    close_line(view);
}

void cli_text_failed(CliTextView *view, const char *heading, const char *reason)
{
    CliBytes *out = &view->out;
    const CliTextForm form = view->form;
    add_heading(view, heading);
    open_line(view);
    cli_bytes_add_text(out, form == CLI_TEXT_PAGE ? "<b>" : "");
    add_words(out, form, reason);
    cli_bytes_add_text(out, form == CLI_TEXT_PAGE ? "</b>" : "");
    close_line(view);
}
