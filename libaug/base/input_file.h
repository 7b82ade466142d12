/* Whole files, read into memory or mapped. */
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

/* The same without a copy: the file is mapped, to be read only, and all processes that map it share
 * its memory; the caller unmaps it. No byte stands behind it. What is checked stays so only as long as
 * nobody writes into the file: whoever replaces it writes aside and renames, as files are saved here; a
 * file that is cut short in its place ends the process that reads it. An empty file is AUG_CORRUPT. */
AUG_MUST_CHECK AugStatus augi_input_file_map(const char *path, size_t limit, const uint8_t **bytes,
                                             size_t *size, AugError *error);

/* Unmaps a file; NULL does nothing. */
void augi_input_file_unmap(const uint8_t *bytes, size_t size);

/* A text that may come from anywhere: from a file, a pipe, or standard input, whose name is "-"; like
 * augi_input_file_load, but waits for the end of a pipe, and never fails with AUG_CHANGED. */
AUG_MUST_CHECK AugStatus augi_input_text_load(const char *path, size_t limit, uint8_t **bytes,
                                              size_t *size, AugError *error);

#endif
