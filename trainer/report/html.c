/* Appends formatted or escaped text to a page that is being made. */
#include "trainer/report/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

void train_html_begin(TrainHtml *html)
{
    *html = (TrainHtml){0};
    html->stream = open_memstream(&html->text, &html->size);
}

void train_html_put(TrainHtml *html, const char *format, ...)
{
    if (!html->stream)
        return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(html->stream, format, arguments);
    va_end(arguments);
}

void train_html_text(TrainHtml *html, const char *text)
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

char *train_html_take(TrainHtml *html, size_t *size)
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
    *html = (TrainHtml){0};
    return text;
}
