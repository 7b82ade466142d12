/* Chunks of ASCII that are more than small letters: words with marks, numbers, and what is protected
 * by its form. Look-aheads are bounded, so the time for a text is proportional to its bytes. */
#include <string.h>

#include "text/domain/scanning.h"

/* Bytes within which something that was opened must be closed. */
#define LONGEST_PLACEHOLDER 128
#define LONGEST_MARKUP 256
#define LONGEST_CODE 256

/* Braces around a placeholder. */
#define MOST_BRACES 3

/* Bytes in front of an @ and behind it (RFC 5321), and of what stands before ://. */
#define LONGEST_USER 64
#define LONGEST_HOST 255

static uint32_t finish(TxtScan *scan, uint32_t start, uint32_t end, TxtReason reason)
{
    end = txt_absorb(scan, end);
    txt_emit_reason(scan, start, end, reason);
    return end;
}

/* Whether the byte may stand in a name: letters, digits, _ and, outside of ASCII, anything. */
static bool is_name(const TxtScan *scan, uint32_t at)
{
    return txt_is(scan, at, TXT_B_ALNUM | TXT_B_HIGH) || txt_has(scan, at, '_');
}

/* Place of the first byte that is one of stops, within most bytes from start; the place where the
 * search ended if there is none. */
static uint32_t find(const TxtScan *scan, uint32_t start, uint32_t most, const char *stops)
{
    const uint32_t last = scan->size - start < most ? scan->size : start + most;
    uint32_t at = start;
    while (at < last && (scan->bytes[at] == '\0' || !strchr(stops, scan->bytes[at])))
        at++;
    return at;
}

/* @user, #tag, #1. */
static uint32_t scan_handle(TxtScan *scan, uint32_t start)
{
    uint32_t end = start + 1;
    uint8_t classes = 0;
    for (; is_name(scan, end); end++)
        classes |= txt_byte_class[scan->bytes[end]];
    if (end == start + 1)
        return start;
    if (scan->bytes[start] == '@')
        return finish(scan, start, end, TXT_USER);
    return finish(scan, start, end, classes == TXT_B_DIGIT ? TXT_NUMBER : TXT_TAG);
}

/* {name}, {{name}}, behind $ or not. open: place of the first brace. */
static uint32_t scan_braces(TxtScan *scan, uint32_t start, uint32_t open)
{
    uint32_t inside = open;
    while (inside - open < MOST_BRACES && txt_has(scan, inside, '{'))
        inside++;
    uint32_t end = find(scan, inside, LONGEST_PLACEHOLDER, "{}\n\r");
    if (end == inside || !txt_has(scan, end, '}'))
        return start;
    for (uint32_t n = inside - open; n > 0 && txt_has(scan, end, '}'); n--)
        end++;
    return finish(scan, start, end, TXT_PLACEHOLDER);
}

/* %s, %d, %(name)s. */
static uint32_t scan_percent(TxtScan *scan, uint32_t start)
{
    uint32_t at = start + 1;
    if (txt_has(scan, at, '(')) {
        at = find(scan, at + 1, LONGEST_PLACEHOLDER, ")( \n");
        at += txt_has(scan, at, ')');
    }
    if (at >= scan->size || !strchr("sdifgxru", scan->bytes[at]) || scan->bytes[at] == '\0' ||
        is_name(scan, at + 1))
        return start;
    return finish(scan, start, at + 1, TXT_PLACEHOLDER);
}

/* <tag ...>, </tag>, <!-- -->. */
static uint32_t scan_tag(TxtScan *scan, uint32_t start)
{
    if (!txt_is(scan, start + 1, TXT_B_LETTER) && !txt_has(scan, start + 1, '/') &&
        !txt_has(scan, start + 1, '!'))
        return start;
    const uint32_t end = find(scan, start + 1, LONGEST_MARKUP, "<>");
    return txt_has(scan, end, '>') ? finish(scan, start, end + 1, TXT_MARKUP) : start;
}

/* &amp; &#39; */
static uint32_t scan_entity(TxtScan *scan, uint32_t start)
{
    uint32_t end = start + 1 + txt_has(scan, start + 1, '#');
    const uint32_t name = end;
    while (end - name < 10 && txt_is(scan, end, TXT_B_ALNUM))
        end++;
    return end > name && txt_has(scan, end, ';') ? finish(scan, start, end + 1, TXT_MARKUP) : start;
}

/* [MASK], [SEP_2]. */
static uint32_t scan_token(TxtScan *scan, uint32_t start, uint32_t end)
{
    uint32_t at = start + 1;
    while (at < end && (txt_is(scan, at, TXT_B_UPPER) || txt_has(scan, at, '_') ||
                        (at > start + 1 && (txt_is(scan, at, TXT_B_DIGIT | TXT_B_JOIN)))))
        at++;
    return at > start + 1 && txt_has(scan, at, ']') ? finish(scan, start, at + 1, TXT_TOKEN)
                                                    : start;
}

/* `code`, ```code```. Two ticks are a quotation mark. */
static uint32_t scan_code(TxtScan *scan, uint32_t start)
{
    uint32_t inside = start;
    while (inside - start < 4 && txt_has(scan, inside, '`'))
        inside++;
    const uint32_t n = inside - start;
    if ((n != 1 && n != 3) || inside >= scan->size || txt_is(scan, inside, TXT_B_SPACE))
        return start;
    uint32_t end = find(scan, inside, LONGEST_CODE, n == 1 ? "`\n" : "`");
    for (uint32_t i = 0; i < n; i++)
        if (!txt_has(scan, end++, '`'))
            return start;
    return finish(scan, start, end, TXT_CODE);
}

/* 's, 'll and the like by themselves. */
static uint32_t scan_clitic(TxtScan *scan, uint32_t start)
{
    const uint8_t *word = scan->bytes + start + 1;
    uint32_t n = 0;
    while (n < 3 && txt_is(scan, start + 1 + n, TXT_B_LETTER))
        n++;
    if (n == 0 || n == 3 || is_name(scan, start + 1 + n))
        return start;
    const uint8_t first = word[0] | 0x20, second = n == 2 ? word[1] | 0x20 : 0;
    const bool is_clitic = n == 1 ? first == 's' || first == 'd' || first == 'm' || first == 't'
                                  : (first == 'l' && second == 'l') ||
                                        ((first == 'r' || first == 'v') && second == 'e') ||
                                        (first == 'e' && second == 'm');
    return is_clitic ? finish(scan, start, start + 1 + n, TXT_CLITIC) : start;
}

/* A sign or a currency with its number: -3, +1.5, $10. */
static uint32_t scan_signed(TxtScan *scan, uint32_t start, uint32_t end)
{
    if (txt_has(scan, start + 1, '{') && scan->bytes[start] == '$')
        return scan_braces(scan, start, start + 1);
    const uint32_t digits = start + 1 + txt_has(scan, start + 1, '.');
    if (!txt_is(scan, digits, TXT_B_DIGIT))
        return start;
    uint8_t classes;
    uint32_t last = txt_token_end(scan, digits, end, &classes);
    last += txt_has(scan, last, '%');
    return finish(scan, start, last, TXT_NUMBER);
}

uint32_t txt_scan_marked(TxtScan *scan, uint32_t start, uint32_t end)
{
    switch (scan->bytes[start]) {
    case '@':
    case '#':
        return scan_handle(scan, start);
    case '{':
        return scan_braces(scan, start, start);
    case '%':
        return scan_percent(scan, start);
    case '<':
        return scan_tag(scan, start);
    case '&':
        return scan_entity(scan, start);
    case '[':
        return scan_token(scan, start, end);
    case '`':
        return scan_code(scan, start);
    case '\'':
        return scan_clitic(scan, start);
    case '$':
    case '+':
    case '-':
        return scan_signed(scan, start, end);
    default:
        return start;
    }
}

/* Without the marks at the end that belong to the sentence. */
static uint32_t url_end(const TxtScan *scan, uint32_t start, uint32_t end)
{
    const uint32_t stop = start + (uint32_t)(find(scan, start, end - start, "<>\"") - start);
    uint32_t last = stop;
    while (last > start + 1 && strchr(".,;:!?'\")]}*", scan->bytes[last - 1]))
        last--;
    return last;
}

/* user@host.domain, of which at is the place of the @. */
static uint32_t email_end(const TxtScan *scan, uint32_t start, uint32_t at)
{
    uint32_t end = at + 1, point = 0;
    for (; end - at <= LONGEST_HOST &&
           (txt_is(scan, end, TXT_B_ALNUM) || txt_has(scan, end, '.') || txt_has(scan, end, '-'));
         end++)
        if (scan->bytes[end] == '.' && txt_is(scan, end + 1, TXT_B_ALNUM))
            point = end;
    while (end > at && !txt_is(scan, end - 1, TXT_B_ALNUM))
        end--;
    return point > at + 1 ? end : start;
}

uint32_t txt_scan_address(TxtScan *scan, uint32_t start, uint32_t end)
{
    uint32_t at = start;
    while (at < end && at - start <= LONGEST_USER &&
           (txt_is(scan, at, TXT_B_ALNUM) || txt_has(scan, at, '.') || txt_has(scan, at, '_') ||
            txt_has(scan, at, '+') || txt_has(scan, at, '-')))
        at++;
    if (at < end && scan->bytes[at] == '@') {
        const uint32_t last = email_end(scan, start, at);
        return last > start ? finish(scan, start, last, TXT_EMAIL) : start;
    }
    const uint8_t *b = scan->bytes;
    const bool has_scheme = end - at > 3 && b[at] == ':' && b[at + 1] == '/' && b[at + 2] == '/';
    const bool is_www = at - start > 4 && strncasecmp((const char *)b + start, "www.", 4) == 0;
    if (!has_scheme && !is_www)
        return start;
    return finish(scan, start, url_end(scan, start, end), TXT_URL);
}

/* Whether a byte between two others joins them into one piece. */
static bool joins(uint8_t before, uint8_t byte, uint8_t behind)
{
    switch (byte) {
    case '-':
        return behind & TXT_B_ALNUM;
    case '\'':
        return (before & TXT_B_ALNUM) && (behind & TXT_B_LETTER);
    case '.':
        return ((before & TXT_B_DIGIT) && (behind & TXT_B_DIGIT)) ||
               ((before & TXT_B_LETTER) && (behind & TXT_B_LETTER));
    case ',':
    case ':':
    case '/':
        return (before & TXT_B_DIGIT) && (behind & TXT_B_DIGIT);
    default:
        return false;
    }
}

uint32_t txt_token_end(const TxtScan *scan, uint32_t start, uint32_t end, uint8_t *classes)
{
    uint8_t before = 0;
    uint32_t at = start;
    *classes = 0;
    for (; at < end; at++) {
        const uint8_t byte = scan->bytes[at], class = txt_byte_class[byte];
        const bool is_inside = (class & TXT_B_ALNUM) || byte == '_';
        if (!is_inside &&
            !(before && at + 1 < end && joins(before, byte, txt_byte_class[scan->bytes[at + 1]])))
            break;
        *classes |= class;
        before = class;
    }
    return at;
}

/* Letters with points between them: an abbreviation if no part has more than two, else the name of
 * a host or a file, perhaps with a path. */
static uint32_t emit_pointed(TxtScan *scan, uint32_t start, uint32_t last, uint32_t end)
{
    uint32_t longest = 0, length = 0;
    for (uint32_t i = start; i < last; i++) {
        length = scan->bytes[i] == '.' ? 0 : length + 1;
        longest = length > longest ? length : longest;
    }
    if (longest <= 2)
        return finish(scan, start, last + txt_has(scan, last, '.'), TXT_ACRONYM);
    return finish(scan, start, txt_has(scan, last, '/') ? url_end(scan, start, end) : last,
                  TXT_URL);
}

uint32_t txt_emit_token(TxtScan *scan, uint32_t start, uint32_t last, uint32_t end, uint8_t classes)
{
    if (classes & TXT_B_DIGIT)
        return finish(scan, start, last + txt_has(scan, last, '%'), TXT_NUMBER);
    if (classes & TXT_B_TERM)
        return emit_pointed(scan, start, last, end);
    if (classes & TXT_B_OTHER)
        return finish(scan, start, last, TXT_CODE);
    txt_emit_word(scan, start, last, classes);
    return last;
}

uint32_t txt_scan_chunk(TxtScan *scan, uint32_t start, uint32_t end)
{
    uint32_t at = start;
    while (at < end) {
        uint32_t next;
        if (txt_is(scan, at, TXT_B_ALNUM) || scan->bytes[at] == '_') {
            uint8_t classes;
            next = txt_token_end(scan, at, end, &classes);
            /* Only in front of one of these can there be more than a token. */
            const bool may_be_address =
                next < end && strchr("@:.+_", scan->bytes[next]) && scan->bytes[next] != '\0';
            uint32_t address = at;
            if (may_be_address || (classes & TXT_B_TERM))
                address = txt_scan_address(scan, at, end);
            next = address > at ? address : txt_emit_token(scan, at, next, end, classes);
        } else {
            next = txt_scan_marked(scan, at, end);
            if (next == at)
                txt_emit(scan, at, ++next, TXT_PUNCTUATION);
        }
        at = next;
    }
    return at;
}
