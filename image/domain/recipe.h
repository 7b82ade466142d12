/* A recipe: everything that will happen to one picture, drawn and decided before it is decoded.
 *
 * Glossary. A *recipe step* is one pass, see ImgStepKind. The *needs* of a recipe are a window for
 * each of its steps, found in one pass from the last step to the first: what the steps after it
 * read of what it makes; and the window of the stored picture that any pixel of the result depends
 * on. A *target* is what the recipe runs on: the picture itself, or a mask that lies on it.
 *
 * Guarantees. Building reads no pixels, makes every draw of the sample, and allocates nothing once
 * its memory has grown to what its operations ask for. A built recipe is only read: each target has
 * needs of its own. What is made of a step does not depend on what is made of the others: the bytes
 * of a pixel are the same whatever the windows. A recipe serves one thread and is built anew for
 * each sample.
 */
#ifndef IMG_RECIPE_H
#define IMG_RECIPE_H

#include "image/domain/erase.h"
#include "image/filters/kernel.h"
#include "image/geometry/geometry.h"
#include "libaug/base/arena.h"
#include "libaug/spec/op.h"

/* Bits behind the point of a colour matrix. */
#define IMG_COLOUR_BITS 16

/* Three colours as three sums of three colours and a constant, in fixed point with IMG_COLOUR_BITS;
 * the constant holds the half that rounds. */
typedef struct ImgColourMatrix {
    int32_t weights[3][3];
    int32_t constants[3];
} ImgColourMatrix;

/* What a step does.
 *
 * STAGE:  a pass of the geometry (image/geometry/geometry.h); only this one moves pixels, and only
 *         this one counts for masks
 * TABLE:  a table for every value; neighbouring tables are one
 * MATRIX: a colour matrix
 * ADAPT:  a table made from the histogram of the step's whole input
 * FILTER: a kernel that reads neighbours (image/filters/kernel.h)
 * ERASE:  rectangles first to end - 1 of erase.items
 */
typedef enum ImgStepKind {
    IMG_STEP_STAGE,
    IMG_STEP_TABLE,
    IMG_STEP_MATRIX,
    IMG_STEP_ADAPT,
    IMG_STEP_FILTER,
    IMG_STEP_ERASE,
} ImgStepKind;

/* One pass; size: of the whole picture it makes. What is pointed to belongs to the recipe. */
typedef struct ImgStep {
    ImgStepKind kind;
    AugSize size;
    union {
        ImgStage *stage;
        ImgTable *table;
        const ImgColourMatrix *matrix;
        struct {
            const ImgAdaptKernel *kernel;
            const void *state;
        } adapt;
        struct {
            const ImgFilterKernel *kernel;
            const void *state;
        } filter;
        struct {
            uint32_t first, end;
        } erase;
    };
} ImgStep;

/* The arrays are owned.
 *
 * allowance: what all of it is counted on
 * arena:     tables, matrices and states of the present sample
 * no_memory: memory ran out while building
 * failed_op: the operation that failed while building, or NULL
 */
typedef struct ImgRecipe {
    ImgGeometry geometry;
    ImgErase erase;
    AugiAllowance *allowance;
    AugiArena *arena;
    ImgStage *stages;
    uint32_t max_stages;
    ImgStep *steps;
    uint32_t n_steps, max_steps;
    bool no_memory;
    const AugOp *failed_op;
} ImgRecipe;

/* What a recipe is built for.
 *
 * upright:  applied before the first operation
 * channels, dtype: of the pictures that operations see
 * mean:     a pixel, the fill "mean"
 */
typedef struct ImgRecipeInput {
    const AugOpList *ops;
    const AugLimits *limits;
    AugSize stored;
    ImgOrient upright;
    int32_t channels;
    AugDtype dtype;
    uint8_t mean[IMG_MAX_PIXEL_SIZE];
} ImgRecipeInput;

/* Counts the memory of a zeroed recipe on an allowance. */
void img_recipe_count(ImgRecipe *recipe, AugiAllowance *allowance);

/* Memory for recipes in which at most n_runs operations run (augi_ops_most_runs): more than there
 * is, or the same. Accepts a zeroed recipe; what was built before is lost where memory is taken. On
 * failure (AUG_NO_MEMORY) the recipe can be given to fini. */
AUG_MUST_CHECK AugStatus img_recipe_reserve(ImgRecipe *recipe, size_t n_runs, AugError *error);

/* Accepts a zeroed recipe. */
void img_recipe_fini(ImgRecipe *recipe);

/* Draws everything for one sample. Fails with AUG_BAD_SPEC where an operation cannot be done on a
 * picture of this size, or adds more than it may (the message names it; the place is left empty),
 * AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_recipe_build(ImgRecipe *recipe, const ImgRecipeInput *input,
                                          const AugKey *key, AugError *error);

/* What a recipe runs on. */
typedef enum ImgTarget { IMG_TARGET_IMAGE, IMG_TARGET_MASK } ImgTarget;

/* The needs of one recipe for one target. Zero-initialise; serves one recipe after the other.
 *
 * made:      for each step, the window of its picture that is made
 * loaded:    what to ask of the decoder
 * allowance: what made is counted on
 */
typedef struct ImgNeeds {
    ImgTarget target;
    ImgWindow *made;
    uint32_t capacity;
    ImgWindow loaded;
    AugiAllowance *allowance;
} ImgNeeds;

/* Accepts zeroed needs. */
void img_needs_fini(ImgNeeds *needs);

/* Finds the needs of a built recipe. Fails with AUG_BAD_SPEC if numbers are beyond the kernels,
 * AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_recipe_needs(const ImgRecipe *recipe, ImgTarget target,
                                          ImgNeeds *needs, AugError *error);

/* The stage that reads the stored picture where that may be smaller: of the first step, or of a turn
 * and the step behind it both in one (img_stage_with_turn). Returns for how many steps it stands; 0
 * where the picture is read by something else, and *stage is then undefined. */
uint32_t img_recipe_reader(const ImgRecipe *recipe, ImgStage *stage);

/* How many times smaller the stored picture may be for a built recipe: 1 where it must be whole. */
int32_t img_recipe_most_reduction(const ImgRecipe *recipe);

/* Widens the window of the stored picture that needs ask for by what the recipe reads of one that is
 * reduction times smaller, as it may be. Fails like img_recipe_needs. */
AUG_MUST_CHECK AugStatus img_recipe_reduced_needs(const ImgRecipe *recipe, const ImgNeeds *needs,
                                                  int32_t reduction, ImgWindow *window,
                                                  AugError *error);

/* Takes n points (x, y) of the stored picture to the result, in place, in continuous coordinates:
 * through all stages, nothing cut off. back: from the result to the stored picture. */
void img_recipe_map_points(const ImgRecipe *recipe, bool back, double (*points)[2], size_t n);

#endif
