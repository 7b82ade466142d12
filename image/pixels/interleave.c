/* Planes to pixels, in plain C, and the choice of vector code. */
#include "image/pixels/interleave.h"

#include "image/pixels/cpu.h"

static void interleave(const uint8_t *const planes[3], int32_t n, uint8_t *restrict out)
{
    const uint8_t *red = planes[0], *green = planes[1], *blue = planes[2];
    for (int32_t x = 0; x < n; x++) {
        out[3 * x] = red[x];
        out[3 * x + 1] = green[x];
        out[3 * x + 2] = blue[x];
    }
}

void img_interleave_row_with(bool vector, const uint8_t *const planes[3], int32_t n, uint8_t *out)
{
#ifdef IMG_HAS_AVX2_FILES
    if (vector && n >= IMG_INTERLEAVE_GROUP && img_cpu_has_avx2()) {
        img_interleave_row_avx2(planes, n, out);
        return;
    }
#endif
    (void)vector;
    interleave(planes, n, out);
}

void img_interleave_row(const uint8_t *const planes[3], int32_t n, uint8_t *out)
{
    img_interleave_row_with(true, planes, n, out);
}
