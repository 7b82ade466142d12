/* A list of sentences. */
#include "trainer/data/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void train_notes_add(TrainNotes *notes, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    char *kept = notes->n < TRAIN_MAX_NOTES ? strdup(text) : NULL;
    if (kept)
        notes->items[notes->n++] = kept;
}

void train_notes_fini(TrainNotes *notes)
{
    for (size_t i = 0; i < notes->n; i++)
        free(notes->items[i]);
    *notes = (TrainNotes){0};
}
