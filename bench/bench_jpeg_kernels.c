/* Times JPEG's kernels, each set that runs here in turn:
 *
 *     bench_jpeg_kernels [ROUNDS]
 *
 * Each line is a kernel: nanoseconds a block of the inverse DCT, eight blocks a call as the decoder
 * makes them, by what their extents are; then nanoseconds a sample or pixel that is written, in rows
 * of 500. All data lies in the nearest memory.
 *
 * A time is the least of all rounds, by the clock: it is too short for the processor's own time, and
 * what disturbs a round makes it longer only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aug/random.h"
#include "image/codec/jpeg/kernels.h"

/* Blocks of a round; 24 KiB. */
#define N_BLOCKS 192
#define BLOCKS_OF_CALL 8

#define ROW 500
#define N_ROWS 8
#define MAX_SETS 8

/* Parts of a hundred that are DC_ONLY and QUARTER; the others are FULL. */
typedef struct Mix {
    const char *name;
    int n_dc, n_quarter;
} Mix;

static const Mix mixes[] = {
    {"idct, full blocks", 0, 0},
    {"idct, quarters", 0, 100},
    {"idct, DC alone", 100, 0},
    {"idct, as in photographs", 9, 25},
};

static const char *const ways[] = {"rgb", "h2v1", "h1v2", "h2v2"};

/* All that kernels read and write. */
typedef struct Data {
    _Alignas(64) int16_t blocks[N_BLOCKS * IMG_JPEG_BLOCK];
    _Alignas(64) int16_t drawn[N_BLOCKS * IMG_JPEG_BLOCK];
    uint8_t extents[N_BLOCKS];
    uint16_t quantiser[IMG_JPEG_BLOCK];
    uint8_t planes[3][N_ROWS][ROW + 2 * IMG_JPEG_SLACK];
    uint8_t out[N_ROWS * (3 * ROW + 2 * IMG_JPEG_SLACK)];
} Data;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void draw_planes(Data *data, AugRng *rng)
{
    for (size_t k = 0; k < IMG_JPEG_BLOCK; k++)
        data->quantiser[k] = (uint16_t)aug_rng_integer(rng, 1, 30);
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < N_ROWS; y++)
            for (size_t x = 0; x < sizeof(data->planes[c][y]); x++)
                data->planes[c][y][x] = (uint8_t)aug_rng_integer(rng, 0, 255);
}

static void draw_blocks(Data *data, const Mix *mix, AugRng *rng)
{
    memset(data->drawn, 0, sizeof(data->drawn));
    for (size_t i = 0; i < N_BLOCKS; i++) {
        const int64_t draw = aug_rng_integer(rng, 0, 99);
        const int extent = draw < mix->n_dc                    ? IMG_JPEG_DC_ONLY
                           : draw < mix->n_dc + mix->n_quarter ? IMG_JPEG_QUARTER
                                                               : IMG_JPEG_FULL;
        const size_t n = extent == IMG_JPEG_FULL ? 8 : extent == IMG_JPEG_QUARTER ? 4 : 1;
        data->extents[i] = (uint8_t)extent;
        for (size_t v = 0; v < n; v++)
            for (size_t u = 0; u < n; u++)
                data->drawn[i * IMG_JPEG_BLOCK + 8 * v + u] =
                    (int16_t)aug_rng_integer(rng, -10, 10);
    }
}

/* Nanoseconds of a round. */
static double time_blocks(const ImgJpegKernels *kernels, Data *data)
{
    memcpy(data->blocks, data->drawn, sizeof(data->blocks));
    const double start = now();
    for (size_t i = 0; i < N_BLOCKS; i += BLOCKS_OF_CALL)
        kernels->idct(data->blocks + i * IMG_JPEG_BLOCK, BLOCKS_OF_CALL, data->quantiser,
                      data->extents + i, data->out + i % 56 * 8, ROW);
    return now() - start;
}

static double time_rows(const ImgJpegKernels *kernels, Data *data, size_t way)
{
    const double start = now();
    for (int y = 0; y < N_ROWS; y++) {
        const uint8_t *rows[3];
        uint8_t *out = data->out + y * (3 * ROW + IMG_JPEG_SLACK);
        for (int c = 0; c < 3; c++)
            rows[c] = data->planes[c][y] + IMG_JPEG_SLACK;
        if (way == 0)
            kernels->rgb(rows[0], rows[1], rows[2], ROW, out);
        else if (way == 1)
            kernels->h2v1(rows[0], ROW / 2, out);
        else if (way == 2)
            kernels->h1v2(rows[0], rows[1], ROW, 1, out);
        else
            kernels->h2v2(rows[0], rows[1], ROW / 2, out);
    }
    return now() - start;
}

static void print_times(const char *name, const double times[MAX_SETS], double n)
{
    printf("%-24s", name);
    for (size_t i = 0; i < MAX_SETS && img_jpeg_kernels_at(i); i++)
        printf("  %s %7.3f", img_jpeg_kernels_at(i)->name, times[i] / n);
    puts(" ns");
}

int main(int argc, char **argv)
{
    static Data data;
    const long n_rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 500;
    const size_t n_mixes = sizeof(mixes) / sizeof(mixes[0]);
    const size_t n_ways = sizeof(ways) / sizeof(ways[0]);
    AugRng rng = aug_rng_make(&(AugKey){.seed = 1});
    draw_planes(&data, &rng);
    for (size_t k = 0; k < n_mixes + n_ways; k++) {
        double least[MAX_SETS];
        for (size_t i = 0; i < MAX_SETS; i++)
            least[i] = 1e18;
        for (long round = 0; round < n_rounds; round++) {
            /* Anew each time, so that no processor knows the extents by heart. */
            if (k < n_mixes)
                draw_blocks(&data, &mixes[k], &rng);
            for (size_t i = 0; i < MAX_SETS && img_jpeg_kernels_at(i); i++) {
                const ImgJpegKernels *kernels = img_jpeg_kernels_at(i);
                const double time = k < n_mixes ? time_blocks(kernels, &data)
                                                : time_rows(kernels, &data, k - n_mixes);
                least[i] = time < least[i] ? time : least[i];
            }
        }
        print_times(k < n_mixes ? mixes[k].name : ways[k - n_mixes], least,
                    k < n_mixes ? N_BLOCKS : N_ROWS * ROW);
    }
    return 0;
}
