/* HTML text in the making: a growing buffer with escaping. */
#ifndef NN_HTML_H
#define NN_HTML_H

#include <stddef.h>
#include <stdio.h>

#include "aug/export.h"

/* Zero-initialised it is closed.. */
typedef struct NnHtml {
    FILE *stream;
    char *text;
    size_t size;
} NnHtml;

/* Starts an empty text; a failed start shows in nn_html_take. */
void nn_html_begin(NnHtml *html);

/* Appends ready HTML, printf's format. Arguments that come from users go through nn_html_text. */
void nn_html_put(NnHtml *html, const char *format, ...) AUG_PRINTF(2, 3);

/* Appends text with the special characters of HTML and of its attributes escaped. */
void nn_html_text(NnHtml *html, const char *text);

/* The finished text of *size bytes; the caller frees it. NULL if memory was out. html is closed. */
char *nn_html_take(NnHtml *html, size_t *size);

#endif
