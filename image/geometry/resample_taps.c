/* Which source positions make an output position, and with which weights: Pillow's arithmetic,
 * step by step in double, so that the integers at its end are Pillow's too.
 */
#include <math.h>
#include <string.h>

#include "image/geometry/resample_kernels.h"

static double box_filter(double x)
{
    return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
}

static double bilinear_filter(double x)
{
    const double distance = x < 0.0 ? -x : x;
    return distance < 1.0 ? 1.0 - distance : 0.0;
}

/* Keys' cubic convolution with a = -1/2. */
static double bicubic_filter(double x)
{
    const double a = -0.5;
    const double distance = x < 0.0 ? -x : x;
    if (distance < 1.0)
        return ((a + 2.0) * distance - (a + 3.0)) * distance * distance + 1;
    if (distance < 2.0)
        return (((distance - 5) * distance + 8) * distance - 4) * a;
    return 0.0;
}

/* By ImgFilter. Support: distance from the centre at which the filter becomes zero. */
static const struct {
    double (*at)(double x);
    double support;
} filters[] = {
    [IMG_FILTER_BOX] = {box_filter, 0.5},
    [IMG_FILTER_BILINEAR] = {bilinear_filter, 1.0},
    [IMG_FILTER_BICUBIC] = {bicubic_filter, 2.0},
};

/* Source pixels per output pixel. The difference is taken in float, as in Pillow. */
static double axis_scale(const ImgAxis *axis)
{
    return (double)(axis->to - axis->from) / axis->out_length;
}

/* Distance over which the filter is not zero, widened where the picture shrinks. */
static double axis_support(const ImgAxis *axis)
{
    const double scale = axis_scale(axis);
    return filters[axis->filter].support * (scale < 1.0 ? 1.0 : scale);
}

static double axis_centre(const ImgAxis *axis, int32_t at)
{
    return (double)axis->from + (at + 0.5) * axis_scale(axis);
}

static int32_t first_tap(const ImgAxis *axis, int32_t at)
{
    const int32_t first = (int32_t)(axis_centre(axis, at) - axis_support(axis) + 0.5);
    return first < 0 ? 0 : first;
}

static int32_t end_tap(const ImgAxis *axis, int32_t at)
{
    const int32_t end = (int32_t)(axis_centre(axis, at) + axis_support(axis) + 0.5);
    return end > axis->length ? axis->length : end;
}

/* NEAREST: the pixel that holds the centre. */
static int32_t nearest_tap(const ImgAxis *axis, int32_t at)
{
    const int32_t tap = (int32_t)axis_centre(axis, at);
    return tap < axis->length ? tap : axis->length - 1;
}

int32_t img_axis_reach(const ImgAxis *axis)
{
    if (axis->filter == IMG_FILTER_NEAREST)
        return 1;
    return (int32_t)ceil(axis_support(axis)) * 2 + 1;
}

bool img_axis_is_copy(const ImgAxis *axis)
{
    return !axis->mirror && axis->to - axis->from == (float)axis->out_length &&
           axis->from == (float)(int32_t)axis->from;
}

void img_axis_needs(const ImgAxis *axis, int32_t *from, int32_t *to)
{
    const int32_t last = axis->keep_to - 1;
    if (img_axis_is_copy(axis)) {
        *from = (int32_t)axis->from + axis->keep_from;
        *to = (int32_t)axis->from + axis->keep_to;
    } else if (axis->filter == IMG_FILTER_NEAREST) {
        *from = nearest_tap(axis, axis->keep_from);
        *to = nearest_tap(axis, last) + 1;
    } else {
        *from = first_tap(axis, axis->keep_from);
        *to = end_tap(axis, last);
    }
}

/* Weights of one output position, for source positions first .. first + count - 1. */
static void fill_exact(const ImgAxis *axis, double centre, int32_t first, int32_t count,
                       double *numbers)
{
    const double scale = axis_scale(axis);
    const double per_unit = 1.0 / (scale < 1.0 ? 1.0 : scale);
    double sum = 0.0;
    for (int32_t i = 0; i < count; i++) {
        numbers[i] = filters[axis->filter].at((i + first - centre + 0.5) * per_unit);
        sum += numbers[i];
    }
    for (int32_t i = 0; i < count; i++)
        numbers[i] = sum != 0.0 ? numbers[i] / sum : numbers[i];
}

static void quantize(const double *numbers, int32_t count, int32_t *weights)
{
    for (int32_t i = 0; i < count; i++) {
        const double scaled = numbers[i] * (1 << IMG_WEIGHT_BITS);
        weights[i] = (int32_t)(numbers[i] < 0 ? -0.5 + scaled : 0.5 + scaled);
    }
}

void img_axis_taps(const ImgAxis *axis, ImgTaps *taps, double *numbers)
{
    taps->n = axis->keep_to - axis->keep_from;
    taps->reach = img_axis_reach(axis);
    const size_t reach = (size_t)taps->reach;
    if (taps->weights)
        memset(taps->weights, 0, (size_t)taps->n * reach * sizeof(*taps->weights));
    for (int32_t i = 0; i < taps->n; i++) {
        const int32_t at = axis->mirror ? axis->keep_to - 1 - i : axis->keep_from + i;
        double *exact = taps->exact ? taps->exact + (size_t)i * reach : numbers;
        if (axis->filter == IMG_FILTER_NEAREST) {
            taps->first[i] = nearest_tap(axis, at) - axis->origin;
            taps->count[i] = 1;
            exact[0] = 1.0;
        } else {
            const int32_t first = first_tap(axis, at);
            taps->first[i] = first - axis->origin;
            taps->count[i] = end_tap(axis, at) - first;
            fill_exact(axis, axis_centre(axis, at), first, taps->count[i], exact);
        }
        if (taps->weights)
            quantize(exact, taps->count[i], taps->weights + (size_t)i * reach);
    }
}
