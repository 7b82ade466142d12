/* Small JPEG files that mutants are made of: drawn ones, pieces cut out of photographs without
 * decoding, hostile files, and a few whole photographs.
 */
#ifndef TEST_FUZZ_JPEG_BASES_H
#define TEST_FUZZ_JPEG_BASES_H

#include <stddef.h>
#include <stdint.h>

/* A file. scan: where its entropy-coded data begins; size where it has none. The owner frees bytes.
 */
typedef struct JpegBase {
    uint8_t *bytes;
    size_t size, scan;
} JpegBase;

/* Bases of one run. The first n_drawn are drawn, and the last n_large are photographs, which take
 * a hundred times as long as the others. */
typedef struct JpegBases {
    JpegBase *bases;
    size_t n, n_drawn, n_large;
} JpegBases;

/* Draws the first bases, and takes the others from the development data in the folder that is named,
 * NULL for none. Any failure ends the process with a word. */
void jpeg_bases_init(JpegBases *bases, uint64_t *state, const char *data);

/* Puts another file in the place of one that is drawn. */
void jpeg_bases_redraw(JpegBases *bases, uint64_t *state);

/* Frees all. */
void jpeg_bases_fini(JpegBases *bases);

#endif
