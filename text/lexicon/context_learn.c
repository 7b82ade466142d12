/* Learning the context of words: the public call (aug/text.h), and the glosses of WordNet. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "aug/text.h"
#include "libaug/base/input_file.h"
#include "text/lexicon/context_gauge.h"
#include "text/lexicon/context_learn.h"
#include "text/lexicon/context_train.h"

/* Bytes of a notice at most. */
#define MAX_NOTICE_SIZE (1u << 20)

/* The gloss of a synset, "meaning; "an example"; "another"", each part a line of its own. */
static AugStatus read_glosses(TxtTraining *training, const char *folder, const char *name,
                              AugError *error)
{
    TxtLines lines;
    TxtSlice line, front, part;
    AUG_TRY(txt_lines_open(&lines, folder, name, error));
    AugStatus status = AUG_OK;
    while (status == AUG_OK && txt_lines_next(&lines, &line)) {
        if (line.size == 0 || line.text[0] == ' ' || !txt_field_next(&line, '|', &front))
            continue;
        while (status == AUG_OK && txt_field_next(&line, ';', &part))
            status = txt_training_add_line(training, part, error);
    }
    txt_lines_close(&lines);
    return status;
}

/* The glosses of WordNet's files in a folder. */
static AugStatus read_wordnet(TxtTraining *training, const char *folder, AugError *error)
{
    static const char *const names[] = {"data.noun", "data.verb", "data.adj", "data.adv"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        AUG_TRY(read_glosses(training, folder, names[i], error));
    return AUG_OK;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static AugStatus train(TxtTraining *training, const char *const *paths, size_t n, AugError *error)
{
    for (size_t i = 0; i < n; i++)
        AUG_TRY(is_folder(paths[i]) ? read_wordnet(training, paths[i], error)
                                    : txt_training_read(training, paths[i], error));
    AUG_TRY(txt_training_number(training, error));
    if (training->n_words < TXT_CONTEXT_FEWEST)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "the texts have %u words that come %d times or more; %d are needed",
                        (unsigned)training->n_words, TXT_CONTEXT_LEAST, TXT_CONTEXT_FEWEST);
    AUG_TRY(txt_training_count(training, error));
    return txt_training_classify(training, error);
}

/* Opens what was written, and tries it on the lines that were held out. */
static AugStatus try_out(const TxtTraining *training, const char *output, AugTextContext *made,
                         AugError *error)
{
    TxtLexicon *lexicon;
    TxtContext context;
    TxtContextGauge gauge;
    AUG_TRY(txt_lexicon_open_file(&lexicon, output, error));
    const AugStatus status = txt_context_init(&context, lexicon, error);
    if (status == AUG_OK) {
        TxtLexiconCounts counts;
        txt_lexicon_count(lexicon, &counts);
        txt_context_gauge(lexicon, &context, training->held_out.items, training->held_out.n,
                          &gauge);
        *made = (AugTextContext){.size = counts.size,
                                 .n_tokens = training->entry.n_tokens,
                                 .n_words = training->n_words,
                                 .n_pairs = training->next_cells.n + training->near_cells.n,
                                 .n_tried = gauge.n_pairs,
                                 .by_frequency = gauge.by_weight,
                                 .by_context = gauge.by_score,
                                 .by_both = gauge.by_both};
    }
    txt_lexicon_unref(lexicon);
    return status;
}

static AugStatus train_and_save(TxtTraining *training, const char *const *paths, size_t n,
                                const AugTextBuild *how, AugError *error)
{
    static const char unknown[] = "No licence notice was given with these texts.\n";
    TxtLexicon *lexicon;
    uint8_t *notice = NULL;
    size_t size;
    AUG_TRY(train(training, paths, n, error));
    if (how->notice)
        AUG_TRY(augi_input_file_load(how->notice, MAX_NOTICE_SIZE, &notice, &size, error));
    AugStatus status = txt_lexicon_open(&lexicon, how->language ? how->language : "en", error);
    if (status == AUG_OK) {
        status = txt_training_save(training, lexicon, notice ? (const char *)notice : unknown,
                                   how->output, error);
        txt_lexicon_unref(lexicon);
    }
    free(notice);
    return status;
}

AugStatus aug_text_train_context(const char *const *paths, size_t n, const AugTextBuild *how,
                                 AugTextContext *made, AugError *error)
{
    TxtTraining training = {0};
    if (!how || !how->output || n == 0)
        return AUG_FAIL(error, AUG_BAD_ARGUMENT, NULL,
                        "texts to learn from and a file to write are needed");
    AugStatus status = train_and_save(&training, paths, n, how, error);
    AugTextContext tried;
    if (status == AUG_OK)
        status = try_out(&training, how->output, made ? made : &tried, error);
    txt_training_fini(&training);
    return status;
}

static AugStatus learn_glosses(TxtTraining *training, const char *folder, const char *path,
                               AugError *error)
{
    TxtLexicon *lexicon;
    AUG_TRY(read_wordnet(training, folder, error));
    AUG_TRY(txt_training_number(training, error));
    if (training->n_words < TXT_CONTEXT_FEWEST)
        return AUG_OK;
    AUG_TRY(txt_training_count(training, error));
    AUG_TRY(txt_training_classify(training, error));
    AUG_TRY(txt_lexicon_open_file(&lexicon, path, error));
    /* The notice of WordNet is there already. */
    const AugStatus status = txt_training_save(training, lexicon, NULL, path, error);
    txt_lexicon_unref(lexicon);
    return status;
}

AugStatus txt_context_learn_glosses(const char *folder, const char *path, AugError *error)
{
    TxtTraining training = {0};
    const AugStatus status = learn_glosses(&training, folder, path, error);
    txt_training_fini(&training);
    return status;
}
