/* A stage on pixels: jobs for the kernels of place, resample and warp. */
#include "image/geometry/stage.h"

#include <string.h>

#include "image/geometry/field.h"
#include "image/geometry/place.h"
#include "image/geometry/warp.h"
#include "image/pixels/work.h"

void img_stage_scratch_count(ImgStageScratch *scratch, AugiAllowance *allowance)
{
    scratch->resample.allowance = allowance;
    scratch->between.allowance = allowance;
    scratch->maps.allowance = allowance;
}

void img_stage_scratch_fini(ImgStageScratch *scratch)
{
    img_resample_scratch_fini(&scratch->resample);
    img_pixels_fini(&scratch->between);
    img_pixels_fini(&scratch->maps);
}

static ImgWindow shifted(ImgWindow window, int32_t x, int32_t y)
{
    return (ImgWindow){
        .x0 = window.x0 + x, .y0 = window.y0 + y, .x1 = window.x1 + x, .y1 = window.y1 + y};
}

static ImgPlace make_place(const ImgStage *stage, const ImgViewPart *view)
{
    return (ImgPlace){
        .valid = view->valid,
        .window = view->window,
        .outside = stage->outside,
        .orient = view->orient,
    };
}

/* The box is divided exactly: it need not end where a pixel of the smaller picture does. */
static ImgResample make_resample(const ImgStage *stage, ImgWindow keep)
{
    const int32_t reduction = stage->reduction ? stage->reduction : 1;
    return (ImgResample){
        .filter = stage->filter,
        .picture_width = (stage->source.width + reduction - 1) / reduction,
        .picture_height = (stage->source.height + reduction - 1) / reduction,
        .x0 = (double)stage->box.x0 / reduction,
        .y0 = (double)stage->box.y0 / reduction,
        .x1 = (double)stage->box.x1 / reduction,
        .y1 = (double)stage->box.y1 / reduction,
        .out_width = stage->view.canvas.width,
        .out_height = stage->view.canvas.height,
        .keep = keep,
    };
}

static bool stays_inside(const ImgViewPart *view)
{
    return view->valid.x0 <= view->window.x0 && view->window.x1 <= view->valid.x1 &&
           view->valid.y0 <= view->window.y0 && view->window.y1 <= view->valid.y1;
}

/* Whether the resampling kernel writes the result itself, mirrored where that is wanted. */
static bool resizes_directly(const ImgViewPart *view)
{
    return stays_inside(view) && !(view->orient & IMG_ORIENT_TRANSPOSE);
}

/* Mirroring is part of the job, because it decides about the pixels that the kernel reads. */
static ImgResample make_direct_resample(const ImgStage *stage, const ImgViewPart *view)
{
    ImgResample job = make_resample(stage, view->window);
    job.mirror_x = view->orient & IMG_ORIENT_MIRROR_X;
    job.mirror_y = view->orient & IMG_ORIENT_MIRROR_Y;
    return job;
}

/* The warp of the anchor. The kernel's source is the box: what lies outside it is border. */
static ImgWarp make_warp(const ImgStage *stage)
{
    ImgWarp warp = {.filter = stage->filter, .border = stage->outside.border};
    const ImgWindow anchor = stage->warp.anchor;
    const double *matrix = stage->warp.matrix;
    memcpy(warp.matrix, matrix, sizeof(warp.matrix));
    warp.matrix[2] = matrix[0] * anchor.x0 + matrix[1] * anchor.y0 + matrix[2];
    warp.matrix[5] = matrix[3] * anchor.x0 + matrix[4] * anchor.y0 + matrix[5];
    warp.matrix[2] -= stage->box.x0;
    warp.matrix[5] -= stage->box.y0;
    memcpy(warp.fill, stage->outside.fill, sizeof(warp.fill));
    return warp;
}

/* The same, of a window. */
static ImgWarp make_warp_to(const ImgStage *stage, ImgWindow made)
{
    ImgWarp warp = make_warp(stage);
    warp.x0 = made.x0 - stage->warp.anchor.x0;
    warp.y0 = made.y0 - stage->warp.anchor.y0;
    return warp;
}

void img_stage_anchor(ImgStage *stage, ImgWindow anchor)
{
    if (stage->kind == IMG_STAGE_WARP)
        stage->warp.anchor = anchor;
}

static AugStatus warp_needs(const ImgStage *stage, ImgWindow made, ImgWindow *needs,
                            AugError *error)
{
    const ImgWindow box = stage->box, anchor = stage->warp.anchor;
    const ImgWarp whole = make_warp(stage);
    if (img_warp_check(&whole, anchor.x1 - anchor.x0, anchor.y1 - anchor.y0, error) != AUG_OK)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the operations together move pixels further than 2^30");
    const ImgWarp warp = make_warp_to(stage, made);
    *needs = shifted(img_warp_needs(&warp, made.x1 - made.x0, made.y1 - made.y0, box.x1 - box.x0,
                                    box.y1 - box.y0),
                     box.x0, box.y0);
    return AUG_OK;
}

AugStatus img_stage_needs(const ImgStage *stage, ImgWindow made, ImgWindow *needs, AugError *error)
{
    if (stage->kind == IMG_STAGE_WARP)
        return warp_needs(stage, made, needs, error);
    if (stage->kind == IMG_STAGE_FIELD)
        return img_field_needs(stage, made, needs, error);
    const ImgViewPart view = img_view_narrowed(&stage->view, made);
    const ImgPlace place = make_place(stage, &view);
    const ImgWindow canvas = img_place_needs(&place);
    if (img_stage_resizes(stage)) {
        const ImgResample job = resizes_directly(&view) ? make_direct_resample(stage, &view)
                                                        : make_resample(stage, canvas);
        *needs = img_resample_needs(&job);
    } else {
        *needs = shifted(canvas, stage->box.x0, stage->box.y0);
    }
    return AUG_OK;
}

bool img_stage_is_window(const ImgStage *stage, ImgWindow made)
{
    if (stage->kind != IMG_STAGE_VIEW || img_stage_resizes(stage) || stage->view.orient)
        return false;
    const ImgViewPart view = img_view_narrowed(&stage->view, made);
    return stays_inside(&view);
}

void img_stage_window(const ImgStage *stage, ImgWindow made, const ImgSource *source, AugImage *out)
{
    const ImgViewPart view = img_view_narrowed(&stage->view, made);
    const ImgWindow at = shifted(view.window, stage->box.x0 - source->x, stage->box.y0 - source->y);
    *out = source->pixels;
    out->pixels += (size_t)at.y0 * out->row_size + (size_t)at.x0 * img_pixel_size(out);
    out->height = at.y1 - at.y0;
    out->width = at.x1 - at.x0;
}

/* Of one that is no view. */
static uint64_t warp_passes(const ImgStage *stage)
{
    if (stage->kind == IMG_STAGE_FIELD)
        return IMG_PASSES_FIELD;
    return stage->outside.border == IMG_BORDER_CONSTANT ? IMG_PASSES_WARP : IMG_PASSES_BORDER;
}

uint64_t img_stage_work(const ImgStage *stage, ImgWindow made)
{
    const uint64_t n_made = img_window_pixels(made);
    if (stage->kind != IMG_STAGE_VIEW)
        return n_made * warp_passes(stage);
    if (img_stage_is_window(stage, made))
        return 0;
    if (!img_stage_resizes(stage))
        return n_made * IMG_PASSES_PLACE;
    const ImgViewPart view = img_view_narrowed(&stage->view, made);
    if (resizes_directly(&view)) {
        const ImgResample job = make_direct_resample(stage, &view);
        return img_resample_work(&job);
    }
    const ImgPlace place = make_place(stage, &view);
    const ImgResample job = make_resample(stage, img_place_needs(&place));
    return img_resample_work(&job) + n_made * IMG_PASSES_PLACE;
}

/* Of the pixels in memory, those inside the box, as a picture of which the box is the whole. */
static ImgSource in_box(const ImgStage *stage, const ImgSource *source)
{
    const ImgWindow box = stage->box;
    const ImgWindow memory =
        img_window_common(box, (ImgWindow){.x0 = source->x,
                                           .y0 = source->y,
                                           .x1 = source->x + source->pixels.width,
                                           .y1 = source->y + source->pixels.height});
    ImgSource part = {
        .pixels = source->pixels,
        .x = memory.x0 - box.x0,
        .y = memory.y0 - box.y0,
        .width = box.x1 - box.x0,
        .height = box.y1 - box.y0,
    };
    part.pixels.width = memory.x1 - memory.x0;
    part.pixels.height = memory.y1 - memory.y0;
    part.pixels.pixels = img_source_at(source, memory.x0, memory.y0);
    return part;
}

static uint64_t image_pixels(const AugImage *image)
{
    return (uint64_t)image->height * (uint64_t)image->width;
}

static AugStatus run_warp(ImgStageScratch *scratch, const ImgStage *stage, ImgWindow made,
                          const ImgSource *source, const AugImage *out, AugError *error)
{
    scratch->work += image_pixels(out) * warp_passes(stage);
    const ImgSource part = in_box(stage, source);
    if (stage->kind == IMG_STAGE_WARP) {
        const ImgWarp warp = make_warp_to(stage, made);
        return img_warp(&warp, &part, out, error);
    }
    img_field_run(stage, made, &part, out);
    return AUG_OK;
}

static AugStatus run_place(ImgStageScratch *scratch, const ImgPlace *place, const ImgSource *source,
                           const AugImage *out, AugError *error)
{
    AugImage maps = {0};
    const size_t size = img_place_scratch(place) * sizeof(ptrdiff_t);
    if (size > 0)
        AUG_TRY(img_pixels_image(&scratch->maps, (AugSize){.height = 1, .width = (int32_t)size}, 1,
                                 &maps, error));
    scratch->work += image_pixels(out) * IMG_PASSES_PLACE;
    img_place(place, source, (ptrdiff_t *)(void *)maps.pixels, out);
    return AUG_OK;
}

AugStatus img_stage_run(ImgStageScratch *scratch, const ImgStage *stage, ImgWindow made,
                        const ImgSource *source, const AugImage *out, AugError *error)
{
    if (stage->kind != IMG_STAGE_VIEW)
        return run_warp(scratch, stage, made, source, out, error);
    const ImgViewPart view = img_view_narrowed(&stage->view, made);
    const ImgPlace place = make_place(stage, &view);
    if (!img_stage_resizes(stage)) {
        ImgSource canvas = *source;
        canvas.x -= stage->box.x0;
        canvas.y -= stage->box.y0;
        return run_place(scratch, &place, &canvas, out, error);
    }
    if (resizes_directly(&view)) {
        const ImgResample job = make_direct_resample(stage, &view);
        return img_resample(&scratch->resample, &job, source, out, error);
    }
    const ImgWindow keep = img_place_needs(&place);
    const ImgResample job = make_resample(stage, keep);
    ImgSource canvas = {
        .x = keep.x0,
        .y = keep.y0,
        .width = view.canvas.width,
        .height = view.canvas.height,
    };
    const AugSize size = {.height = keep.y1 - keep.y0, .width = keep.x1 - keep.x0};
    AUG_TRY(img_pixels_make(&scratch->between, size, img_pixel_type(out), &canvas.pixels, error));
    AUG_TRY(img_resample(&scratch->resample, &job, source, &canvas.pixels, error));
    return run_place(scratch, &place, &canvas, out, error);
}
