/* A recipe: everything that will happen to one picture, drawn and decided before it is decoded.
 *
 * Glossary. A *step* is one pass: a stage of the geometry (image/geometry/geometry.h), a table for
 * every value (neighbouring point operations are one table), or a run of rectangles to erase. The
 * *needs* of a recipe are the window of the stored picture that any pixel of the result depends on.
 *
 * Guarantees. Building reads no pixels, makes every draw of the sample, and allocates nothing once
 * the list of rectangles has grown to what its operations ask for. A recipe serves one thread and
 * is built anew for each sample.
 */
#ifndef IMG_RECIPE_H
#define IMG_RECIPE_H

#include "image/domain/erase.h"
#include "image/geometry/geometry.h"
#include "libaug/spec/op.h"

/* One value for each value, per channel. */
typedef struct ImgTable {
    uint8_t values[3][256];
} ImgTable;

/* What a step does; see the glossary. */
typedef enum ImgStepKind {
    IMG_STEP_STAGE, /* number first of geometry.stages */
    IMG_STEP_TABLE, /* number first of tables */
    IMG_STEP_ERASE, /* numbers first to end - 1 of erase.items */
} ImgStepKind;

/* One pass. end counts for ERASE only. */
typedef struct ImgStep {
    ImgStepKind kind;
    uint32_t first, end;
} ImgStep;

/* failed_op: the operation that failed while building, or NULL. The arrays are owned. */
typedef struct ImgRecipe {
    ImgGeometry geometry;
    ImgErase erase;
    ImgStage *stages;
    uint32_t max_stages;
    ImgTable *tables;
    uint32_t n_tables;
    ImgStep *steps;
    uint32_t n_steps;
    const AugOp *failed_op;
} ImgRecipe;

/* What a recipe is built for.
 *
 * upright:  applied before the first operation
 * channels: 1 or 3, of the pictures that operations see
 * mean:     colour of the fill "mean"
 */
typedef struct ImgRecipeInput {
    const AugOpList *ops;
    const AugLimits *limits;
    AugSize stored;
    ImgOrient upright;
    int32_t channels;
    uint8_t mean[3];
} ImgRecipeInput;

/* Memory for recipes of that many operations (augi_ops_most_runs). On failure the recipe can be
 * given to fini. */
AUG_MUST_CHECK AugStatus img_recipe_init(ImgRecipe *recipe, size_t n_ops, AugError *error);

/* Accepts a zeroed recipe. */
void img_recipe_fini(ImgRecipe *recipe);

/* Draws everything for one sample. Fails with AUG_BAD_SPEC where an operation cannot be done on a
 * picture of this size (the message names it; the place is left empty), AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_recipe_build(ImgRecipe *recipe, const ImgRecipeInput *input,
                                          const AugKey *key, AugError *error);

/* Reduces every stage to what the stages after it read, and returns what the first one reads: what
 * to ask of the decoder. Once per built recipe. Fails if numbers are beyond the kernels. */
AUG_MUST_CHECK AugStatus img_recipe_needs(ImgRecipe *recipe, ImgWindow *needs, AugError *error);

#endif
