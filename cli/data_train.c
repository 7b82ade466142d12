/* aug data train: taggers from tagged text. */
#include <inttypes.h>

#include "aug/text.h"
#include "cli/data.h"
#include "cli/progress.h"

/* One line for all epochs: sentences learnt, of all. */
static int show(void *user, const AugTaggerProgress *at)
{
    CliProgress *progress = user;
    if (progress->total == 0)
        cli_progress_start(progress, "sentences", at->n_epochs * at->n_sentences);
    cli_progress_show(progress, at->epoch * at->n_sentences + at->sentence, 0);
    return 1;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void say_score(const CliDataCall *call, const AugTaggerScore *score)
{
    cmd_say(call->call, "%s: %.2f %% of %" PRIu64 " tokens got their tag", call->options->dev,
            percent(score->n_right, score->n_tokens), score->n_tokens);
    cmd_say(call->call,
            "%.1f %% of what got the tag of a noun, a verb, an adjective or an adverb is one, "
            "auxiliary verbs left aside; %.1f %% of these words got such a tag",
            percent(score->n_predicted_right, score->n_predicted - score->n_auxiliary),
            percent(score->n_content_tagged, score->n_content));
}

AugStatus cli_data_train_tagger(const CliDataCall *call, AugError *error)
{
    CliProgress progress = {0};
    const AugTaggerTraining how = {.files = call->inputs,
                                   .n_files = call->n,
                                   .dev = call->options->dev,
                                   .output = call->options->output,
                                   .notice = call->options->notice,
                                   .progress = call->call->quiet ? NULL : show,
                                   .user = &progress};
    if (!how.output)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "--output is missing: the file of the tagger (.augt)");
    AugTextTagger made;
    const AugStatus status = aug_text_train_tagger(&how, &made, error);
    cli_progress_clear(&progress);
    if (status != AUG_OK)
        return status;
    cmd_say(call->call,
            "%s: %" PRIu64 " sentences, %" PRIu64 " tokens, %" PRIu32 " tags, %" PRIu32
            " features, %" PRIu32 " weights, %" PRIu64 " bytes",
            made.path, made.n_sentences, made.n_tokens, made.n_tags, made.n_features,
            made.n_weights, made.size);
    if (how.dev)
        say_score(call, &made.score);
    return AUG_OK;
}
