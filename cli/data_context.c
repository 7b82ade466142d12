/* aug data train context: how words stand in texts. */
#include <inttypes.h>

#include "aug/text.h"
#include "cli/data.h"

AugStatus cli_data_train_context(const CliDataCall *call, AugError *error)
{
    const AugTextBuild how = {.output = call->options->output,
                              .language = call->options->lang,
                              .notice = call->options->notice};
    AugTextContext made;
    if (!how.output)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--output is missing; give --output FILE.augx, a lexicon that is made");
    AUG_TRY(aug_text_train_context(call->inputs, call->n, &how, &made, error));
    cmd_say(call->call,
            "%s: %" PRIu64 " words of text, %" PRIu64 " different ones, %" PRIu64
            " pairs of them, %" PRIu64 " bytes",
            how.output, made.n_tokens, made.n_words, made.n_pairs, made.size);
    cmd_say(call->call,
            "the word that stands in a text is told from a synonym in %.1f %% of %" PRIu64
            " cases; by how frequent both are in %.1f %%, by context alone in %.1f %%",
            100 * made.by_both, made.n_tried, 100 * made.by_frequency, 100 * made.by_context);
    return AUG_OK;
}
