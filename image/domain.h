/* Inside of the image domain: its output settings, its plan and its worker.
 *
 * A plan is const once compiled and shared by all workers; a worker belongs to one thread and owns
 * every piece of memory that a sample needs on its way, so that in the steady state nothing is
 * allocated.
 */
#ifndef AUGI_IMAGE_DOMAIN_H
#define AUGI_IMAGE_DOMAIN_H

#include "image/codec.h"
#include "image/output.h"
#include "image/recipe.h"
#include "image/stage.h"
#include "libaug/domain.h"

/* Order of a sample's values: planes, or interleaved channels. */
typedef enum AugiLayout { AUGI_LAYOUT_CHW, AUGI_LAYOUT_HWC } AugiLayout;
/* Type of a sample's values. */
typedef enum AugiType { AUGI_TYPE_FLOAT32, AUGI_TYPE_UINT8 } AugiType;
/* Channels of the result; AUTO: one for data of one channel, else three. */
typedef enum AugiColor { AUGI_COLOR_AUTO, AUGI_COLOR_RGB, AUGI_COLOR_GRAY } AugiColor;

/* The section "output" of a spec. */
typedef struct AugiOutputParams {
    AugChoice layout;    /* AugiLayout */
    AugChoice dtype;     /* AugiType */
    AugChoice normalize; /* row of the presets in normalize.c */
    AugNumbers mean, std;
    AugChoice color; /* AugiColor */
    bool exif_orientation;
} AugiOutputParams;

/* Names of the presets of normalize, in the order of their numbers; 0 is "none". */
extern const char *const augi_normalize_names[];

/* Mean and standard deviation per channel in 0..1, as the settings say. applies: not the neutral 0
 * and 1. */
typedef struct AugiNormalize {
    bool applies;
    double mean[3], std[3];
} AugiNormalize;

/* Resolves normalize, mean and std for pictures of this many channels. Fails with AUG_BAD_SPEC. */
AUG_MUST_CHECK AugStatus augi_normalize_resolve(const AugiOutputParams *params, int32_t channels,
                                                AugiNormalize *normalize, AugError *error);

/* The compiled form.
 *
 * input:  of every recipe, without the sample's own members (stored, upright)
 * extent: size of every result; zeroes where it differs
 */
typedef struct AugiImagePlan {
    const AugLimits *limits;
    AugiRecipeInput input;
    AugiOutput output;
    AugiNoise noise;
    AugSize extent;
    size_t n_ops;
    bool exif_orientation;
} AugiImagePlan;

/* Compiles; see AugDomain. */
AUG_MUST_CHECK AugStatus augi_image_compile(const AugDomainInput *input, void **plan,
                                            AugDomainOutput *output, AugError *error);

/* NULL does nothing. */
void augi_image_plan_free(void *plan);

/* The size of every result for stored pictures of the given size (0: unknown). A zero in the result
 * means that sizes differ; culprit is then the operation that made them differ, or NULL if the data
 * set did. */
AugSize augi_image_extent(const AugOpList *ops, AugSize stored, const AugOp **culprit);

/* Memory and decoders of one thread.
 *
 * loaded:   pixels of a sample that had to be converted
 * pictures: results of stages, in turn
 */
struct AugImageWorker {
    const AugiImagePlan *plan;
    AugiDecoder *decoder;
    AugiRecipe recipe;
    AugiStageScratch scratch;
    AugiPixels loaded;
    AugiPixels pictures[2];
};

/* Makes a worker for a plan. On failure *out is NULL. */
AUG_MUST_CHECK AugStatus augi_image_worker_make(AugImageWorker **out, const AugiImagePlan *plan,
                                                AugError *error);

/* What is known of a sample before its pixels are read. header: of an encoded one. */
typedef struct AugiSampleInfo {
    AugSize stored;
    AugiOrient upright;
    AugImageHeader header;
} AugiSampleInfo;

/* Reads a sample's header; sizes are within limits afterwards. Fails with AUG_CORRUPT,
 * AUG_UNSUPPORTED or AUG_TOO_LARGE. */
AUG_MUST_CHECK AugStatus augi_image_inspect(const AugiImagePlan *plan, const AugSample *sample,
                                            AugiSampleInfo *info, AugError *error);

/* Reads the pixels of a window with the plan's channels. source is borrowed from the worker or the
 * sample; its pixels are not to be written. */
AUG_MUST_CHECK AugStatus augi_image_load(AugImageWorker *worker, const AugSample *sample,
                                         const AugiSampleInfo *info, AugiWindow window,
                                         AugiSource *source, AugError *error);

/* A picture on its way to the output pass, which can still apply a table and mirror it. table is
 * NULL for none. */
typedef struct AugiResult {
    AugImage image;
    const AugiTable *table;
    bool mirror;
} AugiResult;

/* Runs a built recipe on what was loaded. finish: table and mirror are applied, nothing is left to
 * the output pass. image is borrowed from the worker or from source. */
AUG_MUST_CHECK AugStatus augi_recipe_run(AugImageWorker *worker, const AugiSource *source,
                                         bool finish, AugiResult *result, AugError *error);

/* From a sample to a result: inspect, build, load, run. The error's place is the sample's name. */
AUG_MUST_CHECK AugStatus augi_image_make(AugImageWorker *worker, const AugKey *key,
                                         const AugSample *sample, bool finish, AugiResult *result,
                                         AugError *error);

/* Mixes; see AugDomain. */
void augi_image_mix(const void *plan, const AugMixItem *item, const void *own, const void *partner,
                    void *slot);

#endif
