/* aug data build: lexicons from what others or the user wrote. */
#include <inttypes.h>

#include "aug/text.h"
#include "cli/data.h"

static AugTextBuild how_of(const CliDataCall *call)
{
    return (AugTextBuild){.output = call->options->output,
                          .language = call->options->lang,
                          .forms = call->options->forms,
                          .notice = call->options->notice};
}

/* What was made, in a few lines. */
static void say(const CliDataCall *call, const AugTextLexicon *made)
{
    cmd_say(call->call,
            "%s: %" PRIu64 " lemmas, %" PRIu64 " senses in %" PRIu64 " synsets, %" PRIu64
            " inflected forms, %" PRIu64 " bytes",
            made->path, made->n_lemmas, made->n_senses, made->n_synsets, made->n_forms, made->size);
    if (made->n_counted)
        cmd_say(call->call, "%" PRIu64 " senses have a count of how often they were seen",
                made->n_counted);
    if (made->n_left_out)
        cmd_say(call->call,
                "%" PRIu64 " words were left out: broader and related terms, and what is no plain "
                "word",
                made->n_left_out);
    if (!made->has_forms)
        cmd_say(call->call, "without inflected forms; --forms names a spelling dictionary that has "
                            "them");
}

AugStatus cli_data_build_wordnet(const CliDataCall *call, AugError *error)
{
    const AugTextBuild how = how_of(call);
    AugTextLexicon made;
    AUG_TRY(aug_text_build_wordnet(call->n ? call->inputs[0] : NULL, &how, &made, error));
    say(call, &made);
    return AUG_OK;
}

AugStatus cli_data_build_mythes(const CliDataCall *call, AugError *error)
{
    const AugTextBuild how = how_of(call);
    AugTextLexicon made;
    AUG_TRY(aug_text_build_mythes(call->inputs[0], &how, &made, error));
    say(call, &made);
    return AUG_OK;
}

AugStatus cli_data_build_list(const CliDataCall *call, AugError *error)
{
    const AugTextBuild how = how_of(call);
    AugTextLexicon made;
    AUG_TRY(aug_text_build_list(call->inputs[0], &how, &made, error));
    say(call, &made);
    return AUG_OK;
}
