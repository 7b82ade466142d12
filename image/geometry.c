#include "image/geometry.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const augi_border_names[] = {
    [AUGI_BORDER_CONSTANT] = "constant",
    [AUGI_BORDER_REFLECT101] = "reflect",
    [AUGI_BORDER_EDGE] = "edge",
    NULL,
};

const char *const augi_filter_names[] = {
    [AUGI_FILTER_NEAREST] = "nearest",
    [AUGI_FILTER_BOX] = "box",
    [AUGI_FILTER_BILINEAR] = "bilinear",
    [AUGI_FILTER_BICUBIC] = "bicubic",
    NULL,
};

static AugiWindow intersect(AugiWindow a, AugiWindow b)
{
    return (AugiWindow){
        .x0 = a.x0 > b.x0 ? a.x0 : b.x0,
        .y0 = a.y0 > b.y0 ? a.y0 : b.y0,
        .x1 = a.x1 < b.x1 ? a.x1 : b.x1,
        .y1 = a.y1 < b.y1 ? a.y1 : b.y1,
    };
}

static bool is_empty(AugiWindow window)
{
    return window.x0 >= window.x1 || window.y0 >= window.y1;
}

static bool is_inside(AugiWindow inner, AugiWindow outer)
{
    return outer.x0 <= inner.x0 && inner.x1 <= outer.x1 && outer.y0 <= inner.y0 &&
           inner.y1 <= outer.y1;
}

static AugSize window_size(AugiWindow window)
{
    return (AugSize){.height = window.y1 - window.y0, .width = window.x1 - window.x0};
}

static bool same_size(AugSize a, AugSize b)
{
    return a.height == b.height && a.width == b.width;
}

static bool same_outside(const AugiOutside *a, const AugiOutside *b)
{
    return a->border == b->border &&
           (a->border != AUGI_BORDER_CONSTANT || memcmp(a->fill, b->fill, sizeof(a->fill)) == 0);
}

AugSize augi_stage_size(const AugiStage *stage)
{
    if (stage->is_warp)
        return stage->warped;
    return augi_orient_size(stage->orient, window_size(stage->window));
}

bool augi_stage_resizes(const AugiStage *stage)
{
    return !stage->is_warp && !same_size(stage->canvas, window_size(stage->box));
}

bool augi_stage_is_identity(const AugiStage *stage)
{
    const AugiWindow all = augi_window_all(stage->source.width, stage->source.height);
    return !stage->is_warp && !augi_stage_resizes(stage) && !stage->orient &&
           memcmp(&stage->box, &all, sizeof(all)) == 0 &&
           memcmp(&stage->window, &all, sizeof(all)) == 0;
}

void augi_geometry_fail(AugGeometry *geometry, const char *format, ...)
{
    if (geometry->failed)
        return;
    geometry->failed = true;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(geometry->message, sizeof(geometry->message), format, arguments);
    va_end(arguments);
}

/* The size is checked before it is used for anything: operations compute it from parameters. */
static bool allow_size(AugGeometry *geometry, int64_t height, int64_t width)
{
    const AugLimits *limits = geometry->limits;
    if (height >= 1 && width >= 1 && height <= limits->max_side && width <= limits->max_side &&
        (uint64_t)height * (uint64_t)width <= limits->max_pixels)
        return true;
    augi_geometry_fail(geometry,
                       "the picture would become %lld x %lld; sides of 1 to %u and %llu pixels "
                       "are allowed",
                       (long long)height, (long long)width, limits->max_side,
                       (unsigned long long)limits->max_pixels);
    return false;
}

static void push_stage(AugGeometry *geometry)
{
    if (geometry->n_stages == geometry->capacity) {
        augi_geometry_fail(geometry, "an operation adds more than %d passes", AUGI_STAGES_PER_OP);
        return;
    }
    const AugiWindow all = augi_window_all(geometry->width, geometry->height);
    const AugSize size = {.height = geometry->height, .width = geometry->width};
    geometry->stages[geometry->n_stages++] = (AugiStage){
        .source = size,
        .box = all,
        .canvas = size,
        .valid = all,
        .window = all,
    };
    geometry->is_open = true;
}

/* The stage that takes in the next operation, or NULL after a failure. */
static AugiStage *open_stage(AugGeometry *geometry)
{
    if (!geometry->failed && !geometry->is_open)
        push_stage(geometry);
    return geometry->failed ? NULL : &geometry->stages[geometry->n_stages - 1];
}

static AugiStage *next_stage(AugGeometry *geometry)
{
    geometry->is_open = false;
    return open_stage(geometry);
}

static void update_size(AugGeometry *geometry, const AugiStage *stage)
{
    const AugSize size = augi_stage_size(stage);
    geometry->height = size.height;
    geometry->width = size.width;
}

void augi_geometry_begin(AugGeometry *geometry, AugSize stored, int32_t channels, AugiStage *stages,
                         uint32_t capacity, const AugLimits *limits)
{
    geometry->height = stored.height;
    geometry->width = stored.width;
    geometry->channels = channels;
    geometry->limits = limits;
    geometry->stages = stages;
    geometry->n_stages = 0;
    geometry->capacity = capacity;
    geometry->is_open = false;
    geometry->failed = false;
    push_stage(geometry);
}

/* a, then b: the places that b computes are taken through a. */
static void multiply(const double a[6], const double b[6], double product[6])
{
    for (int row = 0; row < 2; row++) {
        const double *left = a + 3 * (ptrdiff_t)row;
        for (int column = 0; column < 3; column++)
            product[3 * row + column] =
                left[0] * b[column] + left[1] * b[3 + column] + (column == 2 ? left[2] : 0.0);
    }
}

static void join_matrix(AugiStage *stage, const double matrix[6])
{
    double product[6];
    multiply(stage->matrix, matrix, product);
    memcpy(stage->matrix, product, sizeof(product));
}

/* Reduces (or widens) what a stage makes to a window of it. */
static void set_window(AugiStage *stage, AugiWindow window)
{
    if (stage->is_warp) {
        const double shift[6] = {1, 0, window.x0, 0, 1, window.y0};
        join_matrix(stage, shift);
        stage->warped = window_size(window);
        return;
    }
    const AugiWindow local = augi_orient_source(stage->orient, augi_stage_size(stage), window);
    const AugiWindow old = stage->window;
    stage->window = (AugiWindow){
        .x0 = old.x0 + local.x0,
        .y0 = old.y0 + local.y0,
        .x1 = old.x0 + local.x1,
        .y1 = old.y0 + local.y1,
    };
}

void augi_stage_narrow(AugiStage *stage, AugiWindow window)
{
    set_window(stage, window);
    stage->made_x = window.x0;
    stage->made_y = window.y0;
}

void augi_geometry_crop(AugGeometry *geometry, int32_t y, int32_t x, int32_t height, int32_t width)
{
    const AugiWindow window = {.x0 = x, .y0 = y, .x1 = x + width, .y1 = y + height};
    if (!geometry->failed && !augi_window_in(&window, geometry->width, geometry->height))
        augi_geometry_fail(geometry,
                           "a crop of %d x %d at row %d, column %d is not inside the "
                           "picture of %d x %d",
                           height, width, y, x, geometry->height, geometry->width);
    if (geometry->failed || (height == geometry->height && width == geometry->width))
        return;
    AugiStage *stage = open_stage(geometry);
    if (!stage)
        return;
    set_window(stage, window);
    stage->is_cut = stage->is_warp;
    update_size(geometry, stage);
}

/* The window that a view shows of its source, as a box of that source. */
static AugiWindow shown(const AugiStage *stage)
{
    return (AugiWindow){
        .x0 = stage->box.x0 + stage->window.x0,
        .y0 = stage->box.y0 + stage->window.y0,
        .x1 = stage->box.x0 + stage->window.x1,
        .y1 = stage->box.y0 + stage->window.y1,
    };
}

/* Transposed, the box would be filtered in the other order of passes, and rounded otherwise. So the
 * whole source is turned by a stage of its own, and the crop becomes the box of the next one: the
 * filter sees what it sees in an upright picture. Narrowing then saves the turn of what nobody
 * reads. */
static AugiStage *split_turn(AugGeometry *geometry, AugiStage *stage)
{
    const AugiOrient inverse = augi_orient_inverse(stage->orient);
    const AugiWindow window = augi_orient_source(inverse, stage->source, shown(stage));
    stage->window = stage->valid = stage->box;
    update_size(geometry, stage);
    AugiStage *next = next_stage(geometry);
    if (next)
        next->window = window;
    return next;
}

void augi_geometry_resize(AugGeometry *geometry, int32_t height, int32_t width, AugiFilter filter)
{
    if (geometry->failed || !allow_size(geometry, height, width) ||
        (height == geometry->height && width == geometry->width))
        return;
    AugiStage *stage = open_stage(geometry);
    if (!stage)
        return;
    if (stage->is_warp || augi_stage_resizes(stage) || !is_inside(stage->window, stage->valid))
        stage = next_stage(geometry);
    else if (stage->orient & AUGI_ORIENT_TRANSPOSE)
        stage = split_turn(geometry, stage);
    if (!stage)
        return;
    stage->box = shown(stage);
    stage->canvas = (AugSize){.height = height, .width = width};
    stage->valid = stage->window = augi_window_all(width, height);
    stage->filter = filter;
    update_size(geometry, stage);
}

void augi_geometry_resized_crop(AugGeometry *geometry, AugiWindow crop, AugSize size,
                                AugiFilter filter)
{
    augi_geometry_crop(geometry, crop.y0, crop.x0, crop.y1 - crop.y0, crop.x1 - crop.x0);
    augi_geometry_resize(geometry, size.height, size.width, filter);
}

void augi_geometry_orient(AugGeometry *geometry, AugiOrient orient)
{
    if (geometry->failed || !orient)
        return;
    AugiStage *stage = open_stage(geometry);
    if (!stage)
        return;
    if (stage->is_warp) {
        double matrix[6];
        const AugSize turned = augi_orient_size(orient, stage->warped);
        augi_orient_matrix(orient, turned, matrix);
        join_matrix(stage, matrix);
        stage->warped = turned;
    } else {
        stage->orient = augi_orient_then(stage->orient, orient);
    }
    update_size(geometry, stage);
}

/* Whether a padded stage can take more padding or a warp: constants of one colour run together. */
static bool joins_border(const AugiStage *stage, const AugiOutside *outside)
{
    return outside->border == AUGI_BORDER_CONSTANT && same_outside(&stage->outside, outside) &&
           !is_empty(intersect(stage->valid, stage->window));
}

void augi_geometry_pad(AugGeometry *geometry, const AugiPadding *padding,
                       const AugiOutside *outside)
{
    const int64_t height = (int64_t)geometry->height + padding->top + padding->bottom;
    const int64_t width = (int64_t)geometry->width + padding->left + padding->right;
    if (geometry->failed || !allow_size(geometry, height, width) ||
        (height == geometry->height && width == geometry->width))
        return;
    AugiStage *stage = open_stage(geometry);
    if (stage && (stage->is_warp ||
                  (!is_inside(stage->window, stage->valid) && !joins_border(stage, outside))))
        stage = next_stage(geometry);
    if (!stage)
        return;
    stage->valid = intersect(stage->valid, stage->window);
    stage->outside = *outside;
    const AugiWindow window = {
        .x0 = -padding->left,
        .y0 = -padding->top,
        .x1 = geometry->width + padding->right,
        .y1 = geometry->height + padding->bottom,
    };
    set_window(stage, window);
    update_size(geometry, stage);
}

/* Turns a view that only crops, pads and mirrors into a warp that does the same. */
static void become_warp(AugiStage *stage, AugiFilter filter, const AugiOutside *outside)
{
    double matrix[6];
    augi_orient_matrix(stage->orient, augi_stage_size(stage), matrix);
    const AugiWindow seen = intersect(stage->valid, stage->window);
    const AugiWindow box = stage->box;
    const double shift[6] = {1, 0, box.x0 + stage->window.x0, 0, 1, box.y0 + stage->window.y0};
    stage->warped = augi_stage_size(stage);
    stage->box = (AugiWindow){
        .x0 = box.x0 + seen.x0,
        .y0 = box.y0 + seen.y0,
        .x1 = box.x0 + seen.x1,
        .y1 = box.y0 + seen.y1,
    };
    multiply(shift, matrix, stage->matrix);
    stage->is_warp = true;
    stage->filter = filter;
    stage->outside = *outside;
}

static bool can_warp(const AugiStage *stage, AugiFilter filter, const AugiOutside *outside)
{
    if (stage->is_warp)
        return !stage->is_cut && stage->filter == filter && same_outside(&stage->outside, outside);
    return !augi_stage_resizes(stage) &&
           (is_inside(stage->window, stage->valid) || joins_border(stage, outside));
}

void augi_geometry_warp(AugGeometry *geometry, const double matrix[6], AugSize size,
                        AugiFilter filter, const AugiOutside *outside)
{
    static const double identity[6] = {1, 0, 0, 0, 1, 0};
    const AugSize now = {.height = geometry->height, .width = geometry->width};
    bool moves = !same_size(size, now);
    for (int i = 0; i < 6; i++)
        moves = moves || matrix[i] < identity[i] || matrix[i] > identity[i];
    if (geometry->failed || !moves || !allow_size(geometry, size.height, size.width))
        return;
    AugiStage *stage = open_stage(geometry);
    if (stage && !can_warp(stage, filter, outside))
        stage = next_stage(geometry);
    if (!stage)
        return;
    if (!stage->is_warp)
        become_warp(stage, filter, outside);
    join_matrix(stage, matrix);
    stage->warped = size;
    update_size(geometry, stage);
}

void augi_fill_bytes(const AugFill *fill, int32_t channels, uint8_t bytes[3])
{
    uint32_t colour[3];
    for (int c = 0; c < 3; c++) {
        const double value = fill->channels[c];
        colour[c] = value <= 0 ? 0 : value >= 255 ? 255 : (uint32_t)(value + 0.5);
    }
    if (channels == 1)
        colour[0] = (colour[0] * 19595 + colour[1] * 38470 + colour[2] * 7471 + 32768) >> 16;
    for (int c = 0; c < 3; c++)
        bytes[c] = (uint8_t)colour[c];
}

AugiOutside augi_outside_make(const AugGeometry *geometry, AugChoice border, const AugFill *fill)
{
    AugiOutside outside = {.border = (AugiBorder)border.value};
    augi_fill_bytes(fill, geometry->channels, outside.fill);
    return outside;
}
