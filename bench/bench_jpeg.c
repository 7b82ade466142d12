/* Times the decoder of windows of JPEGs beside libjpeg-turbo, for the windows of RandomResizedCrop
 * (scale .08 to 1, ratio 3/4 to 4/3), in processor time:
 *
 *     bench_jpeg PHOTOGRAPHS.tar [ROUNDS [KERNELS]]
 *
 * Each line is a way to decode: microseconds a picture, and how many times as fast as libjpeg's
 * decode of the whole it is, as a median over groups of pictures with the quartiles. All ways take
 * turns with each group, in another order each time; the windows are drawn anew each round. KERNELS
 * names a set of kernels ("scalar"); it is the fastest that runs here unless said.
 *
 * A group is large enough that a processor does not predict the bits of a file by the decode before:
 * one file again and again would look a fifth faster than it is.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aug/random.h"
#include "image/codec/codec.h"
#include "image/codec/jpeg/parts.h"

#define GROUP 20
#define MAX_PHOTOGRAPHS 2000

/* Units between two restart markers of a packed copy. */
#define PACKED_INTERVAL 8

enum { ROWS, EVERY_16, EVERY_8, N_SPACINGS };

static const ImgMarkSpacing spacings[N_SPACINGS] = {IMG_MARK_ROWS, IMG_MARK_16, IMG_MARK_8};

/* A file and what was made of it. */
typedef struct Photograph {
    const uint8_t *bytes;
    size_t size;
    ImgHeader header;
    ImgNewMarks marks[N_SPACINGS];
    uint8_t *packed;
    size_t packed_size;
    ImgHeader packed_header;
    ImgWindow window;
} Photograph;

/* All of a run. out: where new marks go that nobody keeps. n_left: decodes that were left to the
 * library, of which the time is counted. */
typedef struct Bench {
    uint8_t *tar;
    Photograph *photographs;
    size_t n, n_left;
    const ImgJpegKernels *kernels;
    AugLimits limits;
    ImgPixels pixels, scratch;
    ImgNewMarks out;
} Bench;

/* A way to decode. is_own: by the decoder of windows, which leaves what it does not take to the
 * library as img_decode does. spacing: of the marks that are used, or of those that a careful decode
 * makes; -1 for none. */
typedef struct Way {
    const char *name;
    bool is_own, is_whole, is_careful, is_corner, is_packed;
    int spacing;
} Way;

static const Way ways[] = {
    {"libjpeg-turbo, whole", .is_whole = true, .spacing = -1},
    {"libjpeg-turbo, window (crop, skip)", .spacing = -1},
    {"ours, whole", .is_own = true, .is_whole = true, .spacing = -1},
    {"ours, window", .is_own = true, .spacing = -1},
    {"ours, window, marks by row", .is_own = true, .spacing = ROWS},
    {"ours, window, marks every 16", .is_own = true, .spacing = EVERY_16},
    {"ours, window, marks every 8", .is_own = true, .spacing = EVERY_8},
    {"ours, window of a packed copy", .is_own = true, .is_packed = true, .spacing = -1},
    {"libjpeg-turbo, careful window", .is_careful = true, .spacing = -1},
    {"ours, careful window", .is_own = true, .is_careful = true, .spacing = -1},
    {"ours, careful window, makes marks by row", .is_own = true, .is_careful = true,
     .spacing = ROWS},
    {"ours, careful window, makes marks every 8", .is_own = true, .is_careful = true,
     .spacing = EVERY_8},
    {"ours, careful, one pixel (skips all)", .is_own = true, .is_careful = true, .is_corner = true,
     .spacing = -1},
};

#define N_WAYS (sizeof(ways) / sizeof(ways[0]))

/* Seconds of the processor: those of the clock would count what others do on it. */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void stop_on(AugStatus status, const AugError *error)
{
    if (status == AUG_OK)
        return;
    fprintf(stderr, "bench_jpeg: %s\n", error->message);
    exit(1);
}

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        exit(1);
    return memory;
}

static void read_archive(Bench *bench, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "bench_jpeg: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    const size_t size = (size_t)ftell(file);
    rewind(file);
    bench->tar = allocate(size);
    if (fread(bench->tar, 1, size, file) != size)
        exit(1);
    fclose(file);
    for (size_t at = 0; at + 512 <= size && bench->n < MAX_PHOTOGRAPHS;) {
        const uint8_t *header = bench->tar + at;
        char digits[13] = {0};
        memcpy(digits, header + 124, 12);
        const size_t member = strtoul(digits, NULL, 8);
        if (member > 3 && member <= size - at - 512 && memcmp(header + 512, "\xff\xd8\xff", 3) == 0)
            bench->photographs[bench->n++] = (Photograph){.bytes = header + 512, .size = member};
        at += 512 + (member + 511) / 512 * 512;
    }
}

static ImgDecodeJob job_of(const Photograph *photograph, const Way *way)
{
    ImgDecodeJob job = {.bytes = photograph->bytes,
                        .size = photograph->size,
                        .header = &photograph->header,
                        .channels = photograph->header.channels == 1 ? 1 : 3,
                        .window = &photograph->window,
                        .careful = way->is_careful};
    if (way->spacing >= 0 && !way->is_careful)
        job.marks = (ImgMarks){.bytes = photograph->marks[way->spacing].bytes,
                               .size = photograph->marks[way->spacing].size};
    if (way->is_packed) {
        job.bytes = photograph->packed;
        job.size = photograph->packed_size;
        job.header = &photograph->packed_header;
    }
    return job;
}

static void decode(Bench *bench, const Photograph *photograph, const Way *way)
{
    const ImgWindow all = img_window_all(photograph->header.width, photograph->header.height);
    const ImgWindow corner = {.x1 = 1, .y1 = 1};
    const ImgWindow *window = way->is_whole ? &all : way->is_corner ? &corner : &photograph->window;
    ImgDecodeJob job = job_of(photograph, way);
    AugImage image;
    ImgWindow got;
    AugError error = {0};
    const ImgDecodeTarget target = {
        .pixels = &bench->pixels, .scratch = &bench->scratch, .out = &image, .got = &got};
    bool taken = false;
    job.window = window;
    if (way->is_careful && way->spacing >= 0) {
        bench->out.spacing = spacings[way->spacing];
        bench->out.size = 0;
        job.new_marks = &bench->out;
    }
    if (way->is_own)
        stop_on(img_jpeg_window_decode(bench->kernels, &job, window, target, &taken, &error),
                &error);
    if (taken)
        return;
    bench->n_left += way->is_own;
    stop_on(img_jpeg_library_decode(&job, window, &bench->limits, target, &error), &error);
}

/* Marks of each spacing, and a copy with restart markers. */
static void prepare(Bench *bench)
{
    for (size_t i = 0; i < bench->n; i++) {
        Photograph *photograph = &bench->photographs[i];
        AugError error = {0};
        stop_on(img_header(photograph->bytes, photograph->size, &bench->limits, &photograph->header,
                           &error),
                &error);
        for (int k = 0; k < N_SPACINGS; k++) {
            const Way way = {.is_own = true, .is_careful = true, .is_corner = true, .spacing = k};
            decode(bench, photograph, &way);
            photograph->marks[k] = (ImgNewMarks){.spacing = spacings[k],
                                                 .bytes = allocate(bench->out.size + 1),
                                                 .size = bench->out.size};
            memcpy(photograph->marks[k].bytes, bench->out.bytes, bench->out.size);
        }
        const ImgRepackJob job = {.bytes = photograph->bytes,
                                  .size = photograph->size,
                                  .header = &photograph->header,
                                  .interval = PACKED_INTERVAL};
        AugRepacked packed = {0};
        stop_on(img_jpeg_repack(&job, &bench->limits, &packed, &error), &error);
        photograph->packed = packed.bytes;
        photograph->packed_size = packed.size;
        if (!packed.bytes) {
            fprintf(stderr, "bench_jpeg: a photograph is not packed: %s\n", packed.kept);
            exit(1);
        }
        stop_on(img_header(photograph->packed, photograph->packed_size, &bench->limits,
                           &photograph->packed_header, &error),
                &error);
    }
}

static void print_sizes(const Bench *bench)
{
    size_t size = 0, packed = 0, marks[N_SPACINGS] = {0};
    for (size_t i = 0; i < bench->n; i++) {
        const Photograph *photograph = &bench->photographs[i];
        size += photograph->size;
        packed += photograph->packed_size;
        for (int k = 0; k < N_SPACINGS; k++)
            marks[k] += photograph->marks[k].size;
    }
    const double one = (double)size / 100;
    printf(
        "%zu photographs, %zu bytes each; marks by row %.2f %% of that, every 16 %.2f %%, every 8 "
        "%.2f %%; packed copies %.2f %%\n",
        bench->n, size / bench->n, (double)marks[ROWS] / one, (double)marks[EVERY_16] / one,
        (double)marks[EVERY_8] / one, (double)packed / one);
}

/* The window of RandomResizedCrop: ten tries, then the whole picture. */
static ImgWindow draw_window(AugRng *rng, const ImgHeader *header)
{
    const double area = (double)header->width * header->height;
    for (int i = 0; i < 10; i++) {
        const double part = area * aug_rng_uniform(rng, 0.08, 1.0);
        const double ratio = exp(aug_rng_uniform(rng, log(3.0 / 4.0), log(4.0 / 3.0)));
        const int32_t width = (int32_t)lround(sqrt(part * ratio));
        const int32_t height = (int32_t)lround(sqrt(part / ratio));
        if (width < 1 || height < 1 || width > header->width || height > header->height)
            continue;
        const int32_t x = (int32_t)aug_rng_integer(rng, 0, header->width - width);
        const int32_t y = (int32_t)aug_rng_integer(rng, 0, header->height - height);
        return (ImgWindow){.x0 = x, .y0 = y, .x1 = x + width, .y1 = y + height};
    }
    return img_window_all(header->width, header->height);
}

static void draw_windows(Bench *bench, uint64_t round)
{
    for (size_t i = 0; i < bench->n; i++) {
        AugRng rng = aug_rng_make(&(AugKey){.seed = round, .sample = i});
        bench->photographs[i].window = draw_window(&rng, &bench->photographs[i].header);
    }
}

/* Seconds a picture of each way, for each group of each round. */
typedef struct Times {
    double *seconds[N_WAYS];
    size_t n;
} Times;

/* Brings the files of a way into the cache: those that most ways read lie there already, and the others
 * would be timed with memory. */
static void warm(const Bench *bench, const Way *way, size_t first, size_t end)
{
    volatile uint8_t sum = 0;
    for (size_t i = first; i < end; i++) {
        const ImgDecodeJob job = job_of(&bench->photographs[i], way);
        for (size_t at = 0; at < job.size; at += 64)
            sum = (uint8_t)(sum + job.bytes[at]);
    }
}

static void measure(Bench *bench, size_t n_rounds, Times *times)
{
    const size_t n_groups = (bench->n + GROUP - 1) / GROUP;
    for (size_t k = 0; k < N_WAYS; k++)
        times->seconds[k] = allocate(n_rounds * n_groups * sizeof(double));
    for (size_t round = 0; round < n_rounds; round++) {
        draw_windows(bench, round);
        for (size_t group = 0; group < n_groups; group++) {
            const size_t first = group * GROUP;
            const size_t end = first + GROUP < bench->n ? first + GROUP : bench->n;
            for (size_t turn = 0; turn < N_WAYS; turn++) {
                const size_t k = (turn + group + round) % N_WAYS;
                warm(bench, &ways[k], first, end);
                const double start = now();
                for (size_t i = first; i < end; i++)
                    decode(bench, &bench->photographs[i], &ways[k]);
                times->seconds[k][times->n] = (now() - start) / (double)(end - first);
            }
            times->n++;
        }
    }
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const Times *times)
{
    double *ratios = allocate(times->n * sizeof(*ratios));
    for (size_t k = 0; k < N_WAYS; k++) {
        double sum = 0;
        for (size_t i = 0; i < times->n; i++) {
            ratios[i] = times->seconds[0][i] / times->seconds[k][i];
            sum += times->seconds[k][i];
        }
        qsort(ratios, times->n, sizeof(*ratios), by_value);
        printf("%-44s %7.1f us  %5.2f [%.2f .. %.2f]\n", ways[k].name, sum * 1e6 / (double)times->n,
               ratios[times->n / 2], ratios[times->n / 4], ratios[times->n * 3 / 4]);
    }
    free(ratios);
}

static const ImgJpegKernels *find_kernels(const char *name)
{
    if (!name)
        return img_jpeg_kernels();
    for (size_t i = 0; img_jpeg_kernels_at(i); i++)
        if (strcmp(img_jpeg_kernels_at(i)->name, name) == 0)
            return img_jpeg_kernels_at(i);
    fprintf(stderr, "bench_jpeg: found the kernels '%s'; there are", name);
    for (size_t i = 0; img_jpeg_kernels_at(i); i++)
        fprintf(stderr, " %s", img_jpeg_kernels_at(i)->name);
    fputc('\n', stderr);
    exit(2);
}

static void finish(Bench *bench, Times *times)
{
    for (size_t i = 0; i < bench->n; i++) {
        for (int k = 0; k < N_SPACINGS; k++)
            free(bench->photographs[i].marks[k].bytes);
        free(bench->photographs[i].packed);
    }
    for (size_t k = 0; k < N_WAYS; k++)
        free(times->seconds[k]);
    img_pixels_fini(&bench->pixels);
    img_pixels_fini(&bench->scratch);
    free(bench->out.bytes);
    free(bench->photographs);
    free(bench->tar);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("bench_jpeg PHOTOGRAPHS.tar [ROUNDS [KERNELS]]\n", stderr);
        return 2;
    }
    Bench bench = {.photographs = allocate(MAX_PHOTOGRAPHS * sizeof(Photograph)),
                   .kernels = find_kernels(argc > 3 ? argv[3] : NULL),
                   .out = {.bytes = allocate(IMG_MARKS_MAX_SIZE), .capacity = IMG_MARKS_MAX_SIZE}};
    Times times = {.n = 0};
    const long n_rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 5;
    aug_limits_init(&bench.limits);
    read_archive(&bench, argv[1]);
    if (bench.n == 0 || n_rounds < 1)
        return 2;
    prepare(&bench);
    printf("kernels %s; ", bench.kernels->name);
    print_sizes(&bench);
    measure(&bench, (size_t)n_rounds, &times);
    print_times(&times);
    printf("%zu decodes were left to libjpeg-turbo\n", bench.n_left);
    finish(&bench, &times);
    return 0;
}
