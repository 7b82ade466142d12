/* Affine warp: each row is cut into a run whose neighbours all lie in the picture, and what is left
 * of it and right of it, where the border counts.
 */
#include "image/warp.h"

#include <math.h>
#include <string.h>

#include "image/cpu.h"
#include "image/warp_kernels.h"

/* Places beyond this are refused: 32.32 fixed point holds twice as much. */
#define MAX_PLACE 1073741824.0

/* One pixel in 32.32 fixed point. */
#define PIXEL (INT64_C(1) << 32)

/* One warp being run. shift is what lies between a place and the corner of pixel 0 in units of the
 * kernels: half a pixel for BILINEAR. */
typedef struct Run {
    const AugiWarp *warp;
    const AugiSource *source;
    const AugImage *out;
    double shift;
    int64_t dx, dy;
    bool vector;
} Run;

/* Columns [from, to) of a row. */
typedef struct Span {
    int64_t from, to;
} Span;

static double place_x(const AugiWarp *warp, double x, double y)
{
    return warp->matrix[0] * x + warp->matrix[1] * y + warp->matrix[2];
}

static double place_y(const AugiWarp *warp, double x, double y)
{
    return warp->matrix[3] * x + warp->matrix[4] * y + warp->matrix[5];
}

AugStatus augi_warp_check(const AugiWarp *warp, int32_t out_width, int32_t out_height,
                          AugError *error)
{
    if (warp->filter != AUGI_FILTER_NEAREST && warp->filter != AUGI_FILTER_BILINEAR)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found filter %d for a warp; allowed are nearest and bilinear",
                        (int)warp->filter);
    for (int i = 0; i < 4; i++) {
        const double x = i % 2 == 0 ? 0 : out_width;
        const double y = i / 2 == 0 ? 0 : out_height;
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
static void axis_needs(AugiBorder border, double low, double high, int32_t length, int32_t *from,
                       int32_t *to)
{
    const double first = floor(low - 0.5) - 1;
    const double end = floor(high - 0.5) + 3;
    *from = first < 0 ? 0 : first > length - 1 ? length - 1 : (int32_t)first;
    *to = end > length ? length : end < 1 ? 1 : (int32_t)end;
    if (border == AUGI_BORDER_REFLECT101 && (first < 0 || end > length)) {
        *from = 0;
        *to = length;
    }
}

AugiWindow augi_warp_needs(const AugiWarp *warp, int32_t out_width, int32_t out_height,
                           int32_t width, int32_t height)
{
    double low[2] = {MAX_PLACE, MAX_PLACE};
    double high[2] = {-MAX_PLACE, -MAX_PLACE};
    for (int i = 0; i < 4; i++) {
        const double x = i % 2 == 0 ? 0.5 : out_width - 0.5;
        const double y = i / 2 == 0 ? 0.5 : out_height - 0.5;
        const double place[2] = {place_x(warp, x, y), place_y(warp, x, y)};
        for (int axis = 0; axis < 2; axis++) {
            low[axis] = place[axis] < low[axis] ? place[axis] : low[axis];
            high[axis] = place[axis] > high[axis] ? place[axis] : high[axis];
        }
    }
    AugiWindow window;
    axis_needs(warp->border, low[0], high[0], width, &window.x0, &window.x1);
    axis_needs(warp->border, low[1], high[1], height, &window.y0, &window.y1);
    return window;
}

static AugStatus check_pictures(const AugiWarp *warp, const AugiSource *source, const AugImage *out,
                                AugError *error)
{
    const AugImage *pixels = &source->pixels;
    if (pixels->channels != out->channels || (out->channels != 1 && out->channels != 3))
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a warp from %ld to %ld channels; both must be 1 or both 3",
                        (long)pixels->channels, (long)out->channels);
    if (out->width < 1 || out->height < 1 || source->width < 1 || source->height < 1)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "found a warp of %ld x %ld to %ld x %ld pixels; sides are 1 and more",
                        (long)source->width, (long)source->height, (long)out->width,
                        (long)out->height);
    const AugiWindow needs =
        augi_warp_needs(warp, out->width, out->height, source->width, source->height);
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
static Span span_between(const Run *run, int64_t x, int64_t y, int32_t from, int32_t less)
{
    const AugiSource *source = run->source;
    /* Rounding to weights moves places by up to 2^20. */
    const int64_t shift = run->warp->filter == AUGI_FILTER_BILINEAR ? -(INT64_C(1) << 20) : 0;
    const int64_t low = (int64_t)from * PIXEL + shift;
    const Span all = {.from = 0, .to = run->out->width};
    const Span columns =
        clip_span(all, x, run->dx, low, (int64_t)(source->width - less) * PIXEL + shift);
    return clip_span(columns, y, run->dy, low, (int64_t)(source->height - less) * PIXEL + shift);
}

/* The pixels of a row for which no border counts: the last pixel of an axis has no next one. */
static Span inner_span(const Run *run, int64_t x, int64_t y)
{
    return span_between(run, x, y, 0, run->warp->filter == AUGI_FILTER_BILINEAR ? 1 : 0);
}

/* The pixels of a row that are not made of the constant alone. */
static Span touched_span(const Run *run, int64_t x, int64_t y)
{
    if (run->warp->border != AUGI_BORDER_CONSTANT)
        return (Span){.from = 0, .to = run->out->width};
    return span_between(run, x, y, run->warp->filter == AUGI_FILTER_BILINEAR ? -1 : 0, 0);
}

/* A pixel anywhere, the border's if it lies outside. */
static const uint8_t *pixel_at(const Run *run, int64_t column, int64_t row)
{
    const AugiSource *source = run->source;
    const int32_t x = augi_border_index(run->warp->border, column, source->width);
    const int32_t y = augi_border_index(run->warp->border, row, source->height);
    if (x < 0 || y < 0)
        return run->warp->fill;
    return source->pixels.pixels + (size_t)(y - source->y) * source->pixels.row_size +
           (size_t)(x - source->x) * (size_t)source->pixels.channels;
}

static void blend_at(const Run *run, int64_t place_x, int64_t place_y, uint8_t *out)
{
    const AugiPlace x = augi_place_split(place_x);
    const AugiPlace y = augi_place_split(place_y);
    const int32_t shares_x[2] = {AUGI_WARP_ONE - x.share, x.share};
    const int32_t shares_y[2] = {AUGI_WARP_ONE - y.share, y.share};
    int32_t sums[3] = {0};
    for (int i = 0; i < 4; i++) {
        const int32_t share = shares_x[i % 2] * shares_y[i / 2];
        /* A neighbour without a share may lie outside of the window in memory. */
        if (share == 0)
            continue;
        const uint8_t *pixel = pixel_at(run, (int64_t)x.index + i % 2, (int64_t)y.index + i / 2);
        for (int32_t c = 0; c < run->out->channels; c++)
            sums[c] += share * pixel[c];
    }
    for (int32_t c = 0; c < run->out->channels; c++)
        out[c] = (uint8_t)((sums[c] + (1 << (2 * AUGI_WARP_BITS - 1))) >> 2 * AUGI_WARP_BITS);
}

/* Pixels of a row where the border may count. */
static void write_outer(const Run *run, Span span, int64_t x, int64_t y, uint8_t *row)
{
    const size_t channels = (size_t)run->out->channels;
    uint8_t *out = row + (size_t)span.from * channels;
    for (int64_t i = span.from; i < span.to; i++, out += channels) {
        const int64_t at_x = x + i * run->dx;
        const int64_t at_y = y + i * run->dy;
        if (run->warp->filter == AUGI_FILTER_BILINEAR)
            blend_at(run, at_x, at_y, out);
        else
            memcpy(out, pixel_at(run, at_x >> 32, at_y >> 32), channels);
    }
}

static void write_fill(const Run *run, Span span, uint8_t *row)
{
    const size_t channels = (size_t)run->out->channels;
    for (int64_t i = span.from; i < span.to; i++)
        memcpy(row + (size_t)i * channels, run->warp->fill, channels);
}

static void pick_nearest(const AugiWarpRun *run)
{
    const size_t channels = (size_t)run->pixels->channels;
    uint8_t *out = run->out;
    int64_t x = run->x;
    int64_t y = run->y;
    for (int32_t i = 0; i < run->n; i++, x += run->dx, y += run->dy, out += channels)
        memcpy(out,
               run->pixels->pixels + (size_t)(y >> 32) * run->pixels->row_size +
                   (size_t)(x >> 32) * channels,
               channels);
}

static void write_inner(const Run *run, Span span, int64_t x, int64_t y, uint8_t *row)
{
    const AugiSource *source = run->source;
    const AugiWarpRun part = {
        .pixels = &source->pixels,
        .x = x + span.from * run->dx - (int64_t)source->x * PIXEL,
        .y = y + span.from * run->dy - (int64_t)source->y * PIXEL,
        .dx = run->dx,
        .dy = run->dy,
        .n = (int32_t)(span.to - span.from),
        .out = row + span.from * run->out->channels,
    };
    if (run->warp->filter == AUGI_FILTER_NEAREST) {
        pick_nearest(&part);
        return;
    }
#ifdef AUGI_HAS_AVX2_FILES
    if (run->vector && run->out->channels == 3) {
        augi_warp_run_avx2(&part);
        return;
    }
#endif
    augi_warp_run_scalar(&part);
}

static void write_row(const Run *run, int32_t y)
{
    const int64_t at_x = to_fixed(place_x(run->warp, 0.5, y + 0.5) - run->shift);
    const int64_t at_y = to_fixed(place_y(run->warp, 0.5, y + 0.5) - run->shift);
    uint8_t *row = run->out->pixels + (size_t)y * run->out->row_size;
    const Span touched = touched_span(run, at_x, at_y);
    const Span inner = inner_span(run, at_x, at_y);
    const bool has_inner = inner.from < inner.to;
    const int64_t middle = has_inner ? inner.from : touched.to;
    write_fill(run, (Span){.from = 0, .to = touched.from}, row);
    write_outer(run, (Span){.from = touched.from, .to = middle}, at_x, at_y, row);
    if (has_inner) {
        write_inner(run, inner, at_x, at_y, row);
        write_outer(run, (Span){.from = inner.to, .to = touched.to}, at_x, at_y, row);
    }
    write_fill(run, (Span){.from = touched.to, .to = run->out->width}, row);
}

AugStatus augi_warp_with(bool vector, const AugiWarp *warp, const AugiSource *source,
                         const AugImage *out, AugError *error)
{
    AUG_TRY(augi_warp_check(warp, out->width, out->height, error));
    AUG_TRY(check_pictures(warp, source, out, error));
    const Run run = {
        .warp = warp,
        .source = source,
        .out = out,
        .shift = warp->filter == AUGI_FILTER_BILINEAR ? 0.5 : 0.0,
        .dx = to_fixed(warp->matrix[0]),
        .dy = to_fixed(warp->matrix[3]),
        .vector = vector && augi_cpu_has_avx2(),
    };
    for (int32_t y = 0; y < out->height; y++)
        write_row(&run, y);
    return AUG_OK;
}

AugStatus augi_warp(const AugiWarp *warp, const AugiSource *source, const AugImage *out,
                    AugError *error)
{
    return augi_warp_with(true, warp, source, out, error);
}
