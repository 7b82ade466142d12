/* Running a recipe on pixels: each step makes the window that is needed of it, no more. */
#ifndef IMG_RECIPE_RUN_H
#define IMG_RECIPE_RUN_H

#include "image/domain/recipe.h"
#include "image/geometry/stage.h"

/* Working memory; zero-initialise, one per thread. pictures: results of steps, in turn. work: that
 * was done (image/pixels/work.h), counted by each step as it is done. */
typedef struct ImgRunMemory {
    ImgStageScratch stage;
    ImgFilterScratch filter;
    ImgPixels pictures[2];
    ImgTable tables[2];
    uint64_t work;
} ImgRunMemory;

/* Counts a zeroed struct's memory on an allowance. */
void img_run_memory_count(ImgRunMemory *memory, AugiAllowance *allowance);

/* Frees the memory; accepts a zeroed struct. */
void img_run_memory_fini(ImgRunMemory *memory);

/* One run.
 *
 * needs:      of this recipe; says for which target
 * source:     covers needs->loaded; its pixels are not written
 * reduction:  source is so many times smaller, and covers what img_recipe_reduced_needs says; 0 is 1
 * noise:      of erased rectangles
 * may_table:  a last table may be left to the output pass
 * may_mirror: a last mirror too
 */
typedef struct ImgRunJob {
    const ImgRecipe *recipe;
    const ImgNeeds *needs;
    const ImgSource *source;
    const ImgNoise *noise;
    int32_t reduction;
    bool may_table, may_mirror;
} ImgRunJob;

/* A picture on its way to the output pass, which is to apply a table (NULL: none) and to mirror it.
 */
typedef struct ImgResult {
    AugImage image;
    const ImgTable *table;
    bool mirror;
} ImgResult;

/* Runs a recipe. What the result points to is borrowed from the memory, the recipe or the source,
 * until the next run. Fails with AUG_CLOSED soon after the memory's allowance says stop. */
AUG_MUST_CHECK AugStatus img_recipe_run(const ImgRunJob *job, ImgRunMemory *memory,
                                        ImgResult *result, AugError *error);

#endif
