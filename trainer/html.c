#include "trainer/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

void nn_html_begin(NnHtml *html)
{
    *html = (NnHtml){0};
    html->stream = open_memstream(&html->text, &html->size);
}

void nn_html_put(NnHtml *html, const char *format, ...)
{
    if (!html->stream)
        return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(html->stream, format, arguments);
    va_end(arguments);
}

void nn_html_text(NnHtml *html, const char *text)
{
    for (const char *c = text; *c && html->stream; c++) {
        switch (*c) {
        case '&':
            fputs("&amp;", html->stream);
            break;
        case '<':
            fputs("&lt;", html->stream);
            break;
        case '>':
            fputs("&gt;", html->stream);
            break;
        case '"':
            fputs("&quot;", html->stream);
            break;
        case '\'':
            fputs("&#39;", html->stream);
            break;
        default:
            fputc(*c, html->stream);
        }
    }
}

char *nn_html_take(NnHtml *html, size_t *size)
{
    if (!html->stream)
        return NULL;
    bool failed = ferror(html->stream) != 0;
    if (fclose(html->stream) != 0 || failed) {
        free(html->text);
        html->text = NULL;
    }
    char *text = html->text;
    *size = html->size;
    *html = (NnHtml){0};
    return text;
}
