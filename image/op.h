/* What an operation of the image domain is: the hooks by which it states what it means, so that it
 * need not touch pixels. The domain's compiler fuses neighbours of one kind.
 *
 * Every hook is a pure function of the bound parameters, the generator and what it is shown of the
 * picture, and draws the same number of times whatever the values, so that one parameter does not
 * move the draws of another.
 */
#ifndef IMG_OP_H
#define IMG_OP_H

#include "image/domain/erase.h"
#include "image/domain/mix.h"
#include "image/domain/point.h"
#include "image/geometry/geometry.h"
#include "image/targets/kinds.h"
#include "libaug/spec/domain.h"

/* Sizes that bound the work of an operation: of the picture before it, of the one it makes, and the
 * longest side of any picture before, which the one before it may be a crop of: the filter of a
 * resize reads beyond a crop. */
typedef struct ImgWorkSizes {
    AugSize in, out;
    int32_t longest;
} ImgWorkSizes;

/* One operation has one of geometry, point, filter, erase and mix.
 *
 * out_size: picture size after the operation for a size before it; 0 in a member means "differs
 *           from sample to sample". NULL: the size stays. Not for p: the compiler handles it
 * geometry: where each pixel comes from (image/geometry/geometry.h)
 * point:    what becomes of values: tables, colour matrices (image/domain/point.h)
 * filter:   what becomes of neighbourhoods (image/domain/point.h, image/filters/kernel.h)
 * erase:    adds rectangles (image/domain/erase.h)
 * mix:      fills the items of a batch (image/domain/mix.h)
 * targets:  of one that mixes: what it takes along of IMG_MASKS, IMG_BOXES, IMG_POINTS
 *           (image/targets/kinds.h); it is refused where the data set has another. Others need not
 *           say it: geometry moves all targets, and what changes values leaves them alone
 * work:     most passes over pixels (image/pixels/work.h) for pictures of at most these sizes.
 *           NULL: of geometry, two over both pictures; of point, two; of filter and erase, those of
 *           noise. A property test compares it with what the steps count
 * any_pixels: of one with point or filter: it works on every type and number of channels. Else it
 *           is refused on all but uint8 with 1 or 3 channels
 */
typedef struct ImgOpHooks {
    AugSize (*out_size)(const void *params, AugSize in);
    void (*geometry)(const void *params, AugRng *rng, ImgGeometry *geometry);
    void (*point)(const void *params, AugRng *rng, ImgPoint *point);
    void (*filter)(const void *params, AugRng *rng, ImgFiltering *filtering);
    void (*erase)(const void *params, AugRng *rng, ImgErase *erase);
    void (*mix)(const void *params, AugRng *rng, ImgMix *mix);
    uint64_t (*work)(const void *params, const ImgWorkSizes *sizes);
    uint32_t targets;
    bool any_pixels;
} ImgOpHooks;

/* The image domain (image/domain/image.c). */
extern const AugDomain aug_domain_image;

/* Members of AugOpDesc for an operation on one picture; the arguments are designated members of
 * ImgOpHooks. */
#define IMG_OP(...)                                           \
    .domain = &aug_domain_image, .hooks = &(const ImgOpHooks) \
    {                                                         \
        __VA_ARGS__                                           \
    }

/* The same for one that mixes the pictures of a batch. */
#define IMG_BATCH_OP(...) .scope = AUG_OP_BATCH, IMG_OP(__VA_ARGS__)

/* The hooks of an operation of this domain. */
static inline const ImgOpHooks *img_op_hooks(const AugOpDesc *desc)
{
    return desc->hooks;
}

#endif
