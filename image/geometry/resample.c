/* Arranges the passes of a job: what is needed of them, on which rows, in which memory. */
#include "image/geometry/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/geometry/resample_kernels.h"
#include "image/pixels/cpu.h"
#include "image/pixels/work.h"

/* Whole numbers up to here are exact in float, which the box is rounded to. */
#define MAX_SIDE (1 << 24)

/* Every part of the scratch memory starts at a multiple of the vector code's longest load. */
#define ALIGNMENT 64u

/* One job being run. */
typedef struct Run {
    const ImgResampleKernels *kernels;
    const ImgSource *source;
    const AugImage *out;
    ImgAxis x, y;
    ImgTaps columns, rows;
    double *numbers;
    void *work;
    uint8_t *between; /* rows between the passes, of between_type */
    size_t between_row_size;
    AugDtype between_type;
    /* What is read of the picture. */
    int32_t first_column, n_columns, first_row, n_rows;
} Run;

static ImgAxis axis_x(const ImgResample *job)
{
    return (ImgAxis){.filter = job->filter,
                     .length = job->picture_width,
                     .from = (float)job->x0,
                     .to = (float)job->x1,
                     .out_length = job->out_width,
                     .keep_from = job->keep.x0,
                     .keep_to = job->keep.x1,
                     .mirror = job->mirror_x};
}

static ImgAxis axis_y(const ImgResample *job)
{
    return (ImgAxis){.filter = job->filter,
                     .length = job->picture_height,
                     .from = (float)job->y0,
                     .to = (float)job->y1,
                     .out_length = job->out_height,
                     .keep_from = job->keep.y0,
                     .keep_to = job->keep.y1,
                     .mirror = job->mirror_y};
}

void img_resample_scratch_fini(ImgResampleScratch *scratch)
{
    augi_allowance_give(scratch->allowance, scratch->size);
    free(scratch->memory);
    scratch->memory = NULL;
    scratch->size = 0;
}

ImgResample img_resample_make(ImgFilter filter, int32_t picture_width, int32_t picture_height,
                              int32_t out_width, int32_t out_height)
{
    return (ImgResample){.filter = filter,
                         .picture_width = picture_width,
                         .picture_height = picture_height,
                         .x1 = picture_width,
                         .y1 = picture_height,
                         .out_width = out_width,
                         .out_height = out_height,
                         .keep = img_window_all(out_width, out_height)};
}

static bool is_side(int32_t side)
{
    return 1 <= side && side <= MAX_SIDE;
}

static bool is_box(const ImgAxis *axis)
{
    return axis->from >= 0 && axis->from < axis->to && axis->to <= (float)axis->length;
}

AugStatus img_resample_check(const ImgResample *job, AugError *error)
{
    if (!is_side(job->picture_width) || !is_side(job->picture_height) || !is_side(job->out_width) ||
        !is_side(job->out_height))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a resize of %ld x %ld to %ld x %ld pixels; sides are 1 to %d",
                        (long)job->picture_width, (long)job->picture_height, (long)job->out_width,
                        (long)job->out_height, MAX_SIDE);
    const ImgAxis x = axis_x(job);
    const ImgAxis y = axis_y(job);
    if (!is_box(&x) || !is_box(&y))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a box of columns %g to %g, rows %g to %g; it must not be empty and "
                        "lie in %ld x %ld pixels",
                        job->x0, job->x1, job->y0, job->y1, (long)job->picture_width,
                        (long)job->picture_height);
    if (!img_window_in(&job->keep, job->out_width, job->out_height))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found columns %ld to %ld, rows %ld to %ld to keep of %ld x %ld pixels",
                        (long)job->keep.x0, (long)job->keep.x1, (long)job->keep.y0,
                        (long)job->keep.y1, (long)job->out_width, (long)job->out_height);
    return AUG_OK;
}

ImgWindow img_resample_needs(const ImgResample *job)
{
    const ImgAxis x = axis_x(job);
    const ImgAxis y = axis_y(job);
    ImgWindow window;
    img_axis_needs(&x, &window.x0, &window.x1);
    img_axis_needs(&y, &window.y0, &window.y1);
    return window;
}

/* Passes over each pixel that is read or written: a wider filter reads each more often. */
static uint64_t passes_of(ImgFilter filter)
{
    return filter == IMG_FILTER_BICUBIC ? 2 : 1;
}

/* Two passes, horizontal first; one that copies counts nothing but for the last copy. */
static uint64_t work_of(const ImgAxis *x, const ImgAxis *y, uint64_t n_columns, uint64_t n_rows)
{
    const uint64_t width = (uint64_t)(x->keep_to - x->keep_from);
    const uint64_t height = (uint64_t)(y->keep_to - y->keep_from);
    const uint64_t passes = passes_of(x->filter);
    if (x->filter == IMG_FILTER_NEAREST)
        return width * height * IMG_PASSES_PLACE;
    const uint64_t across = img_axis_is_copy(x) ? 0 : passes * n_rows * (n_columns + width);
    const uint64_t down =
        img_axis_is_copy(y) ? width * height * IMG_PASSES_COPY : passes * width * (n_rows + height);
    return across + down;
}

uint64_t img_resample_work(const ImgResample *job)
{
    const ImgAxis x = axis_x(job), y = axis_y(job);
    const ImgWindow read = img_resample_needs(job);
    return work_of(&x, &y, (uint64_t)(read.x1 - read.x0), (uint64_t)(read.y1 - read.y0));
}

/* Positions that are read for one axis: the filter reaches over the edges of the box, the further
 * the less the box is stretched. */
static uint64_t most_read(ImgFilter filter, int32_t from, int32_t to, int32_t longest)
{
    const uint64_t support = filter == IMG_FILTER_BICUBIC ? 2 : 1;
    const uint64_t length = (uint64_t)from, scale = length / (uint64_t)to + 1;
    const uint64_t most = longest > from ? (uint64_t)longest : length;
    const uint64_t reached = length + 2 * (support * scale + 2);
    return reached < most ? reached : most;
}

uint64_t img_resize_most_work(ImgFilter filter, AugSize from, AugSize to, int32_t longest)
{
    const uint64_t width = (uint64_t)to.width, height = (uint64_t)to.height;
    const uint64_t n_columns = most_read(filter, from.width, to.width, longest);
    const uint64_t n_rows = most_read(filter, from.height, to.height, longest);
    const uint64_t around = IMG_PASSES_PLACE * (n_columns * n_rows + width * height);
    if (filter == IMG_FILTER_NEAREST)
        return around + IMG_PASSES_PLACE * width * height;
    return around + passes_of(filter) * (n_rows * (n_columns + width) + width * (n_rows + height));
}

static AugStatus check_pictures(const ImgResample *job, const ImgSource *source,
                                const AugImage *out, AugError *error)
{
    const AugImage *pixels = &source->pixels;
    if (!img_same_pixel_type(pixels, out) || !img_pixel_type_is_known(img_pixel_type(out)))
        return AUG_FAIL(
            error, AUG_BAD_ARGUMENT, NULL,
            "found a resize from %ld channels of %s to %ld of %s; both must be alike, 1 "
            "to %d of U8, U16 or F32",
            (long)pixels->channels, aug_dtype_name(pixels->dtype), (long)out->channels,
            aug_dtype_name(out->dtype), AUG_MAX_CHANNELS);
    if (out->width != job->keep.x1 - job->keep.x0 || out->height != job->keep.y1 - job->keep.y0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found room for %ld x %ld pixels; %ld x %ld are to be computed",
                        (long)out->width, (long)out->height, (long)(job->keep.x1 - job->keep.x0),
                        (long)(job->keep.y1 - job->keep.y0));
    const ImgWindow needs = img_resample_needs(job);
    const ImgWindow has = {.x0 = source->x,
                           .y0 = source->y,
                           .x1 = source->x + pixels->width,
                           .y1 = source->y + pixels->height};
    if (source->width != job->picture_width || source->height != job->picture_height ||
        needs.x0 < has.x0 || needs.y0 < has.y0 || needs.x1 > has.x1 || needs.y1 > has.y1)
        return AUG_FAIL(
            error, AUG_BAD_ARGUMENT, NULL,
            "found columns %ld to %ld, rows %ld to %ld of the source; needed are %ld to "
            "%ld, %ld to %ld",
            (long)has.x0, (long)has.x1, (long)has.y0, (long)has.y1, (long)needs.x0, (long)needs.x1,
            (long)needs.y0, (long)needs.y1);
    return AUG_OK;
}

/* Cuts size bytes off the memory at base + *used; with a NULL base it only counts. */
static void *cut(uint8_t *base, size_t *used, size_t size)
{
    void *part = base ? base + *used : NULL;
    *used += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return part;
}

/* exact: the kernels take weights as they are. */
static void cut_taps(const ImgAxis *axis, bool exact, ImgTaps *taps, uint8_t *base, size_t *used)
{
    const size_t n = (size_t)(axis->keep_to - axis->keep_from);
    const size_t n_weights = n * (size_t)img_axis_reach(axis);
    taps->first = cut(base, used, n * sizeof(*taps->first));
    taps->count = cut(base, used, n * sizeof(*taps->count));
    if (exact)
        taps->exact = cut(base, used, n_weights * sizeof(*taps->exact));
    else
        taps->weights = cut(base, used, n_weights * sizeof(*taps->weights));
}

/* Gives each part its memory and returns how much all take. */
static size_t lay_out(Run *run, uint8_t *base)
{
    const int32_t n_x = run->x.keep_to - run->x.keep_from;
    const int32_t n_y = run->y.keep_to - run->y.keep_from;
    const int32_t reach_x = img_axis_reach(&run->x);
    const int32_t reach_y = img_axis_reach(&run->y);
    const size_t in_length = (size_t)run->n_columns * img_pixel_size(run->out);
    const size_t out_length =
        (size_t)n_x * (size_t)run->out->channels * img_value_size(run->between_type);
    const bool exact = run->out->dtype != AUG_DTYPE_U8;
    const size_t work_x = run->kernels->work_size(n_x, reach_x, in_length, out_length);
    const size_t work_y = run->kernels->work_size(n_y, reach_y, 0, 0);
    const size_t reach = (size_t)(reach_x > reach_y ? reach_x : reach_y);
    size_t used = 0;
    cut_taps(&run->x, exact, &run->columns, base, &used);
    cut_taps(&run->y, exact, &run->rows, base, &used);
    run->numbers = cut(base, &used, reach * sizeof(*run->numbers));
    run->work = cut(base, &used, work_x > work_y ? work_x : work_y);
    run->between_row_size = (out_length / 16 + 1) * 16;
    run->between = cut(base, &used, (size_t)run->n_rows * run->between_row_size);
    return used;
}

static AugStatus get_memory(Run *run, ImgResampleScratch *scratch, AugError *error)
{
    const size_t size = lay_out(run, NULL);
    if (size > scratch->size) {
        img_resample_scratch_fini(scratch);
        AUG_TRY(augi_allowance_take(scratch->allowance, size, error));
        scratch->memory = aligned_alloc(ALIGNMENT, size);
        if (!scratch->memory) {
            augi_allowance_give(scratch->allowance, size);
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory to resize a picture");
        }
        scratch->size = size;
    }
    lay_out(run, scratch->memory);
    return AUG_OK;
}

static const uint8_t *source_at(const Run *run, int32_t column, int32_t row)
{
    const AugImage *pixels = &run->source->pixels;
    return pixels->pixels + (size_t)(row - run->source->y) * pixels->row_size +
           (size_t)(column - run->source->x) * img_pixel_size(pixels);
}

static void copy_rows(const Run *run, const uint8_t *in, size_t in_row_size, AugDtype in_type)
{
    const AugImage *out = run->out;
    const size_t n = (size_t)out->width * (size_t)out->channels;
    for (int32_t y = 0; y < out->height; y++, in += in_row_size) {
        uint8_t *row = out->pixels + (size_t)y * out->row_size;
        if (in_type == out->dtype)
            memcpy(row, in, n * img_value_size(in_type));
        else
            img_resample_finish((const float *)(const void *)in, n, out->dtype, row);
    }
}

/* Horizontal first, like Pillow before 13, and only for the rows that the vertical pass reads. */
static void run_passes(Run *run)
{
    const AugImage *out = run->out;
    const uint8_t *in = source_at(run, run->first_column, run->first_row);
    size_t in_row_size = run->source->pixels.row_size;
    AugDtype in_type = out->dtype;
    if (!img_axis_is_copy(&run->x)) {
        run->x.origin = run->first_column;
        img_axis_taps(&run->x, &run->columns, run->numbers);
        run->kernels->horizontal(&(ImgPass){.taps = &run->columns,
                                            .in = in,
                                            .in_row_size = in_row_size,
                                            .n_rows = run->n_rows,
                                            .width = run->n_columns,
                                            .channels = out->channels,
                                            .out = run->between,
                                            .out_row_size = run->between_row_size,
                                            .work = run->work,
                                            .in_type = in_type,
                                            .out_type = run->between_type});
        in = run->between;
        in_row_size = run->between_row_size;
        in_type = run->between_type;
    }
    if (img_axis_is_copy(&run->y)) {
        copy_rows(run, in, in_row_size, in_type);
        return;
    }
    run->y.origin = run->first_row;
    img_axis_taps(&run->y, &run->rows, run->numbers);
    run->kernels->vertical(&(ImgPass){.taps = &run->rows,
                                      .in = in,
                                      .in_row_size = in_row_size,
                                      .n_rows = run->n_rows,
                                      .width = out->width,
                                      .channels = out->channels,
                                      .out = out->pixels,
                                      .out_row_size = out->row_size,
                                      .work = run->work,
                                      .in_type = in_type,
                                      .out_type = out->dtype});
}

/* NEAREST only moves pixels. */
static void run_nearest(Run *run)
{
    const AugImage *out = run->out;
    const size_t size = img_pixel_size(out);
    run->x.origin = run->source->x;
    run->y.origin = run->source->y;
    img_axis_taps(&run->x, &run->columns, run->numbers);
    img_axis_taps(&run->y, &run->rows, run->numbers);
    for (int32_t y = 0; y < out->height; y++) {
        const uint8_t *in =
            run->source->pixels.pixels + (size_t)run->rows.first[y] * run->source->pixels.row_size;
        uint8_t *pixel = out->pixels + (size_t)y * out->row_size;
        for (int32_t x = 0; x < out->width; x++, pixel += size)
            memcpy(pixel, in + (size_t)run->columns.first[x] * size, size);
    }
}

const ImgResampleKernels *img_resample_kernels(void)
{
#ifdef IMG_HAS_AVX2_FILES
    if (img_cpu_has_avx2())
        return &img_resample_avx2;
#endif
    return &img_resample_scalar;
}

AugStatus img_resample_with(const ImgResampleKernels *kernels, ImgResampleScratch *scratch,
                            const ImgResample *job, const ImgSource *source, const AugImage *out,
                            AugError *error)
{
    AUG_TRY(img_resample_check(job, error));
    AUG_TRY(check_pictures(job, source, out, error));
    const bool wide = out->dtype != AUG_DTYPE_U8;
    Run run = {.kernels = wide ? &img_resample_wide : kernels,
               .source = source,
               .out = out,
               .x = axis_x(job),
               .y = axis_y(job),
               .between_type = wide ? AUG_DTYPE_F32 : AUG_DTYPE_U8};
    const ImgWindow needs = img_resample_needs(job);
    run.first_column = needs.x0;
    run.n_columns = needs.x1 - needs.x0;
    run.first_row = needs.y0;
    run.n_rows = needs.y1 - needs.y0;
    AUG_TRY(get_memory(&run, scratch, error));
    scratch->work += work_of(&run.x, &run.y, (uint64_t)run.n_columns, (uint64_t)run.n_rows);
    if (job->filter == IMG_FILTER_NEAREST)
        run_nearest(&run);
    else
        run_passes(&run);
    return AUG_OK;
}

AugStatus img_resample(ImgResampleScratch *scratch, const ImgResample *job, const ImgSource *source,
                       const AugImage *out, AugError *error)
{
    return img_resample_with(img_resample_kernels(), scratch, job, source, out, error);
}
