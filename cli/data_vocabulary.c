/* aug data build vocabulary: which words the texts of a data set have. */
#include <inttypes.h>

#include "aug/text.h"
#include "cli/data.h"
#include "cli/input.h"

AugStatus cli_data_build_vocabulary(const CliDataCall *call, AugError *error)
{
    const CliDataOptions *options = call->options;
    if (!options->output)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--output is missing; it names the file to write");
    const AugTextVocabulary how = {.output = options->output,
                                   .field = options->field,
                                   .unit = (AugTextUnit)options->unit.value,
                                   .lower = options->lower,
                                   .min_count = (uint64_t)options->min_count,
                                   .max_size = (uint32_t)options->max_size};
    AugDataset *dataset;
    AUG_TRY(cli_input_open(&dataset, call->inputs[0], NULL, error));
    uint32_t n;
    const AugStatus status = aug_text_build_vocabulary(dataset, &how, &n, error);
    if (status == AUG_OK)
        cmd_say(call->call, "%s: %" PRIu32 " lines from the texts of %" PRIu64 " samples",
                options->output, n, aug_dataset_info(dataset)->n_samples);
    aug_dataset_unref(dataset);
    return status;
}
