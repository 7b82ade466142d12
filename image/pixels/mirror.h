/* A row of pixels from right to left. */
#ifndef IMG_MIRROR_H
#define IMG_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes n pixels of size bytes in reverse order; from and to do not overlap. Any thread. */
void img_mirror_row(const uint8_t *from, int32_t n, size_t size, uint8_t *to);

/* The same, with or without vector code where the CPU has it; for tests. */
void img_mirror_row_with(bool vector, const uint8_t *from, int32_t n, size_t size, uint8_t *to);

/* For CPUs with AVX2 and pixels of 1 or 3 bytes: writes pixels from the left of to and returns how
 * many; nothing behind the row is touched. */
int32_t img_mirror_row_avx2(const uint8_t *from, int32_t n, size_t size, uint8_t *to);

#endif
