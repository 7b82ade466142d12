/* Whole files read into memory. */
#ifndef AUGI_INPUT_FILE_H
#define AUGI_INPUT_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "aug/status.h"

/* Reads a regular file of at most limit bytes, with a NUL behind them; the caller frees *bytes.
 * Fails with AUG_NOT_FOUND (a wrong path, or one that may not be read), AUG_BAD_ARGUMENT (a folder,
 * a device), AUG_TOO_LARGE, AUG_CHANGED (it shrank meanwhile), AUG_IO or AUG_NO_MEMORY; *bytes is
 * then NULL. Any thread. */
AUG_MUST_CHECK AugStatus augi_input_file_load(const char *path, size_t limit, uint8_t **bytes,
                                              size_t *size, AugError *error);

/* The same of a text that may come from anywhere: from a file, a pipe, or standard input, whose
 * name is "-". Waits for the end of a pipe. Fails as above, never with AUG_CHANGED. */
AUG_MUST_CHECK AugStatus augi_input_text_load(const char *path, size_t limit, uint8_t **bytes,
                                              size_t *size, AugError *error);

#endif
