/* Breaks prose into lines that fit a terminal. */
#include "command/text.h"

#include <stdbool.h>
#include <string.h>

#define LINE_WIDTH 80

void cmd_print_wrapped(FILE *file, int column, const char *text)
{
    int used = column;
    while (*text) {
        const int length = (int)strcspn(text, " \n");
        if (used > column && used + 1 + length > LINE_WIDTH) {
            fprintf(file, "\n%*s", column, "");
            used = column;
        }
        const bool follows = used > column;
        fprintf(file, "%s%.*s", follows ? " " : "", length, text);
        used += length + follows;
        text += length;
        if (*text == '\n') {
            fprintf(file, "\n%*s", column, "");
            used = column;
        }
        text += *text != 0;
    }
    fputc('\n', file);
}
