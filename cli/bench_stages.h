/* The stages that 'aug bench' measures one by one, each on the calling thread. */
#ifndef CLI_BENCH_STAGES_H
#define CLI_BENCH_STAGES_H

#include "aug/plan.h"

/* A stage goes as far as its name says, from the beginning each time, so that the differences
 * between rows are what the steps cost. */
typedef enum CliStage {
    CLI_STAGE_READ,    /* the sample's bytes */
    CLI_STAGE_DECODE,  /* read, and decode the whole picture */
    CLI_STAGE_AUGMENT, /* read, decode what is needed, all operations */
    CLI_STAGE_OUTPUT,  /* the same, normalized and laid out as in a batch */
    CLI_N_STAGES,
} CliStage;

/* Name and meaning of a stage. Static. */
const char *cli_stage_name(CliStage stage);

/* What a stage did: samples, bytes read from the data set, seconds on the clock and of processors.
 */
typedef struct CliStageResult {
    uint64_t n_samples, size;
    double seconds, cpu_seconds;
} CliStageResult;

/* Runs a stage over the samples in the stream's order for about so many seconds. */
AUG_MUST_CHECK AugStatus cli_stage_measure(CliStage stage, const AugPlan *plan, double seconds,
                                           CliStageResult *result, AugError *error);

#endif
