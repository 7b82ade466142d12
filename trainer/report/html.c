/* Appends formatted or escaped text to a page that is being made. */
#include "trainer/report/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "libaug/base/utf8.h"

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

static void put_escaped(FILE *to, char c)
{
    switch (c) {
    case '&':
        fputs("&amp;", to);
        break;
    case '<':
        fputs("&lt;", to);
        break;
    case '>':
        fputs("&gt;", to);
        break;
    case '"':
        fputs("&quot;", to);
        break;
    case '\'':
        fputs("&#39;", to);
        break;
    default:
        fputc(c, to);
    }
}

void train_html_text(TrainHtml *html, const char *text)
{
    for (const char *c = text; *c && html->stream; c++)
        put_escaped(html->stream, *c);
}

/* Bytes of the longest character of UTF-8. */
#define MAX_CHARACTER 4

void train_html_bytes(TrainHtml *html, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size && html->stream;) {
        int32_t code;
        const size_t n = augi_utf8_decode((const uint8_t *)bytes + at, size - at, &code);
        if (code < 0 && at + n == size && n < MAX_CHARACTER && (bytes[at] & 0xc0) == 0xc0)
            return;
        if (code == '\n' || code == '\t' || code == '\r')
            fputc(' ', html->stream);
        else if (code < ' ' || (code >= 0x7f && code < 0xa0))
            fputs("\xef\xbf\xbd", html->stream);
        else if (n == 1)
            put_escaped(html->stream, bytes[at]);
        else
            fwrite(bytes + at, 1, n, html->stream);
        at += n;
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
