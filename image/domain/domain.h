/* Inside of the image domain: its output settings, its plan and its worker.
 *
 * A plan is const once compiled and shared by all workers; a worker belongs to one thread and owns
 * every piece of memory that a sample needs on its way, so that in the steady state nothing is
 * allocated.
 */
#ifndef IMG_DOMAIN_H
#define IMG_DOMAIN_H

#include "image/codec/codec.h"
#include "image/domain/recipe_run.h"
#include "image/pixels/output.h"
#include "image/targets/targets.h"
#include "libaug/spec/domain.h"

/* Order of a sample's values: planes, or interleaved channels. */
typedef enum ImgLayout { IMG_LAYOUT_CHW, IMG_LAYOUT_HWC } ImgLayout;
/* Type of a sample's values. */
typedef enum ImgType { IMG_TYPE_FLOAT32, IMG_TYPE_UINT8, IMG_TYPE_UINT16 } ImgType;
/* What picture files are decoded to; FAST: UINT8, from less than all where that serves. */
typedef enum ImgDecodeType { IMG_DECODE_UINT8, IMG_DECODE_UINT16, IMG_DECODE_FAST } ImgDecodeType;
/* Channels of the result; AUTO: those of raw pixels, three for picture files. */
typedef enum ImgColor { IMG_COLOR_AUTO, IMG_COLOR_RGB, IMG_COLOR_GRAY } ImgColor;

/* What normalize says: the name of a preset; or, where mean.n is not 0, a map {mean, std}. */
typedef struct ImgNormalizeParam {
    int32_t preset; /* row of the presets in normalize.c */
    AugNumbers mean, std;
} ImgNormalizeParam;

/* The section "output" of a spec. Once bound, means and deviations given by hand stand in mean and
 * std, whichever way they were written. */
typedef struct ImgOutputParams {
    AugChoice layout; /* ImgLayout */
    AugChoice dtype;  /* ImgType */
    ImgNormalizeParam normalize;
    AugNumbers mean, std;
    AugChoice color;  /* ImgColor */
    AugChoice decode; /* ImgDecodeType */
    bool exif_orientation;
    double min_area, min_visibility;
    bool remove_invisible;
} ImgOutputParams;

/* Names of the presets of normalize, in the order of their numbers; 0 is "none". */
extern const char *const img_normalize_names[];

/* The kind of normalize. */
extern const struct AugParamKind img_kind_normalize;

/* AUG_KIND_OF for the kinds that only this domain has. */
#define IMG_KIND_OF(field) _Generic((field), ImgNormalizeParam : &img_kind_normalize)

/* Bounds of means and deviations, for values of 0 to 1. */
#define IMG_MEAN_BOUNDS .low = -10, .high = 10
#define IMG_STD_BOUNDS .low = 0, .low_open = true, .high = 1000

/* Moves a map of normalize into mean and std, where older specs have them and the canonical form
 * has them. Fails if they were given there too. */
AUG_MUST_CHECK AugStatus img_output_settle(void *params, AugError *error);

/* Mean and standard deviation per channel, white being 1, as the settings say. applies: not the
 * neutral 0 and 1. */
typedef struct ImgNormalize {
    bool applies;
    double mean[AUG_MAX_CHANNELS], std[AUG_MAX_CHANNELS];
} ImgNormalize;

/* Resolves normalize, mean and std for pictures of this many channels. Fails with AUG_BAD_SPEC. */
AUG_MUST_CHECK AugStatus img_normalize_resolve(const ImgOutputParams *params, int32_t channels,
                                               ImgNormalize *normalize, AugError *error);

/* The compiled form.
 *
 * input:  of every recipe, without the sample's own members (stored, upright)
 * extent: size of every result; zeroes where it differs
 * max_work: of making one sample (image/domain/budget.h)
 * may_reduce: pictures may be decoded at a part of their size
 * files, loaded_files: bit i: field i is a picture file; and every sample made decodes it
 */
typedef struct ImgPlan {
    const AugLimits *limits;
    AugFieldDesc image;
    uint32_t image_field; /* its number */
    ImgRecipeInput input;
    ImgOutput output;
    ImgNoise noise;
    AugSize extent;
    uint64_t max_work;
    size_t n_ops;
    uint32_t n_views;
    ImgTargets targets;
    uint32_t files, loaded_files;
    bool exif_orientation, may_reduce;
} ImgPlan;

/* Compiles; see AugDomain. */
AUG_MUST_CHECK AugStatus img_compile(const AugDomainInput *input, void **plan,
                                     AugDomainOutput *output, AugError *error);

/* NULL does nothing. */
void img_plan_free(void *plan);

/* The size of every result for stored pictures of the given size (0: unknown). A zero in the result
 * means that sizes differ; culprit is then the operation that made them differ, or NULL if the data
 * set did. */
AugSize img_extent(const AugOpList *ops, AugSize stored, const AugOp **culprit);

/* What is known of a sample before its pixels are read. header: of an encoded one. reduction: how many
 * times smaller its picture may be decoded, for all views. */
typedef struct ImgSampleInfo {
    AugSize stored;
    ImgOrient upright;
    ImgHeader header;
    int32_t reduction;
} ImgSampleInfo;

/* What a further view of a sample has of its own. */
typedef struct ImgFurtherView {
    ImgRecipe recipe;
    ImgNeeds needs;
} ImgFurtherView;

/* Memory and decoders of one thread, for one plan after the other.
 *
 * plan:          of the present sample
 * allowance:     what all of it is counted on
 * recipe, needs: of the first view, and of its picture
 * further:       of the views after it, n_further of them
 * info, source:  of the present sample: its header, and what is loaded of its picture
 * reduction:     how many times smaller the source is than the stored picture
 * careful:       its files are to be read to their end (AugDomainJob.unchecked)
 * hints:         its marks (ImgMarks), and where new ones go; NULL: there are none
 * loaded: pixels of a sample that had to be converted
 * packed: a result without gaps between its rows
 * work:   that was done for the present sample beside running its recipes
 */
typedef struct ImgWorker {
    const ImgPlan *plan;
    AugiAllowance *allowance;
    ImgDecoder *decoder;
    ImgRecipe recipe;
    ImgNeeds needs;
    ImgFurtherView *further;
    uint32_t n_further;
    ImgSampleInfo info;
    ImgSource source;
    int32_t reduction;
    bool careful;
    AugSampleHints *hints;
    ImgRunMemory memory;
    ImgTargetsMemory targets;
    ImgPixels loaded;
    ImgPixels packed;
    uint64_t work;
} ImgWorker;

/* Makes a worker. On failure *out is NULL. */
AUG_MUST_CHECK AugStatus img_worker_make(ImgWorker **out, AugiAllowance *allowance,
                                         AugError *error);

/* Makes room for a plan, whose samples follow. Before every sample: another plan may have come
 * between. Fails with AUG_NO_MEMORY. */
AUG_MUST_CHECK AugStatus img_worker_set_plan(ImgWorker *worker, const ImgPlan *plan,
                                             AugError *error);

/* NULL does nothing. */
void img_worker_free(ImgWorker *worker);

/* Reads the header of a sample's picture; sizes are within limits afterwards. Fails with
 * AUG_CORRUPT, AUG_UNSUPPORTED or AUG_TOO_LARGE. */
AUG_MUST_CHECK AugStatus img_inspect(const ImgPlan *plan, const AugField *field,
                                     ImgSampleInfo *info, AugError *error);

/* Before a job: notes whether its sample is to be decoded carefully, and its hints, and checks those
 * files that making it does not decode, such as its partners'. The error's place is the sample's name. */
AUG_MUST_CHECK AugStatus img_check_files(ImgWorker *worker, const AugDomainJob *job,
                                         AugError *error);

/* Reads the pixels of a window with the plan's channels, as the worker's reduction then says. source
 * is borrowed from the worker or the sample; its pixels are not to be written. */
AUG_MUST_CHECK AugStatus img_load(ImgWorker *worker, const AugField *field,
                                  const ImgSampleInfo *info, ImgWindow window, ImgSource *source,
                                  AugError *error);

/* A finished picture as the value of a field: rows without gaps, borrowed from the worker or from
 * the picture. */
AUG_MUST_CHECK AugStatus img_field_set(ImgWorker *worker, const AugImage *image, AugField *field,
                                       AugError *error);

/* Begins a sample: reads its header, makes all draws of all views, and loads what any of them needs
 * of the picture, once. ops: the plan's, or an empty list. The error's place is the sample's name.
 */
AUG_MUST_CHECK AugStatus img_begin(ImgWorker *worker, const AugOpList *ops, const AugKey *key,
                                   const AugSample *sample, AugError *error);

/* Makes the picture of a view of the sample that was begun. finish: nothing is left to the output
 * pass. What the result points to is borrowed until the next call. */
AUG_MUST_CHECK AugStatus img_view(ImgWorker *worker, uint32_t view, bool finish, ImgResult *result,
                                  AugError *error);

/* Recipe of a view of the sample that was begun, and its needs for the picture. */
const ImgRecipe *img_view_recipe(const ImgWorker *worker, uint32_t view);
const ImgNeeds *img_view_needs(const ImgWorker *worker, uint32_t view);

/* Work that was done since the sample was begun (image/pixels/work.h), as its steps counted it. */
uint64_t img_worker_work(const ImgWorker *worker);

/* Makes the finished picture of a sample's first view; key NULL: as it is stored, upright. out is
 * borrowed from the worker until its next call. The error's place is the sample's name. */
AUG_MUST_CHECK AugStatus img_augment(ImgWorker *worker, const AugKey *key, const AugSample *sample,
                                     AugImage *out, AugError *error);

/* Draws and mixes; see AugDomain. */
void img_mix_draw(const void *plan, const AugOp *op, AugRng *rng, const AugMixPass *pass);
void img_mix(const void *plan, const AugMixItem *item, const AugOut *own, const AugOut *partner,
             const AugOut *slot);

#endif
