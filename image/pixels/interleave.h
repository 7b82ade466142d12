/* Three planes into RGB pixels, as data sets that store planes need it for every sample. */
#ifndef IMG_INTERLEAVE_H
#define IMG_INTERLEAVE_H

#include <stdbool.h>
#include <stdint.h>

/* Pixels that the vector code makes at once; it needs at least as many in a row. */
#define IMG_INTERLEAVE_GROUP 16

/* One row: n pixels of 3 bytes into out, which does not overlap the planes. Any thread. */
void img_interleave_row(const uint8_t *const planes[3], int32_t n, uint8_t *out);

/* The same, with or without vector code where the CPU has it; for tests. */
void img_interleave_row_with(bool vector, const uint8_t *const planes[3], int32_t n, uint8_t *out);

/* For CPUs with AVX2 and n of at least IMG_INTERLEAVE_GROUP. */
void img_interleave_row_avx2(const uint8_t *const planes[3], int32_t n, uint8_t *out);

#endif
