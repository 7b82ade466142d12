/* A colour that has neither one value nor as many as a picture would be cut or made up. */
#include "image/domain/fills.h"

#include "image/pixels/picture.h"

static AugStatus check_op(const AugOp *op, int32_t channels, AugError *error)
{
    const AugParamTable *table = &op->desc->params;
    for (size_t i = 0; i < table->n; i++) {
        const AugParamDesc *row = &table->rows[i];
        if (row->kind != &aug_kind_fill)
            continue;
        const AugFill *fill = (const void *)((const char *)op->params + row->offset);
        uint8_t pixel[IMG_MAX_PIXEL_SIZE];
        if (fill->named >= 0 || img_fill_pixel(fill, (ImgPixelType){.channels = channels}, pixel))
            continue;
        char where[200];
        augi_place_text(&op->place, where, sizeof(where));
        return AUG_FAIL(error, AUG_BAD_SPEC, where,
                        "%s.%s has %d values and the pictures have %d channel%s; allowed is one "
                        "number or one for each channel",
                        op->desc->name, row->name, fill->n, channels, channels == 1 ? "" : "s");
    }
    return AUG_OK;
}

AugStatus img_fills_check(const AugOpList *ops, int32_t channels, AugError *error)
{
    for (size_t i = 0; i < ops->n; i++) {
        const AugOp *op = &ops->ops[i];
        const AugOpList children = {.ops = op->children, .n = op->n_children};
        AUG_TRY(check_op(op, channels, error));
        AUG_TRY(img_fills_check(&children, channels, error));
    }
    return AUG_OK;
}
