/* What making a sample takes, known before it is made: work (image/pixels/work.h) of any sample of
 * a plan, work of one sample once its draws are made, and memory that no sample can do without.
 *
 * Sizes that follow from the spec, or from a data set whose pictures have one size, bound the work
 * when the plan is compiled, with the largest child of every choice. Where sizes depend on the
 * sample the plan only knows the limit, and each sample is measured before its file is decoded.
 */
#ifndef IMG_BUDGET_H
#define IMG_BUDGET_H

#include "image/domain/domain.h"

/* Finds the work and the memory of a plan whose types, targets and extent are set, and states them.
 * Fails with AUG_TOO_LARGE where the work is beyond the limits for certain; the place is that of
 * the operation that takes most. */
AUG_MUST_CHECK AugStatus img_budget_find(ImgPlan *plan, const AugDomainInput *input,
                                         AugDomainOutput *output, AugError *error);

/* Work of all steps of a built recipe on a picture of the type, and on n_masks masks; no less than
 * what running it counts. needs: of the picture. */
uint64_t img_recipe_work(const ImgRecipe *recipe, const ImgNeeds *needs, ImgPixelType type,
                         uint32_t n_masks);

/* Bytes of pictures between steps that running a recipe on a picture of the type takes at least. */
size_t img_recipe_memory(const ImgRecipe *recipe, const ImgNeeds *needs, ImgPixelType type);

/* Whether the sample whose draws are made and whose picture's header was read may be made:
 * AUG_TOO_LARGE where it takes more work than the plan allows. */
AUG_MUST_CHECK AugStatus img_budget_check(const ImgWorker *worker, const AugSample *sample,
                                          AugError *error);

#endif
