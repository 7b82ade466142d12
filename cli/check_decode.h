/* Reading and decoding every sample of a data set, to find those that are damaged. */
#ifndef CLI_CHECK_DECODE_H
#define CLI_CHECK_DECODE_H

#include "cli/pipeline.h"
#include "libaug/base/json_writer.h"

/* What was found among so many samples. n_damaged: samples that batch.on_error is about. n_failed:
 * samples about which nothing is known, because the file cannot be read or has changed; no stream
 * gets past them. */
typedef struct CliDecoded {
    uint64_t n_samples, n_damaged, n_failed;
} CliDecoded;

/* Decodes all samples of the pipeline's data set as the spec's domain does, without operations.
 * Each that fails is printed as a line, or written as an object into the list that is open in
 * writer, in the order of the data set. threads: 0 for one per processor. quiet: without a line of
 * progress. Fails if memory is out. */
AUG_MUST_CHECK AugStatus cli_decode_all(const CliPipeline *pipeline, uint32_t threads, bool quiet,
                                        AugiJsonWriter *writer, CliDecoded *found, AugError *error);

/* Whether a stream of the spec gets through an epoch of what was found. */
bool cli_decoded_is_usable(const CliPipeline *pipeline, const CliDecoded *found);

/* Prints the counts, and what the spec makes of them. */
void cli_decoded_print(const CliPipeline *pipeline, const CliDecoded *found);

#endif
