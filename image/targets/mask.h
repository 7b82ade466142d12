/* Masks: class numbers for the pixels of a picture, through the geometry of its recipe, nearest.
 *
 * A mask lies on the upright picture and has its size. It is 8 bits of one channel; of a palette
 * picture the indices count, not the colours.
 */
#ifndef IMG_MASK_H
#define IMG_MASK_H

#include "aug/dataset.h"
#include "image/codec/codec.h"
#include "image/domain/recipe_run.h"

/* Memory and decoder of masks; zero-initialise, one per thread. The decoder is made when it is
 * first needed. allowance: what all of it is counted on. */
typedef struct ImgMaskMemory {
    AugiAllowance *allowance;
    ImgDecoder *decoder;
    ImgNeeds needs;
    ImgRunMemory run;
    ImgPixels turned;
    ImgSource source;
} ImgMaskMemory;

/* Counts a zeroed struct's memory on an allowance. */
void img_mask_memory_count(ImgMaskMemory *memory, AugiAllowance *allowance);

/* Frees the memory; accepts a zeroed struct. */
void img_mask_memory_fini(ImgMaskMemory *memory);

/* A mask and the picture it lies on: how that was turned to be upright, and its stored size.
 * careful: see ImgDecodeJob. */
typedef struct ImgMask {
    const AugField *field;
    bool is_encoded;
    ImgOrient upright;
    AugSize stored;
    const AugLimits *limits;
    bool careful;
} ImgMask;

/* Reads a mask, turned as the picture is stored; what is in memory then covers window. Fails with
 * AUG_CORRUPT where its size is another than the picture's, AUG_UNSUPPORTED for other pixels, or as
 * a decoder does. */
AUG_MUST_CHECK AugStatus img_mask_load(ImgMaskMemory *memory, const ImgMask *mask, ImgWindow window,
                                       AugError *error);

/* Runs a recipe on what was loaded. image is borrowed from the memory until the next call. */
AUG_MUST_CHECK AugStatus img_mask_run(ImgMaskMemory *memory, const ImgRecipe *recipe,
                                      AugImage *image, AugError *error);

#endif
