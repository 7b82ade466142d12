#include "image/interleave.h"

#include "image/cpu.h"

static void interleave(const uint8_t *const planes[3], int32_t n, uint8_t *restrict out)
{
    const uint8_t *red = planes[0], *green = planes[1], *blue = planes[2];
    for (int32_t x = 0; x < n; x++) {
        out[3 * x] = red[x];
        out[3 * x + 1] = green[x];
        out[3 * x + 2] = blue[x];
    }
}

void augi_interleave_row_with(bool vector, const uint8_t *const planes[3], int32_t n, uint8_t *out)
{
#ifdef AUGI_HAS_AVX2_FILES
    if (vector && n >= AUGI_INTERLEAVE_GROUP && augi_cpu_has_avx2()) {
        augi_interleave_row_avx2(planes, n, out);
        return;
    }
#endif
    (void)vector;
    interleave(planes, n, out);
}

void augi_interleave_row(const uint8_t *const planes[3], int32_t n, uint8_t *out)
{
    augi_interleave_row_with(true, planes, n, out);
}
