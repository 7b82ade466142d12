/* Rows from right to left, for pixels of any size. */
#include "image/pixels/mirror.h"

#include <string.h>

#include "image/pixels/cpu.h"

/* Pixels first..n-1 of the result. */
static void mirror(const uint8_t *from, int32_t first, int32_t n, size_t size, uint8_t *to)
{
    if (size == 1) {
        for (int32_t x = first; x < n; x++)
            to[x] = from[n - 1 - x];
    } else if (size == 3) {
        for (int32_t x = first; x < n; x++)
            for (int32_t c = 0; c < 3; c++)
                to[3 * x + c] = from[3 * (n - 1 - x) + c];
    } else {
        for (int32_t x = first; x < n; x++)
            memcpy(to + (size_t)x * size, from + (size_t)(n - 1 - x) * size, size);
    }
}

void img_mirror_row_with(bool vector, const uint8_t *from, int32_t n, size_t size, uint8_t *to)
{
    int32_t done = 0;
#ifdef IMG_HAS_AVX2_FILES
    if (vector && (size == 1 || size == 3) && img_cpu_has_avx2())
        done = img_mirror_row_avx2(from, n, size, to);
#endif
    (void)vector;
    mirror(from, done, n, size, to);
}

void img_mirror_row(const uint8_t *from, int32_t n, size_t size, uint8_t *to)
{
    img_mirror_row_with(true, from, n, size, to);
}
