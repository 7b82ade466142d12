/* A mask is decoded or borrowed, turned as its picture is stored, and taken through the recipe's
 * stages. */
#include "image/targets/mask.h"

void img_mask_memory_count(ImgMaskMemory *memory, AugiAllowance *allowance)
{
    memory->allowance = allowance;
    memory->needs.allowance = allowance;
    memory->turned.allowance = allowance;
    img_run_memory_count(&memory->run, allowance);
}

void img_mask_memory_fini(ImgMaskMemory *memory)
{
    img_decoder_free(memory->decoder);
    img_needs_fini(&memory->needs);
    img_run_memory_fini(&memory->run);
    img_pixels_fini(&memory->turned);
    *memory = (ImgMaskMemory){0};
}

static AugStatus check_size(AugSize size, const ImgMask *mask, AugError *error)
{
    const AugSize picture = img_orient_size(mask->upright, mask->stored);
    if (size.height == picture.height && size.width == picture.width)
        return AUG_OK;
    return AUG_FAIL(error, AUG_CORRUPT, NULL,
                    "the mask has %d x %d pixels and its picture %d x %d; they must be equal",
                    size.height, size.width, picture.height, picture.width);
}

static AugStatus fail_channels(int32_t channels, AugError *error)
{
    return AUG_FAIL(
        error, AUG_UNSUPPORTED, NULL,
        "the mask has %d channels; allowed are class numbers: 8 bits of one channel, or "
        "a palette",
        channels);
}

static AugStatus load_pixels(ImgMaskMemory *memory, const ImgMask *mask, AugError *error)
{
    const AugField *field = mask->field;
    const AugSize size = {.height = field->height, .width = field->width};
    if (field->channels != 1)
        return fail_channels(field->channels, error);
    AUG_TRY(check_size(size, mask, error));
    if (field->size < (size_t)size.height * (size_t)size.width)
        return AUG_FAIL(error, AUG_CORRUPT, NULL, "%zu bytes for a mask of %d x %d pixels",
                        field->size, size.height, size.width);
    memory->source = img_source_all(&(AugImage){
        .pixels = (uint8_t *)(uintptr_t)field->bytes,
        .height = size.height,
        .width = size.width,
        .channels = 1,
        .row_size = (size_t)size.width,
    });
    return AUG_OK;
}

/* The mask's file, not the picture's. */
static AugStatus fail_file(AugStatus status, AugError *error)
{
    return aug_error_prefix(error, status, "the mask");
}

static AugStatus load_file(ImgMaskMemory *memory, const ImgMask *mask, ImgWindow window,
                           AugError *error)
{
    const AugField *field = mask->field;
    ImgHeader header;
    AugStatus status = img_header(field->bytes, field->size, mask->limits, &header, error);
    if (status != AUG_OK)
        return fail_file(status, error);
    const AugSize size = {.height = header.height, .width = header.width};
    if (header.channels != 1 && !header.palette)
        return fail_channels(header.channels, error);
    if (header.bits > 8)
        return AUG_FAIL(error, AUG_UNSUPPORTED, NULL,
                        "the mask has %d bits; allowed are class numbers of up to 8 bits",
                        header.bits);
    AUG_TRY(check_size(size, mask, error));
    if (!memory->decoder) {
        AUG_TRY(img_decoder_new(&memory->decoder, error));
        img_decoder_count(memory->decoder, memory->allowance);
    }
    if (mask->upright)
        window = img_window_all(size.width, size.height);
    const ImgDecodeJob job = {
        .bytes = field->bytes,
        .size = field->size,
        .header = &header,
        .channels = 1,
        .window = &window,
        .indices = true,
        .careful = mask->careful,
    };
    ImgWindow got;
    ImgSource *source = &memory->source;
    *source = (ImgSource){.width = size.width, .height = size.height};
    memory->run.work += img_header_work(&header);
    status = img_decode(memory->decoder, &job, mask->limits, &source->pixels, &got, error);
    if (status != AUG_OK)
        return fail_file(status, error);
    source->x = got.x0;
    source->y = got.y0;
    return AUG_OK;
}

/* Turns a whole mask as its picture is stored, for the recipe begins there. */
static AugStatus turn(ImgMaskMemory *memory, const ImgMask *mask, AugError *error)
{
    const AugSize size = {.height = memory->source.height, .width = memory->source.width};
    const ImgWindow all = img_window_all(size.width, size.height);
    const ImgWindow made = img_window_all(mask->stored.width, mask->stored.height);
    const ImgStage stage = {
        .kind = IMG_STAGE_VIEW,
        .source = size,
        .box = all,
        .view = {.canvas = size,
                 .valid = all,
                 .window = all,
                 .orient = img_orient_inverse(mask->upright)},
    };
    AugImage turned;
    AUG_TRY(img_pixels_image(&memory->turned, mask->stored, 1, &turned, error));
    memory->run.work += img_stage_work(&stage, made);
    AUG_TRY(img_stage_run(&memory->run.stage, &stage, made, &memory->source, &turned, error));
    memory->source = img_source_all(&turned);
    return AUG_OK;
}

AugStatus img_mask_load(ImgMaskMemory *memory, const ImgMask *mask, ImgWindow window,
                        AugError *error)
{
    if (mask->is_encoded)
        AUG_TRY(load_file(memory, mask, window, error));
    else
        AUG_TRY(load_pixels(memory, mask, error));
    return mask->upright ? turn(memory, mask, error) : AUG_OK;
}

AugStatus img_mask_run(ImgMaskMemory *memory, const ImgRecipe *recipe, AugImage *image,
                       AugError *error)
{
    AUG_TRY(img_recipe_needs(recipe, IMG_TARGET_MASK, &memory->needs, error));
    const ImgRunJob job = {.recipe = recipe, .needs = &memory->needs, .source = &memory->source};
    ImgResult result;
    AUG_TRY(img_recipe_run(&job, &memory->run, &result, error));
    *image = result.image;
    return AUG_OK;
}
