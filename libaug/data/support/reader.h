/* Reading a file from its beginning to its end, unpacked if it is gzip (told by its content). */
#ifndef AUGI_DATASETS_READER_H
#define AUGI_DATASETS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libaug/data/support/file.h"

/* Opaque; not for two threads at once. */
typedef struct AugiReader AugiReader;

/* Opens a file; see augi_file_open for failures. path is borrowed until the close. */
AUG_MUST_CHECK AugStatus augi_reader_open(AugiReader **out, const char *path, AugError *error);

/* The same for a path that may be "-", standard input. */
AUG_MUST_CHECK AugStatus augi_reader_open_any(AugiReader **out, const char *path, AugError *error);

/* NULL does nothing. */
void augi_reader_close(AugiReader *stream);

/* Reads up to size bytes; *n is smaller only at the end. Fails with AUG_CORRUPT where the gzip data
 * is damaged, cut off or followed by something else, with AUG_CHANGED where the file shrank. */
AUG_MUST_CHECK AugStatus augi_reader_read(AugiReader *stream, void *to, size_t size, size_t *n,
                                          AugError *error);

/* Reads exactly size bytes; AUG_CORRUPT, naming both sizes, if there are fewer. */
AUG_MUST_CHECK AugStatus augi_reader_read_all(AugiReader *stream, void *to, size_t size,
                                              AugError *error);

/* AUG_CORRUPT if anything follows what was read; AUG_CHANGED if the file changed meanwhile. */
AUG_MUST_CHECK AugStatus augi_reader_end(AugiReader *stream, AugError *error);

/* Whether a file of this kind and size can hold content_size bytes: exactly so many if it is not
 * packed, at most 1032 times its size if it is. Tells a lying header before memory is taken. */
bool augi_reader_can_hold(const AugiReader *stream, uint64_t content_size);

/* Whether the file is compressed. */
bool augi_reader_is_gzip(const AugiReader *stream);

/* Bytes of the file itself read so far: of one that is packed, a few more than were unpacked. */
uint64_t augi_reader_taken(const AugiReader *stream);

/* Bytes read so far, unpacked. */
uint64_t augi_reader_position(const AugiReader *stream);

/* The file below, which the stream closes. */
const AugiFile *augi_reader_file(const AugiReader *stream);

/* Gives the file up to the caller; the stream can only be closed then. */
AugiFile augi_reader_take_file(AugiReader *stream);

#endif
