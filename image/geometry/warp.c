/* Affine warp: each row is cut into a run whose neighbours all lie in the picture, and what is left
 * of it and right of it, where the border counts.
 */
#include "image/geometry/warp.h"

#include <math.h>
#include <string.h>

#include "image/geometry/warp_kernels.h"
#include "image/pixels/cpu.h"

/* Places beyond this are refused: 32.32 fixed point holds twice as much. */
#define MAX_PLACE 1073741824.0

/* One pixel in 32.32 fixed point. */
#define PIXEL (INT64_C(1) << 32)

/* One warp. shift is what lies between a place and the corner of pixel 0 in units of the
 * kernels: half a pixel for BILINEAR. */
typedef struct Job {
    const ImgWarp *warp;
    const ImgSource *source;
    const AugImage *out;
    double shift;
    int64_t dx, dy;
    size_t pixel_size;
    bool vector;
} Job;

/* Columns [from, to) of a row. */
typedef struct Span {
    int64_t from, to;
} Span;

static double place_x(const ImgWarp *warp, double x, double y)
{
    return warp->matrix[0] * x + warp->matrix[1] * y + warp->matrix[2];
}

static double place_y(const ImgWarp *warp, double x, double y)
{
    return warp->matrix[3] * x + warp->matrix[4] * y + warp->matrix[5];
}

AugStatus img_warp_check(const ImgWarp *warp, int32_t out_width, int32_t out_height,
                         AugError *error)
{
    if (warp->filter != IMG_FILTER_NEAREST && warp->filter != IMG_FILTER_BILINEAR)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found filter %d for a warp; allowed are nearest and bilinear",
                        (int)warp->filter);
    for (int i = 0; i < 4; i++) {
        const double x = warp->x0 + (i % 2 == 0 ? 0 : out_width);
        const double y = warp->y0 + (i / 2 == 0 ? 0 : out_height);
        /* Written so that "not a number" fails too. */
        if (!(fabs(place_x(warp, x, y)) <= MAX_PLACE && fabs(place_y(warp, x, y)) <= MAX_PLACE))
            return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                            "found a warp that takes corner %g, %g to %g, %g; allowed is up to %g",
                            x, y, place_x(warp, x, y), place_y(warp, x, y), MAX_PLACE);
    }
    return AUG_OK;
}

/* Pixels that places from low to high may read on an axis of the given length, half-open. One more
 * on each side than the filter's reach pays for rounding. */
static void axis_needs(ImgBorder border, double low, double high, int32_t length, int32_t *from,
                       int32_t *to)
{
    const double first = floor(low - 0.5) - 1;
    const double end = floor(high - 0.5) + 3;
    *from = first < 0 ? 0 : first > length - 1 ? length - 1 : (int32_t)first;
    *to = end > length ? length : end < 1 ? 1 : (int32_t)end;
    if (border == IMG_BORDER_REFLECT101 && (first < 0 || end > length)) {
        *from = 0;
        *to = length;
    }
}

ImgWindow img_warp_needs(const ImgWarp *warp, int32_t out_width, int32_t out_height, int32_t width,
                         int32_t height)
{
    double low[2] = {MAX_PLACE, MAX_PLACE};
    double high[2] = {-MAX_PLACE, -MAX_PLACE};
    for (int i = 0; i < 4; i++) {
        const double x = warp->x0 + (i % 2 == 0 ? 0.5 : out_width - 0.5);
        const double y = warp->y0 + (i / 2 == 0 ? 0.5 : out_height - 0.5);
        const double place[2] = {place_x(warp, x, y), place_y(warp, x, y)};
        for (int axis = 0; axis < 2; axis++) {
            low[axis] = place[axis] < low[axis] ? place[axis] : low[axis];
            high[axis] = place[axis] > high[axis] ? place[axis] : high[axis];
        }
    }
    ImgWindow window;
    axis_needs(warp->border, low[0], high[0], width, &window.x0, &window.x1);
    axis_needs(warp->border, low[1], high[1], height, &window.y0, &window.y1);
    return window;
}

static AugStatus check_pictures(const ImgWarp *warp, const ImgSource *source, const AugImage *out,
                                AugError *error)
{
    const AugImage *pixels = &source->pixels;
    if (!img_same_pixel_type(pixels, out) || !img_pixel_type_is_known(img_pixel_type(out)))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a warp from %ld channels of %s to %ld of %s; both must be alike, 1 "
                        "to %d of U8, U16 or F32",
                        (long)pixels->channels, aug_dtype_name(pixels->dtype), (long)out->channels,
                        aug_dtype_name(out->dtype), AUG_MAX_CHANNELS);
    if (out->width < 1 || out->height < 1 || source->width < 1 || source->height < 1)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a warp of %ld x %ld to %ld x %ld pixels; sides are 1 and more",
                        (long)source->width, (long)source->height, (long)out->width,
                        (long)out->height);
    const ImgWindow needs =
        img_warp_needs(warp, out->width, out->height, source->width, source->height);
    if (needs.x0 < source->x || needs.y0 < source->y || needs.x1 > source->x + pixels->width ||
        needs.y1 > source->y + pixels->height)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found %ld x %ld pixels of the source from column %ld, row %ld on; needed "
                        "are columns %ld to %ld, rows %ld to %ld",
                        (long)pixels->width, (long)pixels->height, (long)source->x, (long)source->y,
                        (long)needs.x0, (long)needs.x1, (long)needs.y0, (long)needs.y1);
    return AUG_OK;
}

static int64_t to_fixed(double value)
{
    return (int64_t)floor(value * (double)PIXEL + 0.5);
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* The i for which start + i step lies in [low, high), cut to span (its end, empty, if there are
 * none); b > 0 in the divisions, so ceil(a / b) = -floor(-a / b). */
static Span clip_span(Span span, int64_t start, int64_t step, int64_t low, int64_t high)
{
    int64_t from = span.from;
    int64_t to = span.to;
    if (step > 0) {
        from = -floor_divide(start - low, step);
        to = -floor_divide(start - high, step);
    } else if (step < 0) {
        from = floor_divide(start - high, -step) + 1;
        to = floor_divide(start - low, -step) + 1;
    } else if (start < low || start >= high) {
        to = from;
    }
    from = from > span.from ? from : span.from;
    to = to < span.to ? to : span.to;
    return from < to ? (Span){.from = from, .to = to} : (Span){.from = span.to, .to = span.to};
}

/* The pixels of a row whose place, in whole pixels, lies in [from, width - less) and in [from,
 * height - less). */
static Span span_between(const Job *job, int64_t x, int64_t y, int32_t from, int32_t less)
{
    const ImgSource *source = job->source;
    /* Rounding to weights moves places by up to 2^20. */
    const int64_t shift = job->warp->filter == IMG_FILTER_BILINEAR ? -(INT64_C(1) << 20) : 0;
    const int64_t low = (int64_t)from * PIXEL + shift;
    const Span all = {.from = 0, .to = job->out->width};
    const Span columns =
        clip_span(all, x, job->dx, low, (int64_t)(source->width - less) * PIXEL + shift);
    return clip_span(columns, y, job->dy, low, (int64_t)(source->height - less) * PIXEL + shift);
}

/* The pixels of a row for which no border counts: the last pixel of an axis has no next one. */
static Span inner_span(const Job *job, int64_t x, int64_t y)
{
    return span_between(job, x, y, 0, job->warp->filter == IMG_FILTER_BILINEAR ? 1 : 0);
}

/* The pixels of a row that are not made of the constant alone. */
static Span touched_span(const Job *job, int64_t x, int64_t y)
{
    if (job->warp->border != IMG_BORDER_CONSTANT)
        return (Span){.from = 0, .to = job->out->width};
    return span_between(job, x, y, job->warp->filter == IMG_FILTER_BILINEAR ? -1 : 0, 0);
}

/* A pixel anywhere, the border's if it lies outside. */
static const uint8_t *pixel_at(const Job *job, int64_t column, int64_t row)
{
    const ImgSource *source = job->source;
    const int32_t x = img_border_index(job->warp->border, column, source->width);
    const int32_t y = img_border_index(job->warp->border, row, source->height);
    if (x < 0 || y < 0)
        return job->warp->fill;
    return source->pixels.pixels + (size_t)(y - source->y) * source->pixels.row_size +
           (size_t)(x - source->x) * job->pixel_size;
}

static void blend_at(const Job *job, int64_t place_x, int64_t place_y, uint8_t *out)
{
    const ImgWarpPlace x = img_warp_place_split(place_x);
    const ImgWarpPlace y = img_warp_place_split(place_y);
    const int32_t shares_x[2] = {IMG_WARP_ONE - x.share, x.share};
    const int32_t shares_y[2] = {IMG_WARP_ONE - y.share, y.share};
    ImgWarpNeighbours around = {0};
    for (int i = 0; i < 4; i++) {
        around.shares[i] = shares_x[i % 2] * shares_y[i / 2];
        /* A neighbour without a share may lie outside of the window in memory. */
        if (around.shares[i] > 0)
            around.pixels[i] = pixel_at(job, (int64_t)x.index + i % 2, (int64_t)y.index + i / 2);
    }
    img_warp_blend(&around, img_pixel_type(job->out), out);
}

static void write_at(const Job *job, int64_t at_x, int64_t at_y, uint8_t *out)
{
    if (job->warp->filter == IMG_FILTER_BILINEAR)
        blend_at(job, at_x, at_y, out);
    else
        memcpy(out, pixel_at(job, at_x >> 32, at_y >> 32), job->pixel_size);
}

/* Pixels of a row where the border may count. */
static void write_outer(const Job *job, Span span, int64_t x, int64_t y, uint8_t *row)
{
    const size_t size = job->pixel_size;
    uint8_t *out = row + (size_t)span.from * size;
    for (int64_t i = span.from; i < span.to; i++, out += size)
        write_at(job, x + i * job->dx, y + i * job->dy, out);
}

static void write_fill(const Job *job, Span span, uint8_t *row)
{
    const size_t size = job->pixel_size;
    for (int64_t i = span.from; i < span.to; i++)
        memcpy(row + (size_t)i * size, job->warp->fill, size);
}

static void pick_nearest(const ImgWarpSpan *span)
{
    const size_t size = img_pixel_size(span->pixels);
    uint8_t *out = span->out;
    int64_t x = span->x;
    int64_t y = span->y;
    for (int32_t i = 0; i < span->n; i++, x += span->dx, y += span->dy, out += size)
        memcpy(out,
               span->pixels->pixels + (size_t)(y >> 32) * span->pixels->row_size +
                   (size_t)(x >> 32) * size,
               size);
}

static void write_inner(const Job *job, Span span, int64_t x, int64_t y, uint8_t *row)
{
    const ImgSource *source = job->source;
    const ImgWarpSpan part = {
        .pixels = &source->pixels,
        .x = x + span.from * job->dx - (int64_t)source->x * PIXEL,
        .y = y + span.from * job->dy - (int64_t)source->y * PIXEL,
        .dx = job->dx,
        .dy = job->dy,
        .n = (int32_t)(span.to - span.from),
        .out = row + (size_t)span.from * job->pixel_size,
    };
    if (job->warp->filter == IMG_FILTER_NEAREST) {
        pick_nearest(&part);
        return;
    }
    if (job->out->dtype != AUG_DTYPE_U8) {
        img_warp_span_wide(&part);
        return;
    }
#ifdef IMG_HAS_AVX2_FILES
    if (job->vector && job->out->channels == 3) {
        img_warp_span_avx2(&part);
        return;
    }
#endif
    img_warp_span_scalar(&part);
}

static void write_row(const Job *job, int32_t y)
{
    const ImgWarp *warp = job->warp;
    const double row_y = warp->y0 + y + 0.5;
    const int64_t at_x = to_fixed(place_x(warp, 0.5, row_y) - job->shift) + warp->x0 * job->dx;
    const int64_t at_y = to_fixed(place_y(warp, 0.5, row_y) - job->shift) + warp->x0 * job->dy;
    uint8_t *row = job->out->pixels + (size_t)y * job->out->row_size;
    const Span touched = touched_span(job, at_x, at_y);
    const Span inner = inner_span(job, at_x, at_y);
    const bool has_inner = inner.from < inner.to;
    const int64_t middle = has_inner ? inner.from : touched.to;
    write_fill(job, (Span){.from = 0, .to = touched.from}, row);
    write_outer(job, (Span){.from = touched.from, .to = middle}, at_x, at_y, row);
    if (has_inner) {
        write_inner(job, inner, at_x, at_y, row);
        write_outer(job, (Span){.from = inner.to, .to = touched.to}, at_x, at_y, row);
    }
    write_fill(job, (Span){.from = touched.to, .to = job->out->width}, row);
}

AugStatus img_warp_with(bool vector, const ImgWarp *warp, const ImgSource *source,
                        const AugImage *out, AugError *error)
{
    AUG_TRY(img_warp_check(warp, out->width, out->height, error));
    AUG_TRY(check_pictures(warp, source, out, error));
    const Job job = {
        .warp = warp,
        .source = source,
        .out = out,
        .shift = warp->filter == IMG_FILTER_BILINEAR ? 0.5 : 0.0,
        .dx = to_fixed(warp->matrix[0]),
        .dy = to_fixed(warp->matrix[3]),
        .pixel_size = img_pixel_size(out),
        .vector = vector && img_cpu_has_avx2(),
    };
    for (int32_t y = 0; y < out->height; y++)
        write_row(&job, y);
    return AUG_OK;
}

AugStatus img_warp(const ImgWarp *warp, const ImgSource *source, const AugImage *out,
                   AugError *error)
{
    return img_warp_with(true, warp, source, out, error);
}

void img_warp_pixels(const ImgWarp *warp, const ImgSource *source, const double *places, int32_t n,
                     uint8_t *out)
{
    const double shift = warp->filter == IMG_FILTER_BILINEAR ? 0.5 : 0.0;
    const Job job = {
        .warp = warp,
        .source = source,
        .out = &source->pixels,
        .pixel_size = img_pixel_size(&source->pixels),
    };
    for (int32_t i = 0; i < n; i++, out += job.pixel_size)
        write_at(&job, to_fixed(places[2 * i] - shift), to_fixed(places[2 * i + 1] - shift), out);
}
