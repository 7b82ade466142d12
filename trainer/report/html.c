/* Appends formatted or escaped text to a page that is being made. */
#include "trainer/report/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
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

void train_html_base64(TrainHtml *html, const void *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *b = bytes;
    for (size_t i = 0; i < size && html->stream; i += 3) {
        const size_t left = size - i;
        const uint32_t group = (uint32_t)b[i] << 16 | (left > 1 ? (uint32_t)b[i + 1] << 8 : 0) |
                               (left > 2 ? b[i + 2] : 0);
        fputc(digits[group >> 18], html->stream);
        fputc(digits[group >> 12 & 63], html->stream);
        fputc(left > 1 ? digits[group >> 6 & 63] : '=', html->stream);
        fputc(left > 2 ? digits[group & 63] : '=', html->stream);
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
