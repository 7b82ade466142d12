/* Rows through the stages of a recipe: boxes as polygons that are cut, points as they are. */
#include "image/targets/rows.h"

#include <float.h>
#include <string.h>

#include "image/geometry/stage.h"

/* Places are computed in double and written as float: what is nearer than this to an edge, in
 * pixels, lies on it, and a box thinner than this is empty. Sides have up to 65535 pixels, whose
 * doubles are 2^-37 apart; 1e-6 leaves room for a thousand stages. */
#define SLACK 1e-6

/* Corners of a polygon. A cut makes at most twice as many of them; one with more than half of these
 * goes on as the box around it. */
#define MOST_CORNERS 64

typedef struct Polygon {
    double at[MOST_CORNERS][2];
    size_t n;
} Polygon;

static ImgRect everything(AugSize size)
{
    return (ImgRect){0, 0, size.width, size.height};
}

/* Takes points from the upright picture to the stored one. */
static void lay_down(const ImgRowWay *way, double (*points)[2], size_t n)
{
    double m[6];
    img_orient_matrix(way->upright, img_orient_size(way->upright, way->stored), m);
    for (size_t i = 0; i < n; i++) {
        const double x = points[i][0], y = points[i][1];
        points[i][0] = m[0] * x + m[1] * y + m[2];
        points[i][1] = m[3] * x + m[4] * y + m[5];
    }
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double area(ImgRect rect)
{
    const double width = rect.x1 - rect.x0, height = rect.y1 - rect.y0;
    return width > SLACK && height > SLACK ? width * height : 0;
}

static ImgRect around(const Polygon *polygon)
{
    if (polygon->n == 0)
        return (ImgRect){0};
    const double *first = polygon->at[0];
    ImgRect rect = {first[0], first[1], first[0], first[1]};
    for (size_t i = 1; i < polygon->n; i++) {
        const double *at = polygon->at[i];
        rect = (ImgRect){smaller(rect.x0, at[0]), smaller(rect.y0, at[1]), larger(rect.x1, at[0]),
                         larger(rect.y1, at[1])};
    }
    return rect;
}

static Polygon corners(ImgRect rect)
{
    return (Polygon){
        .at = {{rect.x0, rect.y0}, {rect.x1, rect.y0}, {rect.x1, rect.y1}, {rect.x0, rect.y1}},
        .n = 4,
    };
}

/* Cuts off what lies beyond a limit on an axis (0: x, 1: y): above it for a sign of 1, below it for
 * -1. Sutherland and Hodgman's way. */
static void cut_side(Polygon *polygon, int axis, double limit, double sign)
{
    if (polygon->n > MOST_CORNERS / 2)
        *polygon = corners(around(polygon));
    const Polygon whole = *polygon;
    polygon->n = 0;
    for (size_t i = 0; i < whole.n; i++) {
        const double *a = whole.at[i], *b = whole.at[(i + 1) % whole.n];
        const double beyond_a = sign * (a[axis] - limit), beyond_b = sign * (b[axis] - limit);
        if (beyond_a <= 0)
            memcpy(polygon->at[polygon->n++], a, sizeof(*whole.at));
        if ((beyond_a <= 0) == (beyond_b <= 0))
            continue;
        double *crossing = polygon->at[polygon->n++];
        crossing[!axis] = a[!axis] + (b[!axis] - a[!axis]) * (beyond_a / (beyond_a - beyond_b));
        crossing[axis] = limit;
    }
}

static void cut(Polygon *polygon, ImgRect rect)
{
    cut_side(polygon, 0, rect.x0, -1);
    cut_side(polygon, 0, rect.x1, 1);
    cut_side(polygon, 1, rect.y0, -1);
    cut_side(polygon, 1, rect.y1, 1);
}

/* What is left of a box of the stored picture. */
static ImgRect move_box(const ImgRecipe *recipe, Polygon box)
{
    const ImgGeometry *geometry = &recipe->geometry;
    for (uint32_t i = 0; i < geometry->n_stages; i++) {
        const ImgStage *stage = &recipe->stages[i];
        cut(&box, img_stage_seen(stage));
        img_stage_map_points(stage, false, box.at, box.n);
    }
    cut(&box, everything((AugSize){.height = geometry->height, .width = geometry->width}));
    return around(&box);
}

/* How large it would be without any cut. */
static double whole_area(const ImgRecipe *recipe, Polygon box)
{
    img_recipe_map_points(recipe, false, box.at, box.n);
    return area(around(&box));
}

uint32_t img_boxes_move(const ImgRowWay *way, float (*in)[4], uint32_t n, float (*out)[4],
                        uint32_t *kept)
{
    uint32_t n_kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        const float *b = in[i];
        Polygon box = corners((ImgRect){(double)b[0], (double)b[1], (double)b[2], (double)b[3]});
        lay_down(way, box.at, box.n);
        const ImgRect seen = move_box(way->recipe, box);
        const double left = area(seen);
        /* A box that is whole has a share of 1, but for rounding. */
        if (left <= 0 || left < way->rules.min_area ||
            left * (1 + SLACK) < way->rules.min_visibility * whole_area(way->recipe, box))
            continue;
        float *to = out[n_kept];
        to[0] = (float)seen.x0;
        to[1] = (float)seen.y0;
        to[2] = (float)seen.x1;
        to[3] = (float)seen.y1;
        kept[n_kept++] = i;
    }
    return n_kept;
}

/* Written so that "not a number" is outside. */
static bool is_in(ImgRect rect, const double point[2])
{
    return rect.x0 - SLACK <= point[0] && point[0] <= rect.x1 + SLACK &&
           rect.y0 - SLACK <= point[1] && point[1] <= rect.y1 + SLACK;
}

/* Moves a point of the stored picture; whether it was seen all the way. */
static bool move_point(const ImgRecipe *recipe, double (*point)[2])
{
    const ImgGeometry *geometry = &recipe->geometry;
    bool is_seen = true;
    for (uint32_t i = 0; i < geometry->n_stages; i++) {
        const ImgStage *stage = &recipe->stages[i];
        is_seen = is_seen && is_in(img_stage_seen(stage), *point);
        img_stage_map_points(stage, false, point, 1);
    }
    const AugSize size = {.height = geometry->height, .width = geometry->width};
    return is_seen && is_in(everything(size), *point);
}

/* A place beyond float is as far off as one can be, and still a number that JSON can hold. */
static float as_float(double value)
{
    return (float)smaller(larger(value, -(double)FLT_MAX), (double)FLT_MAX);
}

uint32_t img_points_move(const ImgRowWay *way, float (*in)[2], uint32_t n, float (*out)[2],
                         uint32_t *kept)
{
    uint32_t n_kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        double point[1][2] = {{(double)in[i][0], (double)in[i][1]}};
        lay_down(way, point, 1);
        const bool is_seen = move_point(way->recipe, point);
        if (!is_seen && way->rules.remove_invisible)
            continue;
        out[n_kept][0] = as_float(point[0][0]);
        out[n_kept][1] = as_float(point[0][1]);
        kept[n_kept++] = i;
    }
    return n_kept;
}
