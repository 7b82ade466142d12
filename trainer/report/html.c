/* Appends formatted or escaped text to a page that is being made. */
#include "trainer/report/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* Bytes of the longest character of UTF-8. */
#define MAX_CHARACTER 4

/* What is no text: controls, and bytes that are no UTF-8. */
static void put_replacement(FILE *to)
{
    fputs("\xef\xbf\xbd", to);
}

/* One character of at most size bytes; how many it has. */
static size_t put_character(FILE *to, const char *bytes, size_t size)
{
    int32_t code;
    const size_t n = augi_utf8_decode((const uint8_t *)bytes, size, &code);
    if (code == '\n' || code == '\t' || code == '\r')
        fputc(' ', to);
    else if (code < ' ' || (code >= 0x7f && code < 0xa0))
        put_replacement(to);
    else if (n == 1)
        put_escaped(to, bytes[0]);
    else
        fwrite(bytes, 1, n, to);
    return n;
}

void train_html_text(TrainHtml *html, const char *text)
{
    const size_t size = strlen(text);
    for (size_t at = 0; at < size && html->stream;)
        at += put_character(html->stream, text + at, size - at);
}

/* Whether a text ends within its last character. */
static bool is_begin(const char *bytes, size_t size)
{
    int32_t code;
    const size_t n = augi_utf8_decode((const uint8_t *)bytes, size, &code);
    return code < 0 && n == size && n < MAX_CHARACTER && (bytes[0] & 0xc0) == 0xc0;
}

void train_html_bytes(TrainHtml *html, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size && html->stream && !is_begin(bytes + at, size - at);)
        at += put_character(html->stream, bytes + at, size - at);
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
