/* Points through stages, in double, forwards and backwards. */
#include <string.h>

#include "image/geometry/field.h"
#include "image/geometry/matrix.h"
#include "image/geometry/stage.h"

static void put_before(double matrix[9], const double earlier[9])
{
    double product[9];
    img_matrix_multiply(matrix, earlier, product);
    memcpy(matrix, product, sizeof(product));
}

static void set_stretch(double matrix[9], const double x[2], const double y[2])
{
    const double values[9] = {x[0], 0, x[1], 0, y[0], y[1], 0, 0, 1};
    memcpy(matrix, values, sizeof(values));
}

static void set_orient(double matrix[9], ImgOrient orient, AugSize turned)
{
    double affine[6];
    img_orient_matrix(orient, turned, affine);
    img_matrix_complete(affine, matrix);
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

static void map_field(const ImgFieldPart *field, bool back, double point[2])
{
    double mapped[2];
    if (back)
        img_field_place(field, point, mapped);
    else
        img_field_find(field, point, mapped);
    memcpy(point, mapped, sizeof(mapped));
}

void img_stage_map_points(const ImgStage *stage, bool back, double (*points)[2], size_t n)
{
    double matrix[9];
    if (stage->kind == IMG_STAGE_FIELD) {
        for (size_t i = 0; i < n; i++)
            map_field(&stage->field, back, points[i]);
        return;
    }
    if (stage->kind == IMG_STAGE_VIEW)
        view_matrix(stage, back, matrix);
    else if (back)
        memcpy(matrix, stage->warp.matrix, sizeof(stage->warp.matrix));
    else
        img_matrix_invert(stage->warp.matrix, matrix);
    for (size_t i = 0; i < n; i++)
        img_matrix_map(matrix, points[i]);
}

ImgRect img_stage_seen(const ImgStage *stage)
{
    const ImgWindow box = stage->box;
    if (stage->kind != IMG_STAGE_VIEW)
        return (ImgRect){box.x0, box.y0, box.x1, box.y1};
    const ImgViewPart *view = &stage->view;
    const ImgWindow seen = img_window_common(view->valid, view->window);
    const double scale_x = (double)(box.x1 - box.x0) / view->canvas.width;
    const double scale_y = (double)(box.y1 - box.y0) / view->canvas.height;
    return (ImgRect){box.x0 + seen.x0 * scale_x, box.y0 + seen.y0 * scale_y,
                     box.x0 + seen.x1 * scale_x, box.y0 + seen.y1 * scale_y};
}

ImgStage img_stage_for_mask(const ImgStage *stage)
{
    ImgStage mask = *stage;
    mask.filter = IMG_FILTER_NEAREST;
    memset(mask.outside.fill, 0, sizeof(mask.outside.fill));
    return mask;
}
