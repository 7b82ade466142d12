/* Which reduction a stage allows, and what it becomes then. */
#include "image/geometry/reduced.h"

/* Pixels that a resize must see for each of its own, each way. */
#define LEAST_LEFT 2

int32_t img_stage_most_reduction(const ImgStage *stage)
{
    const bool is_smooth =
        stage->filter == IMG_FILTER_BILINEAR || stage->filter == IMG_FILTER_BICUBIC;
    if (stage->kind != IMG_STAGE_VIEW || !img_stage_resizes(stage) || !is_smooth)
        return 1;
    const int64_t width = stage->box.x1 - stage->box.x0, height = stage->box.y1 - stage->box.y0;
    const AugSize canvas = stage->view.canvas;
    int32_t reduction = 8;
    while (reduction > 1 && (width < (int64_t)LEAST_LEFT * reduction * canvas.width ||
                             height < (int64_t)LEAST_LEFT * reduction * canvas.height))
        reduction /= 2;
    return reduction;
}

ImgStage img_stage_reduced(const ImgStage *stage, int32_t reduction)
{
    ImgStage reduced = *stage;
    reduced.reduction = reduction;
    return reduced;
}

static bool is_whole(ImgWindow window, AugSize size)
{
    return window.x0 == 0 && window.y0 == 0 && window.x1 == size.width && window.y1 == size.height;
}

bool img_stage_only_turns(const ImgStage *stage)
{
    return stage->kind == IMG_STAGE_VIEW && !img_stage_resizes(stage) &&
           is_whole(stage->box, stage->source) && is_whole(stage->view.valid, stage->source) &&
           is_whole(stage->view.window, stage->source);
}

ImgStage img_stage_with_turn(const ImgStage *turn, const ImgStage *stage)
{
    const ImgOrient orient = turn->view.orient;
    const AugSize canvas = stage->view.canvas;
    ImgStage both = *stage;
    both.source = turn->source;
    both.box = img_orient_source(orient, stage->source, stage->box);
    both.view.canvas = img_orient_size(orient, canvas);
    both.view.valid = img_orient_source(orient, canvas, stage->view.valid);
    both.view.window = img_orient_source(orient, canvas, stage->view.window);
    both.view.orient = img_orient_then(orient, stage->view.orient);
    return both;
}
