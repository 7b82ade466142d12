#include "image/stage.h"

#include <stdlib.h>

#include "image/place.h"
#include "image/warp.h"

AugStatus augi_pixels_image(AugiPixels *pixels, AugSize size, int32_t channels, AugImage *image,
                            AugError *error)
{
    const size_t row_size = (size_t)size.width * (size_t)channels;
    const size_t needed = row_size * (size_t)size.height;
    if (needed > pixels->capacity) {
        free(pixels->bytes);
        pixels->bytes = malloc(needed);
        pixels->capacity = pixels->bytes ? needed : 0;
        if (!pixels->bytes)
            return AUG_FAIL(error, AUG_NO_MEMORY, NULL, "no memory for a picture of %d x %d",
                            size.height, size.width);
    }
    *image = (AugImage){
        .pixels = pixels->bytes,
        .height = size.height,
        .width = size.width,
        .channels = channels,
        .row_size = row_size,
    };
    return AUG_OK;
}

void augi_pixels_fini(AugiPixels *pixels)
{
    free(pixels->bytes);
    *pixels = (AugiPixels){0};
}

void augi_stage_scratch_fini(AugiStageScratch *scratch)
{
    augi_resample_scratch_fini(&scratch->resample);
    augi_pixels_fini(&scratch->between);
    augi_pixels_fini(&scratch->maps);
}

static AugiWindow shifted(AugiWindow window, int32_t x, int32_t y)
{
    return (AugiWindow){
        .x0 = window.x0 + x, .y0 = window.y0 + y, .x1 = window.x1 + x, .y1 = window.y1 + y};
}

static AugiPlace make_place(const AugiStage *stage)
{
    return (AugiPlace){
        .valid = stage->valid,
        .window = stage->window,
        .outside = stage->outside,
        .orient = stage->orient,
    };
}

static AugiResample make_resample(const AugiStage *stage, AugiWindow keep)
{
    return (AugiResample){
        .filter = stage->filter,
        .picture_width = stage->source.width,
        .picture_height = stage->source.height,
        .x0 = stage->box.x0,
        .y0 = stage->box.y0,
        .x1 = stage->box.x1,
        .y1 = stage->box.y1,
        .out_width = stage->canvas.width,
        .out_height = stage->canvas.height,
        .keep = keep,
    };
}

static bool stays_inside(const AugiStage *stage)
{
    return stage->valid.x0 <= stage->window.x0 && stage->window.x1 <= stage->valid.x1 &&
           stage->valid.y0 <= stage->window.y0 && stage->window.y1 <= stage->valid.y1;
}

/* Whether the resampling kernel writes the result itself, mirrored where that is wanted. */
static bool resizes_directly(const AugiStage *stage)
{
    return stays_inside(stage) && !(stage->orient & AUGI_ORIENT_TRANSPOSE);
}

/* Mirroring is part of the job, because it decides about the pixels that the kernel reads. */
static AugiResample make_direct_resample(const AugiStage *stage)
{
    AugiResample job = make_resample(stage, stage->window);
    job.mirror_x = stage->orient & AUGI_ORIENT_MIRROR_X;
    job.mirror_y = stage->orient & AUGI_ORIENT_MIRROR_Y;
    return job;
}

/* The kernel's source is the box: what lies outside it is border. */
static AugiWarp make_warp(const AugiStage *stage)
{
    AugiWarp warp = {.filter = stage->filter, .border = stage->outside.border};
    for (int i = 0; i < 6; i++)
        warp.matrix[i] = stage->matrix[i];
    warp.matrix[2] -= stage->box.x0;
    warp.matrix[5] -= stage->box.y0;
    for (int c = 0; c < 3; c++)
        warp.fill[c] = stage->outside.fill[c];
    return warp;
}

AugStatus augi_stage_needs(const AugiStage *stage, AugiWindow *needs, AugError *error)
{
    const AugiWindow box = stage->box;
    if (stage->is_warp) {
        const AugiWarp warp = make_warp(stage);
        const AugSize size = stage->warped;
        if (augi_warp_check(&warp, size.width, size.height, error) != AUG_OK)
            return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                            "the operations together move pixels further than 2^30");
        *needs = shifted(
            augi_warp_needs(&warp, size.width, size.height, box.x1 - box.x0, box.y1 - box.y0),
            box.x0, box.y0);
        return AUG_OK;
    }
    const AugiPlace place = make_place(stage);
    const AugiWindow canvas = augi_place_needs(&place);
    if (augi_stage_resizes(stage)) {
        const AugiResample job =
            resizes_directly(stage) ? make_direct_resample(stage) : make_resample(stage, canvas);
        *needs = augi_resample_needs(&job);
    } else {
        *needs = shifted(canvas, box.x0, box.y0);
    }
    return AUG_OK;
}

bool augi_stage_is_window(const AugiStage *stage)
{
    return !stage->is_warp && !augi_stage_resizes(stage) && stays_inside(stage) && !stage->orient;
}

void augi_stage_window(const AugiStage *stage, const AugiSource *source, AugImage *out)
{
    const AugiWindow at =
        shifted(stage->window, stage->box.x0 - source->x, stage->box.y0 - source->y);
    *out = source->pixels;
    out->pixels += (size_t)at.y0 * out->row_size + at.x0 * out->channels;
    out->height = at.y1 - at.y0;
    out->width = at.x1 - at.x0;
}

static AugStatus run_warp(const AugiStage *stage, const AugiSource *source, const AugImage *out,
                          AugError *error)
{
    const AugiWarp warp = make_warp(stage);
    const AugiWindow box = stage->box;
    /* Of the pixels in memory, those inside the box. */
    const AugiWindow memory = {
        .x0 = source->x > box.x0 ? source->x : box.x0,
        .y0 = source->y > box.y0 ? source->y : box.y0,
        .x1 = source->x + source->pixels.width,
        .y1 = source->y + source->pixels.height,
    };
    AugiSource part = {
        .pixels = source->pixels,
        .x = memory.x0 - box.x0,
        .y = memory.y0 - box.y0,
        .width = box.x1 - box.x0,
        .height = box.y1 - box.y0,
    };
    part.pixels.width = (memory.x1 < box.x1 ? memory.x1 : box.x1) - memory.x0;
    part.pixels.height = (memory.y1 < box.y1 ? memory.y1 : box.y1) - memory.y0;
    part.pixels.pixels += (size_t)(memory.y0 - source->y) * source->pixels.row_size +
                          (memory.x0 - source->x) * source->pixels.channels;
    return augi_warp(&warp, &part, out, error);
}

static AugStatus run_place(AugiStageScratch *scratch, const AugiPlace *place,
                           const AugiSource *source, const AugImage *out, AugError *error)
{
    AugImage maps = {0};
    const size_t size = augi_place_scratch(place) * sizeof(ptrdiff_t);
    if (size > 0)
        AUG_TRY(augi_pixels_image(&scratch->maps, (AugSize){.height = 1, .width = (int32_t)size}, 1,
                                  &maps, error));
    augi_place(place, source, (ptrdiff_t *)(void *)maps.pixels, out);
    return AUG_OK;
}

AugStatus augi_stage_run(AugiStageScratch *scratch, const AugiStage *stage,
                         const AugiSource *source, const AugImage *out, AugError *error)
{
    if (stage->is_warp)
        return run_warp(stage, source, out, error);
    const AugiPlace place = make_place(stage);
    if (!augi_stage_resizes(stage)) {
        AugiSource canvas = *source;
        canvas.x -= stage->box.x0;
        canvas.y -= stage->box.y0;
        return run_place(scratch, &place, &canvas, out, error);
    }
    if (resizes_directly(stage)) {
        const AugiResample job = make_direct_resample(stage);
        return augi_resample(&scratch->resample, &job, source, out, error);
    }
    const AugiWindow keep = augi_place_needs(&place);
    const AugiResample job = make_resample(stage, keep);
    AugiSource canvas = {
        .x = keep.x0,
        .y = keep.y0,
        .width = stage->canvas.width,
        .height = stage->canvas.height,
    };
    const AugSize size = {.height = keep.y1 - keep.y0, .width = keep.x1 - keep.x0};
    AUG_TRY(augi_pixels_image(&scratch->between, size, out->channels, &canvas.pixels, error));
    AUG_TRY(augi_resample(&scratch->resample, &job, source, &canvas.pixels, error));
    return run_place(scratch, &place, &canvas, out, error);
}
