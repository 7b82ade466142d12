#include "image/targets/rows.h"

/* Takes points from the upright picture to the result. */
static void move(const ImgRowWay *way, double (*points)[2], size_t n)
{
    if (way->upright) {
        double m[6];
        img_orient_matrix(way->upright, img_orient_size(way->upright, way->stored), m);
        for (size_t i = 0; i < n; i++) {
            const double x = points[i][0], y = points[i][1];
            points[i][0] = m[0] * x + m[1] * y + m[2];
            points[i][1] = m[3] * x + m[4] * y + m[5];
        }
    }
    img_recipe_map_points(way->recipe, false, points, n);
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* A box as doubles: x0, y0, x1, y1. */
typedef struct Box {
    double at[4];
} Box;

static double area(const Box *box)
{
    return larger(box->at[2] - box->at[0], 0) * larger(box->at[3] - box->at[1], 0);
}

static Box around(double corners[4][2])
{
    Box box = {{corners[0][0], corners[0][1], corners[0][0], corners[0][1]}};
    for (int i = 1; i < 4; i++)
        for (int axis = 0; axis < 2; axis++) {
            box.at[axis] = smaller(box.at[axis], corners[i][axis]);
            box.at[2 + axis] = larger(box.at[2 + axis], corners[i][axis]);
        }
    return box;
}

static Box cut(const Box *box, int32_t height, int32_t width)
{
    return (Box){{larger(box->at[0], 0), larger(box->at[1], 0), smaller(box->at[2], width),
                  smaller(box->at[3], height)}};
}

uint32_t img_boxes_move(const ImgRowWay *way, float (*in)[4], uint32_t n, float (*out)[4],
                        uint32_t *kept)
{
    const ImgGeometry *geometry = &way->recipe->geometry;
    uint32_t n_kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        const float *b = in[i];
        double corners[4][2] = {{(double)b[0], (double)b[1]},
                                {(double)b[2], (double)b[1]},
                                {(double)b[0], (double)b[3]},
                                {(double)b[2], (double)b[3]}};
        move(way, corners, 4);
        const Box whole = around(corners);
        const Box seen = cut(&whole, geometry->height, geometry->width);
        const double left = area(&seen);
        if (left <= 0 || left < way->rules.min_area ||
            left < way->rules.min_visibility * area(&whole))
            continue;
        for (int k = 0; k < 4; k++)
            out[n_kept][k] = (float)seen.at[k];
        kept[n_kept++] = i;
    }
    return n_kept;
}

uint32_t img_points_move(const ImgRowWay *way, float (*in)[2], uint32_t n, float (*out)[2],
                         uint32_t *kept)
{
    const ImgGeometry *geometry = &way->recipe->geometry;
    uint32_t n_kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        double point[1][2] = {{(double)in[i][0], (double)in[i][1]}};
        move(way, point, 1);
        const bool is_inside = 0 <= point[0][0] && point[0][0] < geometry->width &&
                               0 <= point[0][1] && point[0][1] < geometry->height;
        if (!is_inside && way->rules.remove_invisible)
            continue;
        out[n_kept][0] = (float)point[0][0];
        out[n_kept][1] = (float)point[0][1];
        kept[n_kept++] = i;
    }
    return n_kept;
}
