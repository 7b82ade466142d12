/* A specification, its data set and the plan made of both: what most commands begin with. The
 * functions print what is wrong themselves and return an exit code, 0 for success. */
#ifndef CLI_PIPELINE_H
#define CLI_PIPELINE_H

#include "aug/dataset.h"
#include "aug/plan.h"
#include "aug/spec.h"
#include "command/command.h"
#include "libaug/base/tree.h"
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

/* Reads a spec, "-" from standard input, without printing; every mistake goes to problems. If there
 * are any, its data set is opened all the same, where that is possible, so that its mistakes are
 * told together with the others. */
AUG_MUST_CHECK AugStatus cli_spec_read(AugSpec **out, const CmdCall *call, const char *path,
                                       AugProblems *problems);

/* Adds why a data set cannot be opened, at the place of the map that describes it. node: the spec's
 * "dataset", or NULL. */
void cli_dataset_problem(AugProblems *problems, const AugiTree *node, const AugError *error);

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
