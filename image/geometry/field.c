/* Displacement fields, with the sampling of the affine warp (image/geometry/warp.h). */
#include "image/geometry/field.h"

#include <math.h>
#include <string.h>

#include "image/geometry/matrix.h"
#include "image/geometry/warp.h"

/* Places that are found before their pixels are written: 2 KiB. */
enum { RUN = 128 };

/* Where a coordinate lies among n nodes over a length: the node before it, and the part of the way
 * to the next one. */
static int32_t find_node(double at, int32_t length, int32_t n, double *part)
{
    const double place = at * (n - 1) / length;
    const double inside = place < 0 ? 0 : place > n - 1 ? n - 1 : place;
    const int32_t node = inside < n - 1 ? (int32_t)inside : n - 2;
    *part = inside - node;
    return node;
}

static double shift_of(const ImgNet *net, int32_t row, int32_t column, int axis)
{
    return (double)net->shifts[2 * ((ptrdiff_t)row * net->columns + column) + axis];
}

static void displace(const ImgNet *net, double place[2])
{
    double x, y;
    const int32_t column = find_node(place[0], net->size.width, net->columns, &x);
    const int32_t row = find_node(place[1], net->size.height, net->rows, &y);
    for (int axis = 0; axis < 2; axis++) {
        const double top =
            (1 - x) * shift_of(net, row, column, axis) + x * shift_of(net, row, column + 1, axis);
        const double bottom = (1 - x) * shift_of(net, row + 1, column, axis) +
                              x * shift_of(net, row + 1, column + 1, axis);
        place[axis] += (1 - y) * top + y * bottom;
    }
}

void img_field_place(const ImgFieldPart *field, const double output[2], double place[2])
{
    memcpy(place, output, 2 * sizeof(*place));
    img_matrix_map(field->before, place);
    displace(&field->net, place);
    img_matrix_map(field->after, place);
}

void img_field_find(const ImgFieldPart *field, const double place[2], double output[2])
{
    double inverse[9];
    double target[2] = {place[0], place[1]};
    img_matrix_invert(field->after, inverse);
    img_matrix_map(inverse, target);
    memcpy(output, target, sizeof(target));
    for (int i = 0; i < 100; i++) {
        double moved[2] = {output[0], output[1]};
        displace(&field->net, moved);
        const double step[2] = {target[0] - moved[0], target[1] - moved[1]};
        output[0] += step[0];
        output[1] += step[1];
        if (fabs(step[0]) < 1e-9 && fabs(step[1]) < 1e-9)
            break;
    }
    img_matrix_invert(field->before, inverse);
    img_matrix_map(inverse, output);
}

/* Smallest and largest coordinates. */
typedef struct Bounds {
    double low[2], high[2];
} Bounds;

static void take_in(Bounds *bounds, const double place[2])
{
    for (int axis = 0; axis < 2; axis++) {
        bounds->low[axis] = fmin(bounds->low[axis], place[axis]);
        bounds->high[axis] = fmax(bounds->high[axis], place[axis]);
    }
}

/* Of the corners of a box, through a matrix. */
static Bounds map_corners(const double matrix[9], const Bounds *box)
{
    Bounds mapped = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    for (int i = 0; i < 4; i++) {
        double corner[2] = {i % 2 ? box->high[0] : box->low[0], i / 2 ? box->high[1] : box->low[1]};
        img_matrix_map(matrix, corner);
        take_in(&mapped, corner);
    }
    return mapped;
}

/* Shifts lie between those of the nodes around the box. */
static void add_shifts(const ImgNet *net, Bounds *box)
{
    Bounds shifts = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    double part;
    const int32_t column = find_node(box->low[0], net->size.width, net->columns, &part);
    const int32_t row = find_node(box->low[1], net->size.height, net->rows, &part);
    const int32_t last_column = find_node(box->high[0], net->size.width, net->columns, &part) + 1;
    const int32_t last_row = find_node(box->high[1], net->size.height, net->rows, &part) + 1;
    for (int32_t i = row; i <= last_row; i++)
        for (int32_t j = column; j <= last_column; j++) {
            const double shift[2] = {shift_of(net, i, j, 0), shift_of(net, i, j, 1)};
            take_in(&shifts, shift);
        }
    for (int axis = 0; axis < 2; axis++) {
        box->low[axis] += shifts.low[axis];
        box->high[axis] += shifts.high[axis];
    }
}

/* A warp to 2 x 2 pixels whose corner pixels have the places at the ends of the bounds: it reads
 * what places between them read. */
static ImgWarp spanning(const ImgStage *stage, const Bounds *bounds)
{
    const double width = bounds->high[0] - bounds->low[0];
    const double height = bounds->high[1] - bounds->low[1];
    return (ImgWarp){
        .matrix = {width, 0, bounds->low[0] - width / 2 - stage->box.x0, 0, height,
                   bounds->low[1] - height / 2 - stage->box.y0},
        .filter = stage->filter,
        .border = stage->outside.border,
    };
}

AugStatus img_field_needs(const ImgStage *stage, ImgWindow made, ImgWindow *needs, AugError *error)
{
    const ImgFieldPart *field = &stage->field;
    const ImgWindow box = stage->box;
    const Bounds centres = {{made.x0 + 0.5, made.y0 + 0.5}, {made.x1 - 0.5, made.y1 - 0.5}};
    Bounds bounds = map_corners(field->before, &centres);
    add_shifts(&field->net, &bounds);
    bounds = map_corners(field->after, &bounds);
    const ImgWarp warp = spanning(stage, &bounds);
    if (img_warp_check(&warp, 2, 2, error) != AUG_OK)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the operations together move pixels further than 2^30");
    const ImgWindow window = img_warp_needs(&warp, 2, 2, box.x1 - box.x0, box.y1 - box.y0);
    *needs = (ImgWindow){
        .x0 = window.x0 + box.x0,
        .y0 = window.y0 + box.y0,
        .x1 = window.x1 + box.x0,
        .y1 = window.y1 + box.y0,
    };
    return AUG_OK;
}

void img_field_run(const ImgStage *stage, ImgWindow made, const ImgSource *source,
                   const AugImage *out)
{
    ImgWarp warp = {.filter = stage->filter, .border = stage->outside.border};
    memcpy(warp.fill, stage->outside.fill, sizeof(warp.fill));
    double places[2 * RUN];
    for (int32_t y = 0; y < out->height; y++)
        for (int32_t x = 0; x < out->width; x += RUN) {
            const int32_t n = out->width - x < RUN ? out->width - x : RUN;
            for (int32_t i = 0; i < n; i++) {
                const double output[2] = {made.x0 + x + i + 0.5, made.y0 + y + 0.5};
                img_field_place(&stage->field, output, places + 2 * i);
                places[2 * i] -= stage->box.x0;
                places[2 * i + 1] -= stage->box.y0;
            }
            img_warp_pixels(&warp, source, places, n,
                            out->pixels + (size_t)y * out->row_size +
                                (size_t)x * img_pixel_size(out));
        }
}
