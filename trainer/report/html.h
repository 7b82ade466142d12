/* HTML text in the making: a growing buffer with escaping. */
#ifndef TRAIN_HTML_H
#define TRAIN_HTML_H

#include <stddef.h>
#include <stdio.h>

#include "aug/export.h"

/* Zero-initialised it is closed.. */
typedef struct TrainHtml {
    FILE *stream;
    char *text;
    size_t size;
} TrainHtml;

/* Starts an empty text; a failed start shows in train_html_take. */
void train_html_begin(TrainHtml *html);

/* Appends ready HTML, printf's format. Arguments that come from users go through train_html_text.
 */
void train_html_put(TrainHtml *html, const char *format, ...) AUG_PRINTF(2, 3);

/* Appends text with the special characters of HTML and of its attributes escaped. What is no UTF-8, and
 * controls, become U+FFFD, line breaks and tabs blanks. */
void train_html_text(TrainHtml *html, const char *text);

/* The same for bytes of somebody's data; a character that is cut at the end is left out. */
void train_html_bytes(TrainHtml *html, const char *bytes, size_t size);

/* Appends bytes in base64, as a "data:" address has them. */
void train_html_base64(TrainHtml *html, const void *bytes, size_t size);

/* The finished text of *size bytes; the caller frees it. NULL if memory was out. html is closed. */
char *train_html_take(TrainHtml *html, size_t *size);

#endif
