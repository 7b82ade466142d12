/* Building a geometry: each operation joins the last stage where it can, or opens the next. */
#include "image/geometry/geometry.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "image/geometry/matrix.h"

const char *const img_border_names[] = {
    [IMG_BORDER_CONSTANT] = "constant",
    [IMG_BORDER_REFLECT101] = "reflect",
    [IMG_BORDER_EDGE] = "edge",
    NULL,
};

const char *const img_filter_names[] = {
    [IMG_FILTER_NEAREST] = "nearest",
    [IMG_FILTER_BOX] = "box",
    [IMG_FILTER_BILINEAR] = "bilinear",
    [IMG_FILTER_BICUBIC] = "bicubic",
    NULL,
};

static bool is_empty(ImgWindow window)
{
    return window.x0 >= window.x1 || window.y0 >= window.y1;
}

static bool is_inside(ImgWindow inner, ImgWindow outer)
{
    return outer.x0 <= inner.x0 && inner.x1 <= outer.x1 && outer.y0 <= inner.y0 &&
           inner.y1 <= outer.y1;
}

static AugSize window_size(ImgWindow window)
{
    return (AugSize){.height = window.y1 - window.y0, .width = window.x1 - window.x0};
}

static bool same_size(AugSize a, AugSize b)
{
    return a.height == b.height && a.width == b.width;
}

static bool same_outside(const ImgOutside *a, const ImgOutside *b)
{
    return a->border == b->border &&
           (a->border != IMG_BORDER_CONSTANT || memcmp(a->fill, b->fill, sizeof(a->fill)) == 0);
}

static bool is_view(const ImgStage *stage)
{
    return stage->kind == IMG_STAGE_VIEW;
}

static AugSize view_size(const ImgViewPart *view)
{
    return img_orient_size(view->orient, window_size(view->window));
}

AugSize img_stage_size(const ImgStage *stage)
{
    switch (stage->kind) {
    case IMG_STAGE_WARP:
        return stage->warp.size;
    case IMG_STAGE_FIELD:
        return stage->field.size;
    case IMG_STAGE_VIEW:
        break;
    }
    return view_size(&stage->view);
}

bool img_stage_resizes(const ImgStage *stage)
{
    return is_view(stage) && !same_size(stage->view.canvas, window_size(stage->box));
}

bool img_stage_is_identity(const ImgStage *stage)
{
    const ImgWindow all = img_window_all(stage->source.width, stage->source.height);
    return is_view(stage) && !img_stage_resizes(stage) && !stage->view.orient &&
           memcmp(&stage->box, &all, sizeof(all)) == 0 &&
           memcmp(&stage->view.window, &all, sizeof(all)) == 0;
}

void img_geometry_fail(ImgGeometry *geometry, const char *format, ...)
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
static bool allow_size(ImgGeometry *geometry, int64_t height, int64_t width)
{
    const AugLimits *limits = geometry->limits;
    if (height >= 1 && width >= 1 && height <= limits->max_side && width <= limits->max_side &&
        (uint64_t)height * (uint64_t)width <= limits->max_pixels)
        return true;
    img_geometry_fail(geometry,
                      "the picture would become %lld x %lld; sides of 1 to %u and %llu pixels "
                      "are allowed",
                      (long long)height, (long long)width, limits->max_side,
                      (unsigned long long)limits->max_pixels);
    return false;
}

static void push_stage(ImgGeometry *geometry)
{
    if (geometry->n_stages == geometry->capacity) {
        img_geometry_fail(geometry, "an operation adds more than %d passes", IMG_STAGES_PER_OP);
        return;
    }
    const ImgWindow all = img_window_all(geometry->width, geometry->height);
    const AugSize size = {.height = geometry->height, .width = geometry->width};
    geometry->stages[geometry->n_stages++] = (ImgStage){
        .source = size,
        .box = all,
        .view = {.canvas = size, .valid = all, .window = all},
    };
    geometry->is_open = true;
}

/* The stage that takes in the next operation, or NULL after a failure. */
static ImgStage *open_stage(ImgGeometry *geometry)
{
    if (!geometry->failed && !geometry->is_open)
        push_stage(geometry);
    return geometry->failed ? NULL : &geometry->stages[geometry->n_stages - 1];
}

static ImgStage *next_stage(ImgGeometry *geometry)
{
    geometry->is_open = false;
    return open_stage(geometry);
}

static void update_size(ImgGeometry *geometry, const ImgStage *stage)
{
    const AugSize size = img_stage_size(stage);
    geometry->height = size.height;
    geometry->width = size.width;
}

void img_geometry_begin(ImgGeometry *geometry, AugSize stored, int32_t channels, ImgStage *stages,
                        uint32_t capacity, const AugLimits *limits)
{
    geometry->height = stored.height;
    geometry->width = stored.width;
    geometry->channels = channels;
    geometry->limits = limits;
    geometry->arena = NULL;
    geometry->stages = stages;
    geometry->n_stages = 0;
    geometry->capacity = capacity;
    geometry->is_open = false;
    geometry->failed = false;
    push_stage(geometry);
}

/* Places are taken through affine first, then through matrix. */
static void join(double matrix[9], const double affine[6])
{
    double first[9], product[9];
    img_matrix_complete(affine, first);
    img_matrix_multiply(matrix, first, product);
    memcpy(matrix, product, sizeof(product));
}

/* The matrix of a warp or field that its output's places go through first. */
static double *first_matrix(ImgStage *stage)
{
    return stage->kind == IMG_STAGE_WARP ? stage->warp.matrix : stage->field.before;
}

ImgViewPart img_view_narrowed(const ImgViewPart *view, ImgWindow made)
{
    const ImgWindow local = img_orient_source(view->orient, view_size(view), made);
    const ImgWindow old = view->window;
    ImgViewPart narrowed = *view;
    narrowed.window = (ImgWindow){
        .x0 = old.x0 + local.x0,
        .y0 = old.y0 + local.y0,
        .x1 = old.x0 + local.x1,
        .y1 = old.y0 + local.y1,
    };
    return narrowed;
}

/* Of a warp or field. */
static void set_size(ImgStage *stage, AugSize size)
{
    if (stage->kind == IMG_STAGE_FIELD) {
        stage->field.size = size;
        return;
    }
    stage->warp.size = size;
    stage->warp.anchor = img_window_all(size.width, size.height);
}

/* Reduces (or widens) what a stage makes to a window of it. */
static void set_window(ImgStage *stage, ImgWindow window)
{
    if (is_view(stage)) {
        stage->view = img_view_narrowed(&stage->view, window);
        return;
    }
    const double shift[6] = {1, 0, window.x0, 0, 1, window.y0};
    join(first_matrix(stage), shift);
    set_size(stage, window_size(window));
}

void img_geometry_crop(ImgGeometry *geometry, int32_t y, int32_t x, int32_t height, int32_t width)
{
    const ImgWindow window = {.x0 = x, .y0 = y, .x1 = x + width, .y1 = y + height};
    if (!geometry->failed && !img_window_in(&window, geometry->width, geometry->height))
        img_geometry_fail(geometry,
                          "a crop of %d x %d at row %d, column %d is not inside the "
                          "picture of %d x %d",
                          height, width, y, x, geometry->height, geometry->width);
    if (geometry->failed || (height == geometry->height && width == geometry->width))
        return;
    ImgStage *stage = open_stage(geometry);
    if (!stage)
        return;
    set_window(stage, window);
    if (stage->kind == IMG_STAGE_WARP)
        stage->warp.is_cut = true;
    update_size(geometry, stage);
}

/* The window that a view shows of its source, as a box of that source. */
static ImgWindow shown(const ImgStage *stage)
{
    return (ImgWindow){
        .x0 = stage->box.x0 + stage->view.window.x0,
        .y0 = stage->box.y0 + stage->view.window.y0,
        .x1 = stage->box.x0 + stage->view.window.x1,
        .y1 = stage->box.y0 + stage->view.window.y1,
    };
}

/* Transposed, the box would be filtered in the other order of passes, and rounded otherwise. So the
 * whole source is turned by a stage of its own, and the crop becomes the box of the next one: the
 * filter sees what it sees in an upright picture. Narrowing then saves the turn of what nobody
 * reads. */
static ImgStage *split_turn(ImgGeometry *geometry, ImgStage *stage)
{
    const ImgOrient inverse = img_orient_inverse(stage->view.orient);
    const ImgWindow window = img_orient_source(inverse, stage->source, shown(stage));
    stage->view.window = stage->view.valid = stage->box;
    update_size(geometry, stage);
    ImgStage *next = next_stage(geometry);
    if (next)
        next->view.window = window;
    return next;
}

void img_geometry_resize(ImgGeometry *geometry, int32_t height, int32_t width, ImgFilter filter)
{
    if (geometry->failed || !allow_size(geometry, height, width) ||
        (height == geometry->height && width == geometry->width))
        return;
    ImgStage *stage = open_stage(geometry);
    if (!stage)
        return;
    if (!is_view(stage) || img_stage_resizes(stage) ||
        !is_inside(stage->view.window, stage->view.valid))
        stage = next_stage(geometry);
    else if (stage->view.orient & IMG_ORIENT_TRANSPOSE)
        stage = split_turn(geometry, stage);
    if (!stage)
        return;
    stage->box = shown(stage);
    stage->view.canvas = (AugSize){.height = height, .width = width};
    stage->view.valid = stage->view.window = img_window_all(width, height);
    stage->filter = filter;
    update_size(geometry, stage);
}

void img_geometry_resized_crop(ImgGeometry *geometry, ImgWindow crop, AugSize size,
                               ImgFilter filter)
{
    img_geometry_crop(geometry, crop.y0, crop.x0, crop.y1 - crop.y0, crop.x1 - crop.x0);
    img_geometry_resize(geometry, size.height, size.width, filter);
}

void img_geometry_orient(ImgGeometry *geometry, ImgOrient orient)
{
    if (geometry->failed || !orient)
        return;
    ImgStage *stage = open_stage(geometry);
    if (!stage)
        return;
    if (is_view(stage)) {
        stage->view.orient = img_orient_then(stage->view.orient, orient);
    } else {
        double matrix[6];
        const AugSize turned = img_orient_size(orient, img_stage_size(stage));
        img_orient_matrix(orient, turned, matrix);
        join(first_matrix(stage), matrix);
        set_size(stage, turned);
    }
    update_size(geometry, stage);
}

/* Whether a padded stage can take more padding or a warp: constants of one colour run together. */
static bool joins_border(const ImgStage *stage, const ImgOutside *outside)
{
    return outside->border == IMG_BORDER_CONSTANT && same_outside(&stage->outside, outside) &&
           !is_empty(img_window_common(stage->view.valid, stage->view.window));
}

void img_geometry_pad(ImgGeometry *geometry, const ImgPadding *padding, const ImgOutside *outside)
{
    const int64_t height = (int64_t)geometry->height + padding->top + padding->bottom;
    const int64_t width = (int64_t)geometry->width + padding->left + padding->right;
    if (geometry->failed || !allow_size(geometry, height, width) ||
        (height == geometry->height && width == geometry->width))
        return;
    ImgStage *stage = open_stage(geometry);
    if (stage && (!is_view(stage) || (!is_inside(stage->view.window, stage->view.valid) &&
                                      !joins_border(stage, outside))))
        stage = next_stage(geometry);
    if (!stage)
        return;
    stage->view.valid = img_window_common(stage->view.valid, stage->view.window);
    stage->outside = *outside;
    const ImgWindow window = {
        .x0 = -padding->left,
        .y0 = -padding->top,
        .x1 = geometry->width + padding->right,
        .y1 = geometry->height + padding->bottom,
    };
    set_window(stage, window);
    update_size(geometry, stage);
}

/* Turns a view that only crops, pads and mirrors into a warp that does the same. */
static void become_warp(ImgStage *stage, ImgFilter filter, const ImgOutside *outside)
{
    const ImgViewPart view = stage->view;
    const AugSize size = view_size(&view);
    const ImgWindow seen = img_window_common(view.valid, view.window);
    const ImgWindow box = stage->box;
    const double shift[6] = {1, 0, box.x0 + view.window.x0, 0, 1, box.y0 + view.window.y0};
    double matrix[6];
    img_orient_matrix(view.orient, size, matrix);
    stage->kind = IMG_STAGE_WARP;
    stage->warp = (ImgWarpPart){0};
    img_matrix_complete(shift, stage->warp.matrix);
    join(stage->warp.matrix, matrix);
    set_size(stage, size);
    stage->box = (ImgWindow){
        .x0 = box.x0 + seen.x0,
        .y0 = box.y0 + seen.y0,
        .x1 = box.x0 + seen.x1,
        .y1 = box.y0 + seen.y1,
    };
    stage->filter = filter;
    stage->outside = *outside;
}

static bool can_warp(const ImgStage *stage, ImgFilter filter, const ImgOutside *outside)
{
    if (stage->kind == IMG_STAGE_FIELD)
        return false;
    if (stage->kind == IMG_STAGE_WARP)
        return !stage->warp.is_cut && stage->filter == filter &&
               same_outside(&stage->outside, outside);
    return !img_stage_resizes(stage) &&
           (is_inside(stage->view.window, stage->view.valid) || joins_border(stage, outside));
}

/* The stage as a warp, or a new one, that takes in a warp or a field; NULL after a failure. */
static ImgStage *warping_stage(ImgGeometry *geometry, ImgFilter filter, const ImgOutside *outside)
{
    ImgStage *stage = open_stage(geometry);
    if (stage && !can_warp(stage, filter, outside))
        stage = next_stage(geometry);
    if (stage && is_view(stage))
        become_warp(stage, filter, outside);
    return stage;
}

void img_geometry_warp(ImgGeometry *geometry, const double matrix[6], AugSize size,
                       ImgFilter filter, const ImgOutside *outside)
{
    static const double identity[6] = {1, 0, 0, 0, 1, 0};
    const AugSize now = {.height = geometry->height, .width = geometry->width};
    bool moves = !same_size(size, now);
    for (int i = 0; i < 6; i++)
        moves = moves || matrix[i] < identity[i] || matrix[i] > identity[i];
    if (geometry->failed || !moves || !allow_size(geometry, size.height, size.width))
        return;
    ImgStage *stage = warping_stage(geometry, filter, outside);
    if (!stage)
        return;
    join(stage->warp.matrix, matrix);
    set_size(stage, size);
    update_size(geometry, stage);
}

float *img_geometry_shifts(ImgGeometry *geometry, int32_t rows, int32_t columns)
{
    const size_t n = (size_t)rows * (size_t)columns;
    float *shifts =
        geometry->arena ? augi_arena_take(geometry->arena, 2 * n * sizeof(*shifts)) : NULL;
    if (!shifts)
        img_geometry_fail(geometry, "no memory for a net of %d x %d", rows, columns);
    return shifts;
}

void img_geometry_field(ImgGeometry *geometry, const ImgNet *net, ImgFilter filter,
                        const ImgOutside *outside)
{
    static const double identity[6] = {1, 0, 0, 0, 1, 0};
    if (geometry->failed)
        return;
    ImgStage *stage = warping_stage(geometry, filter, outside);
    if (!stage)
        return;
    ImgFieldPart field = {.net = *net,
                          .size = {.height = geometry->height, .width = geometry->width}};
    memcpy(field.after, stage->warp.matrix, sizeof(field.after));
    img_matrix_complete(identity, field.before);
    stage->kind = IMG_STAGE_FIELD;
    stage->field = field;
}

ImgOutside img_outside_make(const ImgGeometry *geometry, AugChoice border, const AugFill *fill)
{
    ImgOutside outside = {.border = (ImgBorder)border.value};
    const ImgPixelType type = {.dtype = geometry->dtype, .channels = geometry->channels};
    (void)img_fill_pixel(fill, type, outside.fill);
    return outside;
}
