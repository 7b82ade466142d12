/* Prose on a terminal. */
#ifndef CMD_TEXT_H
#define CMD_TEXT_H

#include <stdio.h>

/* Prints text broken at spaces into lines of at most 80 columns, and ends the last one. The first
 * line begins behind column characters that stand already, the others are indented by column
 * spaces. A newline in the text begins a new line. */
void cmd_print_wrapped(FILE *file, int column, const char *text);

#endif
