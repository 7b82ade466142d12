/* Targets: the fields of a data set that lie on its picture and move with it. */
#ifndef IMG_TARGETS_H
#define IMG_TARGETS_H

#include "image/targets/kinds.h"
#include "image/targets/mask.h"
#include "image/targets/rows.h"
#include "libaug/spec/domain.h"

/* One target.
 *
 * field:    its number in the data set
 * follows:  number of the target whose rows it accompanies, or -1
 * tensor:   number of its tensor for the first view; further views follow
 * row_size: bytes of a row
 */
typedef struct ImgTargetField {
    uint32_t field;
    AugFieldDesc desc;
    int32_t follows;
    uint32_t tensor;
    size_t row_size;
} ImgTargetField;

/* The targets of a plan. */
typedef struct ImgTargets {
    ImgTargetField items[AUG_MAX_FIELDS];
    uint32_t n;
    ImgRowRules rules;
    char names[AUG_MAX_TENSORS][64];
} ImgTargets;

/* Finds the targets among the fields of a data set, and in present their kinds. Fails with
 * AUG_BAD_SPEC where a field cannot go through this domain. */
AUG_MUST_CHECK AugStatus img_targets_find(const AugDatasetInfo *info, ImgTargets *targets,
                                          uint32_t *present, AugError *error);

/* Adds their tensors behind those of the pictures, for n_views views of height x width. Fails with
 * AUG_BAD_SPEC where the rows of a field have no bound. */
AUG_MUST_CHECK AugStatus img_targets_describe(ImgTargets *targets, AugSize size, uint32_t n_views,
                                              AugDomainOutput *output, AugError *error);

/* Name of a tensor in a view: NAME, NAME.1, ...; kept in targets. number: of the tensor. */
const char *img_view_name(ImgTargets *targets, uint32_t number, const char *name, uint32_t view);

/* Memory of one thread; zero-initialise.
 *
 * made: by the number of the target, what became of it where no out takes it
 * kept: by the number of the target, the numbers of the rows that stayed, n_kept of them
 */
typedef struct ImgTargetsMemory {
    ImgMaskMemory masks;
    AugBuffer made, kept;
    uint32_t n_kept[AUG_MAX_FIELDS];
} ImgTargetsMemory;

/* Counts a zeroed struct's memory on an allowance. */
void img_targets_memory_count(ImgTargetsMemory *memory, AugiAllowance *allowance);

/* Frees the memory; accepts a zeroed struct. */
void img_targets_memory_fini(ImgTargetsMemory *memory);

/* What a sample's targets go through.
 *
 * upright, stored: how the stored picture was turned to be upright, and its size
 * recipes:         of n_views views
 * sample:          as it is stored
 * careful:         files are read to their end, and damage that no pixel depends on is an error too
 */
typedef struct ImgTargetsJob {
    const ImgTargets *targets;
    const AugLimits *limits;
    ImgOrient upright;
    AugSize stored;
    const ImgRecipe *const *recipes;
    uint32_t n_views;
    const AugSample *sample;
    bool careful;
} ImgTargetsJob;

/* Makes all targets of a sample into their outs. */
AUG_MUST_CHECK AugStatus img_targets_run(const ImgTargetsJob *job, ImgTargetsMemory *memory,
                                         AugOut *outs, AugError *error);

/* Makes the targets of the first view as fields, borrowed from the memory until the next call. */
AUG_MUST_CHECK AugStatus img_targets_augment(const ImgTargetsJob *job, ImgTargetsMemory *memory,
                                             AugField *fields, AugError *error);

#endif
