/* Decodes a window: goes through the rows of MCUs that it needs, skips what lies before and beside
 * them, from marks or restart markers where there are any, and on demand the rest of the file. */
#include <string.h>

#include "image/codec/jpeg/marks.h"
#include "image/codec/jpeg/parts.h"
#include "image/codec/jpeg/planes.h"
#include "image/codec/jpeg/reduced.h"

/* Blocks that must be skipped to be worth the tables for it. Tests with small files say less. */
#ifndef IMG_JPEG_SKIPS_WORTH_TABLES
#define IMG_JPEG_SKIPS_WORTH_TABLES 1000
#endif

/* MCUs that are skipped between two questions whether anybody still wants the picture: some
 * milliseconds. */
#define MOST_SKIPS 16384u

/* Alignment of what lies in a decoder's memory. */
#define ALIGNMENT 64

/* One decode. It lies in the decoder's memory, behind which come the data and the planes. is_reduced:
 * samples go to reduced, not to planes. */
typedef struct Decode {
    const ImgDecodeJob *job;
    ImgDecodeTarget target;
    const ImgJpegFile *file;
    ImgJpegView view;
    ImgJpegMcus mcus;
    bool is_reduced;
    ImgJpegMarkReader reader;
    ImgJpegMarkWriter writer;
    bool has_marks, makes_marks;
    uint32_t across;
    ImgJpegPlanes planes;
    ImgJpegReduced reduced;
    ImgJpegEntropy entropy;
} Decode;

static size_t aligned(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Takes memory for a decode of a view, and places in it. */
static AugStatus take_memory(const ImgJpegView *view, ImgDecodeTarget target, uint8_t *parts[4],
                             AugError *error)
{
    const ImgJpegFile *file = view->file;
    const size_t sizes[] = {
        aligned(sizeof(Decode)),
        aligned(img_jpeg_data_memory(file)),
        aligned(sizeof(uint32_t) * ((size_t)img_jpeg_data_segments(file) + 1)),
        aligned(view->reduction > 1 ? img_jpeg_reduced_memory(view)
                                    : img_jpeg_planes_memory(file, &view->window)),
    };
    size_t size = ALIGNMENT;
    for (int i = 0; i < 4; i++)
        size += sizes[i];
    AUG_TRY(img_pixels_reserve(target.scratch, size, error));
    uint8_t *at = target.scratch->bytes;
    at += (ALIGNMENT - (uintptr_t)at % ALIGNMENT) % ALIGNMENT;
    for (int i = 0; i < 4; i++) {
        parts[i] = at;
        at += sizes[i];
    }
    return AUG_OK;
}

/* Blocks that will be skipped. */
static uint64_t count_skips(const Decode *decode)
{
    const ImgJpegMcus *mcus = &decode->mcus;
    const uint32_t down = img_jpeg_mcus_down(decode->file);
    const uint32_t n_rows = mcus->row1 - mcus->row0, n_columns = mcus->column1 - mcus->column0;
    uint64_t n = 0;
    if (decode->job->careful)
        n = (uint64_t)down * decode->across - (uint64_t)n_rows * n_columns;
    else if (decode->has_marks)
        n = (uint64_t)n_rows * (mcus->column0 % decode->reader.places.spacing);
    else if (decode->file->restart_interval == 0)
        n = (uint64_t)mcus->row1 * decode->across - (uint64_t)n_rows * n_columns -
            (decode->across - mcus->column1);
    else
        n = (uint64_t)n_rows * (mcus->column0 < decode->file->restart_interval
                                    ? mcus->column0
                                    : decode->file->restart_interval / 2);
    return n * decode->entropy.n_places;
}

/* Whether new marks gain anything: not where restart markers lie as close. */
static bool wants_marks(const Decode *decode)
{
    const ImgNewMarks *marks = decode->job->new_marks;
    if (!marks || !decode->job->careful)
        return false;
    const uint32_t spacing = marks->spacing ? (uint32_t)marks->spacing : decode->across;
    return decode->file->restart_interval == 0 || decode->file->restart_interval > spacing;
}

/* Where the samples go. */
static void open_planes(Decode *decode, const ImgJpegKernels *kernels, uint8_t *memory)
{
    const ImgJpegView *view = &decode->view;
    if (!decode->is_reduced) {
        img_jpeg_planes_open(&decode->planes, kernels, view->file, &view->window, memory);
        return;
    }
    img_jpeg_reduced_open(&decode->reduced, kernels, view, memory);
    for (int i = 0; i < view->file->n_components; i++)
        if (img_jpeg_reduced_to_means(view, i))
            img_jpeg_entropy_want_means(&decode->entropy, i);
}

static bool open_decode(Decode *decode, const ImgJpegKernels *kernels, uint8_t *parts[4])
{
    const ImgJpegFile *file = decode->file;
    const ImgDecodeJob *job = decode->job;
    ImgJpegData data;
    if (!img_jpeg_data_read(file, parts[1], (uint32_t *)(void *)parts[2], &data))
        return false;
    memset(&decode->entropy.group, 0, sizeof(decode->entropy.group));
    memset(decode->entropy.spare, 0, sizeof(decode->entropy.spare));
    if (!img_jpeg_entropy_open(&decode->entropy, file, &data))
        return false;
    decode->mcus = decode->is_reduced ? img_jpeg_reduced_mcus(&decode->view)
                                      : img_jpeg_mcus_of(file, &decode->view.window);
    decode->across = img_jpeg_mcus_across(file);
    decode->has_marks = !job->careful && img_jpeg_mark_reader(&decode->reader, &job->marks, file);
    decode->makes_marks = wants_marks(decode);
    if (decode->makes_marks)
        img_jpeg_mark_writer(&decode->writer, job->new_marks, file);
    if (count_skips(decode) > IMG_JPEG_SKIPS_WORTH_TABLES)
        img_jpeg_entropy_expect_skips(&decode->entropy);
    open_planes(decode, kernels, parts[3]);
    return true;
}

/* MCUs up to one, or to the next that gets a mark. */
static uint32_t run_to(const Decode *decode, uint32_t mcu)
{
    const uint32_t n = mcu - decode->entropy.mcu;
    const uint32_t to_mark = decode->writer.next - decode->entropy.mcu;
    return decode->makes_marks && to_mark < n ? to_mark : n;
}

/* After a run. */
static void note_mark(Decode *decode)
{
    if (!decode->makes_marks || decode->entropy.mcu != decode->writer.next ||
        decode->entropy.mcu == decode->entropy.n_mcus)
        return;
    const ImgJpegPoint point = img_jpeg_entropy_point(&decode->entropy);
    img_jpeg_mark_write(&decode->writer, &point);
}

/* Goes near an MCU, from which on it can be decoded, if that is nearer than where the reader is. */
static bool seek(Decode *decode, uint32_t mcu)
{
    const uint32_t interval = decode->file->restart_interval;
    const uint32_t segment = interval ? mcu / interval : 0;
    uint32_t best = decode->entropy.mcu;
    if (decode->has_marks) {
        img_jpeg_mark_read(&decode->reader, mcu);
        best = decode->reader.mcu > best ? decode->reader.mcu : best;
    }
    if (segment * interval > best)
        img_jpeg_entropy_seek_segment(&decode->entropy, segment);
    else if (best > decode->entropy.mcu)
        return img_jpeg_entropy_seek(&decode->entropy, best, &decode->reader.point);
    return true;
}

/* False also where nobody wants the picture any more. */
static bool skip_to(Decode *decode, uint32_t mcu)
{
    while (decode->entropy.mcu < mcu) {
        const uint32_t run = run_to(decode, mcu);
        if (!img_jpeg_entropy_skip(&decode->entropy, run < MOST_SKIPS ? run : MOST_SKIPS) ||
            augi_allowance_stopped(decode->target.pixels->allowance))
            return false;
        note_mark(decode);
    }
    return true;
}

/* Decodes the columns of a row of MCUs. */
static bool decode_row(Decode *decode, uint32_t row)
{
    const uint32_t end = row * decode->across + decode->mcus.column1;
    while (decode->entropy.mcu < end) {
        const uint32_t column = decode->entropy.mcu - row * decode->across;
        const uint32_t run = run_to(decode, end);
        const uint32_t n = run < IMG_JPEG_GROUP ? run : IMG_JPEG_GROUP;
        if (!img_jpeg_entropy_decode(&decode->entropy, n))
            return false;
        if (decode->is_reduced)
            img_jpeg_reduced_put(&decode->reduced, &decode->entropy.group, column, n);
        else
            img_jpeg_planes_put(&decode->planes, &decode->entropy.group, column, n);
        note_mark(decode);
    }
    return true;
}

/* All of it; false: the file is refused, or nobody wants the picture. */
static bool run(Decode *decode)
{
    const ImgJpegMcus *mcus = &decode->mcus;
    for (uint32_t row = mcus->row0; row < mcus->row1; row++) {
        const uint32_t first = row * decode->across + mcus->column0;
        if ((!decode->job->careful && !seek(decode, first)) || !skip_to(decode, first) ||
            !decode_row(decode, row))
            return false;
        if (decode->is_reduced)
            img_jpeg_reduced_make(&decode->reduced, row, decode->target.out);
        else
            img_jpeg_planes_make(&decode->planes, row, decode->target.out);
        if (augi_allowance_stopped(decode->target.pixels->allowance))
            return false;
    }
    return !decode->job->careful || (skip_to(decode, decode->entropy.n_mcus) &&
                                     img_jpeg_entropy_is_used_up(&decode->entropy));
}

static ImgJpegView view_of(const ImgJpegFile *file, const ImgDecodeJob *job,
                           const ImgWindow *window)
{
    const int32_t reduction = job->reduction ? *job->reduction : 1;
    return (ImgJpegView){
        .file = file,
        .window = img_jpeg_reduced_window(window, reduction),
        .reduction = reduction,
    };
}

AugStatus img_jpeg_window_decode(const ImgJpegKernels *kernels, const ImgDecodeJob *job,
                                 const ImgWindow *window, ImgDecodeTarget target, bool *taken,
                                 AugError *error)
{
    ImgJpegFile file;
    uint8_t *parts[4];
    *taken = false;
    if (!img_jpeg_file_read(&file, job->bytes, job->size) || file.width != job->header->width ||
        file.height != job->header->height || file.n_components != job->header->channels)
        return AUG_OK;
    const ImgJpegView view = view_of(&file, job, window);
    AUG_TRY(take_memory(&view, target, parts, error));
    Decode *decode = (Decode *)(void *)parts[0];
    decode->job = job;
    decode->target = target;
    decode->file = &file;
    decode->view = view;
    decode->is_reduced = view.reduction > 1;
    if (!open_decode(decode, kernels, parts))
        return AUG_OK;
    const ImgWindow *made = &decode->view.window;
    const AugSize size = {.height = made->y1 - made->y0, .width = made->x1 - made->x0};
    AUG_TRY(img_pixels_image(target.pixels, size, job->channels, target.out, error));
    *target.got = *made;
    *taken = run(decode);
    if (job->new_marks && (!*taken || !decode->makes_marks || decode->writer.full))
        job->new_marks->size = 0;
    return *taken ? AUG_OK : augi_allowance_go_on(target.pixels->allowance, error);
}

/* A smaller picture, where a careful look at the whole file leaves it to the library, must be what a
 * decode without it makes, which sees less of the file and may take it. */
static AugStatus decode_checked(const ImgDecodeJob *job, const ImgWindow *window,
                                const AugLimits *limits, ImgDecodeTarget target, bool *taken,
                                AugError *error)
{
    const ImgJpegKernels *kernels = img_jpeg_kernels();
    ImgDecodeJob plain = *job, check = *job;
    plain.careful = false;
    plain.new_marks = NULL;
    check.reduction = NULL;
    AUG_TRY(img_jpeg_window_decode(kernels, &plain, window, target, taken, error));
    AUG_TRY(img_jpeg_library_decode(&check, window, limits, target, error));
    return *taken ? img_jpeg_window_decode(kernels, &plain, window, target, taken, error) : AUG_OK;
}

AugStatus img_jpeg_decode(const ImgDecodeJob *job, const ImgWindow *window, const AugLimits *limits,
                          ImgDecodeTarget target, AugError *error)
{
    bool taken;
    const bool reduces = job->reduction && *job->reduction > 1;
    const AugStatus status =
        img_jpeg_window_decode(img_jpeg_kernels(), job, window, target, &taken, error);
    /* The library does without a copy of the data, and has the same pixels, but not reduced ones. */
    if (status == AUG_NO_MEMORY && !reduces && augi_allowance_refused(target.pixels->allowance))
        img_pixels_fini(target.scratch);
    else
        AUG_TRY(status);
    if (status == AUG_OK && taken)
        return AUG_OK;
    if (reduces && job->careful)
        AUG_TRY(decode_checked(job, window, limits, target, &taken, error));
    else
        AUG_TRY(img_jpeg_library_decode(job, window, limits, target, error));
    if (reduces && !taken)
        *job->reduction = 1;
    return AUG_OK;
}
