/* Mixing two finished samples: blending every value of their pictures, or pasting a box of pictures
 * and masks.
 *
 * float32 is blended as share * own + (1 - share) * partner, each operation rounded once. uint8 and
 * uint16 are blended with the share as a multiple of 2^-16 and rounded half up, which for uint8 is
 * within 0.502 of the exact value: half a step, and 255 * 2^-17 for the share; for uint16 within 1.
 */
#include <string.h>

#include "image/domain/domain.h"
#include "image/op.h"

static void blend_floats(const float *own, const float *partner, double share, size_t n,
                         float *restrict out)
{
    const float weight = (float)share, rest = 1.0f - (float)share;
    for (size_t i = 0; i < n; i++)
        out[i] = weight * own[i] + rest * partner[i];
}

static void blend_bytes(const uint8_t *own, const uint8_t *partner, double share, size_t n,
                        uint8_t *restrict out)
{
    const uint32_t weight = (uint32_t)(share * 65536 + 0.5), rest = 65536 - weight;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)((own[i] * weight + partner[i] * rest + 32768) >> 16);
}

/* The sum stays below 2^32: 65535 * 2^16, and half of 2^16. */
static void blend_words(const uint16_t *own, const uint16_t *partner, double share, size_t n,
                        uint16_t *restrict out)
{
    const uint32_t weight = (uint32_t)(share * 65536 + 0.5), rest = 65536 - weight;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)((own[i] * weight + partner[i] * rest + 32768) >> 16);
}

/* One tensor of a sample as rows of pixels, plane after plane. */
typedef struct Grid {
    AugSize size;
    size_t n_planes, pixel_size;
} Grid;

static Grid picture_grid(const ImgPlan *plan)
{
    const size_t value_size = img_value_size(plan->output.out);
    const size_t n_channels = (size_t)plan->input.channels;
    return (Grid){
        .size = plan->extent,
        .n_planes = plan->output.planar ? n_channels : 1,
        .pixel_size = plan->output.planar ? value_size : value_size * n_channels,
    };
}

static void paste(const Grid *grid, const ImgMixItem *item, const AugOut *own,
                  const AugOut *partner, const AugOut *slot)
{
    const size_t row_size = (size_t)grid->size.width * grid->pixel_size;
    const size_t height = (size_t)grid->size.height;
    const size_t first = (size_t)item->x0 * grid->pixel_size;
    const size_t size = (size_t)(item->x1 - item->x0) * grid->pixel_size;
    const uint8_t *from = partner->bytes;
    uint8_t *to = slot->bytes;
    memcpy(to, own->bytes, grid->n_planes * height * row_size);
    for (size_t plane = 0; plane < grid->n_planes; plane++)
        for (size_t y = (size_t)item->y0; y < (size_t)item->y1; y++) {
            const size_t at = (plane * height + y) * row_size + first;
            memcpy(to + at, from + at, size);
        }
}

static void blend(const ImgPlan *plan, double share, const AugOut *own, const AugOut *partner,
                  const AugOut *slot)
{
    const size_t n =
        (size_t)plan->extent.height * (size_t)plan->extent.width * (size_t)plan->input.channels;
    if (plan->output.real)
        blend_floats(own->bytes, partner->bytes, share, n, slot->bytes);
    else if (plan->output.out == AUG_DTYPE_U16)
        blend_words(own->bytes, partner->bytes, share, n, slot->bytes);
    else
        blend_bytes(own->bytes, partner->bytes, share, n, slot->bytes);
}

void img_mix_draw(const void *context, const AugOp *op, AugRng *rng, const AugMixPass *pass)
{
    const ImgPlan *plan = context;
    ImgMix mix = {
        .n = pass->n, .extent = plan->extent, .items = pass->items, .scratch = pass->scratch};
    img_op_hooks(op->desc)->mix(op->params, rng, &mix);
    for (uint32_t i = 0; i < mix.n; i++)
        mix.items[i].base.mixes = mix.items[i].kind != IMG_MIX_NONE;
}

/* All views of a sample get the same share or box. An operation that blends is refused where there
 * are masks (image/targets/targets.h), so only boxes reach them; no rows are mixed. */
void img_mix(const void *context, const AugMixItem *base, const AugOut *own, const AugOut *partner,
             const AugOut *slot)
{
    const ImgPlan *plan = context;
    const ImgMixItem *item = (const ImgMixItem *)(const void *)base;
    const bool pastes = item->kind == IMG_MIX_PASTE;
    const Grid picture = picture_grid(plan);
    const Grid mask = {.size = plan->extent, .n_planes = 1, .pixel_size = 1};
    for (uint32_t v = 0; v < plan->n_views; v++) {
        if (pastes)
            paste(&picture, item, &own[v], &partner[v], &slot[v]);
        else
            blend(plan, base->share, &own[v], &partner[v], &slot[v]);
        for (uint32_t i = 0; pastes && i < plan->targets.n; i++) {
            const uint32_t t = plan->targets.items[i].tensor + v;
            if (plan->targets.items[i].desc.kind == AUG_FIELD_MASK)
                paste(&mask, item, &own[t], &partner[t], &slot[t]);
        }
    }
}
