/* Times the image kernels, scalar and vector, the lookup of a position in the order of an epoch,
 * and the whole way from a JPEG to a normalized tensor.
 *
 *     bench_kernels [PHOTOGRAPHS.tar [ROUNDS]]
 *
 * Each line is a kernel with its scalar and its vector time, or a number of samples and the time of
 * one lookup. With an archive of JPEG files the last lines are pictures per second on one core: a
 * plain full decode beside decode of the window, antialiased resize to 224, mirror and
 * normalization to float32 CHW for random windows, run in turns; then microseconds a picture for
 * plain and careful decodes, in turns too.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aug/order.h"
#include "aug/random.h"
#include "image/codec/codec.h"
#include "image/geometry/resample.h"
#include "image/geometry/resample_kernels.h"
#include "image/geometry/warp.h"
#include "image/geometry/warp_kernels.h"
#include "image/pixels/cpu.h"
#include "image/pixels/output.h"
#include "image/pixels/output_kernels.h"
#include "libaug/base/order.h"

#define SIDE 224
#define MAX_PHOTOGRAPHS 1000

/* Photographs that one contestant decodes before the next one has its turn: enough that a processor
 * does not predict the bits of a file by the decode before. */
#define GROUP 50

static const double mean[3] = {0.485, 0.456, 0.406};
static const double deviation[3] = {0.229, 0.224, 0.225};

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
    fprintf(stderr, "bench_kernels: %s\n", error->message);
    exit(1);
}

static AugImage picture(int32_t width, int32_t height)
{
    AugImage image = {.pixels = malloc((size_t)width * (size_t)height * 3),
                      .height = height,
                      .width = width,
                      .channels = 3,
                      .row_size = (size_t)width * 3};
    if (!image.pixels)
        exit(1);
    for (size_t i = 0; i < image.row_size * (size_t)height; i++)
        image.pixels[i] = (uint8_t)(i * 2654435761u >> 13);
    return image;
}

/* One kernel: runs once in its scalar or its vector form. */
typedef struct Kernel {
    const char *name;
    int32_t n_pixels; /* that it reads or writes, whichever the time is stated for */
    void (*run)(const struct Kernel *kernel, bool vector);
    AugImage source, out;
    ImgFilter filter;
    float *slot;
    ImgOutput output;
    ImgResampleScratch *scratch;
} Kernel;

static void run_resample(const Kernel *kernel, bool vector)
{
    AugError error = {0};
    const ImgSource source = img_source_all(&kernel->source);
    const ImgResample job = img_resample_make(kernel->filter, source.width, source.height,
                                              kernel->out.width, kernel->out.height);
    const ImgResampleKernels *kernels = vector ? img_resample_kernels() : &img_resample_scalar;
    stop_on(img_resample_with(kernels, kernel->scratch, &job, &source, &kernel->out, &error),
            &error);
}

static void run_warp(const Kernel *kernel, bool vector)
{
    AugError error = {0};
    const ImgSource source = img_source_all(&kernel->source);
    /* 30 degrees about the centre. */
    const double c = 0.8660254037844386;
    const double x = source.width / 2.0;
    const double y = source.height / 2.0;
    const ImgWarp warp = {.matrix = {c, -0.5, x - c * x + 0.5 * y, 0.5, c, y - 0.5 * x - c * y},
                          .filter = kernel->filter};
    stop_on(img_warp_with(vector, &warp, &source, &kernel->out, &error), &error);
}

static void run_output(const Kernel *kernel, bool vector)
{
    img_output_write_with(vector, &kernel->output, &kernel->source, NULL, false, kernel->slot);
}

/* Best of several rounds, in seconds: what the machine can do when nobody disturbs it. */
static double best_time(const Kernel *kernel, bool vector)
{
    double best = 1e9;
    for (int round = 0; round < 15; round++) {
        const double start = now();
        kernel->run(kernel, vector);
        const double time = now() - start;
        best = time < best ? time : best;
    }
    return best;
}

static void print_kernel(const Kernel *kernel)
{
    const double scalar = best_time(kernel, false) * 1e9 / kernel->n_pixels;
    const double vector = best_time(kernel, true) * 1e9 / kernel->n_pixels;
    printf("%-44s %8.2f ns/pixel scalar %8.2f vector  %5.1fx\n", kernel->name, scalar, vector,
           scalar / vector);
}

static void print_kernels(void)
{
    const AugImage photograph = picture(500, 375);
    const AugImage same = picture(500, 375);
    const AugImage small = picture(SIDE, SIDE);
    ImgResampleScratch scratch = {0};
    const int32_t all = 500 * 375;
    Kernel kernels[] = {
        {"resample 500x375 to 224x224 bilinear, source", all, run_resample, photograph, small,
         IMG_FILTER_BILINEAR, .scratch = &scratch},
        {"resample 224x224 to 500x375 bilinear, out", all, run_resample, small, same,
         IMG_FILTER_BILINEAR, .scratch = &scratch},
        {"resample 500x375 to 224x224 bicubic, source", all, run_resample, photograph, small,
         IMG_FILTER_BICUBIC, .scratch = &scratch},
        {"warp 30 degrees 500x375 bilinear, out", all, run_warp, photograph, same,
         IMG_FILTER_BILINEAR, .scratch = &scratch},
        {"warp 30 degrees 500x375 nearest, out", all, run_warp, photograph, same,
         IMG_FILTER_NEAREST, .scratch = &scratch},
        {"output 224x224 to float CHW", SIDE * SIDE, run_output, small, same, IMG_FILTER_NEAREST,
         .scratch = &scratch},
        {"output 224x224 to float HWC", SIDE * SIDE, run_output, small, same, IMG_FILTER_NEAREST,
         .scratch = &scratch},
        {"output 224x224 to bytes CHW", SIDE * SIDE, run_output, small, same, IMG_FILTER_NEAREST,
         .scratch = &scratch},
    };
    const size_t n = sizeof(kernels) / sizeof(kernels[0]);
    float *slot = malloc(SIDE * SIDE * 3 * sizeof(*slot));
    if (!slot)
        exit(1);
    for (size_t i = 0; i < n; i++) {
        kernels[i].slot = slot;
        img_output_init(&kernels[i].output, i != n - 2, i != n - 1, mean, deviation);
        print_kernel(&kernels[i]);
    }
    img_resample_scratch_fini(&scratch);
    free(slot);
    free(photograph.pixels);
    free(same.pixels);
    free(small.pixels);
}

/* Files of the archive and what their headers say. */
typedef struct Photographs {
    uint8_t *tar;
    size_t n;
    const uint8_t *bytes[MAX_PHOTOGRAPHS];
    size_t sizes[MAX_PHOTOGRAPHS];
    ImgWindow windows[MAX_PHOTOGRAPHS];
    bool mirrors[MAX_PHOTOGRAPHS];
} Photographs;

static void read_archive(Photographs *photographs, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "bench_kernels: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    const size_t size = (size_t)ftell(file);
    rewind(file);
    photographs->tar = malloc(size);
    if (!photographs->tar || fread(photographs->tar, 1, size, file) != size)
        exit(1);
    fclose(file);
    for (size_t at = 0; at + 512 <= size && photographs->n < MAX_PHOTOGRAPHS;) {
        const uint8_t *header = photographs->tar + at;
        char digits[13] = {0};
        memcpy(digits, header + 124, 12);
        const size_t member = strtoul(digits, NULL, 8);
        if (member > 3 && memcmp(header + 512, "\xff\xd8\xff", 3) == 0) {
            photographs->bytes[photographs->n] = header + 512;
            photographs->sizes[photographs->n++] = member;
        }
        at += 512 + (member + 511) / 512 * 512;
    }
}

/* The usual window of RandomResizedCrop, scale .08 to 1: ten tries, then the whole picture. */
static ImgWindow draw_window(AugRng *rng, const ImgHeader *header)
{
    const double area = (double)header->width * header->height;
    for (int i = 0; i < 10; i++) {
        const double part = area * aug_rng_uniform(rng, 0.08, 1.0);
        /* Sides from 3:4 to 4:3; close enough to log-uniform for timing. */
        const double ratio = aug_rng_bernoulli(rng, 0.5) ? aug_rng_uniform(rng, 0.75, 1.0)
                                                         : 1.0 / aug_rng_uniform(rng, 0.75, 1.0);
        const double ideal = part / ratio;
        int32_t height = 1;
        while ((double)height * height < ideal)
            height++;
        const int32_t width = (int32_t)(height * ratio);
        if (width < 1 || width > header->width || height > header->height)
            continue;
        const int32_t x = (int32_t)aug_rng_integer(rng, 0, header->width - width);
        const int32_t y = (int32_t)aug_rng_integer(rng, 0, header->height - height);
        return (ImgWindow){.x0 = x, .y0 = y, .x1 = x + width, .y1 = y + height};
    }
    return img_window_all(header->width, header->height);
}

static void draw_windows(Photographs *photographs, uint64_t round)
{
    AugLimits limits;
    aug_limits_init(&limits);
    for (size_t i = 0; i < photographs->n; i++) {
        AugError error = {0};
        ImgHeader header;
        AugRng rng = aug_rng_make(&(AugKey){.seed = round, .sample = i});
        stop_on(img_header(photographs->bytes[i], photographs->sizes[i], &limits, &header, &error),
                &error);
        photographs->windows[i] = draw_window(&rng, &header);
        photographs->mirrors[i] = aug_rng_bernoulli(&rng, 0.5);
    }
}

/* What a worker keeps. */
typedef struct Worker {
    ImgDecoder *decoder;
    ImgResampleScratch scratch;
    ImgOutput output;
    AugLimits limits;
    AugImage small;
    float *slot;
} Worker;

/* window NULL: all of it. */
static ImgSource decode(Worker *worker, const uint8_t *bytes, size_t size, const ImgWindow *window,
                        ImgHeader *header)
{
    AugError error = {0};
    ImgSource source = {0};
    ImgWindow got;
    stop_on(img_header(bytes, size, &worker->limits, header, &error), &error);
    const ImgDecodeJob job = {
        .bytes = bytes, .size = size, .header = header, .channels = 3, .window = window};
    stop_on(img_decode(worker->decoder, &job, &worker->limits, &source.pixels, &got, &error),
            &error);
    source.x = got.x0;
    source.y = got.y0;
    source.width = header->width;
    source.height = header->height;
    return source;
}

static void augment(Worker *worker, const Photographs *photographs, size_t i, double *decode_time)
{
    AugError error = {0};
    ImgHeader header;
    const ImgWindow *box = &photographs->windows[i];
    stop_on(
        img_header(photographs->bytes[i], photographs->sizes[i], &worker->limits, &header, &error),
        &error);
    ImgResample job =
        img_resample_make(IMG_FILTER_BILINEAR, header.width, header.height, SIDE, SIDE);
    job.x0 = box->x0;
    job.y0 = box->y0;
    job.x1 = box->x1;
    job.y1 = box->y1;
    job.mirror_x = photographs->mirrors[i];
    const ImgWindow needs = img_resample_needs(&job);
    const double start = now();
    const ImgSource source =
        decode(worker, photographs->bytes[i], photographs->sizes[i], &needs, &header);
    *decode_time += now() - start;
    stop_on(img_resample(&worker->scratch, &job, &source, &worker->small, &error), &error);
    img_output_write(&worker->output, &worker->small, NULL, false, worker->slot);
}

static void decode_in_turn(Worker *worker, const Photographs *photographs, size_t i, int contestant)
{
    AugError error = {0};
    ImgHeader header;
    AugImage out;
    ImgWindow got;
    const uint8_t *bytes = photographs->bytes[i];
    const size_t size = photographs->sizes[i];
    stop_on(img_header(bytes, size, &worker->limits, &header, &error), &error);
    const ImgDecodeJob job = {.bytes = bytes,
                              .size = size,
                              .header = &header,
                              .channels = 3,
                              .window = contestant % 2 ? &photographs->windows[i] : NULL,
                              .careful = contestant >= 2};
    if (contestant < 4)
        stop_on(img_decode(worker->decoder, &job, &worker->limits, &out, &got, &error), &error);
    else
        stop_on(img_verify(worker->decoder, bytes, size, &worker->limits, &error), &error);
}

/* What the first reading of a picture costs beside the later ones. */
static void print_careful(Worker *worker, const Photographs *photographs)
{
    static const char *const names[] = {"full", "window", "careful full", "careful window",
                                        "verify"};
    double times[5] = {0};
    for (size_t first = 0; first < photographs->n; first += GROUP) {
        for (int k = 0; k < 5; k++) {
            const double start = now();
            for (size_t i = first; i < first + GROUP && i < photographs->n; i++)
                decode_in_turn(worker, photographs, i, k);
            times[k] += now() - start;
        }
    }
    for (int k = 0; k < 5; k++)
        printf("%s%s %.0f us", k ? ", " : "decode: ", names[k],
               times[k] * 1e6 / (double)photographs->n);
    printf(" (careful full %.2fx of full, careful window %.2fx of window)\n", times[2] / times[0],
           times[3] / times[1]);
}

static void print_photographs(const char *path, int n_rounds)
{
    Photographs *photographs = calloc(1, sizeof(*photographs));
    Worker worker = {.small = picture(SIDE, SIDE), .slot = malloc(SIDE * SIDE * 3 * sizeof(float))};
    AugError error = {0};
    if (!photographs || !worker.slot)
        exit(1);
    read_archive(photographs, path);
    aug_limits_init(&worker.limits);
    img_output_init(&worker.output, true, true, mean, deviation);
    stop_on(img_decoder_new(&worker.decoder, &error), &error);
    for (int round = 0; round < n_rounds; round++) {
        ImgHeader header;
        double window_time = 0;
        draw_windows(photographs, (uint64_t)round);
        double full = 0;
        double whole = 0;
        for (size_t i = 0; i < photographs->n; i++) {
            const double start = now();
            decode(&worker, photographs->bytes[i], photographs->sizes[i], NULL, &header);
            const double middle = now();
            augment(&worker, photographs, i, &window_time);
            full += middle - start;
            whole += now() - middle;
        }
        const double n = (double)photographs->n;
        printf("round %d: full decode %6.0f/s, window decode %6.0f/s, window + resize + mirror + "
               "normalize %6.0f/s (%.2fx of full decode)\n",
               round, n / full, n / window_time, n / whole, full / whole);
        print_careful(&worker, photographs);
    }
    img_decoder_free(worker.decoder);
    img_resample_scratch_fini(&worker.scratch);
    free(worker.small.pixels);
    free(worker.slot);
    free(photographs->tar);
    free(photographs);
}

/* Nanoseconds of a lookup at positions all over the order; the best of nine rounds. */
static double order_time(uint64_t n)
{
    enum { LOOKUPS = 100000 };
    double best = 1e9;
    for (uint32_t round = 0; round < 9; round++) {
        volatile uint64_t sum = 0;
        const double start = now();
        for (uint64_t i = 0; i < LOOKUPS; i++)
            sum = sum + aug_order_at(7, round, n, i * 2654435761u % n);
        const double time = (now() - start) / LOOKUPS * 1e9;
        best = time < best ? time : best;
    }
    return best;
}

/* The same where a batch of 128 neighbours is looked up at once. */
static double orders_time(uint64_t n)
{
    enum { BATCHES = 1000, BATCH = 128 };
    double best = 1e9;
    for (uint32_t round = 0; round < 9; round++) {
        volatile uint64_t sum = 0;
        const double start = now();
        for (uint64_t i = 0; i < BATCHES; i++) {
            uint64_t samples[BATCH];
            for (uint64_t k = 0; k < BATCH; k++)
                samples[k] = (i * BATCH + k) % n;
            augi_order_all(7, round, n, samples, BATCH);
            sum = sum + samples[i % BATCH];
        }
        const double time = (now() - start) / (BATCHES * BATCH) * 1e9;
        best = time < best ? time : best;
    }
    return best;
}

static void print_orders(void)
{
    static const uint64_t sizes[] = {64, 1000, 1000000, 1000000000};
    for (size_t i = 0; i < AUG_COUNT(sizes); i++)
        printf("order of %10llu samples: %6.1f ns a lookup, %6.1f ns in a batch\n",
               (unsigned long long)sizes[i], order_time(sizes[i]), orders_time(sizes[i]));
}

int main(int argc, char **argv)
{
    print_kernels();
    print_orders();
    if (argc > 1)
        print_photographs(argv[1], argc > 2 ? (int)strtol(argv[2], NULL, 10) : 3);
    return 0;
}
