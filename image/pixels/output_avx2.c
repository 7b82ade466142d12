/* Rows of the final pass for CPUs with AVX2, equal to the scalar code in every bit.
 *
 * Floats are not looked up but computed from coarse and fine parts, where img_output_init has seen
 * that this gives the table's bits for all 256 values.
 */
#include <immintrin.h>
#include <string.h>

#include "image/pixels/output_kernels.h"

/* Pixels per step. */
#define GROUP 16

/* Pixels per step of interleaved channels: 24 values, which begin with red. */
#define RGB_GROUP 8

/* Where the group after that of pixel x begins. The last one of a row ends with it, so that nothing
 * is left over: what it shares with the one before is written twice, alike. width >= group. */
static int32_t next_group(int32_t x, int32_t width, int32_t group)
{
    const int32_t left = width - x - group;
    return left > 0 && left < group ? width - group : x + group;
}

/* 16 values of each channel. */
typedef struct Planes {
    __m128i red, green, blue;
} Planes;

/* 16 RGB pixels (48 bytes) as three times 16 bytes. Each source register gives the bytes that it
 * holds of a channel; -1 makes zero, so the three can be joined by OR. */
static Planes split_channels(const uint8_t *in)
{
    const __m128i a = _mm_loadu_si128((const __m128i *)in);
    const __m128i b = _mm_loadu_si128((const __m128i *)(in + 16));
    const __m128i c = _mm_loadu_si128((const __m128i *)(in + 32));
    const __m128i red_a = _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i red_b =
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1);
    const __m128i red_c =
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13);
    const __m128i green_a =
        _mm_setr_epi8(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i green_b =
        _mm_setr_epi8(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1);
    const __m128i green_c =
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14);
    const __m128i blue_a =
        _mm_setr_epi8(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i blue_b =
        _mm_setr_epi8(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1);
    const __m128i blue_c =
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15);
    return (Planes){
        .red = _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, red_a), _mm_shuffle_epi8(b, red_b)),
                            _mm_shuffle_epi8(c, red_c)),
        .green =
            _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, green_a), _mm_shuffle_epi8(b, green_b)),
                         _mm_shuffle_epi8(c, green_c)),
        .blue = _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, blue_a), _mm_shuffle_epi8(b, blue_b)),
                             _mm_shuffle_epi8(c, blue_c)),
    };
}

static __m128i reverse_bytes(__m128i bytes)
{
    return _mm_shuffle_epi8(bytes,
                            _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/* Scales and offsets of eight neighbouring values. */
typedef struct Scaling {
    __m256 coarse_scale, coarse_offset, fine_scale, fine_offset;
} Scaling;

static Scaling scaling_of_channel(const ImgOutput *output, int32_t c)
{
    return (Scaling){.coarse_scale = _mm256_set1_ps(output->coarse_scale.of[c]),
                     .coarse_offset = _mm256_set1_ps(output->coarse_offset.of[c]),
                     .fine_scale = _mm256_set1_ps(output->fine_scale.of[c]),
                     .fine_offset = _mm256_set1_ps(output->fine_offset.of[c])};
}

/* Eight numbers that run through the channels, beginning at channel c. */
static __m256 run_from(const ImgPerChannel *numbers, int c)
{
    const float a = numbers->of[c];
    const float b = numbers->of[(c + 1) % 3];
    const float d = numbers->of[(c + 2) % 3];
    return _mm256_setr_ps(a, b, d, a, b, d, a, b);
}

static Scaling scaling_from_channel(const ImgOutput *output, int c)
{
    return (Scaling){.coarse_scale = run_from(&output->coarse_scale, c),
                     .coarse_offset = run_from(&output->coarse_offset, c),
                     .fine_scale = run_from(&output->fine_scale, c),
                     .fine_offset = run_from(&output->fine_offset, c)};
}

/* Eight values from the low bytes. */
static __m256 normalize(__m128i bytes, const Scaling *scaling)
{
    const __m256 values = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
    const __m256 coarse = _mm256_fmadd_ps(values, scaling->coarse_scale, scaling->coarse_offset);
    const __m256 fine = _mm256_fmadd_ps(values, scaling->fine_scale, scaling->fine_offset);
    return _mm256_add_ps(coarse, fine);
}

/* 16 bytes of one channel as floats. */
static void store_floats(__m128i bytes, const Scaling *scaling, float *out)
{
    _mm256_storeu_ps(out, normalize(bytes, scaling));
    _mm256_storeu_ps(out + 8, normalize(_mm_srli_si128(bytes, 8), scaling));
}

/* 16 RGB pixels as planes, in the order in which they are written. */
static Planes load_planes(const ImgOutputRow *row, int32_t x)
{
    Planes planes = split_channels(row->in + 3 * (size_t)x);
    if (row->mirror) {
        planes.red = reverse_bytes(planes.red);
        planes.green = reverse_bytes(planes.green);
        planes.blue = reverse_bytes(planes.blue);
    }
    return planes;
}

/* Where the group that begins at pixel x is written. */
static size_t target_of(const ImgOutputRow *row, int32_t x)
{
    return (size_t)(row->mirror ? row->width - x - GROUP : x);
}

static void write_planes_of_floats(const ImgOutputRow *row)
{
    const Scaling red = scaling_of_channel(row->output, 0);
    const Scaling green = scaling_of_channel(row->output, 1);
    const Scaling blue = scaling_of_channel(row->output, 2);
    for (int32_t x = 0; x < row->width; x = next_group(x, row->width, GROUP)) {
        const Planes planes = load_planes(row, x);
        float *out = (float *)row->out + target_of(row, x);
        store_floats(planes.red, &red, out);
        store_floats(planes.green, &green, out + row->plane);
        store_floats(planes.blue, &blue, out + 2 * row->plane);
    }
}

static void write_planes_of_bytes(const ImgOutputRow *row)
{
    for (int32_t x = 0; x < row->width; x = next_group(x, row->width, GROUP)) {
        const Planes planes = load_planes(row, x);
        uint8_t *out = (uint8_t *)row->out + target_of(row, x);
        _mm_storeu_si128((__m128i *)out, planes.red);
        _mm_storeu_si128((__m128i *)(out + row->plane), planes.green);
        _mm_storeu_si128((__m128i *)(out + 2 * row->plane), planes.blue);
    }
}

static void write_grey_floats(const ImgOutputRow *row)
{
    const Scaling scaling = scaling_of_channel(row->output, 0);
    for (int32_t x = 0; x < row->width; x = next_group(x, row->width, GROUP)) {
        const uint8_t *in = row->in + x;
        float *out = (float *)row->out + target_of(row, x);
        if (row->mirror) {
            store_floats(reverse_bytes(_mm_loadu_si128((const __m128i *)in)), &scaling, out);
        } else {
            _mm256_storeu_ps(out, normalize(_mm_loadu_si64(in), &scaling));
            _mm256_storeu_ps(out + 8, normalize(_mm_loadu_si64(in + 8), &scaling));
        }
    }
}

static void write_grey_bytes(const ImgOutputRow *row)
{
    if (!row->mirror) {
        memcpy(row->out, row->in, (size_t)row->width);
        return;
    }
    for (int32_t x = 0; x < row->width; x = next_group(x, row->width, GROUP)) {
        const __m128i bytes = reverse_bytes(_mm_loadu_si128((const __m128i *)(row->in + x)));
        _mm_storeu_si128((__m128i *)((uint8_t *)row->out + target_of(row, x)), bytes);
    }
}

/* Interleaved RGB: as it stands if it is not mirrored. */
static void write_interleaved(const ImgOutputRow *row)
{
    if (!row->output->real) {
        memcpy(row->out, row->in, (size_t)row->width * 3);
        return;
    }
    /* The three runs of 8 values of a group begin at channels 0, 2 and 1. */
    const Scaling first = scaling_from_channel(row->output, 0);
    const Scaling second = scaling_from_channel(row->output, 2);
    const Scaling third = scaling_from_channel(row->output, 1);
    for (int32_t x = 0; x < row->width; x = next_group(x, row->width, RGB_GROUP)) {
        const uint8_t *in = row->in + 3 * (size_t)x;
        float *out = (float *)row->out + 3 * (size_t)x;
        _mm256_storeu_ps(out, normalize(_mm_loadu_si64(in), &first));
        _mm256_storeu_ps(out + 8, normalize(_mm_loadu_si64(in + 8), &second));
        _mm256_storeu_ps(out + 16, normalize(_mm_loadu_si64(in + 16), &third));
    }
}

/* One channel is the same in both layouts. */
static void write_grey(const ImgOutputRow *row)
{
    if (row->output->real)
        write_grey_floats(row);
    else
        write_grey_bytes(row);
}

static void write_planes(const ImgOutputRow *row)
{
    if (row->output->real)
        write_planes_of_floats(row);
    else
        write_planes_of_bytes(row);
}

bool img_output_row_avx2(const ImgOutputRow *row)
{
    const bool is_interleaved = row->channels == 3 && !row->plane;
    if (row->width < (is_interleaved ? RGB_GROUP : GROUP) ||
        (row->output->real && !row->output->computable) || (is_interleaved && row->mirror))
        return false;
    if (row->channels == 1)
        write_grey(row);
    else if (is_interleaved)
        write_interleaved(row);
    else
        write_planes(row);
    return true;
}
