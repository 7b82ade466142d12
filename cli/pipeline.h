/* A specification, its data set and the plan made of both: what most commands begin with. The
 * functions print what is wrong themselves and return an exit code, 0 for success. */
#ifndef CLI_PIPELINE_H
#define CLI_PIPELINE_H

#include "aug/dataset.h"
#include "aug/plan.h"
#include "aug/spec.h"
#include "command/command.h"
#include "stream/stream.h"

/* Zero-initialise; cli_pipeline_fini accepts any state. */
typedef struct CliPipeline {
    AugSpec *spec;
    AugDataset *dataset;
    AugPlan *plan;
} CliPipeline;

/* Loads the spec. seed: what --seed gave, or NULL. */
int cli_pipeline_load(CliPipeline *pipeline, const CmdCall *call, const char *path,
                      const char *seed);

/* Opens a spec's data set as below, without printing. */
AUG_MUST_CHECK AugStatus cli_dataset_open(AugDataset **out, const AugSpec *spec,
                                          const CmdCall *call, AugError *error);

/* Opens the spec's data set: what its map says, or the name looked up among --dataset. */
int cli_pipeline_open_dataset(CliPipeline *pipeline, const CmdCall *call);

/* Compiles the spec for the data set. any_size: for single pictures, whose sizes may differ. */
int cli_pipeline_compile(CliPipeline *pipeline, const CmdCall *call, bool any_size);

/* All three. */
int cli_pipeline_open(CliPipeline *pipeline, const CmdCall *call, const char *path,
                      const char *seed, bool any_size);

/* Opens the stream that the spec at path describes: made here, or fetched from the server at the
 * address from. Then the pipeline has no data set and no plan. The pipeline is initialised and
 * *stream set in any case; the stream must be freed first. */
int cli_pipeline_open_stream(CliPipeline *pipeline, const CmdCall *call, const char *seed,
                             const char *from, const StreamOptions *options, Stream **stream);

/* Frees what there is and zeroes the struct. */
void cli_pipeline_fini(CliPipeline *pipeline);

#endif
