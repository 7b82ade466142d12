/* Takes the stuffed zeros and the restart markers out of entropy-coded data (T.81, B.1.1.5), so that
 * whoever reads bits need not look for FF.
 *
 * Data is copied in pieces of 64 bytes up to the next FF; what was copied too far is written over.
 */
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "image/codec/jpeg/file.h"

enum { RST0 = 0xd0, EOI = 0xd9 };

#define PIECE 64

uint32_t img_jpeg_data_segments(const ImgJpegFile *file)
{
    const uint64_t n = (uint64_t)img_jpeg_mcus_across(file) * img_jpeg_mcus_down(file);
    return file->restart_interval == 0
               ? 1
               : (uint32_t)((n + file->restart_interval - 1) / file->restart_interval);
}

size_t img_jpeg_data_memory(const ImgJpegFile *file)
{
    return file->data_size + IMG_JPEG_TAIL;
}

/* Copies a piece; returns the number of bytes before its first FF, PIECE if it has none. */
static inline unsigned copy_piece(const uint8_t *from, uint8_t *to)
{
#ifdef __SSE2__
    const __m128i ones = _mm_set1_epi8((char)0xff);
    uint64_t found = 0;
    /* Files are long and read once: what lies far ahead is asked for now. */
    __builtin_prefetch(from + 2048);
    for (int i = 0; i < PIECE; i += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(from + i));
        _mm_storeu_si128((__m128i *)(void *)(to + i), bytes);
        found |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, ones)) << i;
    }
    return found ? (unsigned)__builtin_ctzll(found) : PIECE;
#else
    memcpy(to, from, PIECE);
    unsigned n = 0;
    while (n < PIECE && from[n] != 0xff)
        n++;
    return n;
#endif
}

/* Copies up to the next FF. Returns its place in from, size if there is none. */
static size_t copy_run(const uint8_t *from, size_t size, uint8_t *to)
{
    size_t at = 0;
    for (; at + PIECE <= size; at += PIECE) {
        const unsigned n = copy_piece(from + at, to + at);
        if (n < PIECE)
            return at + n;
    }
    for (; at < size && from[at] != 0xff; at++)
        to[at] = from[at];
    return at;
}

bool img_jpeg_data_read(const ImgJpegFile *file, uint8_t *memory, uint32_t *begins,
                        ImgJpegData *data)
{
    const uint8_t *from = file->data;
    const size_t size = file->data_size;
    const uint32_t n_segments = img_jpeg_data_segments(file);
    size_t at = 0, used = 0;
    uint32_t n = 0;
    if (size > UINT32_MAX / 16)
        return false;
    begins[n++] = 0;
    for (;;) {
        const size_t run = copy_run(from + at, size - at, memory + used);
        at += run;
        used += run;
        if (size - at < 2)
            return false;
        if (from[at + 1] == 0) {
            memory[used++] = 0xff;
            at += 2;
            continue;
        }
        while (at + 1 < size && from[at + 1] == 0xff)
            at++;
        if (at + 1 == size)
            return false;
        const uint8_t marker = from[at + 1];
        at += 2;
        if (marker == EOI)
            break;
        if (n == n_segments || marker != RST0 + (n - 1) % 8)
            return false;
        begins[n++] = (uint32_t)used;
    }
    begins[n] = (uint32_t)used;
    memset(memory + used, 0, IMG_JPEG_TAIL);
    *data = (ImgJpegData){.bytes = memory, .size = used, .begins = begins, .n_segments = n};
    return n == n_segments;
}
