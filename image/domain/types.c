/* What can be made of what: 8 bits are not called 16, and nothing loses bits unasked. */
#include "image/domain/types.h"

#include "image/op.h"
#include "image/pixels/channels.h"

/* Names of types as people write them, which are those of output.dtype. */
static const char *type_name(AugDtype dtype)
{
    return dtype == AUG_DTYPE_U8 ? "uint8" : dtype == AUG_DTYPE_U16 ? "uint16" : "float32";
}

static AugStatus choose_type(const ImgOutputParams *params, const AugFieldDesc *image,
                             AugDtype *dtype, AugError *error)
{
    const bool asks_words = params->decode.value == IMG_DECODE_UINT16;
    if (image->form == AUG_FORM_ENCODED) {
        *dtype = asks_words ? AUG_DTYPE_U16 : AUG_DTYPE_U8;
        return AUG_OK;
    }
    *dtype = image->tensor.dtype;
    if (!img_pixel_type_is_known((ImgPixelType){.dtype = *dtype, .channels = 1}))
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the pictures of the data set are %s; allowed are U8, U16 and F32",
                        aug_dtype_name(*dtype));
    if (params->decode.value == IMG_DECODE_FAST)
        return AUG_FAIL(
            error, AUG_BAD_SPEC, NULL,
            "output: decode is fast and the data set holds raw pixels, of which nothing "
            "is decoded; leave decode out");
    if (asks_words && *dtype != AUG_DTYPE_U16)
        return AUG_FAIL(
            error, AUG_BAD_SPEC, NULL,
            "output: decode is uint16 and the data set holds raw pixels of %s, of which "
            "nothing is decoded; leave decode out",
            type_name(*dtype));
    return AUG_OK;
}

static AugStatus choose_channels(const ImgOutputParams *params, const AugFieldDesc *image,
                                 int32_t *channels, AugError *error)
{
    const uint64_t stored = image->form == AUG_FORM_ENCODED ? 0 : image->tensor.shape[2];
    *channels = 3;
    if (stored > AUG_MAX_CHANNELS)
        return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                        "the pictures of the data set have %llu channels; allowed are 1 to %d",
                        (unsigned long long)stored, AUG_MAX_CHANNELS);
    if (params->color.value == IMG_COLOR_AUTO) {
        if (stored > 0)
            *channels = (int32_t)stored;
        return AUG_OK;
    }
    const bool grey = params->color.value == IMG_COLOR_GRAY;
    *channels = grey ? 1 : 3;
    if (stored == 0 || img_channels_convert((int32_t)stored, *channels))
        return AUG_OK;
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "output: color is %s and the pictures have %d channels; only 1 and 3 become "
                    "each other, so use color: auto",
                    grey ? "gray" : "rgb", (int)stored);
}

/* Whole numbers stay what they are; float32 takes everything. */
static AugStatus choose_out(const ImgOutputParams *params, const AugFieldDesc *image, AugDtype in,
                            AugDtype *out, AugError *error)
{
    static const AugDtype types[] = {[IMG_TYPE_FLOAT32] = AUG_DTYPE_F32,
                                     [IMG_TYPE_UINT8] = AUG_DTYPE_U8,
                                     [IMG_TYPE_UINT16] = AUG_DTYPE_U16};
    *out = types[params->dtype.value];
    if (*out == AUG_DTYPE_F32 || *out == in)
        return AUG_OK;
    const char *also = "";
    if (image->form == AUG_FORM_ENCODED)
        also = in == AUG_DTYPE_U8 ? "; decode: uint16 reads picture files as uint16"
                                  : "; decode: uint8 reads picture files as uint8";
    return AUG_FAIL(error, AUG_BAD_SPEC, NULL,
                    "output: dtype is %s and the pictures are %s; allowed is float32%s%s%s",
                    type_name(*out), type_name(in), in == AUG_DTYPE_F32 ? "" : " or ",
                    in == AUG_DTYPE_F32 ? "" : type_name(in), also);
}

AugStatus img_types_choose(const ImgOutputParams *params, const AugFieldDesc *image,
                           ImgTypes *types, AugError *error)
{
    AUG_TRY(choose_type(params, image, &types->pixels.dtype, error));
    AUG_TRY(choose_channels(params, image, &types->pixels.channels, error));
    return choose_out(params, image, types->pixels.dtype, &types->out, error);
}

/* Whether an operation's kernels know pixels that are not uint8 of 1 or 3 channels. */
static bool knows_all(const AugOp *op)
{
    if (op->desc->scope == AUG_OP_GROUP)
        return true;
    const ImgOpHooks *hooks = img_op_hooks(op->desc);
    return (!hooks->point && !hooks->filter) || hooks->any_pixels;
}

AugStatus img_types_check(const AugOpList *ops, ImgPixelType pixels, AugError *error)
{
    if (pixels.dtype == AUG_DTYPE_U8 && (pixels.channels == 1 || pixels.channels == 3))
        return AUG_OK;
    for (size_t i = 0; i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        const AugOpList children = {.ops = op->children, .n = op->n_children};
        AUG_TRY(img_types_check(&children, pixels, error));
        if (knows_all(op))
            continue;
        char where[200];
        augi_place_text(&op->place, where, sizeof(where));
        return AUG_FAIL(error, AUG_BAD_SPEC, where,
                        "%s works on 8-bit pictures of 1 or 3 channels; the pictures are %s with "
                        "%d channel%s",
                        op->desc->name, type_name(pixels.dtype), (int)pixels.channels,
                        pixels.channels == 1 ? "" : "s");
    }
    return AUG_OK;
}
