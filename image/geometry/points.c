/* Points through stages: the affine map of each kind, in double, forwards and backwards. */
#include <string.h>

#include "image/geometry/stage.h"

/* a, then b: what b gives is taken through a. */
static void multiply(const double a[9], const double b[9], double product[9])
{
    for (int i = 0; i < 9; i++) {
        const double *row = a + 3 * (ptrdiff_t)(i / 3);
        product[i] = row[0] * b[i % 3] + row[1] * b[3 + i % 3] + row[2] * b[6 + i % 3];
    }
}

static void put_before(double matrix[9], const double earlier[9])
{
    double product[9];
    multiply(matrix, earlier, product);
    memcpy(matrix, product, sizeof(product));
}

static void set_stretch(double matrix[9], const double x[2], const double y[2])
{
    const double values[9] = {x[0], 0, x[1], 0, y[0], y[1], 0, 0, 1};
    memcpy(matrix, values, sizeof(values));
}

static void set_orient(double matrix[9], ImgOrient orient, AugSize turned)
{
    img_orient_matrix(orient, turned, matrix);
    matrix[6] = matrix[7] = 0;
    matrix[8] = 1;
}

/* Inverse by cofactors; the determinant of a warp that operations make is not zero. */
static void invert(const double m[9], double inverse[9])
{
    const double cofactors[9] = {
        m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
        m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
        m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
    };
    const double determinant = m[0] * cofactors[0] + m[1] * cofactors[3] + m[2] * cofactors[6];
    for (int i = 0; i < 9; i++)
        inverse[i] = cofactors[i] / determinant;
}

/* Written out in both directions, so that crops and mirrors move whole numbers exactly. */
static void view_matrix(const ImgStage *stage, bool back, double matrix[9])
{
    const ImgViewPart *view = &stage->view;
    const ImgWindow box = stage->box, window = view->window;
    const AugSize shown = {.height = window.y1 - window.y0, .width = window.x1 - window.x0};
    const double scale_x = (double)view->canvas.width / (box.x1 - box.x0);
    const double scale_y = (double)view->canvas.height / (box.y1 - box.y0);
    double step[9];
    if (back) {
        set_stretch(matrix, (double[2]){1 / scale_x, box.x0 + window.x0 / scale_x},
                    (double[2]){1 / scale_y, box.y0 + window.y0 / scale_y});
        set_orient(step, view->orient, img_orient_size(view->orient, shown));
        put_before(matrix, step);
        return;
    }
    /* What turns the picture back takes places forwards. */
    set_orient(matrix, img_orient_inverse(view->orient), shown);
    set_stretch(step, (double[2]){scale_x, -box.x0 * scale_x - window.x0},
                (double[2]){scale_y, -box.y0 * scale_y - window.y0});
    put_before(matrix, step);
}

void img_stage_matrix(const ImgStage *stage, bool back, double matrix[9])
{
    if (stage->kind == IMG_STAGE_VIEW)
        view_matrix(stage, back, matrix);
    else if (back)
        memcpy(matrix, stage->warp.matrix, sizeof(stage->warp.matrix));
    else
        invert(stage->warp.matrix, matrix);
}

void img_stage_map_points(const ImgStage *stage, bool back, double (*points)[2], size_t n)
{
    double m[9];
    img_stage_matrix(stage, back, m);
    for (size_t i = 0; i < n; i++) {
        const double x = points[i][0], y = points[i][1];
        points[i][0] = m[0] * x + m[1] * y + m[2];
        points[i][1] = m[3] * x + m[4] * y + m[5];
    }
}

ImgStage img_stage_for_mask(const ImgStage *stage)
{
    ImgStage mask = *stage;
    mask.filter = IMG_FILTER_NEAREST;
    memset(mask.outside.fill, 0, sizeof(mask.outside.fill));
    return mask;
}
