/* Noise by place: words of Philox with the place as counter, taken through the inverse of the
 * normal distribution, of which a table has the values. */
#include "image/filters/noise.h"

#include "aug/random.h"
#include "image/filters/normal_table.h"
#include "image/pixels/work.h"

/* Position of the highest bit that is set; value is not 0. */
static uint32_t highest_bit(uint32_t value)
{
    return 31 - (uint32_t)__builtin_clz(value);
}

/* A word as a normal: the highest bit is the sign, the others are the probability beyond it, whose
 * octave and part of the octave are a place in the table. */
float img_noise_normal(uint32_t word)
{
    const uint32_t bits = word & 0x7fffffffu;
    const uint32_t tail = bits < IMG_NORMAL_PARTS ? IMG_NORMAL_PARTS : bits;
    const uint32_t shift = highest_bit(tail) - IMG_NORMAL_PART_BITS;
    const uint32_t at = shift * IMG_NORMAL_PARTS + (tail >> shift) - IMG_NORMAL_PARTS;
    const uint32_t rest = tail & ((1u << shift) - 1);
    const float part = (float)rest / (float)(1u << shift);
    const float low = img_normal_table[at];
    const float normal = low + part * (img_normal_table[at + 1] - low);
    return word >> 31 ? -normal : normal;
}

/* Word number i of a row, where its block of four is at hand unless a new one begins with it. */
static uint32_t word_at(uint64_t seed, int32_t row, int64_t i, bool begins, uint32_t block[4])
{
    if (begins || i % 4 == 0) {
        const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
        const uint32_t counter[4] = {(uint32_t)(i / 4), (uint32_t)row, 0, 0};
        aug_philox4x32(counter, key, block);
    }
    return block[i % 4];
}

void img_noise_words(uint64_t seed, int32_t row, int64_t first, int64_t n, uint32_t *words)
{
    uint32_t block[4];
    for (int64_t i = first; i < first + n; i++)
        *words++ = word_at(seed, row, i, i == first, block);
}

void img_normal_row(uint64_t seed, int32_t row, int64_t first, int64_t n, float *normals)
{
    uint32_t block[4];
    for (int64_t i = first; i < first + n; i++)
        *normals++ = img_noise_normal(word_at(seed, row, i, i == first, block));
}

static uint8_t add(uint8_t value, float noise)
{
    const float sum = (float)value + noise + 0.5f;
    return (uint8_t)(sum <= 0 ? 0 : sum >= 255 ? 255 : sum);
}

/* Noise is for white at 255. */
static uint16_t add_word(uint16_t value, float noise)
{
    const float sum = (float)value + 257 * noise + 0.5f;
    return (uint16_t)(sum <= 0 ? 0 : sum >= 65535 ? 65535 : sum);
}

/* Row y of uint16 or float32 from values and the normals of the row. */
static void add_row_wide(const ImgGaussNoise *noise, const float *normals, const uint8_t *from,
                         const AugImage *out, int32_t y)
{
    uint8_t *to = out->pixels + (size_t)y * out->row_size;
    const uint16_t *words = (const uint16_t *)(const void *)from;
    const float *reals = (const float *)(const void *)from;
    for (int32_t i = 0; i < out->width * out->channels; i++) {
        const float normal = normals[noise->per_channel ? i : i / out->channels];
        const float value = noise->mean + noise->std * normal;
        if (out->dtype == AUG_DTYPE_U16)
            ((uint16_t *)(void *)to)[i] = add_word(words[i], value);
        else
            ((float *)(void *)to)[i] = reals[i] + value / 255;
    }
}

/* The same for uint8. */
static void add_row(const ImgGaussNoise *noise, const float *normals, const uint8_t *from,
                    const AugImage *out, int32_t y)
{
    uint8_t *to = out->pixels + (size_t)y * out->row_size;
    const int32_t channels = out->channels;
    for (int32_t i = 0; i < out->width * channels; i++) {
        const float normal = normals[noise->per_channel ? i : i / channels];
        to[i] = add(from[i], noise->mean + noise->std * normal);
    }
}

static AugStatus run(const void *context, const ImgSource *in, ImgWindow made, const AugImage *out,
                     ImgFilterScratch *scratch, AugError *error)
{
    const ImgGaussNoise *noise = context;
    const int32_t channels = out->channels, per_pixel = noise->per_channel ? channels : 1;
    const int32_t n = out->width * per_pixel;
    AugImage row;
    const AugSize size = {.height = 1, .width = n * (int32_t)sizeof(float)};
    AUG_TRY(img_pixels_image(&scratch->rows, size, 1, &row, error));
    float *normals = (float *)(void *)row.pixels;
    for (int32_t y = 0; y < out->height; y++) {
        AUG_TRY(augi_allowance_go_on(scratch->allowance, error));
        img_normal_row(noise->seed, made.y0 + y, (int64_t)made.x0 * per_pixel, n, normals);
        const uint8_t *from = img_source_at(in, made.x0, made.y0 + y);
        if (out->dtype == AUG_DTYPE_U8)
            add_row(noise, normals, from, out, y);
        else
            add_row_wide(noise, normals, from, out, y);
    }
    return AUG_OK;
}

static uint64_t passes(const void *context)
{
    (void)context;
    return IMG_PASSES_NOISE;
}

const ImgFilterKernel img_gauss_noise_kernel = {
    .name = "gauss_noise", .passes = passes, .run = run};
